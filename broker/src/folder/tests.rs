//! A folder is one cluster's, one process's, and says how it was left.

use std::fs;

use uuid::Uuid;

use super::{Recovery, open};
use crate::error::Error;
use crate::metadata::TopicPartition;
use crate::metadata::change::Change;
use crate::records::build::{BatchBuilder, NewRecord};

#[test]
fn refuses_a_second_user_and_names_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let opened = open(folder.path(), 0).unwrap();
    let error = open(folder.path(), 0).unwrap_err();
    assert!(matches!(error, Error::FolderInUse { pid, .. } if pid == std::process::id()));
    drop(opened);
    assert!(open(folder.path(), 0).is_ok());
}

#[test]
fn refuses_a_folder_of_somebody_else_and_leaves_it_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "irreplaceable").unwrap();
    let error = open(folder.path(), 0).unwrap_err();
    assert!(matches!(error, Error::FolderForeign { .. }));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn refuses_a_format_that_it_does_not_know() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("topology-cluster"), "2\n").unwrap();
    let error = open(folder.path(), 0).unwrap_err();
    assert!(matches!(error, Error::FolderFormat { found, .. } if found == "2"));
}

#[test]
fn knows_how_the_last_run_ended() {
    let folder = tempfile::tempdir().unwrap();
    let mut opened = open(folder.path(), 0).unwrap();
    assert_eq!(opened.recovery, Recovery::default());
    opened.journal.append(&[Change::ClusterCreated { cluster_id: "abc".to_owned() }]).unwrap();
    drop(opened);
    let opened = open(folder.path(), 0).unwrap();
    assert!(opened.recovery.unclean);
    opened.folder.unwrap().close().unwrap();
    let opened = open(folder.path(), 0).unwrap();
    assert_eq!(opened.recovery, Recovery::default());
    assert_eq!(opened.metadata.cluster_id, "abc");
}

#[test]
fn finds_topics_and_their_records_again() {
    let folder = tempfile::tempdir().unwrap();
    let id = Uuid::from_u128(5);
    let key = TopicPartition { topic: id, partition: 1 };
    let mut opened = open(folder.path(), 0).unwrap();
    let change = Change::TopicCreated { id, name: "orders".to_owned(), partitions: vec![vec![1], vec![2]] };
    opened.journal.append(&[change]).unwrap();
    opened.logs.create(id, "orders", 0).unwrap();
    opened.logs.create(id, "orders", 1).unwrap();
    let mut batch = BatchBuilder::default();
    batch.push(&NewRecord { value: Some(b"one"), ..NewRecord::default() });
    opened.logs.get_mut(key).unwrap().append(&batch.finish(), 0).unwrap();
    drop(opened);
    let opened = open(folder.path(), 0).unwrap();
    assert_eq!(opened.logs.get(key).unwrap().end_offset(), 1);
    assert_eq!(opened.logs.get(TopicPartition { topic: id, partition: 0 }).unwrap().end_offset(), 0);
}
