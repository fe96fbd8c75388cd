//! What ListOffsets, OffsetForLeaderEpoch and DeleteRecords answer.

use kafka_protocol::error::ResponseError as E;
use kafka_protocol::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kafka_protocol::messages::{BrokerId, DeleteRecordsRequest, ListOffsetsRequest, ResponseKind};

use super::world::{World, batch, from, name};

fn list(world: &mut World, version: i16, timestamp: i64) -> (i16, i64, i64) {
    let asked = ListOffsetsPartition::default().with_partition_index(0).with_timestamp(timestamp);
    let topic =
        ListOffsetsTopic::default().with_name(name()).with_partitions(vec![asked.with_current_leader_epoch(-1)]);
    let request = ListOffsetsRequest::default().with_replica_id(BrokerId(-1)).with_topics(vec![topic]);
    let ResponseKind::ListOffsets(response) = world.ask(1, version, request) else { panic!("another kind of reply") };
    let found = &response.topics[0].partitions[0];
    (found.error_code, found.offset, found.timestamp)
}

fn delete(world: &mut World, offset: i64) -> (i16, i64) {
    let asked = DeleteRecordsPartition::default().with_partition_index(0).with_offset(offset);
    let topic = DeleteRecordsTopic::default().with_name(name()).with_partitions(vec![asked]);
    let request = DeleteRecordsRequest::default().with_topics(vec![topic]);
    let ResponseKind::DeleteRecords(response) = world.ask(1, 2, request) else { panic!("another kind of reply") };
    let result = &response.topics[0].partitions[0];
    (result.error_code, result.low_watermark)
}

#[test]
fn special_times_and_times_are_found() {
    let mut world = World::new();
    let now = world.now;
    for at in [now, now + 200, now + 100] {
        world.produce(0, &batch(at, &["a"]));
    }
    assert_eq!(list(&mut world, 11, -1), (0, 3, -1));
    assert_eq!(list(&mut world, 11, -2), (0, 0, -1));
    assert_eq!(list(&mut world, 11, -3), (0, 1, now + 200));
    assert_eq!(list(&mut world, 11, -4), (0, 0, -1));
    assert_eq!(list(&mut world, 11, -5), (0, -1, -1));
    assert_eq!(list(&mut world, 11, -6), (0, -1, -1));
    assert_eq!(list(&mut world, 11, now + 1), (0, 1, now + 200));
    assert_eq!(list(&mut world, 11, now + 300), (0, -1, -1));
}

#[test]
fn a_special_time_needs_the_version_that_brought_it() {
    let mut world = World::new();
    let unsupported = (E::UnsupportedVersion.code(), -1, -1);
    for (timestamp, since) in [(-3, 7), (-4, 8), (-5, 9), (-6, 11)] {
        assert_eq!(list(&mut world, since - 1, timestamp), unsupported);
        assert_eq!(list(&mut world, since, timestamp).0, 0);
    }
    assert_eq!(list(&mut world, 11, -7), unsupported);
}

#[test]
fn deleted_records_are_gone_for_readers() {
    let mut world = World::new();
    let now = world.now;
    world.produce(0, &batch(now, &["a", "b", "c"]));
    assert_eq!(delete(&mut world, 4), (E::OffsetOutOfRange.code(), -1));
    assert_eq!(delete(&mut world, 2), (0, 2));
    assert_eq!(delete(&mut world, 1), (0, 2), "the start does not move back");
    assert_eq!(list(&mut world, 11, -2), (0, 2, -1));
    assert_eq!(world.fetch(1, from(0, 1)).error_code, E::OffsetOutOfRange.code());
    assert_eq!(world.fetch(1, from(0, 2)).log_start_offset, 2);
    assert_eq!(delete(&mut world, -1), (0, 3));
}

#[test]
fn records_of_compacted_topics_are_not_deleted() {
    let mut world = World::with(&[], &[("cleanup.policy", "compact")]);
    assert_eq!(delete(&mut world, 0), (E::PolicyViolation.code(), -1));
    let mut both = World::with(&[], &[("cleanup.policy", "compact,delete")]);
    assert_eq!(delete(&mut both, 0), (0, 0));
}
