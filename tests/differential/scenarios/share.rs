//! Share groups: what their members fetch and acknowledge.

use kafka_protocol::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use kafka_protocol::messages::share_acknowledge_request::{
    AcknowledgePartition, AcknowledgeTopic, AcknowledgementBatch,
};
use kafka_protocol::messages::share_fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::{
    GroupId, IncrementalAlterConfigsRequest, ShareAcknowledgeRequest, ShareFetchRequest, ShareGroupHeartbeatRequest,
};
use uuid::Uuid;

use super::groups::group;
use crate::Scenario;
use crate::batch::Batch;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("share fetch: what it refuses", fetch_refused),
    ("share fetch: acquired and acknowledged", acquired_and_acknowledged),
    ("share acknowledge: what it refuses", acknowledge_refused),
];

const MEMBER: &str = "5f0c9a51-4a0f-4f5c-8a2a-0d3d3c1b7e01";

fn fetch(group: &GroupId, topics: &[Uuid], epoch: i32) -> ShareFetchRequest {
    let topic = |id: &Uuid| {
        let partition = FetchPartition::default().with_partition_index(0);
        FetchTopic::default().with_topic_id(*id).with_partitions(vec![partition])
    };
    ShareFetchRequest::default()
        .with_group_id(Some(group.clone()))
        .with_member_id(Some(text(MEMBER)))
        .with_share_session_epoch(epoch)
        .with_max_wait_ms(100)
        .with_min_bytes(1)
        .with_max_bytes(1_048_576)
        .with_max_records(100)
        .with_batch_size(100)
        .with_topics(topics.iter().map(topic).collect())
}

fn acknowledge(group: &GroupId, topic: Uuid, epoch: i32, batch: (i64, i64, &[i8])) -> ShareAcknowledgeRequest {
    let batch = AcknowledgementBatch::default()
        .with_first_offset(batch.0)
        .with_last_offset(batch.1)
        .with_acknowledge_types(batch.2.to_vec());
    let partition = AcknowledgePartition::default().with_partition_index(0).with_acknowledgement_batches(vec![batch]);
    let topic = AcknowledgeTopic::default().with_topic_id(topic).with_partitions(vec![partition]);
    ShareAcknowledgeRequest::default()
        .with_group_id(Some(group.clone()))
        .with_member_id(Some(text(MEMBER)))
        .with_share_session_epoch(epoch)
        .with_topics(vec![topic])
}

/// A group that begins at the first record, and three records for it.
fn prepared(world: &mut World) -> (GroupId, i32, Uuid) {
    let topic = world.create("orders", &[&[1, 2]], &[]);
    super::produce::produce(world, "orders", Batch::of(&["a", "b", "c"]).bytes());
    let (group, broker) = group(world, "group");
    let config =
        AlterableConfig::default().with_name(text("share.auto.offset.reset")).with_value(Some(text("earliest")));
    let resource = AlterConfigsResource::default()
        .with_resource_type(32)
        .with_resource_name(group.0.clone())
        .with_configs(vec![config]);
    let request = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]);
    assert_eq!(world.quiet(1, 1, &request).responses[0].error_code, 0, "the group has its config");
    (group, broker, topic)
}

/// Joins, and fetches until something is acquired; the epoch of the next request is given.
fn acquired(world: &mut World, group: &GroupId, broker: i32, topic: Uuid) -> i32 {
    let mut request = ShareGroupHeartbeatRequest::default()
        .with_group_id(group.clone())
        .with_member_id(text(MEMBER))
        .with_subscribed_topic_names(Some(vec![world.topic("orders")]));
    world.until("the member has its partition", |world| {
        let response = world.quiet(broker, 1, &request);
        (request.member_epoch, request.subscribed_topic_names) = (response.member_epoch, None);
        response.assignment.filter(|assignment| !assignment.topic_partitions.is_empty()).map(drop)
    });
    let mut epoch = 0;
    let answer = world.until("records are acquired", |world| {
        let response = world.quiet(1, 1, &fetch(group, &[topic], epoch));
        epoch += i32::from(response.error_code == 0);
        let any = response.responses.iter().any(|topic| !topic.partitions[0].acquired_records.is_empty());
        any.then_some(response)
    });
    world.note("acquired", &answer);
    epoch
}

fn fetch_refused(world: &mut World) {
    let (group, _, topic) = prepared(world);
    let good = fetch(&group, &[topic], 0);
    let requests = [good.clone().with_share_session_epoch(5), good.with_member_id(Some(text("")))];
    for request in requests {
        world.ask(1, 1, &request);
    }
}

fn acquired_and_acknowledged(world: &mut World) {
    let (group, broker, topic) = prepared(world);
    let mut epoch = acquired(world, &group, broker, topic);
    // Accepted, given back, refused for good.
    for batch in [(0, 0, &[1][..]), (1, 1, &[2]), (2, 2, &[3])] {
        world.ask(1, 1, &acknowledge(&group, topic, epoch, batch));
        epoch += 1;
    }
    world.ask(1, 1, &fetch(&group, &[topic], epoch));
    world.ask(1, 1, &acknowledge(&group, topic, epoch + 1, (0, 1, &[1])));
    world.ask(1, 1, &fetch(&group, &[], -1));
}

fn acknowledge_refused(world: &mut World) {
    let (group, broker, topic) = prepared(world);
    world.ask(1, 1, &acknowledge(&group, topic, 1, (0, 0, &[1])));
    world.ask(1, 1, &acknowledge(&group, topic, 0, (0, 0, &[1])));
    let mut epoch = acquired(world, &group, broker, topic);
    let batches = [(0, 2, &[9][..]), (2, 1, &[1]), (0, 2, &[1, 1]), (7, 9, &[1]), (-1, 0, &[1]), (0, 0, &[])];
    for batch in batches {
        let response = world.ask(1, 1, &acknowledge(&group, topic, epoch, batch));
        epoch += i32::from(response.error_code == 0);
    }
}
