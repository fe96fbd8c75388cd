//! Who one is, and what one may not: SASL, and the denial of every API to a user to whom no ACL gives it.
//!
//! The clusters allow everyone where no ACL is found; an ACL for somebody else closes a resource to all others.

use bytes::Bytes;
use kafka_protocol::messages::create_acls_request::AclCreation;
use kafka_protocol::messages::delete_acls_request::DeleteAclsFilter;
use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, AlterClientQuotasRequest, AlterPartitionReassignmentsRequest,
    AlterUserScramCredentialsRequest, ApiVersionsRequest, ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest,
    CreateAclsRequest, CreatePartitionsRequest, CreateTopicsRequest, DeleteAclsRequest, DeleteGroupsRequest,
    DeleteRecordsRequest, DeleteTopicsRequest, DescribeAclsRequest, DescribeClientQuotasRequest,
    DescribeClusterRequest, DescribeConfigsRequest, DescribeGroupsRequest, DescribeLogDirsRequest,
    DescribeProducersRequest, DescribeQuorumRequest, DescribeTopicPartitionsRequest, DescribeTransactionsRequest,
    DescribeUserScramCredentialsRequest, ElectLeadersRequest, EndTxnRequest, FetchRequest, FindCoordinatorRequest,
    GroupId, HeartbeatRequest, IncrementalAlterConfigsRequest, InitProducerIdRequest, InitProducerIdResponse,
    JoinGroupRequest, LeaveGroupRequest, ListConfigResourcesRequest, ListGroupsRequest, ListOffsetsRequest,
    ListPartitionReassignmentsRequest, ListTransactionsRequest, MetadataRequest, OffsetCommitRequest,
    OffsetDeleteRequest, OffsetFetchRequest, OffsetForLeaderEpochRequest, SaslAuthenticateRequest,
    SaslHandshakeRequest, SyncGroupRequest, TransactionalId, TxnOffsetCommitRequest, UpdateFeaturesRequest,
};

use super::transactions::coordinator_of;
use crate::Scenario;
use crate::batch::Batch;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("sasl: an unknown mechanism", an_unknown_mechanism),
    ("sasl: a wrong password", a_wrong_password),
    ("sasl: tokens that are none", tokens_that_are_none),
    ("sasl: requests before authentication", requests_before_authentication),
    ("sasl: handshake and versions", handshake_and_versions),
    ("sasl: a handshake where nobody asks who one is", handshake_without_sasl),
    ("denied: metadata hides topics", metadata_hides_topics),
    ("denied: produce", produce),
    ("denied: fetch and offsets", fetch),
    ("denied: create topics", create_topics),
    ("denied: delete topics partitions and records", delete_topics),
    ("denied: configs of topics", topic_configs),
    ("denied: configs of brokers and others", broker_configs),
    ("denied: joining a group", joining_a_group),
    ("denied: a group of the new protocol", new_protocol),
    ("denied: groups described listed and deleted", groups_described),
    ("denied: offsets of a group", offsets_of_a_group),
    ("denied: offsets of a topic in an open group", offsets_of_a_topic),
    ("denied: transactions", transactions),
    ("denied: idempotent write", idempotent_write),
    ("denied: acls quotas and users", acls_quotas_users),
    ("denied: the cluster", the_cluster),
    ("allowed: authorized operations follow acls", authorized_operations),
    ("denied: deny outweighs allow", deny_outweighs_allow),
];

const TOPIC: i8 = 2;
const GROUP: i8 = 3;
const CLUSTER: i8 = 4;
const TRANSACTIONAL_ID: i8 = 5;

fn handshake(mechanism: &str) -> SaslHandshakeRequest {
    SaslHandshakeRequest::default().with_mechanism(text(mechanism))
}

fn token(bytes: &'static [u8]) -> SaslAuthenticateRequest {
    SaslAuthenticateRequest::default().with_auth_bytes(Bytes::from_static(bytes))
}

fn an_unknown_mechanism(world: &mut World) {
    for mechanism in ["GSSAPI", "", "plain", "SCRAM-SHA-1", "OAUTHBEARER"] {
        for version in [0, 1] {
            let mut connection = world.stranger(1);
            let mut answer = connection.ask(version, &handshake(mechanism));
            if let Some(answer) = &mut answer {
                answer.mechanisms.sort();
            }
            let again = connection.ask(1, &handshake("PLAIN")).is_some();
            world.note(&format!("{mechanism:?} v{version}"), &(answer, again));
        }
    }
}

