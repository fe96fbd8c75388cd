//! `cluster down`: stops the cluster that `cluster up` started.

use std::path::Path;
use std::time::Duration;

use super::place;
use crate::args::ClusterDownArgs;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;

/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(10);

pub(super) fn run(args: &ClusterDownArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let folder = place::of_running(&args.folder, scope)?;
    let terminal = scope.terminal;
    match place::record(&folder)? {
        Some(record) if record.supervised => {
            return Err(Failure::usage("this cluster belongs to the `topology up` of a project")
                .help("stop it with `topology down` in the project, which ends what uses it first"));
        }
        Some(record) => {
            interrupt::block_on(async {
                record.stop(GRACE).await;
                Ok(())
            })?;
            let data = if record.ephemeral { "its data was in memory and is gone" } else { "the data stays" };
            let data = if args.purge { "" } else { data };
            terminal.step("Stopped", format!("the cluster; {data}").trim_end_matches("; "));
        }
        None => terminal.say("no cluster runs"),
    }
    if args.purge {
        purge(&folder)?;
        terminal.step("Removed", &format!("{}", folder.display()));
    }
    Ok(ExitStatus::Clean)
}

fn purge(folder: &Path) -> Result<(), Failure> {
    place::is_for_clusters(folder)?;
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Failure::world(format!("`{}` could not be removed", folder.display())).because(&error))
        }
        _ => Ok(()),
    }
}
