//! Keeps transactions: their log, who coordinates them, completing what is prepared, forgetting what is out of use.

use kafka_protocol::error::ResponseError;

use super::state::{State, Transaction};
use super::{markers, record, settings};
use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::data;
use crate::machine::{Machine, Timestamp};
use crate::metadata::TopicPartition;
use crate::records::build::{BatchBuilder, NewRecord};
use crate::records::read;

/// How long until markers that could not be written are tried again.
const RETRY_MS: i64 = 100;

/// The partition that keeps a transactional id, and who leads it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    pub(super) key: TopicPartition,
    pub(super) broker: i32,
    /// The coordinator's epoch is that of the partition's leader.
    pub(super) epoch: i32,
}

/// Where a transactional id is coordinated.
///
/// # Errors
///
/// `COORDINATOR_NOT_AVAILABLE` while nobody does.
pub(super) fn seat(machine: &Machine, id: &str) -> Result<Seat, ResponseError> {
    let key = known_partition(machine, CoordinatorKind::Transaction, id);
    let found = key.and_then(|key| Some((key, machine.metadata.partition(key)?)));
    let (key, partition) = found.ok_or(ResponseError::CoordinatorNotAvailable)?;
    if partition.leader < 0 {
        return Err(ResponseError::CoordinatorNotAvailable);
    }
    Ok(Seat { key, broker: partition.leader, epoch: partition.leader_epoch })
}

/// Whether this broker is the one that coordinates a transactional id.
///
/// # Errors
///
/// `NOT_COORDINATOR`.
pub(super) fn seat_at(machine: &Machine, id: &str, broker: i32) -> Result<Seat, ResponseError> {
    let seat = seat(machine, id).map_err(|_| ResponseError::NotCoordinator)?;
    if seat.broker == broker { Ok(seat) } else { Err(ResponseError::NotCoordinator) }
}

/// Makes a state durable, and then true.
///
/// # Errors
///
/// `COORDINATOR_NOT_AVAILABLE` while the log cannot be written or has too few replicas in sync.
pub(super) fn store(machine: &mut Machine, id: &str, transaction: Transaction) -> Result<(), ResponseError> {
    let value = record::value(&transaction, settings::transaction_version(machine));
    write(machine, id, Some(&value))?;
    machine.transactions.put(id, transaction);
    Ok(())
}

fn write(machine: &mut Machine, id: &str, value: Option<&[u8]>) -> Result<(), ResponseError> {
    let seat = seat(machine, id)?;
    let needed = settings::min_isr(machine);
    let partition = machine.metadata.partition(seat.key).ok_or(ResponseError::CoordinatorNotAvailable)?;
    if partition.isr.len() < needed.min(partition.replicas.len()) {
        return Err(ResponseError::CoordinatorNotAvailable);
    }
    let mut batch = BatchBuilder::default();
    let key = record::key(id);
    batch.push(&NewRecord { timestamp: machine.now(), key: Some(&key), value, ..NewRecord::default() });
    let log = machine.logs.get_mut(seat.key).ok_or(ResponseError::NotCoordinator)?;
    log.append(&batch.finish(), seat.epoch).map_err(|error| {
        tracing::warn!(%error, transactional_id = id, "the transaction log cannot be written");
        ResponseError::CoordinatorNotAvailable
    })?;
    data::appended(machine, seat.key);
    Ok(())
}

/// Stores a decided transaction, and writes its markers and its completion. What cannot be written now is tried again.
///
/// # Errors
///
/// When the decision cannot be stored; then nothing was decided.
pub(super) fn decide(machine: &mut Machine, id: &str, prepared: Transaction) -> Result<(), ResponseError> {
    store(machine, id, prepared)?;
    finish(machine, id);
    Ok(())
}

