//! Making and deleting topics.

use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::{DeleteTopicsRequest, ResponseKind, TopicName};

use super::world::{World, assigned, reply, text, topic, with_config};
use crate::admin::delete::delete_topics;

#[test]
fn a_count_or_factor_that_cannot_be_is_refused_in_kafkas_words() {
    let mut world = World::new();
    let partitions = "Number of partitions was set to an invalid non-positive value.";
    let factor = "Replication factor must be larger than 0, or -1 to use the default value.";
    assert_eq!(world.create(topic("a", 0, 1)), (37, partitions.to_owned()));
    assert_eq!(world.create(topic("a", -2, 1)), (37, partitions.to_owned()));
    assert_eq!(world.create(topic("a", 0, 0)), (38, factor.to_owned()));
    assert_eq!(
        world.create(topic("a", 1, 4)),
        (
            38,
            "Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because \
             only 3 broker(s) are registered or some brokers have all their log directories cordoned."
                .to_owned()
        )
    );
}

#[test]
fn defaults_are_those_of_the_brokers() {
    let response = World::new().create_all(vec![topic("a", -1, -1)]);
    assert_eq!((response.topics[0].num_partitions, response.topics[0].replication_factor), (3, 3));
    assert_eq!(response.topics[0].configs.as_ref().map(Vec::len), Some(33));
}

#[test]
fn names_that_cannot_be_are_refused_in_kafkas_words() {
    let mut world = World::new();
    let refused = |why: &str| (17, format!("Topic name is invalid: {why}"));
    assert_eq!(world.create(topic("", 1, 1)), refused("the empty string is not allowed"));
    assert_eq!(world.create(topic("..", 1, 1)), refused("'..' is not allowed"));
    let why = "'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'";
    assert_eq!(world.create(topic("a b", 1, 1)), refused(why));
    let long = "x".repeat(250);
    let why = format!("the length of '{long}' is longer than the max allowed length 249");
    assert_eq!(world.create(topic(&long, 1, 1)), refused(&why));
    assert_eq!(world.create(topic("a.b", 1, 1)).0, 0);
    assert_eq!(world.create(topic("a.b", 1, 1)), (36, "Topic 'a.b' already exists.".to_owned()));
    assert_eq!(world.create(topic("a_b", 1, 1)), (17, "Topic 'a_b' collides with existing topic: a.b".to_owned()));
}

#[test]
fn a_topic_named_twice_is_refused_once_and_the_others_are_made() {
    let mut world = World::new();
    let response = world.create_all(vec![topic("twice", 1, 1), topic("twice", 2, 1), topic("once", 1, 1)]);
    let told: Vec<(&str, i16)> = response.topics.iter().map(|topic| (topic.name.as_str(), topic.error_code)).collect();
    assert_eq!(told, [("once", 0), ("twice", 42)]);
    assert!(world.machine.metadata.topic("once").is_some());
}

#[test]
fn a_request_for_too_many_partitions_makes_none() {
    let mut world = World::new();
    let response = world.create_all(vec![topic("a", 9_999, 1), topic("b", 2, 1)]);
    assert!(response.topics.iter().all(|topic| topic.error_code == 44));
    assert!(world.machine.metadata.topic("a").is_none());
}

#[test]
fn chosen_replicas_are_checked_in_kafkas_words() {
    let mut world = World::new();
    let refused = |why: &str| (39, why.to_owned());
    let gap = "partitions should be a consecutive 0-based integer sequence";
    assert_eq!(world.create(assigned(&[(0, &[1]), (2, &[1])])), refused(gap));
    let twice = "Found multiple manual partition assignments for partition 0";
    assert_eq!(world.create(assigned(&[(0, &[1]), (0, &[2])])), refused(twice));
    let empty = "The manual partition assignment includes an empty replica list.";
    assert_eq!(world.create(assigned(&[(0, &[])])), refused(empty));
    let more = "The manual partition assignment includes the broker 1 more than once.";
    assert_eq!(world.create(assigned(&[(0, &[1, 1])])), refused(more));
    let unknown = "The manual partition assignment includes broker 9, but no such broker is registered.";
    assert_eq!(world.create(assigned(&[(0, &[9])])), refused(unknown));
    let uneven = "The manual partition assignment includes a partition with 1 replica(s), but this is not consistent \
                  with previous partitions, which have 2 replica(s).";
    assert_eq!(world.create(assigned(&[(0, &[1, 2]), (1, &[1])])), refused(uneven));
    assert_eq!(world.create(assigned(&[(1, &[1]), (0, &[2])])).0, 0);
    let partitions = &world.machine.metadata.topic("assigned").unwrap().partitions;
    assert_eq!((partitions[0].leader, partitions[1].leader), (2, 1));
}

