//! Types: every scalar as every other.

use super::{breaking, risky, shown};

const GENERAL: &[&str] = &["int32", "int64", "uint32", "uint64", "bool", "E"];
const GROUPS: &[&[&str]] = &[
    // All are variable in length, and the smaller are cut off the larger.
    GENERAL,
    // Zigzag: 1 is written as 2.
    &["sint32", "sint64"],
    // Both are bytes with a length before.
    &["string", "bytes"],
    // Four bytes; a float's mean something else.
    &["fixed32", "sfixed32"],
    &["fixed64", "sfixed64"],
    &["float"],
    &["double"],
];

/// A reader, and a writer all of whose values it has.
const WIDER: &[(&str, &str)] = &[
    ("int64", "int32"),
    ("int64", "uint32"),
    ("uint64", "uint32"),
    ("int32", "bool"),
    ("int64", "bool"),
    ("uint32", "bool"),
    ("uint64", "bool"),
    // An enum is written as an int32.
    ("int32", "E"),
    ("int64", "E"),
    ("sint64", "sint32"),
    ("bytes", "string"),
];

fn message(kind: &str) -> String {
    format!("message M {{ {kind} a = 1; }} enum E {{ Z = 0; }}")
}

#[test]
fn scalars_are_read_as_others_of_their_kind_alone() {
    let all: Vec<_> =
        GROUPS.iter().enumerate().flat_map(|(group, kinds)| kinds.iter().map(move |kind| (group, *kind))).collect();
    for (reader_group, reader) in &all {
        for (writer_group, writer) in &all {
            let found = breaking(&message(reader), &message(writer));
            if reader_group == writer_group {
                assert_eq!(found, [""; 0], "{writer} as {reader}");
                // What Confluent lets pass, and can cut values off, is a hazard.
                let loses = reader != writer && !WIDER.contains(&(*reader, *writer));
                let hazard: &[&str] = if loses { &["FIELD_SCALAR_TYPE_CHANGED #/M/1"] } else { &[] };
                assert_eq!(risky(&message(reader), &message(writer)), hazard, "{writer} as {reader}");
            } else {
                assert_eq!(found, ["FIELD_SCALAR_KIND_CHANGED #/M/1"], "{writer} as {reader}");
            }
        }
    }
}

#[test]
fn scalars_messages_and_maps_are_kinds_of_their_own() {
    let kinds = ["int32", "bytes", "N", "map<string, int32>"];
    let text = |kind: &str| format!("message M {{ {kind} a = 1; }} message N {{}}");
    for reader in kinds {
        for writer in kinds {
            let found = breaking(&text(reader), &text(writer));
            match (reader, writer) {
                _ if reader == writer => assert_eq!(found, [""; 0]),
                ("int32", "bytes") | ("bytes", "int32") => assert_eq!(found, ["FIELD_SCALAR_KIND_CHANGED #/M/1"]),
                _ => assert_eq!(found, ["FIELD_KIND_CHANGED #/M/1"], "{writer} as {reader}"),
            }
        }
    }
}

#[test]
fn a_group_is_no_message() {
    // A group is written between two marks, a message with its length before.
    let group = "syntax = \"proto2\"; message M { optional group N = 1 { optional int32 a = 1; } }";
    let message = "syntax = \"proto2\"; message M { optional N n = 1; message N { optional int32 a = 1; } }";
    assert_eq!(breaking(group, message), ["FIELD_KIND_CHANGED #/M/1"]);
    assert_eq!(breaking(message, group), ["FIELD_KIND_CHANGED #/M/1"]);
    assert_eq!(breaking(group, group), [""; 0]);
}

#[test]
fn keys_and_values_of_maps_are_compared() {
    let key = |kind| format!("map<{kind}, int32> a = 1;");
    let value = |kind| format!("map<string, {kind}> a = 1;");
    assert_eq!(breaking(&key("string"), &key("int32")), ["FIELD_SCALAR_KIND_CHANGED #/M/1"]);
    assert_eq!((breaking(&key("int32"), &key("int64")), risky(&key("int32"), &key("int64")).len()), (vec![], 1));
    assert_eq!(risky(&key("int64"), &key("int32")), [""; 0]);
    assert_eq!(breaking(&value("string"), &value("int32")), ["FIELD_SCALAR_KIND_CHANGED #/M/1"]);
    assert_eq!(breaking(&value("M"), &value("int32")), ["FIELD_KIND_CHANGED #/M/1"]);
    assert_eq!(breaking(&value("int32"), &value("int32")), [""; 0]);
}

#[test]
fn a_message_of_another_name_breaks_whatever_its_fields() {
    let text = |kind| format!("message M {{ {kind} a = 1; message C {{}} }} message A {{}} message B {{}}");
    assert_eq!(breaking(&text("A"), &text("B")), ["FIELD_NAMED_TYPE_CHANGED #/M/1"]);
    assert_eq!(breaking(&text("C"), &text("B")), ["FIELD_NAMED_TYPE_CHANGED #/M/1"]);
    assert_eq!(breaking(&text("C"), &text(".M.C")), [""; 0]);
}

#[test]
fn an_enum_of_another_name_is_a_hazard() {
    let text = |kind| format!("message M {{ {kind} a = 1; }} enum E {{ A = 0; }} enum F {{ B = 0; }}");
    assert_eq!(
        (breaking(&text("E"), &text("F")), risky(&text("E"), &text("F"))),
        (vec![], vec!["FIELD_ENUM_CHANGED #/M/1".to_owned()])
    );
}

#[test]
fn what_changes_in_a_map_is_told_of_the_field_that_is_written() {
    insta::assert_snapshot!(shown("map<int32, bytes> a = 1;", "map<string, int32> a = 1;"));
}
