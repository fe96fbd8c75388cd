//! Administration of topics and of the cluster, without configs.

use kafka_protocol::messages::alter_replica_log_dirs_request::{AlterReplicaLogDir, AlterReplicaLogDirTopic};
use kafka_protocol::messages::create_partitions_request::{CreatePartitionsAssignment, CreatePartitionsTopic};
use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::describe_log_dirs_request::DescribableLogDirTopic;
use kafka_protocol::messages::describe_quorum_request::{PartitionData, TopicData};
use kafka_protocol::messages::describe_topic_partitions_request::{Cursor, TopicRequest};
use kafka_protocol::messages::update_features_request::FeatureUpdateKey;
use kafka_protocol::messages::{
    AlterReplicaLogDirsRequest, BrokerId, CreatePartitionsRequest, DeleteTopicsRequest, DescribeClusterRequest,
    DescribeLogDirsRequest, DescribeQuorumRequest, DescribeTopicPartitionsRequest, GetTelemetrySubscriptionsRequest,
    PushTelemetryRequest, TopicName, UpdateFeaturesRequest,
};
use uuid::Uuid;

use crate::Scenario;
use crate::batch::Batch;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("create partitions: more of them", more_partitions),
    ("create partitions: what is refused", partitions_that_are_refused),
    ("create partitions: assignments that are refused", partition_assignments_that_are_refused),
    ("create partitions: validate only", partitions_validate_only),
    ("delete topics: by name in every version", delete_by_name),
    ("delete topics: by id", delete_by_id),
    ("delete topics: what is refused", delete_what_is_refused),
    ("describe topic partitions: limit and cursor", limit_and_cursor),
    ("describe topic partitions: what is refused", describe_topic_partitions_refused),
    ("describe cluster: every version", describe_cluster),
    ("describe quorum: what is stable", describe_quorum),
    ("update features: what is refused", update_features),
    ("describe log dirs: sizes", describe_log_dirs),
    ("alter replica log dirs: what is refused", alter_replica_log_dirs),
    ("telemetry: nobody subscribes", telemetry),
];

fn partitions(topics: Vec<CreatePartitionsTopic>) -> CreatePartitionsRequest {
    CreatePartitionsRequest::default().with_topics(topics).with_timeout_ms(10_000)
}

fn grown(name: &TopicName, count: i32, assignments: Option<&[&[i32]]>) -> CreatePartitionsTopic {
    let assignment = |replicas: &&[i32]| {
        let replicas = replicas.iter().copied().map(BrokerId);
        CreatePartitionsAssignment::default().with_broker_ids(replicas.collect())
    };
    let assignments = assignments.map(|assignments| assignments.iter().map(assignment).collect());
    CreatePartitionsTopic::default().with_name(name.clone()).with_count(count).with_assignments(assignments)
}

/// The replicas of each partition, once there are as many as that.
fn replicas(world: &mut World, name: &str, count: usize) {
    let topic = TopicRequest::default().with_name(world.topic(name));
    let request = DescribeTopicPartitionsRequest::default().with_topics(vec![topic]).with_response_partition_limit(99);
    let told = world.until("the partitions", |world| {
        let topic = world.quiet(1, 0, &request).topics.remove(0);
        let led = topic.partitions.iter().all(|partition| partition.leader_id.0 > 0);
        (topic.partitions.len() == count && led).then_some(topic)
    });
    world.note("the topic", &told);
}

fn more_partitions(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let name = world.topic("orders");
    for (version, count) in (0..=3).zip([2, 3, 4, 5]) {
        world.ask(2, version, &partitions(vec![grown(&name, count, Some(&[&[2, 3]]))]));
    }
    replicas(world, "orders", 5);
}

fn partitions_that_are_refused(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 3]], &[]);
    let name = world.topic("orders");
    for count in [2, 1, 0, -1] {
        world.ask(1, 3, &partitions(vec![grown(&name, count, None)]));
    }
    for wrong in ["nowhere", "", "a b"] {
        world.ask(1, 3, &partitions(vec![grown(&TopicName(text(wrong)), 3, None)]));
    }
    let sort = |response: &mut kafka_protocol::messages::CreatePartitionsResponse| {
        response.results.sort_by_key(|result| (result.name.clone(), result.error_code));
    };
    let twice = vec![grown(&name, 3, None), grown(&name, 4, None), grown(&TopicName(text("nowhere")), 3, None)];
    world.ask_sorted(1, 3, &partitions(twice), sort);
    world.ask(1, 3, &partitions(Vec::new()));
    replicas(world, "orders", 2);
}

