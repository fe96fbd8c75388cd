//! Logs on disk and in memory behave alike, and survive damage.

mod cleaning;
mod damage;
mod model;

use std::path::Path;

use bytes::Bytes;
use uuid::Uuid;

use super::recovery::{Stop, Truncated};
use super::{Log, Logs, Rolling};
use crate::metadata::change::Change;
use crate::metadata::{Metadata, TopicPartition};
use crate::records::Header;
use crate::records::build::{BatchBuilder, NewRecord};

const TOPIC: Uuid = Uuid::from_u128(7);
const KEY: TopicPartition = TopicPartition { topic: TOPIC, partition: 0 };

fn metadata() -> Metadata {
    let mut metadata = Metadata::default();
    metadata.apply(&Change::TopicCreated { id: TOPIC, name: "orders".to_owned(), partitions: vec![vec![1]] });
    metadata
}

fn opened(folder: &Path, stop: Stop) -> (Logs, Vec<Truncated>) {
    Logs::open(folder, &metadata(), stop, 1_000).unwrap()
}

fn in_memory() -> Logs {
    let mut logs = Logs::default();
    logs.create(TOPIC, "orders", 0).unwrap();
    logs
}

/// A batch whose records have these timestamps, and their index as value.
fn batch(timestamps: &[i64], padding: usize) -> Vec<u8> {
    let mut builder = BatchBuilder::default();
    for timestamp in timestamps {
        let value = vec![b'v'; padding];
        builder.push(&NewRecord { timestamp: *timestamp, value: Some(&value), ..NewRecord::default() });
    }
    builder.finish()
}

fn headers(bytes: &Bytes) -> Vec<Header> {
    let (mut at, mut out) = (0, Vec::new());
    while at < bytes.len() {
        let header = Header::check(&bytes[at..]).unwrap();
        at += header.size;
        out.push(header);
    }
    out
}

fn ranges(bytes: &Bytes) -> Vec<(i64, i64)> {
    headers(bytes).iter().map(|header| (header.base_offset, header.last_offset())).collect()
}

fn both(claim: impl Fn(&mut Log)) {
    claim(in_memory().get_mut(KEY).unwrap());
    let folder = tempfile::tempdir().unwrap();
    claim(opened(folder.path(), Stop::Clean).0.get_mut(KEY).unwrap());
}

#[test]
fn gives_offsets_and_reads_whole_batches_from_any_of_their_offsets() {
    both(|log| {
        assert_eq!(log.append(&batch(&[1, 2, 3], 10), 4).unwrap(), 0);
        assert_eq!(log.append(&batch(&[4], 10), 4).unwrap(), 3);
        assert_eq!(log.append(&[batch(&[5, 6], 10), batch(&[7], 10)].concat(), 5).unwrap(), 4);
        assert_eq!((log.start_offset(), log.end_offset(), log.last_stable_offset()), (0, 7, 7));
        for forgotten in [false, true] {
            if forgotten {
                log.common.tail().forget(log.id);
            }
            assert_eq!(ranges(&log.read(1, 7, 1 << 20).unwrap()), [(0, 2), (3, 3), (4, 5), (6, 6)]);
            assert_eq!(ranges(&log.read(5, 7, 1 << 20).unwrap()), [(4, 5), (6, 6)]);
            assert_eq!(ranges(&log.read(5, 6, 1 << 20).unwrap()), [(4, 5)]);
            assert_eq!(ranges(&log.read(0, 7, 1).unwrap()), [(0, 2)]);
            assert_eq!(ranges(&log.read(3, 7, 200).unwrap()), [(3, 3), (4, 5)]);
            assert!(log.read(7, 7, 100).unwrap().is_empty());
        }
        assert_eq!(headers(&log.read(4, 7, 1 << 20).unwrap())[0].leader_epoch, 5);
        assert_eq!((log.epoch_end(4), log.epoch_end(5), log.epoch_end(6)), (Some((4, 4)), Some((5, 7)), None));
    });
}

#[test]
fn reads_batches_that_are_larger_than_what_is_read_at_once() {
    both(|log| {
        for _ in 0..3 {
            log.append(&batch(&[1], 300_000), 0).unwrap();
        }
        log.common.tail().forget(log.id);
        assert_eq!(ranges(&log.read(1, 3, 1_000).unwrap()), [(1, 1)]);
        assert_eq!(ranges(&log.read(0, 3, 650_000).unwrap()), [(0, 0), (1, 1)]);
        assert!(log.read(1, 1, 1_000).unwrap().is_empty());
    });
}

#[test]
fn rolls_segments_by_size_and_by_the_time_of_records() {
    both(|log| {
        log.set_rolling(Rolling { bytes: 200, ms: 1_000 });
        for _ in 0..4 {
            log.append(&batch(&[5_000], 20), 0).unwrap();
        }
        assert_eq!(log.segments.len(), 2);
        log.set_rolling(Rolling { bytes: 1 << 20, ms: 1_000 });
        log.append(&batch(&[6_001], 20), 0).unwrap();
        assert_eq!(log.segments.len(), 3);
        assert_eq!(ranges(&log.read(0, 5, 1 << 20).unwrap()).len(), if log.home.is_some() { 5 } else { 2 });
    });
}

