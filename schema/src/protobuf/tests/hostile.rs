//! Texts that are made to hurt: each is refused, or read, in time and memory that its size explains.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::{parse, source, try_parse};
use crate::compatibility::{Direction, Effect};
use crate::protobuf::compatibility::compare;
use crate::{Format, Source, Strictness};

/// The codes of what is wrong with a text.
fn codes(text: &str) -> Vec<&'static str> {
    let (_, findings) = try_parse(&source(text, &[]), Strictness::Lenient);
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn nesting_is_refused_before_anything_recurses() {
    let mut messages = String::new();
    for level in 0..100_000 {
        let _ = write!(messages, "message M{level} {{ ");
    }
    assert_eq!(codes(&messages), ["schema::too-deep"]);
    for bracket in ["{", "[", "<", "("] {
        assert_eq!(codes(&bracket.repeat(1_000_000)), ["schema::too-deep"], "{bracket}");
    }
    let option = format!("option (a) = {{ {} }};", "a { ".repeat(100_000));
    assert_eq!(codes(&option), ["schema::too-deep"]);
}

#[test]
fn messages_nest_as_deep_as_compilers_allow_and_no_deeper() {
    let nested = |depth: usize| format!("{}{}", "message M { ".repeat(depth), "}".repeat(depth));
    let deep = parse(&nested(31));
    assert_eq!(compare(&deep, &deep, Direction::Backward), []);
    assert_eq!(parse(&deep.canonical()).canonical(), deep.canonical());
    assert!(!codes(&nested(32)).is_empty());
}

#[test]
fn large_texts_and_names_are_refused() {
    assert_eq!(codes(&" ".repeat(5 * 1024 * 1024)), ["schema::too-large"]);
    assert_eq!(codes(&format!("package {};", vec!["a"; 100_000].join("."))), ["schema::too-large"]);
    let mut wide = format!("syntax = \"proto3\"; message {} {{", "A".repeat(2000));
    for number in 0..60_000 {
        let _ = write!(wide, " bool b{number} = {};", number + 1);
    }
    wide.push('}');
    assert_eq!(codes(&wide), ["schema::too-large"]);
}

#[test]
fn fields_times_reserved_ranges_are_bounded() {
    let mut text = "message M {".to_owned();
    for number in 1..20_000 {
        let _ = write!(text, "optional bool b{number} = {number};reserved {};", number + 100_000);
    }
    text.push('}');
    assert_eq!(codes(&text), ["schema::too-large"]);
}

#[test]
fn many_errors_are_found_in_time() {
    let mut unknown = "syntax = \"proto3\"; message M {".to_owned();
    for number in 1..20_000 {
        let _ = write!(unknown, "X{number} f{number} = {number};");
    }
    unknown.push('}');
    assert!(codes(&unknown).contains(&"schema::unknown-type"));
    assert!(!codes(&"message ".repeat(50_000)).is_empty());
    assert!(!codes(&"\"".repeat(200_000)).is_empty());
    assert!(!codes(&"\u{0}\u{1}".repeat(100_000)).is_empty());
}

#[test]
fn a_long_chain_of_imports_and_of_types_is_followed_without_recursion() {
    const LENGTH: usize = 2_000;
    let chain = |last: &str| -> Vec<(String, String)> {
        (0..LENGTH)
            .map(|at| {
                let (import, kind) = if at == 0 {
                    (String::new(), last.to_owned())
                } else {
                    (format!("import \"f{}.proto\";", at - 1), format!("M{}", at - 1))
                };
                (format!("f{at}.proto"), format!("syntax = \"proto3\"; {import} message M{at} {{ {kind} f = 1; }}"))
            })
            .collect()
    };
    let document = |last| {
        let files = chain(last);
        let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let text = format!("import \"f{0}.proto\"; message R {{ optional M{0} r = 1; }}", LENGTH - 1);
        super::parse_with(&text, &files)
    };
    let found = compare(&document("string"), &document("int32"), Direction::Backward);
    let breaking: Vec<_> = found.iter().filter(|difference| difference.effect == Effect::Breaking).collect();
    assert_eq!(breaking.len(), 1);
    assert_eq!(breaking[0].path.matches('/').count(), LENGTH + 2);
}

