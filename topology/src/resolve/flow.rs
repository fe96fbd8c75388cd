//! Processors: their flows, stage by stage.
//!
//! Stages may be written in any order. Here they are put in the order of reading, so that everything downstream
//! walks a flow from front to back once.

use indexmap::IndexMap;
use schema::avro::NamedKind;

use super::contract::Contracts;
use super::declared::Declared;
use super::fields::{Field, Fields, Shape, list, name};
use super::findings::Findings;
use super::service::{Reading, ServiceNames, reading};
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::ir::{FieldMapping, Mapping, Operation, Payload, Processor, SchemaId, Stage, StageId, Topic, TopicId};
use crate::name::{StageName, TopologyName};
use crate::source::{Location, Spanned};
use crate::syntax::{Kind, Value};

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
        "filter" => DraftOperation::Filter(expression(&operation, findings)?),
        "sink" => DraftOperation::Sink(scope.declared.find(&operation, findings)?),
        _ => map(&fields, &operation, scope, findings)?,
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
        findings.push_absence(
            Diagnostic::error("flow::no-operation", format!("{} does nothing", fields.subject))
                .label(fields.place, "no operation here")
                .note(NOTE)
                .help(format!("add one of {}", list(&OPERATIONS))),
        );
        return;
    }
    let names: Vec<_> = operations.iter().map(Field::key_name).collect();
    let message = format!("{} has {} operations: {}", fields.subject, names.len(), list(&names));
    let finding = Diagnostic::error("flow::two-operations", message).note(NOTE);
    let place = |finding: Diagnostic, field: &Field<'_>| finding.label(field.key.location(), "an operation");
    let finding = operations.iter().rev().fold(finding, place);
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

fn map<'t>(
    fields: &Fields<'t>,
    operation: &Field<'t>,
    scope: &Scope<'_, 't>,
    findings: &mut Findings,
) -> Option<DraftOperation> {
    let into = fields.require("into", "SCHEMA", findings);
    let into = into.and_then(|field| scope.contracts.declared.find(&field, findings));
    let entries = match operation.value.kind() {
        Kind::Mapping(_) => operation.named_entries(findings)?,
        Kind::Scalar(_) => {
            return Some(DraftOperation::Map(Mapping::Expression(expression(operation, findings)?), into?));
        }
        _ => return operation.mismatch("an expression, or a mapping of fields to expressions", findings),
    };
    let into = into?;
    let mappings = field_mappings(operation, &entries, &into, scope.contracts, findings)?;
    Some(DraftOperation::Map(Mapping::Fields(mappings), into))
}

