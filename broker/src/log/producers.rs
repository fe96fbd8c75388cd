//! Who has produced to a partition: what makes idempotence, fencing and the last stable offset possible.
//!
//! For each producer id the epoch, the last five batches and the open transaction are kept, and for the partition an
//! index of the aborted transactions. It is derived from the log alone: a log feeds it every batch, when it is appended
//! and again at recovery, and comes to the same state. It knows neither the coordinator nor the bytes of a batch.

use std::collections::{BTreeMap, HashMap, VecDeque};

use kafka_protocol::error::ResponseError;

use crate::machine::Timestamp;
use crate::records::Header;

/// How many batches of a producer are remembered; clients keep at most so many in flight.
const REMEMBERED: usize = 5;

/// What a marker says: how a transaction ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Marker {
    pub(crate) commit: bool,
    pub(crate) coordinator_epoch: i32,
}

/// What becomes of a client's batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// It is the next one.
    Append,
    /// It is there already, from this offset on and with this timestamp.
    Duplicate { first_offset: i64, timestamp: Timestamp },
}

/// A transaction that was aborted: `read_committed` leaves out what its producer wrote between the offsets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aborted {
    pub(crate) producer_id: i64,
    pub(crate) first_offset: i64,
    /// The offset of the marker.
    pub(crate) last_offset: i64,
}

/// One batch of a producer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Batch {
    first_sequence: i32,
    last_sequence: i32,
    first_offset: i64,
    timestamp: Timestamp,
}

/// One producer, as this partition knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Producer {
    pub(crate) epoch: i16,
    /// −1 until a marker came.
    pub(crate) coordinator_epoch: i32,
    pub(crate) last_timestamp: Timestamp,
    /// Where its open transaction begins.
    pub(crate) open: Option<i64>,
    /// Of the current epoch, the oldest first.
    batches: VecDeque<Batch>,
}

impl Producer {
    fn new(epoch: i16) -> Self {
        Self { epoch, coordinator_epoch: -1, last_timestamp: -1, open: None, batches: VecDeque::new() }
    }

    /// The sequence of its last record, −1 where there is none in this epoch.
    pub(crate) fn last_sequence(&self) -> i32 {
        self.batches.back().map_or(-1, |batch| batch.last_sequence)
    }

    /// Where its last batch of this epoch begins.
    pub(crate) fn last_batch_offset(&self) -> Option<i64> {
        self.batches.back().map(|batch| batch.first_offset)
    }

    fn enter(&mut self, epoch: i16) {
        if self.epoch != epoch {
            self.epoch = epoch;
            self.batches.clear();
        }
    }

    fn check(&self, header: &Header) -> Result<(), ResponseError> {
        if header.producer_epoch < self.epoch {
            return Err(ResponseError::InvalidProducerEpoch);
        }
        let expected = if header.producer_epoch > self.epoch { 0 } else { next_sequence(self.last_sequence()) };
        if header.base_sequence == expected { Ok(()) } else { Err(ResponseError::OutOfOrderSequenceNumber) }
    }
}

/// Every producer of a partition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Producers {
    known: HashMap<i64, Producer>,
    /// First offset to producer.
    open: BTreeMap<i64, i64>,
    /// By the offset of the marker.
    aborted: Vec<Aborted>,
    /// The log's start offset, as last told.
    start: i64,
}

impl Producers {
    /// Whether a client's batch may be appended. A producer that is not known may begin with any sequence: what it wrote
    /// before may have been removed.
    ///
    /// # Errors
    ///
    /// `INVALID_PRODUCER_EPOCH` for a fenced producer, `OUT_OF_ORDER_SEQUENCE_NUMBER` for a gap, `INVALID_TXN_STATE` for
    /// a batch outside of the producer's open transaction.
    pub(crate) fn check(&self, header: &Header, _now: Timestamp) -> Result<Check, ResponseError> {
        if header.producer_id < 0 {
            return Ok(Check::Append);
        }
        let Some(producer) = self.known.get(&header.producer_id) else { return Ok(Check::Append) };
        if producer.epoch == header.producer_epoch {
            let range = (header.base_sequence, header.last_sequence());
            let same = |batch: &&Batch| (batch.first_sequence, batch.last_sequence) == range;
            if let Some(batch) = producer.batches.iter().find(same) {
                return Ok(Check::Duplicate { first_offset: batch.first_offset, timestamp: batch.timestamp });
            }
        }
        producer.check(header)?;
        if producer.open.is_some() && !header.is_transactional() {
            return Err(ResponseError::InvalidTxnState);
        }
        Ok(Check::Append)
    }

