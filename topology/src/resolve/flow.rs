//! Processors: their flows, stage by stage.
//!
//! Stages may be written in any order. Here they are put in the order of reading, so that everything downstream
//! walks a flow from front to back once.
//!
//! * [`mapping`]: expressions, and what a `map` makes.
//! * [`order`]: every stage after the one that it reads.

mod mapping;
mod order;

use indexmap::IndexMap;
use order::Order;

use super::contract::Contracts;
use super::declared::Declared;
use super::fields::{Field, Fields, Shape, either, list, name};
use super::service::{Reading, ServiceNames, reading};
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::findings::Findings;
use crate::ir::{Mapping, Processor, SchemaId, Stage, Topic, TopicId};
use crate::name::{StageName, TopologyName};
use crate::source::{Location, Spanned};
use crate::syntax::Value;

const PROCESSOR: Shape = Shape {
    noun: "processor",
    keys: &["doc", "group", "start", "instances", "on_error", "flow"],
    later: &["guarantee", "tests", "config", "port", "state"],
};
const STAGE: Shape = Shape {
    noun: "stage",
    keys: &["source", "from", "filter", "map", "into", "sink"],
    later: &[
        "table",
        "join",
        "window",
        "aggregate",
        "group_by",
        "time",
        "branch",
        "merge",
        "flat_map",
        "key_by",
        "peek",
        "doc",
    ],
};
const OPERATIONS: [&str; 4] = ["source", "filter", "map", "sink"];

/// What flows refer to.
#[derive(Debug)]
pub(super) struct Scope<'s, 't> {
    pub(super) topology: &'s TopologyName,
    pub(super) contracts: &'s Contracts<'t>,
    pub(super) topics: &'s [Topic],
    pub(super) declared: &'s Declared<'t, TopicId>,
}

/// A stage whose `from` has not been followed.
struct Draft<'t> {
    name: StageName,
    declared: Location,
    from: Option<Field<'t>>,
    operation: DraftOperation,
}

enum DraftOperation {
    Source(Spanned<TopicId>),
    Filter(Expression),
    Map(Mapping, Spanned<SchemaId>),
    Sink(Spanned<TopicId>),
}

/// Reads `processors`.
pub(super) fn processors<'t>(
    field: Option<Field<'t>>,
    scope: &Scope<'_, 't>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Vec<Processor> {
    let entries = field.and_then(|field| field.named_entries(findings)).unwrap_or_default();
    entries.iter().filter_map(|entry| processor(entry, scope, names, findings)).collect()
}

fn processor<'t>(
    entry: &Field<'t>,
    scope: &Scope<'_, 't>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Option<Processor> {
    let name = names.claim("processor", entry, findings);
    let fields = Fields::of_named(&PROCESSOR, entry.key, entry.value, findings)?;
    let doc = fields.get("doc").and_then(|field| field.prose(findings));
    let flow = fields.require("flow", "{ STAGE: { source: TOPIC } }", findings);
    let flow = flow.and_then(|field| flow_of(&field, scope, findings));
    let Reading { group, start, instances, on_error } = reading(&fields, scope.topology, name.as_ref(), findings);
    let declared = entry.key.location();
    Some(Processor { name: name?, declared, doc, group: group?, start, instances, on_error, flow: flow? })
}

fn flow_of<'t>(field: &Field<'t>, scope: &Scope<'_, 't>, findings: &mut Findings) -> Option<Vec<Stage>> {
    let entries = field.named_entries(findings)?;
    if entries.is_empty() {
        findings.push(
            Diagnostic::error("flow::empty", format!("{} has an empty flow", field.subject))
                .label(field.key.location(), "no stages")
                .note("A processor without stages has nothing to do.")
                .help("add a stage such as `orders: { source: orders }`, or remove the processor"),
        );
        return None;
    }
    let mut drafts = IndexMap::with_capacity(entries.len());
    let mut functions = IndexMap::with_capacity(entries.len());
    for entry in &entries {
        let draft = draft(entry, scope, findings);
        if let Some(first) = functions.insert(entry.key.text().replace('-', "_"), entry.key) {
            findings.push(same_function(entry.key, first));
        }
        drafts.insert(entry.key.text(), (entry.key, draft));
    }
    let stages = Order::new(&drafts, scope, findings).run();
    (!stages.is_empty()).then_some(stages)
}

