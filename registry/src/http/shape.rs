//! JSON bodies as clients know them. Nothing that is empty is emitted: old clients stop at fields they do not know.

use serde::Serialize;
use serde_json::Value;

use crate::content::{Content, Reference};
use crate::names::{SchemaId, Subject, Version};
use crate::state::Entry;

/// A schema and, where it is asked for under a subject, its place there.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaBody {
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<SchemaId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    guid: Option<String>,
    /// Left out for Avro, as Confluent does up to version 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_type: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_set: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_id: Option<SchemaId>,
}

impl SchemaBody {
    /// A schema by itself.
    pub(crate) fn of(content: &Content) -> Self {
        Self {
            guid: content.guid(),
            schema_type: (!content.is_avro()).then(|| content.schema_type.to_string()),
            references: content.references.clone(),
            metadata: content.metadata.clone(),
            rule_set: content.rule_set.clone(),
            schema: Some(content.text.to_string()),
            ..Self::default()
        }
    }

    /// A version of a subject.
    pub(crate) fn version(subject: &Subject, entry: &Entry) -> Self {
        Self { id: Some(entry.id), deleted: entry.deleted, ..Self::of(&entry.content) }.under(subject, entry.version)
    }

    /// What a registration answers: everything but the subject.
    pub(crate) fn registered(entry: &Entry) -> Self {
        Self { id: Some(entry.id), version: Some(entry.version), ..Self::of(&entry.content) }
    }

    /// Adds where the schema is registered.
    pub(crate) fn under(self, subject: &Subject, version: Version) -> Self {
        Self { subject: Some(subject.to_string()), version: Some(version), ..self }
    }

    /// Adds the highest id that the registry has given.
    pub(crate) fn with_max_id(self, max_id: Option<SchemaId>) -> Self {
        Self { max_id, ..self }
    }
}
