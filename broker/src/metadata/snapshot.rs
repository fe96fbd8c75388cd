//! All of the metadata as the fewest changes that make it.

use super::change::{Change, PartitionState};
use super::{Metadata, Partition, Topic};

impl Metadata {
    /// Changes that make this metadata out of nothing.
    pub(crate) fn snapshot(&self) -> Vec<Change> {
        let mut out = vec![Change::ClusterCreated { cluster_id: self.cluster_id.clone() }];
        for (name, level) in &self.features {
            out.push(Change::FeatureChanged { name: name.clone(), level: *level });
        }
        out.push(Change::FeaturesCounted { epoch: self.features_epoch });
        self.topics().for_each(|topic| snapshot_topic(topic, &mut out));
        for (resource, values) in &self.configs {
            for (key, value) in values {
                let (resource, key, value) = (resource.clone(), key.clone(), Some(value.clone()));
                out.push(Change::ConfigChanged { resource, key, value });
            }
        }
        out.extend(self.acls.iter().cloned().map(Change::AclAdded));
        for ((user, mechanism), credential) in &self.scram {
            let (user, credential) = (user.clone(), Some(credential.clone()));
            out.push(Change::ScramChanged { user, mechanism: *mechanism, credential });
        }
        for (entity, values) in &self.quotas {
            for (key, value) in values {
                let (entity, key, value) = (entity.clone(), key.clone(), Some(*value));
                out.push(Change::QuotaChanged { entity, key, value });
            }
        }
        out.push(Change::ProducerIdsTaken { next: self.next_producer_id });
        out
    }
}

fn snapshot_topic(topic: &Topic, out: &mut Vec<Change>) {
    let partitions = topic.partitions.iter().map(|partition| partition.replicas.clone()).collect();
    out.push(Change::TopicCreated { id: topic.id, name: topic.name.clone(), partitions });
    for (index, partition) in (0..).zip(&topic.partitions) {
        if *partition != Partition::new(&partition.replicas) {
            let (id, to) = (topic.id, PartitionState::from(partition));
            out.push(Change::PartitionChanged { id, partition: index, to });
            out.push(Change::PartitionCounted { id, partition: index, epoch: partition.partition_epoch });
        }
    }
}
