//! How a cluster is: brokers, leaders, what is not well, and what was made so.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::fault::FaultInForce;
use crate::machine::Machine;

/// How a cluster is, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Status {
    /// The cluster's id.
    pub cluster_id: String,
    /// The version of the program that runs it.
    pub version: String,
    /// The process that runs it.
    pub pid: u32,
    /// How long it has run.
    pub uptime_ms: u64,
    /// How much memory the process holds; 0 where the system does not say.
    pub memory_bytes: u64,
    /// Every broker, by id.
    pub brokers: Vec<BrokerStatus>,
    /// Topics that people made.
    pub topics: usize,
    /// Topics that Kafka keeps for itself.
    pub internal_topics: usize,
    /// Partitions of all topics.
    pub partitions: usize,
    /// Partitions with replicas that are not in sync.
    pub under_replicated: usize,
    /// Partitions that nobody leads.
    pub leaderless: usize,
    /// Partitions that are being reassigned.
    pub reassigning: usize,
    /// Groups of every kind.
    pub groups: usize,
    /// The cluster's clock, in milliseconds since the Unix epoch.
    pub clock_ms: i64,
    /// How far that is ahead of the one on the wall.
    pub clock_shift_ms: i64,
    /// The faults in force.
    pub faults: Vec<FaultInForce>,
}

/// How a broker is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BrokerStatus {
    /// Its id; the first is 1.
    pub id: i32,
    /// Its rack.
    pub rack: Option<String>,
    /// Host and port by listener.
    pub addresses: BTreeMap<String, String>,
    /// Whether it is up, and in which way not.
    pub state: BrokerState,
    /// How many partitions it leads.
    pub leaders: usize,
    /// How many partitions it holds.
    pub replicas: usize,
}

impl BrokerStatus {
    /// Whether it is up and nothing was done to it.
    pub fn is_up(&self) -> bool {
        self.state == BrokerState::Up
    }
}

/// Whether a broker is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BrokerState {
    /// It serves.
    Up,
    /// It was stopped.
    Stopped,
    /// It hangs; the others have not noticed yet.
    Frozen,
    /// It hangs, and the others took its leaders over.
    Fenced,
    /// The others do not see it.
    Isolated,
}

/// How the cluster of a machine is; how long it has run is for others to say.
pub(crate) fn of(machine: &Machine) -> Status {
    let metadata = &machine.metadata;
    let all = || metadata.topics().flat_map(|topic| &topic.partitions);
    let internal_topics = metadata.topics().filter(|topic| topic.is_internal()).count();
    Status {
        cluster_id: metadata.cluster_id.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        pid: std::process::id(),
        uptime_ms: 0,
        memory_bytes: memory(),
        brokers: brokers(machine),
        topics: metadata.topics().count() - internal_topics,
        internal_topics,
        partitions: all().count(),
        under_replicated: all().filter(|known| known.isr.len() < known.replicas.len() - known.adding.len()).count(),
        leaderless: all().filter(|known| known.leader < 0).count(),
        reassigning: all().filter(|known| !known.adding.is_empty() || !known.removing.is_empty()).count(),
        groups: machine.groups.all.len(),
        clock_ms: machine.now(),
        clock_shift_ms: machine.clock_shift(),
        faults: machine.faults.list(),
    }
}

fn brokers(machine: &Machine) -> Vec<BrokerStatus> {
    let faults = &machine.faults;
    let all = || machine.metadata.topics().flat_map(|topic| &topic.partitions);
    let told = |id: i32, alive: bool| match () {
        () if faults.is_stopped(id) => BrokerState::Stopped,
        () if faults.is_isolated(id) => BrokerState::Isolated,
        () if faults.is_frozen(id) && alive => BrokerState::Frozen,
        () if !alive => BrokerState::Fenced,
        () => BrokerState::Up,
    };
    let status = |broker: &crate::metadata::Broker| BrokerStatus {
        id: broker.id,
        rack: broker.rack.clone(),
        addresses: broker
            .endpoints
            .iter()
            .map(|(name, (host, port))| (name.clone(), format!("{host}:{port}")))
            .collect(),
        state: told(broker.id, broker.alive),
        leaders: all().filter(|known| known.leader == broker.id).count(),
        replicas: all().filter(|known| known.replicas.contains(&broker.id)).count(),
    };
    machine.metadata.brokers.values().map(status).collect()
}

/// What the system says this process holds.
fn memory() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
    kib.unwrap_or(0) * 1024
}
