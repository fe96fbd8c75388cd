//! What Fetch answers, and when.

use kafka_protocol::error::ResponseError as E;

use super::world::{NAME, TOPIC, World, batch, fetch_request, fetch_response, from, key};
use crate::machine::Outcome;
use crate::metadata::change::{Change, PartitionState};
use crate::records::header::seal;

fn size(data: &kafka_protocol::messages::fetch_response::PartitionData) -> usize {
    data.records.as_ref().map_or(0, bytes::Bytes::len)
}

fn lead(world: &mut World, partition: i32, leader: i32, leader_epoch: i32) {
    let state = PartitionState::from(world.machine.metadata.partition(key(partition)).expect("it is there"));
    let to = PartitionState { leader, leader_epoch, ..state };
    world.machine.commit(vec![Change::PartitionChanged { id: TOPIC, partition, to }]).expect("it is in memory");
}

#[test]
fn a_fetch_at_the_end_waits_for_the_next_append() {
    let mut world = World::new();
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 12, request), Outcome::Parked));
    assert!(world.pass(100).is_empty());
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    let answers = world.answers();
    assert_eq!(answers.len(), 1);
    let response = fetch_response(answers.into_iter().next().expect("one"));
    assert!(size(&response.responses[0].partitions[0]) > 0);
}

#[test]
fn a_fetch_that_waited_long_enough_is_answered_with_nothing() {
    let mut world = World::new();
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 12, request), Outcome::Parked));
    assert!(world.pass(499).is_empty());
    let response = fetch_response(world.pass(1).remove(0));
    assert_eq!((response.error_code, size(&response.responses[0].partitions[0])), (0, 0));
}

#[test]
fn a_fetch_waits_for_as_many_bytes_as_it_wants() {
    let mut world = World::new();
    let one = batch(world.now, &["a"]);
    let least = i32::try_from(2 * one.len()).expect("it is small");
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500).with_min_bytes(least);
    assert!(matches!(world.send(1, 12, request), Outcome::Parked));
    world.produce(0, &one);
    assert!(world.answers().is_empty());
    world.produce(0, &one);
    assert_eq!(world.answers().len(), 1);
}

#[test]
fn a_moved_leader_ends_the_wait() {
    let mut world = World::new();
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 10, request), Outcome::Parked));
    lead(&mut world, 0, 2, 1);
    let response = fetch_response(world.answers().remove(0));
    assert_eq!(response.responses[0].partitions[0].error_code, E::NotLeaderOrFollower.code());
}

#[test]
fn a_deleted_topic_ends_the_wait() {
    let mut world = World::new();
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 13, request), Outcome::Parked));
    world.machine.commit(vec![Change::TopicDeleted { id: TOPIC, name: NAME.to_owned() }]).expect("it is in memory");
    let response = fetch_response(world.answers().remove(0));
    assert_eq!(response.responses[0].partitions[0].error_code, E::UnknownTopicId.code());
}

#[test]
fn nobody_waits_after_leaving() {
    let mut world = World::new();
    let request = fetch_request(vec![from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 12, request), Outcome::Parked));
    world.machine.disconnected(crate::machine::ConnectionId(1));
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    assert!(world.pass(1000).is_empty());
}

#[test]
fn the_first_batch_is_given_even_where_it_is_too_large() {
    let mut world = World::new();
    let now = world.now;
    for partition in 0..2 {
        world.machine.logs.get_mut(key(partition)).expect("there").append(&batch(now, &["a", "b"]), 0).expect("memory");
        lead(&mut world, partition, 1, 1);
    }
    let request = fetch_request(vec![from(0, 0).with_partition_max_bytes(1), from(1, 0)]).with_max_bytes(1);
    let response = world.fetched(1, 12, request);
    let sizes: Vec<usize> = response.responses[0].partitions.iter().map(size).collect();
    assert!(sizes[0] > 0);
    assert_eq!(sizes[1], 0);
}

