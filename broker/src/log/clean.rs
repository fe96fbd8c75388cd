//! The cleaner: retention by time and size, compaction; on a schedule and on request.
//!
//! Time is the machine's. A compaction goes on in steps of about a megabyte, each under the machine's lock for some
//! milliseconds, and asks to be called again; in between, clients are served.

use std::collections::HashMap;

use super::compact::{Compaction, Progress};
use super::partition::Rolling;
use crate::config::{self, TopicConfig};
use crate::machine::{Machine, Timestamp};
use crate::metadata::change::Change;
use crate::metadata::{ConfigResource, TopicPartition};

/// How long after start retention is first looked at, in milliseconds, as in Kafka.
const FIRST_CHECK: i64 = 30_000;
/// How many bytes of log one step of a compaction reads.
const STEP: u64 = 1024 * 1024;

/// What is due when, and the compaction under way.
#[derive(Debug, Default)]
pub(crate) struct Cleaner {
    next_check: Option<Timestamp>,
    next_compaction: Option<Timestamp>,
    under_way: Option<Compaction>,
}

/// Cleans what has come due.
pub(crate) fn tick(machine: &mut Machine) {
    if !machine.logs.hold_records() {
        return;
    }
    check_retention(machine);
    compact(machine);
    let cleaner = &machine.logs.cleaner;
    let wakes = [cleaner.next_check, cleaner.next_compaction];
    for at in wakes.into_iter().flatten() {
        machine.wake_at(at);
    }
}

fn check_retention(machine: &mut Machine) {
    let now = machine.now();
    let interval = config::broker_i64(machine, "log.retention.check.interval.ms").max(1);
    if machine.logs.cleaner.next_check.is_some_and(|at| at <= now) {
        retain(machine);
        machine.logs.cleaner.next_check = Some(now.saturating_add(interval));
    }
    // A clock that was set back must not put the next check off.
    let first = now.saturating_add(FIRST_CHECK.min(interval));
    let latest = now.saturating_add(interval);
    let next = machine.logs.cleaner.next_check.map_or(first, |at| at.min(latest));
    machine.logs.cleaner.next_check = Some(next);
}

/// Drops what every topic need not keep.
fn retain(machine: &mut Machine) {
    for (key, settings) in logs(machine) {
        let now = machine.now();
        let Some(log) = machine.logs.get_mut(key).filter(|_| settings.cleanup_delete) else { continue };
        if let Err(error) = log.retain(settings.retention_ms, settings.retention_bytes, now) {
            tracing::warn!(%error, "old segments could not be removed");
        }
    }
}

fn compact(machine: &mut Machine) {
    let now = machine.now();
    let backoff = config::broker_i64(machine, "log.cleaner.backoff.ms").max(1);
    if machine.logs.cleaner.under_way.is_none() {
        let due = machine.logs.cleaner.next_compaction.is_none_or(|at| at <= now || at > now.saturating_add(backoff));
        if !due {
            return;
        }
        machine.logs.cleaner.under_way = filthiest(machine);
        if machine.logs.cleaner.under_way.is_none() {
            machine.logs.cleaner.next_compaction = Some(now.saturating_add(backoff));
            return;
        }
    }
    machine.logs.cleaner.next_compaction = Some(now);
    step(machine, STEP);
}

/// Goes on with the compaction under way.
fn step(machine: &mut Machine, budget: u64) {
    let Some(mut job) = machine.logs.cleaner.under_way.take() else { return };
    let Some(log) = machine.logs.get_mut(job.key()) else { return };
    match job.step(log, budget) {
        Ok(Progress::More) => machine.logs.cleaner.under_way = Some(job),
        Ok(Progress::Done) => {}
        Err(error) => tracing::warn!(%error, "a log could not be compacted"),
    }
}

