//! Rust's `schema_registry_converter`, unmodified, in all three formats: references of references, evolution, subject
//! names and GUIDs, with every value through the cluster.

use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Header, Headers as _, Message as _, OwnedHeaders, OwnedMessage};
use rdkafka::producer::{FutureProducer, FutureRecord};
use schema_registry_converter::async_impl::avro::{AvroDecoder, AvroEncoder};
use schema_registry_converter::async_impl::json::{JsonDecoder, JsonEncoder};
use schema_registry_converter::async_impl::proto_decoder::ProtoDecoder;
use schema_registry_converter::async_impl::proto_encoder::ProtoEncoder;
use schema_registry_converter::async_impl::schema_registry::{
    SrSettings, get_all_subjects, get_all_versions, get_schema_by_subject_and_version, is_compatible_schema,
};
use schema_registry_converter::prost_reflect;
use schema_registry_converter::schema_registry_common::{
    SchemaIdHeader, SchemaType, SubjectNameStrategy, SuppliedReference, SuppliedSchema,
};
use serde_json::{Value, json};

use crate::clients::Place;

/// How long the cluster may take for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// Everything that is claimed of this client.
pub(crate) fn run(place: &Place) {
    // Another claim of this process may have installed it.
    drop(rustls::crypto::ring::default_provider().install_default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(async {
        avro(place).await;
        json_schema(place).await;
        protobuf(place).await;
        administration(place).await;
    });
}

/// A client that has seen nothing yet, as that of another process.
fn settings(place: &Place) -> SrSettings {
    let mut builder = SrSettings::new_builder(place.url.clone());
    let mut http = reqwest::Client::builder();
    if let Some(guard) = &place.guard {
        builder.set_basic_authorization(&guard.user, Some(&guard.password));
        let pem = std::fs::read(&guard.authority).expect("the authority was written");
        http = http.tls_certs_only([reqwest::Certificate::from_pem(&pem).expect("it is a certificate")]);
    }
    builder.build_with(http).expect("the settings can be used")
}

fn by_topic(topic: &str, schema: &SuppliedSchema) -> SubjectNameStrategy {
    SubjectNameStrategy::TopicNameStrategyWithSchema(topic.to_owned(), false, schema.clone())
}

fn schema(name: &str, kind: SchemaType, text: impl Into<String>, references: &[SuppliedReference]) -> SuppliedSchema {
    SuppliedSchema::new(Some(name.to_owned()), kind, text.into()).with_references(references.to_vec())
}

fn reference(name: &str, text: impl Into<String>, references: &[SuppliedReference]) -> SuppliedReference {
    // This client asks about compatibility with the subject in the path as it is.
    let subject = format!("rust-{}", name.replace(['/', ':'], "-"));
    SuppliedReference::new(name.to_owned(), subject, text.into()).with_references(references.to_vec())
}

async fn avro(place: &Place) {
    let record = |name: &str, fields: Value| {
        json!({ "type": "record", "name": name, "namespace": "shop", "fields": fields }).to_string()
    };
    // This client finds what is referred to by its simple name, within its name space.
    let currency = record("Currency", json!([{ "name": "code", "type": "string" }]));
    let currency = reference("shop.Currency", currency, &[]);
    let price = record("Price", json!([{ "name": "in", "type": "Currency" }]));
    let price = [reference("shop.Price", price, &[currency])];
    let id = json!({ "name": "id", "type": "string" });
    let at = json!({ "name": "price", "type": "Price" });
    let note = json!({ "name": "note", "type": ["null", "string"], "default": null });
    let old = schema("shop.Order", SchemaType::Avro, record("Order", json!([id, at])), &price);
    let new = schema("shop.Order", SchemaType::Avro, record("Order", json!([id, at, note])), &price);

    let topic = topic(place, "rust-orders").await;
    let order = json!({ "id": "a", "price": { "in": { "code": "EUR" } } });
    let noted = json!({ "id": "b", "price": { "in": { "code": "EUR" } }, "note": "x" });
    for (schema, order) in [(&old, &order), (&new, &noted)] {
        let encoder = AvroEncoder::new(settings(place));
        let value = encoder.encode_struct(order, &by_topic(&topic, schema)).await.expect("it is encoded");
        send(place, &topic, value, None).await;
    }
    let decoder = AvroDecoder::new(settings(place));
    let mut read = Vec::new();
    for message in received(place, &topic, 2).await {
        let decoded = decoder.decode(message.payload()).await.expect("it is decoded");
        read.push(apache_avro::from_value::<Value>(&decoded.value).expect("it is data"));
    }
    assert_eq!(read, [order.clone(), noted.clone()]);

    let latest = SubjectNameStrategy::TopicNameStrategy(topic.clone(), false);
    let encoder = AvroEncoder::new(settings(place));
    let value = encoder.encode_struct(&noted, &latest).await.expect("the latest is found");
    assert_eq!(decoder.decode(Some(&value)).await.expect("it is decoded").name.expect("it has a name").name(), "Order");

    let required = json!({ "name": "n", "type": "int" });
    let broken = schema("shop.Order", SchemaType::Avro, record("Order", json!([id, at, required])), &price);
    refuses(place, &topic, broken.clone()).await;
    let refused = AvroEncoder::new(settings(place)).encode_struct(&order, &by_topic(&topic, &broken)).await;
    assert!(refused.is_err_and(|error| !error.retriable), "a broken contract is refused");
    assert_eq!(get_all_versions(&settings(place), format!("{topic}-value")).await.expect("it is known"), [1, 2]);

    let (value, header) = AvroEncoder::new(settings(place))
        .encode_struct_with_header_id(&noted, &latest, false)
        .await
        .expect("the registry tells GUIDs");
    let headed = self::topic(place, "rust-headed").await;
    send(place, &headed, value, Some(header)).await;
    let message = received(place, &headed, 1).await.remove(0);
    let headers = message.headers().expect("it has one");
    let guid = headers.get(0).value;
    let decoded = decoder.decode_with_header_id(guid, message.payload()).await.expect("the GUID is known");
    assert_eq!(apache_avro::from_value::<Value>(&decoded.value).expect("it is data"), noted);
}

async fn json_schema(place: &Place) {
    let object = |id: &str, properties: Value, required: &[&str]| {
        let schema = "http://json-schema.org/draft-07/schema#";
        json!({ "$schema": schema, "$id": id, "type": "object", "properties": properties, "required": required,
            "additionalProperties": false })
        .to_string()
    };
    let country = object("http://shop/country", json!({ "code": { "type": "string" } }), &[]);
    let country = reference("http://shop/country", country, &[]);
    let place_text = object("http://shop/place", json!({ "in": { "$ref": "http://shop/country" } }), &[]);
    let at = [reference("http://shop/place", place_text, &[country])];
    let click = |more: Value, required: &[&str]| {
        let mut properties = json!({ "id": { "type": "string" }, "at": { "$ref": "http://shop/place" } });
        properties.as_object_mut().expect("it is an object").extend(more.as_object().cloned().unwrap_or_default());
        schema("Click", SchemaType::Json, object("http://shop/click", properties, required), &at)
    };
    let (old, new) = (click(json!({}), &["id"]), click(json!({ "n": { "type": "integer" } }), &["id"]));

    let topic = topic(place, "rust-clicks").await;
    let values = [
        json!({ "id": "a", "at": { "in": { "code": "DE" } } }),
        json!({ "id": "b", "at": { "in": { "code": "FR" } }, "n": 3 }),
    ];
    for (schema, value) in [&old, &new].into_iter().zip(&values) {
        let encoder = JsonEncoder::new(settings(place));
        let value = encoder.encode(value, by_topic(&topic, schema)).await.expect("it is encoded");
        send(place, &topic, value, None).await;
    }
    for (message, expected) in received(place, &topic, 2).await.iter().zip(&values) {
        // A decoder keeps one schema for each `$id`, and both versions have the same.
        let decoder = JsonDecoder::new(settings(place));
        let decoded = decoder.decode(message.payload()).await.expect("it is decoded").expect("it is no tombstone");
        assert_eq!(decoded.value, *expected);
        decoder.validate(&decoded.schema, &decoded.value).expect("what is referred to is found");
    }
    let wrong = json!({ "id": "a", "at": { "in": { "code": 5 } } });
    let refused = JsonEncoder::new(settings(place)).encode(&wrong, by_topic(&topic, &new)).await;
    assert!(refused.is_err(), "what is referred to is checked");
    refuses(place, &topic, click(json!({ "n": { "type": "integer" } }), &["id", "n"])).await;
}

async fn protobuf(place: &Place) {
    let unit = r#"syntax = "proto3"; package shop; message Unit { string name = 1; }"#;
    let money = r#"syntax = "proto3"; package shop; import "rust/unit.proto";
        message Money { int64 cents = 1; Unit unit = 2; }"#;
    let money = [reference("rust/money.proto", money, &[reference("rust/unit.proto", unit, &[])])];
    let customer = |id: &str, more: &str| {
        let text = format!(
            r#"syntax = "proto3"; package shop; import "rust/money.proto"; import "google/protobuf/timestamp.proto";
            message Other {{}} message Customer {{ {id} id = 1; Money limit = 2; google.protobuf.Timestamp since = 3; {more} }}"#
        );
        schema("shop.Customer", SchemaType::Protobuf, text, &money)
    };
    let (old, new) = (customer("string", ""), customer("string", "string note = 4;"));

    let topic = topic(place, "rust-customers").await;
    let since = "1970-01-01T00:01:00Z";
    let values = [
        json!({ "id": "a", "limit": { "cents": "500", "unit": { "name": "EUR" } }, "since": since }),
        json!({ "id": "b", "limit": { "cents": "1" }, "since": since, "note": "n" }),
    ];
    for (schema, value) in [&old, &new].into_iter().zip(&values) {
        let encoder = ProtoEncoder::new(settings(place));
        let value = encoder.encode_json(value, "shop.Customer", &by_topic(&topic, schema)).await;
        send(place, &topic, value.expect("it is encoded"), None).await;
    }
    let decoder = ProtoDecoder::new(settings(place));
    for (message, expected) in received(place, &topic, 2).await.iter().zip(&values) {
        let decoded = decoder.decode(message.payload()).await.expect("it is decoded");
        let prost_reflect::Value::Message(decoded) = decoded else { panic!("{decoded:?} is a message") };
        assert_eq!(serde_json::to_value(decoded).expect("it has a JSON form"), *expected);
    }
    refuses(place, &topic, customer("int64", "")).await;
}

async fn administration(place: &Place) {
    let settings = settings(place);
    let version = get_schema_by_subject_and_version(&settings, "rust-shop.Price", Some(1)).await.expect("it is there");
    let of: Vec<_> = version.references.iter().map(|one| (one.name.as_str(), one.version)).collect();
    assert_eq!((of, version.version), (vec![("shop.Currency", 1)], Some(1)));
    assert!(version.guid.is_some());
    let subjects = get_all_subjects(&settings).await.expect("they are listed");
    assert!(subjects.iter().any(|subject| subject.ends_with("rust-rust-unit.proto")), "{subjects:?}");
    let by_record = SubjectNameStrategy::RecordNameStrategyWithSchema(schema(
        "rust a/b",
        SchemaType::Avro,
        r#"{"type":"record","name":"Odd","fields":[{"name":"id","type":"string"}]}"#,
        &[],
    ));
    let value = AvroEncoder::new(settings).encode_struct(json!({ "id": "x" }), &by_record).await;
    value.expect("a subject may have any name");
}

/// A schema that breaks a contract is not compatible with what the subject has.
async fn refuses(place: &Place, topic: &str, broken: SuppliedSchema) {
    let answer = is_compatible_schema(&settings(place), format!("{topic}-value"), broken).await;
    assert!(!answer.expect("the registry answers"), "{topic}: the contract is broken");
}

async fn topic(place: &Place, name: &str) -> String {
    let admin: AdminClient<DefaultClientContext> = config(place).create().expect("a client can be made");
    let topic = NewTopic::new(name, 1, TopicReplication::Fixed(1));
    let made = admin.create_topics([&topic], &AdminOptions::new().request_timeout(Some(PATIENCE))).await;
    made.expect("the cluster answers").remove(0).expect("the topic is new")
}

async fn send(place: &Place, topic: &str, value: Vec<u8>, header: Option<SchemaIdHeader>) {
    let producer: FutureProducer = config(place).create().expect("a client can be made");
    let record: FutureRecord<'_, (), _> = FutureRecord::to(topic).payload(&value);
    let record = match &header {
        Some(header) => record
            .headers(OwnedHeaders::new().insert(Header { key: header.name, value: Some(header.value.as_slice()) })),
        None => record,
    };
    producer.send(record, PATIENCE).await.expect("it is delivered");
}

async fn received(place: &Place, topic: &str, count: usize) -> Vec<OwnedMessage> {
    let mut config = config(place);
    config.set("group.id", topic).set("auto.offset.reset", "earliest").set("enable.auto.commit", "false");
    let consumer: StreamConsumer = config.create().expect("a client can be made");
    consumer.subscribe(&[topic]).expect("it is a name");
    let mut messages = Vec::new();
    while messages.len() < count {
        let message = tokio::time::timeout(PATIENCE, consumer.recv()).await.expect("it arrives in time");
        messages.push(message.expect("it can be read").detach());
    }
    messages
}

fn config(place: &Place) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &place.servers);
    config
}
