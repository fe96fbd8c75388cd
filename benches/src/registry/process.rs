//! The release build of `topology` as a cluster of one broker and as a registry.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use topology_tests::binary::target;

use crate::connection::Connection;

/// How long anything may take.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// In what the system counts processor time, for a second.
const TICKS: f64 = 100.0;

/// A cluster of one broker, on disk.
#[derive(Debug)]
pub(crate) struct Cluster {
    process: Child,
    pub(crate) servers: String,
    _folder: TempDir,
}

/// A registry.
#[derive(Debug)]
pub(crate) struct Registry {
    process: Child,
    address: SocketAddr,
    /// From the start of the process until it said that it is ready.
    pub(crate) started: Duration,
}

/// Where a process may run.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cores {
    All,
    One(usize),
}

impl Cores {
    /// As `taskset` writes it.
    fn list(self) -> String {
        match self {
            Self::All => format!("0-{}", std::thread::available_parallelism().map_or(1, |all| all.get().max(2)) - 1),
            Self::One(core) => core.to_string(),
        }
    }
}

/// Where this thread runs from now on, and those that it starts.
pub(crate) fn pin_to(cores: Cores) {
    let id = std::process::id().to_string();
    let pinned = Command::new("taskset").args(["-cp", &cores.list(), &id]).stdout(Stdio::null()).status();
    assert!(pinned.is_ok_and(|status| status.success()), "taskset works");
}

/// How many processes wanted to run, over the last minute.
pub(crate) fn load_average() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let (folder, address) = (tempfile::tempdir().expect("a temporary folder can be made"), free_address());
        let mut command = topology();
        command.args(["cluster", "serve", "--ports", &address.port().to_string(), "--data"]).arg(folder.path());
        let cluster = Self { process: spawn(&mut command), servers: address.to_string(), _folder: folder };
        let deadline = Instant::now() + PATIENCE;
        while Connection::open(address).is_none() {
            assert!(Instant::now() < deadline, "the cluster does not listen");
        }
        cluster
    }
}

impl Registry {
    pub(crate) fn start(cluster: &Cluster, cores: Cores) -> Self {
        let address = free_address();
        let mut command = match cores {
            Cores::All => topology(),
            Cores::One(_) => {
                let mut command = Command::new("taskset");
                command.args(["-c", &cores.list()]).arg(topology().get_program());
                command
            }
        };
        let began = Instant::now();
        command.args(["registry", "serve", "--bootstrap-servers", &cluster.servers, "--listen", &address.to_string()]);
        let process = spawn(&mut command);
        let is_ready = || Connection::open(address)?.get("/health/ready").filter(|status| *status == 200);
        while is_ready().is_none() {
            assert!(began.elapsed() < PATIENCE, "the registry is not ready");
            // Asking costs the registry little and the clock less than it shows.
            std::thread::sleep(Duration::from_millis(1));
        }
        Self { process, address, started: began.elapsed() }
    }

    pub(crate) fn connect(&self) -> Connection {
        self.try_connect().expect("the registry listens")
    }

    pub(crate) fn try_connect(&self) -> Option<Connection> {
        Connection::open(self.address)
    }

    /// Processor time since it started.
    pub(crate) fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id())).expect("it runs");
        // The name of the program, in parentheses, may hold anything; user and system time are 14th and 15th.
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        ticks / TICKS
    }

    /// Memory that is in use now, and the most that was.
    pub(crate) fn memory(&self) -> [f64; 2] {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        ["VmRSS:", "VmHWM:"].map(|name| {
            let line = status.lines().find(|line| line.starts_with(name)).expect("memory is accounted");
            let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("a number");
            kilobytes / 1024.0
        })
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    drop(process.kill());
    drop(process.wait());
}

fn topology() -> Command {
    Command::new(std::path::Path::new(&target()).join("release/topology"))
}

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the release build is there")
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound")
}
