//! Retention and compaction.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use proptest::prelude::*;

use super::{KEY, batch, both, headers, in_memory, opened};
use crate::config::TopicConfig;
use crate::log::compact::{Compaction, Progress};
use crate::log::recovery::Stop;
use crate::log::{Log, Logs, Rolling};
use crate::machine::{Machine, Settings};
use crate::metadata::Metadata;
use crate::metadata::journal::Journal;
use crate::records::build::{BatchBuilder, NewRecord};
use crate::records::header::{Compression, seal};
use crate::records::{Header, build, read};

const DAY: i64 = 86_400_000;

fn settings() -> TopicConfig {
    let machine = Machine::new(Settings::default(), Metadata::default(), Journal::default(), Logs::default(), 0);
    crate::config::topic(&machine, "orders")
}

fn keyed(records: &[(&str, Option<&str>)], time: i64) -> Vec<u8> {
    let mut builder = BatchBuilder::default();
    for (key, value) in records {
        let (key, value) = (Some(key.as_bytes()), value.map(str::as_bytes));
        builder.push(&NewRecord { timestamp: time, key, value, ..NewRecord::default() });
    }
    builder.finish()
}

/// Everything a reader sees: offset, key, value.
fn all(log: &Log) -> Vec<(i64, String, Option<String>)> {
    let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
    let (mut from, mut out) = (log.start_offset(), Vec::new());
    loop {
        let bytes = log.read(from, log.end_offset(), 1 << 20).unwrap();
        if bytes.is_empty() {
            return out;
        }
        let mut at = 0;
        for header in headers(&bytes) {
            let records = read::records(&bytes.slice(at..at + header.size)).unwrap();
            let control = header.is_control();
            let shown = records.into_iter().filter(|_| !control);
            out.extend(
                shown.map(|record| (record.offset, record.key.map(text).unwrap_or_default(), record.value.map(text))),
            );
            at += header.size;
            from = header.next_offset();
        }
    }
}

fn compact(log: &mut Log, now: i64, budget: u64) {
    log.roll_for_cleaning().unwrap();
    let settings = settings();
    let Some(dirt) = log.dirt(&settings, now) else { return };
    let mut job = Compaction::new(KEY, log, dirt.until, settings.delete_retention_ms, now);
    while job.step(log, budget).unwrap() == Progress::More {}
}

fn small(log: &mut Log) {
    log.set_rolling(Rolling { bytes: 200, ms: i64::MAX });
}

#[test]
fn keeps_the_last_record_of_each_key_at_its_offset() {
    both(|log| {
        small(log);
        log.append(&keyed(&[("a", Some("1")), ("b", Some("1"))], 1), 0).unwrap();
        log.append(&keyed(&[("a", Some("2"))], 1), 0).unwrap();
        log.append(&keyed(&[("c", Some("1")), ("a", Some("3"))], 1), 0).unwrap();
        compact(log, 10, 1);
        let text = |text: &str| text.to_owned();
        let expected =
            [(1, text("b"), Some(text("1"))), (3, text("c"), Some(text("1"))), (4, text("a"), Some(text("3")))];
        assert_eq!(all(log), expected);
        assert_eq!((log.start_offset(), log.end_offset()), (0, 5));
        assert_eq!(log.append(&keyed(&[("a", None)], 1), 0).unwrap(), 5);
    });
}

#[test]
fn keeps_a_tombstone_until_delete_retention_has_passed_since_it_was_compacted() {
    both(|log| {
        small(log);
        log.append(&keyed(&[("a", Some("1")), ("b", Some("1"))], 5), 0).unwrap();
        log.append(&keyed(&[("a", None)], 5), 0).unwrap();
        compact(log, 10, u64::MAX);
        assert_eq!(all(log).iter().map(|(offset, ..)| *offset).collect::<Vec<_>>(), [1, 2]);
        let tombstone = read::records(&log.read(2, 3, 1 << 20).unwrap()).unwrap();
        assert_eq!(tombstone[0].timestamp, 5);
        log.append(&keyed(&[("c", Some("1"))], 5), 0).unwrap();
        compact(log, 9 + DAY, u64::MAX);
        assert_eq!(all(log).len(), 3);
        log.append(&keyed(&[("d", Some("1"))], 5), 0).unwrap();
        compact(log, 10 + DAY, u64::MAX);
        assert_eq!(all(log).iter().map(|(offset, ..)| *offset).collect::<Vec<_>>(), [1, 3, 4]);
    });
}

