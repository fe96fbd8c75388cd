//! Offsets of groups: committed, fetched, deleted.

use kafka_protocol::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kafka_protocol::messages::offset_delete_request::{OffsetDeleteRequestPartition, OffsetDeleteRequestTopic};
use kafka_protocol::messages::offset_fetch_request::{
    OffsetFetchRequestGroup, OffsetFetchRequestTopic, OffsetFetchRequestTopics,
};
use kafka_protocol::messages::{
    GroupId, OffsetCommitRequest, OffsetDeleteRequest, OffsetFetchRequest, OffsetFetchResponse, TopicName,
};

use super::groups::{alone, group};
use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("offset commit: in every version", committed_in_every_version),
    ("offset commit: what it refuses", commit_refused),
    ("offset commit: of a group with members", committed_by_members),
    ("offset fetch: in every version", fetched_in_every_version),
    ("offset fetch: what is not there", fetched_what_is_not_there),
    ("offset fetch: several groups", several_groups),
    ("offset delete: of every kind", deleted),
];

fn partition(index: i32, offset: i64) -> OffsetCommitRequestPartition {
    OffsetCommitRequestPartition::default()
        .with_partition_index(index)
        .with_committed_offset(offset)
        .with_committed_metadata(Some(text("m")))
}

fn commit(group: &GroupId, topic: TopicName, partitions: Vec<OffsetCommitRequestPartition>) -> OffsetCommitRequest {
    let topic = OffsetCommitRequestTopic::default().with_name(topic).with_partitions(partitions);
    OffsetCommitRequest::default().with_group_id(group.clone()).with_topics(vec![topic])
}

/// Offsets of these partitions of a topic, or of everything.
pub(crate) fn fetch(group: &GroupId, topic: Option<(TopicName, &[i32])>) -> OffsetFetchRequest {
    let topics = topic.map(|(name, partitions)| {
        vec![OffsetFetchRequestTopics::default().with_name(name).with_partition_indexes(partitions.to_vec())]
    });
    let group = OffsetFetchRequestGroup::default().with_group_id(group.clone()).with_topics(topics);
    OffsetFetchRequest::default().with_groups(vec![group]).with_topics(Some(vec![]))
}

fn fetch_old(group: &GroupId, topic: Option<(TopicName, &[i32])>) -> OffsetFetchRequest {
    let topics = topic.map(|(name, partitions)| {
        vec![OffsetFetchRequestTopic::default().with_name(name).with_partition_indexes(partitions.to_vec())]
    });
    OffsetFetchRequest::default().with_group_id(group.clone()).with_topics(topics)
}

fn delete(group: &GroupId, topic: TopicName, partitions: &[i32]) -> OffsetDeleteRequest {
    let partitions =
        partitions.iter().map(|index| OffsetDeleteRequestPartition::default().with_partition_index(*index));
    let topic = OffsetDeleteRequestTopic::default().with_name(topic).with_partitions(partitions.collect());
    OffsetDeleteRequest::default().with_group_id(group.clone()).with_topics(vec![topic])
}

/// Kafka keeps offsets in maps: topics and partitions get an order here.
pub(crate) fn in_order(response: &mut OffsetFetchResponse) {
    response.topics.sort_by_key(|topic| topic.name.clone());
    for topic in &mut response.topics {
        topic.partitions.sort_by_key(|partition| partition.partition_index);
    }
    response.groups.sort_by_key(|group| group.group_id.clone());
    for group in &mut response.groups {
        group.topics.sort_by_key(|topic| topic.name.clone());
        for topic in &mut group.topics {
            topic.partitions.sort_by_key(|partition| partition.partition_index);
        }
    }
}

/// What a broker says about offsets of a group that another coordinates.
pub(crate) fn at_the_wrong_broker(world: &mut World, broker: i32, group: &GroupId) {
    world.create("orders", &[&[1, 2]], &[]);
    let topic = world.topic("orders");
    world.ask(broker, 9, &commit(group, topic.clone(), vec![partition(0, 1)]));
    world.ask(broker, 9, &fetch(group, Some((topic.clone(), &[0]))));
    world.ask(broker, 7, &fetch_old(group, Some((topic.clone(), &[0]))));
    world.ask(broker, 7, &fetch_old(group, None));
    world.ask(broker, 0, &delete(group, topic, &[0]));
}

fn committed_in_every_version(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 3]], &[]);
    let (group, broker) = group(world, "group");
    for version in 2..=9 {
        let partitions = vec![partition(0, i64::from(version)), partition(1, 7)];
        let mut request = commit(&group, world.topic("orders"), partitions);
        if version >= 6 {
            request.topics[0].partitions[0].committed_leader_epoch = 0;
        }
        world.ask(broker, version, &request);
        world.ask_sorted(broker, 9, &fetch(&group, None), in_order);
    }
}

