//! What registries send and take, in Confluent's words.
//!
//! What a registry adds is skipped and what it lacks has a default: Karapace, Apicurio and Redpanda answer with fewer
//! fields than Confluent's, and newer versions with more. Nothing empty is sent: old servers refuse what they do not
//! know.

use schema::Format;
use schema::compatibility::{Level, Policy};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::Reason;

/// A registry's answer that is not a success, or the lack of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status; 0 if there was no answer.
    pub status: u16,
    /// Confluent's finer code, such as 40401; 0 if there is none.
    pub code: u32,
    /// The registry's words; empty if there are none.
    pub message: String,
    /// What happened.
    pub reason: Reason,
}

/// A schema to register, to look up or to test.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewSchema {
    /// The text.
    pub schema: String,
    /// `AVRO`, `PROTOBUF` or `JSON`; Avro where absent, which is what old registries know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema_type: Option<String>,
    /// What the text refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<SchemaReference>,
    /// What is stored beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// What serializers do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
    /// The version that it shall be, where one is imported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The id that it shall have; only a subject in mode IMPORT takes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<u32>,
}

/// A name in a text and the version that it means.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SchemaReference {
    /// The name in the text.
    pub name: String,
    /// The subject.
    pub subject: String,
    /// Its version; -1 is the latest.
    pub version: i32,
}

/// A version of a subject, as far as the registry tells.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct SchemaVersion {
    /// The subject.
    pub subject: String,
    /// The version, from 1.
    pub version: u32,
    /// The id that records carry.
    pub id: u32,
    /// The GUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guid: Option<String>,
    /// The format; Avro where absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema_type: Option<String>,
    /// What the text refers to.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "nullable")]
    pub references: Vec<SchemaReference>,
    /// What is stored beside it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Value>,
    /// What serializers do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_set: Option<Value>,
    /// The text.
    pub schema: String,
    /// Whether it is softly deleted.
    #[serde(skip_serializing_if = "is_false", deserialize_with = "nullable")]
    pub deleted: bool,
    /// The aliases of the subject, in listings that ask for them. No part of the version.
    #[serde(skip_serializing, deserialize_with = "nullable")]
    pub aliases: Vec<String>,
}

/// What a registration yields. Old registries tell the id alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Registration {
    /// The id that records carry.
    pub id: u32,
    /// The version.
    #[serde(default)]
    pub version: Option<u32>,
}

/// A registry's opinion about a schema.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether it may be registered.
    pub is_compatible: bool,
    /// Why not, word by word.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "nullable")]
    pub messages: Vec<String>,
}

/// The settings of a scope.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Config {
    /// The level; nothing if the scope has none, or one that is not known here.
    #[serde(rename = "compatibilityLevel", alias = "compatibility", deserialize_with = "lenient")]
    pub compatibility: Option<Level>,
    /// How JSON Schemas are compared.
    #[serde(rename = "compatibilityPolicy", deserialize_with = "lenient")]
    pub policy: Option<Policy>,
    /// The property that parts versions into groups.
    #[serde(rename = "compatibilityGroup")]
    pub group: Option<String>,
    /// Whether schemas are normalised.
    pub normalize: Option<bool>,
    /// The subject that is meant by this one's name.
    pub alias: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub others: Map<String, Value>,
}

/// Where settings apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope<'a> {
    /// Everywhere, unless a narrower scope says otherwise.
    Global,
    /// A subject, or a context written as `:.context:`.
    Subject(&'a str),
}

/// Which versions of a subject a schema is tested against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Those that the subject's level asks for.
    Level,
    /// The latest.
    Latest,
}

/// Which subjects or schemas to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct Listing<'a> {
    /// What their names begin with; `:*:` and nothing more is every context.
    pub prefix: Option<&'a str>,
    /// Whether those that are softly deleted are listed too.
    pub deleted: bool,
    /// Whether schemas come with the aliases of their subjects.
    pub aliases: bool,
    /// Whether only the latest version of each subject is listed.
    pub latest_only: bool,
}

impl NewSchema {
    /// A text of this format.
    pub fn new(format: Format, schema: impl Into<String>) -> Self {
        let schema_type = (format != Format::Avro).then(|| format.as_str().to_owned());
        Self { schema: schema.into(), schema_type, ..Self::default() }
    }
}

impl SchemaVersion {
    /// How it is written, if that is known here.
    pub fn format(&self) -> Option<Format> {
        self.schema_type.as_deref().map_or(Some(Format::Avro), Format::from_registry)
    }
}

impl Config {
    /// Whether the scope has no setting of its own.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Refusal {
    /// Whether the registry has no such thing.
    pub fn is_absent(&self) -> bool {
        self.status == 404
    }

    /// Whether the schema is not compatible: code 409 of old registries, 40901 of new ones.
    pub fn is_incompatible(&self) -> bool {
        self.status == 409 && matches!(self.code, 0 | 409 | 40901)
    }

    /// Whether the registry does not know the request itself.
    pub fn is_unknown_request(&self) -> bool {
        matches!(self.status, 400 | 405 | 501) || (self.status == 404 && !matches!(self.code, 40_401..=40_499))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn nullable<'de, T: Default + Deserialize<'de>, D: serde::Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A word that is not known here is nothing.
fn lenient<'de, T: serde::de::DeserializeOwned, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Option::<Value>::deserialize(deserializer)?;
    Ok(value.and_then(|value| serde_json::from_value(value).ok()))
}
