//! The local environment: a topology as processes, and what runs now.
//!
//! * [`plan`]: the ports of everything, decided before anything starts.
//! * [`cluster`]: brokers and registry as process specifications.
//! * [`embedded`]: the embedded cluster as one of them.
//! * [`services`]: the built services as process specifications.
//! * [`console`]: what the processes write, on this terminal.
//! * [`running`]: what another `up` of this project runs now.

pub(crate) mod cluster;
pub(crate) mod console;
pub(crate) mod embedded;
pub(crate) mod plan;
pub(crate) mod running;
pub(crate) mod services;

use std::collections::BTreeMap;

use crate::failure::Failure;

/// Where services and commands reach the environment.
#[derive(Clone, Debug)]
pub(crate) struct Endpoints {
    pub(crate) bootstrap_servers: Vec<String>,
    pub(crate) registry_url: Option<String>,
}

/// The registry's process, and the label of its port.
pub(crate) const REGISTRY: &str = "registry";

const BOOTSTRAP_SERVERS: &str = "bootstrap_servers";
const SCHEMA_REGISTRY: &str = "schema_registry";

impl Endpoints {
    /// As the running state records them.
    pub(crate) fn to_record(&self) -> BTreeMap<String, String> {
        let registry = self.registry_url.iter().map(|url| (SCHEMA_REGISTRY.to_owned(), url.clone()));
        registry.chain([(BOOTSTRAP_SERVERS.to_owned(), self.bootstrap_servers.join(","))]).collect()
    }

    /// From the record of a running state; none before the ports are decided.
    pub(crate) fn from_record(record: &BTreeMap<String, String>) -> Option<Self> {
        let servers = record.get(BOOTSTRAP_SERVERS)?.split(',').map(str::to_owned).collect();
        Some(Self { bootstrap_servers: servers, registry_url: record.get(SCHEMA_REGISTRY).cloned() })
    }
}

/// A failure of `launch` in the user's terms.
pub(crate) fn failed(what: &str, error: &launch::Error) -> Failure {
    let failure = Failure::world(what).because(error);
    match error.help() {
        Some(help) => failure.help(help),
        None => failure,
    }
}
