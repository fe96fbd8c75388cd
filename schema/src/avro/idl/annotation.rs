//! `@name(value)`, documentation, and values: what a definition says beside its structure.

use super::cursor::{Cursor, Stop};
use super::token::{Kind, Token};
use super::{documentation, literal, member, string};
use crate::Finding;
use crate::json::{Json, JsonKind, Member};

/// The attributes that the syntax itself gives, which no annotation may.
pub(super) const OF_TYPES: &[&str] =
    &["doc", "fields", "items", "name", "namespace", "size", "symbols", "values", "type", "aliases"];
/// The same of definitions, which have two attributes as annotations.
pub(super) const OF_DEFINITIONS: &[&str] = &["doc", "fields", "items", "name", "size", "symbols", "values", "type"];
/// The same of enums, which also have a default.
pub(super) const OF_ENUMS: &[&str] =
    &["default", "doc", "fields", "items", "name", "size", "symbols", "values", "type"];
/// The same of fields.
pub(super) const OF_FIELDS: &[&str] = &["default", "doc", "name", "type"];

impl Cursor<'_> {
    /// The annotations that stand here, the last of each name.
    pub(super) fn annotations(&mut self) -> Result<Vec<Member>, Stop> {
        let mut found: Vec<Member> = Vec::new();
        while self.eat("@") {
            let (key, key_span) = self.name("the name of an annotation")?;
            self.symbol("(", "and the value of the annotation")?;
            let value = self.value()?;
            self.symbol(")", "after the value of the annotation")?;
            match found.iter_mut().find(|known| *known.key == *key) {
                Some(known) => {
                    let finding = Finding::warning(
                        "schema::duplicate-key",
                        self.place(key_span),
                        format!("annotation `{key}` is given twice"),
                    );
                    let finding = finding.label("this one counts").also(self.place(known.key_span), "given first here");
                    self.findings.push(finding.help("remove one of the two"));
                    known.value = value;
                }
                None => found.push(Member { key: key.into(), key_span, value }),
            }
        }
        Ok(found)
    }

    /// Takes annotations away that Avro gives a meaning of its own, each with a finding.
    pub(super) fn without_reserved(&mut self, annotations: Vec<Member>, reserved: &[&str]) -> Vec<Member> {
        let mut kept = Vec::with_capacity(annotations.len());
        for annotation in annotations {
            if !reserved.contains(&&*annotation.key) {
                kept.push(annotation);
                continue;
            }
            let key = &annotation.key;
            let finding = Finding::error(
                "schema::idl-annotation",
                self.place(annotation.key_span),
                format!("`{key}` cannot be given by an annotation here"),
            )
            .label("this annotation")
            .note("Avro IDL has a syntax of its own for it, or it has a meaning elsewhere only.");
            self.findings.push(match &**key {
                "aliases" | "order" => finding.help(format!("write `@{key}(...)` before the name of the field")),
                "doc" => finding.help("write `/** ... */` before the definition"),
                "default" => {
                    finding.help("write `= VALUE` after the name of the field, or after the symbols of the enum")
                }
                _ => finding.help("remove it"),
            });
        }
        kept
    }

    /// The `doc` that the comment before a token is.
    pub(super) fn doc(&self, token: &Token<'_>) -> Option<Member> {
        let span = token.documentation?;
        Some(member("doc", string(documentation::text(self.slice(span)), span)))
    }

    /// A value, which is JSON with Java's strings and numbers.
    pub(super) fn value(&mut self) -> Result<Json, Stop> {
        let start = self.next.span;
        let kind = match (self.next.kind, self.next.text) {
            (Kind::Symbol, "{") => self.nested(Self::members)?,
            (Kind::Symbol, "[") => self.nested(Self::items)?,
            (Kind::String, _) => JsonKind::String(self.string("a string")?.0.into()),
            (Kind::Integer, _) => return self.integer("a number"),
            (Kind::Float, text) => {
                let Some(kind) = literal::float(text) else {
                    return Err(self.stop(start, "number that Avro IDL does not have".to_owned()).into());
                };
                self.bump();
                kind
            }
            (Kind::Word, word @ ("null" | "true" | "false")) => {
                self.bump();
                if word == "null" { JsonKind::Null } else { JsonKind::Bool(word == "true") }
            }
            _ => return Err(self.expected("a JSON value", &["null", "true", "false"])),
        };
        Ok(Json { span: self.span_from(start.start), kind })
    }

    fn members(&mut self) -> Result<JsonKind, Stop> {
        self.bump();
        let mut members = Vec::new();
        while !self.eat("}") {
            if !members.is_empty() {
                self.symbol(",", "or `}` in the object")?;
            }
            let (key, key_span) = self.string("a key in double quotes")?;
            self.symbol(":", "after the key")?;
            members.push(Member { key: key.into(), key_span, value: self.value()? });
        }
        Ok(JsonKind::Object(members))
    }

    fn items(&mut self) -> Result<JsonKind, Stop> {
        self.bump();
        let mut items = Vec::new();
        while !self.eat("]") {
            if !items.is_empty() {
                self.symbol(",", "or `]` in the array")?;
            }
            items.push(self.value()?);
        }
        Ok(JsonKind::Array(items))
    }
}