/// Nothing is looked for among all names, or moved, for each of them.
#[test]
fn as_many_missing_and_repeated_imports_as_fit_are_told_in_time() {
    let missing: String = (0..30_000).map(|at| format!("import \"google/protobuf/{at:05}.proto\";\n")).collect();
    let repeated = "import public \"google/protobuf/any.proto\";\n".repeat(10_000);
    let text = format!("syntax = \"proto3\";\n{missing}{repeated}");
    let (document, findings) = try_parse(&source(&text, &[]), Strictness::Lenient);
    assert_eq!(findings.len(), 39_999);
    let descriptor = document.unwrap().file().file_descriptor_proto().clone();
    assert_eq!(descriptor.dependency, ["google/protobuf/any.proto"]);
    assert_eq!(descriptor.public_dependency, [0]);
}

#[test]
fn as_many_messages_as_fields_are_printed_in_time() {
    const LENGTH: usize = 40_000;
    let fields: String = (1..=LENGTH).map(|at| format!("int32 b{at}={};", number(at))).collect();
    let nested: String = (1..=LENGTH).map(|at| format!("message C{at}{{}}")).collect();
    let document = parse(&format!("syntax=\"proto3\";message A{{{fields}{nested}}}"));
    assert_eq!(document.canonical().lines().count(), 2 * LENGTH + 5);
}

/// With a look at all oneofs for each of them this would take minutes.
#[test]
fn as_many_oneofs_as_fields_are_compared_in_time() {
    const LENGTH: usize = 40_000;
    let text = |kind: &str| {
        let oneofs = (1..=LENGTH).map(|at| format!("oneof a{at} {{ {kind} b{at} = {}; }}", number(at)));
        format!("syntax = \"proto3\"; message M {{ {} }}", oneofs.collect::<String>())
    };
    let (reader, writer) = (parse(&text("int64")), parse(&text("int32")));
    assert_eq!(compare(&reader, &writer, Direction::Backward).len(), LENGTH);
}

/// The numbers from 19,000 on to 19,999 are the compiler's.
fn number(at: usize) -> usize {
    if at < 19_000 { at } else { at + 1_000 }
}

#[test]
fn base64_that_is_no_descriptor_is_an_error_and_nothing_else() {
    for text in ["AAAA", "////", "CgdkZWZhdWx0", "message", "Zm9v", "EgNhLmI6AWI="] {
        let _ = codes(text);
    }
    assert!(!codes("AAAA").is_empty());
}

/// Pieces of Protobuf, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "message",
        "M",
        "N",
        "{",
        "}",
        ";",
        "=",
        "1",
        "2",
        "int32",
        "a",
        "b",
        "repeated",
        "optional",
        "oneof",
        "enum",
        "E",
        "map<string, int32>",
        "reserved",
        "to",
        "max",
        "\"x\"",
        "syntax = \"proto3\";",
        "import",
        "package",
        "option",
        "(",
        ")",
        "[",
        "]",
        "extend",
        "extensions",
        "service",
        "rpc",
        "returns",
        "stream",
        "group",
        "default",
        ".",
        ",",
        "-1",
        "0",
        "'\\777'",
        "//",
        "/*",
        "\n",
        "é",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.join(" "))
}

