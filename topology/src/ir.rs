//! The resolved topology: the one value that lint, code generation, provisioning, graph and launch read.
//!
//! References are ids into the arenas of [`Topology`], defaults are explicit, units are typed, and every node knows
//! where it was written. A value that resolution could not make is not here: it is a finding, and the node that
//! needed it is left out, so that later rules speak only of what exists.

mod contract;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::time::Duration;

use indexmap::IndexMap;

use crate::expression::Expression;
use crate::name::{EnvironmentName, GroupId, ServiceName, StageName, TopicName, TopologyName};
use crate::source::{FileId, Location, Spanned};
use crate::template::Template;

pub use contract::{
    Choice, DataRule, Metadata, Mode, Reference, RuleKind, RuleMode, RuleSet, Schema, SchemaFile, SchemaKind, Settings,
    Side, Subject, SubjectNameStrategy,
};

/// A whole event-driven system.
#[derive(Clone, Debug)]
pub struct Topology {
    /// The prefix of crates and consumer groups.
    pub name: Spanned<TopologyName>,
    /// Where generated services take the runtime from.
    pub runtime: RuntimeSource,
    /// The clusters that it can run on; never empty, the first is the default.
    pub environments: Vec<Environment>,
    /// The schemas of `schemas`.
    pub schemas: Vec<Schema>,
    /// The files of those schemas and every file that they import.
    pub files: BTreeMap<FileId, SchemaFile>,
    /// Every Avro type of those files. Their places are those of [`Topology::avro_files`].
    pub avro: schema::avro::Schemas,
    /// The Avro files in the order of the places in [`Topology::avro`]; see [`Topology::avro_location`].
    pub avro_files: Vec<FileId>,
    /// The lists of schemas that keys and values of topics are.
    pub choices: Vec<Choice>,
    /// The topics of `topics`.
    pub topics: Vec<Topic>,
    /// The producers of `producers`.
    pub producers: Vec<Producer>,
    /// The consumers of `consumers`.
    pub consumers: Vec<Consumer>,
    /// The processors of `processors`.
    pub processors: Vec<Processor>,
}

macro_rules! id {
    ($(#[$doc:meta])* $id:ident, $node:ident, $arena:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $id(pub(crate) usize);

        impl $id {
            /// The position in the arena.
            pub fn index(self) -> usize {
                self.0
            }
        }

        impl std::ops::Index<$id> for Topology {
            type Output = $node;

            fn index(&self, id: $id) -> &$node {
                &self.$arena[id.0]
            }
        }
    };
}

id! {
    /// The identity of a [`Schema`].
    SchemaId, Schema, schemas
}
id! {
    /// The identity of a [`Choice`].
    ChoiceId, Choice, choices
}
id! {
    /// The identity of a [`Topic`].
    TopicId, Topic, topics
}

/// The position of a [`Stage`] in its processor's flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StageId(pub usize);

/// Where generated services take `topology-runtime` and `topology-codec` from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuntimeSource {
    /// Their source is written into `generated/`. The default.
    Vendored,
    /// A folder, relative to the manifest, that holds `runtime/` and `codec/`.
    Path(String),
}

/// A cluster and a registry that the topology can run on.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name.
    pub name: EnvironmentName,
    /// Where its name is written.
    pub declared: Location,
    /// The cluster.
    pub cluster: Cluster,
    /// The schema registry.
    pub registry: Registry,
}

/// A Kafka cluster.
#[derive(Clone, Debug)]
pub enum Cluster {
    /// This program's own cluster for development, started by `up` as one process.
    Embedded(EmbeddedCluster),
    /// Apache Kafka on this machine, started by `up`.
    Kafka(KafkaCluster),
    /// A cluster that somebody else runs.
    External(ExternalCluster),
}

/// This program's own cluster: one process that answers as all brokers, each in a rack of its own.
#[derive(Clone, Debug)]
pub struct EmbeddedCluster {
    /// How many brokers it answers as. Default: 3.
    pub brokers: Spanned<NonZeroU32>,
    /// Whether its data lives in memory only and is gone when it stops. Default: no.
    pub ephemeral: bool,
}

/// Apache Kafka on this machine.
#[derive(Clone, Debug)]
pub struct KafkaCluster {
    /// The version, such as `4.3.1`.
    pub version: Spanned<String>,
    /// How many brokers. Default: 3.
    pub brokers: Spanned<NonZeroU32>,
    /// Who coordinates them. Default: KRaft.
    pub coordination: Spanned<Coordination>,
}

/// Who coordinates the brokers of a local cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coordination {
    /// A Raft quorum of the brokers themselves (KIP-500).
    Kraft,
    /// A ZooKeeper ensemble of three; Kafka 3.x only.
    Zookeeper,
}

