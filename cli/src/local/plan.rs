//! The ports of everything, decided before anything starts.

use launch::ports::{FIRST_SERVICE_PORT, Mode, PortPlan, PortRequest, REGISTRY_PORT};
use topology::ir::{Cluster, Environment, Registry};

use crate::local::services::Instance;
use crate::local::{REGISTRY, cluster, embedded};

/// Plans the ports of an environment. `ours` are ports that the running environment holds.
pub(crate) fn ports(
    folder: &launch::folder::EnvironmentFolder,
    environment: &Environment,
    instances: &[Instance],
    mode: Mode,
    ours: &[u16],
) -> Result<PortPlan, launch::Error> {
    let mut requests = match &environment.cluster {
        Cluster::Embedded(cluster) => embedded::port_requests(cluster),
        _ => cluster::spec(environment)?.map(|spec| spec.port_requests()).unwrap_or_default(),
    };
    if matches!(environment.registry, Registry::Local) {
        requests.push(PortRequest::preferred(REGISTRY, REGISTRY_PORT));
    }
    let services = instances.iter().zip(FIRST_SERVICE_PORT..);
    requests.extend(services.map(|(instance, port)| PortRequest::preferred(&instance.name, port)));
    launch::ports::plan(folder, &requests, mode, ours)
}
