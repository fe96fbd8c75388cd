//! Configs: described, altered, listed.

use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_configs_response::DescribeConfigsResult;
use kafka_protocol::messages::{
    AlterConfigsRequest, DescribeConfigsRequest, DescribeConfigsResponse, IncrementalAlterConfigsRequest,
    ListConfigResourcesRequest, alter_configs_request, incremental_alter_configs_request as incremental,
};

use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("describe configs: of a topic in every version", topic_in_every_version),
    ("describe configs: every config of a topic", every_topic_config),
    ("describe configs: every config of a broker", every_broker_config),
    ("describe configs: keys", keys),
    ("describe configs: synonyms of each source", synonyms),
    ("describe configs: of what is not there", of_what_is_not_there),
    ("describe configs: of the wrong broker", of_the_wrong_broker),
    ("describe configs: of a group", of_a_group),
    ("describe configs: of client metrics", of_client_metrics),
    ("describe configs: documentation", documentation),
    ("alter configs: a topic", alter_a_topic),
    ("alter configs: what is refused", alter_what_is_refused),
    ("alter configs: validate only", alter_validate_only),
    ("incremental alter configs: set and delete", set_and_delete),
    ("incremental alter configs: append and subtract", append_and_subtract),
    ("incremental alter configs: what is refused", incremental_what_is_refused),
    ("incremental alter configs: values that are refused", values_that_are_refused),
    ("incremental alter configs: twice in one request", incremental_twice),
    ("incremental alter configs: validate only", incremental_validate_only),
    ("incremental alter configs: brokers", incremental_brokers),
    ("incremental alter configs: broker values that are refused", broker_values_that_are_refused),
    ("incremental alter configs: a group", incremental_group),
    ("incremental alter configs: client metrics", incremental_client_metrics),
    ("list config resources: each type", list_resources),
];

const TOPIC: i8 = 2;
const BROKER: i8 = 4;
const LOGGER: i8 = 8;
const METRICS: i8 = 16;
const GROUP: i8 = 32;

/// The places and identities of a broker, which no two clusters share.
const OWN: &[&str] = &[
    "advertised.listeners",
    "controller.listener.names",
    "controller.quorum.voters",
    "inter.broker.listener.name",
    "listener.security.protocol.map",
    "listeners",
    "log.dir",
    "log.dirs",
    "metadata.log.dir",
    "process.roles",
    "sasl.enabled.mechanisms",
];

/// What the Java processes were given to be small, and what the running cluster was given besides.
const SMALL: &[&str] = &[
    "background.threads",
    "log.cleaner.dedupe.buffer.size",
    "log.cleaner.threads",
    "num.io.threads",
    "num.network.threads",
    "num.replica.fetchers",
    "num.recovery.threads.per.data.dir",
    "log.segment.bytes",
];

fn resource(kind: i8, name: &str, keys: Option<&[&str]>) -> DescribeConfigsResource {
    let keys = keys.map(|keys| keys.iter().copied().map(text).collect());
    DescribeConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configuration_keys(keys)
}

fn describe(resources: Vec<DescribeConfigsResource>) -> DescribeConfigsRequest {
    DescribeConfigsRequest::default().with_resources(resources).with_include_synonyms(true)
}

/// Kafka orders configs by hash.
fn sort(response: &mut DescribeConfigsResponse) {
    response.results.sort_by_key(|result| (result.resource_type, result.resource_name.clone()));
    for result in &mut response.results {
        result.configs.sort_by_key(|config| config.name.clone());
    }
}

/// One line for each config: what it is, and what it comes from.
fn table(result: &DescribeConfigsResult) -> Vec<String> {
    let line = |config: &kafka_protocol::messages::describe_configs_response::DescribeConfigsResourceResult| {
        let synonyms = config.synonyms.iter().map(|s| {
            format!("{}={}/{}", s.name.as_str(), s.value.as_ref().map_or("(none)", |value| value.as_str()), s.source)
        });
        format!(
            "{} = {:?}, source {}, type {}{}{} <- {}",
            config.name.as_str(),
            config.value.as_ref().map(kafka_protocol::protocol::StrBytes::as_str),
            config.config_source,
            config.config_type,
            if config.read_only { ", read only" } else { "" },
            if config.is_sensitive { ", sensitive" } else { "" },
            synonyms.collect::<Vec<_>>().join(" ")
        )
    };
    result.configs.iter().map(line).collect()
}

