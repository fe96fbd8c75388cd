//! What topics and stages are called in Rust.
//!
//! Their names allow more than Rust does: dots, dashes, capitals, a digit first, keywords. Each becomes the nearest
//! identifier, and where two become the same, one gets a number ([`rust_ident::allocate`]). Names are given once for the
//! whole topology, so that a topic has one name in all services.

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span};
use topology::Topology;
use topology::ir::{Mapping, Operation, Processor, TopicId};
use topology::rust::{RustTypes, ident as rust_ident};

use crate::events::catalog::Catalog;

/// What everything in a topology is called in Rust.
pub(crate) struct Names<'a> {
    /// The topology.
    pub(crate) topology: &'a Topology,
    /// What the types of its schemas are called.
    pub(crate) types: RustTypes,
    /// Where the types of all its schemas are.
    pub(crate) catalog: Catalog,
    topics: Vec<String>,
}

impl<'a> Names<'a> {
    /// Names everything.
    pub(crate) fn new(topology: &'a Topology) -> Self {
        let names: Vec<&str> = topology.topics.iter().map(|topic| topic.name.as_str()).collect();
        let topics = rust_ident::allocate(&names, rust_ident::snake_case, &BTreeSet::new());
        let types = RustTypes::new(&topology.avro);
        let catalog = Catalog::new(topology, &types);
        Self { topology, types, catalog, topics }
    }

    /// The handler of a topic: `order_events`.
    pub(crate) fn handler(&self, topic: TopicId) -> Ident {
        ident(&self.topics[topic.index()])
    }

    /// The constant of a topic: `ORDER_EVENTS`.
    pub(crate) fn constant(&self, topic: TopicId) -> Ident {
        ident(&unraw(&self.topics[topic.index()]).to_uppercase())
    }

    /// A method that does something with a topic: `send_order_events`.
    pub(crate) fn method(&self, verb: &str, topic: TopicId) -> Ident {
        ident(&format!("{verb}_{}", unraw(&self.topics[topic.index()]).trim_start_matches('_')))
    }
}

/// The functions of a processor's stages.
#[derive(Debug)]
pub(crate) struct StageNames {
    stages: Vec<String>,
    /// For each stage, the functions of its fields.
    fields: Vec<Vec<String>>,
}

/// Variables of the generated functions; a function of the same name could not be called beside them.
const VARIABLES: [&str; 4] = ["event", "key", "message", "output"];

impl StageNames {
    /// Names the functions of a processor.
    pub(crate) fn new(processor: &Processor) -> Self {
        let names: Vec<&str> = processor.flow.iter().map(|stage| stage.name.as_str()).collect();
        let mut taken: BTreeSet<String> = VARIABLES.map(str::to_owned).into();
        let stages = rust_ident::allocate(&names, rust_ident::snake_case, &taken);
        taken.extend(stages.iter().cloned());
        let mut fields = Vec::new();
        for (stage, name) in processor.flow.iter().zip(&stages) {
            let wanted: Vec<String> = match &stage.operation {
                Operation::Map { mapping: Mapping::Fields(fields), .. } => {
                    fields.iter().map(|field| format!("{}_{}", unraw(name), field.field.value)).collect()
                }
                _ => Vec::new(),
            };
            let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
            let allocated = rust_ident::allocate(&wanted, rust_ident::snake_case, &taken);
            taken.extend(allocated.iter().cloned());
            fields.push(allocated);
        }
        Self { stages, fields }
    }

    /// The function of a stage, and of its expression.
    pub(crate) fn stage(&self, stage: usize) -> Ident {
        ident(&self.stages[stage])
    }

    /// The function of a field of a map.
    pub(crate) fn field(&self, stage: usize, field: usize) -> Ident {
        ident(&self.fields[stage][field])
    }
}

/// An identifier from a name that is raw where it must be.
pub(crate) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}

fn unraw(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}
