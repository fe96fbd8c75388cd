//! Share groups (KIP-932): several members take the records of one partition, each acknowledged on its own.
//!
//! `group` says who gets which partitions, `queue` which records of a partition are free, held or dealt with; both are
//! pure. `membership` and `fetch` are the requests, `session` what a member fetches from a broker, `store` keeps each
//! share-partition in `__share_group_state`. Members are not kept: after a restart they join again.

mod queue;
mod group;
mod session;
mod settings;
mod store;

mod acknowledge;
mod fetch;
mod membership;
mod offsets;

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

use crate::machine::{ConnectionId, Machine, Ticket, Timestamp};
use crate::metadata::TopicPartition;
use crate::wire::served::Api;

pub(crate) use acknowledge::acknowledge;
pub(crate) use fetch::fetch;
pub(crate) use membership::{describe, heartbeat};
pub(crate) use offsets::{alter_offsets, delete_offsets, describe_offsets};

/// The APIs of this area: the versions of Kafka 4.3 that `kafka-protocol` has.
pub(crate) const SERVED: &[Api] = &[(76, 1, 1), (77, 1, 1), (78, 1, 1), (79, 1, 1), (90, 0, 0), (91, 0, 0), (92, 0, 0)];

/// A group and a partition.
type PartKey = (String, TopicPartition);
/// A broker, a group and a member.
type SessionKey = (i32, String, String);

/// A share-partition, and what of it is kept.
#[derive(Debug)]
struct Part {
    queue: queue::Queue,
    kept: Option<(i64, Vec<queue::Resting>)>,
    snapshot_epoch: i32,
}

/// Every share group of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Shares {
    groups: BTreeMap<String, group::Group>,
    parts: HashMap<PartKey, Part>,
    sessions: HashMap<SessionKey, session::Session>,
    parked: HashMap<Ticket, fetch::Parked>,
    /// No hold ends before this.
    due: Option<Timestamp>,
}

impl Shares {
    /// Every group with its state.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (&String, &'static str)> {
        self.groups.iter().map(|(id, group)| (id, group.state()))
    }
}

/// Brings share-partitions back from their log.
pub(crate) fn recover(machine: &mut Machine) {
    store::load(machine);
}

/// Ends sessions and holds that are over, and answers who has waited long enough.
pub(crate) fn tick(machine: &mut Machine) {
    membership::tick(machine);
    fetch::tick(machine);
}

/// Records have come to a partition: who waits for them may have them.
pub(crate) fn appended(machine: &mut Machine, key: TopicPartition) {
    if !machine.shares.parked.is_empty() {
        fetch::wake(machine, key);
    }
}

/// Removes a group without members, with everything that is kept of it. `None` where there is no such group; false where
/// it has members.
pub(crate) fn delete_group(machine: &mut Machine, id: &str) -> Option<bool> {
    if !machine.shares.groups.get(id)?.members.is_empty() {
        return Some(false);
    }
    machine.shares.groups.remove(id);
    let keys: Vec<PartKey> = machine.shares.parts.keys().filter(|(group, _)| group == id).cloned().collect();
    for key in keys {
        store::forget(machine, &key);
    }
    Some(true)
}

/// A topic is gone, and with it what groups had of it.
pub(crate) fn topic_deleted(machine: &mut Machine, id: Uuid) {
    let keys: Vec<PartKey> = machine.shares.parts.keys().filter(|(_, place)| place.topic == id).cloned().collect();
    for key in keys {
        store::forget(machine, &key);
    }
}

/// A connection is gone: what was held through it is free.
pub(crate) fn disconnected(machine: &mut Machine, connection: ConnectionId) {
    fetch::disconnected(machine, connection);
}
