//! A JSON reader whose every value knows its span.
//!
//! `serde_json` gives positions only for syntax errors; a finding about a schema must point at the value.

use crate::Span;

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