/// One mapping for each field of the record `into`.
fn field_mappings(
    operation: &Field<'_>,
    entries: &[Field<'_>],
    into: &Spanned<SchemaId>,
    contracts: &Contracts<'_>,
    findings: &mut Findings,
) -> Option<Vec<FieldMapping>> {
    let schema = &contracts.schemas[into.value.index()];
    let root = contracts.avro.get(schema.root);
    let place = |place: schema::avro::Place| Location {
        file: contracts.schemas.get(place.file).map_or(schema.source, |schema| schema.source),
        span: place.span,
    };
    let NamedKind::Record(fields) = &root.kind else {
        let message = format!("schema `{}` is not a record, so it has no fields to map", schema.name);
        findings.push(
            Diagnostic::error("flow::no-fields", message)
                .label(into.location, "this schema")
                .label(place(root.place), "the root of the file")
                .help("write one expression for the whole value"),
        );
        return None;
    };
    let mut mappings = Vec::with_capacity(entries.len());
    for entry in entries {
        let name = entry.key.text();
        if fields.iter().any(|field| &*field.name == name) {
            let field = Spanned::new(name.to_owned(), entry.key.location());
            mappings.extend(expression(entry, findings).map(|expression| FieldMapping { field, expression }));
            continue;
        }
        let message = format!("schema `{}` has no field `{name}`", schema.name);
        let finding = Diagnostic::error("flow::unknown-field", message).label(entry.key.location(), "no such field");
        let nearest = findings.nearest(name, fields.iter().map(|field| &*field.name));
        findings.push(match nearest.and_then(|nearest| fields.iter().find(|field| &*field.name == nearest)) {
            Some(field) => finding
                .label(place(field.place), "this field is near")
                .help(format!("did you mean `{}`?", field.name))
                .fix(entry.key.location(), field.name.to_string()),
            None => finding.label(place(root.place), "the record").help("remove it, or add the field to the schema"),
        });
    }
    let is_mapped = |name: &str| entries.iter().any(|entry| entry.key.text() == name);
    let missing: Vec<_> = fields.iter().filter(|field| !is_mapped(&field.name)).collect();
    if let Some(first) = missing.first() {
        let names: Vec<_> = missing.iter().map(|field| &*field.name).collect();
        let message = format!("`map` of {} leaves out {} of schema `{}`", operation.subject, list(&names), schema.name);
        findings.push_absence(
            Diagnostic::error("flow::missing-field", message)
                .label(operation.key.location(), "this mapping")
                .label(place(first.place), "declared here")
                .note("A record has a value for every field; a default in the schema is for readers of old records.")
                .help(format!("add `{}: EXPRESSION`", first.name)),
        );
    }
    Some(mappings)
}

/// A Rust expression. Its syntax is the business of `lint`.
fn expression(field: &Field<'_>, findings: &mut Findings) -> Option<Expression> {
    const EXPECTED: &str = "a Rust expression";
    let Kind::Scalar(scalar) = field.value.kind() else {
        return field.mismatch(EXPECTED, findings);
    };
    let text = scalar.text.trim_end();
    if text.is_empty() {
        return field.mismatch(EXPECTED, findings);
    }
    Some(Expression { text: text.to_owned(), location: field.location(), verbatim_start: scalar.verbatim_start })
}

type Drafts<'t> = IndexMap<&'t str, (Value<'t>, Option<Draft<'t>>)>;

/// Where a draft is on its way into the flow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// On the chain that is being followed.
    Followed,
    Placed(StageId),
    /// It, or something that it reads, is broken.
    Out,
}

/// Puts every stage after the one that it reads.
struct Order<'s, 't> {
    drafts: &'s Drafts<'t>,
    scope: &'s Scope<'s, 't>,
    findings: &'s mut Findings,
    states: Vec<State>,
    stages: Vec<Stage>,
}

impl<'s, 't> Order<'s, 't> {
    fn new(drafts: &'s Drafts<'t>, scope: &'s Scope<'s, 't>, findings: &'s mut Findings) -> Self {
        let states = vec![State::Waiting; drafts.len()];
        Self { drafts, scope, findings, states, stages: Vec::with_capacity(drafts.len()) }
    }

    fn run(mut self) -> Vec<Stage> {
        for start in 0..self.drafts.len() {
            self.follow(start);
        }
        self.stages
    }

    /// Follows `from` up to a stage that is decided, then decides those on the way, the first one first.
    fn follow(&mut self, start: usize) {
        let mut chain = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next {
            match self.states[index] {
                State::Waiting => {
                    self.states[index] = State::Followed;
                    chain.push(index);
                    next = self.upstream(index);
                }
                State::Followed => {
                    let begin = chain.iter().position(|other| *other == index).unwrap_or_default();
                    self.report_cycle(&chain[begin..]);
                    break;
                }
                State::Placed(_) | State::Out => break,
            }
        }
        for index in chain.into_iter().rev() {
            self.states[index] = match self.stage(index) {
                Some(stage) => {
                    self.stages.push(stage);
                    State::Placed(StageId(self.stages.len() - 1))
                }
                None => State::Out,
            };
        }
    }

    /// The stage that `from` names, with a finding if there is none.
    fn upstream(&mut self, index: usize) -> Option<usize> {
        let (_, (_, draft)) = self.drafts.get_index(index)?;
        let from = draft.as_ref()?.from?;
        let name = from.text("the name of a stage", self.findings)?;
        let found = self.drafts.get_index_of(name.value);
        if found.is_none() {
            self.report_unresolved(&from, name.value);
        }
        found
    }

