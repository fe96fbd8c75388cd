//! What a supervisor has started, in memory for itself and in `.topology/state.json` for everyone after it.
//!
//! The file is replaced on every change, so that a supervisor that dies at any moment leaves a list of what it started.
//! This module does not act on the list; see [`run`](crate::run) for cleaning up after a crash.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::Error;
use crate::folder::{Project, write_atomically};
use crate::proc::identity::{Identity, RunId};
use crate::supervisor::{Kind, Port, ProcessSpec};

/// The life of a supervised process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Waits for what it depends on, or for its next restart.
    Waiting,
    /// Runs, but its probe has not succeeded yet.
    Starting,
    /// Runs, and its probe succeeds.
    Ready,
    /// Runs, but its probe has stopped succeeding.
    Unready,
    /// Was asked to end and has not ended yet.
    Stopping,
    /// Ended and is not restarted.
    Exited,
    /// Ended too often in too short a time and is not restarted.
    CrashLooping,
}

impl Phase {
    /// The word for people and for JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Starting => "starting",
            Self::Ready => "ready",
            Self::Unready => "unready",
            Self::Stopping => "stopping",
            Self::Exited => "exited",
            Self::CrashLooping => "crash-looping",
        }
    }

    /// Whether the process has ended for good, unless someone starts it again.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Exited | Self::CrashLooping)
    }
}

impl std::fmt::Display for Phase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// What is known about one process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRecord {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Where it is in its life.
    pub phase: Phase,
    /// Why it is there, in words, if there is more to say.
    pub detail: Option<String>,
    /// The running process, if one runs.
    pub identity: Option<Identity>,
    /// When it was started last, in milliseconds since 1970.
    pub started_at: Option<u64>,
    /// How often it was started again after it had ended by itself.
    pub restarts: u32,
    /// How it ended last, in words.
    pub last_exit: Option<String>,
    /// The status with which it ended last by itself; none while it runs, and when a signal ended it.
    pub exit_status: Option<i32>,
    /// The ports it listens on.
    pub ports: Vec<Port>,
    /// Its log file.
    pub log: PathBuf,
}

impl ProcessRecord {
    /// Whether the process ended by itself with status 0: its work is done, and nobody has to start it again.
    pub fn has_finished(&self) -> bool {
        self.phase == Phase::Exited && self.exit_status == Some(0)
    }

    /// Whether nobody has to wait for the process any more: it is ready, or has finished.
    pub(crate) fn is_settled(&self) -> bool {
        self.phase == Phase::Ready || self.has_finished()
    }

    /// Whether the process has ended for good without having finished.
    pub(crate) fn has_given_up(&self) -> bool {
        self.phase.is_over() && !self.has_finished()
    }

    /// The record of a process that has not been started yet.
    pub(crate) fn planned(spec: &ProcessSpec, log: PathBuf) -> Self {
        Self {
            name: spec.name.clone(),
            kind: spec.kind,
            phase: Phase::Waiting,
            detail: None,
            identity: None,
            started_at: None,
            restarts: 0,
            last_exit: None,
            exit_status: None,
            ports: spec.ports.clone(),
            log,
        }
    }
}

/// The content of `.topology/state.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The run that wrote it.
    pub run: RunId,
    /// The boot in which its identities are meaningful.
    pub boot: String,
    /// The supervisor.
    pub supervisor: Identity,
    /// The environment that it runs.
    pub environment: String,
    /// When it started, in milliseconds since 1970.
    pub started_at: u64,
    /// Whether it stops everything and will then exit.
    #[serde(default)]
    pub is_stopping: bool,
    /// The control socket, once it listens.
    pub socket: Option<PathBuf>,
    /// Where the environment is reached: `bootstrap_servers`, `schema_registry` and so on.
    pub endpoints: BTreeMap<String, String>,
    /// Every process by name.
    pub processes: BTreeMap<String, ProcessRecord>,
}

impl State {
    /// Every port that a process of the environment has, for [`ports::plan`](crate::ports::plan).
    pub fn ports(&self) -> Vec<u16> {
        self.processes.values().flat_map(|record| &record.ports).map(|port| port.number).collect()
    }

    /// The state that the last supervisor of the project wrote, if there was one.
    pub fn load(project: &Project) -> Result<Option<Self>, Error> {
        let path = project.state_file();
        match fs::read(&path) {
            Ok(text) => serde_json::from_slice(&text).map(Some).map_err(|source| Error::Corrupt { path, source }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::file("read", &path)(error)),
        }
    }
}

/// Keeps the state of the running supervisor, in memory and on disk alike.
#[derive(Debug)]
pub(crate) struct StateStore {
    path: PathBuf,
    current: watch::Sender<State>,
    writing: Mutex<()>,
}

impl StateStore {
    pub(crate) fn create(project: &Project, state: State) -> Result<Self, Error> {
        let store = Self { path: project.state_file(), current: watch::Sender::new(state), writing: Mutex::new(()) };
        store.save()?;
        Ok(store)
    }

    pub(crate) fn snapshot(&self) -> State {
        self.current.borrow().clone()
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<State> {
        self.current.subscribe()
    }

    /// Changes the state in memory, then on disk. The change holds in memory even when the disk refuses it.
    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) -> Result<(), Error> {
        self.current.send_modify(change);
        self.save()
    }

    /// Deletes the file: nothing runs any more.
    pub(crate) fn remove(&self) -> Result<(), Error> {
        remove(&self.path)
    }

    fn save(&self) -> Result<(), Error> {
        // Writers take turns, and each writes what is newest by then: the last write is never an old state.
        let _turn = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let state = self.snapshot();
        let text =
            serde_json::to_vec_pretty(&state).map_err(|source| Error::Corrupt { path: self.path.clone(), source })?;
        write_atomically(&self.path, &text)
    }
}

pub(crate) fn remove(path: &std::path::Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("delete", path)(error)),
        _ => Ok(()),
    }
}

/// Now, in milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