fn a_wrong_password(world: &mut World) {
    for (user, password) in
        [("alice", "wrong"), ("nobody", "alice-secret"), ("alice", ""), ("", "x"), ("ALICE", "alice-secret")]
    {
        let mut connection = world.stranger(1);
        let answer = connection.authenticate(user, password);
        let closed = connection.ask(12, &MetadataRequest::default()).is_none();
        world.note(&format!("{user:?} {password:?}"), &(answer, closed));
    }
    let mut connection = world.stranger(2);
    let answer = connection.authenticate("alice", "alice-secret");
    world.note("alice", &answer);
}

fn tokens_that_are_none(world: &mut World) {
    let tokens: [&'static [u8]; 6] =
        [b"", b"alice", b"\0alice", b"bob\0alice\0alice-secret", b"alice\0alice\0alice-secret", b"\0a\0b\0c"];
    for bytes in tokens {
        for version in [0, 1, 2] {
            let mut connection = world.stranger(1);
            connection.ask(1, &handshake("PLAIN"));
            let answer = connection.ask(version, &token(bytes));
            world.note(&format!("{bytes:?} v{version}"), &answer);
        }
    }
    let mut connection = world.stranger(1);
    connection.ask(1, &handshake("SCRAM-SHA-256"));
    let answer = connection.ask(2, &token(b"n,,n=nobody,r=nonce"));
    world.note("scram of nobody", &answer);
}

fn requests_before_authentication(world: &mut World) {
    let mut connection = world.stranger(1);
    let answer = connection.ask(12, &MetadataRequest::default());
    world.note("metadata first", &answer);
    let mut connection = world.stranger(1);
    let answer = connection.ask(2, &token(b"\0alice\0alice-secret"));
    world.note("authenticate first", &answer);
    let mut connection = world.stranger(1);
    connection.ask(1, &handshake("PLAIN"));
    let answer = connection.ask(12, &MetadataRequest::default());
    world.note("metadata after the handshake", &answer);
    let mut connection = world.stranger(1);
    connection.ask(1, &handshake("PLAIN"));
    let answer = connection.ask(1, &handshake("PLAIN"));
    world.note("two handshakes", &answer);
}

fn handshake_and_versions(world: &mut World) {
    let versions =
        ApiVersionsRequest::default().with_client_software_name(text("a")).with_client_software_version(text("1"));
    let mut connection = world.stranger(1);
    let before = connection.ask(3, &versions).map(|answer| answer.error_code);
    let mechanisms = connection.ask(1, &handshake("PLAIN"));
    let answer = connection.ask(2, &token(b"\0alice\0alice-secret"));
    let after = connection.ask(3, &versions).map(|answer| answer.error_code);
    world.note("in order", &(before, answer, after));
    let mut offered = mechanisms.map(|answer| answer.mechanisms).unwrap_or_default();
    offered.sort();
    world.note("offered", &offered);
    let mut connection = world.stranger(1);
    let before = connection.ask(4, &versions).map(|answer| answer.error_code);
    let twice = connection.ask(3, &versions).map(|answer| answer.error_code);
    world.note("versions twice", &(before, twice));
    let mut connection = world.stranger(1);
    connection.authenticate("alice", "alice-secret");
    let again = connection.ask(1, &handshake("PLAIN"));
    world.note("a handshake after all", &again.map(|answer| answer.error_code));
}

fn handshake_without_sasl(world: &mut World) {
    for version in [0, 1] {
        let mut connection = world.connect(1);
        let answer = connection.ask(version, &handshake("PLAIN"));
        let answered = connection.ask(12, &MetadataRequest::default().with_topics(Some(Vec::new()))).is_some();
        world.note(&format!("v{version}"), &(answer, answered));
    }
    let mut connection = world.connect(1);
    let answer = connection.ask(2, &token(b"\0alice\0alice-secret"));
    world.note("authenticate", &answer);
}

/// How many ACLs of a resource every broker knows.
fn acls(world: &mut World, kind: i8, name: &str, count: usize) {
    let request = DescribeAclsRequest::default()
        .with_resource_type_filter(kind)
        .with_resource_name_filter(Some(text(name)))
        .with_pattern_type_filter(3)
        .with_principal_filter(None)
        .with_host_filter(None)
        .with_operation(1)
        .with_permission_type(1);
    for broker in 1..=3 {
        world.until("the acls", |world| {
            let response = world.quiet(broker, 3, &request);
            let found: usize = response.resources.iter().map(|resource| resource.acls.len()).sum();
            (found == count).then_some(())
        });
    }
}

/// Adds ACLs of a resource: user, operation, permission (2 deny, 3 allow).
fn grant(world: &mut World, kind: i8, name: &str, grants: &[(&str, i8, i8)]) {
    let creations = grants.iter().map(|(user, operation, permission)| {
        AclCreation::default()
            .with_resource_type(kind)
            .with_resource_name(text(name))
            .with_resource_pattern_type(3)
            .with_principal(text(&format!("User:{user}")))
            .with_host(text("*"))
            .with_operation(*operation)
            .with_permission_type(*permission)
    });
    world.quiet(1, 3, &CreateAclsRequest::default().with_creations(creations.collect()));
    acls(world, kind, name, grants.len());
}

/// Gives a resource to bob alone.
fn close(world: &mut World, kind: i8, name: &str) {
    grant(world, kind, name, &[("bob", 2, 3)]);
}

fn open(world: &mut World, kind: i8, name: &str) {
    let filter = DeleteAclsFilter::default()
        .with_resource_type_filter(kind)
        .with_resource_name_filter(Some(text(name)))
        .with_pattern_type_filter(3)
        .with_principal_filter(None)
        .with_host_filter(None)
        .with_operation(1)
        .with_permission_type(1);
    world.quiet(1, 3, &DeleteAclsRequest::default().with_filters(vec![filter]));
    acls(world, kind, name, 0);
}

/// A topic that is bob's alone, and one that is everyone's.
fn two_topics(world: &mut World) -> (String, String) {
    world.create("hidden", &[&[1, 2]], &[]);
    world.create("shown", &[&[1, 2]], &[]);
    let (hidden, shown) = (world.name("hidden"), world.name("shown"));
    close(world, TOPIC, &hidden);
    (hidden, shown)
}

/// With the cluster closed to all but bob.
fn closed_cluster(world: &mut World, then: impl FnOnce(&mut World)) {
    close(world, CLUSTER, "kafka-cluster");
    then(world);
    open(world, CLUSTER, "kafka-cluster");
}

fn metadata_hides_topics(world: &mut World) {
    use kafka_protocol::messages::describe_topic_partitions_request::TopicRequest;
    use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
    let id = world.create("hidden", &[&[1, 2]], &[]);
    let hidden = world.name("hidden");
    close(world, TOPIC, &hidden);
    let named = MetadataRequestTopic::default().with_name(Some(world.topic("hidden")));
    let by_id = MetadataRequestTopic::default().with_name(None).with_topic_id(id);
    for (version, topic) in [(1, &named), (9, &named), (12, &named), (12, &by_id)] {
        let request = MetadataRequest::default().with_topics(Some(vec![topic.clone()]));
        let request = request.with_include_topic_authorized_operations(version == 9);
        for user in ["alice", "bob"] {
            let mut connection = world.stranger(1);
            connection.authenticate(user, &format!("{user}-secret"));
            let answer = connection.ask(version, &request).map(|answer| answer.topics);
            world.note(&format!("{user} v{version}"), &answer);
        }
    }
    let mut connection = world.stranger(1);
    connection.authenticate("alice", "alice-secret");
    let all = connection.ask(12, &MetadataRequest::default().with_topics(None)).expect("an answer");
    let seen = all.topics.iter().any(|topic| topic.name.as_ref().is_some_and(|name| *name.0 == *hidden));
    world.note("among all", &seen);
    let topic = TopicRequest::default().with_name(world.topic("hidden"));
    let request = DescribeTopicPartitionsRequest::default().with_topics(vec![topic]).with_response_partition_limit(9);
    world.ask_as("alice", 1, 0, &request);
    open(world, TOPIC, &hidden);
}

fn produce(world: &mut World) {
    let (hidden, _) = two_topics(world);
    let mut request = super::produce::request(world, "hidden", 0, Batch::of(&["a"]).bytes());
    let shown = super::produce::request(world, "shown", 0, Batch::of(&["a"]).bytes());
    world.ask_as("alice", 1, 11, &request);
    world.ask_as("bob", 1, 11, &request);
    request.topic_data.extend(shown.topic_data);
    let mut connection = world.stranger(1);
    connection.authenticate("alice", "alice-secret");
    let mut answer = connection.ask(9, &request).expect("an answer");
    answer.responses.sort_by_key(|topic| topic.name.clone());
    world.note("one of two", &answer);
    // Whoever may write may describe, but not read.
    open(world, TOPIC, &hidden);
    grant(world, TOPIC, &hidden, &[("alice", 3, 3)]);
    world.ask_as("alice", 1, 11, &super::produce::request(world, "hidden", 0, Batch::of(&["a"]).bytes()));
    open(world, TOPIC, &hidden);
}

fn fetch(world: &mut World) {
    use kafka_protocol::messages::delete_records_request as delete;
    use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
    use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
    use kafka_protocol::messages::offset_for_leader_epoch_request as epoch;
    let (hidden, _) = two_topics(world);
    let name = world.topic("hidden");
    let partition = FetchPartition::default().with_partition_max_bytes(1000);
    let topic = FetchTopic::default().with_topic(name.clone()).with_partitions(vec![partition]);
    let request = FetchRequest::default().with_max_wait_ms(1).with_max_bytes(1000).with_topics(vec![topic]);
    for user in ["alice", "bob"] {
        world.ask_as(user, 1, 11, &request);
        let partition = ListOffsetsPartition::default().with_timestamp(-1);
        let topic = ListOffsetsTopic::default().with_name(name.clone()).with_partitions(vec![partition]);
        world.ask_as(user, 1, 7, &ListOffsetsRequest::default().with_topics(vec![topic]));
        let partition = epoch::OffsetForLeaderPartition::default();
        let topic = epoch::OffsetForLeaderTopic::default().with_topic(name.clone()).with_partitions(vec![partition]);
        world.ask_as(user, 1, 4, &OffsetForLeaderEpochRequest::default().with_topics(vec![topic]));
        let partition = delete::DeleteRecordsPartition::default().with_offset(0);
        let topic = delete::DeleteRecordsTopic::default().with_name(name.clone()).with_partitions(vec![partition]);
        world.ask_as(user, 1, 2, &DeleteRecordsRequest::default().with_topics(vec![topic]).with_timeout_ms(5000));
    }
    open(world, TOPIC, &hidden);
}

fn create_topics(world: &mut World) {
    use kafka_protocol::messages::create_topics_request::CreatableTopic;
    let mine = world.name("mine");
    close(world, TOPIC, &mine);
    let topic = |world: &World, name: &str| {
        CreatableTopic::default().with_name(world.topic(name)).with_num_partitions(1).with_replication_factor(1)
    };
    closed_cluster(world, |world| {
        let topics = vec![topic(world, "mine"), topic(world, "other")];
        let request = CreateTopicsRequest::default().with_topics(topics).with_timeout_ms(5000).with_validate_only(true);
        let mut connection = world.stranger(1);
        connection.authenticate("alice", "alice-secret");
        let mut answer = connection.ask(7, &request).expect("an answer");
        answer.topics.sort_by_key(|topic| topic.name.clone());
        answer.topics.iter_mut().for_each(|topic| topic.configs = None);
        world.note("alice", &answer);
    });
    open(world, TOPIC, &mine);
}

fn delete_topics(world: &mut World) {
    use kafka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
    use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
    let id = world.create("hidden", &[&[1, 2]], &[]);
    let hidden = world.name("hidden");
    close(world, TOPIC, &hidden);
    let by_name = DeleteTopicState::default().with_name(Some(world.topic("hidden")));
    let by_id = DeleteTopicState::default().with_name(None).with_topic_id(id);
    closed_cluster(world, |world| {
        for topic in [&by_name, &by_id] {
            let request = DeleteTopicsRequest::default().with_topics(vec![topic.clone()]).with_timeout_ms(5000);
            world.ask_as("alice", 1, 6, &request);
        }
        let more =
            CreatePartitionsTopic::default().with_name(world.topic("hidden")).with_count(2).with_assignments(None);
        let request = CreatePartitionsRequest::default().with_topics(vec![more]).with_timeout_ms(5000);
        world.ask_as("alice", 1, 3, &request);
        open(world, TOPIC, &hidden);
        // Who may describe may see the name.
        grant(world, TOPIC, &hidden, &[("alice", 8, 3)]);
        let request = DeleteTopicsRequest::default().with_topics(vec![by_id]).with_timeout_ms(5000);
        world.ask_as("alice", 1, 6, &request);
    });
    open(world, TOPIC, &hidden);
}

/// DescribeConfigs and both ways to alter of one resource.
fn configs(world: &mut World, user: &str, kind: i8, name: &str, key: &str) {
    use kafka_protocol::messages::alter_configs_request as alter;
    use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
    use kafka_protocol::messages::incremental_alter_configs_request as incremental;
    let resource = DescribeConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configuration_keys(Some(vec![text(key)]));
    world.ask_as(user, 1, 4, &DescribeConfigsRequest::default().with_resources(vec![resource]));
    let config = incremental::AlterableConfig::default().with_name(text(key)).with_value(Some(text("9000")));
    let resource = incremental::AlterConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configs(vec![config]);
    let request = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]).with_validate_only(true);
    world.ask_as(user, 1, 1, &request);
    let config = alter::AlterableConfig::default().with_name(text(key)).with_value(Some(text("9000")));
    let resource = alter::AlterConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configs(vec![config]);
    let request = kafka_protocol::messages::AlterConfigsRequest::default()
        .with_resources(vec![resource])
        .with_validate_only(true);
    world.ask_as(user, 1, 2, &request);
}

