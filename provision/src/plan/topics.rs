//! Compares topics.

use std::collections::BTreeMap;

use topology::name::TopicName;

use super::{Change, Findings, Notice, Override, Problem, Step, same_value};
use crate::desired::{Desired, DesiredTopic};
use crate::observe::{Observed, ObservedTopic};

/// Overrides that are left alone although the manifest does not name them: the throttles that a reassignment of
/// partitions sets while it runs and takes away when it is done.
pub const KEPT_CONFIG: [&str; 2] = ["leader.replication.throttled.replicas", "follower.replication.throttled.replicas"];

/// A topic whose two sides are compared.
struct Pair<'a> {
    name: &'a TopicName,
    desired: &'a DesiredTopic,
    observed: &'a ObservedTopic,
}

pub(super) fn compare(desired: &Desired, observed: &Observed, findings: &mut Findings) {
    for (name, wanted) in &desired.topics {
        let before = (findings.steps.len(), findings.problems.len());
        match observed.topics.get(name.as_str()) {
            None => create(name, wanted, observed.brokers, findings),
            Some(observed) => change(&Pair { name, desired: wanted, observed }, findings),
        }
        findings.unchanged += usize::from(before == (findings.steps.len(), findings.problems.len()));
    }
    let is_declared = |name: &str| desired.topics.keys().any(|declared| declared.as_str() == name);
    let topics: Vec<String> = observed
        .topics
        .iter()
        .filter(|(name, topic)| !topic.internal && !is_internal(name) && !is_declared(name))
        .map(|(name, _)| name.clone())
        .collect();
    if !topics.is_empty() {
        findings.notices.push(Notice::TopicsNotInManifest { topics });
    }
}

/// Topics that Kafka and schema registries keep for themselves.
fn is_internal(name: &str) -> bool {
    name.starts_with("__") || name == "_schemas"
}

fn create(name: &TopicName, desired: &DesiredTopic, brokers: u32, findings: &mut Findings) {
    if desired.replication_factor > brokers {
        findings.problems.push(too_many_replicas(name, desired.replication_factor, brokers));
        return;
    }
    findings.steps.push(Step {
        id: format!("topic/{name}/create"),
        reason: "the topic does not exist".into(),
        irreversible: false,
        risks: Vec::new(),
        change: Change::CreateTopic {
            topic: name.clone(),
            partitions: desired.partitions,
            replication_factor: desired.replication_factor,
            config: desired.config.clone(),
        },
    });
}

fn too_many_replicas(name: &TopicName, replicas: u32, brokers: u32) -> Problem {
    Problem {
        about: format!("topic/{name}"),
        what: format!("topic `{name}` has replication factor {replicas} but the number of live brokers is {brokers}"),
        why: "Kafka refuses to create a topic whose replication factor exceeds the number of live brokers.".into(),
        help: format!("lower `replication_factor` to {brokers}, or start more brokers"),
        details: Vec::new(),
    }
}

fn change(pair: &Pair<'_>, findings: &mut Findings) {
    if pair.desired.replication_factor != pair.observed.replication_factor {
        findings.problems.push(other_replication(pair));
    }
    match pair.desired.partitions.cmp(&pair.observed.partitions) {
        std::cmp::Ordering::Less => findings.problems.push(fewer_partitions(pair)),
        std::cmp::Ordering::Equal => {}
        std::cmp::Ordering::Greater => findings.steps.push(add_partitions(pair)),
    }
    let config = overrides(&pair.desired.config, &pair.observed.config);
    if !config.is_empty() {
        findings.steps.push(alter_config(pair.name, config));
    }
}

fn other_replication(pair: &Pair<'_>) -> Problem {
    let (name, declared, actual) = (pair.name, pair.desired.replication_factor, pair.observed.replication_factor);
    Problem {
        about: format!("topic/{name}"),
        what: format!("topic `{name}` has replication factor {actual} but the manifest declares {declared}"),
        why: "Another replication factor means moving partitions between brokers, which this version does not do."
            .into(),
        help: format!(
            "declare `replication_factor: {actual}`, or move the partitions with Kafka's `kafka-reassign-partitions` first"
        ),
        details: Vec::new(),
    }
}

