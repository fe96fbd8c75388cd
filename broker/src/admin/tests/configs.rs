//! Configs: changing them, and where their values come from.

use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_configs_response::DescribeConfigsResourceResult;
use kafka_protocol::messages::incremental_alter_configs_request::{AlterConfigsResource, AlterableConfig};
use kafka_protocol::messages::{DescribeConfigsRequest, IncrementalAlterConfigsRequest, ResponseKind};

use super::world::{World, reply, text, topic};
use crate::admin::configs::alter::incremental_alter_configs;
use crate::admin::configs::describe::describe_configs;
use crate::config;

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const CLIENT_METRICS: i8 = 16;
const GROUP: i8 = 32;
const SET: i8 = 0;
const DELETE: i8 = 1;
const APPEND: i8 = 2;
const SUBTRACT: i8 = 3;

/// The error code and the words of one change.
fn alter(world: &mut World, resource: (i8, &str), step: (&str, i8, Option<&str>)) -> (i16, String) {
    let (name, operation, value) = step;
    let config =
        AlterableConfig::default().with_name(text(name)).with_config_operation(operation).with_value(value.map(text));
    let resource = AlterConfigsResource::default()
        .with_resource_type(resource.0)
        .with_resource_name(text(resource.1))
        .with_configs(vec![config]);
    let request = IncrementalAlterConfigsRequest::default().with_resources(vec![resource]);
    match reply(incremental_alter_configs(&mut world.machine, &World::cx(1), request)) {
        ResponseKind::IncrementalAlterConfigs(response) => {
            let result = &response.responses[0];
            (result.error_code, result.error_message.as_deref().unwrap_or_default().to_owned())
        }
        other => panic!("{other:?}"),
    }
}

fn describe(world: &mut World, kind: i8, name: &str, key: &str) -> DescribeConfigsResourceResult {
    let resource = DescribeConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configuration_keys(Some(vec![text(key)]));
    let request = DescribeConfigsRequest::default().with_resources(vec![resource]).with_include_synonyms(true);
    match reply(describe_configs(&mut world.machine, &World::cx(4), request)) {
        ResponseKind::DescribeConfigs(mut response) => response.results.remove(0).configs.remove(0),
        other => panic!("{other:?}"),
    }
}

/// The value, its source, and every place that has one: `source name=value`.
fn told(config: &DescribeConfigsResourceResult) -> (String, i8, Vec<String>) {
    let place = |synonym: &kafka_protocol::messages::describe_configs_response::DescribeConfigsSynonym| {
        let value = synonym.value.as_deref().unwrap_or("-");
        format!("{} {}={value}", synonym.source, synonym.name.as_str())
    };
    (
        config.value.as_deref().unwrap_or("-").to_owned(),
        config.config_source,
        config.synonyms.iter().map(place).collect(),
    )
}

fn world() -> World {
    let mut world = World::new();
    world.create(topic("t", 1, 1));
    world
}

#[test]
fn a_value_comes_from_the_nearest_place_that_has_one() {
    let mut world = world();
    let min = "min.insync.replicas";
    let places = ["4 min.insync.replicas=2", "5 min.insync.replicas=1"].map(str::to_owned).to_vec();
    assert_eq!(told(&describe(&mut world, TOPIC, "t", min)), ("2".to_owned(), 4, places.clone()));
    assert_eq!(alter(&mut world, (TOPIC, "t"), (min, SET, Some(" 3 "))), (0, String::new()));
    let (value, source, own) = told(&describe(&mut world, TOPIC, "t", min));
    assert_eq!((value.as_str(), source, own[0].as_str(), own.len()), ("3", 1, "1 min.insync.replicas=3", 3));
    assert_eq!(config::topic(&world.machine, "t").min_insync_replicas, 3);
    assert_eq!(alter(&mut world, (TOPIC, "t"), (min, DELETE, None)).0, 0);
    assert_eq!(told(&describe(&mut world, TOPIC, "t", min)).2, places);
}

#[test]
fn a_broker_config_of_another_unit_reaches_topics_at_once() {
    let mut world = world();
    world.machine.settings.configs.insert("log.retention.hours".to_owned(), "2".to_owned());
    assert_eq!(config::topic(&world.machine, "t").retention_ms, 7_200_000);
    assert_eq!(told(&describe(&mut world, TOPIC, "t", "retention.ms")).0, "7200000");
    assert_eq!(alter(&mut world, (BROKER, ""), ("log.retention.ms", SET, Some("5"))).0, 0);
    assert_eq!(config::topic(&world.machine, "t").retention_ms, 5);
    let (value, source, places) = told(&describe(&mut world, TOPIC, "t", "retention.ms"));
    assert_eq!((value.as_str(), source), ("5", 3));
    assert_eq!(places, ["3 log.retention.ms=5", "4 log.retention.hours=2", "5 log.retention.hours=168"]);
}

