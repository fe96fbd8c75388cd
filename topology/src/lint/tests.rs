//! Each rule: it fires where it should, says the right thing, and is silent beside it. That the example of each
//! rule's explanation fires and its fix does not is tested with the explanations.

mod formats;

use std::fmt::Write as _;

use super::lint;
use crate::diagnostic::{Diagnostic, Severity};
use crate::testing::{SHOP, load_manifest, load_section, render};

/// The findings of lint about a manifest without its first two lines, as text.
fn narrate(section: &str) -> String {
    let loaded = load_section(section);
    let topology = loaded.topology.as_ref().expect("the manifest is a mapping");
    let read = render(&loaded.sources, &loaded.diagnostics);
    assert_eq!(read, "", "reading the manifest found something");
    render(&loaded.sources, &lint(topology))
}

fn codes(section: &str) -> Vec<&'static str> {
    found(section).iter().map(|finding| finding.code).collect()
}

fn found(section: &str) -> Vec<Diagnostic> {
    let loaded = load_section(section);
    lint(loaded.topology.as_ref().expect("the manifest is a mapping"))
}

/// A topic `clicks` with these properties, which is written and read.
fn clicks(properties: &str) -> String {
    format!(
        "topics: {{ clicks: {{ value: string, {properties} }} }}\n\
         producers: {{ web: {{ topics: [clicks] }} }}\n\
         consumers: {{ log: {{ topics: [clicks] }} }}\n"
    )
}

/// A topology with one filter over orders.
fn filter(expression: &str) -> String {
    format!(
        "schemas: {{ order: schemas/order.avsc }}\n\
         topics: {{ orders: {{ key: string, value: order }}, large: {{ key: string, value: order }} }}\n\
         producers: {{ checkout: {{ topics: [orders] }} }}\n\
         processors:\n  pick:\n    flow:\n\
         \x20     orders: {{ source: orders }}\n\
         \x20     picked:\n        from: orders\n        filter: '{expression}'\n\
         \x20     out: {{ from: picked, sink: large }}\n\
         consumers: {{ billing: {{ topics: [large] }} }}\n"
    )
}

/// A topology with one map of orders to payments.
fn map(mapping: &str) -> String {
    format!(
        "schemas: {{ order: schemas/order.avsc, payment: schemas/payment.avsc }}\n\
         topics: {{ orders: {{ key: string, value: order }}, payments: {{ key: string, value: payment }} }}\n\
         producers: {{ checkout: {{ topics: [orders] }} }}\n\
         processors:\n  pay:\n    flow:\n\
         \x20     orders: {{ source: orders }}\n\
         \x20     paid:\n        from: orders\n        into: payment\n        map: {mapping}\n\
         \x20     out: {{ from: paid, sink: payments }}\n\
         consumers: {{ billing: {{ topics: [payments] }} }}\n"
    )
}

/// What lint says about each of these filters, the label of the first place included.
fn filters(expressions: &[&str]) -> String {
    let mut out = String::new();
    for expression in expressions {
        let section = filter(expression);
        let loaded = load_section(&section);
        let findings = lint(loaded.topology.as_ref().expect("the manifest is a mapping"));
        let _ = writeln!(out, "{expression}");
        for finding in &findings {
            let _ = writeln!(out, "  {}: {}", finding.code, finding.message);
            for label in &finding.labels {
                let _ = writeln!(out, "    `{}` {}", loaded.sources.slice(label.location), label.text);
            }
            let fix = finding.fix.as_ref().map(|fix| format!(" (fix: `{}`)", fix.replacement)).unwrap_or_default();
            let _ = writeln!(out, "    = {}{fix}", finding.help.as_deref().unwrap_or("-"));
        }
    }
    out
}

#[test]
fn the_example_has_no_finding() {
    let loaded = load_manifest(SHOP);
    assert_eq!(render(&loaded.sources, &lint(&loaded.topology.unwrap())), "");
}