fn partition_assignments_that_are_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let name = world.topic("orders");
    let wrong: [(i32, &[&[i32]]); 8] = [
        (2, &[]),
        (2, &[&[1, 2], &[2, 3]]),
        (3, &[&[1, 2]]),
        (2, &[&[]]),
        (2, &[&[1]]),
        (2, &[&[1, 1]]),
        (2, &[&[1, 9]]),
        (2, &[&[1, 2, 3]]),
    ];
    for (count, assignments) in wrong {
        world.ask(1, 3, &partitions(vec![grown(&name, count, Some(assignments))]));
    }
    world.ask(1, 3, &partitions(vec![grown(&name, 2, Some(&[&[-1, 1]]))]));
}

fn partitions_validate_only(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let name = world.topic("orders");
    for count in [3, 1] {
        world.ask(1, 3, &partitions(vec![grown(&name, count, None)]).with_validate_only(true));
    }
    replicas(world, "orders", 1);
}

fn delete_by_name(world: &mut World) {
    for version in 1..=6 {
        let topic = format!("orders{version}");
        world.create(&topic, &[&[1]], &[]);
        let name = world.topic(&topic);
        let request = DeleteTopicsRequest::default().with_timeout_ms(10_000);
        let request = if version < 6 {
            request.with_topic_names(vec![name])
        } else {
            request.with_topics(vec![DeleteTopicState::default().with_name(Some(name))])
        };
        world.ask(2, version, &request);
        world.until("the topic is gone", |world| {
            let again = world.quiet(2, version, &request);
            (again.responses[0].error_code == 3).then_some(())
        });
        world.ask(2, version, &request);
    }
}

fn by_id(id: Uuid) -> DeleteTopicState {
    DeleteTopicState::default().with_name(None).with_topic_id(id)
}

fn delete_by_id(world: &mut World) {
    let id = world.create("orders", &[&[1]], &[]);
    let request = |topics| DeleteTopicsRequest::default().with_timeout_ms(10_000).with_topics(topics);
    world.ask(1, 6, &request(vec![by_id(id)]));
    world.ask(1, 6, &request(vec![by_id(Uuid::from_u128(7))]));
    let again = world.create("orders", &[&[1]], &[]);
    assert_ne!(id, again, "a topic that is made again has another id");
}

fn delete_what_is_refused(world: &mut World) {
    let id = world.create("orders", &[&[1]], &[]);
    let name = world.topic("orders");
    let request = |topics| DeleteTopicsRequest::default().with_timeout_ms(10_000).with_topics(topics);
    let named = |name: &TopicName| DeleteTopicState::default().with_name(Some(name.clone()));
    let sort = |response: &mut kafka_protocol::messages::DeleteTopicsResponse| {
        response.responses.sort_by_key(|result| (result.error_code, result.name.clone(), result.topic_id.is_nil()));
    };
    for wrong in ["", "a b", "nowhere"] {
        world.ask(1, 6, &request(vec![named(&TopicName(text(wrong)))]));
    }
    world.ask(1, 6, &request(vec![by_id(Uuid::nil())]));
    world.ask(1, 6, &request(vec![named(&name).with_topic_id(id)]));
    world.ask(1, 6, &request(Vec::new()));
    world.ask_sorted(1, 6, &request(vec![named(&name), named(&name)]), sort);
    world.ask_sorted(1, 6, &request(vec![by_id(id), by_id(id)]), sort);
    world.ask_sorted(1, 6, &request(vec![named(&name), by_id(id)]), sort);
    replicas(world, "orders", 1);
}

