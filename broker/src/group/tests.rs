//! Claims about groups as clients meet them: requests to a machine in memory, and what is left after a restart.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
use kafka_protocol::messages::offset_commit_request::{OffsetCommitRequestPartition, OffsetCommitRequestTopic};
use kafka_protocol::messages::offset_fetch_request::{OffsetFetchRequestGroup, OffsetFetchRequestTopics};
use kafka_protocol::messages::sync_group_request::SyncGroupRequestAssignment;
use kafka_protocol::messages::{
    ConsumerGroupHeartbeatRequest, DeleteGroupsRequest, DescribeGroupsRequest, FindCoordinatorRequest, GroupId,
    HeartbeatRequest, JoinGroupRequest, ListGroupsRequest, OffsetCommitRequest, OffsetFetchRequest, RequestKind,
    ResponseKind, SyncGroupRequest, TopicName,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::stored::{Entry, classic as classic_record, offset as offset_record};
use super::{Group, Groups, Kind, offsets, store};
use crate::control::coordinator::{CoordinatorKind, known_partition, partition_of};
use crate::log::Logs;
use crate::machine::dispatch::Request;
use crate::machine::{ConnectionId, Machine, Outcome, Settings, Ticket, Timestamp};
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, Metadata, TopicPartition};
use crate::records::build::{BatchBuilder, NewRecord};

const TOPIC: Uuid = Uuid::from_u128(7);
const DAY: i64 = 86_400_000;

/// Three brokers, one topic of two partitions, and the topic of offsets.
struct World {
    machine: Machine,
    now: Timestamp,
    tickets: u64,
}

fn text(value: &str) -> StrBytes {
    StrBytes::from_string(value.to_owned())
}

fn group(id: &str) -> GroupId {
    GroupId(text(id))
}

