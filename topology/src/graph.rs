//! A picture of the whole system: who runs where, who writes and reads what, with which schema.
//!
//! [`graph()`] decides what is in the picture and in which order; `mermaid` and `dot` only write it down. The order
//! is that of the manifest, so that a picture changes where the manifest did.

mod dot;
mod mermaid;
#[cfg(test)]
mod tests;

use crate::ir::{
    Cluster, Coordination, EmbeddedCluster, Environment, ExternalCluster, KafkaCluster, Payload, Processor, Registry,
    Topic, TopicId, Topology,
};

/// Nodes in groups, and the edges between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Graph {
    /// The title of the picture.
    pub title: String,
    /// The groups, each drawn as a box.
    pub groups: Vec<Group>,
    /// The edges.
    pub edges: Vec<Edge>,
}

/// Nodes that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The identifier of the box.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What is in it; never empty.
    pub nodes: Vec<Node>,
}

/// One thing in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its identifier, made of letters, digits and underscores; unique in the picture.
    pub id: String,
    /// What it is.
    pub kind: NodeKind,
    /// Its name, and a second line about it.
    pub label: [String; 2],
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A broker, or a cluster whose brokers are not known one by one.
    Broker,
    /// Who coordinates the brokers.
    Coordination,
    /// A schema registry.
    Registry,
    /// A topic.
    Topic,
    /// A producer.
    Producer,
    /// A consumer.
    Consumer,
    /// A processor.
    Processor,
}

/// An arrow between two nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The identifier of the node that it starts at.
    pub from: String,
    /// The identifier of the node that it points to.
    pub to: String,
    /// What flows: the schema of the values.
    pub label: String,
    /// What kind of arrow.
    pub kind: EdgeKind,
}

/// What an arrow means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeKind {
    /// Records.
    Records,
    /// Schemas and the state of the cluster: drawn thinner.
    Control,
}

/// The picture of a topology in one of its environments.
pub fn graph(topology: &Topology, environment: &Environment) -> Graph {
    let mut groups = vec![cluster(environment)];
    groups.extend(registry(environment));
    groups.push(Group { id: "topics", title: "topics".to_owned(), nodes: topology.topics().map(topic).collect() });
    groups.push(Group { id: "services", title: "services".to_owned(), nodes: services(topology) });
    groups.retain(|group| !group.nodes.is_empty());
    let mut edges = control(environment);
    edges.extend(records(topology));
    Graph { title: format!("{} on {}", topology.name, environment.name), groups, edges }
}

impl Graph {
    /// The picture as a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        mermaid::write(self)
    }

    /// The picture in Graphviz' DOT language.
    pub fn dot(&self) -> String {
        dot::write(self)
    }
}

fn node(id: String, kind: NodeKind, name: impl Into<String>, about: String) -> Node {
    Node { id, kind, label: [name.into(), about] }
}

fn cluster(environment: &Environment) -> Group {
    let (title, nodes) = match &environment.cluster {
        Cluster::Embedded(cluster) => embedded(cluster),
        Cluster::Kafka(cluster) => local(cluster),
        Cluster::External(cluster) => external(cluster),
    };
    Group { id: "cluster", title, nodes }
}

fn embedded(cluster: &EmbeddedCluster) -> (String, Vec<Node>) {
    let nodes = brokers(cluster.brokers.value.get(), |number| format!("rack az-{number}"));
    ("embedded Kafka cluster, one process".to_owned(), nodes)
}

/// A node for each broker; a picture of very many shows nothing more.
fn brokers(count: u32, about: impl Fn(u32) -> String) -> Vec<Node> {
    const DRAWN: u32 = 16;
    let broker = |number| node(format!("broker_{number}"), NodeKind::Broker, format!("broker {number}"), about(number));
    let mut nodes: Vec<Node> = (1..=count.min(DRAWN)).map(broker).collect();
    if count > DRAWN {
        let more = format!("{} more brokers", count - DRAWN);
        nodes.push(node("more_brokers".to_owned(), NodeKind::Broker, more, "like these".to_owned()));
    }
    nodes
}

fn local(cluster: &KafkaCluster) -> (String, Vec<Node>) {
    let is_kraft = cluster.coordination.value == Coordination::Kraft;
    let role = if is_kraft { "broker and controller" } else { "broker" };
    let mut nodes = brokers(cluster.brokers.value.get(), |_| role.to_owned());
    let (name, about) = if is_kraft { ("KRaft", "quorum of the brokers") } else { ("ZooKeeper", "ensemble of 3") };
    nodes.push(node("coordination".to_owned(), NodeKind::Coordination, name, about.to_owned()));
    (format!("Apache Kafka {}", cluster.version), nodes)
}

fn external(cluster: &ExternalCluster) -> (String, Vec<Node>) {
    let nodes = cluster.bootstrap_servers.value.iter().enumerate().map(|(index, server)| {
        node(format!("broker_{}", index + 1), NodeKind::Broker, server, "bootstrap server".to_owned())
    });
    let title = match &cluster.brokers {
        Some(brokers) => format!("Kafka, {brokers} brokers"),
        None => "Kafka".to_owned(),
    };
    (title, nodes.collect())
}

