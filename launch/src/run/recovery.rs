//! Finds and ends the processes of a supervisor that was killed, or whose folder was deleted while it ran.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::folder::Project;
use crate::proc::group::{signal_group, signal_process};
use crate::proc::identity::{Identity, PROCESS_VARIABLE, PROJECT_VARIABLE, RUN_VARIABLE, boot_id};
use crate::proc::{Stat, all_pids, command_line, environment_variable, holds_deleted, is_of_this_user};
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
    reach: Reach,
}

/// Whom a signal for a process is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Its group, if it leads one: a supervisor starts every process in a group of its own.
    Group,
    /// The process alone: a shell may have put others into its group, such as the reader of a pipe.
    Alone,
}

/// How often the end of an orphan is looked for.
const POLL: Duration = Duration::from_millis(50);

/// Ends the orphans in shutdown order: services, the registry, brokers, coordination. Then forgets the old run.
pub(super) async fn end_orphans(project: &Project, progress: Progress<'_>) -> Result<Vec<Orphan>, Error> {
    let old = match State::load(project) {
        Ok(old) => old,
        // A state of another version of this tool cannot be acted on, and it must not block the project for ever.
        Err(Error::Corrupt { path, .. }) => {
            progress(&format!("`{}` does not read and is replaced", path.display()));
            None
        }
        Err(error) => return Err(error),
    };
    // First, because it would start again what is ended here.
    let mut ended = end_supervisors(project, progress).await?;
    let left = match &old {
        Some(old) if old.boot == boot_id()? => find(old)?,
        Some(_) => Vec::new(),
        None => find_strays(project)?,
    };
    let mut by_kind: BTreeMap<Kind, Vec<Found>> = BTreeMap::new();
    for found in left {
        by_kind.entry(found.kind).or_default().push(found);
    }
    for (kind, orphans) in by_kind.into_iter().rev() {
        for orphan in &orphans {
            progress(&format!(
                "ending `{}` (pid {}), left by a supervisor that was killed",
                orphan.name, orphan.identity.pid
            ));
        }
        ended.extend(end(orphans, kind.grace()).await);
    }
    if let Some(socket) = old.and_then(|old| old.socket) {
        state::remove(&socket)?;
    }
    state::remove(&project.state_file())?;
    Ok(ended)
}

/// Whether anything runs that a supervisor of the project started, or such a supervisor.
pub(super) fn has_strays(project: &Project) -> Result<bool, Error> {
    Ok(!supervisors_without_folder(project)?.is_empty() || !find_strays(project)?.is_empty())
}

/// Asks supervisors to stop whose folder was deleted, and with it their lock. They end their processes in order.
async fn end_supervisors(project: &Project, progress: Progress<'_>) -> Result<Vec<Orphan>, Error> {
    let supervisors = supervisors_without_folder(project)?;
    if supervisors.is_empty() {
        return Ok(Vec::new());
    }
    for supervisor in &supervisors {
        let pid = supervisor.identity.pid;
        progress(&format!("ending the supervisor (pid {pid}), whose `.topology` was deleted while it ran"));
    }
    // At worst each of its processes uses up its grace, one after the other.
    let processes = u32::try_from(find_strays(project)?.len()).unwrap_or(u32::MAX);
    Ok(end(supervisors, Kind::Service.grace().saturating_mul(processes.saturating_add(1))).await)
}

/// Supervisors that hold the lock of a folder that is no more.
fn supervisors_without_folder(project: &Project) -> Result<Vec<Found>, Error> {
    let lock = project.canonical_root().join("lock");
    let found = |pid: u32| {
        let is_one = is_someone_else_of_this_user(pid) && holds_deleted(pid, &lock);
        let identity = Identity::of(pid).filter(|identity| is_one && identity.is_alive())?;
        Some(Found { name: "supervisor".to_owned(), kind: Kind::Service, identity, reach: Reach::Alone })
    };
    Ok(all_pids()?.into_iter().filter_map(found).collect())
}

/// What supervisors of the project have started and nobody lists.
fn find_strays(project: &Project) -> Result<Vec<Found>, Error> {
    let folder = project.canonical_root();
    let found = |pid: u32| {
        // The identity comes first: should the id be reused meanwhile, it is no longer alive when it is signalled.
        let identity = Identity::of(pid).filter(|identity| identity.is_alive())?;
        let is_one = is_someone_else_of_this_user(pid)
            && environment_variable(pid, PROJECT_VARIABLE).is_some_and(|value| *value == *folder.to_string_lossy())
            && environment_variable(pid, RUN_VARIABLE).is_some();
        let name = environment_variable(pid, PROCESS_VARIABLE).filter(|_| is_one)?;
        Some(Found { name, kind: Kind::Service, identity, reach: Reach::Group })
    };
    Ok(all_pids()?.into_iter().filter_map(found).collect())
}

fn is_someone_else_of_this_user(pid: u32) -> bool {
    pid != std::process::id() && is_of_this_user(pid)
}

fn find(old: &State) -> Result<Vec<Found>, Error> {
    let mut found: BTreeMap<u32, Found> = BTreeMap::new();
    for record in old.processes.values() {
        if let Some(identity) = record.identity.filter(|identity| identity.is_alive()) {
            found.insert(
                identity.pid,
                Found { name: record.name.clone(), kind: record.kind, identity, reach: Reach::Group },
            );
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
        found.insert(pid, Found { name, kind, identity, reach: Reach::Group });
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
    if orphan.reach == Reach::Group && Stat::read(pid).is_some_and(|stat| u32::try_from(stat.group) == Ok(pid)) {
        signal_group(pid, signal);
    } else {
        signal_process(pid, signal);
    }
}
