//! Reads what the cluster and the registry have, in bulk.
//!
//! The number of round trips does not grow with the number of topics: one answer holds all topics, and settings are
//! asked for hundreds of topics at a time. The registry lists the latest versions in pages, where it can; its other
//! requests run side by side.
//! Nothing is decided here; see `plan`.

use std::collections::BTreeMap;

use schema::Format;
use schema::compatibility::Policy;
use serde::{Deserialize, Serialize};

use topology::name::TopicName;

use crate::cluster::Cluster;
use crate::connection::Connection;
use crate::desired::{Desired, Level, Subject};
use crate::error::Error;
use crate::plan::Registered;
use crate::registry::{Client, Verdict};

/// What a cluster and a registry have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The cluster's own id.
    pub cluster_id: String,
    /// The number of live brokers.
    pub brokers: u32,
    /// Every topic by name; overrides only of declared ones.
    pub topics: BTreeMap<String, ObservedTopic>,
    /// The registry, unless the environment has none.
    pub registry: Option<ObservedRegistry>,
}

/// A topic as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedTopic {
    /// The number of partitions.
    pub partitions: u32,
    /// The number of replicas; of the partition with the fewest.
    pub replication_factor: u32,
    /// Whether Kafka says that it keeps the topic for itself.
    pub internal: bool,
    /// The dynamic overrides of the topic; defaults of the broker are not here.
    pub config: BTreeMap<String, String>,
}

/// A registry as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedRegistry {
    /// Its base URL, without credentials.
    pub url: String,
    /// The level of subjects that have none of their own.
    pub compatibility: Level,
    /// How JSON Schemas of subjects without a policy of their own are compared.
    #[serde(default)]
    pub policy: Policy,
    /// The declared subjects that exist or have a level.
    pub subjects: BTreeMap<Subject, ObservedSubject>,
}

/// A subject as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedSubject {
    /// Its newest version.
    pub latest: Option<Registered>,
    /// The version that the declared schema is, if it is registered. The registry decides what is the same.
    pub declared_version: Option<u32>,
    /// The format of the newest version, if it is not the declared one.
    pub other_format: Option<String>,
    /// Its own level, if it has one.
    pub compatibility: Option<Level>,
    /// Its own policy, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Policy>,
    /// The property that parts its versions into groups, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// Whether it normalises schemas, if it says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
    /// Its own mode, if it has one and the manifest declares one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
    /// The mode that counts for it, if the declared schema is not registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_mode: Option<String>,
    /// The subject that the registry takes its name for, if it is an alias.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The versions that a declared schema that is not registered must fit, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// What the registry itself thinks of that schema, if it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// A version of a subject with everything that is needed to understand it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The version.
    pub version: u32,
    /// How it is written.
    pub format: Format,
    /// The text.
    pub schema: String,
    /// The texts that it refers to, each after those that it refers to itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<EarlierReference>,
    /// The properties of its metadata.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
}

/// A text that an [`Earlier`] version refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierReference {
    /// The name in the texts.
    pub name: String,
    /// The subject.
    pub subject: String,
    /// Its version.
    pub version: u32,
    /// The text.
    pub schema: String,
}

/// What the cluster and the registry have of what is declared, and the names of the other topics.
pub async fn observe(connection: &Connection, desired: &Desired) -> Result<Observed, Error> {
    let (cluster, registry) = tokio::join!(observe_cluster(connection, desired), observe_registry(connection, desired));
    let mut observed = cluster?;
    observed.registry = registry?;
    Ok(observed)
}

async fn observe_cluster(connection: &Connection, desired: &Desired) -> Result<Observed, Error> {
    let cluster = Cluster::connect(connection).await?;
    let mut observed = cluster.overview();
    let declared: Vec<&str> = desired.topics.keys().map(TopicName::as_str).collect();
    let present: Vec<&str> = declared.into_iter().filter(|name| observed.topics.contains_key(*name)).collect();
    for (name, config) in cluster.overrides(&present).await? {
        if let Some(topic) = observed.topics.get_mut(&name) {
            topic.config = config;
        }
    }
    Ok(observed)
}

async fn observe_registry(connection: &Connection, desired: &Desired) -> Result<Option<ObservedRegistry>, Error> {
    let Some(endpoint) = &connection.registry else {
        return Ok(None);
    };
    if desired.subjects.is_empty() {
        return Ok(None);
    }
    let client = Client::of(endpoint, connection)?;
    client.observe(&desired.subjects).await.map(Some)
}
