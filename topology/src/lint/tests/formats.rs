//! What lint says of Protobuf and JSON Schema: maps into their types, and parts that have no type in Rust.

use std::fmt::Write as _;

use super::{codes, narrate};
use crate::lint::lint;
use crate::testing::{load_section, render};

/// A topology with one map of orders to values of a schema in another format.
fn map_into(file: &str, mapping: &str) -> String {
    format!(
        "schemas: {{ order: schemas/order.avsc, made: {file} }}\n\
         topics: {{ orders: {{ key: string, value: order }}, made: {{ key: string, value: made }} }}\n\
         producers: {{ checkout: {{ topics: [orders] }} }}\n\
         processors:\n  make:\n    flow:\n\
         \x20     orders: {{ source: orders }}\n\
         \x20     made:\n        from: orders\n        into: made\n        map: {mapping}\n\
         \x20     out: {{ from: made, sink: made }}\n\
         consumers: {{ billing: {{ topics: [made] }} }}\n"
    )
}

#[test]
fn a_map_may_make_messages_and_objects_and_leave_out_what_is_not_required() {
    for (file, mapping) in [
        ("shop/payout.proto", "{ id: id, cents: 5, voucher: true }"),
        ("shop/payout.proto", "{ id: id, cents: \"amount as i64\", to: None }"),
        ("shop/payout.proto", "Payout::default()"),
        ("shop/customer.proto", "{ id: id }"),
        ("titled.json", "{ text: Some(id.to_owned()) }"),
        ("titled.json", "{}"),
        ("untitled.json", "panic!()"),
    ] {
        assert_eq!(codes(&map_into(file, mapping)), Vec::<&str>::new(), "{file} {mapping}");
    }
}

#[test]
fn says_what_is_wrong_with_a_map_into_messages_and_objects() {
    let cases = [
        ("shop/payout.proto", "{ id: id, cent: 5 }"),
        ("shop/payout.proto", "{ cents: 5 }"),
        ("shop/payout.proto", "{ id: id, cents: 5, voucher: true, account: id }"),
        ("shop/payout.proto", "{ id: id, cents: 1.5 }"),
        ("titled.json", "{ text: id }"),
        ("titled.json", "{ note: id }"),
        ("untitled.json", "{ text: id }"),
    ];
    let mut said = String::new();
    for (file, mapping) in cases {
        let loaded = load_section(&map_into(file, mapping));
        let mut findings = loaded.diagnostics.clone();
        findings.extend(loaded.topology.iter().flat_map(lint));
        let _ = writeln!(said, "# {file} {mapping}\n{}", render(&loaded.sources, &findings));
    }
    insta::assert_snapshot!(said);
}

#[test]
fn says_which_parts_of_a_json_schema_have_no_type_in_rust() {
    insta::assert_snapshot!(narrate(
        "schemas: { click: vague.json }\n\
         topics: { clicks: { value: click } }\n\
         producers: { web: { topics: [clicks] } }\n\
         consumers: { log: { topics: [clicks] } }\n"
    ));
}
