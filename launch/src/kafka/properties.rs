//! The configuration files of nodes, as text.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::layout::{BrokerNode, DATA, Layout, ZooKeeperNode};
use super::{ClusterSpec, Coordination};
use crate::distribution::KafkaVersion;

/// `server.properties` of a broker. Settings of the person win over all but the ones that say where the node is.
pub(super) fn broker(spec: &ClusterSpec, layout: &Layout, node: &BrokerNode) -> String {
    let mut settings = BTreeMap::new();
    let mut set = |key: &str, value: String| settings.insert(key.to_owned(), value);
    for (key, value) in SMALL {
        set(key, (*value).to_owned());
    }
    let replicas = spec.brokers.min(3);
    let in_sync = if replicas >= 3 { 2 } else { 1 };
    set("default.replication.factor", replicas.to_string());
    set("min.insync.replicas", in_sync.to_string());
    set("offsets.topic.replication.factor", replicas.to_string());
    set("transaction.state.log.replication.factor", replicas.to_string());
    set("transaction.state.log.min.isr", in_sync.to_string());
    if spec.version.major() >= 4 {
        set("share.coordinator.state.topic.replication.factor", replicas.to_string());
        set("share.coordinator.state.topic.min.isr", in_sync.to_string());
    }
    set("broker.rack", format!("az-{}", (node.id - 1) % 3 + 1));
    settings.extend(spec.config.clone());
    settings.extend(place(spec, layout, node));
    render(&settings)
}

/// What makes a broker small and quick. Kafka's own tests use the same values for the internal topics and the cleaner,
/// whose default buffer alone (128 MiB) would fill the heap.
const SMALL: &[(&str, &str)] = &[
    ("auto.create.topics.enable", "false"),
    ("background.threads", "2"),
    // A broker that is started again waits until the session of its former life is over: 9 s by default.
    ("broker.heartbeat.interval.ms", "1000"),
    ("broker.session.timeout.ms", "4000"),
    // The last node of a cluster that stops cannot ask anyone for permission, and would wait for it.
    ("controlled.shutdown.enable", "false"),
    ("group.initial.rebalance.delay.ms", "0"),
    ("log.cleaner.dedupe.buffer.size", "2097152"),
    ("num.io.threads", "4"),
    ("num.network.threads", "2"),
    ("num.partitions", "3"),
    ("offsets.topic.num.partitions", "5"),
    ("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector"),
    ("transaction.state.log.num.partitions", "5"),
];

/// Who the node is, where its data is, and where it listens.
fn place(spec: &ClusterSpec, layout: &Layout, node: &BrokerNode) -> BTreeMap<String, String> {
    let client = format!("PLAINTEXT://{}", node.address());
    let mut settings = BTreeMap::from([
        // Relative to the working folder: a list of folders could not hold a path with a comma.
        ("log.dirs".to_owned(), DATA.to_owned()),
        ("inter.broker.listener.name".to_owned(), "PLAINTEXT".to_owned()),
    ]);
    let mut set = |key: &str, value: String| settings.insert(key.to_owned(), value);
    let Some(controller) = node.controller.filter(|_| spec.coordination == Coordination::Kraft) else {
        let ensemble: Vec<String> = layout.zookeepers.iter().map(ZooKeeperNode::address).collect();
        set("broker.id", node.id.to_string());
        set("zookeeper.connect", format!("{}/topology", ensemble.join(",")));
        set("zookeeper.connection.timeout.ms", "18000".to_owned());
        // As above; with ZooKeeper the broker does not wait but ends, and is started until it is let in.
        set("zookeeper.session.timeout.ms", "6000".to_owned());
        set("listeners", client.clone());
        set("advertised.listeners", client);
        return settings;
    };
    let voter = |node: &BrokerNode| node.controller.map(|port| format!("{}@127.0.0.1:{port}", node.id));
    let voters: Vec<String> = layout.brokers.iter().filter_map(voter).collect();
    let listeners = format!("{client},CONTROLLER://127.0.0.1:{controller}");
    set("node.id", node.id.to_string());
    set("process.roles", "broker,controller".to_owned());
    set("controller.quorum.voters", voters.join(","));
    set("controller.listener.names", "CONTROLLER".to_owned());
    set("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT".to_owned());
    set("advertised.listeners", if spec.version.advertises_controllers() { listeners.clone() } else { client });
    set("listeners", listeners);
    settings
}

/// `zookeeper.properties` of a node of an ensemble.
pub(super) fn zookeeper(layout: &Layout, node: &ZooKeeperNode) -> String {
    let mut settings: BTreeMap<String, String> = BTreeMap::from(
        [
            ("4lw.commands.whitelist", "srvr,ruok,mntr"),
            ("admin.enableServer", "false"),
            ("clientPortAddress", "127.0.0.1"),
            ("initLimit", "10"),
            ("maxClientCnxns", "0"),
            ("syncLimit", "5"),
            ("tickTime", "2000"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned())),
    );
    settings.insert("clientPort".to_owned(), node.client.to_string());
    settings.insert("dataDir".to_owned(), format!("./{DATA}"));
    for peer in &layout.zookeepers {
        settings.insert(format!("server.{}", peer.id), format!("127.0.0.1:{}:{}", peer.peer, peer.election));
    }
    render(&settings)
}

/// The name and content of the logging configuration: warnings to standard output, and what a person may want to know.
pub(super) fn logging(version: &KafkaVersion) -> (&'static str, &'static str) {
    if version.has_zookeeper() { ("log4j.properties", LOG4J_1) } else { ("log4j2.properties", LOG4J_2) }
}

/// Nodes that wait for each other are not worth a line each time: what does not start in the end is told by its probe.
const LOG4J_1: &str = "\
log4j.rootLogger=WARN, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d{ISO8601} %-5p %m (%c{1})%n
log4j.logger.kafka.server.KafkaServer=INFO
log4j.logger.kafka.controller=ERROR
log4j.logger.org.apache.kafka.clients.NetworkClient=ERROR
log4j.logger.org.apache.zookeeper=ERROR
";

const LOG4J_2: &str = "\
status=error
appender.stdout.type=Console
appender.stdout.name=stdout
appender.stdout.layout.type=PatternLayout
appender.stdout.layout.pattern=%d{ISO8601} %-5p %m (%c{1})%n%throwable
rootLogger.level=warn
rootLogger.appenderRef.stdout.ref=stdout
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
logger.network.name=org.apache.kafka.clients.NetworkClient
logger.network.level=error
# The last node to stop finds no other to hand its office to.
logger.raft.name=org.apache.kafka.raft
logger.raft.level=fatal
";

fn render(settings: &BTreeMap<String, String>) -> String {
    let mut text = String::from("# Written by topology on every start. Change the manifest instead.\n");
    for (key, value) in settings {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}={}", escaped(key), escaped(value));
    }
    text
}

/// In Java's properties a backslash starts an escape, and only ASCII is safe in every version.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => result.push_str("\\\\"),
            '\n' => result.push_str("\\n"),
            ' '..='~' => result.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(result, "\\u{unit:04x}");
                }
            }
        }
    }
    result
}