/// A cluster that somebody else runs.
#[derive(Clone, Debug)]
pub struct ExternalCluster {
    /// `host:port` of at least one broker.
    pub bootstrap_servers: Spanned<Vec<String>>,
    /// How to talk to it.
    pub security: Security,
    /// How many brokers it has, where the manifest says so (`brokers`), for checks against replication.
    pub brokers: Option<Spanned<NonZeroU32>>,
}

/// How clients talk to brokers.
#[derive(Clone, Debug)]
pub struct Security {
    /// `security.protocol`. Default: plaintext.
    pub protocol: SecurityProtocol,
    /// The SASL mechanism and credentials; present exactly if the protocol is a SASL one.
    pub sasl: Option<Sasl>,
    /// A PEM file of certificate authorities; the system's if absent.
    pub ca_file: Option<String>,
}

/// Kafka's `security.protocol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecurityProtocol {
    /// No encryption, no authentication.
    Plaintext,
    /// TLS.
    Ssl,
    /// SASL without encryption.
    SaslPlaintext,
    /// SASL over TLS.
    SaslSsl,
}

/// Kafka's `sasl.mechanism` and its credentials.
#[derive(Clone, Debug)]
pub struct Sasl {
    /// The mechanism.
    pub mechanism: SaslMechanism,
    /// The user name.
    pub username: Template,
    /// The password.
    pub password: Template,
}

/// Kafka's `sasl.mechanism`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaslMechanism {
    /// `PLAIN`
    Plain,
    /// `SCRAM-SHA-256`
    ScramSha256,
    /// `SCRAM-SHA-512`
    ScramSha512,
}

/// A schema registry.
#[derive(Clone, Debug)]
pub enum Registry {
    /// Ours, started by `up` over the environment's cluster.
    Local,
    /// One that somebody else runs.
    External {
        /// Its base URL.
        url: Spanned<String>,
        /// Basic authentication.
        credentials: Option<(Template, Template)>,
    },
    /// None: schemas are not registered. Only where no topic needs one.
    Absent,
}

/// A topic.
#[derive(Clone, Debug)]
pub struct Topic {
    /// Its name.
    pub name: TopicName,
    /// Where its name is written.
    pub declared: Location,
    /// What people should know.
    pub doc: Option<String>,
    /// The producer or team that answers for it.
    pub owner: Option<Spanned<String>>,
    /// What keys are.
    pub key: Spanned<Payload>,
    /// What values are.
    pub value: Spanned<Payload>,
    /// How the subjects of keys are named. Default: by topic.
    pub key_strategy: Spanned<SubjectNameStrategy>,
    /// How the subjects of values are named. Default: by topic.
    pub value_strategy: Spanned<SubjectNameStrategy>,
    /// Where the manifest asks for brokers to refuse records that are not of the schema (`validate: true`).
    pub validate: Option<Location>,
    /// Whether values may be null (tombstones): true exactly if `cleanup.policy` holds `compact`.
    pub tombstones: bool,
    /// The number of partitions. Default: 1.
    pub partitions: Spanned<NonZeroU32>,
    /// The number of replicas. Default: 3.
    pub replication_factor: Spanned<NonZeroU32>,
    /// Kafka's topic configuration, keys and values as Kafka writes them, from `config`, `retention` and `cleanup`.
    pub config: IndexMap<String, Spanned<String>>,
}

/// What the bytes of a key or value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// Nothing: always null. The default for keys.
    Nothing,
    /// Bytes as they are.
    Bytes,
    /// UTF-8 text.
    String,
    /// 32 bits, big endian (Kafka's `IntegerSerializer`).
    Int,
    /// 64 bits, big endian (Kafka's `LongSerializer`).
    Long,
    /// A record of a schema in the registry's framing.
    Schema(SchemaId),
    /// A record of one of several schemas in the registry's framing.
    OneOf(ChoiceId),
}

/// A service that writes topics.
#[derive(Clone, Debug)]
pub struct Producer {
    /// Its name.
    pub name: ServiceName,
    /// Where its name is written.
    pub declared: Location,
    /// What people should know.
    pub doc: Option<String>,
    /// What it writes; not empty.
    pub topics: Vec<Spanned<TopicId>>,
    /// How many processes run it. Default: 1.
    pub instances: NonZeroU32,
}

/// A service that reads topics.
#[derive(Clone, Debug)]
pub struct Consumer {
    /// Its name.
    pub name: ServiceName,
    /// Where its name is written.
    pub declared: Location,
    /// What people should know.
    pub doc: Option<String>,
    /// What it reads; not empty.
    pub topics: Vec<Spanned<TopicId>>,
    /// Its consumer group. Default: `<topology>-<name>`.
    pub group: GroupId,
    /// Where a group without offsets begins. Default: earliest.
    pub start: Start,
    /// How many processes run it. Default: 1.
    pub instances: NonZeroU32,
    /// What a failing record leads to.
    pub on_error: OnError,
}

