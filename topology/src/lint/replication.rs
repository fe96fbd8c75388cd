//! Replicas of topics against the brokers of each environment, and against the replicas that a write waits for.

use std::collections::BTreeMap;

use super::topics::groups;
use super::{subject, verb};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Cluster, Environment, Topic, Topology};
use crate::source::{Location, Spanned};

const TOO_MANY_REPLICAS: Rule = Rule {
    code: "topic::too-many-replicas",
    severity: Severity::Error,
    summary: "A topic with more replicas than an environment has brokers.",
    why: "Each replica of a partition is on a broker of its own, so Kafka refuses to create such a topic.",
    example: "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 1 } } }
topics: { clicks: { value: string, replication_factor: 3 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 3 } } }
topics: { clicks: { value: string, replication_factor: 3 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const MIN_ISR_ABOVE_REPLICAS: Rule = Rule {
    code: "topic::min-isr-above-replicas",
    severity: Severity::Error,
    summary: "A topic whose `min.insync.replicas` is greater than its replicas.",
    why: "A write with `acks=all`, which is what every generated producer uses, waits for that many replicas. There are \
          fewer, so every write fails.",
    example: "\
topics: { clicks: { value: string, replication_factor: 2, config: { min.insync.replicas: 3 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, replication_factor: 3, config: { min.insync.replicas: 2 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const MIN_ISR_EQUALS_REPLICAS: Rule = Rule {
    code: "topic::min-isr-equals-replicas",
    severity: Severity::Warning,
    summary: "A topic whose `min.insync.replicas` equals its replicas.",
    why: "A write waits for all replicas, so that one broker that is down, or only restarts for an update, stops every \
          producer of the topic.",
    example: "\
topics: { clicks: { value: string, replication_factor: 3, config: { min.insync.replicas: 3 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, replication_factor: 3, config: { min.insync.replicas: 2 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const SINGLE_REPLICA: Rule = Rule {
    code: "topic::single-replica",
    severity: Severity::Warning,
    summary: "A topic with one replica in an environment of several brokers, or of a cluster that somebody else runs.",
    why: "When its broker stops, the topic can be neither written nor read; when its disk is lost, so are the records.",
    example: "\
topics: { clicks: { value: string, replication_factor: 1 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, replication_factor: 3 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] = &[TOO_MANY_REPLICAS, MIN_ISR_ABOVE_REPLICAS, MIN_ISR_EQUALS_REPLICAS, SINGLE_REPLICA];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    for (location, topics) in groups(topology.topics.iter().map(|topic| (topic.replication_factor.location, topic))) {
        let replicas = topics[0].replication_factor.value.get();
        findings.extend(too_many(topology, location, replicas, &topics));
        if replicas == 1 {
            findings.extend(single(topology, location, &topics));
        }
    }
    min_isr(topology, findings);
}

/// The number of brokers, where the manifest says it, and the place that does.
fn brokers(environment: &Environment) -> Option<(u32, Location)> {
    let brokers = match &environment.cluster {
        Cluster::Embedded(cluster) => &cluster.brokers,
        Cluster::Kafka(cluster) => &cluster.brokers,
        Cluster::External(cluster) => cluster.brokers.as_ref()?,
    };
    Some((brokers.value.get(), brokers.location))
}

fn too_many(topology: &Topology, location: Location, replicas: u32, topics: &[&Topic]) -> Option<Diagnostic> {
    let mut short = topology.environments.iter().filter_map(|environment| {
        let (count, place) = brokers(environment)?;
        (count < replicas).then_some((environment, count, place))
    });
    let (environment, count, place) = short.next()?;
    let noun = if count == 1 { "broker" } else { "brokers" };
    let message = format!(
        "{} {} {replicas} replicas but the cluster of `{}` has {count} {noun}",
        subject(topics),
        verb(topics, "has", "have"),
        environment.name
    );
    let finding = TOO_MANY_REPLICAS
        .finding(message)
        .label(location, format!("{replicas} replicas asked for here"))
        .label(place, format!("{count} {noun} here"));
    let finding = short.fold(finding, |finding, (environment, count, place)| {
        finding.label(place, format!("and {count} here, in `{}`", environment.name))
    });
    Some(
        finding
            .note("Kafka refuses to create a topic whose replication factor exceeds the number of live brokers.")
            .help(format!("write `replication_factor: {count}`, or give the cluster {replicas} brokers")),
    )
}

fn single(topology: &Topology, location: Location, topics: &[&Topic]) -> Option<Diagnostic> {
    let environment =
        topology.environments.iter().find(|environment| match (brokers(environment), &environment.cluster) {
            (Some((count, _)), _) => count > 1,
            (None, cluster) => matches!(cluster, Cluster::External(_)),
        })?;
    Some(
        SINGLE_REPLICA
            .finding(format!("{} {} one replica", subject(topics), verb(topics, "has", "have")))
            .label(location, "one replica asked for here")
            .label(environment.declared, "this cluster can hold more")
            .note("When the broker that has it stops, the topic can be neither written nor read.")
            .help("write `replication_factor: 3`"),
    )
}

fn min_isr(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<(Location, Location), Vec<&Topic>> = BTreeMap::new();
    for topic in &topology.topics {
        if let Some(setting) = topic.config.get("min.insync.replicas") {
            groups.entry((setting.location, topic.replication_factor.location)).or_default().push(topic);
        }
    }
    findings.extend(groups.values().filter_map(|topics| min_isr_finding(topics)));
}

fn min_isr_finding(topics: &[&Topic]) -> Option<Diagnostic> {
    let first = topics.first()?;
    let Spanned { value, location } = first.config.get("min.insync.replicas")?;
    let minimum: u32 = value.parse().ok()?;
    let replicas = first.replication_factor.value.get();
    let finding = if minimum > replicas {
        let noun = if replicas == 1 { "replica" } else { "replicas" };
        MIN_ISR_ABOVE_REPLICAS
            .finding(format!(
                "a write to {} waits for {minimum} replicas but there {} {replicas}",
                subject(topics),
                if replicas == 1 { "is" } else { "are" }
            ))
            .label(*location, "writes wait for this many")
            .label(first.replication_factor.location, format!("{replicas} {noun} asked for here"))
            .note("Every write with `acks=all` would fail.")
            .help(format!("write `min.insync.replicas: {}`", replicas.saturating_sub(1).max(1)))
    } else if minimum == replicas && replicas > 1 {
        MIN_ISR_EQUALS_REPLICAS
            .finding(format!("one broker that is down stops all writes to {}", subject(topics)))
            .label(*location, format!("writes wait for {minimum} replicas"))
            .label(first.replication_factor.location, "which are all of them")
            .note("A broker is down for a moment at every restart and every update.")
            .help(format!("write `min.insync.replicas: {}`", minimum - 1))
    } else {
        return None;
    };
    Some(finding)
}
