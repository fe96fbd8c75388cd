//! Which folder a command means, and whether it is a cluster's.
//!
//! One cluster a user is the default: it is found from any folder, as its ports are. `--data` is another one. Inside of a
//! project whose `up` runs on the embedded cluster, that one is meant by whatever only looks at or disturbs a cluster.

use std::path::{Path, PathBuf};

use launch::background::{self, Record};
use launch::folder::Project as StateFolder;
use launch::state::State;

use crate::args::ClusterFolder;
use crate::command::Scope;
use crate::failure::Failure;
use crate::local::failed;
use crate::project;

/// The folder of a running cluster: the one that is named, the project's if its `up` runs, or the user's.
pub(super) fn of_running(folder: &ClusterFolder, scope: &Scope) -> Result<PathBuf, Failure> {
    match &folder.data {
        Some(path) => Ok(absolute(path)),
        None => of_project(scope).map_or_else(of_user, Ok),
    }
}

/// The folder for a new cluster: the one that is named, or the user's.
pub(super) fn of_new(data: Option<&Path>) -> Result<PathBuf, Failure> {
    data.map_or_else(of_user, |path| Ok(absolute(path)))
}

fn of_project(scope: &Scope) -> Option<PathBuf> {
    let folder = StateFolder::new(project::root(&scope.global)?);
    let state = State::load(&folder).ok().flatten().filter(|state| state.supervisor.is_alive())?;
    let cluster = folder.environment(&state.environment).cluster();
    background::file(&cluster).exists().then_some(cluster)
}

fn of_user() -> Result<PathBuf, Failure> {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| Some(std::env::home_dir()?.join(".local/state")));
    let state = state.ok_or_else(|| {
        Failure::world("this user has no home folder, in which a cluster lives by default")
            .help("name a folder with `--data DIR`")
    })?;
    Ok(state.join("topology/cluster"))
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// The process that serves a folder.
pub(super) fn record(folder: &Path) -> Result<Option<Record>, Failure> {
    Record::running(folder).map_err(|error| failed("it is not known whether a cluster runs", &error))
}

/// How many brokers the data of a folder is spread over; none where there is no data.
pub(super) fn brokers(folder: &Path) -> Result<Option<u16>, Failure> {
    let last = Record::last(folder).map_err(|error| failed("it is not known what is in the folder", &error))?;
    let count = |record: &Record| u16::try_from(record.addresses.len()).unwrap_or(u16::MAX);
    Ok(last.filter(|record| !record.ephemeral).map(|record| count(&record)))
}

/// The file with what a cluster behind the terminal wrote.
pub(super) fn log(folder: &Path) -> PathBuf {
    folder.join("cluster.log")
}

/// Refuses a folder that somebody uses for something else: nothing of theirs is mixed with a cluster's data, or removed
/// with it. A folder that is not there, or empty, is nobody's.
pub(super) fn is_for_clusters(folder: &Path) -> Result<(), Failure> {
    let mut entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries.flatten().peekable(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(Failure::world(format!("`{}` cannot hold a cluster", folder.display()))
                .because(&error)
                .help("name another folder with `--data DIR`"));
        }
    };
    let data = ["topology-cluster", "ports.json"].map(|name| folder.join(name));
    let marks = data.into_iter().chain([background::file(folder), log(folder)]);
    if entries.peek().is_none() || marks.into_iter().any(|mark| mark.exists()) {
        return Ok(());
    }
    Err(Failure::usage(format!("`{}` is not empty, and what is in it is not a cluster's", folder.display()))
        .help("name another folder with `--data DIR`"))
}
