//! Owns one process: waits for its dependencies, starts it, probes it, restarts it, ends it.
//!
//! A runner is a task. Dropping its handle aborts the task, and the group guard inside kills whatever runs.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::backoff::{Exits, Verdict};
use super::{Event, ProcessSpec, Restart, Shared};
use crate::logs::{Pumps, Sink};
use crate::proc::group::Group;
use crate::proc::identity::{Identity, PROCESS_VARIABLE, PROJECT_VARIABLE, RUN_VARIABLE, random};
use crate::state::{Phase, ProcessRecord, State, now_millis};

/// How often the file is looked for that says that everything is saved, and how long a process may live on after that.
const SAVED_POLL: Duration = Duration::from_millis(50);
const SAVED_GRACE: Duration = Duration::from_millis(500);

/// What a runner is told to do. Only ever grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Order {
    Run,
    Terminate,
    Kill,
}

/// The supervisor's end of a runner.
#[derive(Debug)]
pub(super) struct RunnerHandle {
    pub(super) spec: Arc<ProcessSpec>,
    sink: Sink,
    order: watch::Sender<Order>,
    ended: watch::Receiver<bool>,
    task: JoinHandle<()>,
}

impl RunnerHandle {
    pub(super) fn spawn(spec: Arc<ProcessSpec>, shared: Arc<Shared>, sink: Sink) -> Self {
        let (order, orders) = watch::channel(Order::Run);
        let (end, ended) = watch::channel(false);
        let runner = Runner { spec: spec.clone(), shared, sink: sink.clone(), orders };
        let task = tokio::spawn(async move {
            runner.run().await;
            end.send_replace(true);
        });
        Self { spec, sink, order, ended, task }
    }

    pub(super) fn order(&self, order: Order) {
        self.order.send_if_modified(|current| {
            let grows = order > *current;
            *current = (*current).max(order);
            grows
        });
    }

    /// The last lines that the process wrote since this runner began.
    pub(super) fn last_lines(&self) -> Vec<String> {
        self.sink.last_lines()
    }

    /// Becomes true when nothing of the process is left.
    pub(super) fn ended(&self) -> watch::Receiver<bool> {
        self.ended.clone()
    }
}

impl Drop for RunnerHandle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Runner {
    spec: Arc<ProcessSpec>,
    shared: Arc<Shared>,
    sink: Sink,
    orders: watch::Receiver<Order>,
}

/// How one life of the process ended.
enum Life {
    /// By itself.
    Ended { how: String, success: bool, ready_for: Duration },
    /// Because it was told to.
    Stopped { how: String },
}

/// Whether a dependency that has given up still holds a process back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Attempt {
    /// It does: the process has never run.
    First,
    /// It does not: a broker that is gone for good must not keep services of the others down.
    Again,
}

impl Runner {
    async fn run(mut self) {
        let mut exits = Exits::default();
        let mut attempt = Attempt::First;
        while self.dependencies_ready(attempt).await {
            attempt = Attempt::Again;
            match self.live().await {
                Life::Stopped { how } => return self.settle(Phase::Exited, how),
                Life::Ended { how, success, ready_for } => {
                    if !self.is_restarted(success) {
                        return self.settle_and_wait(Phase::Exited, how).await;
                    }
                    let verdict = exits.judge(Instant::now(), ready_for, jitter(), &self.shared.settings);
                    let Verdict::After(pause) = verdict else {
                        let times = self.shared.settings.crash_loop_exits;
                        let detail = format!("{how}; it ended {times} times in a short time and is not restarted");
                        return self.settle_and_wait(Phase::CrashLooping, detail).await;
                    };
                    self.set(Phase::Waiting, Some(format!("{how}; restarts in {:.1} s", pause.as_secs_f64())));
                    tokio::select! {
                        () = tokio::time::sleep(pause) => {}
                        _ = stop_ordered(&mut self.orders) => return self.settle(Phase::Exited, how),
                    }
                    self.update(|record| record.restarts += 1);
                }
            }
        }
        self.settle(Phase::Exited, "stopped before it started".to_owned());
    }

    fn is_restarted(&self, success: bool) -> bool {
        match self.spec.restart {
            Restart::Always => true,
            Restart::OnFailure => !success,
            Restart::Never => false,
        }
    }

