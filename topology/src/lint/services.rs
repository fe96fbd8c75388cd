//! Services: how many there are and who shares a consumer group.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Topic, Topology};
use crate::source::Location;

const IDLE_INSTANCES: Rule = Rule {
    code: "service::idle-instances",
    severity: Severity::Warning,
    summary: "A consumer or processor with more instances than its topics have partitions.",
    why: "Kafka gives each partition to one instance of a group. The instances beyond that wait for another to stop and do \
          nothing else.",
    example: "\
topics: { clicks: { value: string, partitions: 2 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks], instances: 3 } }
",
    fix: "\
topics: { clicks: { value: string, partitions: 6 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks], instances: 3 } }
",
};

const SHARED_GROUP: Rule = Rule {
    code: "service::shared-group",
    severity: Severity::Error,
    summary: "Two services with one consumer group.",
    why: "Kafka divides the partitions of a group among all of its members. Each of the two services would get a part of the \
          records, and nobody all of them.",
    example: "\
topics: { clicks: { value: string, partitions: 2 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks], group: readers }, count: { topics: [clicks], group: readers } }
",
    fix: "\
topics: { clicks: { value: string, partitions: 2 } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] }, count: { topics: [clicks] } }
",
};

const BRIEF_RETENTION: Rule = Rule {
    code: "service::retries-outlast-retention",
    severity: Severity::Warning,
    summary: "A service whose retries of one record can take longer than its topic keeps records.",
    why: "While a service retries a record, those behind it grow old. What is older than the retention is deleted unread.",
    example: "\
topics: { clicks: { value: string, retention: 1m } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks], on_error: { retries: 10, backoff: 30s..60s, then: skip } } }
",
    fix: "\
topics: { clicks: { value: string, retention: 1d } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks], on_error: { retries: 10, backoff: 30s..60s, then: skip } } }
",
};

pub(super) const RULES: &[Rule] = &[IDLE_INSTANCES, SHARED_GROUP, BRIEF_RETENTION];

/// A consumer or a processor.
struct Reader<'t> {
    noun: &'static str,
    name: &'t str,
    declared: Location,
    group: &'t str,
    instances: NonZeroU32,
    longest_retry_ms: u128,
    topics: Vec<&'t Topic>,
}

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let readers = readers(topology);
    let mut groups: BTreeMap<&str, &Reader<'_>> = BTreeMap::new();
    for reader in &readers {
        findings.extend(idle_instances(reader));
        findings.extend(brief_retention(reader));
        match groups.get(reader.group) {
            Some(first) => findings.push(shared_group(first, reader)),
            None => {
                groups.insert(reader.group, reader);
            }
        }
    }
}

fn readers(topology: &Topology) -> Vec<Reader<'_>> {
    let consumers = topology.consumers.iter().map(|consumer| Reader {
        noun: "consumer",
        name: consumer.name.as_str(),
        declared: consumer.declared,
        group: consumer.group.as_str(),
        instances: consumer.instances,
        longest_retry_ms: longest_retry_ms(&consumer.on_error),
        topics: consumer.topics.iter().map(|topic| &topology[topic.value]).collect(),
    });
    let processors = topology.processors.iter().map(|processor| Reader {
        noun: "processor",
        name: processor.name.as_str(),
        declared: processor.declared,
        group: processor.group.as_str(),
        instances: processor.instances,
        longest_retry_ms: longest_retry_ms(&processor.on_error),
        topics: processor.sources().map(|topic| &topology[topic.value]).collect(),
    });
    consumers.chain(processors).collect()
}

fn idle_instances(reader: &Reader<'_>) -> Option<Diagnostic> {
    let widest = reader.topics.iter().max_by_key(|topic| topic.partitions.value)?;
    let (instances, partitions) = (reader.instances.get(), widest.partitions.value.get());
    if instances <= partitions {
        return None;
    }
    let idle = instances - partitions;
    let noun = if partitions == 1 { "partition" } else { "partitions" };
    Some(
        IDLE_INSTANCES
            .finding(format!(
                "{idle} of the {instances} instances of {} `{}` have nothing to do",
                reader.noun, reader.name
            ))
            .label(reader.declared, format!("{instances} instances"))
            .label(widest.partitions.location, format!("topic `{}` has {partitions} {noun}", widest.name))
            .note("Kafka gives each partition to one instance of a group.")
            .help(format!("write `instances: {partitions}`, or give the topic more partitions")),
    )
}

fn shared_group(first: &Reader<'_>, second: &Reader<'_>) -> Diagnostic {
    SHARED_GROUP
        .finding(format!(
            "{} `{}` and {} `{}` share the group `{}`",
            first.noun, first.name, second.noun, second.name, first.group
        ))
        .label(second.declared, "this service takes partitions away")
        .label(first.declared, "from this one")
        .note("Kafka divides the partitions of a group among its members, so that neither would see all records.")
        .help("remove `group` from one of the two; the default is its own")
}

/// The longest time between the first and the last try of one record.
fn longest_retry_ms(on_error: &crate::ir::OnError) -> u128 {
    let (mut pause, longest) = (on_error.backoff_min.as_millis(), on_error.backoff_max.as_millis());
    let mut total = 0;
    for retry in 0..on_error.retries {
        if pause >= longest || pause == 0 {
            return total + u128::from(on_error.retries - retry) * pause.min(longest);
        }
        total += pause;
        pause *= 2;
    }
    total
}

fn brief_retention(reader: &Reader<'_>) -> Option<Diagnostic> {
    let (topic, setting) = reader.topics.iter().find_map(|topic| {
        let setting = topic.config.get("retention.ms")?;
        let retention: u128 = setting.value.parse().ok()?;
        (!topic.tombstones && retention < reader.longest_retry_ms).then_some((topic, setting))
    })?;
    let seconds = reader.longest_retry_ms / 1000;
    Some(
        BRIEF_RETENTION
            .finding(format!(
                "{} `{}` can retry one record for longer than topic `{}` keeps records",
                reader.noun, reader.name, topic.name
            ))
            .label(reader.declared, format!("its retries take up to {seconds} s"))
            .label(setting.location, "the retention")
            .note("Records that grow older than the retention meanwhile are deleted unread.")
            .help("retry for a shorter time, or keep the records longer"),
    )
}
