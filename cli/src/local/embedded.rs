//! The embedded cluster of an environment: this very program once more, as one process that answers as all brokers.

use std::collections::BTreeMap;

use launch::folder::EnvironmentFolder;
use launch::ports::{PortPlan, PortRequest};
use launch::supervisor::Port;
use launch::{Kind, ProcessSpec};
use topology::ir::EmbeddedCluster;

use crate::failure::Failure;
use crate::local::cluster::{probe, this_program};

/// The name of its process; no service can have it.
pub(crate) const PROCESS: &str = "cluster";

/// The preferred port of the first broker; the others follow.
pub(crate) const FIRST_PORT: u16 = 19092;

/// The ports that it needs, one for each broker.
pub(crate) fn port_requests(cluster: &EmbeddedCluster) -> Vec<PortRequest> {
    names(cluster).zip(FIRST_PORT..).map(|(name, port)| PortRequest::preferred(name, port)).collect()
}

/// Where clients reach its brokers.
pub(crate) fn addresses(cluster: &EmbeddedCluster, ports: &PortPlan) -> Vec<String> {
    planned(cluster, ports).iter().map(|port| format!("127.0.0.1:{}", port.number)).collect()
}

/// Its process.
pub(crate) fn process(
    cluster: &EmbeddedCluster,
    folder: &EnvironmentFolder,
    ports: &PortPlan,
) -> Result<ProcessSpec, Failure> {
    let planned = planned(cluster, ports);
    let numbers: Vec<String> = planned.iter().map(|port| port.number.to_string()).collect();
    let data = folder.cluster().to_string_lossy().into_owned();
    let mut spec = ProcessSpec::new(PROCESS, Kind::Broker, this_program()?);
    spec.args = ["cluster", "serve", "--ports", &numbers.join(","), "--data", &data].map(str::to_owned).to_vec();
    if cluster.ephemeral {
        spec.args.push("--ephemeral".to_owned());
    }
    spec.env = BTreeMap::from([("NO_COLOR".to_owned(), "1".to_owned())]);
    spec.probe = probe(&addresses(cluster, ports).join(","));
    spec.ports = planned;
    spec.fingerprint = format!("{} {}", env!("CARGO_PKG_VERSION"), spec.args.join(" "));
    Ok(spec)
}

fn names(cluster: &EmbeddedCluster) -> impl Iterator<Item = String> {
    (1..=cluster.brokers.value.get()).map(|number| format!("broker-{number}"))
}

fn planned(cluster: &EmbeddedCluster, ports: &PortPlan) -> Vec<Port> {
    let port = |name: String| ports.get(&name).map(|number| Port { label: name, number });
    names(cluster).filter_map(port).collect()
}