    /// Waits for the dependencies. False when told to stop.
    async fn dependencies_ready(&mut self, attempt: Attempt) -> bool {
        let mut states = self.shared.state.subscribe();
        loop {
            let missing = first_missing(&states.borrow_and_update(), &self.spec.depends_on, attempt);
            let Some(detail) = missing else { return *self.orders.borrow() == Order::Run };
            self.set(Phase::Waiting, Some(detail));
            tokio::select! {
                changed = states.changed() => if changed.is_err() { return false },
                _ = stop_ordered(&mut self.orders) => return false,
            }
        }
    }

    /// Runs the process once, from start to end.
    async fn live(&mut self) -> Life {
        let mut child = match self.spawn() {
            Ok(child) => child,
            Err(error) => {
                let how = format!("cannot start `{}`: {error}", self.spec.program.display());
                return Life::Ended { how, success: false, ready_for: Duration::ZERO };
            }
        };
        let Some(pid) = child.id() else {
            return Life::Ended { how: "ended at once".to_owned(), success: false, ready_for: Duration::ZERO };
        };
        let group = Group::led_by(pid);
        self.update(|record| {
            record.identity = Identity::of(pid);
            record.started_at = Some(now_millis());
            record.exit_status = None;
        });
        let pumps = Pumps::start(&mut child, &self.sink, &self.shared.events);
        self.set(Phase::Starting, None);
        let ready_since = OnceLock::new();
        let mut orders = self.orders.clone();
        let order = tokio::select! {
            biased;
            order = stop_ordered(&mut orders) => Some(order),
            status = child.wait() => {
                group.finish();
                pumps.finish().await;
                return self.ended(status, ready_since.get());
            }
            () = self.monitor(&ready_since) => None,
        };
        let how = self.end(&mut child, &group, order.unwrap_or(Order::Terminate)).await;
        group.finish();
        pumps.finish().await;
        Life::Stopped { how }
    }

