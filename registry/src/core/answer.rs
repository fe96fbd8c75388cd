//! What clients get, in Confluent's shape. Nothing that is empty is emitted: old clients stop at fields that they do
//! not know.

use std::sync::Arc;

use schema::contract::{Metadata, RuleSet};
use serde::{Serialize, Serializer};

use crate::core::content::{Content, Reference, SchemaType};
use crate::core::names::{Context, SchemaId, Subject, Version};
use crate::core::state::Entry;

/// A schema and, where it is asked for under a subject, its place there.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchemaAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) subject: Option<Subject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<Version>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<SchemaId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) guid: Option<String>,
    /// Left out for Avro, as Confluent does up to version 7.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) schema_type: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) references: Vec<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) rule_set: Option<RuleSet>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_text")]
    pub(crate) schema: Option<Arc<str>>,
    /// When it was registered, in milliseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ts: Option<i64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) deleted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) max_id: Option<SchemaId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) aliases: Vec<Subject>,
}

#[expect(clippy::ref_option, reason = "serde passes the field")]
fn as_text<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    text.as_deref().serialize(serializer)
}

impl SchemaAnswer {
    /// A schema by itself.
    pub(crate) fn of(content: &Content) -> Self {
        let is_avro = *content.schema_type() == SchemaType::Known(schema::Format::Avro);
        Self {
            guid: Some(content.identity().to_string()),
            schema_type: (!is_avro).then(|| content.schema_type().as_str().to_owned()),
            references: content.references().to_vec(),
            metadata: content.metadata().cloned(),
            rule_set: content.rule_set().cloned(),
            schema: Some(content.text()),
            ..Self::default()
        }
    }

    /// A version of a subject.
    pub(crate) fn version(subject: &Subject, entry: &Entry) -> Self {
        Self { subject: Some(subject.clone()), ..Self::registered(entry) }
    }

    /// What a registration answers: everything but the subject.
    pub(crate) fn registered(entry: &Entry) -> Self {
        Self {
            id: Some(entry.id),
            version: Some(entry.version),
            deleted: entry.deleted,
            ts: entry.timestamp,
            ..Self::of(&entry.content)
        }
    }
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SubjectVersion {
    pub(crate) subject: Subject,
    pub(crate) version: Version,
}

/// An id in its context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ContextId {
    pub(crate) context: Context,
    pub(crate) id: SchemaId,
}

/// Whether a schema fits, and why not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) is_compatible: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<String>,
}

/// A mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ModeAnswer {
    pub(crate) mode: crate::core::mode::Mode,
}

/// The part of a list that is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) offset: usize,
    /// `None`: all the rest.
    pub(crate) limit: Option<usize>,
}

impl Page {
    /// The page of `offset` and `limit` as clients send them: negative ones mean none, and so does a limit above
    /// `highest`, which then counts itself.
    pub(crate) fn new(offset: Option<i64>, limit: Option<i64>, highest: Option<usize>) -> Self {
        let number = |number: Option<i64>| number.and_then(|number| usize::try_from(number).ok());
        let limit = number(limit).filter(|limit| highest.is_none_or(|highest| *limit <= highest));
        Self { offset: number(offset).unwrap_or(0), limit: limit.or(highest) }
    }

    /// That part of `items`.
    pub(crate) fn of<T>(self, items: impl IntoIterator<Item = T>) -> Vec<T> {
        items.into_iter().skip(self.offset).take(self.limit.unwrap_or(usize::MAX)).collect()
    }
}
