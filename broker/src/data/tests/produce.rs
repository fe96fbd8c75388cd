//! What Produce answers.

use kafka_protocol::error::ResponseError as E;

use kafka_protocol::messages::TopicName;
use kafka_protocol::protocol::StrBytes;

use super::world::{TOPIC, World, batch, key, produce_request, sequenced};
use crate::machine::Outcome;
use crate::metadata::change::{Change, PartitionState};

fn topic(name: &str) -> TopicName {
    TopicName(StrBytes::from_string(name.to_owned()))
}

#[test]
fn offsets_count_up_and_records_can_be_read() {
    let mut world = World::new();
    let now = world.now;
    assert_eq!(world.produce(0, &batch(now, &["a", "b"])).base_offset, 0);
    let second = world.produce(0, &batch(now, &["c"]));
    assert_eq!((second.error_code, second.base_offset, second.log_append_time_ms), (0, 2, -1));
    assert_eq!(world.machine.logs.get(key(0)).map(crate::log::Log::end_offset), Some(3));
}

#[test]
fn who_asks_the_wrong_broker_is_told_the_leader() {
    let mut world = World::new();
    let request = produce_request(-1, 0, &batch(world.now, &["a"]));
    let response = world.produced(2, 10, request.clone());
    let partition = &response.responses[0].partition_responses[0];
    assert_eq!(partition.error_code, E::NotLeaderOrFollower.code());
    assert_eq!(partition.current_leader.leader_id.0, 1);
    assert_eq!((response.node_endpoints[0].node_id.0, response.node_endpoints[0].port), (1, 9001));
    let older = world.produced(2, 9, request);
    assert!(older.node_endpoints.is_empty());
    assert_eq!(older.responses[0].partition_responses[0].current_leader.leader_id.0, -1);
}

#[test]
fn from_version_13_on_topics_have_ids() {
    let mut world = World::new();
    let mut request = produce_request(-1, 0, &batch(world.now, &["a"]));
    request.topic_data[0].name = topic("another");
    assert_eq!(world.produced(1, 13, request.clone()).responses[0].partition_responses[0].error_code, 0);
    request.topic_data[0].topic_id = uuid::Uuid::from_u128(99);
    let unknown = world.produced(1, 13, request);
    assert_eq!(unknown.responses[0].partition_responses[0].error_code, E::UnknownTopicId.code());
}

#[test]
fn a_failure_without_acks_closes_the_connection() {
    let mut world = World::new();
    let good = produce_request(0, 0, &batch(world.now, &["a"]));
    assert!(matches!(world.send(1, 12, good.clone()), Outcome::Silent));
    assert!(matches!(world.send(2, 12, good), Outcome::Close));
}

#[test]
fn acks_are_0_or_1_or_all() {
    let mut world = World::new();
    let answer = world.produce_as(1, 12, 2, 0, &batch(1, &["a"]));
    assert_eq!(answer.error_code, E::InvalidRequiredAcks.code());
}

#[test]
fn all_replicas_in_sync_are_needed_only_for_acks_all() {
    let mut world = World::with(&[], &[("min.insync.replicas", "2")]);
    let mut to = PartitionState::from(world.machine.metadata.partition(key(0)).expect("it is there"));
    to.isr = vec![1];
    world.machine.commit(vec![Change::PartitionChanged { id: TOPIC, partition: 0, to }]).expect("it is in memory");
    let (now, few) = (world.now, E::NotEnoughReplicas.code());
    let refused = world.produce(0, &batch(now, &["a"]));
    assert_eq!((refused.error_code, refused.base_offset, refused.log_start_offset), (few, -1, 0));
    assert_eq!(world.produce_as(1, 12, 1, 0, &batch(now, &["a"])).error_code, 0);
}

#[test]
fn more_replicas_in_sync_than_there_are_cannot_be_asked_for() {
    let mut world = World::with(&[], &[("min.insync.replicas", "4")]);
    let now = world.now;
    assert_eq!(world.produce(0, &batch(now, &["a"])).error_code, 0);
}

#[test]
fn a_batch_that_was_repeated_is_answered_and_not_appended() {
    let mut world = World::new();
    let now = world.now;
    assert_eq!(world.produce(0, &sequenced(now, 5, 0, 0)).base_offset, 0);
    assert_eq!(world.produce(0, &sequenced(now, 5, 0, 1)).base_offset, 1);
    let again = world.produce(0, &sequenced(now, 5, 0, 0));
    assert_eq!((again.error_code, again.base_offset, again.log_append_time_ms), (0, 0, now));
    assert_eq!(world.produce(0, &sequenced(now, 5, 0, 7)).error_code, E::OutOfOrderSequenceNumber.code());
    assert_eq!(world.produce(0, &sequenced(now, 5, 1, 0)).base_offset, 2);
    assert_eq!(world.produce(0, &sequenced(now, 5, 0, 2)).error_code, E::InvalidProducerEpoch.code());
}

#[test]
fn what_is_too_large_or_damaged_is_refused() {
    let mut world = World::with(&[], &[("max.message.bytes", "200")]);
    let now = world.now;
    let large = world.produce(0, &batch(now, &["a".repeat(300).as_str()]));
    assert_eq!((large.error_code, large.log_start_offset), (E::MessageTooLarge.code(), -1));
    let mut damaged = batch(now, &["a"]);
    *damaged.last_mut().expect("it has bytes") ^= 1;
    *damaged.get_mut(66).expect("it has bytes") ^= 1;
    assert_eq!(world.produce(0, &damaged).error_code, E::CorruptMessage.code());
    assert_eq!(world.produce(0, &[]).error_code, E::InvalidRecord.code());
}

#[test]
fn a_changed_config_holds_for_the_next_batch() {
    let mut world = World::new();
    let now = world.now;
    assert_eq!(world.produce(0, &batch(now, &["a"])).log_append_time_ms, -1);
    let resource = crate::metadata::ConfigResource::topic(super::world::NAME);
    let (key, value) = ("message.timestamp.type".to_owned(), Some("LogAppendTime".to_owned()));
    world.machine.commit(vec![Change::ConfigChanged { resource, key, value }]).expect("it is in memory");
    assert_eq!(world.produce(0, &batch(now, &["a"])).log_append_time_ms, now);
}

#[test]
fn transactional_batches_need_a_transactional_id() {
    let mut world = World::new();
    let mut bytes = sequenced(world.now, 5, 0, 0);
    bytes[22] |= 0b1_0000;
    crate::records::header::seal(&mut bytes);
    assert_eq!(world.produce(0, &bytes).error_code, E::TransactionalIdAuthorizationFailed.code());
}

#[test]
fn internal_topics_are_not_for_clients() {
    let mut world = World::new();
    let (id, name) = (uuid::Uuid::from_u128(8), "__consumer_offsets".to_owned());
    let created = Change::TopicCreated { id, name: name.clone(), partitions: vec![vec![1]] };
    world.machine.commit(vec![created]).expect("it is in memory");
    let mut request = produce_request(-1, 0, &batch(world.now, &["a"]));
    request.topic_data[0].name = topic(&name);
    let response = world.produced(1, 12, request);
    assert_eq!(response.responses[0].partition_responses[0].error_code, E::InvalidTopicException.code());
}
