//! Classic groups: joining, syncing, leaving, and what is said about them.

use bytes::Bytes;
use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kafka_protocol::messages::leave_group_request::MemberIdentity;
use kafka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kafka_protocol::messages::{
    DeleteGroupsRequest, DescribeGroupsRequest, FindCoordinatorRequest, FindCoordinatorResponse, GroupId,
    HeartbeatRequest, JoinGroupRequest, JoinGroupResponse, LeaveGroupRequest, ListGroupsRequest, SyncGroupRequest,
};
use kafka_protocol::protocol::StrBytes;

use super::transactions::coordinator_of;
use crate::Scenario;
use crate::raw::Raw;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("find coordinator: of every kind in every version", every_kind),
    ("find coordinator: what it refuses", coordinators_refused),
    ("join group: in every version", joined_in_every_version),
    ("join group: what it refuses", join_refused),
    ("join group: a member that is not known", unknown_member_joins),
    ("join group: protocols that nobody shares", inconsistent_protocols),
    ("join group: the same member again", joins_again),
    ("groups: two members", two_members),
    ("groups: a static member comes back", static_member_returns),
    ("groups: a static member is fenced", static_member_fenced),
    ("sync group: what it refuses", sync_refused),
    ("sync group: a follower before its leader", follower_syncs_first),
    ("heartbeat: what it refuses", heartbeat_refused),
    ("leave group: in every version", left_in_every_version),
    ("leave group: several at once", several_leave),
    ("groups: at a broker that does not coordinate", wrong_coordinator),
    ("describe groups: in every state", described),
    ("list groups: by state and by type", listed),
    ("delete groups: in every state", deleted),
];

/// A classic group's member: what it sends all the time.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) group: GroupId,
    pub(crate) id: StrBytes,
    pub(crate) instance: Option<StrBytes>,
    pub(crate) generation: i32,
}

/// A group of the scenario, and the broker that coordinates it and is ready to.
pub(crate) fn group(world: &mut World, name: &str) -> (GroupId, i32) {
    let group = GroupId(text(&world.name(name)));
    let broker = coordinator_of(world, &group.0, 0);
    let probe = HeartbeatRequest::default().with_group_id(group.clone()).with_member_id(text("nobody"));
    world.until("the coordinator knows that it is one", |world| {
        (world.quiet(broker, 4, &probe).error_code == 25).then_some(())
    });
    (group, broker)
}

/// What a consumer of these topics says about itself.
fn subscription(topics: &[StrBytes]) -> Bytes {
    let mut out = vec![0, 0];
    out.extend(i32::try_from(topics.len()).expect("few topics").to_be_bytes());
    for topic in topics {
        out.extend(i16::try_from(topic.len()).expect("names are short").to_be_bytes());
        out.extend(topic.as_bytes());
    }
    out.extend((-1_i32).to_be_bytes());
    out.into()
}

fn protocol(name: &str, metadata: Bytes) -> JoinGroupRequestProtocol {
    JoinGroupRequestProtocol::default().with_name(text(name)).with_metadata(metadata)
}

fn join(group: &GroupId, member: &str) -> JoinGroupRequest {
    JoinGroupRequest::default()
        .with_group_id(group.clone())
        .with_session_timeout_ms(10_000)
        .with_rebalance_timeout_ms(10_000)
        .with_member_id(text(member))
        .with_protocol_type(text("consumer"))
        .with_protocols(vec![protocol("range", subscription(&[]))])
}

fn sync(member: &Member) -> SyncGroupRequest {
    SyncGroupRequest::default()
        .with_group_id(member.group.clone())
        .with_generation_id(member.generation)
        .with_member_id(member.id.clone())
        .with_group_instance_id(member.instance.clone())
        .with_protocol_type(Some(text("consumer")))
        .with_protocol_name(Some(text("range")))
}

