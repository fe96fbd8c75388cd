//! A JSON reader whose every value knows its span.
//!
//! `serde_json` gives positions only for syntax errors; a finding about a schema must point at the value.
//! The reader is strict (RFC 8259) and total: every text, however hostile, is a value or an error with a place.

mod text;
mod scan;
mod words;
mod error;
mod read;
mod write;
mod jackson;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::Span;

pub use error::{JsonError, JsonFault};
pub(crate) use jackson::{Keys, java_double, write_double, write_float, write_jackson, write_quoted, write_with};
pub(crate) use read::{Comments, Reading, read_noticing};
pub use read::{MAX_DEPTH, read, read_shared};
pub use text::Text;
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
    Number(Text),
    /// A string with its escapes resolved.
    String(Text),
    /// An array.
    Array(Vec<Json>),
    /// An object in the order of the text; duplicate keys are findings of the reader.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// The key with its escapes resolved.
    pub key: Text,
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
    #[inline]
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.member(key).map(|member| &member.value)
    }

    /// The member of this name with its key.
    #[inline]
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

    /// The same as a string that is cheap to keep.
    pub fn as_text(&self) -> Option<&Text> {
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

    /// The value that was read from exactly these bytes, if it is part of this one.
    pub(crate) fn at(&self, span: Span) -> Option<&Json> {
        let mut json = self;
        while json.span != span {
            json = match &json.kind {
                JsonKind::Array(items) => items.get(last_from(items, span, |item| item.span)?)?,
                JsonKind::Object(members) => &member_at(members, span)?.value,
                _ => return None,
            };
        }
        Some(json)
    }

    /// Leaves of each key the last value, at the place and with the key of the first, as Java's Jackson does.
    pub(crate) fn keep_last_of_duplicates(&mut self) {
        match &mut self.kind {
            JsonKind::Array(items) => items.iter_mut().for_each(Self::keep_last_of_duplicates),
            JsonKind::Object(members) => {
                let mut kept: Vec<Member> = Vec::with_capacity(members.len());
                let mut positions = BTreeMap::new();
                for mut member in members.drain(..) {
                    member.value.keep_last_of_duplicates();
                    let position = *positions.entry(member.key.clone()).or_insert(kept.len());
                    match kept.get_mut(position) {
                        Some(earlier) => earlier.value = member.value,
                        None => kept.push(member),
                    }
                }
                *members = kept;
            }
            _ => {}
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
            JsonKind::Object(members) if members.len() <= FEW => {
                for (index, member) in members.iter().enumerate() {
                    if let Some(first) = members[..index].iter().find(|first| first.key == member.key) {
                        found.push(DuplicateKey { key: &member.key, first: first.key_span, again: member.key_span });
                    }
                    member.value.collect_duplicate_keys(found);
                }
            }
            JsonKind::Object(members) => {
                let mut seen = BTreeMap::new();
                for member in members {
                    let first = *seen.entry(&*member.key).or_insert(member.key_span);
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

/// Up to how many keys are compared with each other: almost all objects are smaller, and a map would cost more.
const FEW: usize = 12;

/// The member whose value holds a span. Keys are in the order of the text; a value that came later than its key, because
/// the key was given again, is not where it is looked for first.
fn member_at(members: &[Member], span: Span) -> Option<&Member> {
    let holds = |member: &&Member| member.value.span.start <= span.start && span.end <= member.value.span.end;
    let nearest = members.get(last_from(members, span, |member| member.key_span)?);
    nearest.filter(holds).or_else(|| members.iter().find(holds))
}

/// The last of the values, which are in the order of the text, that starts at or before a span.
fn last_from<T>(values: &[T], span: Span, span_of: impl Fn(&T) -> Span) -> Option<usize> {
    values.partition_point(|value| span_of(value).start <= span.start).checked_sub(1)
}
