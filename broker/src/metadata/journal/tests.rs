//! What was written is found again, whole units only.

use std::fs;

use uuid::Uuid;

use super::Journal;
use crate::metadata::change::{Change, PartitionState};
use crate::metadata::{ConfigResource, Metadata, TopicPartition};

fn created(number: u128) -> Change {
    Change::TopicCreated { id: Uuid::from_u128(number), name: format!("topic-{number}"), partitions: vec![vec![1, 2]] }
}

#[test]
fn finds_every_unit_again_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.log");
    let (mut journal, found) = Journal::open(&path).unwrap();
    assert_eq!((found.changes.len(), found.cut), (0, 0));
    journal.append(&[created(1), created(2)]).unwrap();
    journal.append(&[created(3)]).unwrap();
    let (_, found) = Journal::open(&path).unwrap();
    assert_eq!(found.changes, [created(1), created(2), created(3)]);
}

#[test]
fn cuts_off_a_torn_unit_wherever_it_was_torn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.log");
    let (mut journal, _) = Journal::open(&path).unwrap();
    journal.append(&[created(1)]).unwrap();
    let first = fs::metadata(&path).unwrap().len();
    journal.append(&[created(2), created(3)]).unwrap();
    let whole = fs::read(&path).unwrap();
    for cut in usize::try_from(first).unwrap()..whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let (mut journal, found) = Journal::open(&path).unwrap();
        assert_eq!(found.changes, [created(1)]);
        assert_eq!(found.cut, cut as u64 - first);
        journal.append(&[created(4)]).unwrap();
        assert_eq!(Journal::open(&path).unwrap().1.changes, [created(1), created(4)]);
    }
}

#[test]
fn keeps_what_it_had_to_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.log");
    let (mut journal, _) = Journal::open(&path).unwrap();
    journal.append(&[created(1)]).unwrap();
    journal.append(&[created(2)]).unwrap();
    let mut bytes = fs::read(&path).unwrap();
    bytes[30] ^= 1;
    fs::write(&path, &bytes).unwrap();
    let (_, found) = Journal::open(&path).unwrap();
    assert_eq!((found.changes.len(), found.cut), (0, bytes.len() as u64));
    assert_eq!(fs::read(folder.path().join("metadata.cut")).unwrap(), bytes);
}

#[test]
fn comes_to_the_same_metadata_from_a_rewritten_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("metadata.log");
    let (mut journal, _) = Journal::open(&path).unwrap();
    let mut metadata = Metadata::default();
    let resource = ConfigResource::topic("topic-2");
    let state = |leader| PartitionState {
        replicas: vec![1, 2],
        isr: vec![leader],
        leader,
        leader_epoch: 7,
        adding: vec![],
        removing: vec![],
    };
    let mut changes = vec![
        Change::ClusterCreated { cluster_id: "abc".to_owned() },
        Change::FeatureChanged { name: "group.version".to_owned(), level: 0 },
        Change::FeatureChanged { name: "group.version".to_owned(), level: 1 },
        created(1),
        created(2),
        Change::TopicDeleted { id: Uuid::from_u128(1), name: "topic-1".to_owned() },
        Change::ConfigChanged { resource, key: "retention.ms".to_owned(), value: Some("5".to_owned()) },
        Change::ProducerIdsTaken { next: 3_000 },
    ];
    for leader in [2, 1, 2] {
        changes.push(Change::PartitionChanged { id: Uuid::from_u128(2), partition: 0, to: state(leader) });
    }
    for change in &changes {
        metadata.apply(change);
    }
    journal.append(&changes).unwrap();
    journal.rewrite(&metadata.snapshot()).unwrap();
    journal.append(&[created(5)]).unwrap();
    metadata.apply(&created(5));
    let mut again = Metadata::default();
    for change in Journal::open(&path).unwrap().1.changes {
        again.apply(&change);
    }
    let key = TopicPartition { topic: Uuid::from_u128(2), partition: 0 };
    assert_eq!(again.partition(key), metadata.partition(key));
    assert_eq!(again.partition(key).map(|partition| partition.partition_epoch), Some(3));
    assert_eq!(again.features_epoch, metadata.features_epoch);
    assert_eq!(again.snapshot(), metadata.snapshot());
}

#[test]
fn is_rewritten_only_when_it_has_grown() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(&folder.path().join("metadata.log")).unwrap();
    let mut appends = 0;
    while !journal.has_grown() {
        journal.append(&[created(appends)]).unwrap();
        appends += 1;
    }
    assert!(appends > 1_000);
    journal.rewrite(&[created(1)]).unwrap();
    assert!(!journal.has_grown());
}