/// Kafka's `auto.offset.reset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// With the oldest record.
    Earliest,
    /// With the next record.
    Latest,
}

/// What a failing record leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnError {
    /// How often a handler is called again. Default: 5. A record that cannot be decoded is never retried.
    pub retries: u32,
    /// The pause before the first retry; it doubles from there. Default: 200 ms.
    pub backoff_min: Duration,
    /// The longest pause. Default: 30 s.
    pub backoff_max: Duration,
    /// What happens when the retries are used up. Default: stop.
    pub then: Then,
}

/// What happens to a record that failed for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The service stops with an error that names the record; nothing is committed past it.
    Stop,
    /// The record is logged and counted, and the next one follows.
    Skip,
}

/// A service that reads topics and writes topics through a declared flow.
#[derive(Clone, Debug)]
pub struct Processor {
    /// Its name.
    pub name: ServiceName,
    /// Where its name is written.
    pub declared: Location,
    /// What people should know.
    pub doc: Option<String>,
    /// Its consumer group. Default: `<topology>-<name>`.
    pub group: GroupId,
    /// Where a group without offsets begins. Default: earliest.
    pub start: Start,
    /// How many processes run it. Default: 1.
    pub instances: NonZeroU32,
    /// What a failing record leads to.
    pub on_error: OnError,
    /// The stages; every stage comes after the one that it reads.
    pub flow: Vec<Stage>,
}

/// One step of a flow.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name.
    pub name: StageName,
    /// Where its name is written.
    pub declared: Location,
    /// What it does.
    pub operation: Operation,
    /// What keys are after it.
    pub key: Payload,
    /// What values are after it.
    pub value: Payload,
}

/// What a stage does.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Reads a topic.
    Source {
        /// The topic.
        topic: Spanned<TopicId>,
    },
    /// Passes on what an expression holds for.
    Filter {
        /// The stage that it reads.
        from: Spanned<StageId>,
        /// A Rust expression of type `bool`.
        predicate: Expression,
    },
    /// Makes a new value of each value.
    Map {
        /// The stage that it reads.
        from: Spanned<StageId>,
        /// How.
        mapping: Mapping,
        /// The schema of the new value (`into`).
        into: Spanned<SchemaId>,
    },
    /// Writes a topic.
    Sink {
        /// The stage that it reads.
        from: Spanned<StageId>,
        /// The topic.
        topic: Spanned<TopicId>,
    },
}

/// How a map makes the new value.
#[derive(Clone, Debug)]
pub enum Mapping {
    /// One Rust expression whose type is the `into` record.
    Expression(Expression),
    /// One Rust expression for each field of the `into` record.
    Fields(Vec<FieldMapping>),
}

/// How a map makes one field.
#[derive(Clone, Debug)]
pub struct FieldMapping {
    /// The field's name in the schema, which has it.
    pub field: Spanned<String>,
    /// The Rust expression for its value.
    pub expression: Expression,
}

impl Topology {
    /// Every schema with its id.
    pub fn schemas(&self) -> impl Iterator<Item = (SchemaId, &Schema)> {
        self.schemas.iter().enumerate().map(|(index, node)| (SchemaId(index), node))
    }

    /// Every topic with its id.
    pub fn topics(&self) -> impl Iterator<Item = (TopicId, &Topic)> {
        self.topics.iter().enumerate().map(|(index, node)| (TopicId(index), node))
    }

    /// The environment of this name, or the default one.
    pub fn environment(&self, name: Option<&str>) -> Option<&Environment> {
        match name {
            Some(name) => self.environments.iter().find(|environment| environment.name.as_str() == name),
            None => self.environments.first(),
        }
    }
}

impl Processor {
    /// A stage of this flow.
    pub fn stage(&self, id: StageId) -> &Stage {
        &self.flow[id.0]
    }

    /// The topics that its sources read.
    pub fn sources(&self) -> impl Iterator<Item = &Spanned<TopicId>> {
        self.flow.iter().filter_map(|stage| match &stage.operation {
            Operation::Source { topic } => Some(topic),
            _ => None,
        })
    }

    /// The topics that its sinks write.
    pub fn sinks(&self) -> impl Iterator<Item = &Spanned<TopicId>> {
        self.flow.iter().filter_map(|stage| match &stage.operation {
            Operation::Sink { topic, .. } => Some(topic),
            _ => None,
        })
    }
}