/// Writes what a prepared transaction still lacks.
fn finish(machine: &mut Machine, id: &str) {
    let Some(transaction) = machine.transactions.ids.get(id).filter(|found| found.state.is_prepared()).cloned() else {
        machine.transactions.unfinished.remove(id);
        return;
    };
    let Ok(seat) = seat(machine, id) else { return later(machine, id) };
    let commit = transaction.state == State::PrepareCommit;
    let end = markers::End { producer: transaction.producer, commit, coordinator_epoch: seat.epoch };
    let mut rest = transaction.clone();
    rest.partitions.retain(|place| !markers::reach(machine, place, end));
    let done = rest.partitions.is_empty();
    if done && store(machine, id, transaction.complete(machine.now())).is_ok() {
        machine.transactions.unfinished.remove(id);
        return;
    }
    machine.transactions.put(id, rest);
    later(machine, id);
}

fn later(machine: &mut Machine, id: &str) {
    machine.transactions.unfinished.insert(id.to_owned());
    let at = machine.now() + RETRY_MS;
    machine.wake_at(at);
}

/// Tries again what could not be finished before.
pub(super) fn finish_all(machine: &mut Machine) {
    for id in machine.transactions.unfinished.clone() {
        finish(machine, &id);
    }
}

/// Forgets transactional ids that were out of use for `transactional.id.expiration.ms`.
pub(super) fn expire(machine: &mut Machine) {
    if machine.transactions.ids.is_empty() {
        return;
    }
    let (now, interval) = (machine.now(), settings::remove_interval_ms(machine));
    if now < machine.transactions.cleaned + interval {
        let at = machine.transactions.cleaned + interval;
        return machine.wake_at(at);
    }
    machine.transactions.cleaned = now;
    let after = settings::id_expiration_ms(machine);
    let idle = |transaction: &Transaction| {
        let rests = matches!(transaction.state, State::Empty | State::CompleteCommit | State::CompleteAbort);
        rests && transaction.updated + after <= now
    };
    let ids = &machine.transactions.ids;
    let gone: Vec<String> = ids.iter().filter(|(_, known)| idle(known)).map(|(id, _)| id.clone()).collect();
    for id in gone {
        if write(machine, &id, None).is_ok() {
            machine.transactions.remove(&id);
        }
    }
    machine.wake_at(now + interval);
}

/// Reads every partition of the transaction log; the last record of an id says where it stands.
pub(super) fn load(machine: &mut Machine) {
    let topic = machine.metadata.topic(CoordinatorKind::Transaction.topic());
    let Some((topic, count)) = topic.map(|topic| (topic.id, topic.partitions.len())) else { return };
    for partition in 0..i32::try_from(count).unwrap_or(i32::MAX) {
        for (id, transaction) in read_partition(machine, TopicPartition { topic, partition }) {
            match transaction {
                Some(transaction) => machine.transactions.put(&id, transaction),
                None => machine.transactions.remove(&id),
            }
        }
    }
    let decided = machine.transactions.ids.iter().filter(|(_, known)| known.state.is_prepared());
    machine.transactions.unfinished = decided.map(|(id, _)| id.clone()).collect();
}

fn read_partition(machine: &Machine, key: TopicPartition) -> Vec<(String, Option<Transaction>)> {
    let (Some(log), mut found) = (machine.logs.get(key), Vec::new()) else { return Vec::new() };
    let (mut at, end) = (log.start_offset(), log.end_offset());
    while at < end {
        let batches = log.batches(at, end).unwrap_or_default();
        if batches.is_empty() {
            tracing::warn!(partition = key.partition, at, "the transaction log cannot be read further");
            break;
        }
        for (header, batch) in batches {
            at = header.next_offset();
            for record in read::records(&batch).unwrap_or_default() {
                let Some(id) = record.key.as_deref().and_then(record::read_key) else { continue };
                let transaction = record.value.as_deref().and_then(record::read_value);
                found.push((id, transaction));
            }
        }
    }
    found
}

/// When the next look at timeouts is due.
pub(super) fn next_check(machine: &Machine) -> Timestamp {
    machine.transactions.checked + settings::abort_interval_ms(machine)
}
