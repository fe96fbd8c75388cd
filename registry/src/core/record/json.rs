//! Keys and values as JSON, with Confluent's properties in Confluent's order.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use schema::contract::{Metadata, RuleSet};
use serde::{Deserialize, Serialize};

use super::{Encoded, Poison, Record, SchemaValue};
use crate::core::config::Config;
use crate::core::content::{Content, Contract, Reference, SchemaType};
use crate::core::mode::Mode;
use crate::core::names::{Context, SchemaId, Scope, Subject, Version};

/// Any key: which of the properties it has depends on its type.
#[derive(Default, Serialize, Deserialize)]
struct Key<'a> {
    #[serde(borrow)]
    keytype: Cow<'a, str>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    tenant: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    subject: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<i64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    context: Option<Cow<'a, str>>,
    #[serde(default)]
    magic: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaJson<'a> {
    #[serde(borrow)]
    subject: Cow<'a, str>,
    version: i64,
    id: SchemaId,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    md5: Option<Cow<'a, str>>,
    #[serde(borrow)]
    schema: Cow<'a, str>,
    #[serde(borrow, default)]
    schema_type: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    references: Option<Vec<Reference>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Metadata>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule_set: Option<RuleSet>,
    #[serde(default)]
    deleted: Option<bool>,
}

#[derive(Serialize, Deserialize)]
struct ConfigJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(flatten)]
    config: Config,
}

#[derive(Serialize, Deserialize)]
struct ModeJson<'a> {
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct DeleteSubjectJson<'a> {
    #[serde(borrow, default)]
    subject: Cow<'a, str>,
    version: i64,
}

#[derive(Serialize)]
struct SubjectJson<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'a str>,
}

#[derive(Serialize)]
struct ContextJson<'a> {
    tenant: &'a str,
    context: &'a str,
}

/// The value of [`HIGHEST_IDS`].
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HighestIdsJson {
    highest_ids: BTreeMap<String, SchemaId>,
}

/// A NOOP for everyone else: see [`super`].
const HIGHEST_IDS: &[u8] = br#"{"keytype":"NOOP", "magic":0}"#;

/// Confluent's name for whom everything belongs to where nobody is told apart.
const TENANT: &str = "default";

pub(super) fn parse(key: &[u8], value: Option<&[u8]>) -> Result<Record, Poison> {
    let key: Key<'_> = serde_json::from_slice(key).map_err(Poison::Key)?;
    let highest_magic = i64::from(key.keytype == "SCHEMA");
    let is_known =
        matches!(&*key.keytype, "SCHEMA" | "CONFIG" | "MODE" | "DELETE_SUBJECT" | "CLEAR_SUBJECT" | "CONTEXT" | "NOOP");
    if !is_known {
        return Ok(Record::Unknown);
    }
    if !(0..=highest_magic).contains(&key.magic) {
        return Err(Poison::Magic(key.magic));
    }
    Ok(match &*key.keytype {
        "SCHEMA" => {
            let version = key.version.ok_or(Poison::Lacks("a version"))?;
            let version = Version::try_from(version).map_err(Poison::Number)?;
            Record::Schema { subject: key.subject()?, version, value: schema(value)? }
        }
        "CONFIG" => {
            let value = json::<ConfigJson>(value)?.map(|value| Box::new(value.config));
            Record::Config { scope: key.scope()?, value }
        }
        "MODE" => {
            let mode = json::<ModeJson<'_>>(value)?.map(|value| value.mode.parse::<Mode>());
            let mode = mode.transpose().map_err(|refusal| Poison::Mode(refusal.to_string()))?;
            Record::Mode { scope: key.scope()?, mode }
        }
        "DELETE_SUBJECT" => match json::<DeleteSubjectJson<'_>>(value)? {
            Some(value) => {
                let up_to = Version::try_from(value.version).map_err(Poison::Number)?;
                Record::DeleteSubject { subject: key.subject()?, up_to }
            }
            None => Record::Unknown,
        },
        "CLEAR_SUBJECT" => match value {
            Some(_) => Record::ClearSubject { scope: key.scope()? },
            None => Record::Unknown,
        },
        "CONTEXT" => {
            let context = key.context.as_deref().ok_or(Poison::Lacks("a context"))?;
            let context = context.parse().map_err(not_a_subject)?;
            Record::Context { context, exists: value.is_some() }
        }
        _ => highest_ids(value).map_or(Record::Noop, Record::HighestIds),
    })
}

impl Key<'_> {
    fn subject(&self) -> Result<Subject, Poison> {
        self.subject.as_deref().ok_or(Poison::Lacks("a subject"))?.parse().map_err(not_a_subject)
    }

    fn scope(&self) -> Result<Scope, Poison> {
        self.subject.as_deref().map_or(Ok(Scope::Global), |name| Scope::parse(name).map_err(not_a_subject))
    }
}

