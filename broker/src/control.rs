//! The controller's part: which broker leads what, which replicas are in sync, and moving both.
//!
//! Replication is logical: a replica of a broker that is up is in sync. What a client can see of it (leaders, epochs,
//! in-sync replicas, reassignments under way) follows Kafka's controller.

pub(crate) mod brokers;
pub(crate) mod coordinator;
pub(crate) mod elect;
pub(crate) mod election;
pub(crate) mod reassign;
pub(crate) mod tuning;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use self::coordinator::CoordinatorKind;
use crate::config::{broker_bool, broker_i64};
use crate::machine::{Machine, Timestamp};
use crate::metadata::TopicPartition;
use crate::metadata::change::Change;
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(10, 0, 6), (43, 0, 2), (45, 0, 1), (46, 0, 0)];

/// What the controller keeps in mind besides metadata.
#[derive(Debug, Default)]
pub(crate) struct Control {
    /// When the replicas that each reassignment adds will have copied everything.
    copied: BTreeMap<TopicPartition, Timestamp>,
    /// When leaders go back to preferred replicas.
    balance: Option<Timestamp>,
    /// When partitions without a leader are looked at again.
    retry: Option<Timestamp>,
}

impl Control {
    /// The clock was set back: what comes round begins its round again.
    pub(crate) fn set_back(&mut self) {
        (self.balance, self.retry) = (None, None);
    }

    /// Whether the replicas that are added to a partition have copied everything.
    pub(crate) fn is_copied(&self, key: TopicPartition, now: Timestamp) -> bool {
        self.copied.get(&key).is_none_or(|at| *at <= now)
    }
}

/// At start every configured broker is up: each is in sync again, and partitions without a leader get one.
pub(crate) fn recover(machine: &mut Machine) {
    if let Err(error) = brokers::reconcile(machine) {
        tracing::warn!(%error, "leaders could not be brought in line with the brokers");
    }
}

/// Does what time brings: fences frozen brokers, finishes reassignments, moves leaders back.
pub(crate) fn tick(machine: &mut Machine) {
    if let Err(error) = pass_time(machine) {
        tracing::warn!(%error, "the controller could not write what it decided");
    }
}

fn pass_time(machine: &mut Machine) -> std::io::Result<()> {
    let now = machine.now();
    if machine.faults.frozen().next().is_some() {
        crate::fault::inject::settle(machine).map_err(std::io::Error::other)?;
    }
    if machine.control.copied.values().any(|at| *at <= now) {
        machine.control.copied.retain(|_, at| *at > now);
        brokers::reconcile(machine)?;
    }
    if rings(&mut machine.control.retry, now) {
        brokers::reconcile(machine)?;
    }
    if rings(&mut machine.control.balance, now) && broker_bool(machine, "auto.leader.rebalance.enable") {
        elect::prefer_all(machine)?;
    }
    set_alarms(machine);
    let control = &machine.control;
    let next = control.copied.values().copied().chain(control.retry).chain(control.balance).min();
    if let Some(at) = next {
        machine.wake_at(at);
    }
    Ok(())
}

/// Whether an alarm went off; then it is no longer set.
fn rings(alarm: &mut Option<Timestamp>, now: Timestamp) -> bool {
    alarm.take_if(|at| *at <= now).is_some()
}

/// Sets the alarms that are not set.
fn set_alarms(machine: &mut Machine) {
    let now = machine.now();
    if machine.control.retry.is_none() {
        machine.control.retry = Some(now + broker_i64(machine, "unclean.leader.election.interval.ms").max(1));
    }
    if machine.control.balance.is_none() {
        let seconds = broker_i64(machine, "leader.imbalance.check.interval.seconds").max(1);
        machine.control.balance = Some(now + seconds * 1000);
    }
}

/// The partition of an internal topic that a change gives to another leader, or to the same one in a new epoch: its
/// coordinator begins with what the log says.
pub(crate) fn moved_coordinator(machine: &Machine, change: &Change) -> Option<(CoordinatorKind, i32)> {
    let Change::PartitionChanged { id, partition, to } = change else { return None };
    let kinds = [CoordinatorKind::Group, CoordinatorKind::Transaction, CoordinatorKind::Share];
    let topic = machine.metadata.topic_by_id(*id).filter(|topic| topic.is_internal())?;
    let kind = kinds.into_iter().find(|kind| kind.topic() == topic.name)?;
    let known = machine.metadata.partition(TopicPartition { topic: *id, partition: *partition })?;
    (known.leader_epoch != to.leader_epoch).then_some((kind, *partition))
}

/// Lets coordinators that have moved begin with what their logs say.
pub(crate) fn move_coordinators(machine: &mut Machine, moved: &[(CoordinatorKind, i32)]) {
    let of = |wanted| moved.iter().filter(move |(kind, _)| *kind == wanted).map(|(_, partition)| *partition);
    let groups: Vec<i32> = of(CoordinatorKind::Group).collect();
    if !groups.is_empty() {
        crate::group::coordinators_moved(machine, &groups);
    }
    if of(CoordinatorKind::Transaction).next().is_some() {
        crate::transaction::coordinators_moved(machine);
    }
}
