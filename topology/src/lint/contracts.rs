//! Contracts: subjects and their names, what a registry holds them to, and who enforces them.

use std::collections::BTreeMap;

use schema::Format;
use schema::compatibility::Level;

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Cluster, Mode, Payload, RuleMode, Schema, SchemaId, Side, SubjectNameStrategy, Topic, Topology};
use crate::source::Location;

const SEVERAL_TYPES: Rule = Rule {
    code: "topic::one-subject-for-several",
    severity: Severity::Error,
    summary: "A topic with several schemas whose subjects are named by topic.",
    why: "By topic there is one subject, `<topic>-value`, and its versions are one schema as it changes over time: two schemas \
          under it are checked against each other and refused.",
    example: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { events: { key: string, value: [order, payment] } }
producers: { checkout: { topics: [events] } }
consumers: { billing: { topics: [events] } }
",
    fix: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { events: { key: string, value: [order, payment], subject_name_strategy: record } }
producers: { checkout: { topics: [events] } }
consumers: { billing: { topics: [events] } }
",
};

const CLAIMED_TWICE: Rule = Rule {
    code: "subject::claimed-twice",
    severity: Severity::Error,
    summary: "A subject that two schemas of different texts would be registered under.",
    why: "The versions of a subject are one schema as it changes over time. Two that alternate would each be a new version, \
          checked against the other.",
    example: "\
schemas: { note: titled.json, memo: titled_too.json }
topics: { a: { key: string, value: [note, memo], subject_name_strategy: record } }
producers: { checkout: { topics: [a] } }
consumers: { billing: { topics: [a] } }
",
    fix: "\
schemas: { note: titled.json, page: refers.json }
topics: { a: { key: string, value: [note, page], subject_name_strategy: record } }
producers: { checkout: { topics: [a] } }
consumers: { billing: { topics: [a] } }
",
};

