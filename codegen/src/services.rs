//! One library crate for each service: typed producers, the trait of its handlers, its flow, and `run`.
//!
//! The crates are thin: what a service does at run time is in `topology-runtime`, and here is only what the topology
//! says about it, as types.
//!
//! In reading order:
//! * [`crates`]: the packages of a project.
//! * `names`: what everything is called in Rust.
//! * `types`: the Rust types of payloads and fields.
//! * `fields`: the fields of records of every format.
//! * `head`: what all libraries begin with.
//! * `topics`: the module of topic constants that every service has.
//! * `producer`, `consumer`, `processor`: one kind of service each.
//! * `flow`: a processor's stages as functions.
//! * `expressions`: the expressions of the manifest as functions.
//! * `used`: which names an expression uses.

pub mod crates;
pub(crate) mod names;
pub(crate) mod types;
pub(crate) mod fields;
pub(crate) mod head;
mod topics;
mod producer;
mod consumer;
mod processor;
mod flow;
pub(crate) mod expressions;
mod used;

use topology::Topology;
use topology::ir::{Cluster, Registry, Security, SecurityProtocol, TopicId};

use crate::file::File;
use crate::project::package::{Dependency, Package, part_of_runtime};
use crate::render;

use crates::{ServiceCrates, events_package, service_crates};
use names::Names;

/// A module of a service: its path in the crate, and what is in it.
type Module = (&'static str, syn::File);

/// One service on its way to files.
struct Service<'a> {
    crates: &'a ServiceCrates,
    doc: Option<&'a str>,
    topics: Vec<TopicId>,
    modules: Vec<Module>,
}

/// The files of every service, under `generated/`.
pub fn files(topology: &Topology) -> Vec<File> {
    let names = Names::new(topology);
    let crates = service_crates(topology);
    let mut rest = crates.iter();
    let producers = topology.producers.iter().zip(rest.by_ref()).map(|(node, crates)| Service {
        crates,
        doc: node.doc.as_deref(),
        topics: node.topics.iter().map(|topic| topic.value).collect(),
        modules: producer::modules(&names, node),
    });
    let mut files: Vec<File> = producers.flat_map(|service| service.files(&names)).collect();
    let processors = topology.processors.iter().zip(rest.by_ref()).map(|(node, crates)| Service {
        crates,
        doc: node.doc.as_deref(),
        topics: node.sources().chain(node.sinks()).map(|topic| topic.value).collect(),
        modules: processor::modules(&names, node),
    });
    files.extend(processors.flat_map(|service| service.files(&names)));
    let consumers = topology.consumers.iter().zip(rest).map(|(node, crates)| Service {
        crates,
        doc: node.doc.as_deref(),
        topics: node.topics.iter().map(|topic| topic.value).collect(),
        modules: consumer::modules(&names, node),
    });
    files.extend(consumers.flat_map(|service| service.files(&names)));
    files
}

impl Service<'_> {
    fn files(self, names: &Names<'_>) -> Vec<File> {
        let folder = &self.crates.library_folder;
        let topics = topics::module(names, &self.crates.service, &self.topics);
        let modules = self.modules.into_iter().chain([("src/topics.rs", topics)]);
        let sources = modules.map(|(path, file)| File::generated(format!("{folder}/{path}"), render::generated(file)));
        let package = Package {
            name: self.crates.library.clone(),
            description: self.doc.unwrap_or("A service of the topology."),
            dependencies: vec![Dependency::path(events_package(names.topology), "../events"), runtime(names.topology)],
        };
        sources.chain([File::generated(format!("{folder}/Cargo.toml"), package.generated())]).collect()
    }
}

/// The runtime with the features that the topology needs: each costs build time, so none is on without need.
fn runtime(topology: &Topology) -> Dependency {
    let mut features = Vec::new();
    if topology.environments.iter().any(|environment| needs_tls(&environment.cluster, &environment.registry)) {
        features.push("tls");
    }
    let is_external = topology.environments.iter().any(|node| matches!(node.cluster, Cluster::External(_)));
    let compresses =
        |key: &str| topology.topics.iter().any(|topic| topic.config.get(key).is_some_and(|v| v.value == "zstd"));
    // What others write to a cluster of theirs may be compressed with anything.
    if is_external || compresses("compression.type") {
        features.push("zstd");
    }
    let path = part_of_runtime(&topology.runtime, "runtime");
    Dependency { features, ..Dependency::path("topology-runtime", path) }
}

fn needs_tls(cluster: &Cluster, registry: &Registry) -> bool {
    let is_https = matches!(registry, Registry::External { url, .. } if url.value.starts_with("https:"));
    is_https || matches!(cluster, Cluster::External(external) if is_encrypted(&external.security))
}

/// Whether librdkafka needs OpenSSL: for TLS, and for SASL too, whose SCRAM hashes come from there.
fn is_encrypted(security: &Security) -> bool {
    match security.protocol {
        SecurityProtocol::Plaintext => false,
        SecurityProtocol::Ssl | SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl => true,
    }
}

#[cfg(test)]
mod tests;
