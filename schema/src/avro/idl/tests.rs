//! Avro IDL as schemas.

use proptest::prelude::*;

use crate::avro::{Document as Avro, Notation};
use crate::{Document, Finding, Format, Source, Strictness};

fn parse(text: &str) -> (Option<Avro>, Vec<Finding>) {
    let source = Source::new(Format::Avro, text);
    let mut findings = Vec::new();
    let document = Avro::parse_notations(&source, &[Notation::Idl], Strictness::Strict, &mut findings);
    (document, findings)
}

fn canonical(text: &str) -> String {
    let (document, findings) = parse(text);
    document.unwrap_or_else(|| panic!("{findings:#?}")).canonical()
}

/// Each finding as the words that it points at, and what it says of them.
fn told(text: &str) -> String {
    let (_, findings) = parse(text);
    let line = |finding: &Finding| {
        let help = finding.help.as_deref().unwrap_or_default();
        let (code, message) = (finding.code, &finding.message);
        format!("{code} at `{}`: {message} [{}] {help}\n", &text[finding.place.span.range()], finding.label)
    };
    findings.iter().map(line).collect()
}

#[test]
fn a_file_without_a_main_schema_stands_for_its_last_type() {
    let text = "namespace shop;\n/** An order.\n * Placed. */\nrecord Order { Kind? kind; union { int, null } n = 0x1F; }\n\
        enum Kind { A, `enum` } = A;\n@aliases([\"P\"]) record Pair { Order left, right; decimal(9, 2) total; date? on = 5; }";
    insta::assert_snapshot!(canonical(text));
}

#[test]
fn spans_of_findings_are_in_the_idl_text() {
    insta::assert_snapshot!(told(
        "record A { int a = \"x\"; Strng b; @order(\"ignore\") @doc(\"d\") long c; long a; @x(1) A? d; }"
    ));
}

#[test]
fn what_is_no_idl_is_told_with_what_was_expected() {
    let texts = [
        "recrod A {}",
        "record A { int a }",
        "record A { array string a; }",
        "fixed F(x);",
        "record A { string s = \"\\q\"; }",
        "record A { string s = \"",
        "record A { long n = 99999999999999999999; }",
        "/* never",
        "protocol P { void f(int a) } ",
        "import avsc \"x\";",
        "",
    ];
    let all: String = texts.into_iter().map(|text| format!("{text}\n  {}", told(text))).collect();
    insta::assert_snapshot!(all);
}

#[test]
fn a_type_cannot_take_a_word_of_the_language_nor_another_logical_type() {
    insta::assert_snapshot!(told(
        "record a.`date` {} record A { @logicalType(\"mine\") date a; @precision(3) @scale(2) decimal(4, 2) b; }"
    ));
}

#[test]
fn messages_and_unplaced_documentation_are_advice() {
    let text =
        "@namespace(\"a.b\") protocol P { error E { string why; } E f(string x = \"1\") throws E; void g() oneway; }";
    insta::assert_snapshot!(told(text));
    assert!(canonical(text).contains("\"namespace\":\"a.b\""));
}

#[test]
fn a_registry_takes_no_idl() {
    let source = Source::new(Format::Avro, "record A { int a; }");
    assert!(Document::parse(&source, Strictness::Lenient).document.is_none());
}

#[test]
fn nesting_has_a_limit() {
    let text = format!("record A {{ {}int{} a; }}", "array<".repeat(100_000), ">".repeat(100_000));
    assert!(told(&text).contains("nested deeper than 64 levels"));
    let text = format!("record A {{ int a = {}; }}", "[".repeat(100_000));
    assert!(told(&text).contains("nested deeper than 64 levels"));
}

#[test]
fn imports_are_found() {
    let found =
        crate::imports::of_idl("import idl \"a.avdl\"; import schema \"b.avsc\"; import idl \"a.avdl\"; record");
    assert_eq!(found.iter().map(|import| import.name.as_str()).collect::<Vec<_>>(), ["a.avdl", "b.avsc"]);
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        let (document, findings) = parse(&text);
        prop_assert_eq!(document.is_none(), findings.iter().any(|finding| finding.severity == crate::Severity::Error));
    }

    #[test]
    fn no_tokens_panic(words in prop::collection::vec(
        prop::sample::select(vec![
            "record", "enum", "A", "B", "{", "}", "(", ")", "<", ">", "?", ";", ",", "=", "@", "\"x\"", "\"\\", "1", "-0x", ".5e",
            "array", "map", "union", "int", "protocol", "decimal", "fixed", "/**", "*/", "//\n", "`a`", "`", "\\u1", "namespace",
            "schema", "[", "]", ":", "null", "é", "NaN",
        ]),
        0..60,
    )) {
        let (document, findings) = parse(&words.join(" "));
        prop_assert_eq!(document.is_none(), findings.iter().any(|finding| finding.severity == crate::Severity::Error));
        parse(&words.concat());
    }
}
