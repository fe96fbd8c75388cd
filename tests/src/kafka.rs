//! Apache Kafka 4.3.1: its jars, and three combined nodes that end with the value that holds them.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use launch::distribution::Distribution;
use launch::proc::identity::RunId;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use tempfile::TempDir;

use crate::poll;

/// The version that the embedded cluster is compared with.
const VERSION: &str = "4.3.1";
/// Any 16 bytes, in URL-safe base64.
const CLUSTER_ID: &str = "ZGlmZmVyZW50aWFsLS0tMQ";
/// How many seconds the nodes may take to form a cluster.
const PATIENCE: u64 = 90;

/// What the embedded cluster has to be given to be like this one.
pub const SETTINGS: &[(&str, &str)] = &[
    ("allow.everyone.if.no.acl.found", "true"),
    ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
    ("auto.create.topics.enable", "false"),
    ("default.replication.factor", "3"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("min.insync.replicas", "2"),
    ("num.partitions", "3"),
    ("offsets.topic.num.partitions", "5"),
    ("offsets.topic.replication.factor", "3"),
    ("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector"),
    ("share.coordinator.state.topic.min.isr", "2"),
    ("share.coordinator.state.topic.num.partitions", "5"),
    ("share.coordinator.state.topic.replication.factor", "3"),
    ("super.users", "User:ANONYMOUS"),
    ("transaction.state.log.min.isr", "2"),
    ("transaction.state.log.num.partitions", "5"),
    ("transaction.state.log.replication.factor", "3"),
];

/// The listener besides `PLAINTEXT` at which clients say who they are: what both clusters are given for it.
pub const SASL: &[(&str, &str)] = &[
    (
        "listener.name.sasl.plain.sasl.jaas.config",
        "org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"alice-secret\" \
         user_bob=\"bob-secret\";",
    ),
    (
        "listener.name.sasl.scram-sha-256.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    ),
    (
        "listener.name.sasl.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    ),
    ("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512"),
];

/// What only keeps the Java processes small.
const SMALL: &[(&str, &str)] = &[
    ("background.threads", "2"),
    ("log.cleaner.dedupe.buffer.size", "2097152"),
    ("num.io.threads", "4"),
    ("num.network.threads", "2"),
];

/// Three running nodes.
#[derive(Debug)]
pub struct Kafka {
    nodes: Vec<Child>,
    addresses: Vec<String>,
    sasl_addresses: Vec<String>,
    _folder: TempDir,
}

impl Kafka {
    /// Starts three nodes and waits until they are one cluster.
    ///
    /// # Panics
    ///
    /// If Kafka cannot be had or does not start.
    pub fn start() -> Self {
        let distribution = distribution();
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let ports = free_ports::<9>();
        let (clients, rest) = ports.split_at(3);
        let (sasl, controllers) = rest.split_at(3);
        let voters: Vec<String> = (1..).zip(controllers).map(|(id, port)| format!("{id}@127.0.0.1:{port}")).collect();
        let configs: Vec<_> = (0..3)
            .map(|index| {
                let path = folder.path().join(format!("{}.properties", index + 1));
                let ports = [clients[index], sasl[index], controllers[index]];
                let place = place(index + 1, ports, &voters.join(","), folder.path());
                fs::write(&path, place).expect("a temporary folder is writable");
                path
            })
            .collect();
        let java = |log: &Path| {
            let out = fs::File::create(log).expect("a temporary folder is writable");
            let mut command = Command::new(&distribution.java.program);
            command.args([
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                &distribution.class_path(),
            ]);
            command.stdin(Stdio::null()).stderr(out.try_clone().expect("a file can be shared")).stdout(out);
            command
        };
        for config in &configs {
            let log = config.with_extension("format.log");
            let mut format = java(&log);
            format.args(["kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c"]).arg(config);
            let status = format.status().expect("java starts");
            assert!(status.success(), "{}", fs::read_to_string(&log).unwrap_or_default());
        }
        let nodes = configs.iter().map(|config| {
            java(&config.with_extension("log")).arg("kafka.Kafka").arg(config).spawn().expect("java starts")
        });
        let nodes = nodes.collect();
        let addresses = |ports: &[u16]| ports.iter().map(|port| format!("127.0.0.1:{port}")).collect();
        let kafka = Self { nodes, addresses: addresses(clients), sasl_addresses: addresses(sasl), _folder: folder };
        kafka.wait();
        kafka
    }

    /// The brokers' addresses, in the order of their ids.
    pub fn addresses(&self) -> &[String] {
        &self.addresses
    }

    /// The brokers' addresses for clients that say who they are with SASL, in the order of their ids.
    pub fn sasl_addresses(&self) -> &[String] {
        &self.sasl_addresses
    }

    /// The nodes' processes.
    pub fn pids(&self) -> Vec<u32> {
        self.nodes.iter().map(Child::id).collect()
    }

    /// Waits until every broker answers and knows all three.
    fn wait(&self) {
        for address in &self.addresses {
            let client: BaseConsumer =
                ClientConfig::new().set("bootstrap.servers", address).create().expect("a client can be made");
            poll::until(&format!("Apache Kafka at {address}"), PATIENCE, || {
                match client.fetch_metadata(None, Duration::from_secs(1)) {
                    Ok(metadata) if metadata.brokers().len() == 3 => Ok(()),
                    Ok(metadata) => Err(format!("{} brokers", metadata.brokers().len())),
                    Err(error) => Err(error.to_string()),
                }
            });
        }
    }
}

impl Drop for Kafka {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            // Nothing of it is kept, so nothing needs to be closed in order.
            drop(node.kill());
            drop(node.wait());
        }
    }
}

/// Kafka's jars and a Java: of `KAFKA_HOME`, the cache, or Maven. Looked for once.
///
/// # Panics
///
/// If there is none to be had.
pub fn distribution() -> &'static Distribution {
    static FOUND: OnceLock<Distribution> = OnceLock::new();
    FOUND.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.expect("a runtime can be made");
        let version = VERSION.parse().expect("it is a version");
        let run = RunId::new().expect("a run has an id");
        let found = runtime.block_on(Distribution::find(&version, &run, &|_| {}));
        found.unwrap_or_else(|error| panic!("Apache Kafka {VERSION} is needed: {error}"))
    })
}

fn place(id: usize, [client, sasl, controller]: [u16; 3], voters: &str, folder: &Path) -> String {
    let listeners =
        format!("PLAINTEXT://127.0.0.1:{client},SASL://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}");
    let own = [
        ("advertised.listeners", listeners.clone()),
        ("broker.rack", format!("az-{id}")),
        ("controller.listener.names", "CONTROLLER".to_owned()),
        ("controller.quorum.voters", voters.to_owned()),
        ("inter.broker.listener.name", "PLAINTEXT".to_owned()),
        ("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL:SASL_PLAINTEXT".to_owned()),
        ("listeners", listeners),
        ("log.dirs", folder.join(format!("data-{id}")).to_string_lossy().into_owned()),
        ("node.id", id.to_string()),
        ("process.roles", "broker,controller".to_owned()),
    ];
    let shared = SETTINGS.iter().chain(SASL).chain(SMALL).map(|(key, value)| format!("{key}={value}\n"));
    own.iter().map(|(key, value)| format!("{key}={value}\n")).chain(shared).collect()
}

/// Ports that were free a moment ago, all different.
fn free_ports<const N: usize>() -> [u16; N] {
    let held: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free"));
    held.map(|listener| listener.local_addr().expect("it is bound").port())
}
