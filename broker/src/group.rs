//! Groups: membership by the classic protocol and by KIP-848, and the offsets that groups commit.

pub(crate) mod admin;
pub(crate) mod classic;
pub(crate) mod consumer;
pub(crate) mod offsets;

use uuid::Uuid;

use crate::machine::Machine;
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[];

/// Every group of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Groups {}

pub(crate) fn recover(_machine: &mut Machine) {}

pub(crate) fn tick(_machine: &mut Machine) {}

pub(crate) fn topic_deleted(_machine: &mut Machine, _id: Uuid, _name: &str) {}

/// A transaction with offsets of a group has ended: its pending offsets become committed, or go.
pub(crate) fn transaction_ended(_machine: &mut Machine, _producer_id: i64, _partition: i32, _committed: bool) {}
