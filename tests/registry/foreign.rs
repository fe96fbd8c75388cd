//! Logs that Confluent's registry, Karapace and Redpanda wrote, and what we add to them.
//!
//! The records are written here by hand, as those registries write them.

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::KafkaError;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use rdkafka::{Message as _, Offset, TopicPartitionList};
use serde_json::json;

use crate::fleet::{Cluster, Registry};

/// Keys and values; `None` is a tombstone.
const CONFLUENT: &[(&str, Option<&str>)] = &[
    (r#"{"keytype":"NOOP","magic":0}"#, None),
    (r#"{"keytype":"CONFIG","subject":"c","magic":0}"#, Some(r#"{"subject":"c","compatibilityLevel":"NONE"}"#)),
    (
        r#"{"keytype":"SCHEMA","subject":"c","version":1,"magic":1}"#,
        Some(
            r#"{"subject":"c","version":1,"id":7,"md5":"CV1xzxJVa51eMwrVdbPfXQ==","schema":"\"string\"","schemaType":"AVRO","deleted":false}"#,
        ),
    ),
    (
        r#"{"keytype":"ASSOC","tenant":"default","resourceName":"t","resourceNamespace":"n","resourceType":"topic","associationType":"value","subject":"c","magic":0}"#,
        Some("{}"),
    ),
];

const KARAPACE: &[(&str, Option<&str>)] = &[
    // Its old order of a key, and no subject in a configuration.
    (
        r#"{"subject":"k","version":1,"magic":1,"keytype":"SCHEMA"}"#,
        Some(r#"{"subject":"k","version":1,"id":8,"schema":"\"int\"","deleted":false}"#),
    ),
    (r#"{"keytype":"CONFIG","subject":"k","magic":0}"#, Some(r#"{"compatibilityLevel":"FULL"}"#)),
    (
        r#"{"subject":"gone","version":1,"magic":1,"keytype":"SCHEMA"}"#,
        Some(r#"{"subject":"gone","version":1,"id":9,"schema":"\"long\"","deleted":true}"#),
    ),
    // Gone for good: an empty value where others write none.
    (r#"{"subject":"gone","version":1,"magic":1,"keytype":"SCHEMA"}"#, Some("")),
];

const REDPANDA: &[(&str, Option<&str>)] = &[(
    r#"{"keytype":"SCHEMA","subject":"r","version":1,"magic":1,"seq":8,"node":1}"#,
    Some(r#"{"subject":"r","version":1,"id":10,"schema":"\"double\"","deleted":false}"#),
)];

/// What says nothing to anybody.
const POISON: &[(&str, Option<&str>)] =
    &[("nonsense", None), (r#"{"keytype":"SCHEMA","subject":"p","version":1,"magic":1}"#, Some("[1"))];

#[test]
fn logs_of_other_registries_are_served_and_what_is_added_is_as_confluent_writes_it() {
    let cluster = Cluster::start();
    let all: Vec<_> = [CONFLUENT, POISON, KARAPACE, REDPANDA, POISON].concat();
    write(&cluster, &all);
    let registry = Registry::start(&cluster, &[]);
    assert_eq!(registry.get("/subjects"), json!(["c", "k", "r"]));
    assert_eq!(registry.get("/subjects/c/versions/1")["id"], json!(7));
    assert_eq!(registry.get("/schemas/ids/8")["schema"], json!("\"int\""));
    assert_eq!(registry.get("/config/k")["compatibilityLevel"], json!("FULL"));
    assert_eq!(registry.get("/subjects/r/versions")[0], json!(1));
    assert_eq!(registry.said().matches("passed over a record of the log").count(), 4, "{}", registry.said());
    assert_eq!(registry.register("new", r#""string""#), 7, "a schema that is known keeps its id");
    assert_eq!(registry.register("new2", r#""boolean""#), 11, "the next id is after every one that was used");
    registry.ask("PUT", "/config/new", Some(&json!({ "compatibility": "NONE" })));
    registry.ask("DELETE", "/subjects/k", None);
    registry.ask("DELETE", "/subjects/k?permanent=true", None);
    let added = read(&cluster);
    let expected = [
        (
            r#"{"keytype":"SCHEMA","subject":"new","version":1,"magic":1}"#,
            Some(
                r#"{"subject":"new","version":1,"id":7,"md5":"CV1xzxJVa51eMwrVdbPfXQ==","schema":"\"string\"","schemaType":"AVRO","deleted":false}"#,
            ),
        ),
        (r#"{"keytype":"CONFIG","subject":"new","magic":0}"#, Some(r#"{"subject":"new","compatibilityLevel":"NONE"}"#)),
        (r#"{"keytype":"DELETE_SUBJECT","subject":"k","magic":0}"#, Some(r#"{"subject":"k","version":1}"#)),
        // Both spellings of the key, so that compaction removes what Karapace wrote.
        (r#"{"subject":"k","version":1,"magic":1,"keytype":"SCHEMA"}"#, None),
        (r#"{"keytype":"SCHEMA","subject":"k","version":1,"magic":1}"#, None),
        (r#"{"keytype":"NOOP","magic":0}"#, None),
    ];
    for (key, value) in expected {
        let wanted = (key.to_owned(), value.map(str::to_owned));
        assert!(added[all.len()..].contains(&wanted), "{wanted:?} is not among {:#?}", &added[all.len()..]);
    }
}

fn client(cluster: &Cluster) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &cluster.servers);
    config
}

fn write(cluster: &Cluster, records: &[(&str, Option<&str>)]) {
    let admin: AdminClient<DefaultClientContext> = client(cluster).create().expect("a client can be made");
    let topic = NewTopic::new("_schemas", 1, TopicReplication::Fixed(3)).set("cleanup.policy", "compact");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let created = runtime.block_on(admin.create_topics(&[topic], &AdminOptions::new())).expect("the cluster answers");
    assert!(created.iter().all(Result::is_ok), "{created:?}");
    let producer: BaseProducer = client(cluster).create().expect("a client can be made");
    for (key, value) in records {
        let mut record = BaseRecord::to("_schemas").partition(0).key(*key);
        if let Some(value) = value {
            record = record.payload(*value);
        }
        producer.send(record).map_err(|(error, _)| error).expect("the queue has room");
    }
    producer.flush(Duration::from_secs(20)).expect("everything is written");
}

/// Every record of the log.
fn read(cluster: &Cluster) -> Vec<(String, Option<String>)> {
    let mut config = client(cluster);
    config.set("group.id", "test").set("enable.partition.eof", "true").set("enable.auto.commit", "false");
    let consumer: BaseConsumer = config.create().expect("a client can be made");
    let mut log = TopicPartitionList::new();
    log.add_partition_offset("_schemas", 0, Offset::Offset(0)).expect("an offset is an offset");
    consumer.assign(&log).expect("a partition can be assigned");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut records = Vec::new();
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        assert!(Instant::now() < deadline, "the log is not read to its end");
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(record)) => records.push((text(record.key().unwrap_or_default()), record.payload().map(text))),
            Some(Err(KafkaError::PartitionEOF(_))) => return records,
            _ => {}
        }
    }
}