#[test]
fn lists_are_appended_to_and_subtracted_from_beginning_with_their_default() {
    let mut world = world();
    let mut policy = |operation, value| {
        assert_eq!(alter(&mut world, (TOPIC, "t"), ("cleanup.policy", operation, Some(value))).0, 0);
        told(&describe(&mut world, TOPIC, "t", "cleanup.policy")).0
    };
    assert_eq!(policy(APPEND, "compact"), "delete,compact");
    assert_eq!(policy(APPEND, "delete,compact"), "delete,compact");
    assert_eq!(policy(SUBTRACT, "delete"), "compact");
    assert_eq!(policy(SUBTRACT, "compact"), "");
    let topic = config::topic(&world.machine, "t");
    assert!(!topic.cleanup_compact && !topic.cleanup_delete);
}

/// A resource, a step, the error code and the words.
type Case = ((i8, &'static str), (&'static str, i8, Option<&'static str>), i16, &'static str);

#[test]
fn changes_that_cannot_be_are_refused_in_kafkas_words() {
    let mut world = world();
    let cases: &[Case] = &[
        (
            (TOPIC, "t"),
            ("retention.ms", APPEND, Some("5")),
            40,
            "Can't APPEND to key retention.ms because its type is not LIST.",
        ),
        ((TOPIC, "t"), ("retention.ms", SET, None), 42, "Null value not supported for : retention.ms"),
        ((TOPIC, "nope"), ("retention.ms", SET, Some("5")), 3, "The topic 'nope' does not exist."),
        ((TOPIC, ""), ("retention.ms", SET, Some("5")), 42, "Default topic resources are not allowed."),
        ((3, "t"), ("a", SET, Some("1")), 42, "Unknown resource type 3"),
        (
            (BROKER, "2"),
            ("log.cleaner.threads", SET, Some("1")),
            42,
            "Unexpected broker id, expected 1, but received 2",
        ),
        ((BROKER, "x"), ("log.cleaner.threads", SET, Some("1")), 42, "Node id must be an integer, but it is: x"),
        (
            (BROKER, "1"),
            ("num.partitions", SET, Some("2")),
            42,
            "Cannot update these configs dynamically: [num.partitions]",
        ),
        (
            (BROKER, ""),
            ("listeners", SET, Some("PLAINTEXT://:9092")),
            42,
            "Cannot update these configs at default cluster level, broker id must be specified: [listeners]",
        ),
        (
            (BROKER, "1"),
            ("ssl.keystore.location", SET, Some("/x")),
            42,
            "These security configs can be dynamically updated only per-listener using the listener prefix: \
             [ssl.keystore.location]",
        ),
        (
            (BROKER, ""),
            ("num.io.threads", SET, Some("20")),
            42,
            "Invalid value org.apache.kafka.common.config.ConfigException: Dynamic thread count update validation failed \
             for num.io.threads=20, value should not be greater than double the current value 4 for configuration Invalid \
             dynamic configuration",
        ),
        ((CLIENT_METRICS, "m"), ("bogus", SET, Some("1")), 42, "Unknown client metrics configuration: bogus"),
        (
            (CLIENT_METRICS, "m"),
            ("match", SET, Some("client_id=[")),
            40,
            "Illegal client matching pattern: client_id=[",
        ),
        (
            (GROUP, "g"),
            ("consumer.session.timeout.ms", SET, Some("1000")),
            40,
            "consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms",
        ),
    ];
    for (resource, step, code, words) in cases {
        assert_eq!(alter(&mut world, *resource, *step), (*code, (*words).to_owned()), "{step:?}");
    }
    assert!(world.machine.metadata.configs.is_empty());
}

#[test]
fn what_is_secret_is_never_told() {
    let mut world = world();
    world.machine.settings.configs.insert("ssl.key.password".to_owned(), "secret".to_owned());
    let config = describe(&mut world, BROKER, "1", "ssl.key.password");
    assert!(config.is_sensitive && config.value.is_none());
    assert!(config.synonyms.iter().all(|synonym| synonym.value.is_none()));
}

#[test]
fn configs_of_brokers_say_whether_they_may_change() {
    let mut world = world();
    assert!(describe(&mut world, BROKER, "1", "num.partitions").read_only);
    assert!(!describe(&mut world, BROKER, "1", "log.cleaner.threads").read_only);
}
