//! What this cluster's `server.properties` would say: the values that `topology` also starts Apache Kafka with.

use std::collections::BTreeMap;

use super::definition::{Scope, definitions};
use super::sources::listener_config;
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

/// What each broker says of itself, so that no setting for all of them can.
const OF_EACH: [&str; 8] = [
    "advertised.listeners",
    "broker.id",
    "broker.rack",
    "controller.listener.names",
    "listeners",
    "log.dirs",
    "node.id",
    "process.roles",
];

/// Read by the authorizer, which has no table of its own.
const OF_AUTHORIZER: [&str; 2] = ["allow.everyone.if.no.acl.found", "super.users"];

/// Checks what a person says in the place of `server.properties`. Kafka passes over a name that it does not know, since a
/// plugin may read it; here there are no plugins, and such a name is a mistake.
///
/// # Errors
///
/// What is wrong with the first that does not hold.
pub(crate) fn check(person: &BTreeMap<String, String>) -> Result<(), String> {
    person.iter().try_for_each(|(name, value)| check_one(name, value))
}

fn check_one(name: &str, value: &str) -> Result<(), String> {
    if OF_EACH.contains(&name) {
        return Err(format!("`{name}` cannot be set: the cluster says it of each broker"));
    }
    if OF_AUTHORIZER.contains(&name) {
        return Ok(());
    }
    let base = listener_config(name).unwrap_or(name);
    let known = |name: &str| definitions(Scope::Broker).get(name);
    if let Some(definition) = known(base).or_else(|| known(base.split_once('.')?.1)) {
        return definition.normal(value).map(drop);
    }
    let of_topic = definitions(Scope::Topic).get(name).and_then(|definition| definition.synonyms.first());
    Err(match of_topic {
        Some(broker) => format!("`{name}` is a topic's config; a broker's is `{}`", broker.name),
        None => format!("`{name}` is not a broker config of Kafka 4.3"),
    })
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