impl World {
    fn new() -> Self {
        let now = 1_000_000;
        let configs = BTreeMap::from([("group.initial.rebalance.delay.ms".to_owned(), "0".to_owned())]);
        let settings = Settings { configs, ..Settings::default() };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), now);
        for id in 1..=3 {
            let broker = Broker { id, rack: None, endpoints: BTreeMap::new(), alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        let created = Change::TopicCreated { id: TOPIC, name: "t".to_owned(), partitions: vec![vec![1], vec![2]] };
        machine.commit(vec![created]).expect("it is in memory");
        partition_of(&mut machine, CoordinatorKind::Group, "any").expect("it is in memory");
        machine.recover();
        Self { machine, now, tickets: 0 }
    }

    fn key(&self, id: &str) -> TopicPartition {
        known_partition(&self.machine, CoordinatorKind::Group, id).expect("the topic is there")
    }

    fn coordinator(&self, id: &str) -> i32 {
        self.machine.metadata.partition(self.key(id)).expect("the topic is there").leader
    }

    fn outcome(&mut self, broker: i32, version: i16, body: RequestKind) -> Outcome {
        self.tickets += 1;
        let mut connection =
            self.machine.connected(ConnectionId(1), broker, "PLAINTEXT", IpAddr::V4(Ipv4Addr::LOCALHOST));
        let request = Request { ticket: Ticket(self.tickets), version, client_id: "client".to_owned(), body };
        self.machine.handle(self.now, &mut connection, request)
    }

    fn ask(&mut self, id: &str, version: i16, body: RequestKind) -> ResponseKind {
        match self.outcome(self.coordinator(id), version, body) {
            Outcome::Reply(reply) => *reply,
            other => panic!("no reply but {other:?}"),
        }
    }

    fn commit(&mut self, id: &str, partition: i32, offset: i64) -> i16 {
        let committed =
            OffsetCommitRequestPartition::default().with_partition_index(partition).with_committed_offset(offset);
        let topic =
            OffsetCommitRequestTopic::default().with_name(TopicName(text("t"))).with_partitions(vec![committed]);
        let request = OffsetCommitRequest::default()
            .with_group_id(group(id))
            .with_topics(vec![topic])
            .with_generation_id_or_member_epoch(-1);
        match self.ask(id, 8, request.into()) {
            ResponseKind::OffsetCommit(response) => response.topics[0].partitions[0].error_code,
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    /// The committed offset of a partition and its error.
    fn fetch(&mut self, id: &str, partition: i32, require_stable: bool) -> (i64, i16) {
        let topic =
            OffsetFetchRequestTopics::default().with_name(TopicName(text("t"))).with_partition_indexes(vec![partition]);
        let asked = OffsetFetchRequestGroup::default().with_group_id(group(id)).with_topics(Some(vec![topic]));
        let request = OffsetFetchRequest::default().with_groups(vec![asked]).with_require_stable(require_stable);
        match self.ask(id, 8, request.into()) {
            ResponseKind::OffsetFetch(response) => {
                let found = &response.groups[0].topics[0].partitions[0];
                (found.committed_offset, found.error_code)
            }
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    fn join(&mut self, id: &str) -> String {
        let protocol =
            JoinGroupRequestProtocol::default().with_name(text("range")).with_metadata(Bytes::from_static(b"x"));
        let request = JoinGroupRequest::default()
            .with_group_id(group(id))
            .with_session_timeout_ms(10_000)
            .with_rebalance_timeout_ms(10_000)
            .with_protocol_type(text("consumer"))
            .with_protocols(vec![protocol]);
        match self.ask(id, 3, request.into()) {
            ResponseKind::JoinGroup(response) if response.error_code == 0 => response.member_id.to_string(),
            other => panic!("it could not join: {other:?}"),
        }
    }

    fn sync(&mut self, id: &str, member: &str) -> Bytes {
        let assigned = SyncGroupRequestAssignment::default()
            .with_member_id(text(member))
            .with_assignment(Bytes::from_static(b"everything"));
        let request = SyncGroupRequest::default()
            .with_group_id(group(id))
            .with_generation_id(1)
            .with_member_id(text(member))
            .with_assignments(vec![assigned]);
        match self.ask(id, 3, request.into()) {
            ResponseKind::SyncGroup(response) => response.assignment,
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    fn heartbeat(&mut self, id: &str, member: &str, generation: i32) -> i16 {
        let request = HeartbeatRequest::default()
            .with_group_id(group(id))
            .with_member_id(text(member))
            .with_generation_id(generation);
        match self.ask(id, 3, request.into()) {
            ResponseKind::Heartbeat(response) => response.error_code,
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    fn beat(&mut self, id: &str, epoch: i32) -> (i16, i32) {
        let joins = epoch == 0;
        let request = ConsumerGroupHeartbeatRequest::default()
            .with_group_id(group(id))
            .with_member_id(text("m"))
            .with_member_epoch(epoch)
            .with_rebalance_timeout_ms(if joins { 1000 } else { -1 })
            .with_subscribed_topic_names(joins.then(|| vec![TopicName(text("t"))]))
            .with_topic_partitions(joins.then(Vec::new));
        match self.ask(id, 1, request.into()) {
            ResponseKind::ConsumerGroupHeartbeat(response) => (response.error_code, response.member_epoch),
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    fn delete(&mut self, id: &str) -> i16 {
        let request = DeleteGroupsRequest::default().with_groups_names(vec![group(id)]);
        match self.ask(id, 2, request.into()) {
            ResponseKind::DeleteGroups(response) => response.results[0].error_code,
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    fn pass(&mut self, milliseconds: i64) {
        self.now += milliseconds;
        self.machine.tick(self.now);
    }

    /// The process was killed: what is known comes from the logs.
    fn restart(&mut self) {
        self.machine.groups = Groups::default();
        super::recover(&mut self.machine);
    }

    fn pend(&mut self, id: &str, offset: i64) {
        let key = self.key(id);
        let committed = offsets::Committed { offset, timestamp: self.now, ..offsets::Committed::default() };
        let entry = Entry { key: offset_record::key(id, "t", 0), value: Some(offset_record::value(&committed)) };
        store::append_transactional(&mut self.machine, key, &[entry], (77, 0)).expect("it is in memory");
    }

    fn mark(&mut self, id: &str, commit: bool) {
        let (key, mut marker) = (self.key(id), BatchBuilder::control(77, 0));
        let (kind, value) = ([0, 0, 0, u8::from(commit)], [0_u8; 6]);
        marker.push(&NewRecord { timestamp: self.now, key: Some(&kind), value: Some(&value), headers: Vec::new() });
        let log = self.machine.logs.get_mut(key).expect("the topic is there");
        log.append(&marker.finish(), 0).expect("it is in memory");
    }
}

#[test]
fn a_committed_offset_is_there_after_a_restart() {
    let mut world = World::new();
    assert_eq!(world.fetch("g", 0, false), (-1, 0));
    assert_eq!(world.commit("g", 0, 5), 0);
    assert_eq!(world.commit("g", 0, 6), 0);
    assert_eq!(world.commit("g", 9, 6), ResponseError::UnknownTopicOrPartition.code());
    world.restart();
    assert_eq!(world.fetch("g", 0, false), (6, 0));
}

#[test]
fn a_classic_group_is_there_after_a_restart_with_a_new_session() {
    let mut world = World::new();
    let member = world.join("g");
    assert_eq!(world.sync("g", &member), "everything");
    world.restart();
    assert_eq!(world.heartbeat("g", &member, 1), 0);
    assert_eq!(world.heartbeat("g", &member, 2), ResponseError::IllegalGeneration.code());
    assert_eq!(world.sync("g", &member), "everything");
    world.pass(9_999);
    assert_eq!(world.heartbeat("g", &member, 1), 0);
    world.pass(10_000);
    assert_eq!(world.heartbeat("g", &member, 1), ResponseError::UnknownMemberId.code());
}

#[test]
fn a_consumer_group_is_there_after_a_restart() {
    let mut world = World::new();
    assert_eq!(world.beat("g", 0), (0, 2));
    world.restart();
    assert_eq!(world.beat("g", 2), (0, 2));
    world.pass(45_000);
    assert_eq!(world.beat("g", 2).0, ResponseError::UnknownMemberId.code());
}

#[test]
fn another_broker_is_not_the_coordinator() {
    let mut world = World::new();
    let other = world.coordinator("g") % 3 + 1;
    let request = HeartbeatRequest::default().with_group_id(group("g")).with_member_id(text("m"));
    let Outcome::Reply(reply) = world.outcome(other, 3, request.into()) else { panic!("it is not parked") };
    let ResponseKind::Heartbeat(response) = *reply else { panic!("another kind of reply") };
    assert_eq!(response.error_code, ResponseError::NotCoordinator.code());
}

#[test]
fn a_member_that_waits_at_a_coordinator_that_moves_is_told_so() {
    let mut world = World::new();
    let member = world.join("g");
    world.sync("g", &member);
    let request = JoinGroupRequest::default()
        .with_group_id(group("g"))
        .with_session_timeout_ms(10_000)
        .with_rebalance_timeout_ms(10_000)
        .with_protocol_type(text("consumer"))
        .with_protocols(vec![JoinGroupRequestProtocol::default().with_name(text("range"))]);
    assert!(matches!(world.outcome(world.coordinator("g"), 3, request.into()), Outcome::Parked));
    world.machine.take_effects();
    let partition = world.key("g").partition;
    super::coordinators_moved(&mut world.machine, &[partition]);
    let effects = format!("{:?}", world.machine.take_effects());
    assert!(effects.contains("error_code: 16"), "{effects}");
    assert_eq!(world.heartbeat("g", &member, 1), 0, "the generation that was written goes on");
}

#[test]
fn offsets_of_a_transaction_count_when_it_commits() {
    for (commit, offset) in [(true, 9), (false, 5)] {
        let mut world = World::new();
        world.commit("g", 0, 5);
        world.pend("g", 9);
        world.restart();
        assert_eq!(world.fetch("g", 0, false), (5, 0));
        assert_eq!(world.fetch("g", 0, true), (-1, ResponseError::UnstableOffsetCommit.code()));
        world.mark("g", commit);
        world.restart();
        assert_eq!(world.fetch("g", 0, true), (offset, 0));
    }
}

#[test]
fn a_later_plain_commit_outlives_an_older_pending_one() {
    let mut world = World::new();
    world.pend("g", 9);
    world.restart();
    world.commit("g", 0, 11);
    let partition = world.key("g").partition;
    super::transaction_ended(&mut world.machine, 77, partition, true);
    assert_eq!(world.fetch("g", 0, true), (11, 0));
}

#[test]
fn offsets_of_a_deleted_topic_are_gone_for_good() {
    let mut world = World::new();
    world.commit("g", 0, 5);
    world.machine.commit(vec![Change::TopicDeleted { id: TOPIC, name: "t".to_owned() }]).expect("it is in memory");
    assert_eq!(world.fetch("g", 0, false), (-1, 0));
    world.restart();
    assert_eq!(world.fetch("g", 0, false), (-1, 0));
}

#[test]
fn old_offsets_expire_with_their_group() {
    let mut world = World::new();
    world.commit("g", 0, 5);
    world.pass(600_000);
    world.pass(7 * DAY - 600_001);
    assert_eq!(world.fetch("g", 0, false), (5, 0));
    world.pass(600_001);
    assert_eq!(world.fetch("g", 0, false), (-1, 0));
    assert_eq!(world.delete("g"), ResponseError::GroupIdNotFound.code());
    world.restart();
    assert!(world.machine.groups.all.is_empty());
}

#[test]
fn offsets_of_a_group_that_had_members_count_from_when_the_last_one_left() {
    let group = |since, committed| {
        let mut classic = super::Classic::new(since);
        classic.protocol_type = Some("consumer".to_owned());
        let committed = offsets::Committed { timestamp: committed, ..offsets::Committed::default() };
        let offsets = BTreeMap::from([(("t".to_owned(), 0), committed)]);
        Group { kind: Kind::Classic(Box::new(classic)), offsets }
    };
    assert_eq!(offsets::expire::expired(&group(1000, 0), 10_500, 10_000).len(), 0);
    assert_eq!(offsets::expire::expired(&group(500, 0), 10_500, 10_000).len(), 1);
}

#[test]
fn only_a_group_without_members_is_deleted() {
    let mut world = World::new();
    assert_eq!(world.delete("g"), ResponseError::GroupIdNotFound.code());
    world.commit("empty", 0, 5);
    assert_eq!(world.delete("empty"), 0);
    let member = world.join("g");
    world.sync("g", &member);
    assert_eq!(world.delete("g"), ResponseError::NonEmptyGroup.code());
    world.restart();
    assert_eq!(world.machine.groups.all.keys().collect::<Vec<_>>(), ["g"]);
}

#[test]
fn a_consumer_group_is_made_of_an_empty_classic_one_but_not_of_one_with_members() {
    let mut world = World::new();
    world.commit("g", 0, 5);
    assert_eq!(world.beat("g", 0), (0, 2));
    assert_eq!(world.fetch("g", 0, false), (5, 0), "offsets stay");
    let member = world.join("classic");
    world.sync("classic", &member);
    assert_eq!(world.beat("classic", 0).0, ResponseError::GroupIdNotFound.code());
}

#[test]
fn lists_and_describes_what_the_broker_coordinates() {
    let mut world = World::new();
    let member = world.join("g");
    world.sync("g", &member);
    let request = ListGroupsRequest::default().with_states_filter(vec![text("STABLE")]);
    let ResponseKind::ListGroups(listed) = world.ask("g", 5, request.into()) else { panic!("another kind of reply") };
    assert_eq!((listed.groups.len(), listed.groups[0].group_type.as_str()), (1, "classic"));
    let request = DescribeGroupsRequest::default().with_groups(vec![group("g")]);
    let ResponseKind::DescribeGroups(told) = world.ask("g", 6, request.into()) else { panic!("another kind of reply") };
    let told = &told.groups[0];
    assert_eq!((told.group_state.as_str(), told.protocol_data.as_str()), ("Stable", "range"));
    assert_eq!(told.members[0].client_host.as_str(), "/127.0.0.1");
    assert_eq!(told.members[0].member_assignment, "everything");
}

#[test]
fn an_internal_topic_is_made_with_kafkas_configs() {
    let mut world = World::new();
    let request = FindCoordinatorRequest::default().with_key_type(1).with_coordinator_keys(vec![text("x")]);
    world.ask("g", 6, request.into());
    let config = |name: &str, key: &str| world.machine.metadata.config(2, name, key).map(ToOwned::to_owned);
    assert_eq!(config("__transaction_state", "cleanup.policy").as_deref(), Some("compact"));
    assert_eq!(config("__transaction_state", "min.insync.replicas").as_deref(), Some("2"));
    assert_eq!(config("__consumer_offsets", "compression.type").as_deref(), Some("producer"));
    assert_eq!(config("__consumer_offsets", "segment.bytes").as_deref(), Some("104857600"));
}

#[test]
fn an_offset_is_written_as_kafka_writes_it() {
    let committed = offsets::Committed {
        offset: 5,
        leader_epoch: 2,
        metadata: "m".to_owned(),
        timestamp: 9,
        topic: TOPIC,
        ..offsets::Committed::default()
    };
    let value = offset_record::value(&committed);
    assert_eq!(value[..2], [0, 4]);
    assert_eq!(offset_record::read_value(&value), Some(committed));
    let old = [&[0, 1][..], &5_i64.to_be_bytes(), &[0, 1, b'm'], &9_i64.to_be_bytes(), &20_i64.to_be_bytes()].concat();
    assert_eq!(offset_record::read_value(&old).and_then(|old| old.expires), Some(20));
    assert_eq!(offset_record::read_key(&offset_record::key("g", "t", 3)), Some(("g".to_owned(), "t".to_owned(), 3)));
    assert_eq!(classic_record::read_key(&classic_record::key("g")).as_deref(), Some("g"));
}
