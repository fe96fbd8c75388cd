//! What is told of the cluster: metadata, pages of partitions, features, telemetry.

use kafka_protocol::messages::describe_topic_partitions_request::{Cursor, TopicRequest};
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::update_features_request::FeatureUpdateKey;
use kafka_protocol::messages::{
    DescribeTopicPartitionsRequest, GetTelemetrySubscriptionsRequest, MetadataRequest, PushTelemetryRequest,
    ResponseKind, TopicName, UpdateFeaturesRequest,
};

use super::world::{World, reply, text, topic};
use crate::admin::features::update_features;
use crate::admin::metadata::metadata;
use crate::admin::telemetry::{get_subscriptions, push};
use crate::admin::topic_partitions::describe_topic_partitions;
use crate::metadata::ConfigResource;
use crate::metadata::change::Change;

/// What Metadata says of a topic: its error, and how many partitions it has.
fn ask(world: &mut World, name: &str) -> (i16, usize) {
    let asked = MetadataRequestTopic::default().with_name(Some(TopicName(text(name))));
    let request = MetadataRequest::default().with_topics(Some(vec![asked])).with_allow_auto_topic_creation(true);
    match reply(metadata(&mut world.machine, &World::cx(13), &request)) {
        ResponseKind::Metadata(response) => (response.topics[0].error_code, response.topics[0].partitions.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_topic_that_is_asked_for_is_made_where_that_is_allowed() {
    let mut world = World::new();
    assert_eq!(ask(&mut world, "asked"), (3, 0));
    assert_eq!(ask(&mut world, "asked"), (3, 0));
    world.machine.settings.configs.insert("auto.create.topics.enable".to_owned(), "true".to_owned());
    assert_eq!(ask(&mut world, "a b"), (17, 0));
    assert_eq!(ask(&mut world, "asked"), (3, 0));
    assert_eq!(ask(&mut world, "asked"), (0, 3));
}

#[test]
fn partitions_are_told_page_by_page() {
    let mut world = World::new();
    world.create_all(vec![topic("a", 3, 1), topic("b", 2, 1)]);
    let names = || ["b", "a"].map(|name| TopicRequest::default().with_name(TopicName(text(name)))).to_vec();
    let mut cursor: Option<Cursor> = None;
    let mut pages = Vec::new();
    loop {
        let request = DescribeTopicPartitionsRequest::default()
            .with_topics(names())
            .with_response_partition_limit(2)
            .with_cursor(cursor);
        let outcome = describe_topic_partitions(&mut world.machine, &World::cx(0), &request);
        let ResponseKind::DescribeTopicPartitions(response) = reply(outcome) else { panic!("another reply") };
        let told = |topic: &kafka_protocol::messages::describe_topic_partitions_response::DescribeTopicPartitionsResponseTopic| {
            let name = topic.name.as_ref().map(|name| name.to_string()).unwrap_or_default();
            (name, topic.partitions.iter().map(|partition| partition.partition_index).collect::<Vec<_>>())
        };
        pages.push(response.topics.iter().map(told).collect::<Vec<_>>());
        let Some(next) = response.next_cursor else { break };
        cursor = Some(Cursor::default().with_topic_name(next.topic_name).with_partition_index(next.partition_index));
    }
    let page = |topics: &[(&str, &[i32])]| -> Vec<(String, Vec<i32>)> {
        topics.iter().map(|(name, indexes)| ((*name).to_owned(), indexes.to_vec())).collect()
    };
    assert_eq!(pages, [page(&[("a", &[0, 1])]), page(&[("a", &[2]), ("b", &[0])]), page(&[("b", &[1])])]);
}

#[test]
fn a_feature_moves_only_as_kafka_lets_it() {
    let mut world = World::new();
    let mut update = |name: &str, level: i16, way: i8| {
        let key =
            FeatureUpdateKey::default().with_feature(text(name)).with_max_version_level(level).with_upgrade_type(way);
        let request = UpdateFeaturesRequest::default().with_feature_updates(vec![key]);
        match reply(update_features(&mut world.machine, &World::cx(2), request)) {
            ResponseKind::UpdateFeatures(response) => {
                let words = response.error_message.as_deref().unwrap_or_default();
                (response.error_code, words.rsplit(": ").next().unwrap_or_default().to_owned())
            }
            other => panic!("{other:?}"),
        }
    };
    let refused =
        |name: &str, level: i16, why: &str| (95, format!("Invalid update version {level} for feature {name}. {why}"));
    assert_eq!(update("transaction.version", 2, 1).0, 0);
    let why = "Local controller 1 only supports versions 0-2";
    assert_eq!(update("transaction.version", 3, 1), refused("transaction.version", 3, why));
    let why = "Can't downgrade the version of this feature without setting the upgrade type to either safe or unsafe \
               downgrade.";
    assert_eq!(update("transaction.version", 0, 1), refused("transaction.version", 0, why));
    assert_eq!(update("transaction.version", 0, 2).0, 0);
    let why = "Local controller 1 does not support this feature.";
    assert_eq!(update("bogus", 1, 1), refused("bogus", 1, why));
}

#[test]
fn a_client_pushes_what_a_subscription_wants_as_often_as_it_wants() {
    let mut world = World::new();
    let resource = ConfigResource { kind: ConfigResource::CLIENT_METRICS, name: "subscription".to_owned() };
    for (key, value) in [("metrics", "org.a"), ("interval.ms", "100"), ("match", "client_id=te.*")] {
        let (key, value) = (key.to_owned(), Some(value.to_owned()));
        world.machine.commit(vec![Change::ConfigChanged { resource: resource.clone(), key, value }]).unwrap();
    }
    let cx = |now| crate::machine::Context { now, ..World::cx(0) };
    let outcome = get_subscriptions(&mut world.machine, &cx(0), &GetTelemetrySubscriptionsRequest::default());
    let ResponseKind::GetTelemetrySubscriptions(told) = reply(outcome) else { panic!("another reply") };
    assert_eq!((told.push_interval_ms, told.requested_metrics.as_slice()), (100, [text("org.a")].as_slice()));
    let mut pushed = |now, subscription: i32, terminating| {
        let request = PushTelemetryRequest::default()
            .with_client_instance_id(told.client_instance_id)
            .with_subscription_id(subscription)
            .with_terminating(terminating);
        match reply(push(&mut world.machine, &cx(now), &request)) {
            ResponseKind::PushTelemetry(response) => response.error_code,
            other => panic!("{other:?}"),
        }
    };
    let id = told.subscription_id;
    assert_eq!(pushed(100, id, false), 0);
    assert_eq!(pushed(150, id, false), 89);
    assert_eq!(pushed(300, id.wrapping_add(1), false), 117);
    assert_eq!(pushed(400, id, true), 0);
    assert_eq!(pushed(500, id, false), 42);
}