fn topic_configs(world: &mut World) {
    let (hidden, shown) = two_topics(world);
    configs(world, "alice", TOPIC, &hidden, "retention.ms");
    configs(world, "alice", TOPIC, &shown, "retention.ms");
    configs(world, "bob", TOPIC, &hidden, "retention.ms");
    configs(world, "alice", TOPIC, "nowhere", "retention.ms");
    open(world, TOPIC, &hidden);
}

fn broker_configs(world: &mut World) {
    let group = world.name("group");
    close(world, GROUP, &group);
    closed_cluster(world, |world| {
        configs(world, "alice", 4, "1", "log.retention.ms");
        configs(world, "alice", 4, "", "log.retention.ms");
        configs(world, "alice", 16, &world.name("metrics"), "interval.ms");
        configs(world, "alice", 32, &group, "consumer.session.timeout.ms");
        world.ask_as("alice", 1, 1, &ListConfigResourcesRequest::default());
    });
    open(world, GROUP, &group);
}

/// A group that is bob's alone, and its coordinator.
fn closed_group(world: &mut World) -> (GroupId, i32) {
    let group = world.name("group");
    let coordinator = coordinator_of(world, &group, 0);
    close(world, GROUP, &group);
    (GroupId(text(&group)), coordinator)
}

fn joining_a_group(world: &mut World) {
    use kafka_protocol::messages::join_group_request::JoinGroupRequestProtocol;
    let (group, coordinator) = closed_group(world);
    let find = FindCoordinatorRequest::default().with_coordinator_keys(vec![group.0.clone()]);
    world.ask_as("alice", 1, 4, &find);
    world.ask_as("alice", 1, 2, &FindCoordinatorRequest::default().with_key(group.0.clone()));
    let protocol = JoinGroupRequestProtocol::default().with_name(text("range")).with_metadata(Bytes::from_static(b"m"));
    let join = JoinGroupRequest::default()
        .with_group_id(group.clone())
        .with_session_timeout_ms(10_000)
        .with_rebalance_timeout_ms(10_000)
        .with_protocol_type(text("consumer"))
        .with_protocols(vec![protocol]);
    for version in [4, 9] {
        world.ask_as("alice", coordinator, version, &join);
    }
    let member = text("member");
    let sync = SyncGroupRequest::default().with_group_id(group.clone()).with_member_id(member.clone());
    let sync = sync.with_protocol_type(Some(text("consumer"))).with_protocol_name(Some(text("range")));
    world.ask_as("alice", coordinator, 5, &sync);
    let beat = HeartbeatRequest::default().with_group_id(group.clone()).with_member_id(member.clone());
    world.ask_as("alice", coordinator, 4, &beat);
    let leave = LeaveGroupRequest::default().with_group_id(group.clone());
    world.ask_as("alice", coordinator, 5, &leave);
    open(world, GROUP, &group.0);
}

