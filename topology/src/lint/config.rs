//! Settings of topics under `config`: known to Kafka, and with a value that it takes.

mod settings;

use std::collections::BTreeMap;

use super::near::nearest;
use super::{subject, verb};
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Cluster, Topic, Topology};
use crate::source::Location;

const UNKNOWN_CONFIG: Rule = Rule {
    code: "topic::unknown-config",
    severity: Severity::Error,
    summary: "A setting under `config` that topics of Kafka do not have.",
    why: "Kafka refuses to create a topic with a setting that it does not know. Settings of brokers, such as \
          `log.retention.ms`, have another name on topics.",
    example: "\
topics: { clicks: { value: string, config: { retension.ms: 86400000 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, config: { retention.ms: 86400000 } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const CONFIG_VALUE: Rule = Rule {
    code: "topic::config-value",
    severity: Severity::Error,
    summary: "A setting under `config` with a value that Kafka does not take.",
    why: "Kafka refuses to create the topic, after others have been created.",
    example: "\
topics: { clicks: { value: string, config: { compression.type: zip } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string, config: { compression.type: gzip } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

const REMOVED_CONFIG: Rule = Rule {
    code: "topic::removed-config",
    severity: Severity::Error,
    summary: "A setting under `config` that Kafka 4.0 removed, in a topology that runs on Kafka 4.",
    why: "Kafka 4 refuses to create a topic with it.",
    example: "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\" } } }
topics: { clicks: { value: string, config: { message.format.version: \"3.0\" } } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\" } } }
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] = &[UNKNOWN_CONFIG, CONFIG_VALUE, REMOVED_CONFIG];

/// What Kafka writes where it has no limit.
const NO_LIMIT: &str = "9223372036854775807";
/// Settings of Kafka 3 that Kafka 4 has no more.
const REMOVED: [&str; 3] =
    ["message.downconversion.enable", "message.format.version", "message.timestamp.difference.max.ms"];
/// What vendors put before their own settings; only they know them.
const VENDORS: [&str; 3] = ["confluent.", "redpanda.", "automq."];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let mut groups: BTreeMap<(Location, &str), Vec<&Topic>> = BTreeMap::new();
    for topic in &topology.topics {
        for (key, value) in &topic.config {
            groups.entry((value.location, key)).or_default().push(topic);
        }
    }
    for ((location, key), topics) in &groups {
        findings.extend(setting(topology, *location, key, topics));
    }
}

fn setting(topology: &Topology, location: Location, key: &str, topics: &[&Topic]) -> Option<Diagnostic> {
    let value = &topics.first()?.config.get(key)?.value;
    if let Some(setting) = settings::find(key) {
        return (!setting.kind.allows(value)).then(|| wrong_value(setting, value, location, topics));
    }
    if REMOVED.contains(&key) {
        return removed(topology, location, key, topics);
    }
    let is_external = topology.environments.iter().any(|known| matches!(known.cluster, Cluster::External(_)));
    if is_external && VENDORS.iter().any(|vendor| key.starts_with(vendor)) {
        return None;
    }
    let finding = UNKNOWN_CONFIG
        .finding(format!("{} {} the unknown setting `{key}`", subject(topics), verb(topics, "has", "have")))
        .label(location, format!("`{key}` is set here"))
        .note("Kafka refuses to create a topic with a setting that it does not know.");
    // Brokers have many of the settings under a longer name.
    let candidates = || settings::SETTINGS.iter().map(|setting| setting.key);
    let near =
        key.strip_prefix("log.").filter(|key| settings::find(key).is_some()).or_else(|| nearest(key, candidates()));
    Some(match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("remove it; Kafka's documentation lists the settings under \"Topic Configs\""),
    })
}

fn wrong_value(setting: &settings::Setting, value: &str, location: Location, topics: &[&Topic]) -> Diagnostic {
    let key = setting.key;
    let finding = CONFIG_VALUE
        .finding(format!("`{key}` of {} cannot be `{value}`", subject(topics)))
        .label(location, format!("expected {}", setting.kind))
        .note("Kafka refuses to create a topic with it.");
    match nearest(value, setting.kind.words().iter().copied()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if setting.default.is_empty() => finding,
        None if setting.default == NO_LIMIT => finding.help("remove it; without it there is no limit"),
        None => finding.help(format!("the default of Kafka is `{}`", setting.default)),
    }
}

fn removed(topology: &Topology, location: Location, key: &str, topics: &[&Topic]) -> Option<Diagnostic> {
    let (place, text) = topology.environments.iter().find_map(|environment| match &environment.cluster {
        Cluster::Embedded(_) => Some((environment.declared, "the embedded cluster is as Kafka 4.3")),
        Cluster::Kafka(cluster) if !cluster.version.value.starts_with("3.") => {
            Some((cluster.version.location, "this version does not know it"))
        }
        _ => None,
    })?;
    Some(
        REMOVED_CONFIG
            .finding(format!(
                "{} {} the setting `{key}`, which Kafka 4.0 removed",
                subject(topics),
                verb(topics, "has", "have")
            ))
            .label(location, format!("`{key}` is set here"))
            .label(place, text)
            .help("remove it"),
    )
}
