//! What the cluster says about itself.

use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::{ApiVersionsRequest, MetadataRequest, TopicName};
use uuid::Uuid;

use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("api versions: a version that is not served", api_versions_of_an_unknown_version),
    ("api versions: a name that is no name of software", api_versions_with_a_bad_name),
    ("frames: an unknown api", an_unknown_api),
    ("frames: an unsupported version", an_unsupported_version),
    ("frames: a body that is cut off", a_body_that_is_cut_off),
    ("frames: a negative length", a_negative_length),
    ("metadata: no topics", metadata_of_no_topics),
    ("metadata: unknown topics", metadata_of_unknown_topics),
    ("metadata: every version", metadata_in_every_version),
];

fn api_versions_of_an_unknown_version(world: &mut World) {
    let mut connection = world.connect(1);
    // ApiVersions v99 with a header of version 2: Kafka answers in version 0.
    connection.send_bytes(&[0, 0, 0, 11, 0, 18, 0, 99, 0, 0, 0, 7, 0xff, 0xff, 0]);
    world.note("the answer", &connection.frame());
}

fn api_versions_with_a_bad_name(world: &mut World) {
    for (name, version) in [("", "1"), ("rdkafka", ""), ("a b", "1"), ("-a", "1"), ("a", "1.0-")] {
        let request = ApiVersionsRequest::default()
            .with_client_software_name(text(name))
            .with_client_software_version(text(version));
        let code = world.quiet(1, 3, &request).error_code;
        world.note(&format!("{name:?} {version:?}"), &code);
    }
}

fn an_unknown_api(world: &mut World) {
    let mut connection = world.connect(1);
    connection.send_bytes(&[0, 0, 0, 10, 3, 0xe7, 0, 0, 0, 0, 0, 7, 0xff, 0xff]);
    world.note("the answer", &connection.frame());
}

fn an_unsupported_version(world: &mut World) {
    let mut connection = world.connect(1);
    connection.send_bytes(&[0, 0, 0, 10, 0, 3, 0, 99, 0, 0, 0, 7, 0xff, 0xff]);
    world.note("the answer", &connection.frame());
}

fn a_body_that_is_cut_off(world: &mut World) {
    let mut connection = world.connect(1);
    // Metadata v0 that promises two topics and has none.
    connection.send_bytes(&[0, 0, 0, 14, 0, 3, 0, 0, 0, 0, 0, 7, 0xff, 0xff, 0, 0, 0, 2]);
    world.note("the answer", &connection.frame());
    let mut connection = world.connect(1);
    // Metadata v0 whose array is longer than memory.
    connection.send_bytes(&[0, 0, 0, 14, 0, 3, 0, 0, 0, 0, 0, 7, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    world.note("the answer", &connection.frame());
}

fn a_negative_length(world: &mut World) {
    let mut connection = world.connect(1);
    connection.send_bytes(&[0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
    world.note("the answer", &connection.frame());
}

fn metadata_of_no_topics(world: &mut World) {
    let request = MetadataRequest::default().with_topics(Some(Vec::new()));
    let response = world.quiet(2, 12, &request);
    world.call(&response.cluster_id.unwrap_or_default(), "cluster id");
    world.ask_sorted(2, 12, &request, |response| {
        response.brokers.sort_by_key(|broker| broker.node_id);
        // Under KRaft any broker is named.
        response.controller_id = 1.into();
    });
}

fn metadata_of_unknown_topics(world: &mut World) {
    let named = |name: &str| MetadataRequestTopic::default().with_name(Some(TopicName(text(name))));
    let long = "x".repeat(250);
    let topics = ["nowhere", "", ".", "..", "a b", "a/b", &long].map(named);
    let mut request =
        MetadataRequest::default().with_topics(Some(topics.to_vec())).with_allow_auto_topic_creation(false);
    let response = world.quiet(1, 12, &request);
    let mut told: Vec<_> = response.topics.iter().map(|topic| (topic.name.clone(), topic.error_code)).collect();
    told.sort();
    world.note("by name", &told);
    let id = Uuid::from_u128(7);
    request.topics = Some(vec![MetadataRequestTopic::default().with_name(None).with_topic_id(id)]);
    let response = world.quiet(1, 12, &request);
    world.note("by id", &response.topics);
}

fn metadata_in_every_version(world: &mut World) {
    world.create("orders", &[&[1, 2], &[3, 1]], &[]);
    let topic = MetadataRequestTopic::default().with_name(Some(world.topic("orders")));
    for version in 0..=13 {
        let request = MetadataRequest::default().with_topics(Some(vec![topic.clone()]));
        let request = if version < 4 { request.with_allow_auto_topic_creation(true) } else { request };
        let mut response = world.quiet(1, version, &request);
        response.topics[0].partitions.sort_by_key(|partition| partition.partition_index);
        world.note(&format!("v{version}"), &response.topics);
    }
}
