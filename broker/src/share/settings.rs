//! What a share group is configured to: the group's own config, or the broker's.

use crate::config::{broker_i64, broker_str};
use crate::machine::Machine;
use crate::metadata::ConfigResource;

fn own<'a>(machine: &'a Machine, group: &str, name: &str) -> Option<&'a str> {
    machine.metadata.config(ConfigResource::GROUP, group, name)
}

fn number(machine: &Machine, group: &str, name: &str) -> i64 {
    let own = own(machine, group, name).and_then(|value| value.trim().parse().ok());
    own.unwrap_or_else(|| broker_i64(machine, &format!("group.{name}")))
}

pub(super) fn session_timeout_ms(machine: &Machine, group: &str) -> i64 {
    number(machine, group, "share.session.timeout.ms")
}

pub(super) fn heartbeat_interval_ms(machine: &Machine, group: &str) -> i32 {
    i32::try_from(number(machine, group, "share.heartbeat.interval.ms")).unwrap_or(i32::MAX)
}

/// How long a record is held.
pub(super) fn lock_ms(machine: &Machine, group: &str) -> i32 {
    i32::try_from(number(machine, group, "share.record.lock.duration.ms")).unwrap_or(i32::MAX)
}

/// How often a record is delivered at most.
pub(super) fn delivery_limit(machine: &Machine, group: &str) -> i16 {
    i16::try_from(number(machine, group, "share.delivery.count.limit")).unwrap_or(i16::MAX)
}

/// How many records of a partition are in flight at most.
pub(super) fn max_locks(machine: &Machine, group: &str) -> usize {
    usize::try_from(number(machine, group, "share.partition.max.record.locks")).unwrap_or(usize::MAX)
}

pub(super) fn max_size(machine: &Machine) -> usize {
    usize::try_from(broker_i64(machine, "group.share.max.size")).unwrap_or(usize::MAX)
}

/// Whether members see only what is committed.
pub(super) fn reads_committed(machine: &Machine, group: &str) -> bool {
    own(machine, group, "share.isolation.level") == Some("read_committed")
}

/// Where a group begins: `latest`, `earliest` or `by_duration:…`.
pub(super) fn reset<'a>(machine: &'a Machine, group: &str) -> &'a str {
    own(machine, group, "share.auto.offset.reset").unwrap_or("latest")
}

/// Whether share groups are on.
pub(super) fn enabled(machine: &Machine) -> bool {
    machine.metadata.features.get("share.version").is_some_and(|level| *level > 0)
        && !broker_str(machine, "group.share.assignors").is_empty()
}