/// What a NOOP tells of ids; nothing if it is one of another registry.
fn highest_ids(value: Option<&[u8]>) -> Option<BTreeMap<Context, SchemaId>> {
    let HighestIdsJson { highest_ids } = serde_json::from_slice(value?).ok()?;
    Some(highest_ids.into_iter().filter_map(|(context, id)| Some((context.parse().ok()?, id))).collect())
}

#[expect(clippy::needless_pass_by_value, reason = "it is the form of a function for `map_err`")]
fn not_a_subject(refusal: crate::core::refusal::Refusal) -> Poison {
    Poison::Subject(refusal.to_string())
}

fn schema(value: Option<&[u8]>) -> Result<Option<SchemaValue>, Poison> {
    let Some(json) = json::<SchemaJson<'_>>(value)? else { return Ok(None) };
    let schema_type = SchemaType::named(json.schema_type.as_deref());
    let contract = Contract { metadata: json.metadata, rule_set: json.rule_set };
    let content = Content::new(schema_type, &json.schema, json.references.unwrap_or_default(), contract);
    Ok(Some(SchemaValue { id: json.id, content: Arc::new(content), deleted: json.deleted.unwrap_or_default() }))
}

fn json<'a, T: Deserialize<'a>>(value: Option<&'a [u8]>) -> Result<Option<T>, Poison> {
    value.map(serde_json::from_slice).transpose().map_err(Poison::Value)
}

pub(super) fn encode(record: &Record) -> Option<Encoded> {
    key(record).map(|key| Encoded { key, value: value(record) })
}

pub(super) fn key(record: &Record) -> Option<Vec<u8>> {
    let plain = |keytype: &'static str| Key { keytype: keytype.into(), ..Key::default() };
    Some(to_json(&match record {
        Record::Schema { subject, version, .. } => Key {
            subject: Some(subject.as_str().into()),
            version: Some(version.get().into()),
            magic: 1,
            ..plain("SCHEMA")
        },
        Record::Config { scope, .. } => Key { subject: scope.key().map(Cow::Owned), ..plain("CONFIG") },
        Record::Mode { scope, .. } => Key { subject: scope.key().map(Cow::Owned), ..plain("MODE") },
        Record::DeleteSubject { subject, .. } => {
            Key { subject: Some(subject.as_str().into()), ..plain("DELETE_SUBJECT") }
        }
        Record::ClearSubject { scope } => Key { subject: scope.key().map(Cow::Owned), ..plain("CLEAR_SUBJECT") },
        Record::Context { context, .. } => {
            Key { tenant: Some(TENANT.into()), context: Some(context.as_str().into()), ..plain("CONTEXT") }
        }
        Record::Noop => plain("NOOP"),
        Record::HighestIds(_) => return Some(HIGHEST_IDS.to_vec()),
        Record::Unknown => return None,
    }))
}

fn value(record: &Record) -> Option<Vec<u8>> {
    match record {
        Record::Schema { subject, version, value } => value.as_ref().map(|value| schema_json(subject, *version, value)),
        Record::Config { scope, value } => {
            let config = value.as_deref()?.clone();
            Some(to_json(&ConfigJson { subject: scope.key(), config }))
        }
        Record::Mode { scope, mode } => {
            let mode = Cow::Borrowed((*mode)?.as_str());
            Some(to_json(&ModeJson { subject: scope.key().map(Cow::Owned), mode }))
        }
        Record::DeleteSubject { subject, up_to } => {
            Some(to_json(&DeleteSubjectJson { subject: subject.as_str().into(), version: up_to.get().into() }))
        }
        Record::ClearSubject { scope } => Some(to_json(&SubjectJson { subject: scope.key().as_deref() })),
        Record::Context { context, exists } => {
            exists.then(|| to_json(&ContextJson { tenant: TENANT, context: context.as_str() }))
        }
        Record::HighestIds(ids) => {
            let highest_ids = ids.iter().map(|(context, id)| (context.to_string(), *id)).collect();
            Some(to_json(&HighestIdsJson { highest_ids }))
        }
        Record::Noop | Record::Unknown => None,
    }
}

fn schema_json(subject: &Subject, version: Version, value: &SchemaValue) -> Vec<u8> {
    let content = &value.content;
    to_json(&SchemaJson {
        subject: subject.as_str().into(),
        version: version.get().into(),
        id: value.id,
        md5: Some(content.identity().to_base64().into()),
        schema: content.text().to_string().into(),
        schema_type: Some(content.schema_type().as_str().into()),
        references: Some(content.references().to_vec()).filter(|references| !references.is_empty()),
        metadata: content.metadata().cloned(),
        rule_set: content.rule_set().cloned(),
        deleted: Some(value.deleted),
    })
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("maps with string keys always print as JSON")
}
