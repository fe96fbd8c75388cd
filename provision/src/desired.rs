//! What the topology asks of the cluster and the registry, as plain data.
//!
//! This is the only module that reads the IR: planning sees names, numbers and texts, so that it can be tested
//! without a manifest and a saved plan says what it was made from.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use schema::compatibility::Level;

use topology::Topology;
use topology::ir::{Payload, Topic};
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
    /// The self-contained text of the schema.
    pub schema: String,
    /// The level that the registry shall enforce; the registry's default if absent.
    pub compatibility: Option<Level>,
}

/// The name of a subject of a schema registry: not empty, without control characters.
///
/// Ours follow the topic-name strategy: `<topic>-key` and `<topic>-value`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subject(Box<str>);

impl Desired {
    /// What this topology declares.
    ///
    /// A topic whose key or value is a record of a schema has a subject for it.
    pub fn of(topology: &Topology) -> Self {
        let mut desired = Self::default();
        for (_, topic) in topology.topics() {
            desired.topics.insert(topic.name.clone(), DesiredTopic::of(topic));
            for (payload, subject) in
                [(topic.key.value, Subject::key(topic)), (topic.value.value, Subject::value(topic))]
            {
                if let Some(declared) = DesiredSubject::of(topology, payload) {
                    desired.subjects.insert(subject, declared);
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

impl DesiredSubject {
    fn of(topology: &Topology, payload: Payload) -> Option<Self> {
        let Payload::Schema(id) = payload else {
            return None;
        };
        let schema = &topology[id];
        Some(Self {
            schema: topology.registered_text(id).to_string(),
            compatibility: schema.settings.compatibility.as_ref().map(|level| level.value),
        })
    }
}

impl Subject {
    /// The subject of a topic's keys.
    pub fn key(topic: &Topic) -> Self {
        Self(format!("{}-key", topic.name).into())
    }

    /// The subject of a topic's values.
    pub fn value(topic: &Topic) -> Self {
        Self(format!("{}-value", topic.name).into())
    }

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