fn assignment(member: &StrBytes, bytes: &'static [u8]) -> SyncGroupRequestAssignment {
    SyncGroupRequestAssignment::default().with_member_id(member.clone()).with_assignment(Bytes::from_static(bytes))
}

fn heartbeat(member: &Member) -> HeartbeatRequest {
    HeartbeatRequest::default()
        .with_group_id(member.group.clone())
        .with_generation_id(member.generation)
        .with_member_id(member.id.clone())
        .with_group_instance_id(member.instance.clone())
}

fn leave(group: &GroupId, members: &[(&str, Option<&str>)]) -> LeaveGroupRequest {
    let identity = |(id, instance): &(&str, Option<&str>)| {
        MemberIdentity::default().with_member_id(text(id)).with_group_instance_id(instance.map(text))
    };
    LeaveGroupRequest::default().with_group_id(group.clone()).with_members(members.iter().map(identity).collect())
}

/// Joins as the only member of a group that is empty, and syncs: the group is stable then.
pub(crate) fn alone(world: &mut World, broker: i32, group: &GroupId, topics: &[StrBytes]) -> Member {
    let mut request = join(group, "");
    request.protocols[0].metadata = subscription(topics);
    request.member_id = world.quiet(broker, 9, &request).member_id;
    let joined = world.quiet(broker, 9, &request);
    assert_eq!(joined.error_code, 0, "the only member joins");
    let member = member(group, &joined, None);
    let request = sync(&member).with_assignments(vec![assignment(&member.id, b"all")]);
    assert_eq!(world.quiet(broker, 5, &request).error_code, 0, "the only member syncs");
    member
}

fn member(group: &GroupId, joined: &JoinGroupResponse, instance: Option<&str>) -> Member {
    Member {
        group: group.clone(),
        id: joined.member_id.clone(),
        instance: instance.map(text),
        generation: joined.generation_id,
    }
}

/// Waits for the answer to a join on a connection of its own, and writes it down with its members in order.
fn joined(world: &mut World, about: &str, connection: &mut Raw) -> JoinGroupResponse {
    let mut response = connection.answer::<JoinGroupRequest>(9).expect("the broker answers");
    by_metadata(&mut response);
    world.note(about, &response);
    response
}

fn by_metadata(response: &mut JoinGroupResponse) {
    response.members.sort_by_key(|member| member.metadata.clone());
}

/// Where it is differs between clusters; that there is one does not.
fn anywhere(response: &mut FindCoordinatorResponse) {
    if response.node_id.0 > 0 {
        (response.node_id, response.host, response.port) = (1.into(), text(""), 1);
    }
    for found in &mut response.coordinators {
        if found.node_id.0 > 0 {
            (found.node_id, found.host, found.port) = (1.into(), text(""), 1);
        }
    }
}

fn every_kind(world: &mut World) {
    for kind in [0, 1] {
        let key = world.name("key");
        coordinator_of(world, &key, kind);
        for version in 0..=6 {
            if version == 0 && kind == 1 {
                continue;
            }
            let request = FindCoordinatorRequest::default().with_key_type(kind);
            let request = match version {
                0..=3 => request.with_key(text(&key)),
                _ => request.with_coordinator_keys(vec![text(&key), text(&world.name("other"))]),
            };
            world.ask_sorted(1, version, &request, anywhere);
        }
    }
}

fn coordinators_refused(world: &mut World) {
    for (kind, key) in [(0, ""), (1, ""), (2, ""), (2, "no-topic"), (2, "group:topic:0"), (3, "key"), (-1, "key")] {
        let single = FindCoordinatorRequest::default().with_key_type(kind).with_key(text(key));
        let answer = world.connect(1).ask(3, &single);
        world.note(
            &format!("kind {kind} of '{key}' v3"),
            &answer.map(|mut answer| {
                anywhere(&mut answer);
                answer
            }),
        );
        for version in [5, 6] {
            let request = FindCoordinatorRequest::default().with_key_type(kind).with_coordinator_keys(vec![text(key)]);
            let answer = world.connect(1).ask(version, &request);
            world.note(
                &format!("kind {kind} of '{key}' v{version}"),
                &answer.map(|mut answer| {
                    anywhere(&mut answer);
                    answer
                }),
            );
        }
    }
    world.ask(1, 6, &FindCoordinatorRequest::default());
}

