//! Oneofs, and fields that move into and out of them.

use super::{breaking, risky, safe};

#[test]
fn a_member_may_be_added_and_not_removed() {
    let (old, new) = ("oneof o { int32 a = 1; }", "oneof o { int32 a = 1; int32 b = 2; }");
    assert_eq!((breaking(new, old), safe(new, old)), (vec![], vec!["ONEOF_FIELD_ADDED #/M/o/2".to_owned()]));
    assert_eq!(breaking(old, new), ["ONEOF_FIELD_REMOVED #/M/o/2"]);
}

#[test]
fn a_whole_oneof_may_be_added_and_removed() {
    let (old, new) = ("int32 x = 9;", "int32 x = 9; oneof o { int32 a = 1; int32 b = 2; }");
    assert_eq!((breaking(new, old), breaking(old, new)), (vec![], vec![]));
    assert_eq!(safe(new, old), ["ONEOF_ADDED #/M/o", "FIELD_ADDED #/M/o/1", "FIELD_ADDED #/M/o/2"]);
    assert_eq!(safe(old, new), ["ONEOF_REMOVED #/M/o", "FIELD_REMOVED #/M/o/1", "FIELD_REMOVED #/M/o/2"]);
}

#[test]
fn one_field_may_move_into_a_new_oneof_and_several_may_not() {
    // Data may hold several fields; the reader keeps the last that is a member of one oneof.
    let old = "int32 a = 1; int32 b = 2;";
    assert_eq!(breaking("oneof o { int32 a = 1; } int32 b = 2;", old), [""; 0]);
    assert_eq!(breaking("oneof o { int32 a = 1; int32 b = 2; }", old), ["MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/o"]);
    assert_eq!(breaking("oneof o { int32 a = 1; int32 c = 3; } int32 b = 2;", old), [""; 0]);
}

#[test]
fn no_field_may_move_into_a_oneof_that_exists() {
    let old = "oneof o { int32 a = 1; } int32 b = 2;";
    let new = "oneof o { int32 a = 1; int32 b = 2; }";
    assert_eq!(breaking(new, old), ["FIELD_MOVED_TO_EXISTING_ONEOF #/M/o/2"]);
    // Out of it, all may: what the data holds, the reader sees.
    assert_eq!(
        (breaking(old, new), safe(old, new)),
        (vec![], vec!["ONEOF_FIELD_MOVED_TO_TOP_LEVEL #/M/o/2".to_owned()])
    );
}

#[test]
fn a_oneof_may_be_renamed_and_two_may_not_become_one() {
    let old = "oneof o { int32 a = 1; int32 b = 2; }";
    let new = "oneof p { int32 a = 1; int32 b = 2; }";
    assert_eq!(
        (breaking(new, old), safe(new, old)),
        (vec![], vec!["ONEOF_REMOVED #/M/o".to_owned(), "ONEOF_ADDED #/M/p".to_owned()])
    );
    assert_eq!(risky(new, old), ["ONEOF_FIELD_MOVED #/M/p/1", "ONEOF_FIELD_MOVED #/M/p/2"]);
    let old = "oneof o { int32 a = 1; } oneof q { int32 b = 2; }";
    assert_eq!(breaking(new, old), ["MULTIPLE_FIELDS_MOVED_TO_ONEOF #/M/p"]);
}

#[test]
fn a_member_that_moves_is_compared_all_the_same() {
    assert_eq!(breaking("oneof o { string a = 1; }", "int32 a = 1;"), ["FIELD_SCALAR_KIND_CHANGED #/M/o/1"]);
}

#[test]
fn optional_is_no_oneof() {
    // proto3 writes it down as one in the descriptor.
    let (old, new) = ("int32 a = 1; int32 b = 2;", "optional int32 a = 1; optional int32 b = 2;");
    assert_eq!((breaking(new, old), breaking(old, new)), (vec![], vec![]));
    assert_eq!((safe(new, old), safe(old, new)), (vec![], vec![]));
}
