//! Records of the `_schemas` topic, in Confluent's format.
//!
//! Keys are written byte for byte as Confluent writes them, because compaction compares bytes. Reading is generous:
//! keys count by their value whatever the order of their properties, unknown properties are ignored, and an empty
//! value is a tombstone (Karapace writes those). Types of records that this version does not know are passed over.

use std::str;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;

use crate::content::{self, AVRO, Content, Reference};
use crate::names::{SchemaId, Scope, Subject, Version};

/// One change of the registry's state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record {
    /// A version of a subject; `None` removes it for good.
    Schema { subject: Subject, version: Version, value: Option<SchemaValue> },
    /// The configuration of a subject, or the global one.
    Config { scope: Scope, value: Option<Map<String, Value>> },
    /// The mode of a subject, or the global one.
    Mode { scope: Scope, mode: Option<String> },
    /// Soft-deletes all versions of a subject up to this one.
    DeleteSubject { subject: Subject, up_to: Version },
    /// Forgets the soft-deleted versions of a subject, or of all.
    ClearSubject { scope: Scope },
    /// Changes nothing; its offset shows a writer where the log ends.
    Noop,
    /// A type of record that other registries write and this one does not interpret.
    Unknown,
}

/// What a version of a subject is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaValue {
    pub(crate) id: SchemaId,
    pub(crate) content: Content,
    /// Soft-deleted: hidden from listings, still readable by id.
    pub(crate) deleted: bool,
}

/// The key and the value of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) key: Vec<u8>,
    /// `None` is a tombstone.
    pub(crate) value: Option<Vec<u8>>,
}

