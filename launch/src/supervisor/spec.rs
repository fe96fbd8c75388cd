//! What to run: the description of one process.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Probe;

/// What a process is. Decides how long it may take to end and in which order orphans are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A node of a ZooKeeper ensemble.
    Coordination,
    /// A Kafka broker.
    Broker,
    /// The schema registry.
    Registry,
    /// A generated service.
    Service,
}

impl Kind {
    /// The word for people and for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coordination => "coordination",
            Self::Broker => "broker",
            Self::Registry => "registry",
            Self::Service => "service",
        }
    }

    /// How long a process of this kind may take to end before it is killed: 3 s, 10 s, 5 s and 25 s.
    ///
    /// A service gives itself 10 s for the work it has begun and 10 s for what it sent to be acknowledged, then leaves its
    /// group. Killed before that, it would lose records that it could still have written.
    pub fn grace(self) -> Duration {
        Duration::from_secs(match self {
            Self::Coordination => 3,
            Self::Broker => 10,
            Self::Registry => 5,
            Self::Service => 25,
        })
    }
}

/// Whether a process that ended by itself is started again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Restart {
    /// Whatever the exit status. For what should never end by itself.
    Always,
    /// Unless it ended with status 0. For services, of which some finish.
    OnFailure,
    /// Never.
    Never,
}

/// A port that a process listens on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// What it is for: `kafka`, `controller`, `http`.
    pub label: String,
    /// The number.
    pub number: u16,
}

/// One process to be supervised.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ProcessSpec {
    /// Its name: also that of its log file. Letters, digits, `-`, `_` and `.`.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The program, looked up in PATH unless it has a slash.
    pub program: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
    /// Variables set over the inherited environment.
    pub env: BTreeMap<String, String>,
    /// Its working folder; that of the supervisor if none.
    pub cwd: Option<PathBuf>,
    /// How it is known to be ready.
    pub probe: Probe,
    /// Names of processes that must be ready before it starts, and that stop after it.
    pub depends_on: Vec<String>,
    /// How long it may take to end after SIGTERM. Default: [`Kind::grace`].
    pub grace: Duration,
    /// A file that the process writes when it has been asked to end and has saved everything. It is killed soon after, even
    /// if it would like to say goodbye to others that are gone already. Default: none.
    pub saved_file: Option<PathBuf>,
    /// Whether it is started again. Default: [`Restart::OnFailure`] for services, else [`Restart::Always`].
    pub restart: Restart,
    /// The ports it listens on, for `status`.
    pub ports: Vec<Port>,
    /// Changes when the process must be restarted: a hash over everything that it is made of.
    pub fingerprint: String,
}

impl ProcessSpec {
    /// A process with the defaults of its kind, without arguments, dependencies, probe or fingerprint.
    pub fn new(name: impl Into<String>, kind: Kind, program: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            kind,
            program: program.into(),
            args: Vec::new(),
            env: BTreeMap::new(),
            cwd: None,
            probe: Probe::None,
            depends_on: Vec::new(),
            grace: kind.grace(),
            saved_file: None,
            restart: if kind == Kind::Service { Restart::OnFailure } else { Restart::Always },
            ports: Vec::new(),
            fingerprint: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_not_killed_while_it_ends_by_itself() {
        let work_and_flush = Duration::from_secs(10 + 10);
        assert!(Kind::Service.grace() > work_and_flush);
    }
}