/// Describes and writes a table down.
fn tell(world: &mut World, broker: i32, kind: i8, name: &str, keys: Option<&[&str]>) {
    let mut response = world.quiet(broker, 4, &describe(vec![resource(kind, name, keys)]));
    sort(&mut response);
    for result in &response.results {
        world.note(&format!("{kind} {name}"), &(result.error_code, &result.error_message, table(result)));
    }
}

/// Describes until the keys have these values at a broker: Kafka's brokers learn of a change a moment later.
fn settled(world: &mut World, broker: i32, kind: i8, name: &str, key: &str, value: Option<&str>) {
    let request = describe(vec![resource(kind, name, Some(&[key]))]);
    world.until(&format!("{key} of {name}"), |world| {
        let response = world.quiet(broker, 4, &request);
        let configs = &response.results[0].configs;
        let now = configs.first().and_then(|config| config.value.clone());
        (now.as_deref() == value).then_some(())
    });
}

fn topic_in_every_version(world: &mut World) {
    world.create("orders", &[&[1]], &[("retention.ms", "1000"), ("cleanup.policy", "compact,delete")]);
    let name = world.name("orders");
    for version in 1..=4 {
        let keys: &[&str] = &["retention.ms", "cleanup.policy", "min.insync.replicas", "segment.bytes"];
        world.ask_sorted(1, version, &describe(vec![resource(TOPIC, &name, Some(keys))]), sort);
        let plain = describe(vec![resource(TOPIC, &name, Some(keys))]).with_include_synonyms(false);
        world.ask_sorted(1, version, &plain, sort);
    }
}

fn every_topic_config(world: &mut World) {
    world.create("orders", &[&[1]], &[("max.message.bytes", "5000"), ("flush.ms", "7")]);
    let name = world.name("orders");
    tell(world, 2, TOPIC, &name, None);
}

fn every_broker_config(world: &mut World) {
    for broker in ["2", ""] {
        let mut response = world.quiet(2, 4, &describe(vec![resource(BROKER, broker, None)]));
        sort(&mut response);
        for result in &mut response.results {
            result.configs.retain(|config| {
                let own = OWN.contains(&&*config.name) || config.name.starts_with("listener.name.");
                !own && !SMALL.contains(&&*config.name)
            });
            let lines = table(result);
            world.note(&format!("broker {broker}"), &(result.error_code, &result.error_message, lines));
        }
    }
}

fn keys(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    let none: &[&str] = &[];
    for keys in [none, &["no.such.key"], &["retention.ms", "no.such.key", "retention.ms"], &["RETENTION.MS"], &[""]] {
        tell(world, 1, TOPIC, &name, Some(keys));
    }
    tell(world, 1, BROKER, "1", Some(&["log.retention.ms", "log.retention.hours", "broker.rack", "node.id"]));
    tell(world, 1, BROKER, "1", Some(&["super.users", "ssl.keystore.password", "no.such.key"]));
    tell(world, 1, BROKER, "", Some(&["log.retention.ms"]));
}