fn new_protocol(world: &mut World) {
    let (group, coordinator) = closed_group(world);
    let (hidden, _) = two_topics(world);
    let beat = |group: &GroupId, world: &World| {
        ConsumerGroupHeartbeatRequest::default()
            .with_group_id(group.clone())
            .with_member_id(text("a-member-that-names-itself"))
            .with_rebalance_timeout_ms(10_000)
            .with_subscribed_topic_names(Some(vec![world.topic("hidden")]))
            .with_topic_partitions(Some(Vec::new()))
    };
    let request = beat(&group, world);
    world.ask_as("alice", coordinator, 1, &request);
    let describe = ConsumerGroupDescribeRequest::default().with_group_ids(vec![group.clone()]);
    world.ask_as("alice", coordinator, 1, &describe);
    // An open group, and a topic that is not.
    let other = GroupId(text(&world.name("open")));
    let coordinator = coordinator_of(world, &other.0, 0);
    let request = beat(&other, world);
    world.ask_as("alice", coordinator, 1, &request);
    open(world, GROUP, &group.0);
    open(world, TOPIC, &hidden);
}

fn groups_described(world: &mut World) {
    let (group, coordinator) = closed_group(world);
    let describe = DescribeGroupsRequest::default().with_groups(vec![group.clone()]);
    for version in [0, 5, 6] {
        let describe = describe.clone().with_include_authorized_operations(version > 3);
        world.ask_as("alice", coordinator, version, &describe);
        world.ask_as("bob", coordinator, version, &describe);
    }
    world.ask_as("alice", coordinator, 2, &DeleteGroupsRequest::default().with_groups_names(vec![group.clone()]));
    let mut connection = world.stranger(coordinator);
    connection.authenticate("alice", "alice-secret");
    let listed = connection.ask(5, &ListGroupsRequest::default()).expect("an answer");
    world.note("listed", &(listed.error_code, listed.groups.iter().any(|found| found.group_id == group)));
    open(world, GROUP, &group.0);
}