#[test]
fn leaves_young_records_and_the_active_segment_alone() {
    both(|log| {
        small(log);
        for time in [100, 200, 300] {
            log.append(&keyed(&[("a", Some("some value that fills a segment quickly enough to roll"))], time), 0)
                .unwrap();
            log.append(&keyed(&[("a", Some("some value that fills a segment quickly enough to roll"))], time), 0)
                .unwrap();
        }
        let settings = TopicConfig { min_compaction_lag_ms: 150, ..settings() };
        let until = |now| log.dirt(&settings, now).map(|dirt| dirt.until);
        assert_eq!(log.segments.len(), 6);
        assert_eq!((until(240), until(270), until(351), until(1_000)), (None, Some(2), Some(4), Some(5)));
        let overdue = TopicConfig { max_compaction_lag_ms: 1_000, ..settings };
        let is_overdue = |now| log.dirt(&overdue, now).is_some_and(|dirt| dirt.overdue);
        assert!(!is_overdue(1_100) && is_overdue(1_101));
    });
}

fn transactional(producer: i64, sequence: i32, key: &str) -> Vec<u8> {
    let mut builder = BatchBuilder::transactional(producer, 0);
    builder.push(&NewRecord { timestamp: 1, key: Some(key.as_bytes()), value: Some(b"v"), ..NewRecord::default() });
    let mut bytes = builder.finish();
    bytes[53..57].copy_from_slice(&sequence.to_be_bytes());
    seal(&mut bytes);
    bytes
}

fn marker(producer: i64, commit: bool) -> Vec<u8> {
    let mut builder = BatchBuilder::control(producer, 0);
    let key = [0, 0, 0, u8::from(commit)];
    builder.push(&NewRecord { timestamp: 1, key: Some(&key), value: Some(&[0; 6]), ..NewRecord::default() });
    builder.finish()
}

fn markers(log: &Log) -> usize {
    let read = log.read(0, log.end_offset(), 1 << 20).unwrap();
    headers(&read).iter().filter(|header| header.is_control()).count()
}

#[test]
fn drops_aborted_records_first_and_their_marker_when_nobody_can_need_it() {
    let mut logs = in_memory();
    let log = logs.get_mut(KEY).unwrap();
    log.append(&transactional(1, 0, "kept"), 0).unwrap();
    log.append(&marker(1, true), 0).unwrap();
    log.append(&transactional(1, 1, "kept"), 0).unwrap();
    log.append(&marker(1, false), 0).unwrap();
    log.append(&transactional(1, 2, "new"), 0).unwrap();
    log.append(&marker(1, true), 0).unwrap();
    compact(log, 10, u64::MAX);
    assert_eq!(all(log).iter().map(|(offset, ..)| *offset).collect::<Vec<_>>(), [0, 4]);
    assert_eq!(markers(log), 3);
    log.append(&keyed(&[("other", Some("1"))], 5), 0).unwrap();
    compact(log, 20, u64::MAX);
    log.append(&keyed(&[("other", Some("2"))], 5), 0).unwrap();
    compact(log, 20 + DAY, u64::MAX);
    assert_eq!(markers(log), 2, "the marker of the aborted transaction is gone");
    assert_eq!(all(log).len(), 3);
}

#[test]
fn leaves_an_open_transaction_alone() {
    let mut logs = in_memory();
    let log = logs.get_mut(KEY).unwrap();
    small(log);
    log.append(&keyed(&[("a", Some("1"))], 5), 0).unwrap();
    log.roll().unwrap();
    log.append(&transactional(1, 0, "a"), 0).unwrap();
    compact(log, 10, u64::MAX);
    assert_eq!(all(log).len(), 2);
}

