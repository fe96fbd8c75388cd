//! The broker settings that the coordinator follows.

use crate::config::{broker_bool, broker_i64};
use crate::machine::Machine;

/// `transaction.max.timeout.ms`.
pub(super) fn max_timeout_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "transaction.max.timeout.ms")
}

/// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
pub(super) fn abort_interval_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "transaction.abort.timed.out.transaction.cleanup.interval.ms")
}

/// `transactional.id.expiration.ms`.
pub(super) fn id_expiration_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "transactional.id.expiration.ms")
}

/// `transaction.remove.expired.transaction.cleanup.interval.ms`.
pub(super) fn remove_interval_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "transaction.remove.expired.transaction.cleanup.interval.ms")
}

/// `transaction.state.log.min.isr`.
pub(super) fn min_isr(machine: &Machine) -> usize {
    usize::try_from(broker_i64(machine, "transaction.state.log.min.isr")).unwrap_or(1)
}

/// `transaction.partition.verification.enable`.
pub(super) fn verifies_partitions(machine: &Machine) -> bool {
    broker_bool(machine, "transaction.partition.verification.enable")
}

/// The finalized level of `transaction.version`.
pub(super) fn transaction_version(machine: &Machine) -> i16 {
    machine.metadata.features.get("transaction.version").copied().unwrap_or(0)
}

/// `producer.id.expiration.ms`.
pub(super) fn producer_expiration_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "producer.id.expiration.ms")
}

/// `producer.id.expiration.check.interval.ms`.
pub(super) fn producer_check_interval_ms(machine: &Machine) -> i64 {
    broker_i64(machine, "producer.id.expiration.check.interval.ms").max(1)
}
