//! Names, partitions and cleanup of topics.

use std::collections::BTreeMap;

use super::{subject, verb};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Payload, Topic, Topology};
use crate::source::Location;

const NAME_COLLISION: Rule = Rule {
    code: "topic::name-collision",
    severity: Severity::Error,
    summary: "Two topics whose names differ in `.` and `_` only.",
    why: "Kafka writes `.` as `_` in the names of metrics, so the two would be one there; it refuses to create the second.",
    example: "\
topics: { shop.orders: { value: string }, shop_orders: { value: string } }
producers: { web: { topics: [shop.orders, shop_orders] } }
consumers: { log: { topics: [shop.orders, shop_orders] } }
",
    fix: "\
topics: { shop.orders: { value: string }, shop.baskets: { value: string } }
producers: { web: { topics: [shop.orders, shop.baskets] } }
consumers: { log: { topics: [shop.orders, shop.baskets] } }
",
};

const INTERNAL_NAME: Rule = Rule {
    code: "topic::internal-name",
    severity: Severity::Error,
    summary: "A topic with the name of one that Kafka or the schema registry keeps for itself.",
    why: "Kafka keeps offsets, transactions and shares in topics of these names, and the registry its schemas. A record of \
          another kind in them breaks whoever reads them.",
    example: "\
topics: { _schemas: { value: string } }
producers: { web: { topics: [_schemas] } }
consumers: { log: { topics: [_schemas] } }
",
    fix: "\
topics: { designs: { value: string } }
producers: { web: { topics: [designs] } }
consumers: { log: { topics: [designs] } }
",
};

const TOO_MANY_PARTITIONS: Rule = Rule {
    code: "topic::too-many-partitions",
    severity: Severity::Warning,
    summary: "A topic with more than 1000 partitions.",
    why: "Each partition costs file handles and memory on every replica, and longer elections when a broker stops. The \
          number can grow later, and can never shrink.",
    example: "\
topics: { clicks: { value: string, partitions: 5000 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, partitions: 50 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const COMPACTED_WITHOUT_KEY: Rule = Rule {
    code: "topic::compacted-without-key",
    severity: Severity::Error,
    summary: "A compacted topic without keys.",
    why: "Compaction keeps the last record of each key. Kafka refuses records without a key on a compacted topic.",
    example: "\
topics: { customers: { value: string, cleanup: compact } }
producers: { web: { topics: [customers] } }
consumers: { log: { topics: [customers] } }
",
    fix: "\
topics: { customers: { key: string, value: string, cleanup: compact } }
producers: { web: { topics: [customers] } }
consumers: { log: { topics: [customers] } }
",
};

const UNUSED_RETENTION: Rule = Rule {
    code: "topic::unused-retention",
    severity: Severity::Warning,
    summary: "A retention on a topic whose cleanup never deletes.",
    why: "With `cleanup: compact` the last record of each key stays for ever; `retention.ms` and `retention.bytes` have an \
          effect with `delete` only. Data that must go after a time stays.",
    example: "\
topics: { customers: { key: string, value: string, cleanup: compact, retention: 7d } }
producers: { web: { topics: [customers] } }
consumers: { log: { topics: [customers] } }
",
    fix: "\
topics: { customers: { key: string, value: string, cleanup: [compact, delete], retention: 7d } }
producers: { web: { topics: [customers] } }
consumers: { log: { topics: [customers] } }
",
};

const UNCLEAN_ELECTION: Rule = Rule {
    code: "topic::unclean-election",
    severity: Severity::Warning,
    summary: "A topic that lets a replica become leader that has not all records.",
    why: "With `unclean.leader.election.enable` a partition stays available when all of its up-to-date replicas are gone, and \
          every record that the new leader lacks is lost, although its producer was told that it was written.",
    example: "\
topics: { clicks: { value: string, config: { unclean.leader.election.enable: true } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] =
    &[NAME_COLLISION, INTERNAL_NAME, TOO_MANY_PARTITIONS, COMPACTED_WITHOUT_KEY, UNUSED_RETENTION, UNCLEAN_ELECTION];

const INTERNAL: [&str; 5] =
    ["__consumer_offsets", "__transaction_state", "__share_group_state", "__cluster_metadata", "_schemas"];
const MANY_PARTITIONS: u32 = 1000;

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    name_collisions(topology, findings);
    for topic in &topology.topics {
        findings.extend(internal_name(topic));
        findings.extend(compacted_without_key(topic));
        findings.extend(unused_retention(topic));
    }
    too_many_partitions(topology, findings);
    unclean_election(topology, findings);
}

