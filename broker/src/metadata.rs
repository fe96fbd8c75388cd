//! What the cluster knows about itself: brokers, topics, partitions, configs, users, quotas.
//!
//! It changes only through [`Change`]s, so that the [`Journal`](journal::Journal) of them is the whole truth.

pub(crate) mod change;
pub(crate) mod journal;
mod snapshot;

use std::collections::{BTreeMap, HashMap};

use change::Change;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::quota::Entity;
use crate::security::acl::Acls;
use crate::security::scram::ScramCredential;

/// One partition of one topic: a key of nearly every map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TopicPartition {
    pub(crate) topic: Uuid,
    pub(crate) partition: i32,
}

/// What a config belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct ConfigResource {
    /// Kafka's `ConfigResource.Type`: 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group.
    pub(crate) kind: i8,
    /// The topic, the broker's id (empty for the cluster-wide default), the group, the subscription.
    pub(crate) name: String,
}

impl ConfigResource {
    pub(crate) const TOPIC: i8 = 2;
    pub(crate) const BROKER: i8 = 4;
    pub(crate) const BROKER_LOGGER: i8 = 8;
    pub(crate) const CLIENT_METRICS: i8 = 16;
    pub(crate) const GROUP: i8 = 32;

    pub(crate) fn topic(name: &str) -> Self {
        Self { kind: Self::TOPIC, name: name.to_owned() }
    }
}

/// A broker, as clients see it. Where it listens and whether it is up are facts of this run, never journaled.
#[derive(Clone, Debug)]
pub(crate) struct Broker {
    pub(crate) id: i32,
    pub(crate) rack: Option<String>,
    /// Listener name to the host and port that clients are told.
    pub(crate) endpoints: BTreeMap<String, (String, u16)>,
    pub(crate) alive: bool,
}

/// A topic and its partitions.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) partitions: Vec<Partition>,
}

impl Topic {
    /// Whether clients must not produce to it by themselves: `__consumer_offsets` and its kin.
    pub(crate) fn is_internal(&self) -> bool {
        is_internal(&self.name)
    }
}

/// Whether Kafka keeps this topic for itself.
pub(crate) fn is_internal(name: &str) -> bool {
    matches!(name, "__consumer_offsets" | "__transaction_state" | "__share_group_state")
}

/// A partition: who holds it and who leads it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_field_names, reason = "`partition_epoch` is Kafka's word, beside `leader_epoch`")]
pub(crate) struct Partition {
    pub(crate) replicas: Vec<i32>,
    pub(crate) isr: Vec<i32>,
    /// −1 where none of the replicas is up.
    pub(crate) leader: i32,
    pub(crate) leader_epoch: i32,
    pub(crate) partition_epoch: i32,
    pub(crate) adding: Vec<i32>,
    pub(crate) removing: Vec<i32>,
}

impl Partition {
    pub(crate) fn new(replicas: &[i32]) -> Self {
        Self {
            replicas: replicas.to_vec(),
            isr: replicas.to_vec(),
            leader: replicas.first().copied().unwrap_or(-1),
            leader_epoch: 0,
            partition_epoch: 0,
            adding: Vec::new(),
            removing: Vec::new(),
        }
    }
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) cluster_id: String,
    pub(crate) brokers: BTreeMap<i32, Broker>,
    topics: HashMap<Uuid, Topic>,
    names: BTreeMap<String, Uuid>,
    /// Dynamic configs; static ones are in [`Settings`](crate::machine::Settings).
    pub(crate) configs: BTreeMap<ConfigResource, BTreeMap<String, String>>,
    pub(crate) acls: Acls,
    /// By user and mechanism (1 SCRAM-SHA-256, 2 SCRAM-SHA-512).
    pub(crate) scram: BTreeMap<(String, i8), ScramCredential>,
    pub(crate) quotas: BTreeMap<Entity, BTreeMap<String, f64>>,
    pub(crate) features: BTreeMap<String, i16>,
    /// How often features were changed.
    pub(crate) features_epoch: i64,
    pub(crate) next_producer_id: i64,
    /// How many changes were made since start: what a quorum's log would have as its end.
    pub(crate) applied: i64,
}

