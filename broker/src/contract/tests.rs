//! What a topic with a contract takes, and what it refuses.

use kafka_protocol::error::ResponseError as E;
use kafka_protocol::messages::produce_response::PartitionProduceResponse;
use uuid::Uuid;

use crate::data::tests::world::World;
use crate::metadata::TopicPartition;
use crate::metadata::change::Change;
use crate::records::build::{BatchBuilder, NewRecord};

const VALIDATE: (&str, &str) = ("confluent.value.schema.validation", "true");
const REGISTRY: TopicPartition = TopicPartition { topic: Uuid::from_u128(8), partition: 0 };

fn world(configs: &[(&str, &str)]) -> World {
    let mut world = World::with(&[], configs);
    create_registry(&mut world, REGISTRY.topic);
    world
}

fn create_registry(world: &mut World, id: Uuid) {
    let created = Change::TopicCreated { id, name: "_schemas".to_owned(), partitions: vec![vec![1]] };
    world.machine.commit(vec![created]).expect("it is in memory");
}

/// Appends to the registry's topic what a registry would.
fn registry(world: &mut World, mut batch: BatchBuilder, key: &str, value: Option<&str>) {
    let (key, value) = (Some(key.as_bytes()), value.map(str::as_bytes));
    batch.push(&NewRecord { timestamp: world.now, key, value, headers: Vec::new() });
    let log = world.machine.logs.get_mut(REGISTRY).expect("the topic is there");
    log.append(&batch.finish(), 0).expect("it is in memory");
}