/// Commits, fetches and deletes an offset of partition 0 of a topic.
fn offsets(world: &mut World, user: &str, group: &GroupId, coordinator: i32, topic: &str) {
    use kafka_protocol::messages::offset_commit_request as commit;
    use kafka_protocol::messages::offset_delete_request as delete;
    use kafka_protocol::messages::offset_fetch_request as fetch;
    let topic = world.topic(topic);
    let partition = commit::OffsetCommitRequestPartition::default().with_committed_offset(1);
    let asked = commit::OffsetCommitRequestTopic::default().with_name(topic.clone()).with_partitions(vec![partition]);
    let request = OffsetCommitRequest::default()
        .with_group_id(group.clone())
        .with_generation_id_or_member_epoch(-1)
        .with_topics(vec![asked]);
    world.ask_as(user, coordinator, 8, &request);
    let asked = fetch::OffsetFetchRequestTopics::default().with_name(topic.clone()).with_partition_indexes(vec![0]);
    for topics in [Some(vec![asked]), None] {
        let asked = fetch::OffsetFetchRequestGroup::default().with_group_id(group.clone()).with_topics(topics);
        world.ask_as(user, coordinator, 8, &OffsetFetchRequest::default().with_groups(vec![asked]));
    }
    let asked = fetch::OffsetFetchRequestTopic::default().with_name(topic.clone()).with_partition_indexes(vec![0]);
    let request = OffsetFetchRequest::default().with_group_id(group.clone()).with_topics(Some(vec![asked]));
    world.ask_as(user, coordinator, 5, &request);
    let asked = delete::OffsetDeleteRequestTopic::default().with_name(topic).with_partitions(vec![Default::default()]);
    world.ask_as(
        user,
        coordinator,
        0,
        &OffsetDeleteRequest::default().with_group_id(group.clone()).with_topics(vec![asked]),
    );
}