fn joined_in_every_version(world: &mut World) {
    for version in 0..=9 {
        let (group, broker) = group(world, &format!("group-{version}"));
        let mut request = join(&group, "");
        let mut response = world.ask(broker, version, &request);
        if response.error_code == 79 {
            request.member_id = response.member_id;
            response = world.ask(broker, version, &request);
        }
        let member = member(&group, &response, None);
        let mut request = sync(&member).with_assignments(vec![assignment(&member.id, b"all")]);
        if version < 5 {
            (request.protocol_type, request.protocol_name) = (None, None);
        }
        world.ask(broker, version.min(5), &request);
        world.ask(broker, version.min(4), &heartbeat(&member));
    }
}

fn join_refused(world: &mut World) {
    let (group, broker) = group(world, "group");
    for timeout in [0, -1, 5999, 1_800_001] {
        world.ask(broker, 9, &join(&group, "").with_session_timeout_ms(timeout));
    }
    world.ask(broker, 9, &join(&group, "").with_protocols(vec![]));
    world.ask(broker, 9, &join(&group, "").with_protocol_type(text("")));
    world.ask(broker, 9, &join(&group, "").with_rebalance_timeout_ms(-1));
    world.ask(1, 9, &join(&GroupId(text("")), ""));
    world.ask(broker, 9, &join(&group, "").with_group_instance_id(Some(text("not a/name"))));
    world.ask(broker, 9, &join(&group, "").with_group_instance_id(Some(text(""))));
}

fn unknown_member_joins(world: &mut World) {
    let (group, broker) = group(world, "group");
    world.ask(broker, 9, &join(&group, "nobody"));
    world.ask(broker, 3, &join(&group, "nobody"));
    alone(world, broker, &group, &[]);
    world.ask(broker, 9, &join(&group, "nobody"));
    world.ask(broker, 9, &join(&group, "nobody").with_group_instance_id(Some(text("nothing"))));
}

fn inconsistent_protocols(world: &mut World) {
    let (group, broker) = group(world, "group");
    let only = alone(world, broker, &group, &[]);
    world.ask(broker, 9, &join(&group, "").with_protocol_type(text("connect")));
    world.ask(broker, 9, &join(&group, "").with_protocols(vec![protocol("sticky", Bytes::new())]));
    world.ask(broker, 9, &join(&group, &only.id).with_protocol_type(text("connect")));
    world.ask(broker, 9, &join(&group, &only.id).with_protocols(vec![]));
    world.ask(broker, 4, &heartbeat(&only));
}

fn joins_again(world: &mut World) {
    let (group, broker) = group(world, "group");
    let only = alone(world, broker, &group, &[]);
    // The leader that joins again makes a new generation; so does changed metadata.
    world.ask(broker, 9, &join(&group, &only.id));
    world.ask(broker, 9, &join(&group, &only.id));
    let both = vec![protocol("sticky", Bytes::new()), protocol("range", Bytes::new())];
    let response = world.ask(broker, 9, &join(&group, &only.id).with_protocols(both));
    world.ask(broker, 4, &heartbeat(&member(&group, &response, None)));
    world.ask(broker, 4, &heartbeat(&only));
}