#[test]
fn an_empty_topology_has_no_finding() {
    assert_eq!(narrate(""), "");
}

#[test]
fn says_what_is_not_used() {
    insta::assert_snapshot!(narrate(
        "\
schemas: { order: schemas/order.avsc }
topics: { a: { value: string }, b: { value: string }, c: { value: string } }
producers: { web: { topics: [a] } }
consumers: { log: { topics: [b] } }
"
    ));
}

#[test]
fn a_schema_that_only_another_one_uses_is_used() {
    let section = map("{ order_id: id, customer: customer, region: region, amount: amount, paid_at: created_at }")
        .replace("value: order }", "value: payment }")
        .replace("order_id: id", "order_id");
    assert!(!codes(&section).contains(&"schema::unused"), "{:?}", codes(&section));
}

#[test]
fn says_what_is_wrong_with_topics() {
    insta::assert_snapshot!(narrate(
        "\
topics:
  a.b: { value: string }
  a_b: { value: string }
  __consumer_offsets: { value: string }
  wide: { value: string, partitions: 1001 }
  state: { value: string, cleanup: compact, retention: 1d }
  risky: { key: string, value: string, config: { unclean.leader.election.enable: true } }
producers: { web: { topics: [a.b, a_b, __consumer_offsets, wide, state, risky] } }
consumers: { log: { topics: [a.b, a_b, __consumer_offsets, wide, state, risky] } }
"
    ));
}

#[test]
fn says_what_is_wrong_with_replication() {
    insta::assert_snapshot!(narrate(
        "\
environments:
  small: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 1 } }
  large: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 3 } }
  other: { cluster: { provider: external, bootstrap_servers: [\"b:9092\"], brokers: 2 } }
defaults: { topics: { config: { min.insync.replicas: 2 } } }
topics:
  three: { value: string, replication_factor: 3 }
  two: { value: string, replication_factor: 2 }
  one: { value: string, replication_factor: 1 }
producers: { web: { topics: [three, two, one] } }
consumers: { log: { topics: [three, two, one] } }
"
    ));
}

#[test]
fn topics_with_one_cause_are_one_finding() {
    let section = "\
environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 1 } } }
defaults: { topics: { replication_factor: 3, config: { retention.byte: 7 } } }
topics: { a: { value: string }, b: { value: string }, c: { value: string }, d: { value: string } }
producers: { web: { topics: [a, b, c, d] } }
consumers: { log: { topics: [a, b, c, d] } }
";
    insta::assert_snapshot!(narrate(section));
}

#[test]
fn says_what_is_wrong_with_settings() {
    insta::assert_snapshot!(narrate(&clicks(
        "config: { log.retention.ms: 1d, segment.bytes: 1KiB, min.cleanable.dirty.ratio: 1.5, cleanup.policy: [compress], \
         preallocate: maybe, compression.gzip.level: 0, flush.messages: many, foo: 1, \
         leader.replication.throttled.replicas: a, max.message.bytes: 3GiB, message.timestamp.type: createtime }"
    )));
}

#[test]
fn settings_as_kafka_takes_them_have_no_finding() {
    assert_eq!(
        narrate(&clicks(
            "config: { retention.ms: 7d, segment.bytes: 16MiB, min.cleanable.dirty.ratio: 0.2, cleanup.policy: \"delete\", \
             preallocate: true, compression.type: zstd, leader.replication.throttled.replicas: \"0:1,1:2\", retention.bytes: -1 }"
        )),
        ""
    );
}

#[test]
fn a_vendor_knows_its_own_settings() {
    let settings = clicks("config: { confluent.value.schema.validation: true }");
    assert_eq!(codes(&settings), ["topic::unknown-config"]);
    let external = "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b:9092\"] } } }\n";
    assert_eq!(codes(&(external.to_owned() + &settings)), Vec::<&str>::new());
}

