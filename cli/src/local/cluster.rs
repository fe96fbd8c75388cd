//! Brokers and registry as process specifications.

use std::collections::BTreeMap;
use std::time::Duration;

use launch::distribution::Distribution;
use launch::folder::EnvironmentFolder;
use launch::kafka::{self, ClusterSpec};
use launch::ports::PortPlan;
use launch::proc::identity::RunId;
use launch::supervisor::{Check, Port, Probe};
use launch::{Kind, ProcessSpec};
use provision::Connection;
use topology::ir::{Cluster, Coordination, Environment, Registry};

use crate::connect;
use crate::failure::Failure;
use crate::local::{Endpoints, REGISTRY, embedded, failed};
use crate::terminal::Terminal;

/// How long brokers that answer may take until they know each other, and how often they are asked.
const AGREEMENT_LIMIT: Duration = Duration::from_secs(30);
const AGREEMENT_PAUSE: Duration = Duration::from_millis(100);

/// The Apache Kafka that `up` starts for an environment; none where there is another cluster.
pub(crate) fn spec(environment: &Environment) -> Result<Option<ClusterSpec>, launch::Error> {
    let Cluster::Kafka(cluster) = &environment.cluster else {
        return Ok(None);
    };
    let coordination = match cluster.coordination.value {
        Coordination::Kraft => kafka::Coordination::Kraft,
        Coordination::Zookeeper => kafka::Coordination::ZooKeeper,
    };
    let brokers = u8::try_from(cluster.brokers.value.get()).unwrap_or(u8::MAX);
    let version = cluster.version.value.parse()?;
    Ok(Some(ClusterSpec { version, brokers, coordination, config: BTreeMap::new() }))
}

/// The processes that services need, and where these reach them.
#[derive(Clone, Debug)]
pub(crate) struct Infrastructure {
    pub(crate) processes: Vec<ProcessSpec>,
    pub(crate) endpoints: Endpoints,
}

/// Prepares the cluster and describes its processes and the registry's.
pub(crate) async fn prepare(
    environment: &Environment,
    folder: &EnvironmentFolder,
    run: &RunId,
    ports: &PortPlan,
    terminal: Terminal,
) -> Result<Infrastructure, Failure> {
    let mut processes = Vec::new();
    let mut bootstrap_servers = Vec::new();
    let cannot = |error: launch::Error| failed("Apache Kafka could not be prepared", &error);
    if let Some(spec) = spec(environment).map_err(cannot)? {
        let progress = |line: &str| terminal.step("Kafka", line);
        let distribution = Distribution::find(&spec.version, run, &progress).await.map_err(cannot)?;
        let setup = kafka::Setup { folder, run, spec: &spec, distribution: &distribution, ports, progress: &progress };
        let cluster = kafka::prepare(&setup).await.map_err(cannot)?;
        bootstrap_servers = cluster.brokers().iter().map(|broker| broker.address.clone()).collect();
        processes = cluster.processes(|broker| probe(&broker.address));
    }
    match &environment.cluster {
        Cluster::Embedded(cluster) => {
            bootstrap_servers = embedded::addresses(cluster, ports);
            processes.push(embedded::process(cluster, folder, ports)?);
        }
        Cluster::Kafka(_) => {}
        Cluster::External(cluster) => bootstrap_servers.clone_from(&cluster.bootstrap_servers.value),
    }
    let registry_url = registry_url(environment, ports);
    let endpoints = Endpoints { bootstrap_servers, registry_url };
    if let (Registry::Local, Some(port)) = (&environment.registry, ports.get(REGISTRY)) {
        let brokers = processes.iter().filter(|process| process.kind == Kind::Broker);
        let depends_on = brokers.map(|process| process.name.clone()).collect();
        processes.push(registry_process(&endpoints.bootstrap_servers, port, depends_on)?);
    }
    Ok(Infrastructure { processes, endpoints })
}

/// The check behind the probe of brokers, by its label: their addresses with commas. They know a controller, and as many
/// brokers as are named.
pub(crate) fn probe(addresses: &str) -> Probe {
    let servers: Vec<String> = addresses.split(',').map(str::to_owned).collect();
    let count = servers.len();
    let connection = Connection::local(servers, None);
    Probe::custom(addresses, move || {
        let connection = connection.clone();
        async move { provision::probe(&connection, count).await }
    })
}

/// Waits until every broker knows all the others: each is ready by itself a moment earlier.
pub(crate) async fn agrees(endpoints: &Endpoints) -> Result<(), Failure> {
    let connection = connect::local(endpoints);
    let deadline = tokio::time::Instant::now() + AGREEMENT_LIMIT;
    loop {
        match provision::probe(&connection, endpoints.bootstrap_servers.len()).await {
            Ok(()) => return Ok(()),
            Err(reason) if tokio::time::Instant::now() >= deadline => {
                return Err(Failure::world(format!("the brokers do not form one cluster: {reason}"))
                    .help("`topology logs` shows what each of them wrote"));
            }
            Err(_) => tokio::time::sleep(AGREEMENT_PAUSE).await,
        }
    }
}

/// The probe of a broker for a specification that came over the control socket, where checks cannot travel.
pub(crate) fn rebuild_probe(label: &str) -> Option<Check> {
    match probe(label) {
        Probe::Custom(custom) => Some(custom.check),
        _ => None,
    }
}

fn registry_url(environment: &Environment, ports: &PortPlan) -> Option<String> {
    match &environment.registry {
        Registry::Local => ports.get(REGISTRY).map(|port| format!("http://127.0.0.1:{port}")),
        Registry::External { url, .. } => Some(url.value.clone()),
        Registry::Absent => None,
    }
}

/// The path of this program, which serves the registry and the embedded cluster too.
pub(crate) fn this_program() -> Result<std::path::PathBuf, Failure> {
    std::env::current_exe().map_err(|error| Failure::world("the path of this program is not known").because(&error))
}

fn registry_process(servers: &[String], port: u16, depends_on: Vec<String>) -> Result<ProcessSpec, Failure> {
    let program = this_program()?;
    let listen = format!("127.0.0.1:{port}");
    let mut spec = ProcessSpec::new(REGISTRY, Kind::Registry, program);
    spec.args = ["registry", "serve", "--bootstrap-servers", &servers.join(","), "--listen", &listen]
        .map(str::to_owned)
        .to_vec();
    spec.env = BTreeMap::from([("NO_COLOR".to_owned(), "1".to_owned())]);
    spec.probe = Probe::Http { url: format!("http://{listen}/health/ready") };
    spec.ports = vec![Port { label: "http".to_owned(), number: port }];
    spec.depends_on = depends_on;
    spec.fingerprint = format!("{} {}", env!("CARGO_PKG_VERSION"), spec.args.join(" "));
    Ok(spec)
}