/// The log that is worth compacting most.
fn filthiest(machine: &Machine) -> Option<Compaction> {
    let mut best: Option<(f64, Compaction)> = None;
    for (key, settings) in logs(machine) {
        let Some(log) = machine.logs.get(key).filter(|_| settings.cleanup_compact) else { continue };
        let Some(dirt) = log.dirt(&settings, machine.now()) else { continue };
        let worth = dirt.overdue || dirt.ratio > settings.min_cleanable_dirty_ratio;
        if worth && best.as_ref().is_none_or(|(ratio, _)| dirt.ratio > *ratio) {
            best =
                Some((dirt.ratio, Compaction::new(key, log, dirt.until, settings.delete_retention_ms, machine.now())));
        }
    }
    best.map(|(_, job)| job)
}

/// Cleans everything that can be cleaned, due or not. Active segments of compacted topics are rolled, so that what was just
/// written is compacted too.
pub(crate) fn now(machine: &mut Machine) {
    retain(machine);
    let now = machine.now();
    for (key, settings) in logs(machine) {
        let Some(log) = machine.logs.get_mut(key).filter(|_| settings.cleanup_compact) else { continue };
        if let Err(error) = log.roll_for_cleaning() {
            tracing::warn!(%error, "a segment could not be rolled");
        }
        let Some(dirt) = log.dirt(&settings, now) else { continue };
        let job = Compaction::new(key, log, dirt.until, settings.delete_retention_ms, now);
        machine.logs.cleaner.under_way = Some(job);
        while machine.logs.cleaner.under_way.is_some() {
            step(machine, u64::MAX);
        }
    }
}

/// Every log that has records, with its topic's configs.
fn logs(machine: &Machine) -> Vec<(TopicPartition, TopicConfig)> {
    let mut settings = HashMap::new();
    let mut out = Vec::new();
    for (key, _) in machine.logs.iter().filter(|(_, log)| !log.is_bare()) {
        let Some(topic) = machine.metadata.topic_by_id(key.topic) else { continue };
        let settings = settings.entry(key.topic).or_insert_with(|| config::topic(machine, &topic.name));
        out.push((key, *settings));
    }
    out
}

/// Topics that are new, or whose configs have changed, roll their segments accordingly.
pub(crate) fn follow(machine: &mut Machine, change: &Change) {
    let names: Vec<String> = match change {
        Change::TopicCreated { name, .. } => vec![name.clone()],
        Change::PartitionsAdded { id, .. } => {
            machine.metadata.topic_by_id(*id).map(|topic| topic.name.clone()).into_iter().collect()
        }
        Change::ConfigChanged { resource, .. } if resource.kind == ConfigResource::TOPIC => vec![resource.name.clone()],
        Change::ConfigChanged { resource, .. } if resource.kind == ConfigResource::BROKER => every_topic(machine),
        _ => Vec::new(),
    };
    for name in &names {
        configure(machine, name);
    }
}

/// As [`follow`], for everything that was found at start.
pub(crate) fn recover(machine: &mut Machine) {
    for name in &every_topic(machine) {
        configure(machine, name);
    }
}

fn every_topic(machine: &Machine) -> Vec<String> {
    machine.metadata.topics().map(|topic| topic.name.clone()).collect()
}

fn configure(machine: &mut Machine, name: &str) {
    let Some(topic) = machine.metadata.topic(name) else { return };
    let settings = config::topic(machine, name);
    let (id, partitions) = (topic.id, topic.partitions.len());
    let overdue = if settings.cleanup_compact { settings.max_compaction_lag_ms } else { i64::MAX };
    let rolling = Rolling {
        bytes: u64::try_from(settings.segment_bytes).unwrap_or(u64::MAX),
        ms: settings.segment_ms.min(overdue),
    };
    for partition in 0..partitions {
        let key = TopicPartition { topic: id, partition: i32::try_from(partition).unwrap_or(i32::MAX) };
        if let Some(log) = machine.logs.get_mut(key) {
            log.set_rolling(rolling);
        }
    }
}
