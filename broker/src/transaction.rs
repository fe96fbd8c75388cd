//! The transaction coordinator (KIP-98, KIP-890): who may write under a transactional id, and how it ends.
//!
//! A transaction is atomic since its end is one record: first the prepared state goes to `__transaction_state`, then a
//! marker to each partition, then the completed state. Whatever comes between, a crash or a partition without a leader,
//! the prepared record decides, and its markers are written again; a marker more does no harm. Everything is written
//! before the client is answered, so that its next transaction never meets this one.
//!
//! In reading order: `state` decides, `record` is the log's format, `coordinator` keeps and completes, then the requests.
//! Batches are admitted here ([`admission`]) but appended by the data plane; committed offsets belong to groups.

mod state;
mod record;
mod coordinator;
mod markers;
mod settings;

pub(crate) mod admission;
mod describe;
mod end;
mod init;
mod partitions;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use uuid::Uuid;

use crate::control::coordinator::CoordinatorKind;
use crate::machine::{Machine, Timestamp};
use crate::metadata::TopicPartition;
use crate::wire::served::Api;
use state::{State, Transaction};

pub(crate) use describe::{describe_producers, describe_transactions, list_transactions};
pub(crate) use end::end_txn;
pub(crate) use init::init_producer_id;
pub(crate) use markers::write_txn_markers;
pub(crate) use partitions::{add_offsets_to_txn, add_partitions_to_txn};

/// The APIs of this area, with the versions of Kafka 4.3. WriteTxnMarkers ends at 1, as `kafka-protocol` does.
pub(crate) const SERVED: &[Api] =
    &[(22, 0, 5), (24, 0, 5), (25, 0, 4), (26, 0, 5), (27, 1, 1), (61, 0, 0), (65, 0, 0), (66, 0, 2)];

/// Every transactional id of the cluster. Which broker answers for one follows from the leader of its partition.
#[derive(Debug, Default)]
pub(crate) struct Transactions {
    ids: BTreeMap<String, Transaction>,
    /// Prepared, but a partition has not got its marker yet.
    unfinished: BTreeSet<String>,
    /// How many are open: without one there is no timeout to wait for.
    open: usize,
    /// When timeouts were looked for last.
    checked: Timestamp,
    /// When ids that are out of use were looked for last.
    cleaned: Timestamp,
    /// When partitions were asked to forget silent producers last.
    producers_checked: Timestamp,
    /// Taken from the cluster, and not handed out yet.
    producer_ids: Option<Range<i64>>,
}

impl Transactions {
    fn put(&mut self, id: &str, transaction: Transaction) {
        let opens = usize::from(transaction.state == State::Ongoing);
        let before = self.ids.insert(id.to_owned(), transaction);
        self.open = self.open + opens - usize::from(before.is_some_and(|before| before.state == State::Ongoing));
    }

    fn remove(&mut self, id: &str) {
        let before = self.ids.remove(id);
        self.open -= usize::from(before.is_some_and(|before| before.state == State::Ongoing));
        self.unfinished.remove(id);
    }
}

/// Rebuilds every transaction from its log, and completes those that were decided.
pub(crate) fn recover(machine: &mut Machine) {
    let now = machine.now();
    (machine.transactions.checked, machine.transactions.cleaned) = (now, now);
    machine.transactions.producers_checked = now;
    coordinator::load(machine);
    tick(machine);
}

/// Writes markers that could not be written before, aborts what has timed out, forgets ids and producers that are out of
/// use.
pub(crate) fn tick(machine: &mut Machine) {
    coordinator::finish_all(machine);
    end::abort_timed_out(machine);
    coordinator::expire(machine);
    forget_producers(machine);
}

/// Every `producer.id.expiration.check.interval.ms`, partitions forget producers that are silent for
/// `producer.id.expiration.ms`.
fn forget_producers(machine: &mut Machine) {
    let (now, interval) = (machine.now(), settings::producer_check_interval_ms(machine));
    if now >= machine.transactions.producers_checked + interval {
        machine.transactions.producers_checked = now;
        let after = settings::producer_expiration_ms(machine);
        let keys: Vec<TopicPartition> = machine.logs.iter().map(|(key, _)| key).collect();
        for key in keys {
            if let Some(log) = machine.logs.get_mut(key) {
                log.producers_mut().expire(now, after);
            }
        }
    }
    let at = machine.transactions.producers_checked + interval;
    machine.wake_at(at);
}

/// Partitions of `__transaction_state` have another leader, or theirs lost its memory: what is known is read back.
pub(crate) fn coordinators_moved(machine: &mut Machine) {
    let producer_ids = machine.transactions.producer_ids.take();
    machine.transactions = Transactions { producer_ids, ..Transactions::default() };
    recover(machine);
}

/// A topic is gone. What is left of it in open transactions is left out when they end; without the coordinator's own
/// topic there is nothing to coordinate.
pub(crate) fn topic_deleted(machine: &mut Machine, _id: Uuid) {
    if machine.metadata.topic(CoordinatorKind::Transaction.topic()).is_none() {
        let producer_ids = machine.transactions.producer_ids.take();
        machine.transactions = Transactions { producer_ids, ..Transactions::default() };
    }
}

#[cfg(test)]
mod tests;
