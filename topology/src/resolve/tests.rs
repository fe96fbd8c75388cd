//! Claims about meaning, and a snapshot of each kind of finding.

use std::time::Duration;

use super::unit::{self, UnitError};
use crate::ir::{
    Cluster, Coordination, Operation, Payload, Registry, RuntimeSource, SaslMechanism, Start, Then, Topology,
};
use crate::testing::{chapters, codes, findings, load_manifest, load_section, render, repeat, section_findings};

/// The topology of a manifest without findings.
fn topology(section: &str) -> Topology {
    let loaded = load_section(section);
    assert_eq!(render(&loaded.sources, &loaded.diagnostics), "");
    loaded.topology.expect("a manifest without findings is a topology")
}

fn snapshot(texts: &[(&str, &str)]) -> String {
    chapters(texts.iter().map(|(title, text)| (*title, section_findings(text))))
}

const ORDERS: &str = "schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }\n\
                      topics:\n  orders: { key: string, value: order }\n  payments: { key: string, value: payment }\n";

#[test]
fn the_smallest_manifest_runs_on_three_embedded_brokers() {
    let topology = topology("");
    assert_eq!(topology.name.value.as_str(), "shop");
    assert_eq!(topology.runtime, RuntimeSource::Vendored);
    let [environment] = &topology.environments[..] else { panic!("one environment") };
    let Cluster::Embedded(cluster) = &environment.cluster else { panic!("an embedded cluster") };
    assert_eq!((environment.name.as_str(), cluster.brokers.value.get(), cluster.ephemeral), ("local", 3, false));
    assert!(matches!(environment.registry, Registry::Local));
}

#[test]
fn a_cluster_without_a_provider_is_embedded_unless_a_key_says_otherwise() {
    let topology = topology("environments: { local: { cluster: { brokers: 5, ephemeral: true } } }\n");
    let Cluster::Embedded(cluster) = &topology.environments[0].cluster else { panic!("an embedded cluster") };
    assert_eq!((cluster.brokers.value.get(), cluster.ephemeral), (5, true));
    for other in ["version: 4.3.1", "coordination: kraft", "bootstrap_servers: [b:1]", "security: {}"] {
        assert_eq!(environment_codes(&format!("cluster: {{ {other} }}")), ["manifest::missing-key"], "{other}");
    }
}

#[test]
fn kafka_on_this_machine_is_the_latest_with_kraft_unless_it_says_otherwise() {
    let topology = topology("environments: { local: { cluster: { provider: kafka } } }\n");
    let Cluster::Kafka(cluster) = &topology.environments[0].cluster else { panic!("a local cluster") };
    assert_eq!((cluster.version.value.as_str(), cluster.brokers.value.get()), ("4.3.1", 3));
    assert_eq!(cluster.coordination.value, Coordination::Kraft);
}

#[test]
fn an_external_cluster_keeps_its_secrets_as_variables() {
    let topology = topology(
        "environments:\n  prod:\n    cluster:\n      provider: external\n      bootstrap_servers: [\"a.example.com:9093\", \"b:9093\"]\n      brokers: 6\n      security: { protocol: sasl_ssl, mechanism: scram-sha-512, username: u, password: \"${PASSWORD}\", ca_file: ca.pem }\n    registry: { url: \"https://registry.example.com/\", username: \"${U}\", password: \"${P}\" }\n  bare: { cluster: { provider: external, bootstrap_servers: \"a:1, b:2\" }, registry: none }\n",
    );
    let Cluster::External(cluster) = &topology.environments[0].cluster else { panic!("an external cluster") };
    let sasl = cluster.security.sasl.as_ref().expect("the protocol is a SASL one");
    assert_eq!(sasl.mechanism, SaslMechanism::ScramSha512);
    assert_eq!(sasl.password.variables().collect::<Vec<_>>(), ["PASSWORD"]);
    assert_eq!(cluster.brokers.as_ref().map(|brokers| brokers.value.get()), Some(6));
    let Registry::External { url, credentials } = &topology.environments[0].registry else { panic!("a registry") };
    assert_eq!(url.value, "https://registry.example.com");
    assert!(credentials.is_some());
    let Cluster::External(bare) = &topology.environments[1].cluster else { panic!("an external cluster") };
    assert_eq!(bare.bootstrap_servers.value, ["a:1", "b:2"]);
}