const VALIDATE_NOTHING: Rule = Rule {
    code: "topic::nothing-to-validate",
    severity: Severity::Error,
    summary: "`validate: true` for a topic whose keys and values have no schema.",
    why: "A broker looks whether the id in a record is one of the topic's subject; plain data carries none.",
    example: "\
topics: { clicks: { value: string, validate: true } }
producers: { web: { topics: [clicks] } }
consumers: { counter: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { counter: { topics: [clicks] } }
",
};

const NOT_ENFORCED: Rule = Rule {
    code: "topic::not-enforced",
    severity: Severity::Warning,
    summary: "`validate: true` for a topic of an environment whose brokers do not check schemas.",
    why: "The embedded cluster refuses records that are not of the topic's schema. Apache Kafka does not look at records, so \
          there a foreign client can write anything; Confluent Server does it under `confluent.value.schema.validation`.",
    example: "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 3 } } }
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order, validate: true } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
environments: { local: { cluster: { provider: embedded } } }
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order, validate: true } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const POINTLESS_SETTING: Rule = Rule {
    code: "schema::pointless-setting",
    severity: Severity::Warning,
    summary: "A `policy` or a `compatibility_group` for a schema whose level is `none`, or a group that names no property.",
    why: "Nothing is compared at this level, and versions without the property of the group are one group.",
    example: "\
schemas: { order: { file: schemas/order.avsc, compatibility: none, compatibility_group: major } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
schemas:
  order:
    file: schemas/order.avsc
    compatibility: backward
    compatibility_group: major
    metadata: { properties: { major: \"1\" } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const UNCHECKED: Rule = Rule {
    code: "schema::unchecked-import",
    severity: Severity::Warning,
    summary: "A schema whose subject is in mode `import` and has a compatibility level.",
    why: "A registry checks nothing that is imported, so the level promises what nobody holds.",
    example: "\
schemas: { order: { file: schemas/order.avsc, compatibility: full, mode: import } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
schemas: { order: { file: schemas/order.avsc, compatibility: full, mode: readwrite } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const UNKNOWN_SENSITIVE: Rule = Rule {
    code: "schema::unknown-property",
    severity: Severity::Warning,
    summary: "A name under `sensitive` that is no property of the metadata.",
    why: "A property that is misspelled here is shown to everybody.",
    example: "\
schemas: { order: { file: schemas/order.avsc, metadata: { properties: { token: x }, sensitive: [tokn] } } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
schemas: { order: { file: schemas/order.avsc, metadata: { properties: { token: x }, sensitive: [token] } } }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const RULE_MODE: Rule = Rule {
    code: "schema::rule-mode",
    severity: Severity::Error,
    summary: "A rule under `migration` that is not for upgrades or downgrades, or one elsewhere that is.",
    why: "Registries refuse such a rule set: migrations run between versions, all other rules where records are written or read.",
    example: "\
schemas:
  order:
    file: schemas/order.avsc
    rules: { domain: [{ name: a, kind: condition, mode: upgrade, type: CEL, expr: \"true\" }] }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
schemas:
  order:
    file: schemas/order.avsc
    rules: { domain: [{ name: a, kind: condition, mode: write, type: CEL, expr: \"true\" }] }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const NO_RECORD_NAME: Rule = Rule {
    code: "subject::no-record-name",
    severity: Severity::Error,
    summary: "A subject named by record for a JSON Schema without a `title`.",
    why: "The title is what serializers take as the name of the record; without one they have no subject.",
    example: "\
schemas: { note: untitled.json }
topics: { notes: { key: string, value: note, subject_name_strategy: record } }
producers: { web: { topics: [notes] } }
consumers: { log: { topics: [notes] } }
",
    fix: "\
schemas: { note: untitled.json }
topics: { notes: { key: string, value: note } }
producers: { web: { topics: [notes] } }
consumers: { log: { topics: [notes] } }
",
};

pub(super) const RULES: &[Rule] = &[
    SEVERAL_TYPES,
    CLAIMED_TWICE,
    NO_RECORD_NAME,
    VALIDATE_NOTHING,
    NOT_ENFORCED,
    POINTLESS_SETTING,
    UNCHECKED,
    UNKNOWN_SENSITIVE,
    RULE_MODE,
];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let mut claims = Claims { topology, first: BTreeMap::new(), findings };
    for topic in &topology.topics {
        for side in [Side::Key, Side::Value] {
            claims.side(topic, side);
        }
    }
    for topic in &topology.topics {
        validation(topology, topic, findings);
    }
    for schema in &topology.schemas {
        settings(schema, findings);
        rules(schema, findings);
    }
}

/// Who claims which subject, the first of each.
struct Claims<'t, 'f> {
    topology: &'t Topology,
    first: BTreeMap<String, (SchemaId, Location)>,
    findings: &'f mut Vec<Diagnostic>,
}

impl Claims<'_, '_> {
    fn side(&mut self, topic: &Topic, side: Side) {
        let payload = topic.payload(side);
        if let (Payload::OneOf(_), SubjectNameStrategy::Topic) = (payload.value, topic.strategy(side)) {
            self.findings.push(several(topic, side));
            return;
        }
        for (schema, location) in self.topology.named(topic, side) {
            match self.topology.subject_name(topic, side, schema) {
                Some(subject) => self.claim(subject, schema, location),
                None => self.findings.push(no_record_name(&self.topology[schema], location)),
            }
        }
    }

    fn claim(&mut self, subject: String, schema: SchemaId, location: Location) {
        let Some((first, place)) = self.first.get(&subject) else {
            self.first.insert(subject, (schema, location));
            return;
        };
        let text = |id: SchemaId| self.topology.registered_text(id);
        if *first == schema || text(*first) == text(schema) {
            return;
        }
        let (one, other) = (&self.topology[*first].name, &self.topology[schema].name);
        self.findings.push(
            CLAIMED_TWICE
                .finding(format!("schemas `{one}` and `{other}` would be versions of one subject, `{subject}`"))
                .label(location, format!("`{other}` is registered as `{subject}`"))
                .label(*place, format!("so is `{one}`"))
                .help("name the subjects of one of the topics another way (`subject_name_strategy`), or rename the record"),
        );
    }
}

fn several(topic: &Topic, side: Side) -> Diagnostic {
    let (name, side) = (&topic.name, side.as_str());
    let help = if side == "value" {
        "add `subject_name_strategy: record` (or `topic_record`) to the topic, or make one schema of them: a union, a `oneof`"
    } else {
        "add `subject_name_strategy: { key: record }` to the topic"
    };
    let location = if side == "value" { topic.value.location } else { topic.key.location };
    SEVERAL_TYPES
        .finding(format!("topic `{name}` has several schemas and one subject, `{name}-{side}`"))
        .label(location, "several schemas")
        .note(
            "The versions of a subject are one schema as it changes over time, and each is checked against the others.",
        )
        .help(help)
}

fn no_record_name(schema: &Schema, location: Location) -> Diagnostic {
    NO_RECORD_NAME
        .finding(format!("schema `{}` has no name that a subject could have", schema.name))
        .label(location, "its subject is named by record here")
        .label(schema.file.location, "this file has no `title`")
        .help("give the JSON Schema a `title`, or name the subject by topic")
}

fn validation(topology: &Topology, topic: &Topic, findings: &mut Vec<Diagnostic>) {
    let Some(location) = topic.validate else { return };
    if [Side::Key, Side::Value].into_iter().all(|side| topology.named(topic, side).is_empty()) {
        findings.push(
            VALIDATE_NOTHING
                .finding(format!("topic `{}` has no schema to validate", topic.name))
                .label(location, "asked for here")
                .label(topic.value.location, "plain data")
                .help("remove `validate`, or make the value a schema"),
        );
        return;
    }
    for environment in &topology.environments {
        if matches!(environment.cluster, Cluster::Embedded(_)) {
            continue;
        }
        let (name, environment_name) = (&topic.name, &environment.name);
        findings.push(
            NOT_ENFORCED
                .finding(format!("environment `{environment_name}` does not enforce the schema of topic `{name}`"))
                .label(location, "asked for here")
                .label(environment.declared, "its brokers take any bytes")
                .note("Only the embedded cluster refuses records that are not of the topic's schema.")
                .help("on Confluent Server, set `confluent.value.schema.validation` under `config` of the topic"),
        );
    }
}

fn settings(schema: &Schema, findings: &mut Vec<Diagnostic>) {
    let settings = &schema.settings;
    let name = &schema.name;
    let level = settings.compatibility.as_ref();
    if let Some(level) = level.filter(|level| level.value == Level::None) {
        let group = settings.compatibility_group.as_ref().map(|group| ("compatibility_group", group.location));
        let policy = settings.policy.as_ref().filter(|_| schema.format() == Format::Json);
        let policy = policy.map(|policy| ("policy", policy.location));
        for (key, location) in [group, policy].into_iter().flatten() {
            findings.push(
                POINTLESS_SETTING
                    .finding(format!("`{key}` of schema `{name}` has no effect"))
                    .label(location, "says how versions are compared")
                    .label(level.location, "and none is")
                    .help("remove it, or choose a level"),
            );
        }
    } else if let Some(group) = &settings.compatibility_group {
        let has =
            settings.metadata.as_ref().is_some_and(|metadata| metadata.value.properties.contains_key(&group.value));
        if !has {
            findings.push(
                POINTLESS_SETTING
                    .finding(format!("schema `{name}` has no property `{}` to group its versions by", group.value))
                    .label(group.location, "no such property in its `metadata`")
                    .note("Versions without the property are one group, as if there were no groups.")
                    .help(format!("add `metadata: {{ properties: {{ {}: \"1\" }} }}`", group.value)),
            );
        }
    }
    if let (Some(mode), Some(level)) = (settings.mode.as_ref().filter(|mode| mode.value == Mode::Import), level) {
        findings.push(
            UNCHECKED
                .finding(format!("nobody checks the versions of schema `{name}`"))
                .label(mode.location, "a registry takes whatever is imported")
                .label(level.location, "so this level is not held")
                .help("write `mode: readwrite` once everything is imported"),
        );
    }
    if let Some(metadata) = &settings.metadata {
        let properties = &metadata.value.properties;
        for unknown in metadata.value.sensitive.iter().filter(|name| !properties.contains_key(*name)) {
            findings.push(
                UNKNOWN_SENSITIVE
                    .finding(format!("`sensitive` of schema `{name}` names `{unknown}`, which is no property"))
                    .label(metadata.location, "in this metadata")
                    .help("write the name as under `properties`"),
            );
        }
    }
}

fn rules(schema: &Schema, findings: &mut Vec<Diagnostic>) {
    let Some(rules) = &schema.settings.rules else { return };
    let is_migration =
        |mode: &Option<RuleMode>| matches!(mode, Some(RuleMode::Upgrade | RuleMode::Downgrade | RuleMode::UpDown));
    let migration = rules.value.migration_rules.iter().map(|rule| (rule, true));
    let others = rules.value.domain_rules.iter().chain(&rules.value.encoding_rules).map(|rule| (rule, false));
    for (rule, wanted) in migration.chain(others) {
        if is_migration(&rule.mode) == wanted {
            continue;
        }
        let help = if wanted {
            "write `mode: upgrade`, `downgrade` or `updown`, or move it to `domain`"
        } else {
            "write `mode: write`, `read` or `writeread`, or move it to `migration`"
        };
        findings.push(
            RULE_MODE
                .finding(format!(
                    "rule `{}` of schema `{}` never runs in its mode",
                    rule.name.as_deref().unwrap_or_default(),
                    schema.name
                ))
                .label(rules.location, "in these rules")
                .note("Migrations run between versions, all other rules where records are written or read.")
                .help(help),
        );
    }
}