impl Metadata {
    pub(crate) fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(self.names.get(name)?)
    }

    pub(crate) fn topic_by_id(&self, id: Uuid) -> Option<&Topic> {
        self.topics.get(&id)
    }

    /// Every topic, by name.
    pub(crate) fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.names.values().filter_map(|id| self.topics.get(id))
    }

    pub(crate) fn partition(&self, key: TopicPartition) -> Option<&Partition> {
        self.topics.get(&key.topic)?.partitions.get(usize::try_from(key.partition).ok()?)
    }

    pub(crate) fn is_alive(&self, broker: i32) -> bool {
        self.brokers.get(&broker).is_some_and(|broker| broker.alive)
    }

    /// The dynamic value of a config, exactly as set for this resource.
    pub(crate) fn config(&self, kind: i8, resource: &str, key: &str) -> Option<&str> {
        let resource = ConfigResource { kind, name: resource.to_owned() };
        self.configs.get(&resource)?.get(key).map(String::as_str)
    }

    /// Makes a change true. Changes come from handlers that checked them, or from the journal.
    pub(crate) fn apply(&mut self, change: &Change) {
        self.applied += 1;
        match change {
            Change::ClusterCreated { cluster_id } => self.cluster_id.clone_from(cluster_id),
            Change::TopicCreated { id, name, partitions } => {
                let partitions = partitions.iter().map(|replicas| Partition::new(replicas)).collect();
                self.topics.insert(*id, Topic { id: *id, name: name.clone(), partitions });
                self.names.insert(name.clone(), *id);
            }
            Change::TopicDeleted { id, name } => {
                self.topics.remove(id);
                self.names.remove(name);
                self.configs.remove(&ConfigResource::topic(name));
            }
            Change::PartitionsAdded { id, partitions, .. } => {
                if let Some(topic) = self.topics.get_mut(id) {
                    topic.partitions.extend(partitions.iter().map(|replicas| Partition::new(replicas)));
                }
            }
            Change::PartitionChanged { id, partition, to } => self.change_partition(*id, *partition, to),
            Change::ConfigChanged { resource, key, value } => self.change_config(resource, key, value.as_deref()),
            Change::AclAdded(binding) => {
                self.acls.insert(binding.clone());
            }
            Change::AclRemoved(binding) => {
                self.acls.remove(binding);
            }
            Change::ScramChanged { user, mechanism, credential } => match credential {
                Some(credential) => {
                    self.scram.insert((user.clone(), *mechanism), credential.clone());
                }
                None => {
                    self.scram.remove(&(user.clone(), *mechanism));
                }
            },
            Change::QuotaChanged { entity, key, value } => self.change_quota(entity, key, *value),
            Change::FeatureChanged { name, level } => {
                self.features.insert(name.clone(), *level);
                self.features_epoch += 1;
            }
            Change::FeaturesCounted { epoch } => self.features_epoch = *epoch,
            Change::PartitionCounted { id, partition, epoch } => {
                let partitions = self.topics.get_mut(id).map(|topic| &mut topic.partitions);
                let index = usize::try_from(*partition).unwrap_or(usize::MAX);
                if let Some(known) = partitions.and_then(|partitions| partitions.get_mut(index)) {
                    known.partition_epoch = *epoch;
                }
            }
            Change::ProducerIdsTaken { next } => self.next_producer_id = *next,
        }
    }

    fn change_partition(&mut self, id: Uuid, partition: i32, to: &change::PartitionState) {
        let Some(topic) = self.topics.get_mut(&id) else { return };
        let Some(known) = usize::try_from(partition).ok().and_then(|index| topic.partitions.get_mut(index)) else {
            return;
        };
        *known = Partition {
            replicas: to.replicas.clone(),
            isr: to.isr.clone(),
            leader: to.leader,
            leader_epoch: to.leader_epoch,
            partition_epoch: known.partition_epoch + 1,
            adding: to.adding.clone(),
            removing: to.removing.clone(),
        };
    }

    fn change_config(&mut self, resource: &ConfigResource, key: &str, value: Option<&str>) {
        let configs = self.configs.entry(resource.clone()).or_default();
        match value {
            Some(value) => {
                configs.insert(key.to_owned(), value.to_owned());
            }
            None => {
                configs.remove(key);
            }
        }
        if configs.is_empty() {
            self.configs.remove(resource);
        }
    }

    fn change_quota(&mut self, entity: &Entity, key: &str, value: Option<f64>) {
        let quotas = self.quotas.entry(entity.clone()).or_default();
        match value {
            Some(value) => {
                quotas.insert(key.to_owned(), value);
            }
            None => {
                quotas.remove(key);
            }
        }
        if quotas.is_empty() {
            self.quotas.remove(entity);
        }
    }
}