/// The findings of one environment, by code.
fn environment_codes(environment: &str) -> Vec<&'static str> {
    codes(&load_section(&format!("environments: {{ e: {{ {environment} }} }}\n"))).into_keys().collect()
}

#[test]
fn a_local_cluster_has_one_to_nine_brokers_and_another_one_more() {
    let local = |brokers| environment_codes(&format!("cluster: {{ provider: kafka, brokers: {brokers} }}"));
    assert_eq!(local(9), [""; 0]);
    assert_eq!(local(12), ["manifest::out-of-range"]);
    let embedded = |brokers| environment_codes(&format!("cluster: {{ provider: embedded, brokers: {brokers} }}"));
    assert_eq!(embedded(100), [""; 0]);
    assert_eq!(embedded(200), ["manifest::out-of-range"]);
    let external = "cluster: { provider: external, bootstrap_servers: [b:1], brokers: 12 }";
    assert_eq!(environment_codes(external), [""; 0]);
}

#[test]
fn a_version_is_three_numbers_without_leading_zeros() {
    let version = |text| environment_codes(&format!("cluster: {{ provider: kafka, version: \"{text}\" }}"));
    for right in ["4.3.1", "4.3.0", "4.3.65535"] {
        assert_eq!(version(right), [""; 0], "{right}");
    }
    for wrong in ["04.3.1", "4.03.1", "4.3.65536", "4.3.+1", "4.3.", "4.3", "4.3.1.0"] {
        assert_eq!(version(wrong), ["cluster::version"], "{wrong}");
    }
}

#[test]
fn a_local_registry_needs_a_cluster_without_security() {
    let registry = |security: &str, registry: &str| {
        let cluster = format!("{{ provider: external, bootstrap_servers: [b:1], security: {security} }}");
        environment_codes(&format!("cluster: {cluster}, registry: {registry}"))
    };
    let sasl = "{ protocol: sasl_ssl, mechanism: plain, username: u, password: \"${P}\" }";
    assert_eq!(registry("{ protocol: ssl }", "local"), ["registry::secured-cluster"]);
    assert_eq!(registry(sasl, "local"), ["registry::secured-cluster"]);
    assert_eq!(registry(sasl, "{ url: \"https://r\" }"), [""; 0]);
    assert_eq!(registry(sasl, "other"), ["manifest::wrong-type"]);
    assert_eq!(registry("{ protocol: plaintext }", "local"), [""; 0]);
}

#[test]
fn a_variable_where_none_is_filled_in_is_one_finding() {
    let cluster = |rest: &str| format!("environments: {{ e: {{ cluster: {{ provider: external, {rest} }} }} }}\n");
    let topic = |rest: &str| format!("topics: {{ a: {{ value: string, {rest} }} }}\n");
    for section in [
        cluster("bootstrap_servers: \"${B}\""),
        cluster("bootstrap_servers: [\"${B}:9092\"]"),
        cluster("bootstrap_servers: [b:1], brokers: \"${N}\""),
        cluster("bootstrap_servers: [b:1], security: { protocol: ssl, ca_file: \"${CA}\" }"),
        cluster("bootstrap_servers: [b:1], security: { protocol: \"${P}\" }"),
        cluster("bootstrap_servers: [b:1] }, registry: { url: \"https://${HOST}\""),
        "environments: { e: { cluster: { provider: kafka, version: \"${V}\" } } }\n".to_owned(),
        "runtime: { path: \"${HOME}/topology\" }\n".to_owned(),
        "schemas: { a: \"${DIR}/order.avsc\" }\n".to_owned(),
        topic("retention: \"${R}\""),
        topic("config: { segment.ms: \"${S}\" }"),
        topic("config: { cleanup.policy: [compact, \"${S}\"] }"),
        "topics: { a: { value: string } }\nconsumers: { c: { topics: [a], on_error: { backoff: \"${B}\" } } }\n"
            .to_owned(),
    ] {
        let found: Vec<_> = codes(&load_section(&section)).into_iter().collect();
        assert_eq!(found, [("manifest::misplaced-variable", 1)], "{section}");
    }
}

