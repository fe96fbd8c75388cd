//! Finds and ends the processes of a supervisor that was killed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::folder::Project;
use crate::proc::group::{signal_group, signal_process};
use crate::proc::identity::{Identity, PROCESS_VARIABLE, RUN_VARIABLE, boot_id};
use crate::proc::{Stat, all_pids, command_line, environment_variable};
use crate::state::{self, State};
use crate::supervisor::Kind;
use crate::{Error, Progress};

/// A process that outlived its supervisor and was ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The supervised process's name, or the command line of a helper.
    pub name: String,
    /// Its process id.
    pub pid: u32,
    /// Whether it had to be killed because it did not end when asked.
    pub killed: bool,
}

/// A process of the old run that is alive.
struct Found {
    name: String,
    kind: Kind,
    identity: Identity,
}

/// How often the end of an orphan is looked for.
const POLL: Duration = Duration::from_millis(50);

/// Ends the orphans in shutdown order: services, the registry, brokers, coordination. Then forgets the old run.
pub(super) async fn end_orphans(project: &Project, progress: Progress<'_>) -> Result<Vec<Orphan>, Error> {
    let old = match State::load(project) {
        Ok(Some(old)) => old,
        Ok(None) => return Ok(Vec::new()),
        // A state of another version of this tool cannot be acted on, and it must not block the project for ever.
        Err(Error::Corrupt { path, .. }) => {
            progress(&format!("`{}` does not read and is ignored", path.display()));
            state::remove(&path)?;
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut by_kind: BTreeMap<Kind, Vec<Found>> = BTreeMap::new();
    if old.boot == boot_id()? {
        for found in find(&old)? {
            by_kind.entry(found.kind).or_default().push(found);
        }
    }
    let mut ended = Vec::new();
    for (kind, orphans) in by_kind.into_iter().rev() {
        for orphan in &orphans {
            progress(&format!(
                "ending `{}` (pid {}), left by a supervisor that was killed",
                orphan.name, orphan.identity.pid
            ));
        }
        ended.extend(end(orphans, kind.grace()).await);
    }
    if let Some(socket) = &old.socket {
        state::remove(socket)?;
    }
    state::remove(&project.state_file())?;
    Ok(ended)
}

fn find(old: &State) -> Result<Vec<Found>, Error> {
    let mut found: BTreeMap<u32, Found> = BTreeMap::new();
    for record in old.processes.values() {
        if let Some(identity) = record.identity.filter(|identity| identity.is_alive()) {
            found.insert(identity.pid, Found { name: record.name.clone(), kind: record.kind, identity });
        }
    }
    for pid in all_pids()? {
        if pid == std::process::id() || found.contains_key(&pid) {
            continue;
        }
        if environment_variable(pid, RUN_VARIABLE).as_deref() != Some(old.run.as_str()) {
            continue;
        }
        let Some(identity) = Identity::of(pid).filter(|identity| identity.is_alive()) else { continue };
        let name = environment_variable(pid, PROCESS_VARIABLE);
        let kind = name.as_ref().and_then(|name| old.processes.get(name)).map_or(Kind::Service, |record| record.kind);
        let name = name.or_else(|| command_line(pid)).unwrap_or_else(|| "unknown".to_owned());
        found.insert(pid, Found { name, kind, identity });
    }
    Ok(found.into_values().collect())
}

async fn end(orphans: Vec<Found>, grace: Duration) -> Vec<Orphan> {
    for orphan in &orphans {
        signal(orphan, Signal::TERM);
    }
    let deadline = Instant::now() + grace;
    while orphans.iter().any(|orphan| orphan.identity.is_alive()) && Instant::now() < deadline {
        tokio::time::sleep(POLL).await;
    }
    let mut ended = Vec::new();
    for orphan in orphans {
        let killed = orphan.identity.is_alive();
        signal(&orphan, Signal::KILL);
        ended.push(Orphan { name: orphan.name, pid: orphan.identity.pid, killed });
    }
    ended
}

/// Signals the orphan's group if it leads one, else the orphan alone: a group that someone else leads is not ours to end.
fn signal(orphan: &Found, signal: Signal) {
    let pid = orphan.identity.pid;
    if !orphan.identity.is_alive() {
        return;
    }
    if Stat::read(pid).is_some_and(|stat| u32::try_from(stat.group) == Ok(pid)) {
        signal_group(pid, signal);
    } else {
        signal_process(pid, signal);
    }
}
