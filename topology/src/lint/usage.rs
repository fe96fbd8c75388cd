//! What is declared and not used: schemas, and topics that nobody writes or reads.

use std::collections::BTreeSet;

use schema::avro::{NamedKind, Type, TypeId};

use super::flows::Flows;
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{Operation, SchemaId, Topology};
use crate::source::FileId;

const UNUSED_SCHEMA: Rule = Rule {
    code: "schema::unused",
    severity: Severity::Warning,
    summary: "A schema that no topic, no `into` and no other schema uses.",
    why: "It is read, generated and compiled for nobody. Often a topic still names an older schema.",
    example: "schemas: { order: schemas/order.avsc }\n",
    fix: "\
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const NO_CONSUMER: Rule = Rule {
    code: "topic::no-consumer",
    severity: Severity::Warning,
    summary: "A topic that is written and that no consumer and no processor reads.",
    why: "Its records are stored, replicated and paid for, and nothing comes of them. If another system reads it, this \
          is fine.",
    example: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { counter: { topics: [clicks] } }
",
};

const NO_PRODUCER: Rule = Rule {
    code: "topic::no-producer",
    severity: Severity::Warning,
    summary: "A topic that is read and that no producer and no processor writes.",
    why: "Its readers wait for ever. If another system writes it, this is fine.",
    example: "\
topics: { clicks: { value: string } }
consumers: { counter: { topics: [clicks] } }
",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { counter: { topics: [clicks] } }
",
};

const UNUSED_TOPIC: Rule = Rule {
    code: "topic::unused",
    severity: Severity::Warning,
    summary: "A topic that nobody writes and nobody reads.",
    why: "Its partitions cost memory and file handles on every replica. Often a service still names an older topic.",
    example: "topics: { clicks: { value: string } }\n",
    fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { counter: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] = &[UNUSED_SCHEMA, NO_CONSUMER, NO_PRODUCER, UNUSED_TOPIC];

pub(super) fn check(topology: &Topology, flows: &Flows, findings: &mut Vec<Diagnostic>) {
    unused_schemas(topology, findings);
    unused_topics(topology, flows, findings);
}

fn unused_schemas(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let used = used_schemas(topology);
    // Two schemas may name one file.
    let mut used_sources: BTreeSet<FileId> = used.iter().map(|id| topology[*id].source).collect();
    used_sources.extend(
        reachable(topology, &used)
            .into_iter()
            .filter_map(|id| Some(topology.avro_location(topology.avro.get(id).place)?.file)),
    );
    let mut work: Vec<FileId> = used_sources.iter().copied().collect();
    while let Some(file) = work.pop() {
        let references = topology.files.get(&file).into_iter().flat_map(|file| &file.references);
        work.extend(references.map(|reference| reference.file).filter(|file| used_sources.insert(*file)));
    }
    for (id, schema) in topology.schemas() {
        if !used.contains(&id) && !used_sources.contains(&schema.source) {
            findings.push(
                UNUSED_SCHEMA
                    .finding(format!("schema `{}` is not used", schema.name))
                    .label(schema.declared, "no topic and no other schema uses it")
                    .help("remove it, or make it the `value` of a topic"),
            );
        }
    }
}

/// The schemas that topics and maps name.
fn used_schemas(topology: &Topology) -> BTreeSet<SchemaId> {
    let payloads = topology.topics.iter().flat_map(|topic| [topic.key.value, topic.value.value]);
    let stages = topology.processors.iter().flat_map(|processor| &processor.flow);
    let mapped = stages.filter_map(|stage| match &stage.operation {
        Operation::Map { into, .. } => Some(into.value),
        _ => None,
    });
    let named = payloads.flat_map(|payload| topology.schemas_of(payload));
    named.chain(mapped).collect()
}

/// Every type that the roots of these schemas are made of.
fn reachable(topology: &Topology, schemas: &BTreeSet<SchemaId>) -> BTreeSet<TypeId> {
    let mut work: Vec<TypeId> = schemas.iter().filter_map(|id| topology[*id].avro_root()).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = work.pop() {
        if !seen.insert(id) {
            continue;
        }
        if let NamedKind::Record(fields) = &topology.avro.get(id).kind {
            for field in fields {
                named_types(&field.schema, &mut work);
            }
        }
    }
    seen
}

fn named_types(schema: &Type, found: &mut Vec<TypeId>) {
    match schema {
        Type::Named(id) => found.push(*id),
        Type::Array(inner) | Type::Map(inner) => named_types(inner, found),
        Type::Union(branches) => branches.iter().for_each(|branch| named_types(branch, found)),
        _ => {}
    }
}

fn unused_topics(topology: &Topology, flows: &Flows, findings: &mut Vec<Diagnostic>) {
    for (id, topic) in topology.topics() {
        let name = &topic.name;
        let finding = match (flows.is_written(id), flows.is_read(id)) {
            (true, true) => continue,
            (true, false) => NO_CONSUMER
                .finding(format!("topic `{name}` has no consumer"))
                .label(topic.declared, "written, but never read")
                .help("add a consumer or a processor that reads it, unless another system does"),
            (false, true) => NO_PRODUCER
                .finding(format!("topic `{name}` has no producer"))
                .label(topic.declared, "read, but never written")
                .note("Its readers wait for ever.")
                .help("add a producer or a processor that writes it, unless another system does"),
            (false, false) => UNUSED_TOPIC
                .finding(format!("topic `{name}` is not used"))
                .label(topic.declared, "nobody writes it and nobody reads it")
                .help("remove it, or name it in a producer and a consumer"),
        };
        findings.push(finding);
    }
}
