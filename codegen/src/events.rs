//! The crate of event types with their codecs.
//!
//! A record is a struct with public fields, an enum is an enum, a fixed is a newtype, and a union that is more than
//! an optional value is an enum named after its field. Each has an `encode` and a `decode` that go through its fields
//! in the order of the schema: no tree of values in between, and no serde. The crate knows no Kafka.
//!
//! In reading order:
//! * [`source`]: types to the text of `lib.rs` and of a file for each namespace.
//! * `record`, `symbols`, `fixed`, `union`: one kind of type each.
//! * `value`: the types, the writing and the reading of values.
//! * `default`: values of defaults.
//! * `doc`: texts of schemas as documentation.
//! * `contract`: schemas as constants, as a registry has them.
//! * `protobuf`, `json`: types of the other formats, with their bytes by `prost` and `serde`.
//! * `one_of`: enums over the schemas of a topic that has several.
//! * `catalog`: where the types of all formats are in the crate.
//!
//! Names and types of Avro are decided before, in [`topology::rust`].

pub mod source;
mod record;
mod symbols;
mod fixed;
mod union;
pub(crate) mod value;
mod default;
pub(crate) mod doc;
mod contract;
pub(crate) mod protobuf;
pub(crate) mod json;
pub(crate) mod one_of;
pub(crate) mod catalog;

use std::collections::{BTreeMap, BTreeSet};

use topology::Topology;
use topology::rust::RustTypes;

use crate::file::File;
use crate::project::package::{Dependency, Package, part_of_runtime};
use crate::services::crates::events_package;

use catalog::Catalog;
use source::Source;

/// The files of the events crate, under `generated/events/`.
pub fn files(topology: &Topology) -> Vec<File> {
    let types = RustTypes::new(&topology.avro);
    let catalog = Catalog::new(topology, &types);
    let codec = Dependency::path("topology-codec", part_of_runtime(&topology.runtime, "codec"));
    let mut dependencies = catalog.dependencies();
    dependencies.push(codec);
    let package = Package {
        name: events_package(topology),
        description: &format!("The events of `{}` and their codecs.", topology.name.value),
        dependencies,
    };
    let roots: BTreeSet<_> = topology.schemas.iter().filter_map(topology::ir::Schema::avro_root).collect();
    let contracts = topology.schemas().filter(|(id, _)| contract::has_references(topology, *id));
    let contracts: BTreeMap<_, _> =
        contracts.filter_map(|(id, schema)| Some((schema.avro_root()?, contract::of(topology, id)))).collect();
    let source = Source {
        name: topology.name.value.as_str(),
        avro: &topology.avro,
        types: &types,
        roots: &roots,
        contracts: &contracts,
        others: &catalog.root(topology),
    };
    let sources = source.files().into_iter().chain(catalog.files(topology));
    let sources = sources.map(|(path, text)| File::generated(format!("generated/events/{path}"), text));
    sources.chain([File::generated("generated/events/Cargo.toml", package.generated())]).collect()
}

#[cfg(test)]
mod tests;
