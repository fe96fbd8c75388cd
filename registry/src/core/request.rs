//! What clients send, read with nothing lost: a field that would be dropped is refused.

use schema::contract::{Metadata, RuleSet};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::core::config::{ConfigUpdate, Field};
use crate::core::content::{Contract, Reference, SchemaType};
use crate::core::mode::Mode;
use crate::core::names::{SchemaId, Version};
use crate::core::refusal::{Refusal, quoted};

/// A schema to register, to look up or to compare.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaRequest {
    pub(crate) schema_type: SchemaType,
    /// The text as the client wrote it; `None` means that of the version before.
    pub(crate) text: Option<String>,
    pub(crate) references: Vec<Reference>,
    pub(crate) contract: Contract,
    /// The version that the client expects its schema to get.
    pub(crate) version: Option<Version>,
    /// The id that the schema has elsewhere.
    pub(crate) id: Option<SchemaId>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    schema: Option<String>,
    schema_type: Option<String>,
    references: Option<Vec<Reference>>,
    metadata: Option<Metadata>,
    rule_set: Option<RuleSet>,
    version: Option<i64>,
    id: Option<i64>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// What answers have and requests may repeat: it says nothing here.
const ECHOES: [&str; 5] = ["subject", "guid", "ts", "deleted", "propagateSchemaTags"];

impl SchemaRequest {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// When it is not JSON, or has a field that would be lost.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let body: Body = from_json(body)?;
        refuse_unknown(body.other.iter().filter(|(field, _)| !ECHOES.contains(&field.as_str())))?;
        let references = body.references.unwrap_or_default();
        for reference in &references {
            reference.selector()?;
        }
        let metadata = body.metadata.filter(|metadata| !metadata.is_empty());
        let rule_set = body.rule_set.filter(|rules| !rules.is_empty());
        if let Some(fault) = rule_set.as_ref().and_then(RuleSet::fault) {
            return Err(Refusal::InvalidRuleSet(fault));
        }
        let version = |number: i64| Version::try_from(number).map_err(|_| Refusal::InvalidVersion(number.to_string()));
        let version = body.version.filter(|&version| version > 0).map(version).transpose()?;
        let id = body.id.filter(|&id| id > 0).map(SchemaId::try_from).transpose();
        Ok(Self {
            schema_type: SchemaType::named(body.schema_type.as_deref()),
            text: body.schema.filter(|text| !text.is_empty()),
            references,
            contract: Contract { metadata, rule_set },
            version,
            id: id.map_err(Refusal::OperationNotPermitted)?,
        })
    }
}

/// Reads the body of `PUT /config`.
///
/// # Errors
///
/// When it is not JSON, or says what no configuration can be.
pub(crate) fn config_update(body: &[u8]) -> Result<ConfigUpdate, Refusal> {
    let fields: Map<String, Value> = from_json(body)?;
    let update: ConfigUpdate = from_json(body)?;
    let known = serde_json::to_value(every_field()).unwrap_or_default();
    let is_known = |field: &str| field == "compatibilityLevel" || known.get(field).is_some();
    refuse_unknown(fields.iter().filter(|(field, _)| !is_known(field)))?;
    update.checked()
}

/// An update that says something in every field, for its names.
fn every_field() -> ConfigUpdate {
    let word = || Field::Value(String::new());
    ConfigUpdate {
        alias: word(),
        alias_for_deks: word(),
        normalize: Field::Value(true),
        validate_fields: Field::Value(true),
        validate_new_schemas: Field::Value(true),
        validate_rules: Field::Value(true),
        compatibility: word(),
        compatibility_policy: word(),
        compatibility_group: word(),
        default_metadata: Field::Value(Metadata::default()),
        override_metadata: Field::Value(Metadata::default()),
        default_rule_set: Field::Value(RuleSet::default()),
        override_rule_set: Field::Value(RuleSet::default()),
    }
}

/// Reads the body of `PUT /mode`.
///
/// # Errors
///
/// When it is not JSON, has a field that would be lost, or names no mode.
pub(crate) fn mode(body: &[u8]) -> Result<Mode, Refusal> {
    #[derive(Deserialize)]
    struct ModeBody {
        mode: Option<String>,
        #[serde(flatten)]
        other: Map<String, Value>,
    }
    let body: ModeBody = from_json(body)?;
    refuse_unknown(body.other.iter())?;
    body.mode.ok_or_else(|| Refusal::InvalidMode("(none)".to_owned()))?.parse()
}

fn from_json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::MalformedBody(quoted(&error.to_string())))
}

/// Refuses fields that nobody here knows, unless they say nothing.
fn refuse_unknown<'a>(mut fields: impl Iterator<Item = (&'a String, &'a Value)>) -> Result<(), Refusal> {
    match fields.find(|(_, value)| says_something(value)) {
        Some((field, _)) => Err(Refusal::UnsupportedField(quoted(field))),
        None => Ok(()),
    }
}

/// Clients send empty fields for what they do not use.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(says_something),
        _ => true,
    }
}
