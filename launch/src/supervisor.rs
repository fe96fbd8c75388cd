//! Starts processes in dependency order, probes them, restarts them, and stops them in reverse order.
//!
//! Each process has a runner, a task that owns it from start to end. The supervisor decides *which* runners exist and in
//! which order they begin and end; a runner decides everything about its one process. What runs is visible in the state
//! (see [`state`](crate::state)) and as [`Event`]s.

mod backoff;
mod event;
mod order;
mod probe;
mod runner;
mod shutdown;
mod spec;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{broadcast, watch};

pub use backoff::Settings;
pub use event::{Event, Events, Stream};
pub use probe::{Check, CustomProbe, Probe};
pub(crate) use runner::exit_in_words;
pub use spec::{Kind, Port, ProcessSpec, Restart};

use crate::error::NotReady;
use crate::folder::{EnvironmentFolder, Project};
use crate::proc::identity::RunId;
use crate::run::Run;
use crate::state::{ProcessRecord, State, StateStore};
use crate::status::Status;
use crate::{Error, logs};
use runner::{Order, RunnerHandle};

/// What happens to processes that a reconciliation does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Others {
    /// They stay as they are: the list is a part of the environment.
    Keep,
    /// They are stopped: the list is the whole environment.
    Stop,
}

/// How to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// In reverse dependency order, each process with its grace.
    Graceful,
    /// Everything at once.
    Kill,
}

/// What a reconciliation did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Changes {
    /// Processes that were not running and are started now.
    pub started: Vec<String>,
    /// Processes whose fingerprint changed.
    pub restarted: Vec<String>,
    /// Processes that left the specification.
    pub stopped: Vec<String>,
    /// Processes that were left alone.
    pub unchanged: Vec<String>,
}

/// Supervises the processes of one run. Clones are the same supervisor.
///
/// When the last clone is dropped without a stop, every process is killed with its group.
#[derive(Clone, Debug)]
pub struct Supervisor {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    // Declared first, so that runners end before the run gives up the project.
    runners: Mutex<BTreeMap<String, RunnerHandle>>,
    shared: Arc<Shared>,
    reconciling: tokio::sync::Mutex<()>,
    stop: watch::Sender<StopState>,
    run: Mutex<Option<Run>>,
    project: Project,
    folder: EnvironmentFolder,
}

/// What runners and the supervisor both use.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) run: RunId,
    /// The project's folder, as [`PROJECT_VARIABLE`](crate::proc::identity::PROJECT_VARIABLE) names it.
    pub(crate) project: PathBuf,
    pub(crate) state: Arc<StateStore>,
    pub(crate) events: broadcast::Sender<Event>,
    pub(crate) settings: Settings,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum StopState {
    Running,
    Stopping(Urgency),
    Stopped,
}

/// How many events a slow listener may be behind before it misses some.
const EVENT_BUFFER: usize = 8192;

