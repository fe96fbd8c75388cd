//! Hazards that Confluent's registry does not look at: what is free to be used again, and what callers rely on.

use super::{breaking, compare, proto2, risky, shown};
use crate::compatibility::{Effect, Level, Older, Policy, check};
use crate::protobuf::tests::parse;

#[test]
fn what_is_removed_is_to_be_reserved() {
    let old = "int32 a = 1; int32 b = 2;";
    for (new, expected) in [
        ("int32 a = 1;", vec!["FIELD_REMOVED_WITHOUT_RESERVED #/M/2"]),
        ("int32 a = 1; reserved 2;", vec!["FIELD_REMOVED_WITHOUT_RESERVED #/M/2"]),
        ("int32 a = 1; reserved \"b\";", vec!["FIELD_REMOVED_WITHOUT_RESERVED #/M/2"]),
        ("int32 a = 1; reserved 2 to 5; reserved \"b\";", vec![]),
        // The name is in use: it cannot be used for anything else.
        ("int32 a = 1; int32 b = 3; reserved 2;", vec![]),
    ] {
        assert_eq!(risky(new, old), expected, "{new}");
    }
}

#[test]
fn what_is_reserved_stays_reserved() {
    let old = "int32 a = 1; reserved 2 to 4, 9; reserved \"b\", \"c\";";
    for (new, expected) in [
        ("int32 a = 1; reserved 2, 3, 4, 9 to max; reserved \"c\", \"b\";", vec![]),
        ("int32 a = 1; int32 d = 3; reserved 2, 4, 9; reserved \"b\", \"c\";", vec!["RESERVED_NUMBER_USED #/M"]),
        ("int32 a = 1; reserved 2 to 4; reserved \"b\", \"c\";", vec!["RESERVED_NUMBER_USED #/M"]),
        ("int32 a = 1; int32 b = 5; reserved 2 to 4, 9; reserved \"c\";", vec!["RESERVED_NAME_USED #/M"]),
    ] {
        assert_eq!(
            (risky(new, old), breaking(new, old)),
            (expected.iter().map(ToString::to_string).collect(), vec![]),
            "{new}"
        );
    }
    let differences = compare("int32 a = 1; reserved 3, 10; reserved \"b\", \"c\";", old);
    let whats: Vec<_> = differences.iter().map(|difference| difference.what.as_str()).collect();
    assert_eq!(
        whats,
        ["number 2 is not reserved any more", "number 4 is not reserved any more", "number 9 is not reserved any more"]
    );
}

#[test]
fn values_of_enums_are_to_be_reserved_and_keep_their_names() {
    let old = "enum E { A = 0; B = 1; reserved 5; }";
    for (new, expected) in [
        ("enum E { A = 0; reserved 5; }", vec!["ENUM_VALUE_REMOVED_WITHOUT_RESERVED #/E/1"]),
        ("enum E { A = 0; reserved 1, 5; reserved \"B\"; }", vec![]),
        ("enum E { A = 0; B = 1; }", vec!["RESERVED_NUMBER_USED #/E"]),
        ("enum E { A = 0; C = 1; reserved 5; }", vec!["ENUM_VALUE_RENAMED #/E/1"]),
        // Both names are known: JSON of either kind can be read.
        ("enum E { option allow_alias = true; A = 0; C = 1; B = 1; reserved 5; }", vec![]),
    ] {
        assert_eq!(risky(new, old), expected, "{new}");
    }
}

#[test]
fn the_first_value_of_an_enum_stays_the_first() {
    let text = |values| format!("syntax = \"proto2\"; enum E {{ {values} }}");
    assert_eq!(risky(&text("B = 1; A = 0;"), &text("A = 0; B = 1;")), ["ENUM_DEFAULT_CHANGED #/E"]);
    assert_eq!(risky(&text("A = 0; C = 2; B = 1;"), &text("A = 0; B = 1; C = 2;")), [""; 0]);
}

#[test]
fn extension_ranges_do_not_shrink() {
    let old = proto2("extensions 100 to 199;");
    assert_eq!(risky(&proto2("extensions 100 to 149;"), &old), ["EXTENSION_RANGE_REMOVED #/M"]);
    assert_eq!(risky(&proto2("extensions 100 to 149, 150 to 300;"), &old), [""; 0]);
}

#[test]
fn services_keep_their_methods_and_signatures() {
    let old = "service S { rpc A(M) returns (M); rpc B(M) returns (M); } message M {} message N {}";
    for (new, expected) in [
        ("message M {} message N {}", vec!["SERVICE_REMOVED #/S"]),
        ("service S { rpc A(M) returns (M); } message M {} message N {}", vec!["RPC_REMOVED #/S/B"]),
        (
            "service S { rpc A(M) returns (N); rpc B(M) returns (M); } message M {} message N {}",
            vec!["RPC_SIGNATURE_CHANGED #/S/A"],
        ),
        (
            "service S { rpc A(M) returns (M); rpc B(stream M) returns (M); } message M {} message N {}",
            vec!["RPC_SIGNATURE_CHANGED #/S/B"],
        ),
        (
            "service S { rpc A(M) returns (M); rpc B(M) returns (M); rpc C(M) returns (M); } service T {} message M {} message N {}",
            vec![],
        ),
    ] {
        assert_eq!(
            (risky(new, old), breaking(new, old)),
            (expected.iter().map(ToString::to_string).collect(), vec![]),
            "{new}"
        );
    }
}

#[test]
fn removals_are_told_once_and_of_the_newer_schema_alone() {
    let document = |text: &str| crate::Document::Protobuf(parse(&super::file(text)));
    let (old, new) = (document("int32 a = 1; int32 b = 2;"), document("int32 a = 1; int32 c = 3;"));
    let warnings = |new, old, level| -> Vec<String> {
        let report = check(new, &[Older { version: 1, document: old }], level, Policy::Strict);
        assert!(report.is_compatible());
        let all = report.warnings.iter().flat_map(|failure| &failure.differences);
        all.filter(|difference| difference.effect == Effect::Risky)
            .map(|difference| format!("{} {}", difference.rule.name, difference.path))
            .collect()
    };
    for level in [Level::Backward, Level::Forward, Level::Full] {
        // Of `c`, which is new, nothing is said: that the old schema lacks it is no removal.
        assert_eq!(warnings(&new, &old, level), ["FIELD_REMOVED_WITHOUT_RESERVED #/M/2"], "{level}");
    }
}

#[test]
fn hazards_say_what_to_write() {
    insta::assert_snapshot!(shown(
        "message M { int32 c = 1; } enum E { A = 0; }",
        "message M { int32 a = 1; oneof o { int32 b = 2; } reserved 7; } enum E { A = 0; B = 1; }"
    ));
}