fn registry(environment: &Environment) -> Option<Group> {
    let about = match &environment.registry {
        Registry::Local => "on topic _schemas".to_owned(),
        Registry::External { url, .. } => url.value.clone(),
        Registry::Absent => return None,
    };
    let node = node("registry".to_owned(), NodeKind::Registry, "schema registry", about);
    Some(Group { id: "contracts", title: "contracts".to_owned(), nodes: vec![node] })
}

fn topic((id, topic): (TopicId, &Topic)) -> Node {
    let plural = |count: u32, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let partitions = plural(topic.partitions.value.get(), "partition");
    let replicas = plural(topic.replication_factor.value.get(), "replica");
    node(topic_id(id), NodeKind::Topic, topic.name.as_str(), format!("{partitions}, {replicas}"))
}

fn topic_id(id: TopicId) -> String {
    format!("topic_{}", id.index() + 1)
}

fn services(topology: &Topology) -> Vec<Node> {
    let about = |noun: &str, instances: u32| {
        if instances == 1 { noun.to_owned() } else { format!("{noun}, {instances} instances") }
    };
    let producers = topology.producers.iter().enumerate().map(|(index, service)| {
        let about = about("producer", service.instances.get());
        node(format!("producer_{}", index + 1), NodeKind::Producer, service.name.as_str(), about)
    });
    let processors = topology.processors.iter().enumerate().map(|(index, service)| {
        let about = about("processor", service.instances.get());
        node(format!("processor_{}", index + 1), NodeKind::Processor, service.name.as_str(), about)
    });
    let consumers = topology.consumers.iter().enumerate().map(|(index, service)| {
        let about = about("consumer", service.instances.get());
        node(format!("consumer_{}", index + 1), NodeKind::Consumer, service.name.as_str(), about)
    });
    producers.chain(processors).chain(consumers).collect()
}

/// Who coordinates the brokers, and where the registry keeps its log.
fn control(environment: &Environment) -> Vec<Edge> {
    let edge = |from: &str, to: &str, label: &str| Edge {
        from: from.to_owned(),
        to: to.to_owned(),
        label: label.to_owned(),
        kind: EdgeKind::Control,
    };
    let mut edges = Vec::new();
    if let Cluster::Kafka(_) = &environment.cluster {
        let brokers = cluster(environment).nodes;
        let brokers = brokers.iter().filter(|node| node.kind == NodeKind::Broker);
        edges.extend(brokers.map(|broker| edge("coordination", &broker.id, "")));
    }
    if let Registry::Local = environment.registry {
        edges.push(edge("registry", "broker_1", "_schemas"));
    }
    edges
}

fn records(topology: &Topology) -> Vec<Edge> {
    let edge = |from: String, to: String, topic: TopicId| Edge {
        from,
        to,
        label: values(topology, topic),
        kind: EdgeKind::Records,
    };
    let mut edges = Vec::new();
    for (index, producer) in topology.producers.iter().enumerate() {
        let topics = producer.topics.iter().map(|topic| topic.value);
        edges.extend(topics.map(|topic| edge(format!("producer_{}", index + 1), topic_id(topic), topic)));
    }
    for (index, processor) in topology.processors.iter().enumerate() {
        let service = || format!("processor_{}", index + 1);
        edges.extend(distinct(sources(processor)).map(|topic| edge(topic_id(topic), service(), topic)));
        edges.extend(distinct(sinks(processor)).map(|topic| edge(service(), topic_id(topic), topic)));
    }
    for (index, consumer) in topology.consumers.iter().enumerate() {
        let topics = consumer.topics.iter().map(|topic| topic.value);
        edges.extend(topics.map(|topic| edge(topic_id(topic), format!("consumer_{}", index + 1), topic)));
    }
    edges
}

fn sources(processor: &Processor) -> Vec<TopicId> {
    processor.sources().map(|topic| topic.value).collect()
}

fn sinks(processor: &Processor) -> Vec<TopicId> {
    processor.sinks().map(|topic| topic.value).collect()
}

/// Each topic once: two stages of one processor are one arrow.
fn distinct(topics: Vec<TopicId>) -> impl Iterator<Item = TopicId> {
    let mut seen = std::collections::BTreeSet::new();
    topics.into_iter().filter(move |topic| seen.insert(*topic))
}

fn values(topology: &Topology, topic: TopicId) -> String {
    match topology[topic].value.value {
        Payload::Nothing => "null".to_owned(),
        Payload::Bytes => "bytes".to_owned(),
        Payload::String => "string".to_owned(),
        Payload::Int => "int".to_owned(),
        Payload::Long => "long".to_owned(),
        Payload::Schema(schema) => topology[schema].name.to_string(),
        Payload::OneOf(choice) => {
            let names = topology[choice].schemas.iter().map(|schema| topology[schema.value].name.as_str());
            names.collect::<Vec<_>>().join(", ")
        }
    }
}
