//! The data plane: Produce, Fetch with its sessions and long polls, ListOffsets, OffsetForLeaderEpoch, DeleteRecords.

pub(crate) mod delete;
pub(crate) mod fetch;
mod lookup;
pub(crate) mod offsets;
pub(crate) mod produce;
mod read;
mod session;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use uuid::Uuid;

use crate::config::{self, TopicConfig};
use crate::machine::{ConnectionId, Machine, Ticket, Timestamp};
use crate::metadata::TopicPartition;
use crate::net::connection::Limits;
use crate::wire::served::Api;
use session::Sessions;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(0, 0, 13), (1, 4, 18), (2, 1, 11), (21, 0, 2), (23, 2, 4)];

/// Fetches that wait for records, and what clients are known to fetch.
#[derive(Debug, Default)]
pub(crate) struct Data {
    parked: HashMap<Ticket, fetch::Parked>,
    waiting: HashMap<TopicPartition, HashSet<Ticket>>,
    /// By broker.
    sessions: HashMap<i32, Sessions>,
    /// Effective topic configs, while no config changes.
    configs: HashMap<Uuid, TopicConfig>,
}

/// A topic's effective configs, looked up once until any config changes.
pub(crate) fn topic_config(machine: &mut Machine, id: Uuid, name: &str) -> TopicConfig {
    if let Some(known) = machine.data.configs.get(&id) {
        return *known;
    }
    let config = config::topic(machine, name);
    machine.data.configs.insert(id, config);
    config
}

/// Some config is another now.
pub(crate) fn config_changed(machine: &mut Machine) {
    machine.data.configs.clear();
}

/// What bounds a connection.
pub(crate) fn limits(machine: &Machine) -> Limits {
    let frame = config::broker_i64(machine, "socket.request.max.bytes");
    let idle = config::broker_i64(machine, "connections.max.idle.ms");
    Limits {
        frame: usize::try_from(frame).unwrap_or(usize::MAX),
        idle: u64::try_from(idle).ok().map(Duration::from_millis),
    }
}

/// Records or a leader have come to a partition: who waits for it may be answered.
pub(crate) fn appended(machine: &mut Machine, key: TopicPartition) {
    crate::share::appended(machine, key);
    let Some(tickets) = machine.data.waiting.get(&key) else { return };
    for ticket in tickets.clone() {
        fetch::retry(machine, ticket, fetch::Wait::More);
    }
}

/// Answers fetches that have waited long enough.
pub(crate) fn tick(machine: &mut Machine) {
    let now = machine.now();
    let due: Vec<(Ticket, Timestamp)> =
        machine.data.parked.iter().map(|(ticket, parked)| (*ticket, parked.until)).collect();
    for (ticket, until) in due {
        if until <= now {
            fetch::retry(machine, ticket, fetch::Wait::Over);
        } else {
            machine.wake_at(until);
        }
    }
}

/// A topic is gone: who waits for it is told.
pub(crate) fn topic_deleted(machine: &mut Machine, id: Uuid) {
    machine.data.configs.remove(&id);
    let keys: Vec<TopicPartition> = machine.data.waiting.keys().filter(|key| key.topic == id).copied().collect();
    for key in keys {
        answer_all(machine, key);
    }
}

/// A partition has another leader: who waits at the old one is told.
pub(crate) fn partition_changed(machine: &mut Machine, id: Uuid, partition: i32) {
    answer_all(machine, TopicPartition { topic: id, partition });
}

fn answer_all(machine: &mut Machine, key: TopicPartition) {
    for ticket in machine.data.waiting.get(&key).cloned().unwrap_or_default() {
        fetch::retry(machine, ticket, fetch::Wait::Over);
    }
}

/// Forgets what a connection waits for.
pub(crate) fn disconnected(machine: &mut Machine, connection: ConnectionId) {
    let gone: Vec<Ticket> =
        machine.data.parked.iter().filter(|(_, parked)| parked.cx.connection == connection).map(|(t, _)| *t).collect();
    for ticket in gone {
        fetch::unpark(machine, ticket);
    }
}

#[cfg(test)]
pub(crate) mod tests;
