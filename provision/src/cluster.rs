//! Speaks Kafka: the only module that knows the client library.
//!
//! It splits and routes requests, waits with bounds, and turns answers into plain values and phrases. It decides
//! nothing. Three habits of the library shape it: requests are not split (the caller batches), a frozen broker costs
//! the request timeout each time it is picked (so timeouts are short), and its list of groups always runs to the
//! deadline (so groups are asked by name).

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use krafka::admin::{
    AdminClient, ConfigOp, ConfigResource, CreatePartitionsOptions, CreateTopicsOptions, DescribeConfigsOptions,
    IncrementalAlterConfigsOptions, NewTopic,
};
use krafka::error::{ErrorCode, KrafkaError};
use krafka::{Kafka, TopicInfo};
use tokio::time::timeout;

use crate::connection::{Connection, Timeouts};
use crate::error::Error;
use crate::observe::{Observed, ObservedTopic};
use crate::plan::Override;

mod answer;
mod broker;
mod groups;
mod usable;

pub(crate) use answer::Answer;
pub(crate) use broker::probe;

use answer::reason;

/// The id that clients show to brokers, for their logs and quotas.
const CLIENT_ID: &str = "topology-provision";

/// Kafka's number for an override that was set on the topic itself (`DescribeConfigsResponse.ConfigSource`).
const DYNAMIC_TOPIC_CONFIG: i8 = 1;

/// How many topics one request for settings names: about 3 KB of answer for each, so that a slow broker still answers
/// within the request timeout.
const TOPICS_PER_CONFIG_REQUEST: usize = 250;

/// An open connection to a cluster.
pub(crate) struct Cluster {
    kafka: Kafka,
    admin: AdminClient,
    timeouts: Timeouts,
}

/// A topic to create.
#[derive(Clone, Debug)]
pub(crate) struct TopicToCreate<'a> {
    pub(crate) name: &'a str,
    pub(crate) partitions: u32,
    pub(crate) replication_factor: u32,
    pub(crate) config: &'a BTreeMap<String, String>,
}

impl Cluster {
    /// Connects and reads the metadata of every topic.
    pub(crate) async fn connect(connection: &Connection) -> Result<Self, Error> {
        let timeouts = connection.timeouts;
        broker::check_certificates(&connection.security)?;
        let mut builder = Kafka::builder(connection.bootstrap_servers.join(","))
            .client_id(CLIENT_ID)
            .request_timeout(timeouts.request)
            .connect_timeout(timeouts.request);
        if let Some(auth) = broker::auth(&connection.security) {
            builder = builder.security(auth);
        }
        let kafka = match timeout(timeouts.call, builder.connect()).await {
            Ok(Ok(kafka)) => kafka,
            Ok(Err(error)) => return Err(broker::unreachable(connection, Some(&error)).await),
            Err(_) => return Err(broker::unreachable(connection, None).await),
        };
        let admin = kafka.admin().default_api_timeout(timeouts.call);
        Ok(Self { kafka, admin, timeouts })
    }

    /// The id of the cluster.
    pub(crate) fn id(&self) -> String {
        krafka::__private::kafka_metadata(&self.kafka).cluster_id().unwrap_or_default()
    }

    /// The brokers and topics that the connection's metadata names, without overrides.
    pub(crate) fn overview(&self) -> Observed {
        let metadata = krafka::__private::kafka_metadata(&self.kafka);
        let brokers = u32::try_from(metadata.brokers().len()).unwrap_or(u32::MAX);
        let topics = metadata.topics_arc().iter().map(|topic| (topic.name.clone(), observed(topic))).collect();
        Observed { cluster_id: self.id(), brokers, topics, registry: None }
    }

    /// The overrides of these topics, which must exist.
    pub(crate) async fn overrides(
        &self,
        topics: &[impl AsRef<str>],
    ) -> Result<BTreeMap<String, BTreeMap<String, String>>, Error> {
        let action = "say how its topics are configured";
        let mut overrides = BTreeMap::new();
        for names in topics.chunks(TOPICS_PER_CONFIG_REQUEST) {
            let resources = names.iter().map(|name| ConfigResource::topic(name.as_ref()));
            let answers = self.admin.describe_configs(resources, DescribeConfigsOptions::default()).await;
            for (resource, entries) in answers.map_err(|error| failed(action, error))? {
                let set = entries
                    .map_err(|error| failed(action, error))?
                    .into_iter()
                    .filter(|entry| entry.config_source == DYNAMIC_TOPIC_CONFIG)
                    .filter_map(|entry| Some((entry.name, entry.value?)));
                overrides.insert(resource.name, set.collect());
            }
        }
        Ok(overrides)
    }

