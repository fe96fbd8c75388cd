//! Expressions: whether they are Rust, and whether what they name is there.
//!
//! `rustc` has the last word when the generated crate is built. What is checked here is what can be decided without
//! it, sooner and in the words of the manifest: every finding is a certain error of the compiler, and an expression
//! without a finding may still have one.
//!
//! * [`rules`]: the explanations.
//! * [`syntax`]: text to syntax, safe against hostile depth.
//! * [`mod@scope`]: what an expression sees, by its Rust names.
//! * [`infer`]: the type of an expression, where it is plain.
//! * [`walk`]: the checks of everything inside of an expression.

mod rules;
mod syntax;
mod scope;
mod infer;
mod walk;

use std::collections::BTreeSet;

use schema::avro::NamedKind;

use crate::diagnostic::Diagnostic;
use crate::explain::Rule;
use crate::expression::Expression;
use crate::ir::{FieldMapping, Mapping, Operation, Payload, SchemaId, Stage, Topology};
use crate::rust::{RustType, RustTypes, record};
use crate::source::{Location, Spanned};
use infer::{Infer, Made, fits};
use scope::{Scope, Types};

pub(super) const RULES: &[Rule] = &rules::RULES;

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    if topology.processors.is_empty() {
        return;
    }
    let rust = RustTypes::new(&topology.avro);
    let types = Types::of(topology, &rust);
    for processor in &topology.processors {
        for stage in &processor.flow {
            match &stage.operation {
                Operation::Source { .. } | Operation::Sink { .. } => {}
                Operation::Filter { from, predicate } => {
                    let scope = scope(&types, processor.stage(from.value));
                    let made = made(predicate, &scope, findings);
                    findings.extend(made.and_then(|made| filter(stage, predicate, &made, &types)));
                }
                Operation::Map { from, mapping, into } => {
                    let scope = scope(&types, processor.stage(from.value));
                    map(stage, mapping, into, &scope, findings);
                }
            }
        }
    }
}

fn scope<'s>(types: &'s Types<'s>, from: &Stage) -> Scope<'s> {
    let record = match from.value {
        Payload::Schema(schema) => types.topology[schema].avro_root(),
        _ => None,
    };
    Scope { types, event: from.value, key: from.key, record }
}

/// Checks an expression on its own. What it makes, as far as that can be decided.
fn made(expression: &Expression, scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) -> Option<Made> {
    match syntax::parse(expression) {
        // The types of Protobuf and JSON Schema are the compiler's to know; what is plain without them is not.
        Ok(syntax) if scope.is_opaque() => Infer { scope, locals: BTreeSet::new() }.made(&syntax),
        Ok(syntax) => walk::check(&syntax, expression, scope, findings),
        Err(finding) => {
            findings.push(*finding);
            None
        }
    }
}

fn filter(stage: &Stage, predicate: &Expression, made: &Made, types: &Types<'_>) -> Option<Diagnostic> {
    (fits(made, &RustType::Bool) == Some(false)).then(|| {
        rules::FILTER_TYPE
            .finding(format!("filter of stage `{}` is not a condition", stage.name))
            .label(predicate.location, format!("this makes {}", made.describe(types)))
            .note("A filter passes on the records for which its expression is `true`.")
            .help("compare it with something, such as `... == ...` or `... > ...`")
    })
}

fn map(stage: &Stage, mapping: &Mapping, into: &Spanned<SchemaId>, scope: &Scope<'_>, findings: &mut Vec<Diagnostic>) {
    match mapping {
        Mapping::Expression(expression) => {
            let made = made(expression, scope, findings);
            findings.extend(made.and_then(|made| record(stage, expression, &made, into, scope.types)));
        }
        Mapping::Fields(fields) => {
            for mapped in fields {
                let made = made(&mapped.expression, scope, findings);
                findings.extend(made.and_then(|made| field(mapped, &made, into.value, scope.types)));
            }
        }
    }
}

fn record(
    stage: &Stage,
    expression: &Expression,
    made: &Made,
    into: &Spanned<SchemaId>,
    types: &Types<'_>,
) -> Option<Diagnostic> {
    let wanted = RustType::Named(types.topology[into.value].avro_root()?);
    (fits(made, &wanted) == Some(false)).then(|| {
        rules::MAP_TYPE
            .finding(format!("map of stage `{}` makes another type than `into` says", stage.name))
            .label(expression.location, format!("this makes {}", made.describe(types)))
            .label(into.location, format!("`{}` is wanted", types.rust.display(&wanted)))
            .help(format!("write `{} {{ ... }}`, or map field by field", types.rust.display(&wanted)))
    })
}

fn field(mapped: &FieldMapping, made: &Made, into: SchemaId, types: &Types<'_>) -> Option<Diagnostic> {
    let (wanted, declared) = target(mapped, into, types)?;
    if fits(made, &wanted) != Some(false) {
        return None;
    }
    let name = &mapped.field.value;
    let wanted_name = types.rust.display(&wanted);
    let finding = rules::MAP_TYPE
        .finding(format!("expression of field `{name}` has another type than the field"))
        .label(mapped.expression.location, format!("this makes {}", made.describe(types)));
    let finding = match declared {
        Some(place) => finding.label(place, format!("the field is `{wanted_name}`")),
        None => finding,
    };
    Some(match made.conversion(&mapped.expression.text, &wanted, &wanted_name) {
        Some(help) => finding.help(help),
        None => finding.help(format!("write an expression of type `{wanted_name}`")),
    })
}

/// The Rust type of the field and where its schema declares it.
fn target(mapped: &FieldMapping, into: SchemaId, types: &Types<'_>) -> Option<(RustType, Option<Location>)> {
    let Some(root) = types.topology[into].avro_root() else {
        let fields = record::fields(&types.topology[into], &types.topology.avro)?;
        let field = fields.into_iter().find(|field| field.name == mapped.field.value)?;
        return Some((field.rust_type?, field.location));
    };
    let NamedKind::Record(fields) = &types.topology.avro.get(root).kind else { return None };
    let position = fields.iter().position(|field| *field.name == *mapped.field.value)?;
    let place = fields[position].place;
    let rust_field = types.rust.fields(root).get(position)?;
    Some((rust_field.rust_type.clone(), types.topology.avro_location(place)))
}