    fn stage(&mut self, index: usize) -> Option<Stage> {
        let (_, (_, draft)) = self.drafts.get_index(index)?;
        let draft = draft.as_ref()?;
        let (operation, key, value) = match (&draft.operation, self.from(draft)) {
            (DraftOperation::Source(topic), _) => {
                let Topic { key, value, .. } = &self.scope.topics[topic.value.index()];
                (Operation::Source { topic: topic.clone() }, key.value, value.value)
            }
            (_, None) => return None,
            (DraftOperation::Filter(predicate), Some((from, key, value))) => {
                (Operation::Filter { from, predicate: predicate.clone() }, key, value)
            }
            (DraftOperation::Map(mapping, into), Some((from, key, _))) => {
                let value = Payload::Schema(into.value);
                (Operation::Map { from, mapping: mapping.clone(), into: into.clone() }, key, value)
            }
            (DraftOperation::Sink(topic), Some((from, key, value))) => {
                (Operation::Sink { from, topic: topic.clone() }, key, value)
            }
        };
        Some(Stage { name: draft.name.clone(), declared: draft.declared, operation, key, value })
    }

    /// The stage that a draft reads and what comes out of it, if it has been placed and passes anything on.
    fn from(&mut self, draft: &Draft<'t>) -> Option<(Spanned<StageId>, Payload, Payload)> {
        let from = draft.from?;
        let State::Placed(id) = self.states[self.drafts.get_index_of(from.value.text())?] else {
            return None;
        };
        let stage = &self.stages[id.0];
        if let Operation::Sink { .. } = stage.operation {
            let message = format!("stage `{}` reads `{}`, which is a sink", draft.name, stage.name);
            let finding = from.point(Diagnostic::error("flow::reads-sink", message), "nothing comes out of a sink");
            let finding = finding.label(stage.declared, "the sink");
            self.findings.push(finding.help("read the stage before the sink"));
            return None;
        }
        Some((Spanned::new(id, from.location()), stage.key, stage.value))
    }

    fn report_cycle(&mut self, chain: &[usize]) {
        const SHOWN: usize = 6;
        let names: Vec<_> =
            chain.iter().filter_map(|index| self.drafts.get_index(*index)).map(|(name, _)| *name).collect();
        let message = match names[..] {
            [only] => format!("stage `{only}` reads itself"),
            _ => format!("stages {} read each other in a circle", list(&names[..names.len().min(SHOWN)])),
        };
        let mut finding = Diagnostic::error("flow::cycle", message)
            .note("Records flow from a source to a sink; in a circle none ever arrives.")
            .help("let one of them read a source, or a stage that leads back to one");
        for index in chain.iter().take(SHOWN) {
            let Some((name, (_, Some(Draft { from: Some(from), .. })))) = self.drafts.get_index(*index) else {
                continue;
            };
            finding = finding.label(from.location(), format!("`{name}` reads `{}`", from.value.text()));
        }
        self.findings.push(finding);
    }

    fn report_unresolved(&mut self, from: &Field<'t>, name: &str) {
        let finding = Diagnostic::error("reference::unresolved", format!("stage `{name}` is not declared"));
        let finding = from.point(finding, "no such stage");
        let nearest = self.findings.nearest(name, self.drafts.keys().copied());
        let finding = match nearest.and_then(|nearest| self.drafts.get(nearest)) {
            _ if self.scope.declared.place(name).is_some() => finding
                .note("`from` names a stage of this flow; a topic enters a flow through a stage of its own.")
                .help(format!("add the stage `{name}: {{ source: {name} }}`")),
            Some((key, _)) => finding
                .label(key.location(), format!("`{}` is declared here", key.text()))
                .help(format!("did you mean `{}`?", key.text()))
                .fix(from.location(), key.text()),
            None => finding.help("write the name of another stage of this flow"),
        };
        self.findings.push_absence(finding);
    }
}