#[test]
fn remembers_a_producers_sequence_through_compaction_and_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (mut logs, _) = opened(folder.path(), Stop::Clean);
    let log = logs.get_mut(KEY).unwrap();
    log.append(&transactional(1, 0, "a"), 0).unwrap();
    log.append(&marker(1, true), 0).unwrap();
    log.append(&keyed(&[("a", Some("later"))], 5), 0).unwrap();
    compact(log, 10, u64::MAX);
    assert_eq!(all(log).len(), 1);
    let (logs, truncated) = opened(folder.path(), Stop::Unclean);
    assert_eq!(truncated, []);
    let log = logs.get(KEY).unwrap();
    assert_eq!(log.producers().get(1).map(crate::log::producers::Producer::last_sequence), Some(0));
    assert_eq!(log.end_offset(), 3);
}

#[test]
fn drops_what_is_too_old_or_too_much() {
    both(|log| {
        small(log);
        for time in [100, 200, 300, 400] {
            log.append(&batch(&[time, time], 60), 0).unwrap();
        }
        assert_eq!(log.segments.len(), 4);
        log.retain(-1, -1, i64::MAX).unwrap();
        log.retain(1_000, -1, 1_100).unwrap();
        assert_eq!(log.start_offset(), 0);
        log.retain(1_000, -1, 1_101).unwrap();
        assert_eq!(log.start_offset(), 2);
        log.retain(-1, i64::try_from(log.size()).unwrap() - 1, 0).unwrap();
        assert_eq!(log.start_offset(), 2);
        let one = i64::try_from(log.segments[0].size).unwrap();
        log.retain(-1, one, 0).unwrap();
        assert_eq!(log.start_offset(), 6);
        log.retain(0, -1, 10_000).unwrap();
        assert_eq!((log.start_offset(), log.end_offset(), log.size()), (8, 8, 0));
        log.retain(0, 0, 10_000).unwrap();
        assert_eq!(log.append(&batch(&[1], 1), 0).unwrap(), 8);
    });
}

fn packed(bytes: &[u8], codec: Compression) -> Vec<u8> {
    build::pack(&Header::parse(bytes).unwrap(), codec, &bytes[61..]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn never_loses_the_last_record_of_a_key(
        rounds in prop::collection::vec((prop::collection::vec((0_u8..6, any::<bool>()), 1..8), 0_u8..5, any::<bool>()), 1..25),
        budget in prop_oneof![Just(1_u64), Just(300), Just(u64::MAX)],
        disk in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut logs = if disk { opened(folder.path(), Stop::Clean).0 } else { in_memory() };
        let codecs = [Compression::None, Compression::Gzip, Compression::Snappy, Compression::Lz4, Compression::Zstd];
        let mut written = BTreeMap::new();
        let mut now = 10;
        for (records, codec, cleans) in rounds {
            let log = logs.get_mut(KEY).unwrap();
            log.set_rolling(Rolling { bytes: 400, ms: i64::MAX });
            let names: Vec<(String, Option<String>)> = records.iter().enumerate()
                .map(|(index, (key, live))| (format!("k{key}"), live.then(|| format!("{}", log.end_offset() + i64::try_from(index).unwrap()))))
                .collect();
            let views: Vec<(&str, Option<&str>)> = names.iter().map(|(k, v)| (k.as_str(), v.as_deref())).collect();
            let bytes = packed(&keyed(&views, now), codecs[usize::from(codec)]);
            let first = log.append(&bytes, 0).unwrap();
            written.extend((first..).zip(names));
            now += 1_000;
            if cleans {
                let end = log.end_offset();
                compact(log, now, budget);
                prop_assert_eq!((log.start_offset(), log.end_offset()), (0, end));
                now += DAY / 2;
            }
            if disk && cleans {
                let (again, truncated) = opened(folder.path(), Stop::Unclean);
                prop_assert_eq!(truncated, vec![]);
                logs = again;
            }
            let log = logs.get(KEY).unwrap();
            let there = all(log);
            for (offset, key, value) in &there {
                prop_assert_eq!(&written[offset], &(key.clone(), value.clone()));
            }
            let offsets: BTreeSet<i64> = there.iter().map(|(offset, ..)| *offset).collect();
            let mut last = BTreeMap::new();
            for (offset, (key, value)) in &written {
                last.insert(key.clone(), (*offset, value.is_some()));
            }
            for (offset, live) in last.into_values() {
                prop_assert!(!live || offsets.contains(&offset), "{offset} is gone from {there:?}");
            }
        }
    }
}
