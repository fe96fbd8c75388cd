//! Claims about what is found in new schemas, with the exact words and places.

use super::{codes, lenient, narrate, parse, source};
use crate::json_schema::Draft;
use crate::{Severity, Strictness};

fn of(text: &str) -> String {
    narrate(&source(text, &[]))
}

#[test]
fn a_schema_without_fault_has_no_findings() {
    let text = r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://example.com/order.json",
        "title": "Order", "type": "object", "required": ["id"], "additionalProperties": false,
        "properties": {"id": {"type": "string", "minLength": 1, "maxLength": 1}, "parent": {"$ref": "#"},
          "lines": {"type": "array", "items": {"$ref": "#/definitions/line"}, "default": []},
          "price": {"type": "number", "minimum": 0, "maximum": 1e3, "enum": [1, 2.5]}},
        "definitions": {"line": {"$ref": "https://example.com/line.json", "description": "One line."}},
        "confluent:tags": ["PII"], "x-nullable": true, "javaType": "shop.Order"}"##;
    assert_eq!(narrate(&source(text, &[("line.json", r#"{"type": "object"}"#)])), "");
}

#[test]
fn what_is_no_schema_is_said() {
    insta::assert_snapshot!(of("{\"a\": 1,}"));
    insta::assert_snapshot!(of("[1]"));
    insta::assert_snapshot!(of("{\"type\": \"string\",\n \"type\": \"null\"}"));
}

#[test]
fn values_that_the_metaschema_forbids_are_found_where_they_stand() {
    insta::assert_snapshot!(of(r#"{"type": "strng",
 "properties": {"a": {"minLength": -1}, "b": 5, "c": {"required": true}},
 "items": [{"enum": "x"}, {"exclusiveMaximum": true}],
 "allOf": [], "dependencies": {"a": {"title": 3}}, "pattern": 4}"#));
}

#[test]
fn versions_differ_in_what_they_take() {
    let text = |schema: &str, rest: &str| format!(r#"{{"$schema": "{schema}", {rest}}}"#);
    let four = "http://json-schema.org/draft-04/schema#";
    let new = "https://json-schema.org/draft/2020-12/schema";
    insta::assert_snapshot!(of(&text(four, r#""properties": {"a": true}, "required": [], "exclusiveMaximum": 3"#)));
    insta::assert_snapshot!(of(&text(new, r#""items": [{}], "$anchor": "1a", "$id": "http://x.y/z#a""#)));
}

#[test]
fn references_that_lead_nowhere_say_how_far_they_lead() {
    let text = r##"{"definitions": {"order": {}, "name": "text"},
 "allOf": [{"$ref": "#/definitions/ordr"}, {"$ref": "#/definitions/order/items"}, {"$ref": "#/definitions/name"},
  {"$ref": "#order"}, {"$ref": "ordr.json"}, {"$ref": "payment.avsc"}, {"$ref": "order.json#/no"},
  {"$id": "inner", "anyOf": [{"$ref": "#/definitions/order"}]}]}"##;
    insta::assert_snapshot!(narrate(&source(text, &[("order.json", r#"{"$ref": "gone.json"}"#)])));
}

#[test]
fn circles_of_references_are_shown_whole() {
    insta::assert_snapshot!(of(r##"{"$ref": "#"}"##));
    insta::assert_snapshot!(of(r##"{"definitions": {
 "a": {"$ref": "#/definitions/b"},
 "b": {"$ref": "#/definitions/c"},
 "c": {"$ref": "#/definitions/a"}}}"##));
    insta::assert_snapshot!(of(r##"{"definitions": {
 "a": {"anyOf": [{"type": "null"}, {"$ref": "#/definitions/b"}]}, "b": {"allOf": [{"$ref": "#/definitions/a"}]}}}"##));
}

#[test]
fn trees_are_no_circles() {
    for text in [
        r##"{"properties": {"a": {"$ref": "#"}}}"##,
        r##"{"items": {"anyOf": [{"$ref": "#"}, {"type": "null"}]}}"##,
        r##"{"definitions": {"a": {"items": {"$ref": "#/definitions/b"}}, "b": {"additionalProperties": {"$ref": "#/definitions/a"}}}}"##,
        r##"{"allOf": [{"$ref": "#/definitions/a"}, {"$ref": "#/definitions/a"}], "definitions": {"a": {}}}"##,
    ] {
        assert_eq!(codes(text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn keywords_that_mean_nothing_are_found() {
    insta::assert_snapshot!(of(
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "id": "x", "nullable": true,
 "prefixItems": [{}], "dependentRequired": {"a": ["b"]}, "propertes": {}, "$defs": {"a": {}},
 "items": {"$ref": "#/$defs/a", "minLength": 3, "description": "fine"}}"##
    ));
}

#[test]
fn slips_are_warnings() {
    let text = r#"{"type": "object", "properties": {"id": {"type": "integer", "minimum": 5, "maximum": 3, "enum": [1.0, "a"]},
  "code": {"type": "string", "default": 7, "minLength": 4, "maxLength": 2, "pattern": "\\Aa\\Z"},
  "low": {"minimum": 3, "exclusiveMaximum": 3}},
 "required": ["idd", "other"], "additionalProperties": false}"#;
    insta::assert_snapshot!(of(text));
    assert!(parse(&source(text, &[]), Strictness::Strict).0.is_some());
}

#[test]
fn only_what_no_grammar_knows_is_no_regular_expression() {
    let found = |pattern: &str| codes(&serde_json::json!({ "pattern": pattern }).to_string());
    for fine in ["^a+$", "(?=a)b", r"^\p{L}+$", r"^[\w-]+$", r"\cA", r"(a)\1", r"^[^@]+@[^@]+\.[a-z]{2,}$", "(?<n>a)"] {
        assert_eq!(found(fine), Vec::<&str>::new(), "{fine}");
    }
    for foreign in [r"\Aa\z", "(?i)a", r"(?P<n>a)", "a**"] {
        assert_eq!(found(foreign), ["schema::foreign-pattern"], "{foreign}");
    }
    for wrong in ["(a", "[z-a]", "[", "*a"] {
        assert_eq!(found(wrong), ["schema::invalid-pattern"], "{wrong}");
    }
}

#[test]
fn stored_schemas_are_taken_as_they_are() {
    for text in [
        r#"{"type": "strng", "$ref": "gone.json", "pattern": "("}"#,
        r##"{"$ref": "#"}"##,
        r#"{"a": 1, "a": 2}"#,
        "true",
    ] {
        let (document, findings) = parse(&source(text, &[("broken", "{")]), Strictness::Lenient);
        assert!(document.is_some(), "{text}");
        assert!(findings.iter().all(|finding| finding.severity < Severity::Error), "{findings:?}");
    }
    assert!(lenient(r#"{"$ref": "gone.json"}"#).root().resolve("gone.json").is_none());
}

#[test]
fn a_document_is_there_exactly_if_there_is_no_error() {
    for text in ["{", "3", "{}", r#"{"type": 3}"#, r##"{"$ref": "#"}"##, r#"{"minimum": 3, "maximum": 1}"#] {
        for strictness in [Strictness::Strict, Strictness::Lenient] {
            let (document, findings) = parse(&source(text, &[]), strictness);
            let has_error = findings.iter().any(|finding| finding.severity == Severity::Error);
            assert_eq!(document.is_none(), has_error, "{text} {strictness:?}");
        }
    }
}

/// Odd schemas, and whether the metaschemas of drafts 4, 6, 7, 2019-09 and 2020-12 allow them; Python's `jsonschema`
/// says the same.
#[rustfmt::skip]
const ODD: &[(&str, &str)] = &[
    (r#"{"type": []}"#, "nnnnn"),
    (r#"{"type": ["string", "string"]}"#, "nnnnn"),
    (r#"{"type": ["string", "x"]}"#, "nnnnn"),
    (r#"{"type": null}"#, "nnnnn"),
    (r#"{"required": []}"#, "nyyyy"),
    (r#"{"required": ["a", "a"]}"#, "nnnnn"),
    (r#"{"required": "a"}"#, "nnnnn"),
    (r#"{"required": [1]}"#, "nnnnn"),
    (r#"{"minLength": 1.0}"#, "nyyyy"),
    (r#"{"minLength": 1.5}"#, "nnnnn"),
    (r#"{"minLength": -1}"#, "nnnnn"),
    (r#"{"minLength": "1"}"#, "nnnnn"),
    (r#"{"multipleOf": 0}"#, "nnnnn"),
    (r#"{"multipleOf": -1}"#, "nnnnn"),
    (r#"{"multipleOf": 1e-300}"#, "yyyyy"),
    (r#"{"maximum": "3"}"#, "nnnnn"),
    (r#"{"exclusiveMaximum": true, "maximum": 3}"#, "ynnnn"),
    (r#"{"exclusiveMaximum": 3}"#, "nyyyy"),
    (r#"{"exclusiveMinimum": false}"#, "nnnnn"),
    (r#"{"uniqueItems": "true"}"#, "nnnnn"),
    (r#"{"items": true}"#, "nyyyy"),
    (r#"{"items": []}"#, "nnnnn"),
    (r#"{"items": [true]}"#, "nyyyn"),
    (r#"{"items": [{}]}"#, "yyyyn"),
    (r#"{"items": null}"#, "nnnnn"),
    (r#"{"prefixItems": []}"#, "yyyyn"),
    (r#"{"prefixItems": {}}"#, "yyyyn"),
    (r#"{"additionalItems": 3}"#, "nnnny"),
    (r#"{"contains": []}"#, "ynnnn"),
    (r#"{"properties": []}"#, "nnnnn"),
    (r#"{"properties": {"a": true}}"#, "nyyyy"),
    (r#"{"properties": {"a": null}}"#, "nnnnn"),
    (r#"{"patternProperties": {"a": 1}}"#, "nnnnn"),
    (r#"{"additionalProperties": "no"}"#, "nnnnn"),
    (r#"{"propertyNames": 3}"#, "ynnnn"),
    (r#"{"dependencies": {"a": []}}"#, "nyyyy"),
    (r#"{"dependencies": {"a": ["b", "b"]}}"#, "nnnnn"),
    (r#"{"dependencies": {"a": "b"}}"#, "nnnnn"),
    (r#"{"dependencies": {"a": true}}"#, "nyyyy"),
    (r#"{"dependentRequired": {"a": "b"}}"#, "yyynn"),
    (r#"{"dependentRequired": {"a": ["b", "b"]}}"#, "yyynn"),
    (r#"{"dependentSchemas": {"a": 3}}"#, "yyynn"),
    (r#"{"allOf": {}}"#, "nnnnn"),
    (r#"{"anyOf": []}"#, "nnnnn"),
    (r#"{"oneOf": [1]}"#, "nnnnn"),
    (r#"{"not": []}"#, "nnnnn"),
    (r#"{"not": true}"#, "nyyyy"),
    (r#"{"if": 1}"#, "yynnn"),
    (r#"{"examples": {}}"#, "ynnnn"),
    (r#"{"title": 1}"#, "nnnnn"),
    (r#"{"description": null}"#, "nnnnn"),
    (r#"{"format": 1}"#, "nnnnn"),
    (r#"{"pattern": 1}"#, "nnnnn"),
    (r#"{"$id": 1}"#, "ynnnn"),
    (r##"{"$id": "#a"}"##, "yyynn"),
    (r#"{"$id": "x#a"}"#, "yyynn"),
    (r#"{"id": 3}"#, "nyyyy"),
    (r#"{"$anchor": "a b"}"#, "yyynn"),
    (r##"{"$anchor": "#a"}"##, "yyynn"),
    (r#"{"$anchor": ""}"#, "yyynn"),
    (r#"{"$anchor": 1}"#, "yyynn"),
    (r#"{"$dynamicAnchor": "a:b"}"#, "yyyyn"),
    (r#"{"$recursiveAnchor": "x"}"#, "yyyny"),
    (r#"{"$vocabulary": {"x": 1}}"#, "yyynn"),
    (r#"{"$vocabulary": []}"#, "yyynn"),
    (r#"{"$comment": 1}"#, "yynnn"),
    (r#"{"readOnly": "x"}"#, "yynnn"),
    (r#"{"deprecated": 1}"#, "yyynn"),
    (r#"{"contentSchema": 1}"#, "yyynn"),
    (r#"{"contentEncoding": 1}"#, "yynnn"),
    (r#"{"minContains": -1}"#, "yyynn"),
    (r#"{"maxContains": "x"}"#, "yyynn"),
    (r#"{"unevaluatedItems": []}"#, "yyynn"),
    (r#"{"unevaluatedProperties": 1}"#, "yyynn"),
    (r#"{"$defs": {"a": 1}}"#, "yyynn"),
    (r#"{"$defs": []}"#, "yyynn"),
    (r#"{"definitions": {"a": 1}}"#, "nnnnn"),
    (r#"{"definitions": []}"#, "nnnnn"),
    (r#"{"minProperties": 1.0}"#, "nyyyy"),
    (r#"{"properties": {"properties": {"properties": {"a": {"type": "x"}}}}}"#, "nnnnn"),
    (r#"{"enum": {}}"#, "nnnnn"),
    (r#"{"enum": null}"#, "nnnnn"),
    (r#"{"type": "any"}"#, "nnnnn"),
    (r#"{"type": "file"}"#, "nnnnn"),
    (r#"{"items": {"items": {"items": [{"type": 1}]}}}"#, "nnnnn"),
    (r#"{"not": {"not": {"not": {"required": true}}}}"#, "nnnnn"),
];

#[test]
fn each_version_allows_what_its_metaschema_does() {
    for (odd, expected) in ODD {
        let found: String = Draft::ALL
            .into_iter()
            .map(|draft| {
                let text = format!(r#"{{"$schema": "{}", {}"#, draft.metaschema(), &odd[1..]);
                let is_allowed = parse(&source(&text, &[]), Strictness::Strict).0.is_some();
                if is_allowed { 'y' } else { 'n' }
            })
            .collect();
        assert_eq!(found, *expected, "{odd}");
    }
}
