//! Topics, and the defaults for them.

mod payload;

use std::num::NonZeroU32;

use indexmap::IndexMap;

use super::contract::Contracts;
use super::declared::Declared;
use super::fields::{Field, Fields, Shape, Shortened, name};
use super::unit::{self, UnitError};
use super::word::{Cleanup, Word};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Choice, Payload, Topic, TopicId};
use crate::source::Spanned;
use crate::syntax::{Kind, Value};

use payload::{Payloads, strategies, validate};

/// Kafka keeps the number of partitions in 32 bits and that of replicas in 16, both with a sign.
const MOST_PARTITIONS: u32 = i32::MAX.unsigned_abs();
const MOST_REPLICAS: u32 = i16::MAX.unsigned_abs() as u32;
const DEFAULT_REPLICAS: u32 = 3;

const DEFAULTS: Shape = Shape {
    noun: "`defaults`",
    keys: &["topics"],
    later: &["producers", "consumers", "processors", "schemas", "access"],
};
const TOPIC_DEFAULTS: Shape = Shape {
    noun: "`defaults: topics`",
    keys: &["partitions", "replication_factor", "config", "retention", "cleanup"],
    later: &[],
};
const TOPIC: Shape = Shape {
    noun: "topic",
    keys: &[
        "doc",
        "owner",
        "key",
        "value",
        "subject_name_strategy",
        "validate",
        "partitions",
        "replication_factor",
        "retention",
        "cleanup",
        "config",
    ],
    later: &["traffic", "tiered", "dead_letter"],
};

/// Kafka's topic configuration.
type Config = IndexMap<String, Spanned<String>>;

/// What topics have unless they say otherwise.
#[derive(Debug, Default)]
pub(super) struct Defaults {
    partitions: Option<Spanned<NonZeroU32>>,
    replication_factor: Option<Spanned<NonZeroU32>>,
    config: Config,
}

/// Reads `defaults`.
pub(super) fn defaults(field: Option<Field<'_>>, findings: &mut Findings) -> Defaults {
    let Some(field) = field else { return Defaults::default() };
    let Some(fields) = Fields::read(&DEFAULTS, None, field.key, field.value, findings) else {
        return Defaults::default();
    };
    let Some(field) = fields.get("topics") else { return Defaults::default() };
    let fields = Fields::read(&TOPIC_DEFAULTS, None, field.key, field.value, findings);
    fields.map_or_else(Defaults::default, |fields| Defaults {
        partitions: partitions(&fields, findings),
        replication_factor: replication_factor(&fields, findings),
        config: config(&fields, &Config::new(), findings),
    })
}

/// Reads `topics`.
pub(super) fn resolve<'t>(
    field: Option<Field<'t>>,
    defaults: &Defaults,
    contracts: &Contracts<'t>,
    choices: &mut Vec<Choice>,
    findings: &mut Findings,
) -> (Vec<Topic>, Declared<'t, TopicId>) {
    let mut declared = Declared::new("topic", "topics");
    let mut topics = Vec::new();
    let Some(field) = field else { return (topics, declared) };
    let Some(entries) = field.named_entries(findings) else {
        return (topics, Declared::unknown("topic", "topics"));
    };
    topics.reserve(entries.len());
    for entry in &entries {
        let topic = topic(entry, defaults, &mut Payloads { contracts, choices }, findings);
        declared.declare(entry.key, topic.is_some().then_some(TopicId(topics.len())));
        topics.extend(topic);
    }
    (topics, declared)
}

fn topic<'t>(
    entry: &Field<'t>,
    defaults: &Defaults,
    payloads: &mut Payloads<'_, 't>,
    findings: &mut Findings,
) -> Option<Topic> {
    let declared = entry.key.location();
    let name = name("topic", entry.key.text(), declared, findings);
    let fields = Fields::of_named(&TOPIC, entry.key, entry.value, findings)?;
    let key = match fields.get("key") {
        Some(field) => payloads.read(&field, findings),
        None => Some(Spanned::new(Payload::Nothing, declared)),
    };
    let value = fields.require("value", "SCHEMA", findings);
    let value = value.and_then(|field| payloads.read(&field, findings));
    let [key_strategy, value_strategy] = strategies(&fields, declared, findings);
    let replicas = NonZeroU32::MIN.saturating_add(DEFAULT_REPLICAS - 1);
    let config = config(&fields, &defaults.config, findings);
    let partitions = partitions(&fields, findings).or_else(|| defaults.partitions.clone());
    let replication_factor = replication_factor(&fields, findings).or_else(|| defaults.replication_factor.clone());
    let doc = fields.get("doc").and_then(|field| field.prose(findings));
    let owner = fields.get("owner").and_then(|field| owner(&field, findings));
    Some(Topic {
        name: name?,
        declared,
        doc,
        owner,
        key: key?,
        value: value?,
        key_strategy,
        value_strategy,
        validate: fields.get("validate").and_then(|field| validate(&field, findings)),
        tombstones: is_compacted(&config),
        partitions: partitions.unwrap_or_else(|| Spanned::new(NonZeroU32::MIN, declared)),
        replication_factor: replication_factor.unwrap_or_else(|| Spanned::new(replicas, declared)),
        config,
    })
}

