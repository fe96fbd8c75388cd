//! Avro IDL (Avro 1.12 specification, "IDL Language"): `.avdl` texts as the JSON that they stand for.
//!
//! * `token` splits a text into tokens.
//! * `literal` and `documentation` give strings, numbers and comments their values.
//! * `cursor` walks over tokens, and says what was expected where something else is.
//! * `annotation` reads `@name(value)`, `schema` types, `declaration` what defines them, and `protocol` messages.
//!
//! Every value of the JSON has its span in the IDL text. A file stands for its `schema` declaration, or else for the last
//! type that it defines itself: definitions mostly precede their use, and Java has no rule for such a file. Messages of
//! protocols are read and dropped. This module resolves no names: `parse` does, for all notations.

mod token;
mod literal;
mod documentation;
mod cursor;
mod annotation;
mod schema;
mod declaration;
mod protocol;
#[cfg(test)]
mod tests;

use super::tree::{Notation, Tree};
use crate::json::{Json, JsonKind, Member, Text};
use crate::{Finding, Severity, Span};
use cursor::Cursor;

/// How deep types and values may nest.
const MAX_DEPTH: usize = 64;

/// Reads a text, unless a finding says why not.
pub(super) fn read(file: usize, text: &str, findings: &mut Vec<Finding>) -> Option<Tree> {
    let mut cursor = Cursor::new(file, text);
    let read = cursor.file();
    findings.append(&mut cursor.findings);
    match read {
        Ok(contents) => Some(Tree {
            root: contents.main.or_else(|| contents.items.len().checked_sub(1)),
            items: contents.items,
            namespace: contents.namespace,
            notation: Notation::Idl,
        }),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

/// A name that a text imports, with its quotes in the span.
pub(crate) struct Imported {
    pub(crate) name: String,
    pub(crate) span: Span,
}

/// What a text imports, as far as it can be read.
pub(crate) fn imports(text: &str) -> Vec<Imported> {
    let mut cursor = Cursor::new(0, text);
    // What is wrong with the text is told when it is read for its types.
    let _read = cursor.file();
    cursor.imports
}

/// What a file says.
struct Contents {
    items: Vec<Json>,
    main: Option<usize>,
    namespace: Option<String>,
}

fn string(text: impl Into<Text>, span: Span) -> Json {
    Json { span, kind: JsonKind::String(text.into()) }
}

fn member(key: &str, value: Json) -> Member {
    Member { key: key.into(), key_span: value.span, value }
}

fn object(span: Span, members: Vec<Member>) -> Json {
    Json { span, kind: JsonKind::Object(members) }
}

fn advice(place: crate::Place, message: impl Into<String>) -> Finding {
    Finding::new(Severity::Advice, "schema::idl-ignored", place, message)
}
