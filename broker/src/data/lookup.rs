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