fn fewer_partitions(pair: &Pair<'_>) -> Problem {
    let (name, declared, actual) = (pair.name, pair.desired.partitions, pair.observed.partitions);
    Problem {
        about: format!("topic/{name}"),
        what: format!("topic `{name}` has more partitions ({actual}) than the manifest declares ({declared})"),
        why: "Kafka cannot take partitions away from a topic: their records would be lost.".into(),
        help: format!(
            "declare `partitions: {actual}`, or declare a new topic and move its producers and consumers there"
        ),
        details: Vec::new(),
    }
}

fn add_partitions(pair: &Pair<'_>) -> Step {
    let (before, after) = (pair.observed.partitions, pair.desired.partitions);
    Step {
        id: format!("topic/{}/partitions", pair.name),
        reason: format!("{after} partitions are declared and the topic has {before}"),
        irreversible: true,
        risks: vec![
            "New records of a key may go to another partition than its old ones.".into(),
            "Order by key breaks at this moment, and state that services keep by partition no longer matches.".into(),
        ],
        change: Change::AddPartitions { topic: pair.name.clone(), before, after },
    }
}

fn overrides(desired: &BTreeMap<String, String>, observed: &BTreeMap<String, String>) -> BTreeMap<String, Override> {
    let set = desired.iter().filter_map(|(key, after)| {
        let before = observed.get(key);
        let same = before.is_some_and(|before| same_value(before, after));
        (!same).then(|| (key.clone(), Override { before: before.cloned(), after: Some(after.clone()) }))
    });
    let reset = observed
        .iter()
        .filter(|(key, _)| !desired.contains_key(*key) && !KEPT_CONFIG.contains(&key.as_str()))
        .map(|(key, before)| (key.clone(), Override { before: Some(before.clone()), after: None }));
    set.chain(reset).collect()
}

fn alter_config(name: &TopicName, config: BTreeMap<String, Override>) -> Step {
    let drifted = config.values().any(|value| value.after.is_none());
    Step {
        id: format!("topic/{name}/config"),
        reason: if drifted {
            "the topic has settings that are not in the manifest".into()
        } else {
            "the declared settings differ from the topic's".into()
        },
        irreversible: false,
        risks: config.iter().filter_map(|(key, value)| risk(key, value)).collect(),
        change: Change::AlterConfig { topic: name.clone(), config },
    }
}

/// What a changed setting does to records that are there.
fn risk(key: &str, value: &Override) -> Option<String> {
    match key {
        "retention.ms" | "retention.bytes" if shrinks(value) => {
            Some(format!("Records beyond the new `{key}` are deleted soon after, and cannot be brought back."))
        }
        "cleanup.policy" => Some(
            "Another clean-up policy deletes records that the old one kept: `compact` older ones of a key, `delete` old ones."
                .into(),
        ),
        "min.insync.replicas" if grows(value) => {
            Some("Producers with `acks=all` fail while fewer replicas than this are in sync.".into())
        }
        "max.message.bytes" if shrinks(value) => Some("Producers of larger batches are refused from then on.".into()),
        _ => None,
    }
}

/// Whether a limit gets smaller; no limit (-1, or an unknown default) counts as the largest.
fn shrinks(value: &Override) -> bool {
    match (limit(value.before.as_deref()), limit(value.after.as_deref())) {
        (Some(before), Some(after)) => after < before,
        (None, Some(_)) => true,
        (_, None) => value.after.is_none(),
    }
}

fn grows(value: &Override) -> bool {
    matches!((limit(value.before.as_deref()), limit(value.after.as_deref())), (before, Some(after)) if before.is_none_or(|before| after > before))
}

fn limit(text: Option<&str>) -> Option<u64> {
    // A negative number is Kafka's "no limit" and has no reading as `u64`.
    text.and_then(|text| text.trim().parse().ok())
}