#[test]
fn finds_records_by_time() {
    both(|log| {
        log.set_rolling(Rolling { bytes: 400, ms: i64::MAX });
        for start in [10, 30, 20, 50, 40] {
            log.append(&batch(&[start, start + 5], 40), 3).unwrap();
        }
        let find = |timestamp| log.at_time(timestamp).unwrap().map(|found| (found.offset, found.timestamp));
        assert_eq!(find(0), Some((0, 10)));
        assert_eq!(find(12), Some((1, 15)));
        assert_eq!(find(16), Some((2, 30)));
        assert_eq!(find(36), Some((6, 50)));
        assert_eq!(find(56), None);
        let latest = log.latest_time().unwrap().unwrap();
        assert_eq!((latest.offset, latest.timestamp, latest.leader_epoch), (7, 55, 3));
    });
}

#[test]
fn begins_where_records_were_deleted_up_to_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (mut logs, _) = opened(folder.path(), Stop::Clean);
    let log = logs.get_mut(KEY).unwrap();
    log.set_rolling(Rolling { bytes: 150, ms: i64::MAX });
    for _ in 0..5 {
        log.append(&batch(&[1, 2], 20), 0).unwrap();
    }
    log.delete_before(5).unwrap();
    assert_eq!((log.start_offset(), log.segments.len()), (5, 3));
    let (mut logs, _) = opened(folder.path(), Stop::Clean);
    let log = logs.get_mut(KEY).unwrap();
    assert_eq!((log.start_offset(), log.end_offset()), (5, 10));
    assert_eq!(ranges(&log.read(5, 10, 1 << 20).unwrap())[0], (4, 5));
    log.delete_before(10).unwrap();
    assert_eq!(log.size(), 0);
    let (mut logs, _) = opened(folder.path(), Stop::Unclean);
    let log = logs.get_mut(KEY).unwrap();
    assert_eq!((log.start_offset(), log.end_offset()), (10, 10));
    assert_eq!(log.append(&batch(&[1], 1), 0).unwrap(), 10);
}

#[test]
fn never_shows_records_of_a_deleted_topic_to_one_of_the_same_name() {
    let folder = tempfile::tempdir().unwrap();
    let (mut logs, _) = opened(folder.path(), Stop::Clean);
    logs.get_mut(KEY).unwrap().append(&batch(&[1], 1), 0).unwrap();
    let other = Uuid::from_u128(8);
    logs.create(other, "orders", 0).unwrap();
    let key = TopicPartition { topic: other, partition: 0 };
    assert_eq!(logs.get(key).unwrap().end_offset(), 0);
    logs.get_mut(key).unwrap().append(&batch(&[1], 1), 0).unwrap();
    logs.delete(other).unwrap();
    let left: Vec<_> = std::fs::read_dir(folder.path().join("logs")).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["orders-0.stray"]);
}

#[test]
fn keeps_few_files_open() {
    let folder = tempfile::tempdir().unwrap();
    let mut logs = Logs::open(folder.path(), &Metadata::default(), Stop::Clean, 0).unwrap().0;
    for partition in 0..600 {
        logs.create(TOPIC, "orders", partition).unwrap();
    }
    assert!(std::fs::read_dir(folder.path().join("logs")).unwrap().next().is_none());
    for round in 0..2 {
        for partition in 0..600 {
            let log = logs.get_mut(TopicPartition { topic: TOPIC, partition }).unwrap();
            assert_eq!(log.append(&batch(&[1], 1), 0).unwrap(), round);
        }
    }
    assert!(logs.common.files.count() <= 256);
}

#[test]
fn refuses_appends_on_a_full_disk_and_shows_nothing_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let (mut logs, _) = opened(folder.path(), Stop::Clean);
    logs.get_mut(KEY).unwrap().append(&batch(&[1], 1), 0).unwrap();
    logs.set_full(|_| true);
    assert!(logs.get_mut(KEY).unwrap().append(&batch(&[1], 1), 0).is_err());
    assert_eq!(logs.get(KEY).unwrap().end_offset(), 1);
    logs.set_full(|_| false);
    assert_eq!(logs.get_mut(KEY).unwrap().append(&batch(&[1], 1), 0).unwrap(), 1);
}

#[test]
fn keeps_the_newest_batches_of_all_logs_in_bounded_memory() {
    let mut tail = super::tail::Tail::default();
    let bytes = Bytes::from(batch(&[1], 1 << 20));
    for offset in 0..100 {
        tail.push(offset % 3, i64::try_from(offset).unwrap(), i64::try_from(offset).unwrap() + 1, bytes.clone());
    }
    assert!(tail.size() <= 32 << 20);
    assert!(tail.read(0, 0, 100, 1).is_none());
    tail.forget(0);
    tail.forget(1);
    tail.forget(2);
    assert_eq!(tail.size(), 0);
}
