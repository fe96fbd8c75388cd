//! What the keys and values of a topic are, and how their subjects are named.

use indexmap::IndexSet;
use schema::avro::NamedKind;

use super::super::contract::{Contracts, PAYLOAD_WORDS};
use super::super::fields::{Field, Fields, Shape};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Choice, ChoiceId, Payload, SchemaId, SchemaKind, SubjectNameStrategy};
use crate::source::{Location, Spanned};
use crate::syntax::Kind;

const STRATEGIES: Shape = Shape { noun: "`subject_name_strategy`", keys: &["key", "value"], later: &[] };

/// Reads keys and values.
pub(super) struct Payloads<'c, 't> {
    pub(super) contracts: &'c Contracts<'t>,
    /// The lists of schemas so far.
    pub(super) choices: &'c mut Vec<Choice>,
}

impl<'t> Payloads<'_, 't> {
    /// A word, a schema or a list of schemas.
    pub(super) fn read(&mut self, field: &Field<'t>, findings: &mut Findings) -> Option<Spanned<Payload>> {
        match field.value.kind() {
            Kind::Sequence(items) => {
                let items: Vec<_> = items.iter().map(|value| Field { value, ..*field }).collect();
                self.list(field, &items, findings)
            }
            _ => self.one(field, findings),
        }
    }

    fn one(&self, field: &Field<'t>, findings: &mut Findings) -> Option<Spanned<Payload>> {
        let text = field.text("the name of a schema", findings)?;
        let payload = match text.value {
            "none" => Payload::Nothing,
            "bytes" => Payload::Bytes,
            "string" => Payload::String,
            "int" => Payload::Int,
            "long" => Payload::Long,
            name => Payload::Schema(self.record(name, field, &PAYLOAD_WORDS, findings)?),
        };
        Some(Spanned::new(payload, text.location))
    }

    fn list(&mut self, field: &Field<'t>, items: &[Field<'t>], findings: &mut Findings) -> Option<Spanned<Payload>> {
        if items.is_empty() {
            return field.mismatch("the name of a schema, or a list of such names", findings);
        }
        let mut schemas: Vec<Spanned<SchemaId>> = Vec::new();
        let mut seen = IndexSet::new();
        let mut is_whole = true;
        for item in items {
            let found = item.text("the name of a schema", findings).and_then(|text| {
                if PAYLOAD_WORDS.contains(&text.value) {
                    findings.push(plain_in_list(field, text.value, text.location));
                    return None;
                }
                Some(Spanned::new(self.record(text.value, item, &[], findings)?, text.location))
            });
            match found {
                Some(found) if seen.insert(found.value) => schemas.push(found),
                Some(found) => findings.push(twice(field, &found, self.contracts)),
                None => is_whole = false,
            }
        }
        match schemas.as_slice() {
            _ if !is_whole => None,
            [one] => Some(Spanned::new(Payload::Schema(one.value), one.location)),
            _ => {
                self.choices.push(Choice { schemas });
                Some(Spanned::new(Payload::OneOf(ChoiceId::new(self.choices.len() - 1)), field.location()))
            }
        }
    }

    /// The schema of a name; an Avro one must be a record.
    fn record(
        &self,
        name: &str,
        field: &Field<'t>,
        words: &[&'static str],
        findings: &mut Findings,
    ) -> Option<SchemaId> {
        let id = self.contracts.declared.find_or(name, field, words, findings)?;
        let schema = &self.contracts.schemas[id.index()];
        let SchemaKind::Avro { root } = schema.kind else { return Some(id) };
        let root = self.contracts.avro.get(root);
        let what = match root.kind {
            NamedKind::Record(_) => return Some(id),
            NamedKind::Enum { .. } => "an enum",
            NamedKind::Fixed { .. } => "a fixed",
        };
        let message = format!("`{}` of {} is `{name}`, which is {what}, not a record", field.key_name(), field.subject);
        let finding = field.point(Diagnostic::error("topic::not-a-record", message), "a record is needed here");
        let place = Location { file: schema.source, span: root.place.span };
        findings.push(
            finding
                .label(place, format!("the root of this file is {what}"))
                .note("A record can gain fields later; any other type can never change without breaking its readers.")
                .help("wrap the type in a record with one field"),
        );
        None
    }
}

/// The strategies for keys and values: one word for values, or a mapping.
pub(super) fn strategies(
    fields: &Fields<'_>,
    declared: Location,
    findings: &mut Findings,
) -> [Spanned<SubjectNameStrategy>; 2] {
    let default = || Spanned::new(SubjectNameStrategy::Topic, declared);
    let Some(field) = fields.get("subject_name_strategy") else { return [default(), default()] };
    if let Kind::Mapping(_) = field.value.kind() {
        let Some(fields) = Fields::read(&STRATEGIES, None, field.key, field.value, findings) else {
            return [default(), default()];
        };
        let mut word = |key| fields.get(key).and_then(|field: Field<'_>| field.word(findings)).unwrap_or_else(default);
        return [word("key"), word("value")];
    }
    [default(), field.word(findings).unwrap_or_else(default)]
}

/// Where `validate: true` is written.
pub(super) fn validate(field: &Field<'_>, findings: &mut Findings) -> Option<Location> {
    field.flag(findings)?.then(|| field.location())
}

fn plain_in_list(field: &Field<'_>, word: &str, location: Location) -> Diagnostic {
    let message = format!("`{}` of {} has `{word}` in a list of schemas", field.key_name(), field.subject);
    Diagnostic::error("topic::plain-in-list", message)
        .label(location, "no schema")
        .note("Records of several types are told apart by the id of their schema, which plain data does not carry.")
        .help("give the plain data a topic of its own")
}

fn twice(field: &Field<'_>, found: &Spanned<SchemaId>, contracts: &Contracts<'_>) -> Diagnostic {
    let name = &contracts.schemas[found.value.index()].name;
    let message = format!("`{}` of {} names schema `{name}` twice", field.key_name(), field.subject);
    Diagnostic::error("topic::schema-twice", message).label(found.location, "the second time").help("remove it")
}