fn two_members(world: &mut World) {
    let (group, broker) = group(world, "group");
    let mut first = alone(world, broker, &group, &[]);
    let mut other = world.connect(broker);
    let mut request = join(&group, "").with_protocols(vec![protocol("range", subscription(&[text("b")]))]);
    request.member_id = other.ask(9, &request).expect("the broker answers").member_id;
    other.send(9, &request);
    world.until("the group rebalances", |world| {
        (world.quiet(broker, 4, &heartbeat(&first)).error_code == 27).then_some(())
    });
    world.ask(broker, 4, &heartbeat(&first));
    world.ask(broker, 5, &sync(&first));
    let response = world.ask_sorted(broker, 9, &join(&group, &first.id), by_metadata);
    first.generation = response.generation_id;
    let second = member(&group, &joined(world, "the second", &mut other), None);
    world.ask(broker, 4, &heartbeat(&first));
    other.send(5, &sync(&second));
    let both = vec![assignment(&first.id, b"one"), assignment(&second.id, b"two")];
    world.ask(broker, 5, &sync(&first).with_assignments(both));
    world.note("the second", &other.answer::<SyncGroupRequest>(5));
    world.ask(broker, 5, &sync(&second));
    world.ask(broker, 4, &heartbeat(&second));
    world.ask(broker, 5, &leave(&group, &[(&second.id, None)]));
    world.ask(broker, 4, &heartbeat(&first));
    world.ask(broker, 4, &heartbeat(&second));
    world.ask(broker, 9, &join(&group, &first.id));
}

fn static_member_returns(world: &mut World) {
    let (group, broker) = group(world, "group");
    let request = join(&group, "").with_group_instance_id(Some(text("one")));
    let first = world.ask(broker, 5, &request);
    let first = member(&group, &first, Some("one"));
    let assigned = vec![assignment(&first.id, b"all")];
    world.ask(broker, 5, &sync(&first).with_assignments(assigned));
    for version in [5, 8, 9] {
        let again = world.ask(broker, version, &request);
        let again = member(&group, &again, Some("one"));
        world.ask(broker, 5, &sync(&again));
    }
    world.ask(broker, 5, &sync(&first));
    world.ask(broker, 4, &heartbeat(&first));
    // Other protocols: a rebalance has to be.
    let changed = request.clone().with_protocols(vec![protocol("range", subscription(&[text("new")]))]);
    world.ask(broker, 9, &changed);
}

fn static_member_fenced(world: &mut World) {
    let (group, broker) = group(world, "group");
    let request = join(&group, "").with_group_instance_id(Some(text("one")));
    let old = member(&group, &world.quiet(broker, 9, &request), Some("one"));
    let assigned = vec![assignment(&old.id, b"all")];
    world.quiet(broker, 5, &sync(&old).with_assignments(assigned));
    let new = member(&group, &world.quiet(broker, 9, &request), Some("one"));
    world.ask(broker, 4, &heartbeat(&old));
    world.ask(broker, 5, &sync(&old));
    world.ask(broker, 9, &request.clone().with_member_id(old.id.clone()));
    world.ask(broker, 5, &leave(&group, &[(&old.id, Some("one"))]));
    let without = Member { instance: None, ..old };
    world.ask(broker, 4, &heartbeat(&without));
    world.ask(broker, 4, &heartbeat(&Member { instance: None, ..new.clone() }));
    world.ask(broker, 4, &heartbeat(&Member { instance: Some(text("two")), ..new.clone() }));
    world.ask(broker, 4, &heartbeat(&new));
    world.ask(broker, 5, &leave(&group, &[("", Some("one"))]));
    world.ask(broker, 4, &heartbeat(&new));
}

fn sync_refused(world: &mut World) {
    let (group, broker) = group(world, "group");
    let nobody = Member { group: group.clone(), id: text("nobody"), instance: None, generation: 1 };
    world.ask(broker, 5, &sync(&nobody));
    let only = alone(world, broker, &group, &[]);
    world.ask(broker, 5, &sync(&nobody));
    for generation in [0, 2, -1] {
        world.ask(broker, 5, &sync(&Member { generation, ..only.clone() }));
    }
    world.ask(broker, 5, &sync(&only).with_protocol_type(Some(text("connect"))));
    world.ask(broker, 5, &sync(&only).with_protocol_name(Some(text("sticky"))));
    world.ask(broker, 5, &sync(&only).with_protocol_name(None));
    world.ask(broker, 5, &sync(&only).with_group_instance_id(Some(text("one"))));
    world.ask(broker, 5, &sync(&only).with_group_id(GroupId(text(""))));
    world.ask(broker, 5, &sync(&only));
}

