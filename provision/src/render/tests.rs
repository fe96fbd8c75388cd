//! How plans look.

use std::collections::BTreeMap;

use crate::desired::{Desired, DesiredSubject, DesiredTopic, Level, Subject};
use crate::observe::{Observed, ObservedRegistry, ObservedSubject, ObservedTopic};
use crate::plan::{Registered, plan};

use super::schema_diff::{changes, title};

const ORDER_1: &str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},
    {"name":"amount","type":"int"},{"name":"note","type":["null","string"],"default":null}]}"#;
const ORDER_2: &str = r#"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"id","type":"string"},
    {"name":"amount","type":"long"},{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
    {"name":"lines","type":{"type":"array","items":{"type":"record","name":"Line","fields":[
        {"name":"kind","type":{"type":"enum","name":"Kind","symbols":["A","B"]}},{"name":"next","type":["null","Line"]}]}}}]}"#;

fn subject(name: &str) -> Subject {
    Subject::try_from(name.to_owned()).unwrap()
}

fn texts(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn desired() -> Desired {
    let topic = |partitions, replication_factor, config| DesiredTopic { partitions, replication_factor, config };
    let schema =
        |text: &str, compatibility| DesiredSubject { compatibility, ..DesiredSubject::new(schema::Format::Avro, text) };
    Desired {
        topics: BTreeMap::from([
            (
                "orders".parse().unwrap(),
                topic(12, 3, texts(&[("retention.ms", "604800000"), ("min.insync.replicas", "2")])),
            ),
            ("payments".parse().unwrap(), topic(6, 3, texts(&[("retention.ms", "86400000")]))),
            ("same".parse().unwrap(), topic(1, 1, texts(&[]))),
        ]),
        subjects: BTreeMap::from([
            (subject("orders-value"), schema(ORDER_1, None)),
            (subject("payments-value"), schema(ORDER_2, Some(Level::Full))),
        ]),
    }
}

fn observed() -> Observed {
    let topic = |partitions, replication_factor, config| ObservedTopic {
        partitions,
        replication_factor,
        internal: false,
        config,
    };
    let payments = ObservedSubject {
        latest: Some(Registered { id: 7, version: 2, schema: ORDER_1.into(), metadata: None, rules: None }),
        ..ObservedSubject::default()
    };
    Observed {
        cluster_id: "c1".into(),
        brokers: 3,
        topics: BTreeMap::from([
            ("payments".into(), topic(3, 3, texts(&[("retention.ms", "604800000"), ("cleanup.policy", "compact")]))),
            ("same".into(), topic(1, 1, texts(&[]))),
            ("left-over".into(), topic(1, 1, texts(&[]))),
        ]),
        registry: Some(ObservedRegistry {
            url: "http://127.0.0.1:8081".into(),
            compatibility: Level::Backward,
            policy: schema::compatibility::Policy::Strict,
            subjects: BTreeMap::from([(subject("payments-value"), payments)]),
        }),
    }
}

#[test]
fn a_plan_reads_like_terraforms() {
    insta::assert_snapshot!(plan(&desired(), &observed()).to_text(false));
}

#[test]
fn a_blocked_plan_shows_the_problems_and_the_rest() {
    let mut observed = observed();
    observed.brokers = 2;
    observed.topics.get_mut("payments").unwrap().partitions = 9;
    insta::assert_snapshot!(plan(&desired(), &observed).to_text(false));
}

#[test]
fn an_empty_plan_says_so() {
    let observed = Observed { cluster_id: "c1".into(), brokers: 1, topics: BTreeMap::new(), registry: None };
    let text = plan(&Desired::default(), &observed).to_text(false);
    assert_eq!(text, "No changes: 0 topics and subjects are as declared.\n");
}

#[test]
fn colour_changes_nothing_but_colour() {
    let reviewed = plan(&desired(), &observed());
    let colored = reviewed.to_text(true);
    assert!(colored.contains('\u{1b}'));
    let without =
        ["32", "33", "31", "0"].iter().fold(colored, |text, code| text.replace(&format!("\u{1b}[{code}m"), ""));
    assert_eq!(without, reviewed.to_text(false));
}

#[test]
fn long_lists_of_foreign_topics_are_cut() {
    let mut observed = observed();
    observed.topics.extend((0..20).map(|index| (format!("x{index:02}"), observed_topic())));
    let text = plan(&desired(), &observed).to_text(false);
    assert!(text.contains("left-over, x00, x01, x02, x03, x04, x05, x06, x07, x08 and 11 more"), "{text}");
}

fn observed_topic() -> ObservedTopic {
    ObservedTopic { partitions: 1, replication_factor: 1, internal: false, config: BTreeMap::new() }
}

#[test]
fn schemas_that_are_no_records_have_titles_and_differences_too() {
    assert_eq!(title("\"string\"", schema::Format::Avro), "string");
    assert_eq!(title("{", schema::Format::Avro), "(not JSON)");
    assert_eq!(changes("{", "{}", schema::Format::Avro).len(), 1);
    assert_eq!(
        changes(ORDER_1, &ORDER_1.replace("\"string\"}", "\"string\",\"doc\":\"x\"}"), schema::Format::Avro).len(),
        1
    );
}