/// Why a record of the log says nothing to this registry.
#[derive(Debug, Error)]
pub(crate) enum Poison {
    #[error("it has no key")]
    NoKey,
    #[error("its key is not one of this log")]
    Key(#[source] serde_json::Error),
    #[error("its value is not what its key announces")]
    Value(#[source] serde_json::Error),
    #[error("its key has the magic number {0}")]
    Magic(u8),
    #[error("its subject is not served here: {0}")]
    Subject(String),
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "keytype", rename_all = "SCREAMING_SNAKE_CASE")]
enum Key {
    Schema {
        subject: String,
        version: Version,
        magic: u8,
    },
    Config {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        magic: u8,
    },
    Mode {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        magic: u8,
    },
    DeleteSubject {
        subject: String,
        magic: u8,
    },
    ClearSubject {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        magic: u8,
    },
    Noop {
        magic: u8,
    },
    #[serde(other)]
    Unknown,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaJson {
    subject: String,
    version: Version,
    id: SchemaId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    md5: Option<Box<str>>,
    schema: String,
    #[serde(default)]
    schema_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    references: Option<Vec<Reference>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rule_set: Option<Value>,
    #[serde(default)]
    deleted: bool,
}

#[derive(Serialize, Deserialize)]
struct ModeJson {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    mode: String,
}

#[derive(Serialize, Deserialize)]
struct DeleteSubjectJson {
    subject: String,
    version: Version,
}

impl Record {
    /// Reads a message of the log.
    pub(crate) fn parse(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, Poison> {
        let key = serde_json::from_slice(key.ok_or(Poison::NoKey)?).map_err(Poison::Key)?;
        let value = value.filter(|bytes| !bytes.is_empty());
        Ok(match key {
            Key::Schema { magic: 2.., .. } => return Err(Poison::Magic(2)),
            Key::Schema { subject, version, .. } => {
                let value = json::<SchemaJson>(value)?.map(SchemaValue::from);
                Self::Schema { subject: subject_of(&subject)?, version, value }
            }
            Key::Config { subject, .. } => {
                Self::Config { scope: scope_of(subject.as_deref())?, value: json::<Map<String, Value>>(value)? }
            }
            Key::Mode { subject, .. } => {
                let mode = json::<ModeJson>(value)?.map(|value| value.mode);
                Self::Mode { scope: scope_of(subject.as_deref())?, mode }
            }
            Key::DeleteSubject { subject, .. } => match json::<DeleteSubjectJson>(value)? {
                Some(value) => Self::DeleteSubject { subject: subject_of(&subject)?, up_to: value.version },
                None => Self::Unknown,
            },
            Key::ClearSubject { subject, .. } => Self::ClearSubject { scope: scope_of(subject.as_deref())? },
            Key::Noop { .. } => Self::Noop,
            Key::Unknown => Self::Unknown,
        })
    }

    /// The message that says this; `None` for a record that is only ever read.
    pub(crate) fn encode(&self) -> Option<Encoded> {
        let name = |subject: &Subject| subject.as_str().to_owned();
        let optional = |scope: &Scope| scope.subject().map(name);
        let (key, value) = match self {
            Self::Schema { subject, version, value } => {
                let key = Key::Schema { subject: name(subject), version: *version, magic: 1 };
                (key, value.as_ref().map(|value| to_json(&SchemaJson::new(subject, *version, value))))
            }
            Self::Config { scope, value } => {
                (Key::Config { subject: optional(scope), magic: 0 }, value.as_ref().map(to_json))
            }
            Self::Mode { scope, mode } => {
                let value = mode.clone().map(|mode| to_json(&ModeJson { subject: optional(scope), mode }));
                (Key::Mode { subject: optional(scope), magic: 0 }, value)
            }
            Self::DeleteSubject { subject, up_to } => {
                let value = to_json(&DeleteSubjectJson { subject: name(subject), version: *up_to });
                (Key::DeleteSubject { subject: name(subject), magic: 0 }, Some(value))
            }
            Self::Noop => (Key::Noop { magic: 0 }, None),
            Self::ClearSubject { .. } | Self::Unknown => return None,
        };
        Some(Encoded { key: to_json(&key), value })
    }
}

impl SchemaJson {
    fn new(subject: &Subject, version: Version, value: &SchemaValue) -> Self {
        let content = &value.content;
        Self {
            subject: subject.as_str().to_owned(),
            version,
            id: value.id,
            md5: content.md5().map(|md5| content::to_base64(md5).into()),
            schema: content.text.to_string(),
            schema_type: Some(content.schema_type.to_string()),
            references: Some(content.references.clone()).filter(|references| !references.is_empty()),
            metadata: content.metadata.clone(),
            rule_set: content.rule_set.clone(),
            deleted: value.deleted,
        }
    }
}

impl From<SchemaJson> for SchemaValue {
    fn from(json: SchemaJson) -> Self {
        let content = Content {
            schema_type: json.schema_type.map_or(AVRO.into(), Into::into),
            text: json.schema.into(),
            references: json.references.unwrap_or_default(),
            metadata: json.metadata,
            rule_set: json.rule_set,
            logged_md5: json.md5,
        };
        Self { id: json.id, content, deleted: json.deleted }
    }
}

fn json<T: for<'de> Deserialize<'de>>(value: Option<&[u8]>) -> Result<Option<T>, Poison> {
    value.map(serde_json::from_slice).transpose().map_err(Poison::Value)
}

fn to_json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("maps with string keys always print as JSON")
}

fn subject_of(name: &str) -> Result<Subject, Poison> {
    name.parse().map_err(|refusal: crate::refusal::Refusal| Poison::Subject(refusal.to_string()))
}

fn scope_of(name: Option<&str>) -> Result<Scope, Poison> {
    name.map_or(Ok(Scope::Global), |name| subject_of(name).map(Scope::Subject))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(name: &str) -> Subject {
        name.parse().unwrap()
    }

    fn key(record: &Record) -> String {
        String::from_utf8(record.encode().unwrap().key).unwrap()
    }

    #[test]
    fn writes_keys_byte_for_byte_as_confluent_does() {
        let scoped = Scope::Subject(subject("s"));
        let version = Version::FIRST;
        let cases = [
            (
                Record::Schema { subject: subject("s"), version, value: None },
                r#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#,
            ),
            (Record::Config { scope: scoped.clone(), value: None }, r#"{"keytype":"CONFIG","subject":"s","magic":0}"#),
            (Record::Config { scope: Scope::Global, value: None }, r#"{"keytype":"CONFIG","magic":0}"#),
            (Record::Mode { scope: scoped, mode: None }, r#"{"keytype":"MODE","subject":"s","magic":0}"#),
            (
                Record::DeleteSubject { subject: subject("s"), up_to: version },
                r#"{"keytype":"DELETE_SUBJECT","subject":"s","magic":0}"#,
            ),
            (Record::Noop, r#"{"keytype":"NOOP","magic":0}"#),
        ];
        for (record, expected) in cases {
            assert_eq!(key(&record), expected);
        }
    }

    #[test]
    fn reads_what_it_writes() {
        let references = vec![Reference { name: "a.B".into(), subject: "b".into(), version: Version::FIRST }];
        let content = Content::avro(r#""string""#, references);
        let id = SchemaId::FIRST;
        let value = SchemaValue { id, content, deleted: true };
        let record = Record::Schema { subject: subject("s"), version: Version::FIRST, value: Some(value) };
        let encoded = record.encode().unwrap();
        assert_eq!(
            str::from_utf8(encoded.value.as_deref().unwrap()).unwrap(),
            r#"{"subject":"s","version":1,"id":1,"md5":"K1yTZ/8SUyotqHFcf2o59w==","schema":"\"string\"","schemaType":"AVRO","references":[{"name":"a.B","subject":"b","version":1}],"deleted":true}"#
        );
        let Record::Schema { value: Some(read), .. } =
            Record::parse(Some(&encoded.key), encoded.value.as_deref()).unwrap()
        else {
            panic!("a schema was written");
        };
        assert!(read.deleted && read.content.refers_to(&subject("b"), Version::FIRST));
    }

    #[test]
    fn reads_keys_by_value_and_empty_values_as_tombstones() {
        let key = br#"{"subject":"s","version":1,"magic":1,"keytype":"SCHEMA","node":3}"#;
        let expected = Record::Schema { subject: subject("s"), version: Version::FIRST, value: None };
        assert_eq!(Record::parse(Some(key), Some(b"")).unwrap(), expected);
        assert_eq!(Record::parse(Some(key), None).unwrap(), expected);
    }

    #[test]
    fn passes_over_types_that_it_does_not_know() {
        let key = br#"{"keytype":"CONTEXT","tenant":"default","context":".c","magic":0}"#;
        assert_eq!(Record::parse(Some(key), Some(b"{}")).unwrap(), Record::Unknown);
    }

    #[test]
    fn says_what_is_wrong_with_a_poison_record() {
        assert!(matches!(Record::parse(None, None), Err(Poison::NoKey)));
        assert!(matches!(Record::parse(Some(b"x"), None), Err(Poison::Key(_))));
        let key = br#"{"keytype":"SCHEMA","subject":"s","version":1,"magic":1}"#;
        assert!(matches!(Record::parse(Some(key), Some(b"[1")), Err(Poison::Value(_))));
        let key = br#"{"keytype":"SCHEMA","subject":":.ctx:s","version":1,"magic":1}"#;
        assert!(matches!(Record::parse(Some(key), None), Err(Poison::Subject(_))));
        let key = br#"{"keytype":"SCHEMA","subject":"s","version":0,"magic":1}"#;
        assert!(matches!(Record::parse(Some(key), None), Err(Poison::Key(_))));
    }
}
