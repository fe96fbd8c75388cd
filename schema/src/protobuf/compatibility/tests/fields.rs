//! Fields that come, go and change their names and labels.

use super::{breaking, proto2, risky, safe};

#[test]
fn a_field_may_be_added_and_removed() {
    let (old, new) = ("int32 a = 1;", "int32 a = 1; int32 b = 2;");
    assert_eq!((breaking(new, old), safe(new, old)), (vec![], vec!["FIELD_ADDED #/M/2".to_owned()]));
    assert_eq!((breaking(old, new), safe(old, new)), (vec![], vec!["FIELD_REMOVED #/M/2".to_owned()]));
}

#[test]
fn a_required_field_may_be_neither_added_nor_removed() {
    // A reader that requires it refuses data without it; a writer without it is refused by those who still do.
    let (old, new) = (proto2("optional int32 a = 1;"), proto2("optional int32 a = 1; required int32 b = 2;"));
    assert_eq!(breaking(&new, &old), ["REQUIRED_FIELD_ADDED #/M/2"]);
    assert_eq!(breaking(&old, &new), ["REQUIRED_FIELD_REMOVED #/M/2"]);
}

#[test]
fn a_field_that_becomes_required_is_a_hazard() {
    let (old, new) = (proto2("optional int32 a = 1;"), proto2("required int32 a = 1;"));
    assert_eq!((breaking(&new, &old), risky(&new, &old)), (vec![], vec!["FIELD_REQUIRED_CHANGED #/M/1".to_owned()]));
    assert_eq!(safe(&old, &new), ["FIELD_REQUIRED_CHANGED #/M/1"], "who asks for less reads all of it");
}

#[test]
fn a_field_is_known_by_its_number() {
    assert_eq!(safe("int32 b = 1;", "int32 a = 1;"), ["FIELD_NAME_CHANGED #/M/1"]);
    assert_eq!(risky("int32 b = 1;", "int32 a = 1;"), ["FIELD_JSON_NAME_CHANGED #/M/1"]);
    // `a_b` and `aB` are the same name in JSON.
    assert_eq!(risky("int32 a_b = 1;", "int32 aB = 1;"), [""; 0]);
    assert_eq!(risky("int32 b = 1 [json_name = \"a\"];", "int32 a = 1;"), [""; 0]);
    assert_eq!(risky("int32 a = 1 [json_name = \"b\"];", "int32 a = 1;"), ["FIELD_JSON_NAME_CHANGED #/M/1"]);
}

#[test]
fn numbers_may_not_become_repeated_where_both_labels_are_written() {
    let cell = |kind: &str| {
        let (single, many) = (proto2(&format!("optional {kind} a = 1;")), proto2(&format!("repeated {kind} a = 1;")));
        (breaking(&many, &single), safe(&many, &single), breaking(&single, &many))
    };
    for kind in ["int32", "bool", "sint64", "fixed32", "double"] {
        let rule = vec!["FIELD_NUMERIC_LABEL_CHANGED #/M/1".to_owned()];
        assert_eq!(cell(kind), (rule.clone(), vec![], rule), "{kind}");
    }
    for kind in ["string", "bytes"] {
        let rule = vec!["FIELD_STRING_OR_BYTES_LABEL_CHANGED #/M/1".to_owned()];
        assert_eq!(cell(kind), (vec![], rule, vec![]), "{kind}");
    }
    assert_eq!(cell("M"), (vec![], vec![], vec![]));
}

#[test]
fn a_label_that_is_not_written_is_not_compared_and_a_hazard() {
    // Confluent compares labels only if both sides have one.
    let (old, new) = ("int32 a = 1;", "repeated int32 a = 1;");
    assert_eq!((breaking(new, old), risky(new, old)), (vec![], vec!["FIELD_LABEL_CHANGED #/M/1".to_owned()]));
    assert_eq!((breaking(old, new), risky(old, new)), (vec![], vec!["FIELD_LABEL_CHANGED #/M/1".to_owned()]));
    let old = "optional int32 a = 1;";
    assert_eq!(breaking(new, old), ["FIELD_NUMERIC_LABEL_CHANGED #/M/1"]);
}

#[test]
fn presence_is_a_hazard_for_what_has_no_presence_of_its_own() {
    assert_eq!(risky("optional int32 a = 1;", "int32 a = 1;"), ["FIELD_PRESENCE_CHANGED #/M/1"]);
    assert_eq!(risky("int32 a = 1;", "optional int32 a = 1;"), ["FIELD_PRESENCE_CHANGED #/M/1"]);
    // A message is absent or not in any case.
    assert_eq!(risky("optional M a = 1;", "M a = 1;"), [""; 0]);
    assert_eq!(risky("repeated int32 a = 1;", "repeated int32 a = 1;"), [""; 0]);
}

#[test]
fn another_default_is_a_hazard() {
    let (old, new) = (proto2("optional int32 a = 1 [default = 1];"), proto2("optional int32 a = 1 [default = 2];"));
    assert_eq!(risky(&new, &old), ["FIELD_DEFAULT_CHANGED #/M/1"]);
    assert_eq!(risky(&proto2("optional int32 a = 1;"), &old), ["FIELD_DEFAULT_CHANGED #/M/1"]);
    assert_eq!(risky(&old, &old), [""; 0]);
}
