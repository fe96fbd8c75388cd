//! Expressions, and what a `map` makes of a value.

use indexmap::{IndexMap, IndexSet};
use schema::Format;
use schema::avro::NamedKind;

use super::super::contract::Contracts;
use super::super::fields::{Field, Fields, list};
use super::DraftOperation;
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::findings::Findings;
use crate::ir::{FieldMapping, Mapping, Schema};
use crate::rust::record::{self, RecordField};
use crate::source::{Location, Spanned};
use crate::syntax::Kind;

/// The record that a map makes.
struct Target<'c> {
    schema: &'c Schema,
    /// Where the record is declared.
    place: Location,
    /// What it is made of; none if its values have no named fields.
    fields: Option<IndexMap<String, RecordField>>,
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
            target.check_fields(into.location, findings)?;
            target.check_one_ofs(&entries, findings);
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
    /// The root of a schema, which must be a record if it is Avro; `named` is where `into` names it.
    fn new(schema: &'c Schema, named: Location, contracts: &'c Contracts<'c>, findings: &mut Findings) -> Option<Self> {
        let place = match schema.avro_root() {
            Some(root) => contracts.location(contracts.avro.get(root).place, schema),
            None => schema.declared,
        };
        let fields = record::fields(schema, &contracts.avro).map(|fields| {
            let at_home = |mut field: RecordField| {
                field.location = field.location.or_else(|| declared(schema, contracts, &field.name));
                (field.name.clone(), field)
            };
            fields.into_iter().map(at_home).collect()
        });
        if fields.is_none() && schema.avro_root().is_some() {
            let message = format!("schema `{}` is not a record, so a map cannot make it", schema.name);
            findings.push(
                Diagnostic::error("flow::no-fields", message)
                    .label(named, "this schema")
                    .label(place, "the root of the file")
                    .note("Values that flow through stages and topics are records, whose fields can grow later.")
                    .help("name the schema of a record"),
            );
            return None;
        }
        Some(Self { schema, place, fields })
    }

    /// Reports a map of fields into values that have none.
    fn check_fields(&self, named: Location, findings: &mut Findings) -> Option<()> {
        if self.fields.is_some() {
            return Some(());
        }
        let message = format!("values of schema `{}` have no named fields", self.schema.name);
        findings.push(
            Diagnostic::error("flow::no-fields", message)
                .label(named, "this schema")
                .label(self.schema.declared, "declared here")
                .note("A JSON Schema has named fields where its root is an object with `properties` and without branches.")
                .help("write one expression that makes the whole value"),
        );
        None
    }

    fn get(&self, name: &str) -> Option<&RecordField> {
        self.fields.as_ref()?.get(name)
    }

    fn field(&self, entry: &Field<'_>, findings: &mut Findings) -> Option<FieldMapping> {
        let name = entry.key.text();
        if self.get(name).is_none() {
            let nearest = self.nearest(name, findings);
            findings.push(self.unknown_field(entry, nearest));
            return None;
        }
        let field = Spanned::new(name.to_owned(), entry.key.location());
        expression(entry, findings).map(|expression| FieldMapping { field, expression })
    }

    fn nearest(&self, name: &str, findings: &mut Findings) -> Option<&RecordField> {
        let nearest = findings.nearest(name, self.fields.as_ref()?.keys().map(String::as_str))?;
        self.get(nearest)
    }

    fn unknown_field(&self, entry: &Field<'_>, nearest: Option<&RecordField>) -> Diagnostic {
        let message = format!("schema `{}` has no field `{}`", self.schema.name, entry.key.text());
        let finding = Diagnostic::error("flow::unknown-field", message).label(entry.key.location(), "no such field");
        match nearest {
            Some(field) => finding
                .label(field.location.unwrap_or(self.place), "this field is near")
                .help(format!("did you mean `{}`?", field.name))
                .fix(entry.key.location(), &*field.name),
            None => finding.label(self.place, "the record").help("remove it, or add the field to the schema"),
        }
    }

    /// Reports two fields of which a record has one.
    fn check_one_ofs(&self, entries: &[Field<'_>], findings: &mut Findings) {
        let mut made: IndexMap<&str, &Field<'_>> = IndexMap::new();
        for entry in entries {
            let Some(one_of) = self.get(entry.key.text()).and_then(|field| field.one_of.as_deref()) else { continue };
            let Some(first) = made.insert(one_of, entry) else { continue };
            let (first_name, second_name) = (first.key.text(), entry.key.text());
            let message = format!("map makes both `{first_name}` and `{second_name}` of oneof `{one_of}`");
            findings.push(
                Diagnostic::error("flow::two-of-oneof", message)
                    .label(entry.key.location(), "this field")
                    .label(first.key.location(), "the other field")
                    .note("A message has one field of a `oneof`; setting the second would remove the first.")
                    .help(format!("map one of them, or `{one_of}` to an expression that chooses")),
            );
        }
    }

    /// Reports fields without an expression, but not those that a misspelt key likely means.
    fn check_missing(&self, operation: &Field<'_>, entries: &[Field<'_>], findings: &mut Findings) {
        let mut mapped: IndexSet<&str> = IndexSet::with_capacity(entries.len());
        for entry in entries {
            let name = entry.key.text();
            let meant = if self.get(name).is_some() { None } else { self.nearest(name, findings) };
            mapped.insert(meant.map_or(name, |field| &field.name));
        }
        let fields = self.fields.iter().flat_map(IndexMap::values);
        let missing: Vec<_> = fields.filter(|field| field.is_required && !mapped.contains(&*field.name)).collect();
        let Some(first) = missing.first() else { return };
        let names: Vec<_> = missing.iter().map(|field| &*field.name).collect();
        let leaves_out = format!("`map` of {} leaves out {}", operation.subject, list(&names));
        let message = format!("{leaves_out} of schema `{}`", self.schema.name);
        let why = match self.schema.format() {
            Format::Avro => {
                "A record has a value for every field; a default in the schema is for readers of old records."
            }
            Format::Protobuf | Format::Json => {
                "The schema requires a value; only what it does not require may be left out."
            }
        };
        findings.push_absence(
            Diagnostic::error("flow::missing-field", message)
                .label(operation.key.location(), "this mapping")
                .label(first.location.unwrap_or(self.place), "declared here")
                .note(why)
                .help(format!("add `{}: EXPRESSION`", first.name)),
        );
    }
}

/// Where an Avro file declares a field of its root.
fn declared(schema: &Schema, contracts: &Contracts<'_>, name: &str) -> Option<Location> {
    let NamedKind::Record(fields) = &contracts.avro.get(schema.avro_root()?).kind else { return None };
    let field = fields.iter().find(|field| &*field.name == name)?;
    Some(contracts.location(field.place, schema))
}
