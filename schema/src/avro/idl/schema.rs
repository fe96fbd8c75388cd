//! Types where they are used.

use super::annotation::OF_TYPES;
use super::cursor::{Cursor, Stop};
use super::token::Kind;
use super::{advice, member, object, string};
use crate::json::{Json, JsonKind, Member, Text};
use crate::{Finding, Span};

/// A type, and whether `?` follows it.
#[derive(Clone)]
pub(super) struct Used {
    json: Json,
    is_nullable: bool,
}

impl Used {
    /// The type, with `null` where a default wants it.
    pub(super) fn with_default(self, default: Option<&Json>) -> Json {
        if !self.is_nullable {
            return self.json;
        }
        let span = self.json.span;
        let null = string("null", span);
        let is_value = default.is_some_and(|default| default.kind != JsonKind::Null);
        let branches = if is_value { vec![self.json, null] } else { vec![null, self.json] };
        Json { span, kind: JsonKind::Array(branches) }
    }
}

impl Cursor<'_> {
    /// A type with its annotations.
    pub(super) fn full_type(&mut self) -> Result<Used, Stop> {
        self.nested(|cursor| {
            let annotations = cursor.annotations()?;
            let annotations = cursor.without_reserved(annotations, OF_TYPES);
            cursor.plain_type(annotations)
        })
    }

    pub(super) fn plain_type(&mut self, annotations: Vec<Member>) -> Result<Used, Stop> {
        let start = self.next.span.start;
        if self.next.kind != Kind::Word {
            return Err(self.expected("a type", &[]));
        }
        let token = self.bump();
        let used = |json| Used { json, is_nullable: false };
        match token.text {
            "array" | "map" if self.is_symbol("<") => {
                self.bump();
                let inner = self.full_type()?.with_default(None);
                self.symbol(">", &format!("after the type in the {}", token.text))?;
                let key = if token.text == "array" { "items" } else { "values" };
                let members = vec![member("type", string(token.text, token.span)), member(key, inner)];
                Ok(used(object(self.span_from(start), joined(members, annotations))))
            }
            "array" | "map" => Err(self.expected(&format!("`<` after `{}`", token.text), &[])),
            "union" => {
                self.symbol("{", "after `union`")?;
                let mut branches = vec![self.full_type()?.with_default(None)];
                while !self.eat("}") {
                    self.symbol(",", "or `}` after a type of the union")?;
                    branches.push(self.full_type()?.with_default(None));
                }
                self.report_unused(&annotations);
                Ok(used(Json { span: self.span_from(start), kind: JsonKind::Array(branches) }))
            }
            _ => {
                let json = match self.primitive(token.text, token.span)? {
                    Some(members) => {
                        self.report_contradictions(token.text, &members, &annotations);
                        with_annotations(members, annotations, self.span_from(start))
                    }
                    None => self.reference(token.text, token.span, &annotations),
                };
                Ok(Used { json, is_nullable: self.eat("?") })
            }
        }
    }

    /// The attributes that a primitive stands for.
    fn primitive(&mut self, word: &str, span: Span) -> Result<Option<Vec<Member>>, Stop> {
        let (base, logical) = match word {
            "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string" | "null" => (word, None),
            "date" => ("int", Some("date")),
            "time_ms" => ("int", Some("time-millis")),
            "timestamp_ms" => ("long", Some("timestamp-millis")),
            "local_timestamp_ms" => ("long", Some("local-timestamp-millis")),
            "uuid" => ("string", Some("uuid")),
            "decimal" => return self.decimal(span).map(Some),
            _ => return Ok(None),
        };
        let mut members = vec![member("type", string(base, span))];
        members.extend(logical.map(|logical| member("logicalType", string(logical, span))));
        Ok(Some(members))
    }

    fn decimal(&mut self, span: Span) -> Result<Vec<Member>, Stop> {
        self.symbol("(", "and the precision after `decimal`")?;
        let precision = self.integer("the precision, a whole number")?;
        let scale = if self.eat(",") { Some(self.integer("the scale, a whole number")?) } else { None };
        self.symbol(")", "after the digits of the decimal")?;
        Ok(vec![
            member("type", string("bytes", span)),
            member("logicalType", string("decimal", span)),
            member("precision", precision),
            member("scale", scale.unwrap_or_else(|| zero(span))),
        ])
    }

    fn reference(&mut self, word: &str, span: Span, annotations: &[Member]) -> Json {
        if let Some(first) = annotations.first() {
            let finding = Finding::error(
                "schema::idl-annotation",
                self.place(first.key_span),
                format!("the name of a type cannot have the annotation `{}`", first.key),
            )
            .label("this annotation")
            .also(self.place(span), "a type that is defined elsewhere")
            .note("A name means the type as it is defined; it has no properties of its own.")
            .help("write the annotation before the definition of the type, or before the name of the field");
            self.findings.push(finding);
        }
        string(word.replace('`', ""), span)
    }

    /// What a word such as `date` stands for cannot be said otherwise.
    fn report_contradictions(&mut self, word: &str, members: &[Member], annotations: &[Member]) {
        for annotation in annotations {
            let Some(known) = members.iter().find(|known| known.key == annotation.key) else { continue };
            let (said, stands_for) = (annotation.value.to_string(), known.value.to_string());
            if said == stands_for {
                continue;
            }
            let message = format!("`{word}` has the `{}` {stands_for}, not {said}", annotation.key);
            self.findings.push(
                Finding::error("schema::idl-annotation", self.place(annotation.key_span), message)
                    .label("this annotation")
                    .also(self.place(known.value.span), "this word stands for it already")
                    .note("Java's reader of IDL refuses a property that the type has with another value.")
                    .help(
                        "remove the annotation, or write the type without its logical type, such as `int` or `bytes`",
                    ),
            );
        }
    }

    fn report_unused(&mut self, annotations: &[Member]) {
        for annotation in annotations {
            let message = format!("annotation `{}` of a union is ignored", annotation.key);
            let finding = advice(self.place(annotation.key_span), message)
                .label("this annotation")
                .note("A union is a list of types, which has no properties.")
                .help("write it before the name of the field, or before a type of the union");
            self.findings.push(finding);
        }
    }
}

pub(super) fn joined(mut members: Vec<Member>, annotations: Vec<Member>) -> Vec<Member> {
    for annotation in annotations {
        match members.iter_mut().find(|known| known.key == annotation.key) {
            Some(known) => *known = annotation,
            None => members.push(annotation),
        }
    }
    let is_decimal = members.iter().any(|m| m.key == "logicalType" && m.value.as_str() == Some("decimal"));
    let precision = members.iter().find(|member| member.key == "precision").map(|member| member.value.span);
    if let Some(span) = precision.filter(|_| is_decimal && members.iter().all(|member| member.key != "scale")) {
        members.push(member("scale", zero(span)));
    }
    members
}

fn with_annotations(members: Vec<Member>, annotations: Vec<Member>, span: Span) -> Json {
    let mut members = joined(members, annotations);
    if members.len() > 1 { object(span, members) } else { members.remove(0).value }
}

fn zero(span: Span) -> Json {
    Json { span, kind: JsonKind::Number(Text::word("0")) }
}