fn follower_syncs_first(world: &mut World) {
    let (group, broker) = group(world, "group");
    let mut first = alone(world, broker, &group, &[]);
    let mut other = world.connect(broker);
    let mut request = join(&group, "").with_protocols(vec![protocol("range", subscription(&[text("b")]))]);
    request.member_id = other.ask(9, &request).expect("the broker answers").member_id;
    other.send(9, &request);
    world.until("the group rebalances", |world| {
        (world.quiet(broker, 4, &heartbeat(&first)).error_code == 27).then_some(())
    });
    first.generation = world.quiet(broker, 9, &join(&group, &first.id)).generation_id;
    let second = member(&group, &joined(world, "the second", &mut other), None);
    // Who leaves while others wait for the leader's assignment makes them join again.
    other.send(5, &sync(&second));
    world.ask(broker, 5, &leave(&group, &[(&first.id, None)]));
    world.note("the second", &other.answer::<SyncGroupRequest>(5));
    world.note("the second", &other.ask(4, &heartbeat(&second)));
}

fn heartbeat_refused(world: &mut World) {
    let (group, broker) = group(world, "group");
    let nobody = Member { group: group.clone(), id: text("nobody"), instance: None, generation: 1 };
    world.ask(broker, 4, &heartbeat(&nobody));
    let only = alone(world, broker, &group, &[]);
    world.ask(broker, 4, &heartbeat(&nobody));
    for generation in [0, 2, -1] {
        world.ask(broker, 4, &heartbeat(&Member { generation, ..only.clone() }));
    }
    world.ask(broker, 4, &heartbeat(&Member { instance: Some(text("one")), ..only.clone() }));
    world.ask(broker, 4, &heartbeat(&Member { id: text(""), ..only.clone() }));
    world.ask(broker, 4, &heartbeat(&Member { group: GroupId(text("")), ..only.clone() }));
    for version in 0..=4 {
        world.ask(broker, version, &heartbeat(&only));
    }
}

fn left_in_every_version(world: &mut World) {
    let (group, broker) = group(world, "group");
    for version in 0..=5 {
        for id in [text("nobody"), alone(world, broker, &group, &[]).id] {
            let request = match version {
                0..=2 => LeaveGroupRequest::default().with_group_id(group.clone()).with_member_id(id),
                _ => leave(&group, &[(&id, None)]),
            };
            world.ask(broker, version, &request);
        }
    }
    let nowhere = GroupId(text(&world.name("nowhere")));
    let broker = coordinator_of(world, &nowhere.0, 0);
    world.ask(broker, 5, &leave(&nowhere, &[("nobody", None)]));
    world.ask(broker, 2, &LeaveGroupRequest::default().with_group_id(nowhere).with_member_id(text("nobody")));
    world.ask(broker, 5, &leave(&GroupId(text("")), &[("nobody", None)]));
}

fn several_leave(world: &mut World) {
    let (group, broker) = group(world, "group");
    let one = world.quiet(broker, 9, &join(&group, "").with_group_instance_id(Some(text("one"))));
    let one = member(&group, &one, Some("one"));
    let pending = world.quiet(broker, 9, &join(&group, "")).member_id;
    let request = [
        ("nobody", None),
        ("nobody", Some("one")),
        ("", Some("two")),
        (&*pending, None),
        ("", Some("one")),
        (&*one.id, None),
        ("", None),
    ];
    world.ask(broker, 5, &leave(&group, &request));
    world.ask(broker, 5, &leave(&group, &[]));
    world.ask(broker, 4, &heartbeat(&one));
}

