//! A registry on a cluster of its own, both processes, which end with the value that holds them.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;
use topology_tests::{binary, poll};

use crate::client::{Answer, Ask};

/// A running registry.
#[derive(Debug)]
pub(crate) struct Registry {
    process: Child,
    pub(crate) address: SocketAddr,
    cluster: Arc<Cluster>,
}

/// A running cluster of one broker, in memory.
#[derive(Debug)]
pub(crate) struct Cluster {
    process: Child,
    servers: String,
    _folder: TempDir,
}

/// The registry that tests share: it lives as long as one of them holds it.
pub(crate) fn shared() -> Arc<Registry> {
    static SHARED: Mutex<Weak<Registry>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let registry = Arc::new(Registry::start(&[]));
        *shared = Arc::downgrade(&registry);
        registry
    })
}

impl Registry {
    /// A registry with these flags on a new cluster.
    pub(crate) fn start(flags: &[&str]) -> Self {
        Self::on(Cluster::start(), flags)
    }

    /// A registry with these flags on a cluster that others may use too.
    pub(crate) fn on(cluster: Arc<Cluster>, flags: &[&str]) -> Self {
        let registry = Self::launch(cluster, flags);
        poll::until("the registry is ready", 60, || match Ask::new("GET", "/health/ready").of(registry.address) {
            ready if ready.status == 200 => Ok(()),
            not_ready => Err(not_ready.body),
        });
        registry
    }

    /// Waits only until it listens: what it speaks is up to the flags.
    pub(crate) fn launch(cluster: Arc<Cluster>, flags: &[&str]) -> Self {
        let address = free_address();
        let mut command = binary::command();
        command.args(["registry", "serve", "--bootstrap-servers", &cluster.servers]);
        command.args(["--listen", &address.to_string()]).args(flags);
        let process = spawn(&mut command);
        let registry = Self { process, address, cluster };
        poll::until("the registry listens", 60, || {
            std::net::TcpStream::connect(address).map(drop).map_err(|error| error.to_string())
        });
        registry
    }

    /// The cluster that its log is on.
    pub(crate) fn cluster(&self) -> Arc<Cluster> {
        Arc::clone(&self.cluster)
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Answer {
        Ask::new("GET", path).of(self.address)
    }

    #[track_caller]
    pub(crate) fn post(&self, path: &str, body: &str) -> Answer {
        Ask::new("POST", path).json(body).of(self.address)
    }

    /// Memory that is in use now.
    pub(crate) fn resident_megabytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("memory is accounted");
        let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("it is a number");
        kilobytes / 1024
    }
}

impl Cluster {
    pub(crate) fn start() -> Arc<Self> {
        let (folder, address) = (tempfile::tempdir().expect("a temporary folder can be made"), free_address());
        let mut command = binary::command();
        command.args(["cluster", "serve", "--ephemeral", "--ports", &address.port().to_string(), "--data"]);
        let process = spawn(command.arg(folder.path()));
        Arc::new(Self { process, servers: address.to_string(), _folder: folder })
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn spawn(command: &mut Command) -> Child {
    command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts")
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
    listener.local_addr().expect("it is bound")
}