fn offsets_of_a_group(world: &mut World) {
    world.create("shown", &[&[1, 2]], &[]);
    let (group, coordinator) = closed_group(world);
    offsets(world, "alice", &group, coordinator, "shown");
    open(world, GROUP, &group.0);
}

fn offsets_of_a_topic(world: &mut World) {
    let (hidden, _) = two_topics(world);
    let group = GroupId(text(&world.name("open")));
    let coordinator = coordinator_of(world, &group.0, 0);
    offsets(world, "bob", &group, coordinator, "hidden");
    offsets(world, "alice", &group, coordinator, "hidden");
    open(world, TOPIC, &hidden);
}

fn transactions(world: &mut World) {
    use kafka_protocol::messages::add_partitions_to_txn_request::AddPartitionsToTxnTopic;
    use kafka_protocol::messages::txn_offset_commit_request as commit;
    let (hidden, _) = two_topics(world);
    let name = world.name("id");
    let coordinator = coordinator_of(world, &name, 1);
    close(world, TRANSACTIONAL_ID, &name);
    let id = TransactionalId(text(&name));
    let find = FindCoordinatorRequest::default().with_key_type(1).with_coordinator_keys(vec![text(&name)]);
    world.ask_as("alice", 1, 4, &find);
    let init = InitProducerIdRequest::default()
        .with_transactional_id(Some(id.clone()))
        .with_transaction_timeout_ms(60_000)
        .with_producer_id((-1).into())
        .with_producer_epoch(-1);
    world.ask_as("alice", coordinator, 4, &init);
    let topic = AddPartitionsToTxnTopic::default().with_name(world.topic("shown")).with_partitions(vec![0]);
    let add = AddPartitionsToTxnRequest::default()
        .with_v3_and_below_transactional_id(id.clone())
        .with_v3_and_below_producer_id(7.into())
        .with_v3_and_below_topics(vec![topic]);
    world.ask_as("alice", coordinator, 3, &add);
    let group = GroupId(text(&world.name("group")));
    let offsets = AddOffsetsToTxnRequest::default().with_transactional_id(id.clone()).with_group_id(group.clone());
    world.ask_as("alice", coordinator, 3, &offsets);
    let topic = commit::TxnOffsetCommitRequestTopic::default()
        .with_name(world.topic("shown"))
        .with_partitions(vec![commit::TxnOffsetCommitRequestPartition::default()]);
    let request = TxnOffsetCommitRequest::default()
        .with_transactional_id(id.clone())
        .with_group_id(group.clone())
        .with_topics(vec![topic]);
    let group_coordinator = coordinator_of(world, &group.0, 0);
    world.ask_as("alice", group_coordinator, 3, &request);
    world.ask_as("alice", coordinator, 3, &EndTxnRequest::default().with_transactional_id(id.clone()));
    let describe = DescribeTransactionsRequest::default().with_transactional_ids(vec![id.clone()]);
    world.ask_as("alice", coordinator, 0, &describe);
    let mut connection = world.stranger(coordinator);
    connection.authenticate("alice", "alice-secret");
    let listed = connection.ask(1, &ListTransactionsRequest::default()).expect("an answer");
    world.note("listed", &listed.transaction_states.iter().any(|state| state.transactional_id == id));
    let write = super::produce::request(world, "shown", 0, Batch::of(&["a"]).by(7, 0, 0).transactional().bytes());
    world.ask_as("alice", 1, 11, &write.with_transactional_id(Some(id)));
    open(world, TRANSACTIONAL_ID, &name);
    // The id is open, the topic is not.
    let mine = TransactionalId(text(&world.name("mine")));
    let coordinator = coordinator_of(world, &mine.0, 1);
    let init = init.with_transactional_id(Some(mine.clone()));
    let known = producer(world, "alice", coordinator, &init);
    let topics = ["hidden", "shown"]
        .map(|name| AddPartitionsToTxnTopic::default().with_name(world.topic(name)).with_partitions(vec![0]));
    let add = AddPartitionsToTxnRequest::default()
        .with_v3_and_below_transactional_id(mine)
        .with_v3_and_below_producer_id(known.producer_id)
        .with_v3_and_below_producer_epoch(known.producer_epoch)
        .with_v3_and_below_topics(topics.to_vec());
    let mut connection = world.stranger(coordinator);
    connection.authenticate("alice", "alice-secret");
    let mut answer = connection.ask(3, &add).expect("an answer");
    answer.results_by_topic_v3_and_below.sort_by_key(|topic| topic.name.clone());
    world.note("one of two topics", &answer);
    open(world, TOPIC, &hidden);
}

