//! Whether a transactional batch may be appended: its partition must belong to the producer's open transaction.
//!
//! Up to Produce version 11 clients add partitions with AddPartitionsToTxn and the batch is verified; from version 12 on
//! (KIP-890) the batch itself adds its partition. TxnOffsetCommit does the same from version 5 on.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;

use super::state::Producer;
use super::{coordinator, settings};
use crate::machine::Machine;
use crate::metadata::TopicPartition;

/// What a client's version of a request means for its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Support {
    /// It must have added the partition, and does not know `TRANSACTION_ABORTABLE`.
    Verify,
    /// It must have added the partition.
    VerifyAbortable,
    /// Its request adds the partition.
    Add,
}

impl Support {
    pub(crate) fn of_produce(version: i16) -> Self {
        match version {
            ..=10 => Self::Verify,
            11 => Self::VerifyAbortable,
            _ => Self::Add,
        }
    }

    pub(crate) fn of_offset_commit(version: i16) -> Self {
        match version {
            ..=3 => Self::Verify,
            4 => Self::VerifyAbortable,
            _ => Self::Add,
        }
    }
}

/// Who writes, under which transactional id, and the first sequence (−1 for a coordinator's batch).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Writer<'a> {
    pub(crate) transactional_id: &'a str,
    pub(crate) producer_id: i64,
    pub(crate) producer_epoch: i16,
    pub(crate) first_sequence: i32,
}

/// Admits a transactional batch to a partition, adding the partition to the transaction where the version says so.
///
/// # Errors
///
/// As Kafka's leader answers: `INVALID_PRODUCER_EPOCH` for a fenced producer, `TRANSACTION_ABORTABLE` or
/// `INVALID_TXN_STATE` for a partition that was not added, `INVALID_PRODUCER_ID_MAPPING`, `CONCURRENT_TRANSACTIONS`,
/// `COORDINATOR_NOT_AVAILABLE`, and `OUT_OF_ORDER_SEQUENCE_NUMBER` for a new producer that does not begin at 0.
pub(crate) fn admit(
    machine: &mut Machine,
    key: TopicPartition,
    writer: Writer<'_>,
    support: Support,
) -> Result<(), ResponseError> {
    let known = machine.logs.get(key).and_then(|log| log.producers().get(writer.producer_id));
    let goes_on = |epoch: i16, open: Option<i64>| epoch == writer.producer_epoch && open.is_some();
    if known.is_some_and(|known| goes_on(known.epoch, known.open)) {
        return Ok(());
    }
    let is_new = known.is_none();
    if support == Support::Add {
        add(machine, key, writer).map_err(|error| translate(error, support))?;
        if is_new && writer.first_sequence > 0 {
            return Err(ResponseError::OutOfOrderSequenceNumber);
        }
        return Ok(());
    }
    if settings::verifies_partitions(machine) {
        verify(machine, key, writer).map_err(|error| translate(error, support))?;
    }
    Ok(())
}

fn translate(error: ResponseError, support: Support) -> ResponseError {
    match error {
        ResponseError::ProducerFenced => ResponseError::InvalidProducerEpoch,
        ResponseError::TransactionAbortable if support == Support::Verify => ResponseError::InvalidTxnState,
        error => error,
    }
}

fn place(machine: &Machine, key: TopicPartition) -> Result<(String, i32), ResponseError> {
    let topic = machine.metadata.topic_by_id(key.topic).ok_or(ResponseError::UnknownTopicOrPartition)?;
    Ok((topic.name.clone(), key.partition))
}

fn add(machine: &mut Machine, key: TopicPartition, writer: Writer<'_>) -> Result<(), ResponseError> {
    let id = writer.transactional_id;
    coordinator::seat(machine, id)?;
    let known = machine.transactions.ids.get(id).ok_or(ResponseError::InvalidProducerIdMapping)?;
    known.admit(Producer { id: writer.producer_id, epoch: writer.producer_epoch })?;
    let places = BTreeSet::from([place(machine, key)?]);
    match known.add(&places, 2, machine.now()) {
        Some(next) => {
            coordinator::store(machine, id, next)?;
            let at = coordinator::next_check(machine);
            machine.wake_at(at);
            Ok(())
        }
        None => Ok(()),
    }
}

fn verify(machine: &Machine, key: TopicPartition, writer: Writer<'_>) -> Result<(), ResponseError> {
    coordinator::seat(machine, writer.transactional_id)?;
    let known = machine.transactions.ids.get(writer.transactional_id);
    let known = known.ok_or(ResponseError::InvalidProducerIdMapping)?;
    known.admit(Producer { id: writer.producer_id, epoch: writer.producer_epoch })?;
    if known.partitions.contains(&place(machine, key)?) { Ok(()) } else { Err(ResponseError::TransactionAbortable) }
}
