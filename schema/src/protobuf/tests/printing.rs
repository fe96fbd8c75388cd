//! Canonical and normalised texts.

use super::{parse, parse_with, source, try_parse};
use crate::Strictness;

/// Everything that a file can say.
const EVERYTHING: &str = r#"// A comment.
syntax = "proto3";
package a.b;
import "google/protobuf/any.proto";
import public "x.proto";
import "google/protobuf/descriptor.proto";
option java_package = "com.\"a\".b"; option (file_option) = { doc: "x\n" "y" tags: ["a", 'b'] inner { n: -1 } };

enum E { option allow_alias = true; reserved 5 to 7, 9; reserved "OLD"; Z = 0 [deprecated = true]; A = 1; B = 1; N = -3; }

/* Another. */ message M {
  option deprecated = true;
  reserved 100, 110 to 115; reserved "gone", "away";
  reserved 200 to max;
  message N { enum F { F0 = 0; } message Deep {} F f = 1; }
  string a_b = 1 [(field_option) = "é\001", json_name = "other", deprecated = true]; // trailing
  repeated int32 many = 2 [packed = false];
  optional E maybe = 3;
  map<string, N.Deep> map_field = 4 [deprecated = true];
  oneof choice { option (oneof_option) = 1.5; x.X left = 6; .a.b.M right = 5; }
  google.protobuf.Any any = 7;
}

extend google.protobuf.FileOptions { Doc file_option = 50000; }
extend google.protobuf.FieldOptions { string field_option = 50000; }
extend google.protobuf.OneofOptions { optional double oneof_option = 50000; }
message Doc { string doc = 1; repeated string tags = 2; message Inner { int32 n = 1; } Inner inner = 3; }
service S { option deprecated = true; rpc One(M) returns (stream x.X); rpc Two(stream M) returns (M) { option idempotency_level = IDEMPOTENT; } }
message Empty {}
"#;

const PROTO2: &str = r#"
syntax = "proto2";
message M {
  required bool r = 3 [default = true];
  optional string s = 2 [default = "a\"b\n"];
  optional bytes b = 1 [default = "\000\xffx"];
  optional double d = 4 [default = -inf]; optional float f = 5 [default = 1.5]; optional E e = 6 [default = B];
  optional group Grp = 7 { optional int32 g = 1; message In {} }
  repeated group Many = 8 [deprecated = true] {}
  oneof o { int32 x = 10; group Og = 9 { optional int32 y = 1; } }
  extensions 200 to max; extensions 100, 110 to 120;
  extend M { optional int32 ext = 100; optional group Eg = 110 { optional M m = 1; } }
}
enum E { A = 1; B = 0; }
extend M { repeated string more = 111; }
"#;

const X: (&str, &str) = ("x.proto", "syntax = \"proto3\"; package x; message X {}");

#[test]
fn everything_is_printed_as_confluent_does() {
    insta::assert_snapshot!(parse_with(EVERYTHING, &[X]).canonical());
}

#[test]
fn everything_is_normalised() {
    insta::assert_snapshot!(parse_with(EVERYTHING, &[X]).normalized());
}

#[test]
fn proto2_is_printed_as_confluent_does() {
    insta::assert_snapshot!(parse(PROTO2).canonical());
}

#[test]
fn what_is_printed_says_the_same_and_is_printed_the_same() {
    for text in [EVERYTHING, PROTO2, "", "message M {}", "syntax = \"proto2\";"] {
        let document = parse_with(text, &[X]);
        for printed in [document.canonical(), document.normalized()] {
            let again = parse_with(&printed, &[X]);
            assert_eq!(again.normalized(), document.normalized(), "{printed}");
            assert_eq!(again.canonical(), printed);
        }
    }
}

#[test]
fn the_plain_file_looks_as_in_confluents_examples() {
    let text = "syntax=\"proto3\";package com.acme; import \"other.proto\";// c\nmessage MyRecord{string f1=1;OtherRecord f2=2;}";
    let other = ("other.proto", "syntax = \"proto3\"; package com.acme; message OtherRecord { int32 an_id = 1; }");
    assert_eq!(
        parse_with(text, &[other]).canonical(),
        "syntax = \"proto3\";\npackage com.acme;\n\nimport \"other.proto\";\n\nmessage MyRecord {\n  string f1 = 1;\n  \
         OtherRecord f2 = 2;\n}\n"
    );
    assert!(parse_with(text, &[other]).normalized().contains("  .com.acme.OtherRecord f2 = 2;\n"));
}

#[test]
fn texts_that_differ_in_writing_alone_are_normalised_to_one() {
    let one = "syntax = \"proto3\"; package p; import \"google/protobuf/empty.proto\"; import \"google/protobuf/any.proto\";\n\
               option java_package = \"j\"; option cc_enable_arenas = true;\n\
               enum E { A = 0; C = 2; B = 1; } message M { reserved 9, 7; M m = 2; oneof o { E e = 5; int32 d = 4; } oneof n { int32 z = 3; } string a = 1; }";
    let two = "// Other.\nsyntax = 'proto3';\npackage p;\nimport 'google/protobuf/any.proto';\nimport 'google/protobuf/empty.proto';\n\
               option cc_enable_arenas = true;\noption java_package = \"j\";\n\
               message M { string a = 1; p.M m = 2; oneof n { int32 z = 3; } oneof o { int32 d = 4; .p.E e = 5; } reserved 7; reserved 9; }\n\
               enum E { A = 0; B = 1; C = 2; }";
    assert_eq!(parse(one).normalized(), parse(two).normalized());
    assert_ne!(parse(one).canonical(), parse(two).canonical());
}

#[test]
fn a_descriptor_in_base64_is_a_file() {
    let written = parse_with(EVERYTHING, &[X]);
    let serialized = written.formatted("serialized").unwrap();
    let document = parse_with(&serialized, &[X]);
    assert_eq!(document.normalized(), written.normalized());
    assert_eq!(parse_with(&document.canonical(), &[X]).normalized(), written.normalized());
    // References come in either form too.
    let x = parse(X.1).formatted("serialized").unwrap();
    assert_eq!(parse_with(EVERYTHING, &[("x.proto", &x)]).normalized(), written.normalized());
    // There is no text to point into.
    assert_eq!(document.place(document.file().name(), &[4, 0]), None);
    let (document, findings) = try_parse(&source(&serialized, &[]), Strictness::Strict);
    assert!(document.is_none());
    assert_eq!((findings[0].code, findings[0].place.span.range()), ("schema::missing-reference", 0..serialized.len()));
}

#[test]
fn extensions_are_left_out_on_request() {
    let text = parse_with(EVERYTHING, &[X]).formatted("ignore_extensions").unwrap();
    assert!(!text.contains("(field_option)") && !text.contains("(file_option)"), "{text}");
    assert!(text.contains("java_package") && text.contains("json_name = \"other\""));
    assert_eq!(parse("").formatted("resolved"), None);
}