#[test]
fn prose_and_expressions_may_have_dollars_and_braces() {
    let doc = "topics: { a: { value: string, doc: \"filled by ${JOB}\" }, b: { value: string } }\n";
    let flow = "processors: { p: { flow: { in: { source: a }, some: { from: in, filter: 'format!(\"${}\", 1) == event' }, out: { from: some, sink: b } } } }\n";
    topology(&format!("{doc}{flow}"));
}

#[test]
fn defaults_are_below_what_a_topic_says() {
    let topology = topology(
        "defaults: { topics: { partitions: 6, retention: 1d, cleanup: delete, config: { min.insync.replicas: 2 } } }\n\
         topics:\n  a: { value: bytes }\n  b: { key: long, value: int, partitions: 3, replication_factor: 1, retention: forever, cleanup: [delete, compact], config: { segment.bytes: 10MiB, max.compaction.lag.ms: 1h30m, compression.type: zstd, min.cleanable.dirty.ratio: 0.5 } }\n",
    );
    let config = |topic: usize| -> Vec<String> {
        topology.topics[topic].config.iter().map(|(key, value)| format!("{key}={value}")).collect()
    };
    assert_eq!(config(0), ["min.insync.replicas=2", "retention.ms=86400000", "cleanup.policy=delete"]);
    assert_eq!(
        config(1),
        [
            "min.insync.replicas=2",
            "retention.ms=-1",
            "cleanup.policy=compact,delete",
            "segment.bytes=10485760",
            "max.compaction.lag.ms=5400000",
            "compression.type=zstd",
            "min.cleanable.dirty.ratio=0.5"
        ]
    );
    let [a, b] = &topology.topics[..] else { panic!("two topics") };
    assert_eq!((a.partitions.value.get(), a.replication_factor.value.get(), a.tombstones), (6, 3, false));
    assert_eq!((b.partitions.value.get(), b.replication_factor.value.get(), b.tombstones), (3, 1, true));
    assert_eq!((a.key.value, a.value.value), (Payload::Nothing, Payload::Bytes));
    assert_eq!((b.key.value, b.value.value), (Payload::Long, Payload::Int));
}

#[test]
fn services_have_defaults() {
    let topology = topology(
        "topics: { a: { value: string } }\nproducers: { p: { topics: [a], instances: 2 } }\n\
         consumers:\n  c: { topics: [a] }\n  d: { topics: [a], group: Team.D, start: latest, on_error: { retries: 0, backoff: 1s, then: skip } }\n",
    );
    assert_eq!(topology.producers[0].instances.get(), 2);
    let [c, d] = &topology.consumers[..] else { panic!("two consumers") };
    assert_eq!(
        (c.group.as_str(), c.start, c.on_error.retries, c.on_error.then),
        ("shop-c", Start::Earliest, 5, Then::Stop)
    );
    assert_eq!(
        (d.group.as_str(), d.start, d.on_error.retries, d.on_error.then),
        ("Team.D", Start::Latest, 0, Then::Skip)
    );
    assert_eq!((d.on_error.backoff_min, d.on_error.backoff_max), (Duration::from_secs(1), Duration::from_secs(1)));
}

#[test]
fn stages_come_after_what_they_read() {
    let topology = topology(&format!(
        "{ORDERS}processors:\n  p:\n    flow:\n      out: {{ from: paid, sink: orders }}\n      paid: {{ from: in, filter: \"amount > 0.0\" }}\n      in: {{ source: orders }}\n      made: {{ from: paid, map: to_payment(event), into: payment }}\n"
    ));
    let flow = &topology.processors[0].flow;
    let names: Vec<_> = flow.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["in", "paid", "out", "made"]);
    let Operation::Sink { from, .. } = &flow[2].operation else { panic!("a sink") };
    assert_eq!(flow[from.value.0].name.as_str(), "paid");
    assert_eq!((flow[3].key, flow[3].value), (Payload::String, topology.topics[1].value.value));
}

#[test]
fn two_schemas_may_share_a_file() {
    let topology = topology("schemas: { a: schemas/order.avsc, b: ./schemas/../schemas/order.avsc }\n");
    assert_eq!(topology.schemas[0].kind, topology.schemas[1].kind);
    assert_eq!(topology.schemas[0].source, topology.schemas[1].source);
}

