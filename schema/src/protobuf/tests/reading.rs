//! Texts that are read, and the findings of those that are not: each with its place in the right file.

use super::{parse, parse_with, source, try_parse};
use crate::{Severity, Strictness};

/// Code, message and the text at the place of every finding.
fn findings(text: &str, references: &[(&str, &str)], strictness: Strictness) -> Vec<String> {
    let source = source(text, references);
    let (document, findings) = try_parse(&source, strictness);
    let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
    assert_eq!(document.is_none(), has_error, "{findings:#?}");
    findings
        .iter()
        .map(|finding| {
            let text = match finding.place.file {
                0 => &source.text,
                file => &source.references[file - 1].text,
            };
            format!("{} | {} | {}", finding.code, finding.message, &text[finding.place.span.range()])
        })
        .collect()
}

fn errors(text: &str) -> Vec<String> {
    findings(text, &[], Strictness::Strict)
}

#[test]
fn a_file_says_its_first_message_and_its_imports() {
    let document = parse_with(
        "syntax = \"proto3\";\npackage a.b;\nimport \"x.proto\";\nimport \"google/protobuf/timestamp.proto\";\n\
         message M { X x = 1; google.protobuf.Timestamp at = 2; map<string, X> y = 3; message N { message O {} } } message P {}",
        &[("x.proto", "syntax = \"proto3\"; package a; message X {}")],
    );
    assert_eq!(document.record_name().as_deref(), Some("a.b.M"));
    assert_eq!(document.imports().collect::<Vec<_>>(), ["x.proto", "google/protobuf/timestamp.proto"]);
    assert_eq!(document.message_indexes("a.b.M"), Some(vec![0]));
    assert_eq!(document.message_indexes("a.b.M.N.O"), Some(vec![0, 0, 0]));
    assert_eq!(document.message_indexes("a.b.P"), Some(vec![1]));
    // It is known, but of another file: an index would point at something else.
    assert_eq!(document.message_indexes("a.X"), None);
    assert_eq!(document.message_indexes("a.b.Q"), None);
}

#[test]
fn a_place_is_found_by_path_in_the_schema_and_in_references() {
    let reference = "syntax = \"proto3\"; message X { int32 ähm = 1; }".replace("ähm", "a /* ä */");
    let document = parse_with("import \"x.proto\";\nmessage M { optional X x = 1; }", &[("x.proto", &reference)]);
    let place = document.place(document.file().name(), &[4, 0, 2, 0, 3]).unwrap();
    assert_eq!((place.file, &document.source().text[place.span.range()]), (0, "1"));
    let place = document.place("x.proto", &[4, 0, 2, 0, 3]).unwrap();
    // Columns of the compiler are bytes: text before it that is not ASCII moves nothing.
    assert_eq!((place.file, &reference[place.span.range()]), (1, "1"));
    assert_eq!(document.place("google/protobuf/any.proto", &[4, 0]), None);
}

#[test]
fn an_empty_text_and_a_byte_order_mark_are_files() {
    assert_eq!(parse("").record_name(), None);
    assert_eq!(parse("\u{feff}syntax = \"proto3\"; message M {}").record_name().as_deref(), Some("M"));
    assert_eq!(errors("\u{feff}syntax = \"proto3\"; massage M {}").len(), 1);
}

#[test]
fn every_syntax_error_of_every_file_is_found() {
    let text = "syntax = \"proto3\"; import \"x.proto\"; message M { int32 a = 0; int32 b = -1; }";
    insta::assert_snapshot!(findings(text, &[("x.proto", "message X {")], Strictness::Strict).join("\n"));
}

#[test]
fn every_name_that_is_taken_is_found_at_once() {
    let text = "syntax = \"proto3\"; message M { /* ä */ Nope a = 1; int32 b = 1; int32 a = 2; reserved 3; bool d = 3; }\n\
                enum E { ONE = 1; } enum F {}";
    insta::assert_snapshot!(errors(text).join("\n"));
}

#[test]
fn a_missing_import_is_an_error_in_a_new_schema_and_a_warning_in_a_stored_one() {
    let text = "syntax = \"proto3\"; import \"google/protobuf/timestmp.proto\"; import \"x.proto\"; message M {}";
    let found = findings(text, &[], Strictness::Strict);
    assert_eq!(
        found,
        [
            "schema::missing-reference | nothing is known of `google/protobuf/timestmp.proto` | import \"google/protobuf/timestmp.proto\";",
            "schema::missing-reference | nothing is known of `x.proto` | import \"x.proto\";",
        ]
    );
    assert_eq!(findings(text, &[], Strictness::Lenient), found);
    let (document, findings) = try_parse(&source(text, &[]), Strictness::Lenient);
    assert!(document.is_some());
    assert_eq!(findings[0].help.as_deref(), Some("did you mean `google/protobuf/timestamp.proto`?"));
}

#[test]
fn imports_in_a_circle_are_an_error_that_shows_the_circle() {
    let source =
        source("import \"a.proto\";", &[("b.proto", "import \"a.proto\";"), ("a.proto", "import \"b.proto\";")]);
    let (document, findings) = try_parse(&source, Strictness::Lenient);
    assert!(document.is_none());
    assert_eq!(findings.len(), 1);
    assert_eq!((findings[0].code, findings[0].place.file), ("schema::circular-import", 1));
    assert_eq!(findings[0].secondary.iter().map(|(place, _)| place.file).collect::<Vec<_>>(), [2]);
}

