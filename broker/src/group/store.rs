//! Where groups keep what must survive: records of `__consumer_offsets`.

use kafka_protocol::error::ResponseError;

use super::stored::Entry;
use crate::data;
use crate::machine::Machine;
use crate::metadata::TopicPartition;
use crate::records::build::{BatchBuilder, NewRecord};

/// Appends records as one batch. Returns the offset of the first.
///
/// # Errors
///
/// When the partition has no leader, or the disk refuses.
pub(crate) fn append(machine: &mut Machine, key: TopicPartition, entries: &[Entry]) -> Result<i64, ResponseError> {
    batch(machine, key, entries, BatchBuilder::default())
}

/// As [`append`], inside a transaction: it counts once the transaction's marker commits it.
///
/// # Errors
///
/// When the partition has no leader, or the disk refuses.
pub(crate) fn append_transactional(
    machine: &mut Machine,
    key: TopicPartition,
    entries: &[Entry],
    producer: (i64, i16),
) -> Result<i64, ResponseError> {
    batch(machine, key, entries, BatchBuilder::transactional(producer.0, producer.1))
}

fn batch(
    machine: &mut Machine,
    key: TopicPartition,
    entries: &[Entry],
    mut builder: BatchBuilder,
) -> Result<i64, ResponseError> {
    if entries.is_empty() {
        return Ok(0);
    }
    let timestamp = machine.now();
    for entry in entries {
        let value = entry.value.as_deref();
        builder.push(&NewRecord { timestamp, key: Some(&entry.key), value, headers: Vec::new() });
    }
    let partition = machine.metadata.partition(key).ok_or(ResponseError::NotCoordinator)?;
    let epoch = partition.leader_epoch;
    let log = machine.logs.get_mut(key).ok_or(ResponseError::NotCoordinator)?;
    let first = log.append(&builder.finish(), epoch).map_err(|_| ResponseError::CoordinatorNotAvailable)?;
    data::appended(machine, key);
    Ok(first)
}
