//! Packages, messages, enums, and what imports hold.

use super::{breaking, compare, compare_with, of_effect, safe, shown};
use crate::compatibility::Effect;

#[test]
fn another_package_breaks() {
    let (old, new) = ("package a; message M {}", "package b; message M {}");
    assert_eq!(breaking(new, old), ["PACKAGE_CHANGED #/"]);
    assert_eq!(breaking("message M {}", old), ["PACKAGE_CHANGED #/"]);
    assert_eq!(compare(old, old), []);
}

#[test]
fn a_type_is_the_same_in_another_package_if_its_name_is() {
    // The package is said once, for the file: every field of it would repeat the same.
    let (old, new) =
        ("package a; message M { N n = 1; } message N {}", "package b; message M { N n = 1; } message N {}");
    assert_eq!(breaking(new, old), ["PACKAGE_CHANGED #/"]);
}

#[test]
fn a_message_may_be_added_and_not_removed() {
    let (old, new) = ("message M {}", "message M {} message N {}");
    assert_eq!((breaking(new, old), safe(new, old)), (vec![], vec!["MESSAGE_ADDED #/N".to_owned()]));
    assert_eq!(breaking(old, new), ["MESSAGE_REMOVED #/N"]);
    let (old, new) = ("message M {}", "message M { message N {} }");
    assert_eq!(safe(new, old), ["MESSAGE_ADDED #/M/N"]);
    assert_eq!(breaking(old, new), ["MESSAGE_REMOVED #/M/N"]);
}

#[test]
fn a_message_may_move_among_its_neighbours() {
    // Data names the id of the schema that it was written with, and its message by position in that schema.
    let (old, new) = ("message M {} message N {}", "message N {} message M {}");
    assert_eq!((breaking(new, old), safe(new, old).len()), (vec![], 2));
    // The entry of a map is a message in the descriptor alone: it moves nothing.
    let (old, new) = ("message M { message N {} }", "message M { map<int32, int32> m = 1; message N {} }");
    assert_eq!(safe(new, old), ["FIELD_ADDED #/M/1"]);
}

#[test]
fn the_entry_of_a_map_that_is_removed_is_no_message() {
    // Redpanda once refused it for this reason (redpanda#30374).
    assert_eq!(breaking("int32 a = 2;", "map<int32, int32> m = 1; int32 a = 2;"), [""; 0]);
}

#[test]
fn enums_and_their_values_never_break() {
    let (old, new) = ("enum E { A = 0; B = 1; }", "enum E { A = 0; C = 1; D = 2; } enum F { X = 0; }");
    assert_eq!(safe(new, old), ["ENUM_CONST_CHANGED #/E/1", "ENUM_CONST_ADDED #/E/2", "ENUM_ADDED #/F"]);
    assert_eq!(safe(old, new), ["ENUM_CONST_CHANGED #/E/1", "ENUM_CONST_REMOVED #/E/2", "ENUM_REMOVED #/F"]);
    assert_eq!((breaking(new, old), breaking(old, new)), (vec![], vec![]));
}

#[test]
fn what_an_import_defines_is_compared_where_a_field_holds_it() {
    let text = "import \"x.proto\"; message M { x.X x = 3; }";
    let old = "syntax = \"proto3\"; package x; message X { int32 a = 1; X next = 2; }";
    let new = "syntax = \"proto3\"; package x; message X { string a = 1; X next = 2; }";
    let found = compare_with(text, text, [&[("x.proto", new)], &[("x.proto", old)]]);
    assert_eq!(of_effect(&found, Effect::Breaking), ["FIELD_SCALAR_KIND_CHANGED #/M/3/1"]);
    // The places are in the reference, which is file 1 on both sides.
    assert_eq!(found[0].reader.map(|place| &new[place.span.range()]), Some("string"));
    assert_eq!(found[0].writer.map(|place| (place.file, &old[place.span.range()])), Some((1, "int32")));
    assert_eq!(compare_with(text, text, [&[("x.proto", new)], &[("x.proto", new)]]), []);
}

#[test]
fn a_type_that_moves_into_an_import_is_still_compared() {
    let old = "message M { X x = 1; } message X { int32 a = 1; }";
    let new = "import \"x.proto\"; message M { X x = 1; }";
    let same = "syntax = \"proto3\"; message X { int32 a = 1; }";
    let other = "syntax = \"proto3\"; message X { string a = 1; }";
    let found = |text| of_effect(&compare_with(new, old, [&[("x.proto", text)], &[]]), Effect::Breaking);
    // Confluent looks for the message in the file itself.
    assert_eq!(found(same), ["MESSAGE_REMOVED #/X"]);
    assert_eq!(found(other), ["MESSAGE_REMOVED #/X", "FIELD_SCALAR_KIND_CHANGED #/M/1/1"]);
}

#[test]
fn types_that_hold_each_other_come_to_an_end() {
    let text = |inner| {
        format!(
            "import \"x.proto\"; message M {{ A a = 1; M m = 2; }} message A {{ B b = 1; {inner} x = 2; x.P p = 3; }} \
             message B {{ A a = 1; repeated M ms = 2; }}"
        )
    };
    let reference =
        "syntax = \"proto3\"; package x; message P { Q q = 1; } message Q { P p = 1; map<string, P> ps = 2; }";
    let reference = [("x.proto", reference)];
    let references: [&[(&str, &str)]; 2] = [&reference; 2];
    assert_eq!(compare_with(&text("int32"), &text("int32"), references), []);
    let found = compare_with(&text("string"), &text("int32"), references);
    assert_eq!(of_effect(&found, Effect::Breaking), ["FIELD_SCALAR_KIND_CHANGED #/A/2"]);
}

#[test]
fn places_are_names_numbers_and_types() {
    insta::assert_snapshot!(shown(
        "package b; message M { string a = 1; reserved 3; int32 d = 4; }",
        "package a; message M { int32 a = 1; bool c = 2; } message N {}"
    ));
}