fn synonyms(world: &mut World) {
    world.create("orders", &[&[1]], &[("segment.ms", "77000")]);
    let name = world.name("orders");
    incremental(world, 1, BROKER, "1", &[("log.roll.ms", 0, Some("88000"))]);
    incremental(world, 1, BROKER, "", &[("log.roll.ms", 0, Some("99000"))]);
    settled(world, 1, BROKER, "", "log.roll.ms", Some("99000"));
    settled(world, 1, BROKER, "1", "log.roll.ms", Some("88000"));
    tell(world, 1, TOPIC, &name, Some(&["segment.ms", "min.insync.replicas"]));
    tell(world, 1, BROKER, "1", Some(&["log.roll.ms", "log.roll.hours"]));
    tell(world, 1, BROKER, "", Some(&["log.roll.ms", "log.roll.hours"]));
    incremental(world, 1, BROKER, "1", &[("log.roll.ms", 1, None)]);
    incremental(world, 1, BROKER, "", &[("log.roll.ms", 1, None)]);
    settled(world, 1, BROKER, "1", "log.roll.ms", None);
    settled(world, 1, BROKER, "", "log.roll.ms", None);
    tell(world, 1, BROKER, "1", Some(&["log.roll.ms"]));
}

fn of_what_is_not_there(world: &mut World) {
    for (kind, name) in [
        (TOPIC, "nowhere"),
        (TOPIC, ""),
        (TOPIC, "a b"),
        (TOPIC, ".."),
        (0, "x"),
        (1, "x"),
        (3, "x"),
        (7, "x"),
        (64, ""),
    ] {
        let mut connection = world.connect(1);
        let answer = connection.ask(4, &describe(vec![resource(kind, name, None)]));
        world.note(&format!("{kind} {name:?}"), &answer);
    }
    world.ask(1, 4, &describe(Vec::new()));
}

fn of_the_wrong_broker(world: &mut World) {
    for name in ["2", "9", "-1", "one", "1.0", " 1"] {
        for kind in [BROKER, LOGGER] {
            let mut response = world.quiet(1, 4, &describe(vec![resource(kind, name, None)]));
            response.results.iter_mut().for_each(|result| result.configs.clear());
            world.note(&format!("{kind} {name}"), &response);
        }
    }
    let mut response = world.quiet(1, 4, &describe(vec![resource(LOGGER, "", None)]));
    response.results.iter_mut().for_each(|result| result.configs.clear());
    world.note("loggers of none", &response);
}

fn of_a_group(world: &mut World) {
    let name = world.name("group");
    tell(world, 1, GROUP, &name, None);
    tell(world, 1, GROUP, &name, Some(&["consumer.session.timeout.ms"]));
    tell(world, 1, GROUP, "", None);
}

fn of_client_metrics(world: &mut World) {
    let name = world.name("metrics");
    tell(world, 1, METRICS, &name, None);
    tell(world, 1, METRICS, &name, Some(&["interval.ms"]));
    tell(world, 1, METRICS, "", None);
}

fn documentation(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    for (kind, name) in [(TOPIC, name.as_str()), (BROKER, "1")] {
        let request = describe(vec![resource(kind, name, Some(&["compression.type", "min.insync.replicas"]))]);
        let mut response = world.quiet(1, 4, &request.with_include_documentation(true));
        sort(&mut response);
        let told = response.results[0].configs.iter();
        let told: Vec<_> = told.map(|config| (&config.name, config.documentation.is_some())).collect();
        world.note("documented", &told);
    }
}

/// AlterConfigs of one resource.
fn alter(kind: i8, name: &str, configs: &[(&str, Option<&str>)]) -> AlterConfigsRequest {
    let configs = configs.iter().map(|(key, value)| {
        alter_configs_request::AlterableConfig::default().with_name(text(key)).with_value(value.map(text))
    });
    let resource = alter_configs_request::AlterConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configs(configs.collect());
    AlterConfigsRequest::default().with_resources(vec![resource])
}

fn alter_a_topic(world: &mut World) {
    world.create("orders", &[&[1]], &[("segment.ms", "77000"), ("retention.ms", "5000")]);
    let name = world.name("orders");
    for version in 0..=2 {
        let value = format!("{}", 6000 + i32::from(version));
        world.ask(1, version, &alter(TOPIC, &name, &[("retention.ms", Some(&value))]));
        settled(world, 1, TOPIC, &name, "retention.ms", Some(&value));
    }
    // What is not named goes back to its default.
    tell(world, 1, TOPIC, &name, Some(&["retention.ms", "segment.ms"]));
    world.ask(1, 2, &alter(TOPIC, &name, &[]));
    settled(world, 1, TOPIC, &name, "retention.ms", Some("604800000"));
}

