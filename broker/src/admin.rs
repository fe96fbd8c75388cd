//! Administration: what exists, how it is configured, and changing both.

pub(crate) mod assignment;
pub(crate) mod cluster;
pub(crate) mod configs;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod features;
pub(crate) mod log_dirs;
pub(crate) mod metadata;
pub(crate) mod partitions;
pub(crate) mod placement;
pub(crate) mod telemetry;
pub(crate) mod topic_name;
pub(crate) mod topic_partitions;
pub(crate) mod versions;

use std::collections::HashMap;

use crate::machine::{ConnectionId, Machine};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[
    (3, 0, 13),
    (18, 0, 4),
    (19, 2, 7),
    (20, 1, 6),
    (32, 1, 4),
    (33, 0, 2),
    (34, 1, 2),
    (35, 1, 4),
    (37, 0, 3),
    (44, 0, 1),
    (55, 0, 2),
    (57, 0, 2),
    (60, 0, 2),
    (71, 0, 0),
    (72, 0, 0),
    (74, 0, 1),
    (75, 0, 0),
];

/// What administration remembers beyond metadata; forgotten when the cluster stops.
#[derive(Debug, Default)]
pub(crate) struct Admin {
    levels: configs::loggers::Levels,
    instances: telemetry::Instances,
    /// What clients said that they are, by connection (KIP-511).
    software: HashMap<ConnectionId, (String, String)>,
}

/// Forgets what a connection said of itself.
pub(crate) fn disconnected(machine: &mut Machine, connection: ConnectionId) {
    machine.admin.software.remove(&connection);
}

#[cfg(test)]
mod tests;