#[test]
fn an_unknown_partition_does_not_keep_the_others_from_waiting() {
    let mut world = World::new();
    let request = fetch_request(vec![from(9, 0), from(0, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 12, request), Outcome::Parked));
    let response = fetch_response(world.pass(500).remove(0));
    let codes: Vec<i16> = response.responses[0].partitions.iter().map(|data| data.error_code).collect();
    assert_eq!(codes, [0, E::UnknownTopicOrPartition.code()]);
    let alone = fetch_request(vec![from(9, 0)]).with_max_wait_ms(500);
    assert!(matches!(world.send(1, 12, alone), Outcome::Reply(_)));
}

#[test]
fn offsets_and_epochs_are_checked() {
    let mut world = World::new();
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    assert_eq!(world.fetch(1, from(0, 2)).error_code, E::OffsetOutOfRange.code());
    assert_eq!(world.fetch(1, from(0, 0).with_current_leader_epoch(1)).error_code, E::UnknownLeaderEpoch.code());
    lead(&mut world, 0, 1, 3);
    assert_eq!(world.fetch(1, from(0, 0).with_current_leader_epoch(1)).error_code, E::FencedLeaderEpoch.code());
    assert_eq!(world.fetch(1, from(0, 0).with_current_leader_epoch(3)).error_code, 0);
}

#[test]
fn a_log_that_parted_says_where() {
    let mut world = World::new();
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    lead(&mut world, 0, 1, 2);
    world.produce(0, &batch(now, &["b"]));
    let data = world.fetch(1, from(0, 5).with_last_fetched_epoch(0));
    assert_eq!((data.diverging_epoch.epoch, data.diverging_epoch.end_offset), (0, 1));
    assert_eq!(world.fetch(1, from(0, 1).with_last_fetched_epoch(0)).diverging_epoch.end_offset, -1);
}

#[test]
fn consumers_may_read_at_followers_from_version_11_on() {
    let mut world = World::new();
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    assert!(size(&world.fetch(2, from(0, 0))) > 0);
    let older = world.fetched(2, 10, fetch_request(vec![from(0, 0)]));
    assert_eq!(older.responses[0].partitions[0].error_code, E::NotLeaderOrFollower.code());
}

#[test]
fn a_rack_aware_leader_sends_consumers_to_their_rack() {
    let selector = ("replica.selector.class", "org.apache.kafka.common.replica.RackAwareReplicaSelector");
    let mut world = World::with(&[selector], &[]);
    let ask = |rack: &str| {
        let rack = kafka_protocol::protocol::StrBytes::from_string(rack.to_owned());
        fetch_request(vec![from(0, 0)]).with_rack_id(rack)
    };
    let preferred =
        |world: &mut World, rack| world.fetched(1, 12, ask(rack)).responses[0].partitions[0].preferred_read_replica.0;
    assert_eq!(preferred(&mut world, "az-3"), 3);
    assert_eq!(preferred(&mut world, "az-1"), -1);
    assert_eq!(preferred(&mut world, "az-9"), -1);
    assert_eq!(preferred(&mut world, ""), -1);
    assert_eq!(preferred(&mut World::new(), "az-3"), -1, "only when told to");
}

#[test]
fn read_committed_ends_before_an_open_transaction() {
    let mut world = World::new();
    let now = world.now;
    world.produce(0, &batch(now, &["a"]));
    let mut open = super::world::sequenced(now, 5, 0, 0);
    open[22] |= 0b1_0000;
    seal(&mut open);
    world.machine.logs.get_mut(key(0)).expect("there").append(&open, 0).expect("memory");
    let committed = |offset| fetch_request(vec![from(0, offset)]).with_isolation_level(1);
    let response = world.fetched(1, 12, committed(0));
    let data = &response.responses[0].partitions[0];
    assert_eq!((data.high_watermark, data.last_stable_offset), (2, 1));
    assert_eq!(size(data), batch(now, &["a"]).len());
    assert_eq!(data.aborted_transactions.as_deref(), Some(&[][..]));
    assert_eq!(size(&world.fetched(1, 12, committed(1)).responses[0].partitions[0]), 0);
    assert!(size(&world.fetch(1, from(0, 1))) > 0, "read_uncommitted sees it");
}
