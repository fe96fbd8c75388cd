//! What the topology asks of the cluster and the registry, as plain data.
//!
//! This is the only module that reads the IR: planning sees names, numbers and texts, so that it can be tested
//! without a manifest and a saved plan says what it was made from.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use schema::compatibility::Level;

use schema::Format;
use schema::compatibility::Policy;
use topology::Topology;
use topology::ir::{self, Cluster, Environment, Metadata, Mode, RuleSet, Settings, Side, SubjectNameStrategy, Topic};
use topology::name::TopicName;

/// Everything that the manifest declares for a cluster and a registry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The topics by name.
    pub topics: BTreeMap<TopicName, DesiredTopic>,
    /// The subjects by name.
    pub subjects: BTreeMap<Subject, DesiredSubject>,
}

/// A topic as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredTopic {
    /// The number of partitions, at least 1.
    pub partitions: u32,
    /// The number of replicas of each partition, at least 1.
    pub replication_factor: u32,
    /// Configuration overrides, keys and values as Kafka writes them.
    pub config: BTreeMap<String, String>,
}

/// A subject as declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredSubject {
    /// How the schema is written.
    #[serde(default = "avro")]
    pub format: Format,
    /// The text of the schema.
    pub schema: String,
    /// What the text refers to, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<DesiredReference>,
    /// The level that the registry shall enforce; the registry's default if absent.
    pub compatibility: Option<Level>,
    /// How JSON Schemas are compared; the registry's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// The property that parts versions into groups; none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether schemas are normalised; the registry's default if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Who may write it; left as it is if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<Mode>,
    /// What is stored beside the schema; left as it is if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// What serializers do; left as it is if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<RuleSet>,
}

/// A name in a schema and the subject that holds what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DesiredReference {
    /// The name in the text.
    pub name: String,
    /// The subject, which is declared too.
    pub subject: Subject,
}

fn avro() -> Format {
    Format::Avro
}

/// The name of a subject of a schema registry: not empty, without control characters.
///
/// Ours follow the topic's subject name strategy; by default `<topic>-key` and `<topic>-value`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(Box<str>);

impl Desired {
    /// What this topology declares.
    ///
    /// A topic whose key or value is a record of a schema has a subject for it, and so has what the schema refers to.
    pub fn of(topology: &Topology) -> Self {
        let mut desired = Self::default();
        for (_, topic) in topology.topics() {
            desired.topics.insert(topic.name.clone(), DesiredTopic::of(topic));
        }
        for subject in topology.subjects() {
            let declared = DesiredSubject::of(topology, &subject);
            desired.subjects.insert(Subject(subject.name.into()), declared);
        }
        desired
    }

    /// What this topology declares for the cluster of an environment: brokers that can hold a topic's records to their
    /// schemas (`validate: true`) are told to.
    pub fn for_environment(topology: &Topology, environment: &Environment) -> Self {
        let mut desired = Self::of(topology);
        if !matches!(environment.cluster, Cluster::Embedded(_)) {
            return desired;
        }
        for topic in topology.topics.iter().filter(|topic| topic.validate.is_some()) {
            for side in [Side::Key, Side::Value] {
                if topology.named(topic, side).is_empty() {
                    continue;
                }
                if let Some(declared) = desired.topics.get_mut(&topic.name) {
                    declared.config.extend(validation(topic, side));
                }
            }
        }
        desired
    }

    /// A SHA-256 over everything declared, in lower-case hexadecimal: equal exactly if the declarations are equal.
    ///
    /// # Panics
    ///
    /// Never: maps with text keys always have a JSON form.
    pub fn digest(&self) -> String {
        let bytes = serde_json::to_vec(self).expect("maps with text keys have a JSON form");
        Sha256::digest(bytes).iter().fold(String::with_capacity(64), |hex, byte| hex + &format!("{byte:02x}"))
    }
}

impl DesiredTopic {
    fn of(topic: &Topic) -> Self {
        Self {
            partitions: topic.partitions.value.get(),
            replication_factor: topic.replication_factor.value.get(),
            config: topic.config.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect(),
        }
    }
}

/// The settings of Confluent Server with which brokers refuse records that are not of the topic's schema.
fn validation(topic: &Topic, side: Side) -> Vec<(String, String)> {
    let key = |what: &str| format!("confluent.{}.{what}", side.as_str());
    let strategy = match topic.strategy(side) {
        SubjectNameStrategy::Topic => None,
        SubjectNameStrategy::Record => Some("RecordNameStrategy"),
        SubjectNameStrategy::TopicRecord => Some("TopicRecordNameStrategy"),
    };
    let class = strategy.map(|name| format!("io.confluent.kafka.serializers.subject.{name}"));
    let mut settings = vec![(key("schema.validation"), "true".to_owned())];
    settings.extend(class.map(|class| (key("subject.name.strategy"), class)));
    settings
}

impl DesiredSubject {
    /// A schema without references, under the registry's own settings.
    pub fn new(format: Format, schema: impl Into<String>) -> Self {
        Self {
            format,
            schema: schema.into(),
            references: Vec::new(),
            compatibility: None,
            policy: None,
            group: None,
            normalize: None,
            mode: None,
            metadata: None,
            rules: None,
        }
    }

    fn of(topology: &Topology, subject: &ir::Subject) -> Self {
        let bare = Self {
            references: subject
                .references
                .iter()
                .map(|(name, subject)| DesiredReference {
                    name: name.clone(),
                    subject: Subject(subject.as_str().into()),
                })
                .collect(),
            ..Self::new(subject.format, &*subject.text)
        };
        let Some(schema) = subject.schema else { return bare };
        let Settings { compatibility, policy, mode, normalize, compatibility_group, metadata, rules } =
            &topology[schema].settings;
        Self {
            compatibility: compatibility.as_ref().map(|level| level.value),
            policy: policy.as_ref().map(|policy| policy.value),
            group: compatibility_group.as_ref().map(|group| group.value.clone()),
            normalize: normalize.as_ref().map(|normalize| normalize.value),
            mode: mode.as_ref().map(|mode| mode.value),
            metadata: metadata.as_ref().map(|metadata| metadata.value.clone()),
            rules: rules.as_ref().map(|rules| rules.value.clone()),
            ..bare
        }
    }
}

impl Subject {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Subject {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err(format!("{text:?} is not the name of a subject: it is empty or has control characters"));
        }
        Ok(Self(text.into()))
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.0.into()
    }
}

/// Whether every schema that `other` lets in is let in by `level` too.
pub(crate) fn allows_all_of(level: Level, other: Level) -> bool {
    demands(level).iter().zip(demands(other)).all(|(ours, theirs)| *ours <= theirs)
}

/// How far back readers and writers must understand each other: 0 not at all, 1 the last version, 2 all versions.
fn demands(level: Level) -> [u8; 2] {
    match level {
        Level::None => [0, 0],
        Level::Backward => [1, 0],
        Level::BackwardTransitive => [2, 0],
        Level::Forward => [0, 1],
        Level::ForwardTransitive => [0, 2],
        Level::Full => [1, 1],
        Level::FullTransitive => [2, 2],
    }
}