#[test]
fn an_import_twice_is_an_error_in_a_new_schema_and_a_warning_in_a_stored_one() {
    let text = "import \"google/protobuf/any.proto\"; import public \"google/protobuf/any.proto\";\n\
                import public \"google/protobuf/empty.proto\";";
    let (document, _) = try_parse(&source(text, &[]), Strictness::Strict);
    assert!(document.is_none());
    let (document, findings) = try_parse(&source(text, &[]), Strictness::Lenient);
    assert_eq!(findings[0].code, "schema::duplicate-import");
    let descriptor = document.unwrap().file().file_descriptor_proto().clone();
    assert_eq!((descriptor.dependency.len(), descriptor.public_dependency), (2, vec![1]));
}

#[test]
fn an_edition_in_a_comment_is_none() {
    for comment in
        ["/*\nedition = \"2023\";\n*/", "// a\n// edition = \"2023\";", "/*/ edition = \"2023\"; */", "\u{feff}"]
    {
        assert_eq!(errors(&format!("{comment}\nsyntax = \"proto3\";")), [""; 0], "{comment}");
    }
    assert_eq!(
        errors("\u{feff}/* a; */ edition /* b */ = '2024' ; message M {}"),
        ["schema::edition | edition `2024` is not supported | edition /* b */ = '2024'"]
    );
}

#[test]
fn an_edition_is_refused_with_its_own_words() {
    assert_eq!(
        errors("// new\nedition = \"2023\";\nmessage M {}"),
        ["schema::edition | edition `2023` is not supported | edition = \"2023\""]
    );
}

#[test]
fn what_protoc_refuses_in_a_new_file_is_refused() {
    // Every cell was compared with `protoc` 6: it refuses the first of each pair and takes the second.
    for (refused, taken, expected) in [
        (
            "message M { reserved \"a\"; int32 a = 1; }",
            "message M { reserved \"a\"; int32 b = 1; }",
            "the name `a` is reserved | a",
        ),
        (
            "enum E { A = 0; reserved \"B\"; B = 1; }",
            "enum E { A = 0; reserved \"B\"; C = 1; }",
            "the name `B` is reserved | B",
        ),
        (
            "message M { message N { enum E { A = 0; reserved \"A\"; } } }",
            "message M {}",
            "the name `A` is reserved | A",
        ),
        (
            "message M { reserved 3 to 1; }",
            "message M { reserved 1 to 3; }",
            "the range 3 to 1 ends before it begins | 3 to 1",
        ),
        ("message M { reserved 1 to 3, 3; }", "message M { reserved 1 to 3, 4; }", "number 3 is set aside twice | 3"),
        (
            "enum E { A = 0; reserved 5, 3 to 9; }",
            "enum E { A = 0; reserved 5, 6 to max; reserved -1; }",
            "number 5 is set aside twice | 5",
        ),
        ("message M { extensions 4 to 10; }", "message M {}", "extension ranges are not allowed in proto3 | 4 to 10"),
        (
            "message M { int32 a = 1 [packed = true]; }",
            "message M { repeated int32 a = 1 [packed = true]; }",
            "field `a` cannot be packed | int32 a = 1 [packed = true];",
        ),
        (
            "message M { repeated string a = 1 [packed = true]; }",
            "message M { repeated string a = 1 [packed = false]; }",
            "field `a` cannot be packed | repeated string a = 1 [packed = true];",
        ),
        (
            "message M { int32 a = 1 [jstype = JS_STRING]; }",
            "message M { int64 a = 1 [jstype = JS_STRING]; int32 b = 2 [jstype = JS_NORMAL]; }",
            "field `a` cannot have a `jstype` | int32 a = 1 [jstype = JS_STRING];",
        ),
        (
            "message M { int32 a = 1 [json_name = \"[a]\"]; }",
            "message M { int32 a = 1 [json_name = \"[a\"]; }",
            "the JSON name `[a]` is in brackets | int32 a = 1 [json_name = \"[a]\"];",
        ),
        (
            "message M { option map_entry = true; int32 key = 1; int32 value = 2; }",
            "message M { map<int32, int32> a = 1; }",
            "message `M` cannot be made the entry of a map | message M { option map_entry = true; int32 key = 1; int32 value = 2; }",
        ),
        (
            "enum E { option allow_alias = true; A = 0; }",
            "enum E { option allow_alias = true; A = 0; B = 0; }",
            "enum `E` has no aliases to allow or forbid | enum E { option allow_alias = true; A = 0; }",
        ),
        (
            "message M { reserved \"a\"; reserved \"a\"; }",
            "message M { reserved \"a\"; reserved \"b\"; }",
            "the name `a` is reserved twice | \"a\"",
        ),
    ] {
        let text = |text: &str| format!("syntax = \"proto3\"; {text}");
        assert_eq!(errors(&text(refused)), [format!("schema::protobuf | {expected}")]);
        assert_eq!(errors(&text(taken)), [""; 0], "{taken}");
        // In use already: every place where it could be refused is past.
        assert_eq!(findings(&text(refused), &[], Strictness::Lenient), [""; 0], "{refused}");
    }
    let proto2 = "syntax = \"proto2\"; message M { reserved 1 to 5; extensions 4 to 9; }";
    assert_eq!(errors(proto2), ["schema::protobuf | number 4 is set aside twice | 4 to 9"]);
}