#[test]
fn configs_are_checked_in_kafkas_words() {
    let mut world = World::new();
    let refused = |why: &str| (40, why.to_owned());
    for (key, value, why) in [
        ("bogus", "1", "Unknown topic config name: bogus"),
        ("retention.ms", "x", "Invalid value x for configuration retention.ms: Not a number of type LONG"),
        ("retention.ms", "-2", "Invalid value -2 for configuration retention.ms: Value must be at least -1"),
        (
            "preallocate",
            "yes",
            "Invalid value yes for configuration preallocate: Expected value to be either true or false",
        ),
        (
            "cleanup.policy",
            "delete,foo",
            "Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete",
        ),
        ("cleanup.policy", "delete,", "Configuration 'cleanup.policy' values must not be empty."),
    ] {
        assert_eq!(world.create(with_config(key, value)), refused(why));
    }
}

#[test]
fn leaders_and_racks_are_spread() {
    let mut world = World::with_racks(&["a", "a", "b", "b"]);
    world.create(topic("spread", 8, 2));
    let topic = world.machine.metadata.topic("spread").unwrap();
    let rack = |broker: i32| (broker - 1) / 2;
    let mut led = [0; 5];
    for partition in &topic.partitions {
        assert_ne!(rack(partition.replicas[0]), rack(partition.replicas[1]));
        led[usize::try_from(partition.leader).unwrap()] += 1;
    }
    assert_eq!(led, [0, 2, 2, 2, 2]);
}

#[test]
fn a_broker_that_is_down_leads_nothing_and_is_not_in_sync() {
    let mut world = World::new();
    world.machine.metadata.brokers.get_mut(&2).unwrap().alive = false;
    world.create(topic("down", 6, 3));
    for partition in &world.machine.metadata.topic("down").unwrap().partitions {
        assert_eq!(partition.replicas.len(), 3);
        assert!(partition.leader != 2 && !partition.isr.contains(&2));
    }
}

#[test]
fn topics_are_deleted_by_name_and_by_id() {
    let mut world = World::new();
    world.create_all(vec![topic("by-name", 1, 1), topic("by-id", 1, 1), topic("twice", 1, 1)]);
    let id = world.machine.metadata.topic("by-id").unwrap().id;
    let named = |name: &str| DeleteTopicState::default().with_name(Some(TopicName(text(name))));
    let topics = vec![
        named("by-name"),
        DeleteTopicState::default().with_name(None).with_topic_id(id),
        named("nowhere"),
        named("twice"),
        named("twice"),
    ];
    let request = DeleteTopicsRequest::default().with_topics(topics);
    let ResponseKind::DeleteTopics(response) = reply(delete_topics(&mut world.machine, &World::cx(6), request)) else {
        panic!("another reply");
    };
    let mut told: Vec<(String, i16)> = (response.responses.iter())
        .map(|one| (one.name.as_ref().map(|name| name.to_string()).unwrap_or_default(), one.error_code))
        .collect();
    told.sort();
    let expected = [("by-id", 0), ("by-name", 0), ("nowhere", 3), ("twice", 42)];
    assert_eq!(told, expected.map(|(name, code)| (name.to_owned(), code)));
    assert_eq!(world.machine.metadata.topics().map(|topic| topic.name.as_str()).collect::<Vec<_>>(), ["twice"]);
}