#[test]
fn says_what_is_wrong_with_services() {
    insta::assert_snapshot!(narrate(
        "\
topics: { clicks: { value: string, partitions: 2, retention: 10s }, views: { value: string, partitions: 1, retention: 1w } }
producers: { web: { topics: [clicks, views] } }
consumers:
  idle: { topics: [views], instances: 3 }
  slow: { topics: [clicks], instances: 2 }
  thief: { topics: [views], group: shop-idle }
"
    ));
}

#[test]
fn says_how_records_go_in_a_circle() {
    insta::assert_snapshot!(narrate(
        "\
topics: { a: { value: string }, b: { value: string }, c: { value: string } }
producers: { web: { topics: [a] } }
processors:
  first: { flow: { in: { source: a }, out: { from: in, sink: b } } }
  second: { flow: { in: { source: b }, out: { from: in, sink: c } } }
  third: { flow: { in: { source: c }, back: { from: in, sink: a } } }
  self: { flow: { in: { source: c }, back: { from: in, sink: c } } }
"
    ));
}

#[test]
fn a_long_line_of_processors_is_no_circle() {
    let mut section = String::from("topics:\n");
    for index in 0..2000 {
        let _ = writeln!(section, "  t{index}: {{ value: string }}");
    }
    section += "producers: { web: { topics: [t0] } }\nconsumers: { log: { topics: [t1999] } }\nprocessors:\n";
    for index in 0..1999 {
        let next = index + 1;
        let _ = writeln!(
            section,
            "  p{index}: {{ flow: {{ in: {{ source: t{index} }}, out: {{ from: in, sink: t{next} }} }} }}"
        );
    }
    assert_eq!(codes(&section), Vec::<&str>::new());
}