fn alter_what_is_refused(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    let wrong: [&[(&str, Option<&str>)]; 6] = [
        &[("no.such.config", Some("1"))],
        &[("retention.ms", Some("soon"))],
        &[("retention.ms", None)],
        &[("retention.ms", Some("1")), ("retention.ms", Some("2"))],
        &[("cleanup.policy", Some("burn"))],
        &[("min.insync.replicas", Some("0"))],
    ];
    for configs in wrong {
        world.ask(1, 2, &alter(TOPIC, &name, configs));
    }
    world.ask(1, 2, &alter(TOPIC, "nowhere", &[("retention.ms", Some("1"))]));
    world.ask(1, 2, &alter(TOPIC, "", &[("retention.ms", Some("1"))]));
    world.ask(1, 2, &alter(BROKER, "9", &[("log.retention.ms", Some("1000"))]));
    world.ask(1, 2, &alter(BROKER, "x", &[("log.retention.ms", Some("1000"))]));
    world.ask(1, 2, &alter(LOGGER, "1", &[("root", Some("INFO"))]));
    world.ask(1, 2, &alter(99, "1", &[("root", Some("INFO"))]));
    world.ask(1, 2, &AlterConfigsRequest::default());
}

fn alter_validate_only(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    for value in ["1", "x"] {
        let request = alter(TOPIC, &name, &[("retention.ms", Some(value))]).with_validate_only(true);
        world.ask(1, 2, &request);
    }
    tell(world, 1, TOPIC, &name, Some(&["retention.ms"]));
}

/// IncrementalAlterConfigs of one resource: key, operation, value.
fn change(kind: i8, name: &str, configs: &[(&str, i8, Option<&str>)]) -> IncrementalAlterConfigsRequest {
    let configs = configs.iter().map(|(key, operation, value)| {
        incremental::AlterableConfig::default()
            .with_name(text(key))
            .with_config_operation(*operation)
            .with_value(value.map(text))
    });
    let resource = incremental::AlterConfigsResource::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_configs(configs.collect());
    IncrementalAlterConfigsRequest::default().with_resources(vec![resource])
}

fn incremental(world: &mut World, broker: i32, kind: i8, name: &str, configs: &[(&str, i8, Option<&str>)]) {
    world.ask(broker, 1, &change(kind, name, configs));
}

fn set_and_delete(world: &mut World) {
    world.create("orders", &[&[1]], &[("segment.ms", "77000")]);
    let name = world.name("orders");
    incremental(world, 1, TOPIC, &name, &[("retention.ms", 0, Some("9000")), ("segment.ms", 1, None)]);
    settled(world, 1, TOPIC, &name, "retention.ms", Some("9000"));
    tell(world, 1, TOPIC, &name, Some(&["retention.ms", "segment.ms"]));
    incremental(world, 2, TOPIC, &name, &[("retention.ms", 1, Some("ignored")), ("flush.ms", 1, None)]);
    settled(world, 1, TOPIC, &name, "retention.ms", Some("604800000"));
    world.ask(1, 0, &change(TOPIC, &name, &[]));
}

