//! Brokers that come and go: their leaders move, they leave the in-sync replicas and come back to them.
//!
//! Nothing here follows events. [`reconcile`] compares every partition with which brokers are up, and commits the
//! differences as one batch, so that it can be called whenever something may have changed.

use std::collections::BTreeSet;
use std::io;

use super::election::{Election, decide};
use super::tuning;
use crate::config::broker_i64;
use crate::machine::{Machine, Timestamp};
use crate::metadata::change::{Change, PartitionState};
use crate::metadata::{Partition, Topic, TopicPartition};

/// How long a broker may be silent before it is fenced.
pub(crate) fn session_timeout(machine: &Machine) -> Timestamp {
    broker_i64(machine, "broker.session.timeout.ms")
}

/// How long a replica may lag before it leaves the ISR.
pub(crate) fn lag_timeout(machine: &Machine) -> Timestamp {
    broker_i64(machine, "replica.lag.time.max.ms")
}

/// Says which brokers the others do not see, and moves what has to move.
///
/// # Errors
///
/// When the journal cannot be written.
pub(crate) fn set_away(machine: &mut Machine, away: &BTreeSet<i32>) -> io::Result<()> {
    for broker in machine.metadata.brokers.values_mut() {
        broker.alive = !away.contains(&broker.id);
    }
    for (_, since) in machine.faults.frozen().collect::<Vec<_>>() {
        for due in [since + session_timeout(machine), since + lag_timeout(machine)] {
            if due > machine.now() {
                machine.wake_at(due);
            }
        }
    }
    reconcile(machine)
}

/// Brings every partition in line with which brokers are up.
///
/// # Errors
///
/// When the journal cannot be written; then nothing has changed.
pub(crate) fn reconcile(machine: &mut Machine) -> io::Result<()> {
    let view = View::of(machine);
    let mut changes = Vec::new();
    for topic in machine.metadata.topics() {
        for (index, partition) in (0..).zip(&topic.partitions) {
            if let Some(to) = view.next(machine, topic, index, partition) {
                changes.push(Change::PartitionChanged { id: topic.id, partition: index, to });
            }
        }
    }
    if changes.is_empty() { Ok(()) } else { machine.commit(changes) }
}

/// Gives new partitions leaders that are up, where brokers are down.
///
/// # Errors
///
/// When the journal cannot be written.
pub(crate) fn settle_new(machine: &mut Machine) -> io::Result<()> {
    if machine.metadata.brokers.values().all(|broker| broker.alive) { Ok(()) } else { reconcile(machine) }
}

/// Which brokers can do what.
struct View {
    up: BTreeSet<i32>,
    /// Up, and heard of within the time that a replica may lag.
    in_time: BTreeSet<i32>,
    /// Up and answering: what is not in sync catches up.
    catching_up: BTreeSet<i32>,
}

impl View {
    fn of(machine: &Machine) -> Self {
        let up: BTreeSet<i32> = machine.metadata.brokers.values().filter(|b| b.alive).map(|b| b.id).collect();
        let (lag, now) = (lag_timeout(machine), machine.now());
        let lags = |broker: &i32| machine.faults.frozen().any(|(id, since)| id == *broker && since + lag <= now);
        let in_time = up.iter().copied().filter(|broker| !lags(broker)).collect();
        let catching_up = up.iter().copied().filter(|broker| !machine.faults.is_frozen(*broker)).collect();
        Self { up, in_time, catching_up }
    }

    /// Where a partition is to stand; `None` where it stands there already.
    fn next(&self, machine: &Machine, topic: &Topic, index: i32, known: &Partition) -> Option<PartitionState> {
        let election = if tuning::unclean(machine, &topic.name) { Election::Unclean } else { Election::Online };
        let is_up = |broker: i32| self.up.contains(&broker);
        let known = PartitionState::from(known);
        let without = decide(&known, self.without_lost(known.clone()), election, is_up);
        let key = TopicPartition { topic: topic.id, partition: index };
        let copied = machine.control.is_copied(key, machine.now());
        let with = self.with_returned(without.clone(), copied);
        let next = decide(&without, with, election, is_up);
        (next != known).then_some(next)
    }

    /// Takes out of the ISR who is down, and who lags where the leader works and notices.
    fn without_lost(&self, mut state: PartitionState) -> PartitionState {
        let (leader, watched) = (state.leader, self.catching_up.contains(&state.leader));
        let stays = |broker: i32| !watched || broker == leader || self.in_time.contains(&broker);
        state.isr.retain(|broker| self.up.contains(broker) && stays(*broker));
        state
    }

    /// Puts into the ISR who can follow the leader. Replicas that a reassignment adds need time to copy.
    fn with_returned(&self, mut state: PartitionState, copied: bool) -> PartitionState {
        if self.catching_up.contains(&state.leader) {
            let comes = |broker: &i32| self.catching_up.contains(broker) && (copied || !state.adding.contains(broker));
            let returned = state.replicas.iter().copied().filter(|b| !state.isr.contains(b) && comes(b));
            let returned: Vec<i32> = returned.collect();
            state.isr.extend(returned);
        }
        state
    }
}
