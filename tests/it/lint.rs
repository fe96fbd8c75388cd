//! Findings as people see them, one snapshot for each kind of mistake.

use std::fs;

use topology_tests::{binary, project};

use crate::transcript;

const HEAD: &str = "topology: shop\nversion: 1\nschemas:\n  order: { file: order.avsc }\n";

const ORDER: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
  {"name": "id", "type": "string"},
  {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}},
  {"name": "amount", "type": "double"}
]}
"#;

/// The transcript of `lint` on a manifest below [`HEAD`], with the order schema beside it.
fn lint(rest: &str) -> String {
    let folder = project::manifest(&format!("{HEAD}{rest}"));
    fs::write(folder.path().join("order.avsc"), ORDER).expect("a temporary folder is writable");
    transcript(folder.path(), &["lint"])
}

#[test]
fn the_example_has_no_findings() {
    let shop = binary::repository().join("examples/shop");
    let outcome = binary::run(&shop, &["lint"]).expect_code(0);
    assert_eq!(outcome.stderr.trim(), "no findings");
}

#[test]
fn every_mistake_of_a_manifest_is_found_in_one_run() {
    insta::assert_snapshot!(lint(
        "topics:
  orders: { key: string, value: ordr, partitions: many }
  orders: { value: order }
  payments: { value: order, partition: 3, replication_factor: 5 }
consumers:
  billing: { topics: [order] }
colour: red
"
    ));
}

#[test]
fn a_consumer_of_an_undeclared_topic_is_told_the_nearest_name() {
    insta::assert_snapshot!(lint(
        "topics:
  orders: { key: string, value: order }
producers:
  checkout: { topics: [orders] }
consumers:
  billing: { topics: [oders] }
"
    ));
}

#[test]
fn broken_yaml_is_shown_where_it_breaks() {
    insta::assert_snapshot!(lint(
        "topics:\n  orders: { key: string, value: order\nconsumers:\n  billing: { topics: [orders] }\n"
    ));
}

#[test]
fn an_expression_that_does_not_parse_is_shown_at_its_bytes() {
    insta::assert_snapshot!(lint(&processor("status == == Status::Paid")));
}

#[test]
fn an_unknown_field_in_an_expression_is_told_the_nearest_one() {
    insta::assert_snapshot!(lint(&processor("amonut > 1.0")));
}

#[test]
fn a_filter_that_is_not_a_bool_is_found_before_rustc_runs() {
    insta::assert_snapshot!(lint(&processor("amount")));
}

#[test]
fn replication_that_the_cluster_cannot_hold_is_found() {
    insta::assert_snapshot!(lint(
        "environments:
  small: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 1 } }
topics:
  orders: { key: string, value: order, replication_factor: 3, config: { min.insync.replicas: 4, retention.ms: soon, retentoin.bytes: 1 } }
producers:
  checkout: { topics: [orders] }
consumers:
  billing: { topics: [orders] }
"
    ));
}

#[test]
fn processors_that_feed_each_other_in_a_circle_are_found() {
    insta::assert_snapshot!(lint(
        "topics:
  a: { key: string, value: order }
  b: { key: string, value: order }
processors:
  forth: { flow: { in: { source: a }, out: { from: in, sink: b } } }
  back:  { flow: { in: { source: b }, out: { from: in, sink: a } } }
"
    ));
}

fn processor(filter: &str) -> String {
    format!(
        "topics:
  orders: {{ key: string, value: order }}
  paid: {{ key: string, value: order }}
producers:
  checkout: {{ topics: [orders] }}
consumers:
  billing: {{ topics: [paid] }}
processors:
  revenue:
    flow:
      orders: {{ source: orders }}
      paid: {{ from: orders, filter: \"{filter}\" }}
      out: {{ from: paid, sink: paid }}
"
    )
}