#[test]
fn says_what_is_wrong_with_stages() {
    insta::assert_snapshot!(narrate(
        "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics:
  orders: { key: string, value: order }
  payments: { key: string, value: payment }
  numbered: { key: long, value: order }
producers: { web: { topics: [orders] } }
processors:
  wrong:
    flow:
      in: { source: orders }
      spare: { from: in, filter: \"amount > 0.0\" }
      values: { from: in, sink: payments }
      keys: { from: in, sink: numbered }
  silent: { flow: { in: { source: orders } } }
consumers: { log: { topics: [payments, numbered] } }
"
    ));
}

#[test]
fn says_what_is_wrong_with_environments() {
    insta::assert_snapshot!(narrate(
        "\
environments:
  old: { cluster: { provider: kafka, version: \"3.2.0\" } }
  ancient: { cluster: { provider: kafka, version: \"2.8.0\", coordination: zookeeper } }
  future: { cluster: { provider: kafka, version: \"5.0.0\" } }
  pair: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 2 } }
  bare:
    cluster:
      provider: external
      bootstrap_servers: [\"b1:9092\"]
      security: { protocol: sasl_plaintext, mechanism: plain, username: shop, password: hunter2 }
  open:
    cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] }
    registry: { url: \"http://registry.example.com\", username: \"${USER}\", password: \"${PASSWORD}\" }
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order, replication_factor: 2 } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
"
    ));
}

#[test]
fn says_what_is_wrong_with_an_expression_at_its_place() {
    insta::assert_snapshot!(narrate(&filter("amount > 0.0 && region = Region::Eu")));
}

#[test]
fn says_what_is_wrong_with_expressions() {
    insta::assert_snapshot!(filters(&[
        "amount >",
        "amount > 0.0 and true",
        "status = Status::Paid",
        "type == 1",
        "a b",
        "\"",
        "(amount",
        "amout > 0.0",
        "createdAt == created_at",
        "colour == 1",
        "Paid == status",
        "status == Status::Payd",
        "status == Status::PAID",
        "status == Status::Gone",
        "event.amout > 0.0",
        "event.lines.is_empty() && event.colour",
        "amount > 0",
        "amount * 2 > 1.0",
        "status == \"PAID\"",
        "status == \"GONE\"",
        "customer == 7",
        "lines.len() > 1.5",
        "amount && true",
        "amount",
        "customer",
        "lines.len()",
        "!amount",
        "Some(amount)",
        "note",
        "Line { sku: key.to_string(), quantity: 1 }.quantity > 0",
        "Line { sku: key.to_string(), quantity: 1, cost: 2.0, price: 1.0 }.quantity > 0",
        "round(amount) > 1.0",
        "lines.iter().any(|line| line.price > amout)",
    ]));
}

#[test]
fn what_may_be_right_has_no_finding() {
    let expressions = [
        "status == Status::Paid && amount > 0.0",
        "lines.iter().any(|line| line.quantity > 3)",
        "lines.iter().map(|amout| amout.price).sum::<f64>() > 1.0",
        "matches!(status, Status::Paid | Status::New)",
        "note.as_deref().unwrap_or_default().is_empty()",
        "match status { Status::Paid => amount > 1.0, other => other == Status::New }",
        "if amount > 1.0 { true } else { false }",
        "{ let total = amount * 2.0; total > 1.0 }",
        "{ fn double(x: f64) -> f64 { x * 2.0 } double(amount) > 1.0 }",
        "event.amount > 1.0 && key.len() > 2",
        "(amount as i64) % 2 == 0",
        "amount.max(1.0) > 1.0 && f64::MAX > amount",
        "created_at > TimestampMillis(5)",
        "Status::ALL.contains(&status) && status.as_str() == \"PAID\"",
        "customer.starts_with(\"a\") || *customer == *\"b\"",
        "region == Region::Eu || Region::Us == region",
        "note.is_some_and(|note| note.len() > 3)",
        "if let Some(note) = note { note.len() > 3 } else { false }",
        "format!(\"{customer}\") == \"x\"",
        "lines.len() as f64 > amount",
        "-amount < 0.0 && !customer.is_empty()",
        "lines[0].price > 1.0",
    ];
    for expression in expressions {
        assert_eq!(filters(&[expression]), format!("{expression}\n"));
    }
}

#[test]
fn an_expression_of_yaml_with_escapes_is_pointed_at_as_a_whole() {
    let section = filter("X").replace("'X'", "\"amount > \\x30 && amout > 1.0\"");
    assert_eq!(codes(&section), ["expression::operand-type", "expression::unknown-name"]);
    insta::assert_snapshot!(narrate(&section));
}

#[test]
fn says_what_is_wrong_with_a_map_of_fields() {
    insta::assert_snapshot!(narrate(&map(
        "{ order_id: amount, customer: status, region: '\"EU\"', amount: '1', paid_at: 'Some(created_at)' }"
    )));
}

#[test]
fn says_what_is_wrong_with_a_map_of_the_whole_value() {
    insta::assert_snapshot!(narrate(&map("'event'")));
    insta::assert_snapshot!(narrate(&map("'Line { sku: id.to_string(), quantity: 1, price: 1.0 }'")));
}

#[test]
fn a_map_that_fits_has_no_finding() {
    let fields = "{ order_id: '\"o-\".to_string() + id', customer: '\"x\"', region: Region::Eu, amount: 'amount * 2.0', paid_at: created_at }";
    assert_eq!(narrate(&map(fields)), "");
    let whole = "'Payment { order_id: id.into(), customer: customer.into(), region, amount, paid_at: created_at }'";
    assert_eq!(narrate(&map(whole)), "");
}

#[test]
fn a_value_that_is_no_record_is_the_event() {
    let section = "\
topics: { words: { key: string, value: string }, long: { key: string, value: string } }
producers: { web: { topics: [words] } }
processors:
  pick: { flow: { in: { source: words }, some: { from: in, filter: 'event.len() > 3 && key != \"\" && word == 1' }, out: { from: some, sink: long } } }
consumers: { log: { topics: [long] } }
";
    insta::assert_snapshot!(narrate(section));
}

#[test]
fn hostile_expressions_are_refused_and_do_not_crash() {
    let hostile = [
        "(".repeat(5_000),
        "[".repeat(100) + &"]".repeat(100),
        "!".repeat(9_000),
        "-".repeat(9_000),
        "a+".repeat(4_000) + "a",
        "a.".repeat(4_000) + "a",
        "if a {} else ".repeat(600),
        "return ".repeat(1_200),
        "|a| ".repeat(2_000),
        "&mut ".repeat(1_900) + "a",
        "x".repeat(1_000_000),
        "a as b ".repeat(1_000),
        "a<".repeat(3_000),
        "\u{202e}é😀".to_owned(),
    ];
    for expression in hostile {
        let codes = codes(&filter(&expression));
        assert!(
            codes.iter().any(|code| code.starts_with("expression::")),
            "{}",
            expression.chars().take(20).collect::<String>()
        );
    }
}

#[test]
fn an_expression_of_a_map_that_is_twenty_thousand_deep_is_an_error() {
    let deep = "(".repeat(20_000) + "amount" + &")".repeat(20_000);
    let fields = "{ order_id: id, customer: customer, region: region, paid_at: created_at, amount: 'DEEP' }";
    let findings = found(&map(&fields.replace("DEEP", &deep)));
    let [finding] = &findings[..] else { panic!("one finding") };
    assert_eq!((finding.code, finding.severity), ("expression::too-complex", Severity::Error));
}

#[test]
fn what_is_just_allowed_does_not_crash() {
    let limits = [
        "!".repeat(200) + "true",
        "-".repeat(199) + "1",
        "a+".repeat(200) + "a",
        "a.".repeat(200) + "a",
        "return ".repeat(199) + "a",
        "|a|".repeat(66) + " a",
        "&".repeat(200) + "a",
        "if a {} else ".repeat(100) + "{}",
        "a<".repeat(25) + "a",
        "a::<".repeat(18) + "a" + &">".repeat(18),
        "a::<a,".repeat(18) + "a" + &">".repeat(18),
        "a as a<".repeat(20) + "a" + &">".repeat(20),
        "(".repeat(64) + &")".repeat(64),
        "a as &".repeat(100) + "a",
        "move || ".repeat(66) + "a",
        "(".repeat(64) + &"!".repeat(130) + "a" + &")".repeat(64),
        "(".repeat(32) + &"f(".repeat(32) + &"a+".repeat(190) + "a" + &")".repeat(64),
        "{".repeat(64) + &"!".repeat(130) + "a" + &"}".repeat(64),
        "[".repeat(64) + &"!".repeat(130) + "a" + &"]".repeat(64),
        "Line { a: f(x), b: 1, c: 2.0 }, ".repeat(300),
    ];
    for expression in limits {
        let _either = codes(&filter(&expression));
    }
}

#[test]
fn findings_are_in_the_order_of_their_places_and_always_the_same() {
    let section = filter("amout > 0 && status == \"x\"") + "defaults: { topics: { replication_factor: 9 } }\n";
    let first = found(&section);
    let places: Vec<_> = first.iter().map(|finding| finding.labels[0].location).collect();
    assert!(places.is_sorted());
    assert_eq!(found(&section), first);
}

#[test]
fn ten_thousand_topics_with_one_cause_are_one_finding() {
    let mut section = String::from("defaults: { topics: { replication_factor: 9, config: { foo: 1 } } }\ntopics:\n");
    let names: Vec<String> = (0..10_000).map(|index| format!("topic-{index}")).collect();
    for name in &names {
        let _ = writeln!(section, "  {name}: {{ value: string }}");
    }
    let list = names.join(", ");
    let _ =
        writeln!(section, "producers: {{ web: {{ topics: [{list}] }} }}\nconsumers: {{ log: {{ topics: [{list}] }} }}");
    assert_eq!(codes(&section), ["topic::too-many-replicas", "topic::unknown-config"]);
}
