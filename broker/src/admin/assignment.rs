//! Partitions whose replicas the client chose.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::BrokerId;

use crate::machine::Machine;
use crate::metadata::change::{Change, PartitionState};
use crate::wire::refusal::Refusal;
use uuid::Uuid;

/// Checks one partition's replicas; `factor` is how many the partitions before it have.
///
/// # Errors
///
/// What Kafka says to replicas that cannot be.
pub(crate) fn check(machine: &Machine, replicas: &[BrokerId], factor: Option<usize>) -> Result<Vec<i32>, Refusal> {
    let refuse = |words: String| Err(Refusal::new(ResponseError::InvalidReplicaAssignment, words));
    if replicas.is_empty() {
        return refuse("The manual partition assignment includes an empty replica list.".to_owned());
    }
    let mut sorted: Vec<i32> = replicas.iter().map(|broker| broker.0).collect();
    sorted.sort_unstable();
    for (index, broker) in sorted.iter().enumerate() {
        if !machine.metadata.brokers.contains_key(broker) {
            return refuse(format!(
                "The manual partition assignment includes broker {broker}, but no such broker is registered."
            ));
        }
        if index > 0 && sorted[index - 1] == *broker {
            return refuse(format!("The manual partition assignment includes the broker {broker} more than once."));
        }
    }
    if let Some(factor) = factor.filter(|factor| *factor != replicas.len()) {
        return refuse(format!(
            "The manual partition assignment includes a partition with {} replica(s), but this is not consistent with \
             previous partitions, which have {factor} replica(s).",
            replicas.len()
        ));
    }
    Ok(replicas.iter().map(|broker| broker.0).collect())
}

/// Checks that a partition can have a leader.
///
/// # Errors
///
/// When every one of its replicas is down.
pub(crate) fn check_alive(machine: &Machine, partition: i32, replicas: &[i32]) -> Result<(), Refusal> {
    if replicas.iter().any(|broker| machine.metadata.is_alive(*broker)) {
        return Ok(());
    }
    let words = format!(
        "All brokers specified in the manual partition assignment for partition {partition} are fenced or in \
         controlled shutdown."
    );
    Err(Refusal::new(ResponseError::InvalidReplicaAssignment, words))
}

/// The replicas of every partition of a new topic, in order.
///
/// # Errors
///
/// When an index is missing.
pub(crate) fn in_order(mut by_index: BTreeMap<i32, Vec<i32>>) -> Result<Vec<Vec<i32>>, Refusal> {
    let count = i32::try_from(by_index.len()).unwrap_or(i32::MAX);
    let ordered: Option<Vec<_>> = (0..count).map(|index| by_index.remove(&index)).collect();
    let words = "partitions should be a consecutive 0-based integer sequence";
    ordered.ok_or_else(|| Refusal::new(ResponseError::InvalidReplicaAssignment, words))
}

/// What follows the making of partitions when some of their brokers are down: those are not in sync and do not lead.
pub(crate) fn without_the_dead(machine: &Machine, id: Uuid, first: i32, partitions: &[Vec<i32>]) -> Vec<Change> {
    let mut changes = Vec::new();
    for (partition, replicas) in (first..).zip(partitions) {
        let isr: Vec<i32> = replicas.iter().copied().filter(|broker| machine.metadata.is_alive(*broker)).collect();
        if isr.len() < replicas.len() {
            let leader = isr.first().copied().unwrap_or(-1);
            let (replicas, adding, removing) = (replicas.clone(), Vec::new(), Vec::new());
            let to = PartitionState { replicas, isr, leader, leader_epoch: 0, adding, removing };
            changes.push(Change::PartitionChanged { id, partition, to });
        }
    }
    changes
}