fn key_of(subject: &str, version: i32) -> String {
    format!(r#"{{"keytype":"SCHEMA","subject":"{subject}","version":{version},"magic":1}}"#)
}

fn registered(world: &mut World, subject: &str, version: i32, id: i32) {
    let value = format!(
        r#"{{"subject":"{subject}","version":{version},"id":{id},"md5":"AAECAwQFBgcICQoLDA0ODw==","schema":"\"int\"","deleted":false}}"#
    );
    registry(world, BatchBuilder::default(), &key_of(subject, version), Some(&value));
}

fn send(world: &mut World, value: Option<&[u8]>, headers: Vec<(&str, Option<&[u8]>)>) -> PartitionProduceResponse {
    let mut batch = BatchBuilder::default();
    batch.push(&NewRecord { timestamp: world.now, key: Some(b"k"), value, headers });
    world.produce(0, &batch.finish())
}

fn code(world: &mut World, value: Option<&[u8]>) -> i16 {
    send(world, value, Vec::new()).error_code
}

fn framed(id: i32) -> Vec<u8> {
    [&[0][..], &id.to_be_bytes(), b"payload"].concat()
}

#[test]
fn without_a_contract_anything_is_taken() {
    assert_eq!(code(&mut world(&[]), Some(b"anything")), 0);
}

#[test]
fn a_value_needs_a_schema_of_the_topics_subject() {
    let mut world = world(&[VALIDATE]);
    registered(&mut world, "orders-value", 1, 4);
    registered(&mut world, "payments-value", 1, 5);
    assert_eq!(code(&mut world, Some(&framed(4))), 0);
    assert_eq!(code(&mut world, None), 0, "a tombstone carries no schema");
    for refused in [framed(5), framed(6), b"text".to_vec(), Vec::new(), vec![0, 0, 0, 4]] {
        assert_eq!(code(&mut world, Some(&refused)), E::InvalidRecord.code(), "{refused:?}");
    }
}

#[test]
fn the_refusal_says_which_record_and_why() {
    let mut world = world(&[VALIDATE]);
    registered(&mut world, "payments-value", 1, 5);
    let mut batch = BatchBuilder::default();
    for value in [&framed(5)[..], &framed(6), b"{\"id\""] {
        batch.push(&NewRecord { timestamp: world.now, key: None, value: Some(value), headers: Vec::new() });
    }
    let answer = world.produce(0, &batch.finish());
    let texts: Vec<String> = answer
        .record_errors
        .iter()
        .map(|fault| format!("{}: {}", fault.batch_index, fault.batch_index_error_message.as_deref().unwrap_or("-")))
        .collect();
    let expected = [
        "0: The value has the schema id 5 of subject 'payments-value'; it must be of subject 'orders-value'",
        "1: The value has the schema id 6, which is not registered; it must be of subject 'orders-value'",
        "2: The value carries no schema id, but topic 'orders' demands one: it must begin with byte 0 and the id in 4 \
         bytes, as the schema registry's serialisers write it. It begins with 7b 22 69 64 22",
    ];
    assert_eq!(texts, expected);
    assert!(answer.error_message.is_some_and(|message| message.contains("3 record errors in total")));
}

#[test]
fn schemas_in_headers_count() {
    let mut world = world(&[VALIDATE]);
    registered(&mut world, "orders-value", 1, 4);
    let guid: Vec<u8> = [1].into_iter().chain(0..16).collect();
    for (header, expected) in [
        (&[0, 0, 0, 0, 4][..], 0),
        (&guid, 0),
        (&[0, 0, 0, 0, 9], E::InvalidRecord.code()),
        (&[7], E::InvalidRecord.code()),
    ] {
        let answer = send(&mut world, Some(b"payload"), vec![("__value_schema_id", Some(header))]);
        assert_eq!(answer.error_code, expected, "{header:?}");
    }
}

#[test]
fn deleted_versions_and_subjects_do_not_count() {
    let mut world = world(&[VALIDATE]);
    for version in 1..=3 {
        registered(&mut world, "orders-value", version, 3 + version);
    }
    let soft = r#"{"subject":"orders-value","version":1,"id":4,"schema":"\"int\"","deleted":true}"#;
    registry(&mut world, BatchBuilder::default(), &key_of("orders-value", 1), Some(soft));
    registry(&mut world, BatchBuilder::default(), &key_of("orders-value", 2), None);
    assert_eq!([4, 5, 6].map(|id| code(&mut world, Some(&framed(id)))), [87, 87, 0]);
    let key = r#"{"keytype":"DELETE_SUBJECT","subject":"orders-value","magic":0}"#;
    registry(&mut world, BatchBuilder::default(), key, Some(r#"{"subject":"orders-value","version":3}"#));
    assert_eq!(code(&mut world, Some(&framed(6))), 87);
}

#[test]
fn other_strategies_look_at_other_subjects() {
    let strategy = |name: &str| format!("io.confluent.kafka.serializers.subject.{name}");
    let codes = |strategy: &str| {
        let mut world = world(&[VALIDATE, ("confluent.value.subject.name.strategy", strategy)]);
        registered(&mut world, "orders-shop.Order", 1, 4);
        registered(&mut world, "shop.Order", 1, 5);
        [4, 5, 6].map(|id| code(&mut world, Some(&framed(id))))
    };
    assert_eq!(codes(&strategy("TopicRecordNameStrategy")), [0, 87, 87]);
    assert_eq!(codes(&strategy("RecordNameStrategy")), [0, 0, 87]);
    assert_eq!(codes(&strategy("TopicNameStrategy")), [87, 87, 87]);
}

#[test]
fn keys_have_a_contract_of_their_own() {
    let mut world = world(&[("confluent.key.schema.validation", "true")]);
    registered(&mut world, "orders-key", 1, 4);
    let mut batch = BatchBuilder::default();
    let key = framed(4);
    batch.push(&NewRecord { timestamp: world.now, key: Some(&key), value: Some(b"any"), headers: Vec::new() });
    assert_eq!(world.produce(0, &batch.finish()).error_code, 0);
    assert_eq!(code(&mut world, Some(b"any")), 87, "its key is text");
}

#[test]
fn only_what_is_committed_counts_and_a_new_registry_starts_anew() {
    let mut world = world(&[VALIDATE]);
    let value = r#"{"subject":"orders-value","version":1,"id":4,"schema":"\"int\"","deleted":false}"#;
    registry(&mut world, BatchBuilder::transactional(70, 0), &key_of("orders-value", 1), Some(value));
    assert_eq!(code(&mut world, Some(&framed(4))), 87, "the transaction is open");
    registered(&mut world, "orders-value", 2, 5);
    assert_eq!(code(&mut world, Some(&framed(5))), 87, "it is behind the open transaction");
    let deleted = Change::TopicDeleted { id: REGISTRY.topic, name: "_schemas".to_owned() };
    world.machine.commit(vec![deleted]).expect("it is in memory");
    let answer = send(&mut world, Some(&framed(4)), Vec::new());
    let text = answer.record_errors[0].batch_index_error_message.as_deref().unwrap_or_default();
    assert!(text.ends_with("no registry keeps its schemas in this cluster"), "{text}");
}
