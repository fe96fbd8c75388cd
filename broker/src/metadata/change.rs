//! The one way in which metadata changes; also the lines of the journal.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ConfigResource, Partition};
use crate::quota::Entity;
use crate::security::acl::AclBinding;
use crate::security::scram::ScramCredential;

/// One change of metadata.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    ClusterCreated {
        cluster_id: String,
    },
    TopicCreated {
        id: Uuid,
        name: String,
        /// Each partition's replicas, the preferred leader first.
        partitions: Vec<Vec<i32>>,
    },
    TopicDeleted {
        id: Uuid,
        name: String,
    },
    PartitionsAdded {
        id: Uuid,
        /// The index of the first new partition.
        first: i32,
        partitions: Vec<Vec<i32>>,
    },
    PartitionChanged {
        id: Uuid,
        partition: i32,
        to: PartitionState,
    },
    /// `None` takes the value away, so that the default shows again.
    ConfigChanged {
        resource: ConfigResource,
        key: String,
        value: Option<String>,
    },
    AclAdded(AclBinding),
    AclRemoved(AclBinding),
    ScramChanged {
        user: String,
        mechanism: i8,
        credential: Option<ScramCredential>,
    },
    QuotaChanged {
        entity: Entity,
        key: String,
        value: Option<f64>,
    },
    FeatureChanged {
        name: String,
        level: i16,
    },
    /// How often features were changed; only a rewritten journal says so.
    FeaturesCounted {
        epoch: i64,
    },
    /// How often a partition was changed; only a rewritten journal says so.
    PartitionCounted {
        id: Uuid,
        partition: i32,
        epoch: i32,
    },
    /// Producer ids below `next` were handed out.
    ProducerIdsTaken {
        next: i64,
    },
}

/// Where a partition stands after a change; its partition epoch counts the changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PartitionState {
    pub(crate) replicas: Vec<i32>,
    pub(crate) isr: Vec<i32>,
    pub(crate) leader: i32,
    pub(crate) leader_epoch: i32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) adding: Vec<i32>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) removing: Vec<i32>,
}

impl From<&Partition> for PartitionState {
    fn from(partition: &Partition) -> Self {
        Self {
            replicas: partition.replicas.clone(),
            isr: partition.isr.clone(),
            leader: partition.leader,
            leader_epoch: partition.leader_epoch,
            adding: partition.adding.clone(),
            removing: partition.removing.clone(),
        }
    }
}
