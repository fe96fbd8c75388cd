//! Stages of flows: whether what goes in comes out, and fits where it goes.

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Operation, Payload, Processor, SchemaId, SchemaKind, Stage, Topic, Topology};
use crate::source::Spanned;

const SINK_MISMATCH: Rule = Rule {
    code: "flow::sink-mismatch",
    severity: Severity::Error,
    summary: "A sink whose topic has other keys or values than the stage that it reads.",
    why: "Every reader of the topic decodes its records by what the topic declares.",
    example: "\
topics: { clicks: { value: string }, counts: { value: long } }
producers: { web: { topics: [clicks] } }
processors: { count: { flow: { in: { source: clicks }, out: { from: in, sink: counts } } } }
consumers: { log: { topics: [counts] } }
",
    fix: "\
topics: { clicks: { value: string }, counts: { value: string } }
producers: { web: { topics: [clicks] } }
processors: { count: { flow: { in: { source: clicks }, out: { from: in, sink: counts } } } }
consumers: { log: { topics: [counts] } }
",
};

const UNUSED_STAGE: Rule = Rule {
    code: "flow::unused-stage",
    severity: Severity::Warning,
    summary: "A stage that no other stage reads and that is not a sink.",
    why: "Its records are made and dropped.",
    example: "\
topics: { clicks: { value: string }, copies: { value: string } }
producers: { web: { topics: [clicks] } }
processors:
  copy:
    flow:
      in: { source: clicks }
      long: { from: in, filter: \"event.len() > 80\" }
      out: { from: in, sink: copies }
consumers: { log: { topics: [copies] } }
",
    fix: "\
topics: { clicks: { value: string }, copies: { value: string } }
producers: { web: { topics: [clicks] } }
processors:
  copy:
    flow:
      in: { source: clicks }
      long: { from: in, filter: \"event.len() > 80\" }
      out: { from: long, sink: copies }
consumers: { log: { topics: [copies] } }
",
};

const NO_SINK: Rule = Rule {
    code: "flow::no-sink",
    severity: Severity::Warning,
    summary: "A processor whose flow has no sink.",
    why: "It reads, and nothing comes of it. A service that acts on records without writing others is a consumer.",
    example: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
processors: { count: { flow: { in: { source: clicks } } } }
",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { count: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] = &[SINK_MISMATCH, UNUSED_STAGE, NO_SINK];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    for processor in &topology.processors {
        for stage in &processor.flow {
            findings.extend(mismatch(topology, processor, stage));
        }
        if processor.sinks().next().is_some() {
            unused_stages(processor, findings);
        } else if !processor.flow.is_empty() {
            findings.push(no_sink(processor));
        }
    }
}

fn mismatch(topology: &Topology, processor: &Processor, stage: &Stage) -> Option<Diagnostic> {
    let Operation::Sink { from, topic } = &stage.operation else { return None };
    let target = &topology[topic.value];
    let source = processor.stage(from.value);
    let (what, made, declared) = if !is_same(topology, source.value, target.value.value) {
        ("values", source.value, &target.value)
    } else if !is_same(topology, source.key, target.key.value) {
        ("keys", source.key, &target.key)
    } else {
        return None;
    };
    let finding = SINK_MISMATCH
        .finding(format!("{what} of stage `{}` do not fit topic `{}`", source.name, target.name))
        .label(topic.location, format!("{what} here are {}", describe(topology, made)))
        .label(declared.location, format!("the topic has {}", describe(topology, declared.value)))
        .label(source.declared, "the stage");
    Some(help(finding, topology, what, target, declared))
}

fn help(
    finding: Diagnostic,
    topology: &Topology,
    what: &str,
    target: &Topic,
    declared: &Spanned<Payload>,
) -> Diagnostic {
    match declared.value {
        Payload::Schema(id) if what == "values" => {
            finding.help(format!("put a `map` with `into: {}` before the sink", topology[id].name))
        }
        _ if what == "keys" => finding
            .note("A flow passes keys on as they are.")
            .help(format!("give topic `{}` the `key` of the topic that the flow reads", target.name)),
        _ => finding.help("write to a topic of this value, or change the value of the topic"),
    }
}

/// Whether what is made is what is declared: two schemas may be one record, and a topic may have several.
fn is_same(topology: &Topology, left: Payload, right: Payload) -> bool {
    match (left, right) {
        (Payload::Schema(left), Payload::Schema(right)) => is_same_record(topology, left, right),
        (Payload::Schema(_) | Payload::OneOf(_), Payload::OneOf(_)) => {
            let (made, declared) = (topology.schemas_of(left), topology.schemas_of(right));
            made.iter().all(|made| declared.iter().any(|declared| is_same_record(topology, *made, *declared)))
        }
        _ => left == right,
    }
}

fn is_same_record(topology: &Topology, left: SchemaId, right: SchemaId) -> bool {
    let (left, right) = (&topology[left], &topology[right]);
    left.kind == right.kind && (matches!(left.kind, SchemaKind::Avro { .. }) || left.source == right.source)
}

fn describe(topology: &Topology, payload: Payload) -> String {
    match payload {
        Payload::Nothing => "none".to_owned(),
        Payload::Bytes => "`bytes`".to_owned(),
        Payload::String => "`string`".to_owned(),
        Payload::Int => "`int`".to_owned(),
        Payload::Long => "`long`".to_owned(),
        Payload::Schema(id) => format!("`{}`", topology[id].name),
        Payload::OneOf(choice) => {
            let names = topology[choice].schemas.iter().map(|schema| format!("`{}`", topology[schema.value].name));
            format!("one of {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

fn unused_stages(processor: &Processor, findings: &mut Vec<Diagnostic>) {
    let mut is_used = vec![false; processor.flow.len()];
    for stage in &processor.flow {
        match &stage.operation {
            Operation::Filter { from, .. } | Operation::Map { from, .. } | Operation::Sink { from, .. } => {
                is_used[from.value.0] = true;
            }
            Operation::Source { .. } => {}
        }
    }
    for (stage, is_used) in processor.flow.iter().zip(is_used) {
        if !is_used && !matches!(stage.operation, Operation::Sink { .. }) {
            findings.push(
                UNUSED_STAGE
                    .finding(format!("stage `{}` of processor `{}` goes nowhere", stage.name, processor.name))
                    .label(stage.declared, "no stage reads it")
                    .note("Its records are made and dropped.")
                    .help("remove it, or read it with `from` in another stage"),
            );
        }
    }
}

fn no_sink(processor: &Processor) -> Diagnostic {
    NO_SINK
        .finding(format!("processor `{}` writes no topic", processor.name))
        .label(processor.declared, "its flow has no sink")
        .note("It reads, and nothing comes of it.")
        .help("add a stage with `sink`, or make it a consumer")
}