/// A valid file of messages, enums and oneofs that refer to each other.
fn files() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(vec![
        "int32",
        "string",
        "bytes",
        "M0",
        "M1",
        "E0",
        "map<int32, M0>",
        "map<string, M1>",
        "map<int32, E0>",
        "map<string, sint64>",
        "sint64",
    ]);
    let label = prop::sample::select(vec!["", "", "repeated ", "optional "]);
    let place = 0..4u8;
    let field = (kind, label, place, 1..30u32, prop::bool::ANY);
    let message = prop::collection::vec(field, 0..8);
    (prop::collection::vec(message, 2..4), prop::collection::vec(1..9i32, 0..5), prop::bool::ANY).prop_map(
        |(messages, values, package)| {
            let mut text = "syntax = \"proto3\";".to_owned();
            text.push_str(if package { "package p;" } else { "" });
            for (index, fields) in messages.iter().enumerate() {
                let (mut plain, mut members, mut reserved) = (String::new(), String::new(), String::new());
                let mut used = std::collections::BTreeSet::new();
                for (kind, label, place, number, deprecated) in fields.iter().filter(|field| used.insert(field.3)) {
                    let options = if *deprecated { " [deprecated = true, json_name = \"x%s\"]" } else { "" };
                    let options = options.replace("%s", &number.to_string());
                    let is_map = kind.starts_with("map");
                    match place {
                        0 => {
                            let _ = write!(reserved, "reserved {number}; ");
                        }
                        1 if !is_map => {
                            let _ = write!(members, "{kind} f{number} = {number}{options}; ");
                        }
                        _ => {
                            let label = if is_map { "" } else { label };
                            let _ = write!(plain, "{label}{kind} f{number} = {number}{options}; ");
                        }
                    }
                }
                let members = if members.is_empty() { String::new() } else { format!("oneof o {{ {members} }}") };
                let _ = write!(text, "message M{index} {{ {members} {plain} {reserved} }}");
            }
            let distinct: std::collections::BTreeSet<_> = values.iter().collect();
            let has_aliases = distinct.len() < values.len();
            text.push_str(if has_aliases {
                "enum E0 { option allow_alias = true; Z = 0; "
            } else {
                "enum E0 { Z = 0; "
            });
            for (index, value) in values.iter().enumerate() {
                let _ = write!(text, "V{index} = {value}; ");
            }
            text + "}"
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_is_read_panics(text in prop_oneof![pieces(), any::<String>(), "[A-Za-z0-9+/]{0,60}={0,2}"]) {
        let source = Source::new(Format::Protobuf, text);
        for strictness in [Strictness::Strict, Strictness::Lenient] {
            let (document, findings) = try_parse(&source, strictness);
            let errors = findings.iter().filter(|finding| finding.severity == crate::Severity::Error).count();
            prop_assert_eq!(document.is_none(), errors > 0);
            for finding in &findings {
                prop_assert!(source.text.get(finding.place.span.range()).is_some(), "{:?}", finding);
            }
            if let Some(document) = document {
                prop_assert_eq!(compare(&document, &document, Direction::Backward), []);
                let canonical = document.canonical();
                let (again, findings) = try_parse(&Source::new(Format::Protobuf, canonical.as_str()), strictness);
                prop_assert!(again.is_some(), "{}\n{:?}", canonical, findings);
                prop_assert_eq!(again.unwrap().canonical(), canonical);
            }
        }
    }

    #[test]
    fn what_is_printed_is_the_same_schema(text in files()) {
        let document = parse(&text);
        let (canonical, normalized) = (document.canonical(), document.normalized());
        prop_assert_eq!(parse(&canonical).canonical(), canonical.clone());
        prop_assert_eq!(parse(&canonical).normalized(), normalized.clone());
        prop_assert_eq!(parse(&normalized).normalized(), normalized.clone());
        prop_assert_eq!(parse(&normalized).canonical(), normalized);
        prop_assert_eq!(compare(&document, &parse(&canonical), Direction::Backward), []);
        let serialized = parse(&document.formatted("serialized").unwrap());
        prop_assert_eq!(serialized.normalized(), document.normalized());
    }

    #[test]
    fn whatever_differs_has_places_that_are_in_the_texts(reader in files(), writer in files()) {
        let (reader, writer) = (parse(&reader), parse(&writer));
        for difference in compare(&reader, &writer, Direction::Backward) {
            for (document, place) in [(&reader, difference.reader), (&writer, difference.writer)] {
                let text = &document.source().text;
                prop_assert!(place.is_none_or(|place| text.get(place.span.range()).is_some()));
            }
            prop_assert!(difference.reader.is_some() || difference.writer.is_some(), "{:?}", difference);
            if difference.rule.name.starts_with("FIELD_") && difference.rule.name.ends_with("_CHANGED") {
                prop_assert!(difference.reader.is_some() && difference.writer.is_some(), "{:?}", difference);
            }
        }
    }
}
