//! Groups of the consumer protocol (KIP-848), and share groups (KIP-932), heartbeat by heartbeat.

use kafka_protocol::messages::{
    ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest, ConsumerGroupHeartbeatResponse, DescribeGroupsRequest,
    GroupId, ShareGroupDescribeRequest, ShareGroupHeartbeatRequest,
};

use super::groups::{alone, group};
use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("consumer groups: join and leave", joined_and_left),
    ("consumer groups: what a heartbeat refuses", refused),
    ("consumer groups: epochs of others", fenced),
    ("consumer groups: a static member", static_member),
    ("consumer groups: described", described),
    ("consumer groups: beside classic ones", beside_classic),
    ("share groups: join and leave", share_joined_and_left),
    ("share groups: what a heartbeat refuses", share_refused),
];

/// What a member says that wants to join.
fn join(world: &World, group: &GroupId, member: &str) -> ConsumerGroupHeartbeatRequest {
    ConsumerGroupHeartbeatRequest::default()
        .with_group_id(group.clone())
        .with_member_id(text(member))
        .with_member_epoch(0)
        .with_rebalance_timeout_ms(10_000)
        .with_subscribed_topic_names(Some(vec![world.topic("orders")]))
        .with_topic_partitions(Some(vec![]))
}

/// What a member says that has nothing new to say.
fn alive(group: &GroupId, member: &str, epoch: i32) -> ConsumerGroupHeartbeatRequest {
    ConsumerGroupHeartbeatRequest::default()
        .with_group_id(group.clone())
        .with_member_id(text(member))
        .with_member_epoch(epoch)
        .with_rebalance_timeout_ms(-1)
        .with_subscribed_topic_names(None)
        .with_topic_partitions(None)
}

fn in_order(response: &mut ConsumerGroupHeartbeatResponse) {
    for topic in response.assignment.iter_mut().flat_map(|assignment| &mut assignment.topic_partitions) {
        topic.partitions.sort_unstable();
    }
}

fn share(world: &World, group: &GroupId, member: &str, epoch: i32) -> ShareGroupHeartbeatRequest {
    let topics = (epoch == 0).then(|| vec![world.topic("orders")]);
    ShareGroupHeartbeatRequest::default()
        .with_group_id(group.clone())
        .with_member_id(text(member))
        .with_member_epoch(epoch)
        .with_subscribed_topic_names(topics)
}

fn joined_and_left(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 1]], &[]);
    let (group, broker) = group(world, "group");
    for version in [0, 1] {
        let request = join(world, &group, "one");
        world.ask_sorted(broker, version, &request, in_order);
        // Once more before the answer is known: the same again.
        world.ask_sorted(broker, version, &request, in_order);
        let response = world.ask_sorted(broker, version, &alive(&group, "one", 1), in_order);
        world.ask_sorted(broker, version, &alive(&group, "one", response.member_epoch), in_order);
        world.ask(broker, version, &alive(&group, "one", -1));
        world.ask(broker, version, &alive(&group, "one", -1));
        world.ask(broker, version, &alive(&group, "one", 1));
    }
}

fn refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let good = join(world, &group, "one");
    let requests = [
        good.clone().with_group_id(GroupId(text(""))),
        good.clone().with_group_id(GroupId(text("  "))),
        good.clone().with_member_id(text("")),
        good.clone().with_member_id(text(" ")),
        good.clone().with_instance_id(Some(text(""))),
        good.clone().with_rack_id(Some(text(""))),
        good.clone().with_rebalance_timeout_ms(-1),
        good.clone().with_topic_partitions(None),
        good.clone().with_topic_partitions(Some(vec![Default::default()])),
        good.clone().with_subscribed_topic_names(None),
        good.clone().with_subscribed_topic_names(Some(vec![])),
        good.clone().with_server_assignor(Some(text("nobody"))),
        good.clone().with_server_assignor(Some(text(""))),
        good.clone().with_subscribed_topic_names(None).with_subscribed_topic_regex(Some(text("("))),
        good.clone().with_subscribed_topic_regex(Some(text("[a"))),
        good.clone().with_member_epoch(-2),
        good.clone().with_member_epoch(-3),
        good.clone().with_member_epoch(5),
        alive(&group, "one", -1),
    ];
    for request in requests {
        world.ask(broker, 1, &request);
        world.quiet(broker, 1, &alive(&group, "one", -1));
    }
    world.ask(broker % 3 + 1, 1, &good);
}

