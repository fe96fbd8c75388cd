//! What this cluster's `server.properties` would say: the values that `topology` also starts Apache Kafka with.

use std::collections::BTreeMap;

use crate::machine::Machine;

/// The same on every broker.
const SMALL: [(&str, &str); 10] = [
    ("auto.create.topics.enable", "false"),
    ("background.threads", "2"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("log.cleaner.dedupe.buffer.size", "2097152"),
    ("num.io.threads", "4"),
    ("num.network.threads", "2"),
    ("num.partitions", "3"),
    ("offsets.topic.num.partitions", "5"),
    ("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector"),
    ("transaction.state.log.num.partitions", "5"),
];

/// Static configs of a cluster of that many brokers; what the person says wins.
pub(crate) fn configs(brokers: u16, person: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut configs: BTreeMap<String, String> =
        SMALL.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let replicas = brokers.min(3);
    let in_sync = if replicas >= 3 { 2 } else { 1 };
    for (key, value) in [
        ("default.replication.factor", replicas),
        ("min.insync.replicas", in_sync),
        ("offsets.topic.replication.factor", replicas),
        ("transaction.state.log.replication.factor", replicas),
        ("transaction.state.log.min.isr", in_sync),
        ("share.coordinator.state.topic.num.partitions", 5),
        ("share.coordinator.state.topic.replication.factor", replicas),
        ("share.coordinator.state.topic.min.isr", in_sync),
    ] {
        configs.insert(key.to_owned(), value.to_string());
    }
    configs.extend(person);
    configs
}

/// What a broker's file would say beyond that: who it is, and where.
pub(crate) fn of_broker(machine: &Machine, broker: i32, name: &str) -> Option<String> {
    let known = machine.metadata.brokers.get(&broker)?;
    let listeners = || {
        let each = known.endpoints.iter().map(|(name, (host, port))| format!("{name}://{host}:{port}"));
        each.collect::<Vec<_>>().join(",")
    };
    match name {
        "node.id" | "broker.id" => Some(broker.to_string()),
        "broker.rack" => known.rack.clone(),
        "process.roles" => Some("broker,controller".to_owned()),
        "controller.listener.names" => Some("CONTROLLER".to_owned()),
        "listeners" | "advertised.listeners" => Some(listeners()),
        "log.dirs" => Some(log_dir(machine, broker)),
        _ => None,
    }
}

/// The folder that a broker says its logs are in. One store serves all brokers, but tools expect one each.
pub(crate) fn log_dir(machine: &Machine, broker: i32) -> String {
    match &machine.settings.folder {
        Some(folder) => folder.join(format!("broker-{broker}")).display().to_string(),
        None => format!("/memory/broker-{broker}"),
    }
}