fn wrong_coordinator(world: &mut World) {
    let (group, broker) = group(world, "group");
    let only = alone(world, broker, &group, &[]);
    let other = broker % 3 + 1;
    world.ask(other, 9, &join(&group, ""));
    world.ask(other, 5, &sync(&only));
    world.ask(other, 4, &heartbeat(&only));
    world.ask(other, 5, &leave(&group, &[(&only.id, None)]));
    world.ask(other, 2, &LeaveGroupRequest::default().with_group_id(group.clone()).with_member_id(only.id.clone()));
    world.ask(other, 6, &DescribeGroupsRequest::default().with_groups(vec![group.clone()]));
    world.ask(other, 2, &DeleteGroupsRequest::default().with_groups_names(vec![group.clone()]));
    super::offsets::at_the_wrong_broker(world, other, &group);
}

fn described(world: &mut World) {
    let (group, broker) = group(world, "group");
    let request = DescribeGroupsRequest::default().with_groups(vec![group.clone()]);
    for version in [0, 5, 6] {
        world.ask(broker, version, &request);
    }
    // Kafka shows a new group only once something of it is in its log, so this one has had a member.
    let before = alone(world, broker, &group, &[]);
    world.quiet(broker, 5, &leave(&group, &[(&before.id, None)]));
    let first = world.quiet(broker, 9, &join(&group, "").with_group_instance_id(Some(text("one"))));
    world.ask(broker, 6, &request);
    let first = member(&group, &first, Some("one"));
    let assigned = vec![assignment(&first.id, b"all")];
    world.quiet(broker, 5, &sync(&first).with_assignments(assigned));
    for version in 0..=6 {
        let request = request.clone().with_include_authorized_operations(version >= 3);
        world.ask(broker, version, &request);
    }
    world.quiet(broker, 5, &leave(&group, &[("", Some("one"))]));
    world.ask(broker, 6, &request);
    world.ask(broker, 6, &DescribeGroupsRequest::default());
}

fn listed(world: &mut World) {
    let (group, broker) = group(world, "group");
    let only = alone(world, broker, &group, &[]);
    let filters: [(&[&str], &[&str]); 9] = [
        (&[], &[]),
        (&["Stable"], &[]),
        (&["stable", "Empty"], &[]),
        (&["Empty"], &[]),
        (&["Nonsense"], &[]),
        (&[], &["classic"]),
        (&[], &["Consumer", "share"]),
        (&[], &["nonsense"]),
        (&["Stable"], &["Classic"]),
    ];
    for state in ["stable", "empty"] {
        for (states, types) in filters {
            for version in [0, 3, 4, 5] {
                if (version < 4 && !states.is_empty()) || (version < 5 && !types.is_empty()) {
                    continue;
                }
                let request = ListGroupsRequest::default()
                    .with_states_filter(states.iter().map(|state| text(state)).collect())
                    .with_types_filter(types.iter().map(|kind| text(kind)).collect());
                world.note(&format!("{state}, {states:?}, {types:?}"), &());
                world.ask_sorted(broker, version, &request, |response| {
                    response.groups.retain(|listed| listed.group_id == group);
                });
            }
        }
        world.quiet(broker, 5, &leave(&group, &[(&only.id, None)]));
    }
}

fn deleted(world: &mut World) {
    let (group, broker) = group(world, "group");
    let request = DeleteGroupsRequest::default().with_groups_names(vec![group.clone()]);
    world.ask(broker, 2, &request);
    let only = alone(world, broker, &group, &[]);
    world.ask(broker, 0, &request);
    world.ask(broker, 2, &request);
    world.quiet(broker, 5, &leave(&group, &[(&only.id, None)]));
    world.ask(broker, 2, &request);
    world.ask(broker, 2, &request);
    world.ask(broker, 6, &DescribeGroupsRequest::default().with_groups(vec![group]));
    world.ask(broker, 2, &DeleteGroupsRequest::default());
}