    /// Whether a batch of a coordinator may be appended: it has no sequence, but an epoch.
    ///
    /// # Errors
    ///
    /// `INVALID_PRODUCER_EPOCH` for a fenced producer.
    pub(crate) fn check_epoch(&self, producer_id: i64, epoch: i16) -> Result<(), ResponseError> {
        let fenced = self.known.get(&producer_id).is_some_and(|producer| epoch < producer.epoch);
        if fenced { Err(ResponseError::InvalidProducerEpoch) } else { Ok(()) }
    }

    /// Whether a marker may be appended. From transaction version 2 on its epoch is above that of the transaction's
    /// batches, save for a marker that is repeated.
    ///
    /// # Errors
    ///
    /// `INVALID_PRODUCER_EPOCH` for a late marker, `TRANSACTION_COORDINATOR_FENCED` for one of an old coordinator.
    pub(crate) fn check_marker(
        &self,
        producer_id: i64,
        epoch: i16,
        coordinator_epoch: i32,
        transaction_version: i16,
    ) -> Result<(), ResponseError> {
        let Some(producer) = self.known.get(&producer_id) else { return Ok(()) };
        let conflates = transaction_version >= 2 && epoch == producer.epoch && producer.open.is_some();
        if epoch < producer.epoch || conflates {
            return Err(ResponseError::InvalidProducerEpoch);
        }
        if producer.coordinator_epoch > coordinator_epoch {
            return Err(ResponseError::TransactionCoordinatorFenced);
        }
        Ok(())
    }

    /// Takes in a batch that is in the log at `first_offset`. A control batch that was compacted to nothing has no marker
    /// and says nothing.
    pub(crate) fn observe(&mut self, header: &Header, marker: Option<Marker>, first_offset: i64, _now: Timestamp) {
        if header.producer_id < 0 || (header.is_control() && marker.is_none()) {
            return;
        }
        let new = || Producer::new(header.producer_epoch);
        let producer = self.known.entry(header.producer_id).or_insert_with(new);
        producer.enter(header.producer_epoch);
        producer.last_timestamp = header.max_timestamp;
        if let Some(marker) = marker {
            producer.coordinator_epoch = marker.coordinator_epoch;
            let Some(first_offset) = producer.open.take() else { return };
            self.open.remove(&first_offset);
            if !marker.commit {
                let (producer_id, last_offset) = (header.producer_id, header.last_offset());
                self.aborted.push(Aborted { producer_id, first_offset, last_offset });
            }
            return;
        }
        let (first_sequence, timestamp) = (header.base_sequence, header.max_timestamp);
        let last_sequence = if first_sequence < 0 { -1 } else { header.last_sequence() };
        producer.batches.push_back(Batch { first_sequence, last_sequence, first_offset, timestamp });
        if producer.batches.len() > REMEMBERED {
            producer.batches.pop_front();
        }
        if header.is_transactional() && producer.open.is_none() {
            producer.open = Some(first_offset);
            self.open.insert(first_offset, header.producer_id);
        }
    }

    /// Where the oldest open transaction begins, and with it what is not decided yet. Never below the log's start.
    pub(crate) fn first_open_offset(&self) -> Option<i64> {
        self.open.keys().next().map(|offset| (*offset).max(self.start))
    }

    /// The aborted transactions that touch the offsets from `from` to before `to`, by the offset of their markers.
    pub(crate) fn aborted(&self, from: i64, to: i64) -> Vec<Aborted> {
        let first = self.aborted.partition_point(|aborted| aborted.last_offset < from);
        self.aborted[first..].iter().filter(|aborted| aborted.first_offset < to).copied().collect()
    }

    /// The log begins at `start_offset` now. Producers stay known: their sequences go on.
    pub(crate) fn trim(&mut self, start_offset: i64) {
        self.start = self.start.max(start_offset);
        let gone = self.aborted.partition_point(|aborted| aborted.last_offset < start_offset);
        self.aborted.drain(..gone);
    }

    /// Forgets producers that were silent for `after` milliseconds (`producer.id.expiration.ms`) and have no open
    /// transaction.
    pub(crate) fn expire(&mut self, now: Timestamp, after: i64) {
        self.known.retain(|_, producer| producer.open.is_some() || now - producer.last_timestamp < after);
    }

    /// What is known of one producer.
    pub(crate) fn get(&self, producer_id: i64) -> Option<&Producer> {
        self.known.get(&producer_id)
    }

    /// Every producer that is known, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (i64, &Producer)> {
        self.known.iter().map(|(id, producer)| (*id, producer))
    }
}

/// Sequences wrap from 2³¹−1 to 0.
fn next_sequence(sequence: i32) -> i32 {
    sequence.checked_add(1).unwrap_or(0)
}

#[cfg(test)]
mod tests;
