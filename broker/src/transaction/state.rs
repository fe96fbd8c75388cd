//! One transactional id: where its transaction stands, and what a request makes of it.
//!
//! Every decision is a pure function from the state that is to the state that shall be, or to the error that Kafka
//! answers. Nothing here writes: the coordinator makes the new state durable before it is true. There are no pending
//! transitions, since a request is decided and written in one piece.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;

use crate::machine::Timestamp;

/// Where a transaction stands; the numbers and names are Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    Empty = 0,
    Ongoing = 1,
    PrepareCommit = 2,
    PrepareAbort = 3,
    CompleteCommit = 4,
    CompleteAbort = 5,
}

impl State {
    pub(super) const ALL: [Self; 6] = [
        Self::Empty,
        Self::Ongoing,
        Self::PrepareCommit,
        Self::PrepareAbort,
        Self::CompleteCommit,
        Self::CompleteAbort,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Ongoing => "Ongoing",
            Self::PrepareCommit => "PrepareCommit",
            Self::PrepareAbort => "PrepareAbort",
            Self::CompleteCommit => "CompleteCommit",
            Self::CompleteAbort => "CompleteAbort",
        }
    }

    /// Decided, but not every partition knows yet.
    pub(super) fn is_prepared(self) -> bool {
        matches!(self, Self::PrepareCommit | Self::PrepareAbort)
    }
}

/// A topic's name and a partition: transactions know topics by name, as their log does.
pub(super) type Place = (String, i32);

/// A producer id with an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Producer {
    pub(super) id: i64,
    pub(super) epoch: i16,
}

impl Producer {
    /// No producer: −1 and −1.
    pub(super) const NONE: Self = Self { id: -1, epoch: -1 };
}

/// What is known of a transactional id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Transaction {
    pub(super) producer: Producer,
    /// The producer id before the last completed transition.
    pub(super) previous_id: i64,
    /// The producer id that follows when this transaction is complete and its epochs are used up; −1 without.
    pub(super) next_id: i64,
    /// The epoch before the last bump, for retries. Not kept across restarts, as in Kafka.
    pub(super) last_epoch: i16,
    pub(super) timeout_ms: i32,
    pub(super) state: State,
    pub(super) partitions: BTreeSet<Place>,
    /// −1 before the first partition.
    pub(super) started: Timestamp,
    pub(super) updated: Timestamp,
    /// The transaction version of the client that moved it last.
    pub(super) version: i16,
}

/// What EndTxn comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// It is a retry of what is done.
    Done,
    /// The prepared state, to be written and completed.
    Prepared(Transaction),
}

/// EndTxn's words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ending {
    pub(super) producer: Producer,
    pub(super) commit: bool,
    /// Whether the client speaks transaction version 2.
    pub(super) bumps: bool,
}

impl Transaction {
    pub(super) fn new(producer_id: i64, timeout_ms: i32, now: Timestamp) -> Self {
        Self {
            producer: Producer { id: producer_id, epoch: -1 },
            previous_id: -1,
            next_id: -1,
            last_epoch: -1,
            timeout_ms,
            state: State::Empty,
            partitions: BTreeSet::new(),
            started: -1,
            updated: now,
            version: 0,
        }
    }

    /// The last epoch of a producer id is kept for fencing.
    pub(super) fn is_exhausted(&self) -> bool {
        is_exhausted(self.producer.epoch)
    }

    /// InitProducerId where no transaction is open: a new epoch, or with `new_id` a new producer id.
    ///
    /// # Errors
    ///
    /// `PRODUCER_FENCED` for an expected producer that is no longer the one.
    pub(super) fn init(
        &self,
        expected: Option<Producer>,
        timeout_ms: i32,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<i64, ResponseError>,
    ) -> Result<Self, ResponseError> {
        let is = self.producer;
        let mut next = Self { state: State::Empty, timeout_ms, updated: now, ..self.clone() };
        (next.partitions, next.started, next.previous_id, next.next_id) = (BTreeSet::new(), -1, is.id, -1);
        if self.is_exhausted() && expected.is_none_or(|expected| expected.epoch == is.epoch) {
            next.producer = Producer { id: new_id()?, epoch: 0 };
            next.last_epoch = if expected.is_some() { is.epoch } else { -1 };
            return Ok(next);
        }
        match expected {
            None => (next.producer.epoch, next.last_epoch) = (is.epoch + 1, -1),
            Some(expected) if is.epoch == -1 || expected.epoch == is.epoch => {
                (next.producer.epoch, next.last_epoch) = (is.epoch + 1, is.epoch);
            }
            Some(expected) if expected.epoch == self.last_epoch => {}
            Some(_) => return Err(ResponseError::ProducerFenced),
        }
        Ok(next)
    }

    /// Whether an expected producer of InitProducerId (KIP-360) can be this one.
    pub(super) fn expects(&self, expected: Producer) -> bool {
        self.producer.epoch == -1
            || expected.id == self.producer.id
            || (expected.id == self.previous_id && is_exhausted(expected.epoch))
    }

    /// Whether a request's producer is the current one, and the transaction may grow.
    ///
    /// # Errors
    ///
    /// `INVALID_PRODUCER_ID_MAPPING`, `PRODUCER_FENCED`, `CONCURRENT_TRANSACTIONS`.
    pub(super) fn admit(&self, producer: Producer) -> Result<(), ResponseError> {
        if self.producer.id != producer.id {
            Err(ResponseError::InvalidProducerIdMapping)
        } else if self.producer.epoch != producer.epoch {
            Err(ResponseError::ProducerFenced)
        } else if self.state.is_prepared() {
            Err(ResponseError::ConcurrentTransactions)
        } else {
            Ok(())
        }
    }

