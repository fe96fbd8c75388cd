//! FindCoordinator: the broker that looks after a group, a transactional id or a share partition is the leader of
//! one partition of the internal topic that keeps it.

use kafka_protocol::messages::FindCoordinatorRequest;
use uuid::Uuid;

use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::metadata::change::Change;

/// What a coordinator looks after; the numbers are Kafka's key types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CoordinatorKind {
    Group = 0,
    Transaction = 1,
    Share = 2,
}

impl CoordinatorKind {
    /// The internal topic that keeps its state.
    pub(crate) fn topic(self) -> &'static str {
        match self {
            Self::Group => "__consumer_offsets",
            Self::Transaction => "__transaction_state",
            Self::Share => "__share_group_state",
        }
    }
}

/// The partition that keeps a key's state; makes the internal topic where there is none yet.
///
/// # Errors
///
/// When the topic cannot be made.
pub(crate) fn partition_of(machine: &mut Machine, kind: CoordinatorKind, key: &str) -> std::io::Result<TopicPartition> {
    if machine.metadata.topic(kind.topic()).is_none() {
        let brokers: Vec<i32> = machine.metadata.brokers.keys().copied().collect();
        let replicas = |first: usize| brokers.iter().cycle().skip(first % brokers.len()).take(brokers.len().min(3));
        let partitions = (0..50).map(|first| replicas(first).copied().collect()).collect();
        let (id, name) = (Uuid::new_v4(), kind.topic().to_owned());
        machine.commit(vec![Change::TopicCreated { id, name, partitions }])?;
    }
    let topic = machine.metadata.topic(kind.topic()).ok_or_else(|| std::io::Error::other("no internal topic"))?;
    let partition = java_hash(key) % i32::try_from(topic.partitions.len()).unwrap_or(1);
    Ok(TopicPartition { topic: topic.id, partition })
}

/// The broker that coordinates a key: the leader of its partition, −1 where it has none.
///
/// # Errors
///
/// When the internal topic cannot be made.
pub(crate) fn coordinator(machine: &mut Machine, kind: CoordinatorKind, key: &str) -> std::io::Result<i32> {
    let key = partition_of(machine, kind, key)?;
    Ok(machine.metadata.partition(key).map_or(-1, |partition| partition.leader))
}

/// `Utils.abs(key.hashCode())` of Java: UTF-16 units, wrapping, the sign bit taken off.
pub(crate) fn java_hash(key: &str) -> i32 {
    key.encode_utf16().fold(0_i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit))) & i32::MAX
}

pub(crate) fn find_coordinator(_machine: &mut Machine, _cx: &Context, _request: FindCoordinatorRequest) -> Outcome {
    Outcome::Close
}
