//! The packages of a project: what they are called and where they stand.
//!
//! `shop`'s service `billing` is two packages: the library `shop-billing` in `generated/billing`, and the binary
//! `billing` in `services/billing`. Where a name is taken, `-service` is added to the later one, so that every
//! topology that resolves can be built.

use std::collections::BTreeSet;

use topology::Topology;
use topology::name::ServiceName;

/// The packages of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceCrates {
    /// The service.
    pub service: ServiceName,
    /// The package of the generated library, such as `shop-billing`; its Rust name has `_` for `-`.
    pub library: String,
    /// The folder of the library, such as `generated/billing`.
    pub library_folder: String,
    /// The package and the executable that a person owns, such as `billing`.
    pub binary: String,
    /// The folder of the binary, such as `services/billing`.
    pub binary_folder: String,
}

/// Folders under `generated/` that hold no service.
const OTHER_FOLDERS: [&str; 3] = ["events", "runtime", "codec"];

/// Packages that a project may link besides its own; a binary of the same name could not link them.
const OTHER_PACKAGES: [&str; 4] = ["topology-runtime", "topology-codec", "tokio", "tracing"];

/// Names that Cargo keeps for its own folders beside executables.
const CARGO_FOLDERS: [&str; 4] = ["build", "deps", "examples", "incremental"];

/// The packages of every service: producers, then processors, then consumers, each in the order of the manifest.
pub fn service_crates(topology: &Topology) -> Vec<ServiceCrates> {
    let mut folders: BTreeSet<String> = OTHER_FOLDERS.map(str::to_owned).into();
    let mut packages: BTreeSet<String> = OTHER_PACKAGES.map(str::to_owned).into();
    packages.insert(events_package(topology));
    let libraries: Vec<(ServiceName, String, String)> = services(topology)
        .map(|service| {
            let folder = claim(&mut folders, service.as_str());
            let package = claim(&mut packages, &format!("{}-{folder}", topology.name.value));
            (service.clone(), package, format!("generated/{folder}"))
        })
        .collect();
    packages.extend(CARGO_FOLDERS.map(str::to_owned));
    let binary = |(service, library, library_folder): (ServiceName, String, String)| {
        let binary = claim(&mut packages, service.as_str());
        let binary_folder = format!("services/{service}");
        ServiceCrates { service, library, library_folder, binary, binary_folder }
    };
    libraries.into_iter().map(binary).collect()
}

/// The package of the event types.
pub(crate) fn events_package(topology: &Topology) -> String {
    format!("{}-events", topology.name.value)
}

/// What Rust calls a package.
pub(crate) fn rust_name(package: &str) -> String {
    package.replace('-', "_")
}

fn services(topology: &Topology) -> impl Iterator<Item = &ServiceName> {
    let producers = topology.producers.iter().map(|node| &node.name);
    let processors = topology.processors.iter().map(|node| &node.name);
    let consumers = topology.consumers.iter().map(|node| &node.name);
    producers.chain(processors).chain(consumers)
}

fn claim(taken: &mut BTreeSet<String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    while !taken.insert(name.clone()) {
        name += "-service";
    }
    name
}