fn owner(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = field.text("the name of a producer or team", findings)?;
    Some(Spanned::new(text.value.to_owned(), text.location))
}

fn partitions(fields: &Fields<'_>, findings: &mut Findings) -> Option<Spanned<NonZeroU32>> {
    fields.get("partitions")?.count(MOST_PARTITIONS, findings)
}

fn replication_factor(fields: &Fields<'_>, findings: &mut Findings) -> Option<Spanned<NonZeroU32>> {
    fields.get("replication_factor")?.count(MOST_REPLICAS, findings)
}

fn is_compacted(config: &Config) -> bool {
    let policy = config.get("cleanup.policy").map_or("", |policy| policy.value.as_str());
    policy.split(',').any(|policy| policy.trim() == "compact")
}

/// `config`, with `retention` and `cleanup` in Kafka's words, over `defaults`.
fn config(fields: &Fields<'_>, defaults: &Config, findings: &mut Findings) -> Config {
    let mut config = defaults.clone();
    let mut written: Vec<Field<'_>> = Vec::new();
    if let Some(field) = fields.get("config") {
        for entry in field.named_entries(findings).unwrap_or_default() {
            if let Some(value) = setting(&entry, findings) {
                config.insert(entry.key.text().to_owned(), value);
                written.push(entry);
            }
        }
    }
    let retention = fields.get("retention");
    let cleanup = fields.get("cleanup");
    for (field, key) in [(retention, "retention.ms"), (cleanup, "cleanup.policy")] {
        let Some(field) = field else { continue };
        if let Some(other) = written.iter().find(|entry| entry.key.text() == key) {
            findings.push(twice(&field, other));
            continue;
        }
        let value = if key == "retention.ms" { retention_ms(&field, findings) } else { policy(&field, findings) };
        if let Some(value) = value {
            config.insert(key.to_owned(), value);
        }
    }
    config
}

fn twice(field: &Field<'_>, other: &Field<'_>) -> Diagnostic {
    let message = format!(
        "`{}` and `config: {{ {} }}` of {} are the same setting",
        field.key_name(),
        other.key_name(),
        field.subject
    );
    Diagnostic::error("topic::setting-twice", message)
        .label(field.key.location(), "set here")
        .label(other.key.location(), "and here")
        .help("keep one of the two")
}

/// One entry of `config`: durations become milliseconds and sizes become bytes where Kafka counts in them.
fn setting(entry: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = match entry.value.kind() {
        Kind::Sequence(items) => {
            let scalars: Option<Vec<_>> = items.iter().map(scalar_text).collect();
            let Some(scalars) = scalars else {
                return entry.mismatch("a number, a text, or a list of them", findings);
            };
            let text = scalars.join(",");
            entry.has_no_variable(&text, findings).then_some(text)?
        }
        _ => entry.text("a number, a text, or a list of them", findings)?.value.to_owned(),
    };
    let converted = match entry.key.text().rsplit_once('.') {
        Some((_, "ms")) => unit::duration(&text).ok().map(|duration| duration.as_millis().to_string()),
        Some((_, "bytes")) => unit::bytes(&text).ok().map(|bytes| bytes.to_string()),
        _ => None,
    };
    Some(Spanned::new(converted.unwrap_or(text), entry.location()))
}

fn scalar_text(value: Value<'_>) -> Option<String> {
    match value.kind() {
        Kind::Scalar(scalar) => Some(scalar.text.to_string()),
        _ => None,
    }
}

fn retention_ms(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = field.text("a duration such as `7d`", findings)?;
    if text.value == "forever" {
        return Some(Spanned::new("-1".to_owned(), text.location));
    }
    match unit::duration(text.value) {
        Ok(duration) => Some(Spanned::new(duration.as_millis().to_string(), text.location)),
        Err(error) => {
            findings.push(no_duration(field, text.value, &error).help("write such as `7d`, `12h` or `forever`"));
            None
        }
    }
}

/// The finding about a text that is no duration, without help.
pub(super) fn no_duration(field: &Field<'_>, text: &str, error: &UnitError) -> Diagnostic {
    let message = format!("`{}` of {} is `{}`, which {error}", field.key_name(), field.subject, Shortened(text));
    field
        .point(Diagnostic::error("manifest::unit", message), "not a duration")
        .note("A duration is a number and a unit, `ms`, `s`, `m`, `h`, `d` or `w`, or several such as `1h30m`.")
}

fn policy(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    let words: Vec<Field<'_>> = match field.value.kind() {
        Kind::Sequence(items) => items.iter().map(|value| Field { value, ..*field }).collect(),
        _ => vec![*field],
    };
    if words.is_empty() {
        return field.mismatch(Cleanup::NOUN, findings);
    }
    let policies: Vec<_> = words.iter().map(|word| word.word::<Cleanup>(findings)).collect();
    let text = |policy: Cleanup| if policy == Cleanup::Compact { "compact" } else { "delete" };
    let mut texts = Vec::new();
    for policy in policies {
        let text = text(policy?.value);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.sort_unstable();
    Some(Spanned::new(texts.join(","), field.location()))
}
