//! Topics: made, changed, removed.

use kafka_protocol::messages::CreateTopicsRequest;
use kafka_protocol::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig,
};
use kafka_protocol::messages::{BrokerId, TopicName};

use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("create topics: by assignment", by_assignment),
    ("create topics: names that are refused", names_that_are_refused),
    ("create topics: counts that are refused", counts_that_are_refused),
    ("create topics: assignments that are refused", assignments_that_are_refused),
    ("create topics: configs that are refused", configs_that_are_refused),
    ("create topics: twice in one request", twice_in_one_request),
    ("create topics: validate only", validate_only),
];

fn request(topics: Vec<CreatableTopic>) -> CreateTopicsRequest {
    CreateTopicsRequest::default().with_topics(topics).with_timeout_ms(10_000)
}

fn topic(name: &TopicName, partitions: i32, factor: i16) -> CreatableTopic {
    CreatableTopic::default().with_name(name.clone()).with_num_partitions(partitions).with_replication_factor(factor)
}

fn assigned(name: &TopicName, partitions: &[(i32, &[i32])]) -> CreatableTopic {
    let assignments = partitions.iter().map(|(index, replicas)| {
        CreatableReplicaAssignment::default()
            .with_partition_index(*index)
            .with_broker_ids(replicas.iter().copied().map(BrokerId).collect())
    });
    topic(name, -1, -1).with_assignments(assignments.collect())
}

fn configured(name: &TopicName, configs: &[(&str, Option<&str>)]) -> CreatableTopic {
    let configs = configs
        .iter()
        .map(|(key, value)| CreatableTopicConfig::default().with_name(text(key)).with_value(value.map(text)));
    topic(name, 1, 1).with_configs(configs.collect())
}

fn by_assignment(world: &mut World) {
    let name = world.topic("orders");
    let topic = assigned(&name, &[(0, &[1, 2, 3]), (1, &[3])]);
    world.ask_sorted(1, 7, &request(vec![topic.clone()]), |response| {
        for topic in &mut response.topics {
            topic.configs.iter_mut().for_each(|configs| configs.sort_by_key(|config| config.name.clone()));
        }
    });
    world.ask(2, 7, &request(vec![topic]));
}

fn names_that_are_refused(world: &mut World) {
    let long = "x".repeat(250);
    for name in ["", ".", "..", "a b", "a/b", "ä", &long, "__cluster_metadata"] {
        world.ask(1, 7, &request(vec![topic(&TopicName(text(name)), 1, 1)]));
    }
    let (dot, dash) = (world.topic("a.b"), world.topic("a_b"));
    world.quiet(1, 7, &request(vec![topic(&dot, 1, 1)]));
    world.ask(1, 7, &request(vec![topic(&dash, 1, 1)]));
}

fn counts_that_are_refused(world: &mut World) {
    let name = world.topic("orders");
    for (partitions, factor) in [(0, 1), (-2, 1), (1, 0), (1, -2), (1, 4), (1, 100), (-3, -3)] {
        world.ask(1, 7, &request(vec![topic(&name, partitions, factor)]));
    }
}

fn assignments_that_are_refused(world: &mut World) {
    let name = world.topic("orders");
    let wrong: [&[(i32, &[i32])]; 9] = [
        &[(0, &[])],
        &[(0, &[1, 1])],
        &[(0, &[9])],
        &[(0, &[1]), (2, &[1])],
        &[(1, &[1])],
        &[(-1, &[1])],
        &[(0, &[1]), (0, &[2])],
        &[(0, &[1, 2]), (1, &[1])],
        &[(0, &[-1])],
    ];
    for partitions in wrong {
        world.ask(1, 7, &request(vec![assigned(&name, partitions)]));
    }
    world.ask(1, 7, &request(vec![assigned(&name, &[(0, &[1])]).with_num_partitions(1)]));
    world.ask(1, 7, &request(vec![assigned(&name, &[(0, &[1])]).with_replication_factor(1)]));
}

fn configs_that_are_refused(world: &mut World) {
    let name = world.topic("orders");
    let wrong: [&[(&str, Option<&str>)]; 14] = [
        &[("no.such.config", Some("1"))],
        &[("retention.ms", Some("soon"))],
        &[("retention.ms", Some("-2"))],
        &[("retention.ms", None)],
        &[("cleanup.policy", Some("burn"))],
        &[("cleanup.policy", Some(""))],
        &[("compression.type", Some("rar"))],
        &[("min.insync.replicas", Some("0"))],
        &[("segment.bytes", Some("1"))],
        &[("message.timestamp.type", Some("Never"))],
        &[("min.cleanable.dirty.ratio", Some("2"))],
        &[("unclean.leader.election.enable", Some("maybe"))],
        &[("max.message.bytes", Some("99999999999"))],
        &[("min.compaction.lag.ms", Some("9")), ("max.compaction.lag.ms", Some("5"))],
    ];
    for configs in wrong {
        world.ask(1, 7, &request(vec![configured(&name, configs)]));
    }
}

fn twice_in_one_request(world: &mut World) {
    let (one, two) = (world.topic("one"), world.topic("two"));
    let topics = vec![topic(&one, 1, 1), topic(&two, 1, 1), topic(&one, 2, 1)];
    world.ask_sorted(1, 7, &request(topics), |response| {
        response.topics.sort_by_key(|topic| topic.name.clone());
        response.topics.iter_mut().for_each(|topic| topic.configs = None);
    });
}

fn validate_only(world: &mut World) {
    let name = world.topic("orders");
    let check = request(vec![configured(&name, &[("retention.ms", Some("1000"))])]).with_validate_only(true);
    let short = |response: &mut kafka_protocol::messages::CreateTopicsResponse| {
        for topic in &mut response.topics {
            topic.configs.iter_mut().for_each(|configs| configs.retain(|config| &*config.name == "retention.ms"));
        }
    };
    world.ask_sorted(1, 7, &check, short);
    world.ask_sorted(1, 7, &check, short);
}