    fn spawn(&self) -> std::io::Result<Child> {
        let spec = &self.spec;
        let mut command = Command::new(&spec.program);
        command.args(&spec.args).envs(&spec.env);
        command.env(RUN_VARIABLE, self.shared.run.as_str()).env(PROCESS_VARIABLE, &spec.name);
        command.env(PROJECT_VARIABLE, &self.shared.project);
        if let Some(folder) = &spec.cwd {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
        command.spawn()
    }

    /// Probes the process for as long as it lives.
    async fn monitor(&self, ready_since: &OnceLock<Instant>) {
        let settings = &self.shared.settings;
        let mut silent = 0;
        loop {
            match self.spec.probe.ask().await {
                Ok(()) => {
                    silent = 0;
                    ready_since.get_or_init(Instant::now);
                    self.set(Phase::Ready, None);
                }
                Err(reason) if ready_since.get().is_none() => self.set(Phase::Starting, Some(reason)),
                Err(reason) => {
                    silent += 1;
                    if silent >= settings.unready_after {
                        self.set(Phase::Unready, Some(reason));
                    }
                }
            }
            let is_ready = ready_since.get().is_some() && silent < settings.unready_after;
            tokio::time::sleep(if is_ready { settings.probe_ready } else { settings.probe_starting }).await;
        }
    }

    /// Asks the process to end, waits its grace, then kills its group.
    async fn end(&self, child: &mut Child, group: &Group, order: Order) -> String {
        self.set(Phase::Stopping, None);
        if order == Order::Terminate {
            group.terminate();
            let mut orders = self.orders.clone();
            tokio::select! {
                status = child.wait() => return stopped_in_words(status),
                () = tokio::time::sleep(self.spec.grace) => {
                    let grace = self.spec.grace.as_secs_f64();
                    self.set(Phase::Stopping, Some(format!("did not end within {grace} s and is killed")));
                    group.kill();
                    let _ = child.wait().await;
                    return format!("killed after {grace} s");
                }
                () = saved(self.spec.saved_file.as_deref()) => {
                    group.kill();
                    let _ = child.wait().await;
                    return "stopped".to_owned();
                }
                () = kill_ordered(&mut orders) => {}
            }
        }
        group.kill();
        let _ = child.wait().await;
        "killed".to_owned()
    }

    fn ended(&self, status: std::io::Result<ExitStatus>, ready_since: Option<&Instant>) -> Life {
        let how = status.as_ref().map_or_else(ToString::to_string, |status| exit_in_words(*status));
        self.update(|record| {
            record.identity = None;
            record.last_exit = Some(how.clone());
            record.exit_status = status.as_ref().ok().and_then(ExitStatus::code);
        });
        let success = status.is_ok_and(|status| status.success());
        Life::Ended { how, success, ready_for: ready_since.map_or(Duration::ZERO, Instant::elapsed) }
    }

    /// The last phase of a process that was told to end.
    fn settle(&self, phase: Phase, detail: String) {
        self.update(|record| {
            record.identity = None;
            record.last_exit = Some(detail.clone());
            record.exit_status = None;
        });
        self.set(phase, Some(detail));
    }

    /// The last phase of a process that ended by itself. The runner stays until it is told to go.
    async fn settle_and_wait(&mut self, phase: Phase, detail: String) {
        self.set(phase, Some(detail));
        stop_ordered(&mut self.orders).await;
    }

    fn update(&self, change: impl FnOnce(&mut ProcessRecord)) {
        let saved = self.shared.state.change(|state| {
            if let Some(record) = state.processes.get_mut(&self.spec.name) {
                change(record);
            }
        });
        if let Err(error) = saved {
            let text = format!("{error}; the state of `{}` is not saved", self.spec.name);
            drop(self.shared.events.send(Event::Notice { text }));
        }
    }

    /// Enters a phase and tells about it, unless nothing is new.
    fn set(&self, phase: Phase, detail: Option<String>) {
        let state = self.shared.state.snapshot();
        let Some(record) = state.processes.get(&self.spec.name) else { return };
        if record.phase == phase && record.detail == detail {
            return;
        }
        let old = record.phase;
        self.update(|record| {
            record.phase = phase;
            record.detail.clone_from(&detail);
        });
        let lines = if phase == Phase::CrashLooping { self.sink.last_lines() } else { Vec::new() };
        drop(self.shared.events.send(Event::State { name: self.spec.name.clone(), old, new: phase, detail, lines }));
    }
}

fn first_missing(state: &State, dependencies: &[String], attempt: Attempt) -> Option<String> {
    dependencies.iter().find_map(|name| match state.processes.get(name) {
        Some(record) if record.is_settled() => None,
        Some(record) if record.has_given_up() && attempt == Attempt::Again => None,
        Some(record) if record.has_given_up() => Some(format!("needs `{name}`, which is {}", record.phase)),
        _ => Some(format!("waits for `{name}`")),
    })
}

async fn stop_ordered(orders: &mut watch::Receiver<Order>) -> Order {
    // A supervisor that is gone wants nothing to run.
    orders.wait_for(|order| *order != Order::Run).await.map_or(Order::Kill, |order| *order)
}

/// Returns when a process has had its time after it saved everything. Never returns without a file that says so.
async fn saved(file: Option<&Path>) {
    let Some(file) = file else { return std::future::pending().await };
    while !file.exists() {
        tokio::time::sleep(SAVED_POLL).await;
    }
    tokio::time::sleep(SAVED_GRACE).await;
}

async fn kill_ordered(orders: &mut watch::Receiver<Order>) {
    drop(orders.wait_for(|order| *order == Order::Kill).await);
}

fn jitter() -> f64 {
    random::<4>().map_or(0.5, |bytes| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
}

/// How a process ended that was asked to. Without a handler of its own, the signal is how it ends; a JVM tells it as 143.
fn stopped_in_words(status: std::io::Result<ExitStatus>) -> String {
    match status {
        Ok(status) if status.success() || status.signal() == Some(15) || status.code() == Some(143) => {
            "stopped".to_owned()
        }
        Ok(status) => format!("{} when asked to stop", exit_in_words(status)),
        Err(error) => error.to_string(),
    }
}

/// How a process ended, as a phrase: `ended with status 1`, `was ended by SIGKILL (9)`.
pub(crate) fn exit_in_words(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(0), _) => "ended normally".to_owned(),
        (Some(code), _) => format!("ended with status {code}"),
        (None, Some(number)) => {
            let name = match number {
                1 => "SIGHUP",
                2 => "SIGINT",
                3 => "SIGQUIT",
                4 => "SIGILL",
                6 => "SIGABRT",
                7 => "SIGBUS",
                8 => "SIGFPE",
                9 => "SIGKILL",
                11 => "SIGSEGV",
                13 => "SIGPIPE",
                15 => "SIGTERM",
                _ => "a signal",
            };
            format!("was ended by {name} ({number})")
        }
        (None, None) => "ended".to_owned(),
    }
}
