//! Claims about schemas of the three formats, what they refer to, and their subjects.

use schema::compatibility::{Level, Policy};

use crate::ir::{Mode, Payload, RuleMode, SchemaKind, Side, SubjectNameStrategy, Topology};
use crate::testing::{codes, load_section, section_findings};

fn topology(text: &str) -> Topology {
    let loaded = load_section(text);
    assert!(loaded.is_whole(), "{}", section_findings(text));
    loaded.topology.expect("a whole topology is there")
}

fn subjects(topology: &Topology) -> Vec<(String, Vec<String>)> {
    let subjects = topology.subjects().into_iter();
    subjects
        .map(|subject| (subject.name, subject.references.into_iter().map(|(_, subject)| subject).collect()))
        .collect()
}

#[test]
fn an_imported_file_is_a_subject_before_the_schema_that_needs_it() {
    let topology = topology("schemas: { customer: shop/customer.proto }\ntopics: { a: { value: customer } }\n");
    assert_eq!(
        subjects(&topology),
        [("shop/money.proto".to_owned(), vec![]), ("a-value".to_owned(), vec!["shop/money.proto".to_owned()]),]
    );
}

#[test]
fn a_message_is_the_first_or_the_one_that_is_named() {
    let topology = topology(
        "schemas:\n  first: shop/customer.proto\n  inner: { file: shop/customer.proto, message: shop.Customer.Address }\n  \
         second: { file: shop/customer.proto, message: shop.Gone }\n",
    );
    let kinds: Vec<_> = topology.schemas.iter().map(|schema| schema.kind.clone()).collect();
    let message =
        |name: &str, indexes: &[u32]| SchemaKind::Protobuf { message: name.to_owned(), indexes: indexes.to_vec() };
    assert_eq!(
        kinds,
        [message("shop.Customer", &[0]), message("shop.Customer.Address", &[0, 0]), message("shop.Gone", &[1])]
    );
}

#[test]
fn a_ref_means_the_file_beside_it() {
    let topology = topology("schemas: { page: refers.json }\ntopics: { a: { value: page } }\n");
    assert_eq!(
        subjects(&topology),
        [("titled.json".to_owned(), vec![]), ("a-value".to_owned(), vec!["titled.json".to_owned()])]
    );
    assert_eq!(topology.schemas[0].kind, SchemaKind::Json { title: Some("Page".to_owned()) });
}

#[test]
fn a_list_of_schemas_has_a_subject_for_each() {
    let schemas = "schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }\n";
    for (strategy, expected) in [("record", ""), ("topic_record", "a-")] {
        let topology = topology(&format!(
            "{schemas}topics: {{ a: {{ key: string, value: [order, payment], subject_name_strategy: {strategy} }} }}\n"
        ));
        let Payload::OneOf(choice) = topology.topics[0].value.value else { panic!("a list") };
        assert_eq!(topology[choice].schemas.len(), 2);
        let names: Vec<_> = topology.subjects().into_iter().map(|subject| subject.name).collect();
        let records: Vec<_> = topology.schemas().map(|(id, _)| topology.record_name(id).expect("a name")).collect();
        assert_eq!(names, records.iter().map(|record| format!("{expected}{record}")).collect::<Vec<_>>());
    }
}

#[test]
fn a_word_for_the_strategy_is_for_values() {
    let topology = topology(
        "topics:\n  a: { value: string, subject_name_strategy: record }\n  \
         b: { value: string, subject_name_strategy: { key: topic_record } }\n",
    );
    let of = |topic: usize| (topology.topics[topic].strategy(Side::Key), topology.topics[topic].strategy(Side::Value));
    assert_eq!(of(0), (SubjectNameStrategy::Topic, SubjectNameStrategy::Record));
    assert_eq!(of(1), (SubjectNameStrategy::TopicRecord, SubjectNameStrategy::Topic));
}

#[test]
fn settings_are_read() {
    let topology = topology(
        "schemas:\n  note:\n    file: titled.json\n    compatibility: full\n    policy: lenient\n    mode: readonly\n    \
         normalize: true\n    compatibility_group: major\n    metadata: { properties: { major: 1 }, tags: { \"**.text\": PII }, sensitive: [major] }\n    \
         rules: { domain: [{ name: short, kind: condition, mode: write, type: CEL, expr: \"size(message.text) < 9\" }] }\n",
    );
    let settings = &topology.schemas[0].settings;
    assert_eq!(settings.compatibility.as_ref().map(|level| level.value), Some(Level::Full));
    assert_eq!(settings.policy.as_ref().map(|policy| policy.value), Some(Policy::Lenient));
    assert_eq!(settings.mode.as_ref().map(|mode| mode.value), Some(Mode::ReadOnly));
    assert_eq!(settings.normalize.as_ref().map(|flag| flag.value), Some(true));
    let metadata = serde_json::to_value(&settings.metadata.as_ref().expect("metadata").value).expect("JSON");
    assert_eq!(
        metadata,
        serde_json::json!({ "tags": { "**.text": ["PII"] }, "properties": { "major": "1" }, "sensitive": ["major"] })
    );
    let rules = &settings.rules.as_ref().expect("rules").value;
    assert_eq!(rules.domain_rules[0].mode, Some(RuleMode::Write));
    assert_eq!(serde_json::to_value(rules).expect("JSON")["domainRules"][0]["type"], "CEL");
}

#[test]
fn mistakes_in_what_is_referred_to_are_one_finding_each() {
    for (text, code) in [
        ("schemas: { a: shop/lost.proto }\n", "schema::import-not-found"),
        ("schemas: { a: shop/ring.proto }\n", "schema::circular-import"),
        ("schemas: { a: shop/twice.proto }\n", "schema::ambiguous-import"),
        ("schemas: { a: { file: shop/customer.proto, message: shop.Nobody } }\n", "schema::unknown-message"),
    ] {
        let loaded = load_section(text);
        assert_eq!(codes(&loaded).into_iter().collect::<Vec<_>>(), [(code, 1)], "{}", section_findings(text));
    }
}
