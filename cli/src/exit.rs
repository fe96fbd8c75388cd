//! The exit status as a type. It is a contract: scripts and CI read it.

use std::process::ExitCode;

/// What the process tells its caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExitStatus {
    /// 0: done; nothing to report.
    Clean,
    /// 1: findings of severity error, stale generated files, or code that rustc rejects: the project must change.
    Findings,
    /// 2: the command line makes no sense. clap uses the same number.
    Usage,
    /// 2 with `plan --detailed-exitcode`: there is something to do (Terraform's number for it).
    Changes,
    /// 3: the world failed: network, disk, a missing program, a process that died.
    World,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(match status {
            ExitStatus::Clean => 0,
            ExitStatus::Findings => 1,
            ExitStatus::Usage | ExitStatus::Changes => 2,
            ExitStatus::World => 3,
        })
    }
}