fn same_function(second: Value<'_>, first: Value<'_>) -> Diagnostic {
    let message = format!("stages `{}` and `{}` become the same Rust function", first.text(), second.text());
    Diagnostic::error("name::taken", message)
        .label(second.location(), "this stage")
        .label(first.location(), "the other stage")
        .note("A `-` in the name of a stage becomes `_` in the generated code.")
        .help("rename one of the two")
}

fn draft<'t>(entry: &Field<'t>, scope: &Scope<'_, 't>, findings: &mut Findings) -> Option<Draft<'t>> {
    let declared = entry.key.location();
    let name = name("stage", entry.key.text(), declared, findings);
    let fields = Fields::of_named(&STAGE, entry.key, entry.value, findings)?;
    let operations: Vec<_> = OPERATIONS.iter().filter_map(|key| fields.get(key)).collect();
    let [operation] = operations[..] else {
        report_operations(&fields, &operations, findings);
        return None;
    };
    let is_source = operation.key_name() == "source";
    let from = if is_source { None } else { fields.require("from", "STAGE", findings) };
    for (key, is_misplaced) in [("from", is_source), ("into", operation.key_name() != "map")] {
        if let Some(field) = fields.get(key).filter(|_| is_misplaced) {
            findings.push(misplaced(&field, &operation));
        }
    }
    let operation = match operation.key_name() {
        "source" => DraftOperation::Source(scope.declared.find(&operation, findings)?),
        "filter" => DraftOperation::Filter(mapping::expression(&operation, findings)?),
        "sink" => DraftOperation::Sink(scope.declared.find(&operation, findings)?),
        _ => mapping::resolve(&fields, &operation, scope.contracts, findings)?,
    };
    if !is_source && from.is_none() {
        return None;
    }
    Some(Draft { name: name?, declared, from, operation })
}

fn report_operations(fields: &Fields<'_>, operations: &[Field<'_>], findings: &mut Findings) {
    const NOTE: &str =
        "A stage is a `source`, or reads another stage with `from` and is a `filter`, a `map` or a `sink`.";
    if operations.is_empty() {
        if fields.has_later_key(&STAGE) {
            return;
        }
        findings.push_absence(
            Diagnostic::error("flow::no-operation", format!("{} does nothing", fields.subject))
                .label(fields.place, "no operation here")
                .note(NOTE)
                .help(format!("add {}", either(&OPERATIONS))),
        );
        return;
    }
    let names: Vec<_> = operations.iter().map(Field::key_name).collect();
    let message = format!("{} has {} operations: {}", fields.subject, names.len(), list(&names));
    let finding = Diagnostic::error("flow::two-operations", message).note(NOTE);
    let place = |finding: Diagnostic, field: &Field<'_>| finding.label(field.key.location(), "an operation");
    let finding = operations.iter().fold(finding, place);
    findings.push(finding.help("make a stage of each and join them with `from`"));
}

fn misplaced(field: &Field<'_>, operation: &Field<'_>) -> Diagnostic {
    let (key, operation_key) = (field.key_name(), operation.key_name());
    let finding = Diagnostic::error(
        "flow::misplaced-key",
        format!("`{key}` of {} does not go with `{operation_key}`", field.subject),
    )
    .label(field.key.location(), "this key")
    .label(operation.key.location(), "the operation of the stage");
    match key {
        "from" => finding.note("A source reads a topic and no stage.").help("remove `from`"),
        _ => finding.note("`into` names the schema of what a `map` makes.").help("remove `into`"),
    }
}