fn append_and_subtract(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    let steps: [(&str, i8, &str, &str); 6] = [
        ("cleanup.policy", 2, "compact", "delete,compact"),
        ("cleanup.policy", 2, "compact", "delete,compact"),
        ("cleanup.policy", 3, "delete", "compact"),
        ("cleanup.policy", 3, "nothing", "compact"),
        ("leader.replication.throttled.replicas", 2, "0:1,0:2", "0:1,0:2"),
        ("leader.replication.throttled.replicas", 3, "0:1", "0:2"),
    ];
    for (key, operation, value, then) in steps {
        incremental(world, 1, TOPIC, &name, &[(key, operation, Some(value))]);
        settled(world, 1, TOPIC, &name, key, Some(then));
    }
    for (key, operation, value) in [
        ("retention.ms", 2, Some("1")),
        ("retention.ms", 3, Some("1")),
        ("cleanup.policy", 2, Some("burn")),
        ("cleanup.policy", 3, Some("compact")),
        ("cleanup.policy", 2, None),
        ("no.such.config", 2, Some("x")),
    ] {
        incremental(world, 1, TOPIC, &name, &[(key, operation, value)]);
    }
    tell(world, 1, TOPIC, &name, Some(&["cleanup.policy", "leader.replication.throttled.replicas"]));
}

fn incremental_what_is_refused(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    for (kind, resource) in [
        (TOPIC, "nowhere"),
        (TOPIC, ""),
        (TOPIC, "a b"),
        (BROKER, "9"),
        (BROKER, "x"),
        (BROKER, "-1"),
        (LOGGER, "9"),
        (LOGGER, ""),
        (0, "x"),
        (1, "x"),
        (99, "x"),
    ] {
        incremental(world, 1, kind, resource, &[("retention.ms", 0, Some("1000"))]);
    }
    for (key, operation, value) in [
        ("retention.ms", 4, Some("1")),
        ("retention.ms", -1, Some("1")),
        ("retention.ms", 0, None),
        ("no.such.config", 0, Some("1")),
        ("no.such.config", 1, None),
        ("", 0, Some("1")),
    ] {
        incremental(world, 1, TOPIC, &name, &[(key, operation, value)]);
    }
    world.ask(1, 1, &IncrementalAlterConfigsRequest::default());
}

fn values_that_are_refused(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    for (key, value) in [
        ("cleanup.policy", "burn"),
        ("cleanup.policy", "delete,delete"),
        ("compression.gzip.level", "0"),
        ("compression.lz4.level", "18"),
        ("compression.type", "rar"),
        ("compression.zstd.level", "100"),
        ("delete.retention.ms", "-1"),
        ("file.delete.delay.ms", "-1"),
        ("flush.messages", "0"),
        ("flush.ms", "-1"),
        ("follower.replication.throttled.replicas", "x"),
        ("index.interval.bytes", "-1"),
        ("leader.replication.throttled.replicas", "0-1"),
        ("local.retention.bytes", "-3"),
        ("local.retention.ms", "-3"),
        ("local.retention.ms", "99999999999"),
        ("max.compaction.lag.ms", "0"),
        ("max.message.bytes", "-1"),
        ("message.timestamp.after.max.ms", "-1"),
        ("message.timestamp.before.max.ms", "x"),
        ("message.timestamp.type", "Never"),
        ("min.cleanable.dirty.ratio", "-0.1"),
        ("min.cleanable.dirty.ratio", "x"),
        ("min.compaction.lag.ms", "-1"),
        ("min.insync.replicas", "0"),
        ("min.insync.replicas", "2147483648"),
        ("preallocate", "yes"),
        ("remote.storage.enable", "true"),
        ("remote.log.copy.disable", "true"),
        ("remote.log.delete.on.disable", "maybe"),
        ("retention.bytes", "x"),
        ("retention.ms", "-2"),
        ("segment.bytes", "1048575"),
        ("segment.index.bytes", "3"),
        ("segment.jitter.ms", "-1"),
        ("segment.ms", "0"),
        ("unclean.leader.election.enable", "1"),
    ] {
        incremental(world, 1, TOPIC, &name, &[(key, 0, Some(value))]);
    }
    // Blanks around a number are no part of it.
    incremental(world, 1, TOPIC, &name, &[("retention.ms", 0, Some(" 7000 "))]);
    let request = describe(vec![resource(TOPIC, &name, Some(&["retention.ms"]))]);
    let described = world.until("retention.ms", |world| {
        let response = world.quiet(1, 4, &request);
        (response.results[0].configs[0].config_source == 1).then_some(response)
    });
    world.note("retention.ms", &described);
}

