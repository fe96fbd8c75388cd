//! Claims about texts that want to take all time, memory or stack. Each of these ends in seconds or fails the run.

use std::fmt::Write;

use proptest::prelude::*;

use super::{codes, parse, source};
use crate::Strictness;
use crate::document::MAX_BYTES;
use crate::json::MAX_DEPTH;

fn both(text: &str) -> [Option<super::Document>; 2] {
    [Strictness::Strict, Strictness::Lenient].map(|strictness| parse(&source(text, &[("other", text)]), strictness).0)
}

#[test]
fn depth_has_a_limit_with_a_name() {
    for (open, close) in [("[", "]"), ("{\"not\":", "}"), ("{\"items\":[", "]}")] {
        let text = format!("{}{{}}{}", open.repeat(100_000), close.repeat(100_000));
        let (document, findings) = parse(&source(&text, &[]), Strictness::Lenient);
        assert!(document.is_none());
        assert!(findings[0].message.contains(&MAX_DEPTH.to_string()), "{}", findings[0].message);
    }
    assert_eq!(codes(&"[".repeat(1 << 20)), ["schema::too-deep"]);
}

#[test]
fn the_deepest_text_that_is_read_is_also_checked() {
    let depth = MAX_DEPTH - 1;
    for schema in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft/2020-12/schema"] {
        let text = format!(
            r#"{{"$schema": "{schema}", "not": {}{{}}{}}}"#,
            r#"{"not":"#.repeat(depth - 1),
            "}".repeat(depth - 1)
        );
        assert_eq!(codes(&text), Vec::<&str>::new());
    }
}

#[test]
fn a_text_can_be_too_large() {
    let text = format!(r#"{{"title": "{}"}}"#, "a".repeat(MAX_BYTES));
    assert_eq!(codes(&text), ["schema::too-large"]);
}

#[test]
fn references_that_double_at_each_level_cost_nothing() {
    let levels: Vec<String> = (0..2_000)
        .map(|level| {
            let next = format!("{{\"$ref\": \"#/definitions/l{}\"}}", level + 1);
            format!("\"l{level}\": {{\"allOf\": [{next}, {next}]}}")
        })
        .collect();
    let text = format!(r##"{{"$ref": "#/definitions/l0", "definitions": {{{}, "l2000": {{}}}}}}"##, levels.join(","));
    assert_eq!(codes(&text), Vec::<&str>::new());
}

#[test]
fn many_references_into_many_definitions_take_time_in_proportion() {
    let definitions: Vec<String> =
        (0..20_000).map(|number| format!(r##""d{number}": {{"$ref": "#/definitions/d{}"}}"##, number + 1)).collect();
    let text = format!(r#"{{"definitions": {{{}, "d20000": {{}}}}}}"#, definitions.join(","));
    assert_eq!(codes(&text), Vec::<&str>::new());
    let document = parse(&source(&text, &[]), Strictness::Lenient).0.unwrap();
    assert!(document.resolve_pointer("/definitions/d0").unwrap().dereferenced().is_some());
    let gone = text.replace("#/definitions/d", "#/definitions/x");
    assert_eq!(codes(&gone).len(), 20_000);
}

#[test]
fn numbers_of_any_size_are_numbers() {
    let digits = "9".repeat(100_000);
    let text = format!(r#"{{"minimum": {digits}, "maximum": 1e{digits}, "const": -0.{digits}e-{digits}}}"#);
    let [strict, lenient] = both(&text);
    assert!(strict.is_some() && lenient.is_some());
}

#[test]
fn long_patterns_are_not_read() {
    let pattern = "\\\\cA".repeat(100_000);
    assert_eq!(codes(&format!(r#"{{"pattern": "{pattern}"}}"#)), ["schema::unread-pattern"]);
    let nested = format!("{}a{}", "(".repeat(4_000), ")".repeat(4_000));
    assert_eq!(codes(&format!(r#"{{"pattern": "{nested}"}}"#)), ["schema::unread-pattern"]);
    assert_eq!(codes(r#"{"pattern": "((a{1000}){1000}){1000}"}"#), Vec::<&str>::new());
}

/// Text that looks like a schema: keywords with values of all kinds, references among them.
fn schema() -> impl Strategy<Value = serde_json::Value> {
    let reference = prop_oneof![
        Just("#"),
        Just("#/allOf/0"),
        Just("#/items"),
        Just("#x"),
        Just("t.json"),
        Just("t.json#/not"),
        Just("//["),
        Just("http://json-schema.org/draft-07/schema#"),
        Just("%"),
        Just("#/%zz/~2"),
        Just("other"),
        Just(""),
    ];
    let text = prop_oneof![reference.prop_map(str::to_owned), ".{0,6}"];
    let leaf = prop_oneof![
        any::<bool>().prop_map(serde_json::Value::from),
        any::<i8>().prop_map(Into::into),
        text.prop_map(Into::into),
        Just(serde_json::Value::Null),
    ];
    let keyword = prop_oneof![
        Just("$ref"),
        Just("$id"),
        Just("id"),
        Just("$anchor"),
        Just("$dynamicAnchor"),
        Just("$dynamicRef"),
        Just("$recursiveRef"),
        Just("$recursiveAnchor"),
        Just("allOf"),
        Just("anyOf"),
        Just("not"),
        Just("items"),
        Just("properties"),
        Just("required"),
        Just("enum"),
        Just("type"),
        Just("pattern"),
        Just("patternProperties"),
        Just("dependencies"),
        Just("$defs"),
        Just("minimum"),
        Just("maximum"),
        Just("default"),
        Just("$schema"),
    ];
    leaf.prop_recursive(6, 60, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::vec((keyword.clone(), inner), 0..5).prop_map(|members| {
                serde_json::Value::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn no_schema_is_a_surprise(schema in schema(), draft in 0..5_usize) {
        let uri = crate::json_schema::Draft::ALL[draft].metaschema();
        let text = serde_json::json!({"$schema": uri, "allOf": [schema]}).to_string();
        for document in both(&text).into_iter().flatten() {
            let _ = document.references();
            let mut waiting = vec![document.root()];
            while let Some(node) = waiting.pop() {
                prop_assert!(node.place().span.end as usize <= text.len());
                let _ = node.dereferenced();
                waiting.extend(node.children());
            }
        }
    }

    #[test]
    fn no_text_is_a_surprise(text in "[\\[\\]{}\":,0-9a-z$#\\\\ ]{0,40}|.{0,40}") {
        let _ = both(&text);
    }
}

#[test]
fn a_text_full_of_circles_is_searched_once() {
    let circles = |last: &str| {
        let mut text = String::from(r#"{"definitions": {"#);
        for number in 0..5_000 {
            write!(
                text,
                r##""d{number}": {{"allOf": [{{"$ref": "#/definitions/d{}"}}, {{"$ref": "#/definitions/d0"}}]}},"##,
                number + 1
            )
            .unwrap();
        }
        write!(text, r#""d5000": {last}}}}}"#).unwrap();
        text
    };
    assert_eq!(codes(&circles("{}")), ["schema::endless-schema"; 100]);
    // However many of those there are, a circle of references alone is an error.
    let found = codes(&circles(r##"{"$ref": "#/definitions/d5000"}"##));
    assert_eq!(found.iter().filter(|code| **code == "schema::endless-reference").count(), 1);
}