    /// Creates topics in one request. The caller keeps it below the controller's limit.
    pub(crate) async fn create_topics(&self, topics: &[TopicToCreate<'_>]) -> HashMap<String, Answer> {
        let mut answers = HashMap::new();
        let mut requested = Vec::new();
        for topic in topics {
            match new_topic(topic) {
                Ok(new) => requested.push(new),
                Err(error) => drop(answers.insert(topic.name.to_owned(), Answer::of(Err(error)))),
            }
        }
        let names: Vec<String> = requested.iter().map(|topic| topic.name.clone()).collect();
        let result = self.admin.create_topics(requested, CreateTopicsOptions::default()).await;
        answers.extend(per_item(names, result));
        answers
    }

    /// These topics as they are now, with their overrides; those that do not exist are left out.
    pub(crate) async fn look_again(&self, topics: &[&str]) -> Result<BTreeMap<String, ObservedTopic>, Error> {
        let metadata = krafka::__private::kafka_metadata(&self.kafka);
        let action = "describe its topics";
        let refreshed = timeout(self.timeouts.call, metadata.force_refresh(Some(topics))).await;
        refreshed.unwrap_or_else(|_| Err(KrafkaError::timeout(action))).map_err(|error| failed(action, error))?;
        let mut found: BTreeMap<String, ObservedTopic> = topics
            .iter()
            .filter_map(|name| metadata.topic_arc(name))
            .map(|topic| (topic.name.clone(), observed(&topic)))
            .collect();
        let existing: Vec<String> = found.keys().cloned().collect();
        for (name, config) in self.overrides(&existing).await? {
            if let Some(topic) = found.get_mut(&name) {
                topic.config = config;
            }
        }
        Ok(found)
    }

    /// Raises the numbers of partitions to these totals in one request.
    pub(crate) async fn add_partitions(&self, totals: &[(&str, u32)]) -> HashMap<String, Answer> {
        let names = totals.iter().map(|(name, _)| (*name).to_owned()).collect();
        let totals = totals.iter().map(|(name, total)| (*name, i32::try_from(*total).unwrap_or(i32::MAX)));
        per_item(names, self.admin.create_partitions(totals, CreatePartitionsOptions::default()).await)
    }

    /// Sets and resets overrides in one request.
    pub(crate) async fn alter_configs(
        &self,
        topics: &[(&str, &BTreeMap<String, Override>)],
    ) -> HashMap<String, Answer> {
        let names = topics.iter().map(|(name, _)| (*name).to_owned()).collect();
        let changes = topics.iter().map(|(name, changes)| (ConfigResource::topic(*name), operations(changes)));
        let result = self.admin.incremental_alter_configs(changes, IncrementalAlterConfigsOptions::default()).await;
        per_item(
            names,
            result.map(|items| items.into_iter().map(|(resource, result)| (resource.name, result)).collect()),
        )
    }

    /// How long one whole operation may take.
    fn call_timeout(&self) -> Duration {
        self.timeouts.call
    }
}

fn observed(topic: &TopicInfo) -> ObservedTopic {
    let replicas = topic.partitions_iter().map(|partition| partition.replicas.len()).min().unwrap_or_default();
    ObservedTopic {
        partitions: u32::try_from(topic.partition_count()).unwrap_or(u32::MAX),
        replication_factor: u32::try_from(replicas).unwrap_or(u32::MAX),
        internal: topic.is_internal,
        config: BTreeMap::new(),
    }
}

fn new_topic(topic: &TopicToCreate<'_>) -> Result<NewTopic, KrafkaError> {
    let partitions = i32::try_from(topic.partitions).unwrap_or(i32::MAX);
    let replicas = i16::try_from(topic.replication_factor).unwrap_or(i16::MAX);
    let mut new = NewTopic::new(topic.name, partitions, replicas)?;
    new.configs = topic.config.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    Ok(new)
}

fn operations(changes: &BTreeMap<String, Override>) -> Vec<ConfigOp> {
    changes
        .iter()
        .map(|(key, change)| match &change.after {
            Some(value) => ConfigOp::set(key, value),
            None => ConfigOp::delete(key),
        })
        .collect()
}

/// An answer for every name: the call's own failure is the answer of all.
fn per_item(
    names: Vec<String>,
    result: Result<HashMap<String, Result<(), KrafkaError>>, KrafkaError>,
) -> HashMap<String, Answer> {
    match result {
        Ok(mut items) => names
            .into_iter()
            .map(|name| {
                let silent =
                    || Err(KrafkaError::broker(ErrorCode::UnknownServerError, "the controller gave no answer for it"));
                let answer = Answer::of(items.remove(&name).unwrap_or_else(silent));
                (name, answer)
            })
            .collect(),
        Err(error) => names.into_iter().map(|name| (name, Answer::of(Err(error.clone())))).collect(),
    }
}

fn failed(action: &'static str, error: KrafkaError) -> Error {
    Error::Cluster { action, reason: reason(&error), source: Box::new(error) }
}
