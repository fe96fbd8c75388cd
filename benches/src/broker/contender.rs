//! A cluster under test: its processes, what they use, and how clients reach it.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use topology_tests::binary;
use topology_tests::kafka::Kafka;

/// The scheduler's ticks a second, in which Linux counts processor time.
const TICKS: f64 = 100.0;

/// A running cluster of three brokers.
pub(crate) struct Contender {
    pub(crate) name: &'static str,
    pub(crate) servers: String,
    pids: Vec<u32>,
    _running: Running,
}

/// What ends with the contender.
enum Running {
    Embedded { process: Child, _folder: tempfile::TempDir },
    Kafka { _nodes: Kafka },
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Self::Embedded { process, .. } = self {
            drop(process.kill());
            drop(process.wait());
        }
    }
}

impl Contender {
    /// The embedded cluster as the command line starts it, with its data on disk; and how long that took.
    pub(crate) fn embedded() -> (Self, f64) {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let held = [0; 3].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port is free"));
        let ports = held.map(|listener| listener.local_addr().expect("it is bound").port());
        let began = Instant::now();
        let process = Command::new(binary::repository().join("target/release/topology"))
            .args(["cluster", "serve", "--ports", &ports.map(|port| port.to_string()).join(","), "--data"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the release build is there");
        let addresses = ports.map(|port| format!("127.0.0.1:{port}"));
        answers(&addresses);
        let seconds = began.elapsed().as_secs_f64();
        let pids = vec![process.id()];
        let running = Running::Embedded { process, _folder: folder };
        (Self { name: "embedded", servers: addresses.join(","), pids, _running: running }, seconds)
    }

    /// Apache Kafka; the time is that of formatting and starting.
    pub(crate) fn kafka() -> (Self, f64) {
        topology_tests::kafka::distribution();
        let began = Instant::now();
        let nodes = Kafka::start();
        answers(nodes.addresses());
        let seconds = began.elapsed().as_secs_f64();
        let (servers, pids) = (nodes.addresses().join(","), nodes.pids());
        (Self { name: "Apache Kafka 4.3.1", servers, pids, _running: Running::Kafka { _nodes: nodes } }, seconds)
    }

    /// A client's settings.
    pub(crate) fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.servers);
        config
    }

    /// Processor seconds that the brokers have used.
    pub(crate) fn processor_seconds(&self) -> f64 {
        self.pids.iter().map(|pid| processor_seconds(*pid)).sum()
    }

    /// Resident memory of the brokers.
    pub(crate) fn resident_megabytes(&self) -> f64 {
        self.pids.iter().map(|pid| resident_megabytes(*pid)).sum()
    }
}

/// Waits until every broker answers Metadata with all three.
fn answers(addresses: &[String]) {
    let deadline = Instant::now() + Duration::from_mins(1);
    for address in addresses {
        let client: BaseConsumer = ClientConfig::new()
            .set("bootstrap.servers", address)
            .set("reconnect.backoff.ms", "1")
            .set("reconnect.backoff.max.ms", "5")
            .create()
            .expect("a client can be made");
        let whole = || {
            let found = client.fetch_metadata(None, Duration::from_millis(200));
            found.is_ok_and(|found| found.brokers().len() == 3)
        };
        while !whole() {
            assert!(Instant::now() < deadline, "{address} does not answer");
        }
    }
}

fn processor_seconds(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    // The name, in brackets, may hold spaces: fields are counted after it. User and system time are the 14th and 15th.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    fields[11..13].iter().map(|ticks| ticks.parse::<f64>().expect("ticks are a number") / TICKS).sum()
}

fn resident_megabytes(pid: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("memory is accounted");
    let kilobytes: f64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("it is a number");
    kilobytes / 1024.0
}
