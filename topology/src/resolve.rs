//! Turns the spanned tree of a manifest into a [`Topology`]: names to ids, defaults made explicit, schemas attached.
//!
//! Every mistake of a run is reported, each at its place. A node with a mistake that leaves it without meaning is
//! left out, and references to it are followed silently, so that one mistake is one finding. A mistake in an
//! optional value leaves the default in its place.
//! Here is only what a manifest must be to have a meaning; whether the meaning is wise is the business of `lint`.
//!
//! In reading order:
//! * [`fields`]: reads keys by name and values by type.
//! * [`word`], [`mod@unit`]: fixed words; durations and sizes.
//! * [`declared`]: names and references to them.
//! * [`environment`], [`contract`] (schemas), [`topic`], [`service`] (producers, consumers), [`flow`] (processors):
//!   the sections.

mod fields;
mod word;
mod unit;
mod declared;
mod environment;
mod contract;
mod topic;
mod service;
mod flow;
#[cfg(test)]
mod tests;

pub(crate) use contract::Project;

use fields::{Field, Fields, Shape};
use service::ServiceNames;
use word::Grammar;

use crate::findings::Findings;
use crate::ir::{RuntimeSource, Topology};
use crate::name::TopologyName;
use crate::source::Spanned;
use crate::syntax::{Kind, Tree};

const MANIFEST: Shape = Shape {
    noun: "the manifest",
    keys: &[
        "topology",
        "version",
        "runtime",
        "environments",
        "defaults",
        "schemas",
        "topics",
        "producers",
        "consumers",
        "processors",
    ],
    later: &["access", "include", "registry", "cost", "console"],
};
const RUNTIME: Shape = Shape { noun: "`runtime`", keys: &["path"], later: &["version", "git", "rev"] };

/// The topology that a manifest describes, as far as it can be understood; nothing if the manifest is no mapping.
pub(crate) fn resolve(tree: &Tree<'_>, project: &mut Project<'_>, findings: &mut Findings) -> Option<Topology> {
    let root = Fields::of_root(&MANIFEST, tree.root()?, findings)?;
    let name = topology_name(&root, findings);
    if let Some(field) = root.require("version", "1", findings) {
        field.word::<Grammar>(findings);
    }
    let runtime = root.get("runtime").map_or(RuntimeSource::Vendored, |field| runtime(&field, findings));
    let environments = environment::resolve(root.get("environments"), name.location, findings);
    let defaults = topic::defaults(root.get("defaults"), findings);
    let contracts = contract::resolve(root.get("schemas"), project, findings);
    let mut choices = Vec::new();
    let (topics, declared) = topic::resolve(root.get("topics"), &defaults, &contracts, &mut choices, findings);
    let mut names = ServiceNames::default();
    let producers = service::producers(root.get("producers"), &declared, &mut names, findings);
    let consumers = service::consumers(root.get("consumers"), &name.value, &declared, &mut names, findings);
    let scope = flow::Scope { topology: &name.value, contracts: &contracts, topics: &topics, declared: &declared };
    let processors = flow::processors(root.get("processors"), &scope, &mut names, findings);
    let contract::Contracts { schemas, files, avro, avro_files, .. } = contracts;
    Some(Topology {
        name,
        runtime,
        environments,
        schemas,
        files,
        avro,
        avro_files,
        choices,
        topics,
        producers,
        consumers,
        processors,
    })
}

/// The name of the topology; a stand-in where it is missing or breaks its rule, so that the rest can be checked.
fn topology_name(root: &Fields<'_>, findings: &mut Findings) -> Spanned<TopologyName> {
    let field = root.require("topology", "NAME", findings);
    field.and_then(|field| field.name("topology", findings)).unwrap_or_else(|| {
        let stand_in = "topology".parse().expect("`topology` is a name");
        Spanned::new(stand_in, root.place)
    })
}

fn runtime(field: &Field<'_>, findings: &mut Findings) -> RuntimeSource {
    match field.value.kind() {
        Kind::Scalar(scalar) if scalar.text == "vendored" => return RuntimeSource::Vendored,
        Kind::Mapping(_) => {}
        _ => {
            field.report_mismatch("`vendored` or a mapping with `path`", findings);
            return RuntimeSource::Vendored;
        }
    }
    let fields = Fields::read(&RUNTIME, None, field.key, field.value, findings);
    let path = fields.and_then(|fields| fields.require("path", "DIRECTORY", findings));
    let path = path.and_then(|field| field.text("the path of a folder", findings));
    path.map_or(RuntimeSource::Vendored, |path| RuntimeSource::Path(path.value.to_owned()))
}