fn fenced(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let request = join(world, &group, "one");
    let joined = world.ask_sorted(broker, 1, &request, in_order);
    for epoch in [joined.member_epoch + 1, joined.member_epoch, joined.member_epoch - 1] {
        world.ask_sorted(broker, 1, &alive(&group, "one", epoch), in_order);
    }
    world.ask(broker, 1, &alive(&group, "nobody", 1));
    world.ask(broker, 1, &alive(&group, "nobody", -1));
}

fn static_member(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let instance = Some(text("i"));
    let request = join(world, &group, "one").with_instance_id(instance.clone());
    world.ask_sorted(broker, 1, &request, in_order);
    // Somebody has the name already; then its owner goes for a while, and for good.
    let second = request.clone().with_member_id(text("two"));
    world.ask(broker, 1, &second);
    world.ask(broker, 1, &alive(&group, "two", -2).with_instance_id(instance.clone()));
    world.ask(broker, 1, &alive(&group, "one", -2).with_instance_id(instance.clone()));
    world.ask_sorted(broker, 1, &second, in_order);
    world.ask(broker, 1, &alive(&group, "one", 1).with_instance_id(instance.clone()));
    world.ask(broker, 1, &alive(&group, "one", -1).with_instance_id(instance.clone()));
    world.ask(broker, 1, &alive(&group, "two", -1).with_instance_id(instance));
}

fn described(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let request = ConsumerGroupDescribeRequest::default().with_group_ids(vec![group.clone()]);
    world.ask(broker, 1, &request);
    let joined = join(world, &group, "one").with_rack_id(Some(text("az-1"))).with_instance_id(Some(text("i")));
    world.quiet(broker, 1, &joined);
    world.until("the member has its partition", |world| {
        let response = world.quiet(broker, 1, &request);
        (response.groups[0].group_state.as_str() == "Stable").then_some(())
    });
    for version in [0, 1] {
        world.ask(broker, version, &request);
        world.ask(broker, version, &request.clone().with_include_authorized_operations(true));
    }
    world.ask(broker, 6, &DescribeGroupsRequest::default().with_groups(vec![group.clone()]));
    world.quiet(broker, 1, &alive(&group, "one", -1).with_instance_id(Some(text("i"))));
    world.ask(broker, 1, &request);
    world.ask(broker % 3 + 1, 1, &request);
}

fn beside_classic(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    alone(world, broker, &group, &[]);
    let described = vec![group.clone()];
    world.ask(broker, 1, &ConsumerGroupDescribeRequest::default().with_group_ids(described.clone()));
    world.ask(broker, 1, &ShareGroupDescribeRequest::default().with_group_ids(described));
    let request = share(world, &group, "one", 0);
    world.ask(broker, 1, &request);
}

fn share_joined_and_left(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let described = ShareGroupDescribeRequest::default().with_group_ids(vec![group.clone()]);
    world.ask(broker, 1, &described);
    let request = share(world, &group, "one", 0);
    let joined = world.quiet(broker, 1, &request);
    world.note("joined", &(joined.error_code, joined.member_id, joined.heartbeat_interval_ms));
    let leave = share(world, &group, "one", -1);
    world.ask(broker, 1, &leave);
    world.ask(broker, 1, &leave);
    let late = share(world, &group, "one", 1);
    world.ask(broker, 1, &late);
}

fn share_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, broker) = group(world, "group");
    let good = share(world, &group, "one", 0);
    let requests = [
        good.clone().with_group_id(GroupId(text(""))),
        good.clone().with_member_id(text("")),
        good.clone().with_member_id(text(" ")),
        good.clone().with_rack_id(Some(text(""))),
        good.clone().with_subscribed_topic_names(None),
        good.clone().with_subscribed_topic_names(Some(vec![])),
        good.clone().with_member_epoch(-2),
        good.clone().with_member_epoch(5),
        share(world, &group, "one", -1),
    ];
    for request in requests {
        world.ask(broker, 1, &request);
    }
    world.ask(broker % 3 + 1, 1, &good);
}