fn incremental_twice(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    world.create("bills", &[&[1]], &[]);
    let (orders, bills) = (world.name("orders"), world.name("bills"));
    incremental(world, 1, TOPIC, &orders, &[("flush.ms", 0, Some("1")), ("flush.ms", 0, Some("2"))]);
    incremental(world, 1, TOPIC, &orders, &[("flush.ms", 0, Some("1")), ("flush.ms", 1, None)]);
    let of = |name: &str, value| change(TOPIC, name, &[("flush.ms", 0, Some(value))]).resources[0].clone();
    let resources = vec![of(&orders, "1"), of(&bills, "2"), of(&orders, "3"), of(&bills, "x")];
    let sort = |response: &mut kafka_protocol::messages::IncrementalAlterConfigsResponse| {
        response.responses.sort_by_key(|result| (result.resource_name.clone(), result.error_code));
    };
    world.ask_sorted(1, 1, &IncrementalAlterConfigsRequest::default().with_resources(resources), sort);
    let resources = vec![of(&orders, "5"), of(&bills, "x"), of("nowhere", "5")];
    world.ask_sorted(1, 1, &IncrementalAlterConfigsRequest::default().with_resources(resources), sort);
    settled(world, 1, TOPIC, &orders, "flush.ms", Some("5"));
}

fn incremental_validate_only(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let name = world.name("orders");
    for value in ["1000", "x"] {
        world.ask(1, 1, &change(TOPIC, &name, &[("retention.ms", 0, Some(value))]).with_validate_only(true));
    }
    world.ask(1, 1, &change(BROKER, "1", &[("log.retention.ms", 0, Some("1000"))]).with_validate_only(true));
    world.ask(1, 1, &change(BROKER, "", &[("log.retention.ms", 0, Some("x"))]).with_validate_only(true));
    tell(world, 1, TOPIC, &name, Some(&["retention.ms"]));
}

fn incremental_brokers(world: &mut World) {
    incremental(world, 2, BROKER, "2", &[("log.cleaner.backoff.ms", 0, Some("16000"))]);
    settled(world, 2, BROKER, "2", "log.cleaner.backoff.ms", Some("16000"));
    tell(world, 2, BROKER, "2", Some(&["log.cleaner.backoff.ms"]));
    // Another broker is not asked about it.
    tell(world, 1, BROKER, "2", Some(&["log.cleaner.backoff.ms"]));
    incremental(world, 2, BROKER, "2", &[("log.cleaner.backoff.ms", 1, None)]);
    settled(world, 2, BROKER, "2", "log.cleaner.backoff.ms", Some("15000"));
}

fn broker_values_that_are_refused(world: &mut World) {
    for (broker, key, value) in [
        ("1", "node.id", "7"),
        ("1", "log.dirs", "/x"),
        ("1", "num.io.threads", "0"),
        ("1", "num.io.threads", "1000"),
        ("1", "log.retention.ms", "x"),
        ("1", "log.cleanup.policy", "burn"),
        ("1", "compression.type", "rar"),
        ("1", "no.such.config", "1"),
        ("1", "max.connections", "-1"),
        ("1", "min.insync.replicas", "2"),
        ("", "min.insync.replicas", "0"),
        ("", "log.segment.bytes", "1"),
        ("", "auto.create.topics.enable", "true"),
        ("", "broker.rack", "x"),
        ("", "message.max.bytes", "x"),
        ("", "advertised.listeners", "PLAINTEXT://x:1"),
    ] {
        world.note("setting", &(broker, key, value));
        let request = change(BROKER, broker, &[(key, 0, Some(value))]).with_validate_only(true);
        world.ask(1, 1, &request);
    }
}