    /// The transaction with more partitions; `None` where they all belong to it already.
    pub(super) fn add(&self, places: &BTreeSet<Place>, version: i16, now: Timestamp) -> Option<Self> {
        if self.state == State::Ongoing && places.is_subset(&self.partitions) {
            return None;
        }
        let mut next = Self { state: State::Ongoing, updated: now, version, ..self.clone() };
        if self.state != State::Ongoing {
            next.started = now;
        }
        next.partitions.extend(places.iter().cloned());
        Some(next)
    }

    /// EndTxn of a client.
    ///
    /// # Errors
    ///
    /// As Kafka decides by state, epoch and transaction version.
    pub(super) fn end(
        &self,
        ending: Ending,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<i64, ResponseError>,
    ) -> Result<End, ResponseError> {
        if ending.bumps { self.end_with_bump(ending, now, new_id) } else { self.end_plainly(ending, now) }
    }

    /// Up to transaction version 1: the epoch stays, and a repeated end is told by the state alone.
    fn end_plainly(&self, ending: Ending, now: Timestamp) -> Result<End, ResponseError> {
        if self.producer.id != ending.producer.id {
            return Err(ResponseError::InvalidProducerIdMapping);
        }
        if self.producer.epoch != ending.producer.epoch {
            return Err(ResponseError::ProducerFenced);
        }
        match (self.state, ending.commit) {
            (State::Ongoing, commit) => Ok(End::Prepared(Self {
                state: prepared(commit),
                updated: now,
                version: 0,
                next_id: -1,
                ..self.clone()
            })),
            (State::CompleteCommit, true) | (State::CompleteAbort, false) => Ok(End::Done),
            (State::PrepareCommit, true) | (State::PrepareAbort, false) => Err(ResponseError::ConcurrentTransactions),
            _ => Err(ResponseError::InvalidTxnState),
        }
    }

    /// Transaction version 2: every end bumps the epoch, so that a repeated end is told by its epoch.
    fn end_with_bump(
        &self,
        ending: Ending,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<i64, ResponseError>,
    ) -> Result<End, ResponseError> {
        let (is, asked) = (self.producer, ending.producer);
        let after_overflow = self.previous_id == asked.id && asked.epoch == i16::MAX - 1 && is.epoch == 0;
        let after_bump = i32::from(is.epoch) == i32::from(asked.epoch) + 1;
        let retry = after_bump || after_overflow;
        if is.id != asked.id && !after_overflow {
            return Err(ResponseError::InvalidProducerIdMapping);
        }
        let valid = match self.state {
            State::Ongoing | State::Empty => asked.epoch == is.epoch,
            State::PrepareCommit | State::PrepareAbort => after_bump,
            State::CompleteCommit | State::CompleteAbort => retry || asked.epoch == is.epoch,
        };
        if !valid {
            return Err(ResponseError::ProducerFenced);
        }
        match (self.state, ending.commit) {
            (State::Ongoing, commit) => self.prepare(commit, now, new_id).map(End::Prepared),
            (State::CompleteCommit, true) | (State::CompleteAbort, false) if retry => Ok(End::Done),
            (State::PrepareCommit, true) | (State::PrepareAbort, false) => Err(ResponseError::ConcurrentTransactions),
            (State::Empty, false) => self.prepare(false, now, new_id).map(End::Prepared),
            (State::CompleteCommit | State::CompleteAbort, false) if !retry => {
                self.prepare(false, now, new_id).map(End::Prepared)
            }
            _ => Err(ResponseError::InvalidTxnState),
        }
    }

    /// The decided transaction, with the epoch that its markers carry. A transaction that had no partition begins and
    /// ends now.
    fn prepare(
        &self,
        commit: bool,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<i64, ResponseError>,
    ) -> Result<Self, ResponseError> {
        let mut next = Self { state: prepared(commit), updated: now, version: 2, ..self.clone() };
        next.next_id = if self.is_exhausted() { new_id()? } else { -1 };
        if self.producer.epoch < i16::MAX {
            (next.producer.epoch, next.last_epoch) = (self.producer.epoch + 1, self.producer.epoch);
        }
        if self.state != State::Ongoing {
            next.started = now;
        }
        Ok(next)
    }

    /// The abort that the coordinator decides by itself, for a timeout or a new producer: its epoch fences the old one.
    ///
    /// # Errors
    ///
    /// When no producer id can be had.
    pub(super) fn fence(
        &self,
        bumps: bool,
        now: Timestamp,
        new_id: impl FnOnce() -> Result<i64, ResponseError>,
    ) -> Result<Self, ResponseError> {
        if bumps {
            return self.prepare(false, now, new_id);
        }
        let mut next = Self { state: State::PrepareAbort, updated: now, version: 0, next_id: -1, ..self.clone() };
        (next.producer.epoch, next.last_epoch) = (self.producer.epoch.saturating_add(1), -1);
        Ok(next)
    }

    /// A prepared transaction whose markers are all written.
    pub(super) fn complete(&self, now: Timestamp) -> Self {
        let state = if self.state == State::PrepareCommit { State::CompleteCommit } else { State::CompleteAbort };
        let mut next = Self { state, updated: now, previous_id: self.producer.id, next_id: -1, ..self.clone() };
        next.partitions.clear();
        if self.version >= 2 && self.next_id != -1 {
            next.producer = Producer { id: self.next_id, epoch: 0 };
        }
        next
    }
}

fn prepared(commit: bool) -> State {
    if commit { State::PrepareCommit } else { State::PrepareAbort }
}

fn is_exhausted(epoch: i16) -> bool {
    epoch >= i16::MAX - 1
}

#[cfg(test)]
mod tests;
