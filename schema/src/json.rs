//! A JSON reader whose every value knows its span.
//!
//! `serde_json` gives positions only for syntax errors; a finding about a schema must point at the value.
//! The reader is strict (RFC 8259) and total: every text, however hostile, is a value or an error with a place.

mod read;
mod write;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::Span;

pub use read::{JsonError, MAX_DEPTH, read};
pub(crate) use write::Quoted;

/// A JSON value and the bytes that it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct Json {
    /// The bytes of the whole value.
    pub span: Span,
    /// The value.
    pub kind: JsonKind,
}

/// The six kinds of JSON values.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonKind {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written (no precision is lost).
    Number(String),
    /// A string with its escapes resolved.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object in the order of the text; duplicate keys are findings of the reader.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key with its escapes resolved.
    pub key: String,
    /// The bytes of the key, with its quotes.
    pub key_span: Span,
    /// The value.
    pub value: Json,
}

/// A key that an object has more than once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuplicateKey<'a> {
    /// The key.
    pub key: &'a str,
    /// Where it is written first; this member is the one that [`Json::get`] answers.
    pub first: Span,
    /// Where it is written again.
    pub again: Span,
}

impl Json {
    /// The member of this name, if this is an object that has one; the first of duplicates.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.member(key).map(|member| &member.value)
    }

    /// The member of this name with its key.
    pub fn member(&self, key: &str) -> Option<&Member> {
        match &self.kind {
            JsonKind::Object(members) => members.iter().find(|member| member.key == key),
            _ => None,
        }
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            JsonKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match &self.kind {
            JsonKind::Array(items) => Some(items),
            _ => None,
        }
    }

    /// What this is, with its article, for messages.
    pub fn describe(&self) -> &'static str {
        match self.kind {
            JsonKind::Null => "null",
            JsonKind::Bool(_) => "a boolean",
            JsonKind::Number(_) => "a number",
            JsonKind::String(_) => "a string",
            JsonKind::Array(_) => "an array",
            JsonKind::Object(_) => "an object",
        }
    }

    /// Whether both say the same, wherever it was written.
    pub fn same(&self, other: &Self) -> bool {
        match (&self.kind, &other.kind) {
            (JsonKind::Array(left), JsonKind::Array(right)) => {
                left.len() == right.len() && left.iter().zip(right).all(|(left, right)| left.same(right))
            }
            (JsonKind::Object(left), JsonKind::Object(right)) => {
                left.len() == right.len()
                    && left
                        .iter()
                        .zip(right)
                        .all(|(left, right)| left.key == right.key && left.value.same(&right.value))
            }
            (left, right) => left == right,
        }
    }

    /// Every duplicate key at any depth, in the order of the text.
    pub fn duplicate_keys(&self) -> Vec<DuplicateKey<'_>> {
        let mut found = Vec::new();
        self.collect_duplicate_keys(&mut found);
        found
    }

    fn collect_duplicate_keys<'a>(&'a self, found: &mut Vec<DuplicateKey<'a>>) {
        match &self.kind {
            JsonKind::Array(items) => items.iter().for_each(|item| item.collect_duplicate_keys(found)),
            JsonKind::Object(members) => {
                let mut seen = BTreeMap::new();
                for member in members {
                    let first = *seen.entry(member.key.as_str()).or_insert(member.key_span);
                    if first != member.key_span {
                        found.push(DuplicateKey { key: &member.key, first, again: member.key_span });
                    }
                    member.value.collect_duplicate_keys(found);
                }
            }
            _ => {}
        }
    }
}
