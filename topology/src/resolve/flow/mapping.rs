//! Expressions, and what a `map` makes of a value.

use indexmap::{IndexMap, IndexSet};
use schema::avro::{self, NamedKind};

use super::super::contract::Contracts;
use super::super::fields::{Field, Fields, list};
use super::DraftOperation;
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::findings::Findings;
use crate::ir::{FieldMapping, Mapping, Schema};
use crate::source::{Location, Spanned};
use crate::syntax::Kind;

/// The record that a map makes.
struct Target<'c> {
    schema: &'c Schema,
    root: &'c avro::NamedType,
    fields: &'c [avro::Field],
    by_name: IndexMap<&'c str, &'c avro::Field>,
    contracts: &'c Contracts<'c>,
}

/// Reads `map` and `into` of a stage.
pub(super) fn resolve<'t>(
    fields: &Fields<'t>,
    operation: &Field<'t>,
    contracts: &Contracts<'t>,
    findings: &mut Findings,
) -> Option<DraftOperation> {
    const EXPECTED: &str = "an expression, or a mapping of fields to expressions";
    let into = fields.require("into", "SCHEMA", findings);
    let into = into.and_then(|field| contracts.declared.find(&field, findings));
    let target = into.as_ref().and_then(|into| {
        let schema = &contracts.schemas[into.value.index()];
        Target::new(schema, into.location, contracts, findings)
    });
    match operation.value.kind() {
        Kind::Scalar(_) => {
            let mapping = Mapping::Expression(expression(operation, findings)?);
            target.and(into).map(|into| DraftOperation::Map(mapping, into))
        }
        Kind::Mapping(_) => {
            let entries = operation.named_entries(findings)?;
            let (into, target) = (into?, target?);
            let mappings = entries.iter().filter_map(|entry| target.field(entry, findings)).collect();
            target.check_missing(operation, &entries, findings);
            Some(DraftOperation::Map(Mapping::Fields(mappings), into))
        }
        _ => operation.mismatch(EXPECTED, findings),
    }
}

/// A Rust expression. Its syntax is the business of `lint`.
pub(super) fn expression(field: &Field<'_>, findings: &mut Findings) -> Option<Expression> {
    const EXPECTED: &str = "a Rust expression";
    let Kind::Scalar(scalar) = field.value.kind() else {
        return field.mismatch(EXPECTED, findings);
    };
    let text = scalar.text.trim_end();
    if text.is_empty() {
        return field.mismatch(EXPECTED, findings);
    }
    Some(Expression { text: text.to_owned(), location: field.location(), verbatim: scalar.verbatim.clone() })
}

impl<'c> Target<'c> {
    /// The root of a schema, which must be a record; `named` is where `into` names it.
    fn new(schema: &'c Schema, named: Location, contracts: &'c Contracts<'c>, findings: &mut Findings) -> Option<Self> {
        let Some(root) = schema.avro_root() else {
            let message = format!("schema `{}` is {}, so a map cannot make it", schema.name, schema.format());
            findings.push(
                Diagnostic::error("flow::no-fields", message)
                    .label(named, "a map makes Avro records")
                    .label(schema.declared, "declared here")
                    .note("Fields of a map are checked against the fields of an Avro record.")
                    .help("make the record in a consumer with a producer of its own, or declare it as Avro"),
            );
            return None;
        };
        let root = contracts.avro.get(root);
        let (fields, is_record) = match &root.kind {
            NamedKind::Record(fields) => (&fields[..], true),
            _ => (&[][..], false),
        };
        let by_name = fields.iter().map(|field| (&*field.name, field)).collect();
        let target = Self { schema, root, fields, by_name, contracts };
        if !is_record {
            let message = format!("schema `{}` is not a record, so a map cannot make it", schema.name);
            findings.push(
                Diagnostic::error("flow::no-fields", message)
                    .label(named, "this schema")
                    .label(target.location(root.place), "the root of the file")
                    .note("Values that flow through stages and topics are records, whose fields can grow later.")
                    .help("name the schema of a record"),
            );
            return None;
        }
        Some(target)
    }

    fn field(&self, entry: &Field<'_>, findings: &mut Findings) -> Option<FieldMapping> {
        let name = entry.key.text();
        if !self.by_name.contains_key(name) {
            let nearest = self.nearest(name, findings);
            findings.push(self.unknown_field(entry, nearest));
            return None;
        }
        let field = Spanned::new(name.to_owned(), entry.key.location());
        expression(entry, findings).map(|expression| FieldMapping { field, expression })
    }

    fn nearest(&self, name: &str, findings: &mut Findings) -> Option<&'c avro::Field> {
        let nearest = findings.nearest(name, self.fields.iter().map(|field| &*field.name))?;
        self.by_name.get(nearest).copied()
    }

    fn unknown_field(&self, entry: &Field<'_>, nearest: Option<&avro::Field>) -> Diagnostic {
        let message = format!("schema `{}` has no field `{}`", self.schema.name, entry.key.text());
        let finding = Diagnostic::error("flow::unknown-field", message).label(entry.key.location(), "no such field");
        match nearest {
            Some(field) => finding
                .label(self.location(field.place), "this field is near")
                .help(format!("did you mean `{}`?", field.name))
                .fix(entry.key.location(), &*field.name),
            None => finding
                .label(self.location(self.root.place), "the record")
                .help("remove it, or add the field to the schema"),
        }
    }

    /// Reports fields without an expression, but not those that a misspelt key likely means.
    fn check_missing(&self, operation: &Field<'_>, entries: &[Field<'_>], findings: &mut Findings) {
        let mut mapped: IndexSet<&str> = IndexSet::with_capacity(entries.len());
        for entry in entries {
            let name = entry.key.text();
            let meant = if self.by_name.contains_key(name) { None } else { self.nearest(name, findings) };
            mapped.insert(meant.map_or(name, |field| &field.name));
        }
        let missing: Vec<_> = self.fields.iter().filter(|field| !mapped.contains(&*field.name)).collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<_> = missing.iter().map(|field| &*field.name).collect();
        let leaves_out = format!("`map` of {} leaves out {}", operation.subject, list(&names));
        let message = format!("{leaves_out} of schema `{}`", self.schema.name);
        findings.push_absence(
            Diagnostic::error("flow::missing-field", message)
                .label(operation.key.location(), "this mapping")
                .label(self.location(first.place), "declared here")
                .note("A record has a value for every field; a default in the schema is for readers of old records.")
                .help(format!("add `{}: EXPRESSION`", first.name)),
        );
    }

    fn location(&self, place: avro::Place) -> Location {
        self.contracts.location(place, self.schema)
    }
}