#[test]
fn positions_of_schemas_and_files_agree_around_a_broken_file() {
    let loaded = load_section(
        "schemas: { x: text.avsc, y: broken.avsc, order: schemas/order.avsc, payment: schemas/payment.avsc }\n",
    );
    let topology = loaded.topology.expect("there is a topology");
    let names: Vec<_> = topology.schemas.iter().map(|schema| schema.name.as_str()).collect();
    assert_eq!(names, ["order", "payment"]);
    for schema in &topology.schemas {
        let root = topology.avro.get(schema.avro_root().expect("Avro"));
        assert_eq!(topology.avro_location(root.place).map(|location| location.file), Some(schema.source));
    }
}

#[test]
fn a_broken_declaration_is_one_finding() {
    let loaded = load_section(
        "schemas: { order: missing.avsc }\ntopics: { orders: { value: order } }\n\
         producers: { p: { topics: [orders] } }\nprocessors: { q: { flow: { a: { source: orders }, b: { from: a, sink: orders } } } }\n",
    );
    assert_eq!(codes(&loaded).into_iter().collect::<Vec<_>>(), [("schema::file-not-found", 1)]);
}

#[test]
fn a_broken_section_is_one_finding() {
    let loaded = load_section("topics: [orders]\nproducers: { p: { topics: [orders] } }\n");
    assert_eq!(codes(&loaded).into_iter().collect::<Vec<_>>(), [("manifest::wrong-type", 1)]);
}

#[test]
fn control_characters_of_names_are_escaped() {
    let text = section_findings("topics: { \"a\\e[31m\\nb\": { value: string } }\n");
    assert!(text.starts_with("error[name::rule]: topic `a\\u{1b}[31m\\nb` has the character"), "{text}");
}

#[test]
fn what_may_stand_behind_a_break_is_not_reported_as_missing() {
    let loaded = load_manifest("topology: shop\nproducers:\n  p: { topics: [orders], instances: 0 }\ntopics: {\n");
    assert_eq!(codes(&loaded).into_iter().collect::<Vec<_>>(), [("manifest::out-of-range", 1), ("yaml::syntax", 1)]);
}

#[test]
fn suggestions_for_ten_thousand_wrong_names_take_no_minutes() {
    let topics = repeat(0..10_000, |topic| format!("  topic-{topic}: {{ value: string }}\n"));
    let names = repeat(0..10_000, |topic| format!("      - topik-{topic}\n"));
    let text = format!("topics:\n{topics}producers:\n  p:\n    topics:\n{names}");
    assert_eq!(codes(&load_section(&text))["reference::unresolved"], 10_000);
}

#[test]
fn durations_and_sizes_have_units() {
    assert_eq!(unit::duration("7d"), Ok(Duration::from_hours(168)));
    assert_eq!(unit::duration("1h30m"), Ok(Duration::from_mins(90)));
    assert_eq!(unit::duration("1h 30m"), Ok(Duration::from_mins(90)));
    assert_eq!(unit::duration("200ms"), Ok(Duration::from_millis(200)));
    assert_eq!(unit::duration("2w"), Ok(Duration::from_hours(336)));
    assert_eq!(unit::bytes("10MiB"), Ok(10 << 20));
    assert_eq!(unit::bytes("1kB"), Ok(1000));
    assert_eq!(unit::duration(""), Err(UnitError::NoNumber));
    assert_eq!(unit::duration("-1d"), Err(UnitError::NoNumber));
    assert_eq!(unit::duration("7"), Err(UnitError::NoUnit));
    assert_eq!(unit::duration("7 days"), Err(UnitError::UnknownUnit("days".to_owned())));
    assert_eq!(unit::duration("99999999999999999999d"), Err(UnitError::TooLarge));
    assert_eq!(unit::duration("9999999999999999d"), Err(UnitError::TooLarge));
    assert_eq!(unit::bytes("9999999TiB"), Err(UnitError::TooLarge));
}