fn name_collisions(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let mut first = BTreeMap::new();
    for topic in &topology.topics {
        let other: &&Topic = first.entry(topic.name.as_str().replace('.', "_")).or_insert(topic);
        if other.declared != topic.declared {
            findings.push(
                NAME_COLLISION
                    .finding(format!("topics `{}` and `{}` have one name in Kafka's metrics", other.name, topic.name))
                    .label(topic.declared, "Kafka refuses to create this one")
                    .label(other.declared, "because of this one")
                    .note("Kafka writes `.` as `_` in the names of metrics.")
                    .help("use either `.` or `_` in the names of all topics"),
            );
        }
    }
}

fn internal_name(topic: &Topic) -> Option<Diagnostic> {
    let owner = if topic.name.as_str() == "_schemas" { "the schema registry" } else { "Kafka" };
    INTERNAL.contains(&topic.name.as_str()).then(|| {
        INTERNAL_NAME
            .finding(format!("topic `{}` has the name of a topic of {owner}", topic.name))
            .label(topic.declared, "this name")
            .note("Records of another kind in it break whoever reads them.")
            .help("choose another name")
    })
}

fn compacted_without_key(topic: &Topic) -> Option<Diagnostic> {
    if !topic.tombstones || topic.key.value != Payload::Nothing {
        return None;
    }
    let finding = COMPACTED_WITHOUT_KEY
        .finding(format!("topic `{}` is compacted and has no keys", topic.name))
        .label(topic.key.location, "no key");
    let finding = match topic.config.get("cleanup.policy") {
        Some(policy) => finding.label(policy.location, "compaction is asked for here"),
        None => finding,
    };
    Some(
        finding
            .note("Compaction keeps the last record of each key; Kafka refuses a record without one.")
            .help("add `key: string`, or remove the compaction"),
    )
}

fn unused_retention(topic: &Topic) -> Option<Diagnostic> {
    let policy = topic.config.get("cleanup.policy")?;
    if policy.value.split(',').any(|word| word.trim() == "delete") {
        return None;
    }
    let retention = topic.config.get("retention.ms").or_else(|| topic.config.get("retention.bytes"))?;
    Some(
        UNUSED_RETENTION
            .finding(format!("retention of topic `{}` has no effect", topic.name))
            .label(retention.location, "never applied")
            .label(policy.location, "because nothing is deleted")
            .note("With `compact` alone the last record of each key stays for ever.")
            .help("write `cleanup: [compact, delete]`, or remove the retention"),
    )
}

fn too_many_partitions(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let many = topology.topics.iter().filter(|topic| topic.partitions.value.get() > MANY_PARTITIONS);
    for topics in grouped(many.map(|topic| (topic.partitions.location, topic))) {
        let partitions = &topics[0].partitions;
        findings.push(
            TOO_MANY_PARTITIONS
                .finding(format!("{} {} {partitions} partitions", subject(&topics), verb(&topics, "has", "have")))
                .label(partitions.location, "asked for here")
                .note("Each costs memory and file handles on every replica; their number can never shrink.")
                .help("take a small multiple of the instances that will read it"),
        );
    }
}

fn unclean_election(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let unclean = topology.topics.iter().filter_map(|topic| {
        let setting = topic.config.get("unclean.leader.election.enable")?;
        setting.value.eq_ignore_ascii_case("true").then_some((setting.location, topic))
    });
    for (location, topics) in groups(unclean) {
        findings.push(
            UNCLEAN_ELECTION
                .finding(format!("{} may lose acknowledged records", subject(&topics)))
                .label(location, "a replica that lacks records may become leader")
                .help("remove the setting, unless being available matters more than the records"),
        );
    }
}

/// Topics by the place that gives them the same property.
pub(super) fn groups<'t>(topics: impl Iterator<Item = (Location, &'t Topic)>) -> BTreeMap<Location, Vec<&'t Topic>> {
    let mut groups: BTreeMap<Location, Vec<&Topic>> = BTreeMap::new();
    for (location, topic) in topics {
        groups.entry(location).or_default().push(topic);
    }
    groups
}

fn grouped<'t>(topics: impl Iterator<Item = (Location, &'t Topic)>) -> impl Iterator<Item = Vec<&'t Topic>> {
    groups(topics).into_values()
}