/// Asks for a producer id until the coordinator has one to give.
fn producer(world: &mut World, user: &str, broker: i32, init: &InitProducerIdRequest) -> InitProducerIdResponse {
    let answer = world.until("a producer id", |world| {
        let mut connection = world.stranger(broker);
        connection.authenticate(user, &format!("{user}-secret"));
        let answer = connection.ask(4, init).expect("an answer");
        // Kafka's coordinator loads, and fetches a block of ids, at first.
        (![14, 15, 16].contains(&answer.error_code)).then_some(answer)
    });
    world.note(&format!("{user}: a producer"), &(answer.error_code, answer.producer_epoch));
    answer
}

fn idempotent_write(world: &mut World) {
    let init = InitProducerIdRequest::default()
        .with_transactional_id(None)
        .with_transaction_timeout_ms(60_000)
        .with_producer_id((-1).into())
        .with_producer_epoch(-1);
    // Whoever may write to some topic may write idempotently, and here no topic is closed.
    closed_cluster(world, |world| {
        for user in ["alice", "bob"] {
            producer(world, user, 1, &init);
        }
    });
}

fn acls_quotas_users(world: &mut World) {
    use kafka_protocol::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
    use kafka_protocol::messages::alter_user_scram_credentials_request::ScramCredentialDeletion;
    closed_cluster(world, |world| {
        let any = DescribeAclsRequest::default()
            .with_resource_type_filter(1)
            .with_pattern_type_filter(1)
            .with_operation(1)
            .with_permission_type(1);
        world.ask_as("alice", 1, 3, &any);
        let acl = AclCreation::default()
            .with_resource_type(TOPIC)
            .with_resource_name(text("x"))
            .with_resource_pattern_type(3)
            .with_principal(text("User:alice"))
            .with_host(text("*"))
            .with_operation(3)
            .with_permission_type(3);
        world.ask_as("alice", 1, 3, &CreateAclsRequest::default().with_creations(vec![acl]));
        let filter = DeleteAclsFilter::default()
            .with_resource_type_filter(TOPIC)
            .with_pattern_type_filter(1)
            .with_operation(1)
            .with_permission_type(1);
        world.ask_as("alice", 1, 3, &DeleteAclsRequest::default().with_filters(vec![filter]));
        world.ask_as("alice", 1, 1, &DescribeClientQuotasRequest::default());
        let entity = EntityData::default().with_entity_type(text("user")).with_entity_name(Some(text("x")));
        let operation = OpData::default().with_key(text("producer_byte_rate")).with_remove(true);
        let entry = EntryData::default().with_entity(vec![entity]).with_ops(vec![operation]);
        world.ask_as("alice", 1, 1, &AlterClientQuotasRequest::default().with_entries(vec![entry]));
        world.ask_as("alice", 1, 0, &DescribeUserScramCredentialsRequest::default());
        let deletion = ScramCredentialDeletion::default().with_name(text("x")).with_mechanism(1);
        let request = AlterUserScramCredentialsRequest::default().with_deletions(vec![deletion]);
        world.ask_as("alice", 1, 0, &request);
    });
}