#[test]
fn snapshots_of_the_manifest() {
    let texts = [("missing name and version", "topics: {}\n"), ("wrong version", "topology: shop\nversion: 2\n")];
    let out = chapters(texts.map(|(title, text)| (title, findings(text))));
    let out = out
        + &snapshot(&[
            ("unknown key", "topcis: {}\nfrobnicate: 1\n"),
            ("later version", "access: {}\ntopics: { a: { value: string, traffic: { rate: 500/s } } }\n"),
            (
                "wrong types",
                "topics:\n  a: 12\n  b: { value: [string], partitions: \"12\", config: yes, doc: }\n  c: { value: string, partitions: many }\n",
            ),
            ("runtime", "runtime: { path: }\n"),
            ("runtime of another kind", "runtime: published\n"),
        ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_names_and_references() {
    let out = snapshot(&[
        (
            "rules",
            "topics: { \"a b\": { value: string }, \"..\": { value: string } }\nproducers: { Big: { topics: [x] } }\n",
        ),
        ("long topic name", &format!("topics: {{ {}: {{ value: string }} }}\n", "x".repeat(250))),
        (
            "taken by another service",
            "topics: { a: { value: string } }\nproducers: { s: { topics: [a] } }\nconsumers: { s: { topics: [a] } }\n",
        ),
        (
            "reserved",
            "schemas: { string: schemas/order.avsc }\ntopics: { a: { value: string } }\nproducers: { events: { topics: [a] } }\n",
        ),
        ("near", "topics: { orders: { value: strin } }\nproducers: { p: { topics: [ordres] } }\n"),
        ("near a declaration", "topics: { orders: { value: string } }\nproducers: { p: { topics: [ordres] } }\n"),
        (
            "far",
            "topics: { orders: { value: string }, payments: { value: string } }\nproducers: { p: { topics: [zebra] } }\n",
        ),
        ("nothing declared", "producers: { p: { topics: [zebra] } }\n"),
    ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_environments() {
    let out = snapshot(&[
        ("no cluster", "environments: { local: {} }\n"),
        ("no provider", "environments: { local: { cluster: { version: 4.3.1, brokers: 3 } } }\n"),
        (
            "unknown provider",
            "environments: { local: { cluster: { provider: kafak } }, demo: { cluster: { provider: docker } } }\n",
        ),
        (
            "embedded",
            "environments: { a: { cluster: { provider: embedded, ephemeral: yes } }, b: { cluster: { provider: embedded, brokers: 0, version: 4.3.1 } } }\n",
        ),
        (
            "keys of the other provider",
            "environments: { local: { cluster: { provider: kafka, bootstrap_servers: [a:1] } } }\n",
        ),
        ("version", "environments: { local: { cluster: { provider: kafka, version: 4.3 } } }\n"),
        ("brokers", "environments: { local: { cluster: { provider: kafka, brokers: 0 } } }\n"),
        (
            "more brokers than one machine has",
            "environments: { local: { cluster: { provider: kafka, brokers: 12 } } }\n",
        ),
        (
            "misplaced variable",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: \"${BROKERS}\" } } }\n",
        ),
        (
            "local registry over a cluster with security",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b:1], security: { protocol: ssl } }, registry: local } }\n",
        ),
        (
            "no ZooKeeper",
            "environments: { local: { cluster: { provider: kafka, version: 4.3.1, coordination: zookeeper } } }\n",
        ),
        (
            "addresses",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [broker, \"b:99999\"] } } }\n",
        ),
        (
            "no credentials",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b:1], security: { protocol: sasl_ssl, username: u } } } }\n",
        ),
        (
            "unused credentials",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b:1], security: { protocol: SSL, username: u } } } }\n",
        ),
        (
            "plaintext credentials",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b:1], security: { password: p } } } }\n",
        ),
        (
            "open variable",
            "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b:1], security: { protocol: sasl_ssl, mechanism: plain, username: \"${U\", password: p } } } }\n",
        ),
        (
            "registry",
            "environments: { local: { cluster: { provider: kafka }, registry: { url: registry:8081, username: u } } }\n",
        ),
        (
            "registry of another kind",
            "environments: { local: { cluster: { provider: kafka }, registry: confluent } }\n",
        ),
    ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_schemas() {
    let out = snapshot(&[
        ("no file", "schemas: { a: { doc: x } }\n"),
        ("not found", "schemas: { a: nowhere.avsc }\n"),
        ("not readable", "schemas: { a: locked.avsc }\n"),
        ("outside", "schemas: { a: ../a.avsc, b: /etc/passwd, c: \"\" }\n"),
        ("other formats", "schemas: { a: customer.proto, b: { file: c.json, message: shop.Customer } }\n"),
        ("encoding", "schemas: { a: latin.avsc }\n"),
        ("compatibility", "schemas: { a: { file: schemas/order.avsc, compatibility: FULL } }\n"),
        ("root without a name", "schemas: { a: text.avsc }\n"),
        ("root that is no record", "schemas: { region: region.avsc }\ntopics: { a: { value: region } }\n"),
    ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_topics() {
    let out = snapshot(&[
        ("no value", "topics:\n  orders:\n"),
        (
            "numbers",
            "topics: { a: { value: string, partitions: 0, replication_factor: 40000 }, b: { value: string, partitions: 1.5 } }\n",
        ),
        (
            "retention",
            "topics: { a: { value: string, retention: 7 }, b: { value: string, retention: 7 days }, c: { value: string, retention: long } }\n",
        ),
        ("cleanup", "topics: { a: { value: string, cleanup: compacted }, b: { value: string, cleanup: [] } }\n"),
        ("setting twice", "topics: { a: { value: string, retention: 7d, config: { retention.ms: 1000 } } }\n"),
        ("setting of another kind", "topics: { a: { value: string, config: { retention.ms: {} } } }\n"),
    ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_services() {
    let out = snapshot(&[
        ("no topics", "producers: { p: {}, q: { topics: [] } }\n"),
        ("topic twice", "topics: { a: { value: string } }\nproducers: { p: { topics: [a, a] } }\n"),
        ("topics without brackets", "topics: { a: { value: string } }\nproducers: { p: { topics: a } }\n"),
        (
            "error handling",
            "topics: { a: { value: string } }\nconsumers: { c: { topics: [a], on_error: { retries: -1, backoff: 30s..200ms, then: dead_letter } } }\n",
        ),
        (
            "pause",
            "topics: { a: { value: string } }\nconsumers: { c: { topics: [a], start: begin, group: \"a b\", instances: 5000, on_error: { backoff: 200..300 } } }\n",
        ),
    ]);
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_flows() {
    let flow = |title, flow: &str| (title, section_findings(&format!("{ORDERS}processors:\n  p:\n    flow:\n{flow}")));
    let mut parts = vec![
        flow("empty", ""),
        flow("no operation", "      a: { from: b }\n"),
        flow("two operations", "      a: { source: orders }\n      b: { from: a, filter: x, sink: payments }\n"),
        flow(
            "misplaced keys",
            "      a: { source: orders, from: b }\n      b: { from: a, filter: x, into: payment }\n",
        ),
        flow("no from", "      a: { sink: orders }\n"),
        flow("later operations", "      a: { source: orders }\n      b: { from: a, group_by: region }\n"),
        flow(
            "unknown stage",
            "      paid: { source: orders }\n      b: { from: payd, filter: x }\n      c: { from: b, sink: orders }\n",
        ),
        flow("topic for a stage", "      b: { from: orders, filter: x }\n"),
        flow("reads itself", "      a: { from: a, filter: x }\n      b: { from: a, sink: orders }\n"),
        flow(
            "circle",
            "      a: { from: c, filter: x }\n      b: { from: a, filter: x }\n      c: { from: b, filter: x }\n",
        ),
        flow(
            "reads a sink",
            "      a: { source: orders }\n      b: { from: a, sink: payments }\n      c: { from: b, filter: x }\n",
        ),
        flow("same function", "      a-b: { source: orders }\n      a_b: { source: payments }\n"),
        flow(
            "no expression",
            "      a: { source: orders }\n      b: { from: a, filter: }\n      c: { from: a, map: [x], into: payment }\n",
        ),
        flow("no schema", "      a: { source: orders }\n      b: { from: a, map: x }\n"),
        flow(
            "fields",
            "      a: { source: orders }\n      b: { from: a, into: payment, map: { order_id: id, custmer: customer, region: region, zebra: 1 } }\n",
        ),
    ];
    parts.push(("fields of an enum", section_findings("schemas: { region: region.avsc }\ntopics: { a: { value: string } }\nprocessors: { p: { flow: { a: { source: a }, b: { from: a, into: region, map: { x: 1 } } } } }\n")));
    let out = chapters(parts);
    insta::assert_snapshot!(out);
}
