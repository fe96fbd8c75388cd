//! What the claims share: the copy of the shop, and the `up` that runs it.

use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use topology_tests::binary::{self, Outcome};
use topology_tests::up::Up;
use topology_tests::{poll, project};

/// How long a cold build of the services and the start of the cluster may take, in seconds.
pub(crate) const COLD: u64 = 900;

/// The state of the story.
#[derive(Debug, Default)]
pub(crate) struct Story {
    shop: Option<PathBuf>,
    up: Option<Up>,
    parcels: Option<Box<Story>>,
}

impl Story {
    /// A story of its own, about a system that runs.
    pub(crate) fn of(shop: PathBuf, up: Up) -> Self {
        Self { shop: Some(shop), up: Some(up), parcels: None }
    }

    /// The copy of the shop; made on first use.
    pub(crate) fn shop(&mut self) -> PathBuf {
        self.shop.get_or_insert_with(|| project::shop("live-shop")).clone()
    }

    /// The running system; started if a claim runs alone or an earlier one stopped it.
    pub(crate) fn up(&mut self) -> &mut Up {
        let shop = self.shop();
        self.up.get_or_insert_with(|| started(&shop, &[]))
    }

    /// The running system, which the claim stops itself.
    pub(crate) fn take_up(&mut self) -> Up {
        self.up();
        self.up.take().expect("it runs")
    }

    /// Makes a system that a claim started the one that runs.
    pub(crate) fn put_up(&mut self, up: Up) {
        self.up = Some(up);
    }

    /// The story of the parcel service, whose system runs; started on first use.
    pub(crate) fn parcels(&mut self) -> &mut Story {
        self.parcels.get_or_insert_with(|| {
            let folder = project::example("parcels", "live-parcels");
            let up = started(&folder, &[]);
            Box::new(Self::of(folder, up))
        })
    }

    /// Runs a command on the shop.
    pub(crate) fn run(&mut self, words: &[&str]) -> Outcome {
        let shop = self.shop();
        let target = binary::target();
        binary::run_with(&shop, words, &[("CARGO_TARGET_DIR", &target), ("TOPOLOGY_ANY_PORT", "1")])
    }

    /// What `status --format json` says, once `claim` holds for it.
    pub(crate) fn status_until(&mut self, what: &str, seconds: u64, claim: impl Fn(&Value) -> bool) -> Value {
        self.up();
        let shop = self.shop();
        poll::until(what, seconds, || {
            let status = status(&shop);
            if claim(&status) { Ok(status) } else { Err(format!("{status:#}")) }
        })
    }

    /// The process id of a running process.
    pub(crate) fn pid(&mut self, name: &str) -> u32 {
        let status = self.status_until(&format!("{name} runs"), 60, |status| pid_in(status, name).is_some());
        pid_in(&status, name).expect("it runs")
    }

    /// Kills a process as nothing but `kill -9` does, and waits until another one is ready in its place.
    pub(crate) fn kill(&mut self, name: &str) {
        let pid = self.pid(name);
        send(pid, Signal::KILL);
        self.status_until(&format!("{name} is ready again"), 60, |status| {
            pid_in(status, name).is_some_and(|now| now != pid) && phase_in(status, name) == "ready"
        });
    }

    /// Where a process serves HTTP.
    pub(crate) fn http(&mut self, name: &str) -> String {
        let status = self.status_until(&format!("{name} has a port"), 60, |status| process(status, name).is_some());
        let ports = &process(&status, name).expect("it is there")["ports"];
        let http = ports.as_array().into_iter().flatten().find(|port| port["label"] == "http");
        format!("http://127.0.0.1:{}", http.expect("it serves HTTP")["number"])
    }

    /// Ends whatever still runs.
    pub(crate) fn end(&mut self) {
        self.up = None;
        self.parcels = None;
    }
}

/// Starts `up` and waits until it says that everything is ready.
pub(crate) fn started(folder: &Path, words: &[&str]) -> Up {
    let mut up = Up::start(folder, words);
    up.wait_for("in another terminal shows more", 0, COLD);
    up
}

pub(crate) fn status(folder: &Path) -> Value {
    let outcome = binary::run(folder, &["status", "--format", "json"]).expect_code(0);
    serde_json::from_str(&outcome.stdout).expect("the status is JSON")
}

pub(crate) fn process<'a>(status: &'a Value, name: &str) -> Option<&'a Value> {
    status["processes"].as_array()?.iter().find(|process| process["name"] == name)
}

pub(crate) fn pid_in(status: &Value, name: &str) -> Option<u32> {
    let pid = process(status, name)?["identity"]["pid"].as_u64()?;
    u32::try_from(pid).ok()
}

pub(crate) fn phase_in<'a>(status: &'a Value, name: &str) -> &'a str {
    process(status, name).and_then(|process| process["phase"].as_str()).unwrap_or_default()
}

/// A process and when it began, because process ids are used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pid: u32,
    began: u64,
}

impl Identity {
    /// The process that has this id now; none if none has, or if it has ended and waits to be forgotten.
    fn of(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in brackets, may hold anything; fields are counted after it. The state is field 3, the start 22.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        let is_over = fields.first().is_none_or(|state| *state == "Z" || *state == "X");
        (!is_over).then_some(Self { pid, began: fields.get(19)?.parse().ok()? })
    }

    fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }
}

/// Every process in a status that lives now, the supervisor too.
pub(crate) fn processes(status: &Value) -> Vec<Identity> {
    let processes = status["processes"].as_array().into_iter().flatten().map(|process| &process["identity"]["pid"]);
    let all = processes.chain([&status["supervisor"]]);
    all.filter_map(|pid| Identity::of(u32::try_from(pid.as_u64()?).ok()?)).collect()
}

/// Claims that none of these processes lives.
#[track_caller]
pub(crate) fn all_gone(processes: &[Identity]) {
    let command = |process: &Identity| std::fs::read_to_string(format!("/proc/{}/cmdline", process.pid));
    let alive = processes.iter().filter(|process| process.is_alive());
    let alive: Vec<String> = alive.map(|process| format!("{process:?} {:?}", command(process))).collect();
    assert!(alive.is_empty(), "still alive: {alive:#?}");
}

pub(crate) fn send(pid: u32, signal: Signal) {
    kill_process(pid_of(pid).expect("a process id"), signal).expect("the process lives");
}

fn pid_of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