fn the_cluster(world: &mut World) {
    use kafka_protocol::messages::alter_partition_reassignments_request as reassign;
    use kafka_protocol::messages::describe_producers_request::TopicRequest;
    use kafka_protocol::messages::elect_leaders_request::TopicPartitions;
    let (hidden, _) = two_topics(world);
    let known = world.quiet(1, 2, &DescribeClusterRequest::default().with_endpoint_type(1));
    world.call(&known.cluster_id, "cluster id");
    closed_cluster(world, |world| {
        for user in ["alice", "bob"] {
            let request = DescribeClusterRequest::default()
                .with_endpoint_type(1)
                .with_include_cluster_authorized_operations(true);
            let mut connection = world.stranger(1);
            connection.authenticate(user, &format!("{user}-secret"));
            let mut answer = connection.ask(1, &request).expect("an answer");
            answer.brokers.sort_by_key(|broker| broker.broker_id);
            answer.controller_id = 1.into();
            world.note(user, &answer);
        }
        world.ask_as("alice", 1, 2, &DescribeQuorumRequest::default());
        world.ask_as("alice", 1, 2, &UpdateFeaturesRequest::default().with_validate_only(true));
        world.ask_as("alice", 1, 4, &DescribeLogDirsRequest::default().with_topics(Some(Vec::new())));
        let topic = TopicPartitions::default().with_topic(world.topic("shown")).with_partitions(vec![0]);
        world.ask_as("alice", 1, 2, &ElectLeadersRequest::default().with_topic_partitions(Some(vec![topic])));
        let partition = reassign::ReassignablePartition::default().with_replicas(None);
        let topic =
            reassign::ReassignableTopic::default().with_name(world.topic("shown")).with_partitions(vec![partition]);
        let request = AlterPartitionReassignmentsRequest::default().with_topics(vec![topic]);
        world.ask_as("alice", 1, 0, &request);
        world.ask_as("alice", 1, 0, &ListPartitionReassignmentsRequest::default().with_topics(None));
        let topic = TopicRequest::default().with_name(world.topic("hidden")).with_partition_indexes(vec![0]);
        world.ask_as("alice", 1, 0, &DescribeProducersRequest::default().with_topics(vec![topic]));
    });
    open(world, TOPIC, &hidden);
}

fn authorized_operations(world: &mut World) {
    use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
    world.create("orders", &[&[1, 2]], &[]);
    let orders = world.name("orders");
    let topic = MetadataRequestTopic::default().with_name(Some(world.topic("orders")));
    let request =
        MetadataRequest::default().with_topics(Some(vec![topic])).with_include_topic_authorized_operations(true);
    let grants: [&[(&str, i8, i8)]; 6] = [
        &[("alice", 3, 3)],
        &[("alice", 4, 3)],
        &[("alice", 11, 3)],
        &[("alice", 2, 3)],
        &[("alice", 2, 3), ("alice", 4, 2)],
        &[("alice", 2, 3), ("alice", 8, 2)],
    ];
    for grants in grants {
        grant(world, TOPIC, &orders, grants);
        let mut connection = world.stranger(1);
        connection.authenticate("alice", "alice-secret");
        let answer = connection.ask(9, &request).expect("an answer");
        let told = (answer.topics[0].error_code, answer.topics[0].topic_authorized_operations);
        world.note(&format!("{grants:?}"), &told);
        open(world, TOPIC, &orders);
    }
}

fn deny_outweighs_allow(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let orders = world.name("orders");
    grant(world, TOPIC, &orders, &[("alice", 2, 3), ("*", 4, 2)]);
    let request = super::produce::request(world, "orders", 0, Batch::of(&["a"]).bytes());
    world.ask_as("alice", 1, 11, &request);
    open(world, TOPIC, &orders);
    grant(world, TOPIC, &orders, &[("*", 4, 3)]);
    world.ask_as("alice", 1, 11, &request);
    open(world, TOPIC, &orders);
}