fn limit_and_cursor(world: &mut World) {
    for name in ["a", "b", "c"] {
        world.create(name, &[&[1, 2], &[2, 3], &[3, 1]], &[]);
    }
    let names: Vec<_> = ["c", "a", "b", "a"].iter().map(|name| world.topic(name)).collect();
    let topics = names.iter().map(|name| TopicRequest::default().with_name(name.clone()));
    let request = DescribeTopicPartitionsRequest::default().with_topics(topics.collect());
    for limit in [1, 2, 3, 4, 8, 100, 0, -1] {
        let mut request = request.clone().with_response_partition_limit(limit);
        for _ in 0..3 {
            let response = world.ask(1, 0, &request);
            let Some(next) = response.next_cursor else { break };
            request.cursor =
                Some(Cursor::default().with_topic_name(next.topic_name).with_partition_index(next.partition_index));
        }
    }
    let cursor = |name: TopicName, index| Some(Cursor::default().with_topic_name(name).with_partition_index(index));
    for (name, index) in [("b", 2), ("b", 3), ("b", 99), ("bb", 1), ("zz", 0), ("b", -1), ("b", -2)] {
        let name = world.topic(name);
        let mut connection = world.connect(1);
        let request = request.clone().with_response_partition_limit(10).with_cursor(cursor(name, index));
        let answer = connection.ask(0, &request);
        world.note(&format!("from {index}"), &answer);
    }
}

fn describe_topic_partitions_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let named = |name| TopicRequest::default().with_name(TopicName(text(name)));
    let orders = TopicRequest::default().with_name(world.topic("orders"));
    let long = "x".repeat(250);
    for wrong in ["nowhere", "", "a b", "..", &long] {
        let request = DescribeTopicPartitionsRequest::default().with_topics(vec![orders.clone(), named(wrong)]);
        world.ask(1, 0, &request.with_response_partition_limit(10));
    }
}

fn describe_cluster(world: &mut World) {
    let first = world.quiet(1, 2, &DescribeClusterRequest::default().with_endpoint_type(1));
    world.call(&first.cluster_id, "cluster id");
    for version in 0..=2 {
        for operations in [false, true] {
            let request = DescribeClusterRequest::default()
                .with_endpoint_type(1)
                .with_include_cluster_authorized_operations(operations)
                .with_include_fenced_brokers(version == 2);
            world.ask_sorted(2, version, &request, |response| {
                response.brokers.sort_by_key(|broker| broker.broker_id);
                // Under KRaft any broker is named.
                response.controller_id = 1.into();
            });
        }
    }
    for kind in [2, 0, 3] {
        let request = DescribeClusterRequest::default().with_endpoint_type(kind);
        world.ask(1, 2, &request);
    }
}

fn describe_quorum(world: &mut World) {
    let topic = |name: &str, partitions: &[i32]| {
        let partitions = partitions.iter().map(|index| PartitionData::default().with_partition_index(*index));
        TopicData::default().with_topic_name(TopicName(text(name))).with_partitions(partitions.collect())
    };
    let request = |topics| DescribeQuorumRequest::default().with_topics(topics);
    for version in 0..=2 {
        let response = world.quiet(1, version, &request(vec![topic("__cluster_metadata", &[0])]));
        let partition = &response.topics[0].partitions[0];
        let mut voters: Vec<_> = partition.current_voters.iter().map(|voter| voter.replica_id).collect();
        voters.sort();
        let led = voters.contains(&partition.leader_id);
        let mut nodes: Vec<_> = response.nodes.iter().map(|node| node.node_id).collect();
        nodes.sort();
        let told = (response.error_code, partition.error_code, &partition.error_message, voters, nodes, led);
        world.note(&format!("v{version}"), &(told, partition.observers.len()));
    }
    world.ask(1, 2, &request(vec![topic("orders", &[0])]));
    world.ask(1, 2, &request(vec![topic("__cluster_metadata", &[1])]));
    world.ask(1, 2, &request(Vec::new()));
}

fn update_features(world: &mut World) {
    let update = |feature: &str, level: i16, kind: i8| {
        FeatureUpdateKey::default().with_feature(text(feature)).with_max_version_level(level).with_upgrade_type(kind)
    };
    let request = |updates| {
        UpdateFeaturesRequest::default().with_timeout_ms(10_000).with_feature_updates(updates).with_validate_only(true)
    };
    for (feature, level, kind) in [
        ("no.such.feature", 1, 1),
        ("group.version", 99, 1),
        ("group.version", 0, 1),
        ("group.version", 0, 2),
        ("group.version", -1, 1),
        ("group.version", 1, 0),
        ("group.version", 1, 9),
        ("group.version", 1, 1),
        ("transaction.version", 1, 1),
        ("transaction.version", 1, 2),
        ("transaction.version", 1, 3),
        ("metadata.version", 1, 2),
        ("metadata.version", 99, 1),
        ("metadata.version", 0, 3),
        ("", 1, 1),
    ] {
        world.note("asking", &(feature, level, kind));
        for version in [1, 2] {
            ask_features(world, version, &request(vec![update(feature, level, kind)]));
        }
    }
    ask_features(world, 2, &request(Vec::new()));
    ask_features(world, 1, &request(vec![update("group.version", 1, 1), update("no.such.feature", 1, 1)]));
    ask_features(
        world,
        0,
        &UpdateFeaturesRequest::default().with_feature_updates(vec![update("group.version", 99, 1)]),
    );
}