fn commit_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let topic = world.topic("orders");
    let partitions = vec![partition(0, 1), partition(1, 1), partition(-1, 1)];
    world.ask(broker, 9, &commit(&group, topic.clone(), partitions));
    world.ask(broker, 9, &commit(&group, world.topic("nowhere"), vec![partition(0, 1)]));
    for length in [4096, 4097] {
        let long = partition(0, 1).with_committed_metadata(Some(text(&"m".repeat(length))));
        world.ask(broker, 9, &commit(&group, topic.clone(), vec![long]));
    }
    for partition in [partition(0, -1), partition(0, -5), partition(0, 1).with_committed_metadata(None)] {
        world.ask(broker, 9, &commit(&group, topic.clone(), vec![partition]));
        world.ask(broker, 9, &fetch(&group, None));
    }
    let stranger = commit(&group, topic.clone(), vec![partition(0, 1)]).with_member_id(text("nobody"));
    world.ask(broker, 9, &stranger);
    world.ask(broker, 9, &stranger.clone().with_generation_id_or_member_epoch(1));
    world.ask(broker, 8, &stranger.clone().with_generation_id_or_member_epoch(1));
    world.ask(broker, 9, &stranger.with_member_id(text("")).with_group_instance_id(Some(text("one"))));
    world.ask(broker, 9, &commit(&group, topic, vec![partition(0, 1)]).with_topics(vec![]));
    let (nowhere, broker) = super::groups::group(world, "nowhere");
    let topic = world.topic("orders");
    world.ask(broker, 9, &commit(&nowhere, topic.clone(), vec![partition(0, 1)]).with_generation_id_or_member_epoch(3));
    world.ask(broker, 8, &commit(&nowhere, topic, vec![partition(0, 1)]).with_generation_id_or_member_epoch(3));
}

fn committed_by_members(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let only = alone(world, broker, &group, &[]);
    let topic = world.topic("orders");
    let request = commit(&group, topic.clone(), vec![partition(0, 5)]).with_member_id(only.id.clone());
    for generation in [only.generation, only.generation + 1, only.generation - 1, -1] {
        world.ask(broker, 9, &request.clone().with_generation_id_or_member_epoch(generation));
    }
    world.ask(broker, 9, &request.clone().with_generation_id_or_member_epoch(1).with_member_id(text("nobody")));
    let instance = request.clone().with_generation_id_or_member_epoch(1).with_group_instance_id(Some(text("one")));
    world.ask(broker, 9, &instance);
    // Without a member, while there are some.
    world.ask(broker, 9, &commit(&group, topic, vec![partition(0, 6)]));
    world.ask(broker, 9, &fetch(&group, None));
}

fn fetched_in_every_version(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 3]], &[]);
    let (group, broker) = group(world, "group");
    let request = commit(&group, world.topic("orders"), vec![partition(0, 5)]);
    world.ask(broker, 9, &request);
    let topic = world.topic("orders");
    for version in 1..=9 {
        for topics in [Some((topic.clone(), &[0, 1][..])), None] {
            if version == 1 && topics.is_none() {
                continue;
            }
            let request = if version < 8 { fetch_old(&group, topics) } else { fetch(&group, topics) };
            let request = request.with_require_stable(version >= 7);
            world.ask_sorted(broker, version, &request, in_order);
        }
    }
}

fn fetched_what_is_not_there(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let known = world.topic("orders");
    let unknown = world.topic("nowhere");
    for version in [5, 9] {
        for topics in [Some((known.clone(), &[0, 7, -1][..])), Some((unknown.clone(), &[0][..])), None] {
            let request = if version < 8 { fetch_old(&group, topics) } else { fetch(&group, topics) };
            world.ask_sorted(broker, version, &request, in_order);
        }
    }
    let mut request = fetch(&group, Some((known.clone(), &[0])));
    request.groups[0].member_id = Some(text("nobody"));
    request.groups[0].member_epoch = 0;
    world.ask(broker, 9, &request);
    world.ask(broker, 9, &OffsetFetchRequest::default());
    // A topic that has gone takes its offsets along.
    let only = alone(world, broker, &group, &[]);
    for (member, epoch) in [(&*only.id, 1), (&*only.id, 9), ("nobody", 1)] {
        request.groups[0].member_id = Some(text(member));
        request.groups[0].member_epoch = epoch;
        world.ask(broker, 9, &request);
    }
}

fn several_groups(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let topic = world.topic("orders");
    let (first, broker) = group(world, "group");
    world.quiet(broker, 9, &commit(&first, topic.clone(), vec![partition(0, 3)]));
    let mut request = fetch(&first, None);
    for other in ["a", "b"] {
        let other = GroupId(text(&world.name(other)));
        request.groups.extend(fetch(&other, Some((topic.clone(), &[0]))).groups);
    }
    // Whether the others have their coordinator here depends on the cluster.
    world.ask_sorted(broker, 9, &request, |response| {
        in_order(response);
        response.groups.retain(|answered| answered.group_id == first);
    });
    request.groups.truncate(1);
    request.groups.push(request.groups[0].clone());
    world.ask_sorted(broker, 9, &request, in_order);
}

fn deleted(world: &mut World) {
    world.create("orders", &[&[1, 2], &[1, 2]], &[]);
    world.create("bills", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let orders = world.topic("orders");
    world.ask(broker, 0, &delete(&group, orders.clone(), &[0]));
    world.quiet(broker, 9, &commit(&group, orders.clone(), vec![partition(0, 3), partition(1, 4)]));
    world.quiet(broker, 9, &commit(&group, world.topic("bills"), vec![partition(0, 3)]));
    world.ask(broker, 0, &delete(&group, orders.clone(), &[0, 7]));
    world.ask(broker, 0, &delete(&group, world.topic("nowhere"), &[0]));
    world.ask_sorted(broker, 9, &fetch(&group, None), in_order);
    alone(world, broker, &group, std::slice::from_ref(&orders.0));
    world.ask(broker, 0, &delete(&group, orders, &[1]));
    world.ask(broker, 0, &delete(&group, world.topic("bills"), &[0]));
    world.ask_sorted(broker, 9, &fetch(&group, None), in_order);
}
