//! The built services as process specifications.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use codegen::services::crates::service_crates;
use launch::supervisor::{Port, Probe};
use launch::{Kind, ProcessSpec};
use topology::Topology;
use topology::name::ServiceName;

use crate::cargo::Built;
use crate::failure::Failure;

/// A process of a service: `billing`, or `billing-2` of several instances.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// The process's name.
    pub(crate) name: String,
    service: ServiceName,
    /// The executable that cargo builds for it, which is called differently where the name is taken.
    executable: String,
    number: u32,
    is_producer: bool,
}

/// Every process of every service: those that read before those that only write.
pub(crate) fn instances(topology: &Topology) -> Vec<Instance> {
    let consumers = topology.consumers.iter().map(|node| (&node.name, node.instances, false));
    let processors = topology.processors.iter().map(|node| (&node.name, node.instances, false));
    let producers = topology.producers.iter().map(|node| (&node.name, node.instances, true));
    let services = consumers.chain(processors).chain(producers);
    let crates = service_crates(topology);
    let executables: BTreeMap<&ServiceName, &str> =
        crates.iter().map(|packages| (&packages.service, packages.binary.as_str())).collect();
    services
        .flat_map(|(name, count, is_producer)| {
            let executable = executables.get(name).copied().unwrap_or(name.as_str()).to_owned();
            of_service(name, executable, count, is_producer)
        })
        .collect()
}

fn of_service(
    name: &ServiceName,
    executable: String,
    count: NonZeroU32,
    is_producer: bool,
) -> impl Iterator<Item = Instance> {
    (1..=count.get()).map(move |number| Instance {
        name: if count.get() == 1 { name.to_string() } else { format!("{name}-{number}") },
        service: name.clone(),
        executable: executable.clone(),
        number,
        is_producer,
    })
}

/// What all services share.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) root: &'a Path,
    pub(crate) built: &'a Built,
    /// Variables that say how to reach the environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// Processes that must be ready before any service.
    pub(crate) infrastructure: Vec<String>,
}

/// One specification for each instance. `port` gives the planned port of a process.
pub(crate) fn specs(
    instances: &[Instance],
    surroundings: &Surroundings<'_>,
    port: impl Fn(&str) -> Option<u16>,
) -> Result<Vec<ProcessSpec>, Failure> {
    let readers: Vec<String> =
        instances.iter().filter(|instance| !instance.is_producer).map(|instance| instance.name.clone()).collect();
    instances.iter().map(|instance| spec(instance, surroundings, &readers, port(&instance.name))).collect()
}

fn spec(
    instance: &Instance,
    surroundings: &Surroundings<'_>,
    readers: &[String],
    port: Option<u16>,
) -> Result<ProcessSpec, Failure> {
    let program = surroundings.built.executables.get(&instance.executable).ok_or_else(|| no_executable(instance))?;
    let mut spec = ProcessSpec::new(&instance.name, Kind::Service, program);
    spec.cwd = Some(surroundings.root.to_owned());
    spec.env = surroundings.environment.clone();
    spec.env.insert("TOPOLOGY_INSTANCE".to_owned(), (instance.number - 1).to_string());
    if let Some(port) = port {
        spec.env.insert("TOPOLOGY_HTTP_LISTEN".to_owned(), format!("127.0.0.1:{port}"));
        spec.probe = Probe::Http { url: format!("http://127.0.0.1:{port}/ready") };
        spec.ports = vec![Port { label: "http".to_owned(), number: port }];
    }
    spec.depends_on.clone_from(&surroundings.infrastructure);
    if instance.is_producer {
        spec.depends_on.extend_from_slice(readers);
    }
    spec.fingerprint = fingerprint(program, &spec)?;
    Ok(spec)
}

/// Changes when the executable was linked again or the environment differs. A hash, because the environment may hold
/// passwords and fingerprints are written to disk.
fn fingerprint(program: &PathBuf, spec: &ProcessSpec) -> Result<String, Failure> {
    let lost = |error: std::io::Error| Failure::world(format!("`{}` is gone", program.display())).because(&error);
    let metadata = std::fs::metadata(program).map_err(lost)?;
    let modified = metadata.modified().map_err(lost)?.duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut hasher = DefaultHasher::new();
    (program, metadata.len(), modified, &spec.env).hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

fn no_executable(instance: &Instance) -> Failure {
    let (service, executable) = (&instance.service, &instance.executable);
    Failure::findings(format!("the workspace builds no executable `{executable}`"))
        .help(format!("keep the package in services/{service}, or delete that folder and run `topology generate`"))
}