/// Any of the three may be the controller that refuses.
fn ask_features(world: &mut World, version: i16, request: &UpdateFeaturesRequest) {
    world.ask_sorted(1, version, request, |response| {
        for message in std::iter::once(&mut response.error_message)
            .chain(response.results.iter_mut().map(|r| &mut r.error_message))
        {
            let Some(said) = message else { continue };
            let said =
                (1..=3).fold(said.to_string(), |said, id| said.replace(&format!("controller {id} "), "controller "));
            *message = Some(text(&said));
        }
        response.results.sort_by_key(|result| result.feature.clone());
    });
}

fn describe_log_dirs(world: &mut World) {
    let id = world.create("orders", &[&[1, 2], &[3, 1], &[2, 3]], &[]);
    assert!(!id.is_nil(), "topics have ids");
    let produce = super::produce::request(world, "orders", 0, Batch::of(&["a", "b"]).bytes());
    world.quiet(1, 11, &produce);
    let topic = DescribableLogDirTopic::default().with_topic(world.topic("orders")).with_partitions(vec![0, 1, 2, 9]);
    let nowhere = DescribableLogDirTopic::default().with_topic(world.topic("nowhere")).with_partitions(vec![0]);
    for version in 1..=4 {
        let request = DescribeLogDirsRequest::default().with_topics(Some(vec![topic.clone(), nowhere.clone()]));
        let mut response = world.quiet(1, version, &request);
        for result in &mut response.results {
            result.log_dir = text("folder");
            result.total_bytes = result.total_bytes.signum();
            result.usable_bytes = result.usable_bytes.signum();
            result.topics.iter_mut().for_each(|topic| topic.partitions.sort_by_key(|found| found.partition_index));
        }
        world.note(&format!("v{version}"), &response);
    }
    world.ask_sorted(1, 4, &DescribeLogDirsRequest::default().with_topics(Some(Vec::new())), |response| {
        for result in &mut response.results {
            result.log_dir = text("folder");
            result.total_bytes = result.total_bytes.signum();
            result.usable_bytes = result.usable_bytes.signum();
        }
    });
}

fn alter_replica_log_dirs(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 3]], &[]);
    for (path, name, partitions) in [
        ("/no/such/folder", "orders", vec![0, 1, 9]),
        ("/no/such/folder", "nowhere", vec![0]),
        ("relative", "orders", vec![0]),
        ("", "orders", vec![0]),
    ] {
        let topic = AlterReplicaLogDirTopic::default().with_name(world.topic(name)).with_partitions(partitions);
        let dir = AlterReplicaLogDir::default().with_path(text(path)).with_topics(vec![topic]);
        let request = AlterReplicaLogDirsRequest::default().with_dirs(vec![dir]);
        for version in [1, 2] {
            world.ask_sorted(1, version, &request, |response| {
                for result in &mut response.results {
                    result.partitions.sort_by_key(|partition| partition.partition_index);
                }
            });
        }
    }
    world.ask(1, 2, &AlterReplicaLogDirsRequest::default());
}

fn telemetry(world: &mut World) {
    let mut connection = world.connect(1);
    let mut answer = connection.ask(0, &GetTelemetrySubscriptionsRequest::default());
    if let Some(answer) = &mut answer {
        // It is a hash of what the client shows of itself and of what is subscribed to.
        answer.subscription_id = 0;
    }
    world.note("subscriptions", &answer);
    let mut connection = world.connect(1);
    for request in [
        PushTelemetryRequest::default(),
        PushTelemetryRequest::default().with_client_instance_id(Uuid::from_u128(7)),
        PushTelemetryRequest::default().with_client_instance_id(Uuid::from_u128(7)).with_compression_type(9),
    ] {
        let answer = connection.ask(0, &request);
        world.note("push", &answer);
    }
}