impl Supervisor {
    /// A supervisor without processes, which owns the run from now on.
    pub fn new(run: Run, settings: Settings) -> Self {
        let shared = Shared {
            run: run.id().clone(),
            project: run.project().canonical_root(),
            state: run.state.clone(),
            events: broadcast::Sender::new(EVENT_BUFFER),
            settings,
        };
        let inner = Inner {
            runners: Mutex::default(),
            shared: Arc::new(shared),
            reconciling: tokio::sync::Mutex::default(),
            stop: watch::Sender::new(StopState::Running),
            project: run.project().clone(),
            folder: run.folder().clone(),
            run: Mutex::new(Some(run)),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Everything that happens from now on.
    pub fn events(&self) -> Events {
        Events::new(self.inner.shared.events.subscribe())
    }

    /// The folder of the environment that runs.
    pub fn folder(&self) -> &EnvironmentFolder {
        &self.inner.folder
    }

    /// The project that runs.
    pub fn project(&self) -> &Project {
        &self.inner.project
    }

    /// The name of the run.
    pub fn run_id(&self) -> &RunId {
        &self.inner.shared.run
    }

    /// Records where the environment is reached, for `status`.
    pub fn set_endpoints(&self, endpoints: BTreeMap<String, String>) -> Result<(), Error> {
        self.inner.shared.state.change(|state| state.endpoints = endpoints)
    }

    /// What runs now, with CPU and memory. Takes one [`SAMPLE_INTERVAL`](crate::proc::usage::SAMPLE_INTERVAL).
    pub async fn status(&self) -> Status {
        Status::observe(self.inner.shared.state.snapshot()).await
    }

    /// Makes the running processes match the specifications.
    ///
    /// Starts what is missing or has given up, restarts what has another fingerprint, stops what left the list (with
    /// [`Others::Stop`]), and leaves the rest untouched: also what has finished its work, which would else do it twice. Returns once the stops are done and the starts have begun; see
    /// [`wait_ready`](Self::wait_ready).
    pub async fn reconcile(&self, specs: Vec<ProcessSpec>, others: Others) -> Result<Changes, Error> {
        let _turn = self.inner.reconciling.lock().await;
        self.check_running()?;
        let current = self.current_specs();
        order::check(&specs, &current, others)?;
        let diff = self.diff(&specs, &current, others);
        let ending: BTreeSet<&String> = diff.stopped.iter().chain(&diff.restarted).collect();
        self.stop_some(&ending.into_iter().cloned().collect()).await?;
        for spec in specs {
            if diff.started.contains(&spec.name) || diff.restarted.contains(&spec.name) {
                self.start(spec)?;
            }
        }
        Ok(diff)
    }

    /// Ends one process and starts it again from the same specification.
    pub async fn restart(&self, name: &str) -> Result<(), Error> {
        let _turn = self.inner.reconciling.lock().await;
        self.check_running()?;
        let mut specs = self.current_specs();
        let known = specs.keys().cloned().collect();
        let Some(spec) = specs.remove(name) else { return Err(Error::UnknownProcess { name: name.to_owned(), known }) };
        self.stop_some(&BTreeSet::from([name.to_owned()])).await?;
        self.start(spec.as_ref().clone())
    }

    /// Waits until the named processes are ready. One that ended by itself with status 0 has finished and is not waited for.
    ///
    /// # Errors
    ///
    /// [`Error::NotReady`] as soon as one of them (or something that they depend on) has ended for good, or after `limit`.
    pub async fn wait_ready(&self, names: &[String], limit: Duration) -> Result<(), Error> {
        let specs = self.current_specs();
        let mut needed: BTreeSet<String> = BTreeSet::new();
        let mut pending: Vec<String> = names.to_vec();
        while let Some(name) = pending.pop() {
            if let Some(spec) = specs.get(&name) {
                pending.extend(spec.depends_on.iter().filter(|name| !needed.contains(*name)).cloned());
            }
            needed.insert(name);
        }
        let mut states = self.inner.shared.state.subscribe();
        let settled = states.wait_for(|state| all_settled(state, names) || any_given_up(state, &needed));
        let ended = tokio::time::timeout(limit, settled).await.is_ok();
        let state = self.inner.shared.state.snapshot();
        if all_settled(&state, names) {
            return Ok(());
        }
        let unsettled = |name: &&String| state.processes.get(*name).is_none_or(|record| !record.is_settled());
        let given_up = |name: &&String| state.processes.get(*name).is_some_and(ProcessRecord::has_given_up);
        let culprits: Vec<&String> =
            if ended { needed.iter().filter(given_up).collect() } else { needed.iter().filter(unsettled).collect() };
        let processes =
            culprits.into_iter().map(|name| self.why_not_ready(name, state.processes.get(name), limit)).collect();
        Err(Error::NotReady { processes })
    }

    /// Asks everything to stop and returns at once; [`stopped`](Self::stopped) waits for the end.
    ///
    /// Asking again with [`Urgency::Kill`] ends what is left at once; asking again gracefully changes nothing. Must be called
    /// within a Tokio runtime.
    pub fn stop(&self, urgency: Urgency) {
        let mut began = false;
        self.inner.stop.send_if_modified(|state| match (*state, urgency) {
            (StopState::Running, _) => {
                began = true;
                *state = StopState::Stopping(urgency);
                true
            }
            (StopState::Stopping(Urgency::Graceful), Urgency::Kill) => {
                *state = StopState::Stopping(Urgency::Kill);
                true
            }
            _ => false,
        });
        if began {
            tokio::spawn(shutdown::run(self.clone()));
        }
    }

    /// Waits until the environment has stopped, whoever asked for it. No process is left, and the project is free again.
    pub async fn stopped(&self) {
        let mut stop = self.inner.stop.subscribe();
        drop(stop.wait_for(|state| *state == StopState::Stopped).await);
    }

    /// Whether a stop has been asked for.
    pub fn is_stopping(&self) -> bool {
        *self.inner.stop.borrow() != StopState::Running
    }

    /// Waits until someone asks for a stop.
    pub async fn stop_requested(&self) {
        let mut stop = self.inner.stop.subscribe();
        drop(stop.wait_for(|state| *state != StopState::Running).await);
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    fn check_running(&self) -> Result<(), Error> {
        if self.is_stopping() { Err(Error::Stopping) } else { Ok(()) }
    }

    fn current_specs(&self) -> BTreeMap<String, Arc<ProcessSpec>> {
        let runners = self.inner.runners.lock().unwrap_or_else(PoisonError::into_inner);
        runners.iter().map(|(name, runner)| (name.clone(), runner.spec.clone())).collect()
    }

    fn diff(&self, specs: &[ProcessSpec], current: &BTreeMap<String, Arc<ProcessSpec>>, others: Others) -> Changes {
        let state = self.inner.shared.state.snapshot();
        let is_over = |name: &str| state.processes.get(name).is_some_and(|record| record.phase.is_over());
        let has_finished = |name: &str| state.processes.get(name).is_some_and(ProcessRecord::has_finished);
        let mut changes = Changes::default();
        for spec in specs {
            let list = match current.get(&spec.name) {
                None => &mut changes.started,
                Some(ended) if has_finished(&spec.name) && ended.fingerprint == spec.fingerprint => {
                    &mut changes.unchanged
                }
                Some(_) if is_over(&spec.name) => &mut changes.started,
                Some(running) if running.fingerprint != spec.fingerprint => &mut changes.restarted,
                Some(_) => &mut changes.unchanged,
            };
            list.push(spec.name.clone());
        }
        if others == Others::Stop {
            let listed: BTreeSet<&str> = specs.iter().map(|spec| spec.name.as_str()).collect();
            changes.stopped = current.keys().filter(|name| !listed.contains(name.as_str())).cloned().collect();
        }
        changes
    }

    fn start(&self, spec: ProcessSpec) -> Result<(), Error> {
        let name = spec.name.clone();
        let log = self.inner.folder.log(&name);
        let record = ProcessRecord::planned(&spec, log.clone());
        self.inner.shared.state.change(|state| {
            state.processes.insert(name.clone(), record);
        })?;
        let sink = logs::Sink::open(&name, &log, self.inner.shared.settings.log_rotation)?;
        // Under the lock: a stop that clears the runners either finds this one or is seen here.
        let mut runners = self.inner.runners.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_running()?;
        runners.insert(name, RunnerHandle::spawn(Arc::new(spec), self.inner.shared.clone(), sink));
        Ok(())
    }

    /// Ends the named processes in reverse dependency order and forgets them.
    async fn stop_some(&self, names: &BTreeSet<String>) -> Result<(), Error> {
        for level in order::stop_levels(&self.current_specs()) {
            let level: Vec<String> = level.into_iter().filter(|name| names.contains(name)).collect();
            shutdown::end_level(self, &level, Order::Terminate).await;
        }
        let mut runners = self.inner.runners.lock().unwrap_or_else(PoisonError::into_inner);
        runners.retain(|name, _| !names.contains(name));
        drop(runners);
        self.inner.shared.state.change(|state| state.processes.retain(|name, _| !names.contains(name)))
    }

    fn why_not_ready(&self, name: &str, record: Option<&ProcessRecord>, limit: Duration) -> NotReady {
        let reason = match record {
            None => "it was never started".to_owned(),
            Some(record) if record.phase.is_over() => {
                record.detail.clone().or_else(|| record.last_exit.clone()).unwrap_or_else(|| record.phase.to_string())
            }
            Some(record) => {
                let detail = record.detail.as_ref().map_or(String::new(), |detail| format!(" ({detail})"));
                format!("still {} after {} s{detail}", record.phase, limit.as_secs())
            }
        };
        // Not from the file, where the lines of earlier runs are too.
        let runners = self.inner.runners.lock().unwrap_or_else(PoisonError::into_inner);
        let lines = runners.get(name).map_or_else(Vec::new, RunnerHandle::last_lines);
        NotReady { name: name.to_owned(), reason, lines }
    }
}

fn all_settled(state: &State, names: &[String]) -> bool {
    names.iter().all(|name| state.processes.get(name).is_some_and(ProcessRecord::is_settled))
}

fn any_given_up(state: &State, names: &BTreeSet<String>) -> bool {
    names.iter().any(|name| state.processes.get(name).is_none_or(ProcessRecord::has_given_up))
}