fn incremental_group(world: &mut World) {
    let group = world.name("group");
    incremental(world, 1, GROUP, &group, &[("consumer.session.timeout.ms", 0, Some("46000"))]);
    settled(world, 1, GROUP, &group, "consumer.session.timeout.ms", Some("46000"));
    tell(world, 1, GROUP, &group, None);
    for (key, value) in [
        ("consumer.session.timeout.ms", "1"),
        ("consumer.session.timeout.ms", "99999999"),
        ("consumer.session.timeout.ms", "x"),
        ("consumer.heartbeat.interval.ms", "1"),
        ("consumer.heartbeat.interval.ms", "50000"),
        ("share.auto.offset.reset", "middle"),
        ("share.isolation.level", "read_none"),
        ("share.record.lock.duration.ms", "1"),
        ("streams.num.standby.replicas", "-1"),
        ("no.such.config", "1"),
    ] {
        incremental(world, 1, GROUP, &group, &[(key, 0, Some(value))]);
    }
    incremental(world, 1, GROUP, "", &[("consumer.session.timeout.ms", 0, Some("46000"))]);
    incremental(world, 1, GROUP, &group, &[("consumer.session.timeout.ms", 1, None)]);
    settled(world, 1, GROUP, &group, "consumer.session.timeout.ms", Some("45000"));
}

fn incremental_client_metrics(world: &mut World) {
    let name = world.name("metrics");
    let all = [
        ("interval.ms", 0, Some("1000")),
        ("metrics", 0, Some("org.apache.kafka.producer,org.apache.kafka.consumer")),
        ("match", 0, Some("client_id=nobody")),
    ];
    incremental(world, 1, METRICS, &name, &all);
    settled(world, 1, METRICS, &name, "interval.ms", Some("1000"));
    tell(world, 1, METRICS, &name, None);
    for (key, value) in [
        ("interval.ms", "1"),
        ("interval.ms", "x"),
        ("interval.ms", "99999999"),
        ("match", "nothing"),
        ("match", "shoe_size=7"),
        ("match", "client_id=("),
        ("no.such.config", "1"),
    ] {
        incremental(world, 1, METRICS, &name, &[(key, 0, Some(value))]);
    }
    incremental(world, 1, METRICS, "", &[("interval.ms", 0, Some("1000"))]);
    incremental(world, 1, METRICS, &name, &[("interval.ms", 1, None), ("metrics", 1, None), ("match", 1, None)]);
    settled(world, 1, METRICS, &name, "interval.ms", Some("300000"));
    tell(world, 1, METRICS, &name, None);
}

fn list_resources(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    let metrics = world.name("metrics");
    let group = world.name("group");
    incremental(world, 1, METRICS, &metrics, &[("interval.ms", 0, Some("1000"))]);
    incremental(world, 1, GROUP, &group, &[("consumer.session.timeout.ms", 0, Some("46000"))]);
    settled(world, 1, METRICS, &metrics, "interval.ms", Some("1000"));
    settled(world, 1, GROUP, &group, "consumer.session.timeout.ms", Some("46000"));
    let types: [&[i8]; 10] =
        [&[], &[TOPIC], &[BROKER], &[LOGGER], &[METRICS], &[GROUP], &[0], &[1], &[99], &[TOPIC, TOPIC]];
    for types in types {
        let request = ListConfigResourcesRequest::default().with_resource_types(types.to_vec());
        let mut response = world.quiet(1, 1, &request);
        let prefix = world.prefix.clone();
        response.config_resources.retain(|resource| {
            resource.resource_name.starts_with(&prefix) || [BROKER, LOGGER].contains(&resource.resource_type)
        });
        response.config_resources.sort_by_key(|found| (found.resource_type, found.resource_name.clone()));
        world.note(&format!("{types:?}"), &response);
    }
    let mut response = world.quiet(1, 0, &ListConfigResourcesRequest::default());
    let prefix = world.prefix.clone();
    response.config_resources.retain(|resource| resource.resource_name.starts_with(&prefix));
    world.note("v0", &response);
    incremental(world, 1, METRICS, &metrics, &[("interval.ms", 1, None)]);
    incremental(world, 1, GROUP, &group, &[("consumer.session.timeout.ms", 1, None)]);
}
