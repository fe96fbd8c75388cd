//! Finds a partition for a request that wants to read or write it, with the checks that Kafka makes on the way.

use kafka_protocol::error::ResponseError;

use crate::log::Log;
use crate::machine::{Context, Machine};
use crate::metadata::{Partition, TopicPartition};

/// Which replica a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asks {
    Leader,
    AnyReplica,
}

/// The partition and its log, where the asked broker may serve it.
///
/// # Errors
///
/// `UNKNOWN_TOPIC_OR_PARTITION`; `NOT_LEADER_OR_FOLLOWER`; `FENCED_LEADER_EPOCH` or `UNKNOWN_LEADER_EPOCH` where the
/// client's idea of the leader epoch, −1 for none, is behind or ahead.
pub(crate) fn partition<'a>(
    machine: &'a Machine,
    cx: &Context,
    key: Option<TopicPartition>,
    current_leader_epoch: i32,
    asks: Asks,
) -> Result<(&'a Partition, &'a Log), ResponseError> {
    let key = key.ok_or(ResponseError::UnknownTopicOrPartition)?;
    let partition = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    // A broker without a replica knows no epoch that it could compare.
    if !partition.replicas.contains(&cx.broker) {
        return Err(ResponseError::NotLeaderOrFollower);
    }
    check_epoch(current_leader_epoch, partition.leader_epoch)?;
    if asks == Asks::Leader && partition.leader != cx.broker {
        return Err(ResponseError::NotLeaderOrFollower);
    }
    let log = machine.logs.get(key).ok_or(ResponseError::KafkaStorageError)?;
    Ok((partition, log))
}

fn check_epoch(said: i32, is: i32) -> Result<(), ResponseError> {
    match said {
        ..0 => Ok(()),
        said if said < is => Err(ResponseError::FencedLeaderEpoch),
        said if said > is => Err(ResponseError::UnknownLeaderEpoch),
        _ => Ok(()),
    }
}

/// Who leads a partition, for a client that asked another broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Leader {
    /// −1 where nobody does.
    pub(crate) id: i32,
    pub(crate) epoch: i32,
    /// Where to find it, when it listens where the client asked.
    pub(crate) node: Option<Node>,
}

/// A broker's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) id: i32,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) rack: Option<String>,
}

/// The leader of a partition, as the asked broker knows it.
pub(crate) fn leader(machine: &Machine, cx: &Context, key: TopicPartition) -> Option<Leader> {
    let partition = machine.metadata.partition(key)?;
    let (id, epoch) = (partition.leader, partition.leader_epoch);
    let broker = machine.metadata.brokers.get(&id).filter(|broker| broker.alive);
    let node = broker.and_then(|broker| {
        let (host, port) = broker.endpoints.get(&cx.listener)?;
        Some(Node { id, host: host.clone(), port: *port, rack: broker.rack.clone() })
    });
    Some(Leader { id, epoch, node })
}
