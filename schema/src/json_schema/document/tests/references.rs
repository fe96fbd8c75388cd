//! Claims about where references lead, in every version.

use super::{lenient, parse, source};
use crate::Strictness;
use crate::json_schema::Draft;

const DRAFTS: [Draft; 5] = Draft::ALL;

/// What the `$ref` (or its dynamic relatives) of the schema at a pointer leads to.
fn leads(text: &str, references: &[(&str, &str)], pointer: &str) -> Option<String> {
    let (document, _) = parse(&source(text, references), Strictness::Lenient);
    let document = document.expect("a readable schema");
    let node = document.resolve_pointer(pointer).expect("the pointer leads somewhere");
    let member = node.references().next().expect("a reference is there");
    let target = node.resolve(member.value.as_str()?)?;
    Some(target.json().to_string())
}

/// The title of what the first reference of `properties/a` leads to.
fn title(text: &str, references: &[(&str, &str)]) -> Option<String> {
    let found = leads(text, references, "#/properties/a")?;
    Some(lenient(&found).record_name().unwrap_or_else(|| "untitled".to_owned()))
}

fn in_draft(draft: Draft, rest: &str) -> String {
    let rest = if draft == Draft::Draft4 { rest.replace("$id", "id") } else { rest.to_owned() };
    format!(r#"{{"$schema": "{}#", {rest}}}"#, draft.metaschema())
}

#[test]
fn in_every_version_these_references_lead_to_the_schema_with_the_title() {
    let target = r#"{"title": "here"}"#;
    let cases = [
        ("a pointer", r##""properties": {"a": {"$ref": "#/definitions/b"}}, "definitions": {"b": @}"##),
        (
            "a pointer to a container of no version",
            r##""properties": {"a": {"$ref": "#/x-parts/b"}}, "x-parts": {"b": @}"##,
        ),
        ("an index", r##""properties": {"a": {"$ref": "#/allOf/1"}}, "allOf": [{}, @]"##),
        (
            "escapes",
            r##""properties": {"a": {"$ref": "#/definitions/x~1y~0z%25%20q"}}, "definitions": {"x/y~z% q": @}"##,
        ),
        (
            "a blank that should be escaped",
            r##""properties": {"a": {"$ref": "#/definitions/x y"}}, "definitions": {"x y": @}"##,
        ),
        ("letters beyond ASCII", r##""properties": {"a": {"$ref": "#/definitions/%C3%A4"}}, "definitions": {"ä": @}"##),
        ("an empty key", r##""properties": {"a": {"$ref": "#/definitions/"}}, "definitions": {"": @}"##),
        ("the root", r##""title": "here", "properties": {"a": {"$ref": "#"}}"##),
        (
            "the root by its URI",
            r#""$id": "http://x.y/s.json", "title": "here", "properties": {"a": {"$ref": "s.json"}}"#,
        ),
        (
            "a URI with dots",
            r#""$id": "http://x.y/z/s.json", "title": "here", "properties": {"a": {"$ref": "../z/./s.json#"}}"#,
        ),
        (
            "a URI in capitals",
            r#""$id": "http://x.y/s.json", "title": "here", "properties": {"a": {"$ref": "HTTP://X.y:80/s.json"}}"#,
        ),
        (
            "an inner URI",
            r#""$id": "http://x.y/s.json", "properties": {"a": {"$ref": "t.json"}}, "definitions": {"b": {"$id": "t.json", "title": "here"}}"#,
        ),
        (
            "an inner URI without an outer",
            r#""properties": {"a": {"$ref": "t.json"}}, "definitions": {"b": {"$id": "t.json", "title": "here"}}"#,
        ),
        (
            "a pointer into an inner URI",
            r#""properties": {"a": {"$ref": "t.json#/definitions/c"}}, "definitions": {"b": {"$id": "t.json", "definitions": {"c": @}}}"#,
        ),
        (
            "a pointer across an inner URI",
            r##""properties": {"a": {"$ref": "#/definitions/b/definitions/c"}}, "definitions": {"b": {"$id": "t.json", "definitions": {"c": @}}}"##,
        ),
        (
            "a folder as base",
            r#""$id": "http://x.y/", "properties": {"a": {"$ref": "f/t.json"}}, "definitions": {"b": {"$id": "f/", "items": {"$id": "t.json", "title": "here"}}}"#,
        ),
        (
            "a URN",
            r#""$id": "urn:uuid:deadbeef-1234", "properties": {"a": {"$ref": "urn:uuid:deadbeef-1234#/definitions/b"}}, "definitions": {"b": @}"#,
        ),
        ("another text by name", r#""properties": {"a": {"$ref": "other.json"}}"#),
        ("another text by name and pointer", r#""properties": {"a": {"$ref": "./other.json#/definitions/deep"}}"#),
        (
            "another text relative to the URI",
            r#""$id": "http://x.y/s.json", "properties": {"a": {"$ref": "http://x.y/other.json"}}"#,
        ),
        ("another text by name under a URI", r#""$id": "urn:x:s", "properties": {"a": {"$ref": "other.json"}}"#),
        ("another text by its own URI", r#""properties": {"a": {"$ref": "http://own.z/its.json"}}"#),
        ("another text by a name that is no URI", r#""properties": {"a": {"$ref": "a b^c"}}"#),
    ];
    for draft in DRAFTS {
        for (name, rest) in cases {
            let text = in_draft(draft, &rest.replace('@', target));
            let other = in_draft(
                draft,
                r#""$id": "http://own.z/its.json", "title": "here", "definitions": {"deep": {"title": "here"}}"#,
            );
            let found = title(&text, &[("other.json", &other), ("a b^c", target)]);
            assert_eq!(found.as_deref(), Some("here"), "{draft}, {name}: {text}");
        }
    }
}

#[test]
fn in_every_version_these_references_lead_nowhere() {
    let cases = [
        ("no such key", r##""properties": {"a": {"$ref": "#/definitions/b"}}, "definitions": {"c": {}}"##),
        ("an index with a zero before it", r##""properties": {"a": {"$ref": "#/allOf/00"}}, "allOf": [{}]"##),
        ("an index after the end", r##""properties": {"a": {"$ref": "#/allOf/1"}}, "allOf": [{}]"##),
        ("a text", r##""title": "t", "properties": {"a": {"$ref": "#/title"}}"##),
        ("a pointer without a slash", r##""properties": {"a": {"$ref": "#definitions/b"}}, "definitions": {"b": {}}"##),
        (
            "bytes that are no text",
            r##""properties": {"a": {"$ref": "#/definitions/%FF"}}, "definitions": {"%FF": {}}"##,
        ),
        ("an unknown text", r#""properties": {"a": {"$ref": "other.json"}}"#),
        ("a URI in an enum", r#""properties": {"a": {"$ref": "t.json"}}, "enum": [{"$id": "t.json"}]"#),
        (
            "a URI below an unknown keyword",
            r#""properties": {"a": {"$ref": "t.json"}}, "x-parts": {"b": {"$id": "t.json"}}"#,
        ),
        ("a property called $id", r#""properties": {"a": {"$ref": "t.json"}, "$id": {"const": "t.json"}}"#),
        (
            "the whole text from an inner URI",
            r##""properties": {"a": {"$id": "t.json", "allOf": [{"$ref": "#/definitions/b"}]}}, "definitions": {"b": {}}"##,
        ),
    ];
    for draft in DRAFTS {
        for (name, rest) in cases {
            let text = in_draft(draft, rest);
            let pointer = if name.starts_with("the whole") { "#/properties/a/allOf/0" } else { "#/properties/a" };
            assert_eq!(leads(&text, &[], pointer), None, "{draft}, {name}: {text}");
        }
    }
}

#[test]
fn anchors_are_written_as_the_version_writes_them() {
    let old = r##""properties": {"a": {"$ref": "#foo"}}, "definitions": {"b": {"$id": "#foo", "title": "here"}}"##;
    let new = r##""properties": {"a": {"$ref": "#foo"}}, "$defs": {"b": {"$anchor": "foo", "title": "here"}}"##;
    let dynamic =
        r##""properties": {"a": {"$ref": "#foo"}}, "$defs": {"b": {"$dynamicAnchor": "foo", "title": "here"}}"##;
    let reads = |rest: &str| DRAFTS.map(|draft| title(&in_draft(draft, rest), &[]).is_some());
    assert_eq!(reads(old), [true, true, true, false, false]);
    assert_eq!(reads(new), [false, false, false, true, true]);
    assert_eq!(reads(dynamic), [false, false, false, false, true]);
}

#[test]
fn an_anchor_belongs_to_the_resource_around_it() {
    let text = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "http://x.y/s",
        "properties": {"a": {"$ref": "t#foo"}, "b": {"$ref": "#foo"}, "c": {"$id": "t", "$anchor": "foo", "title": "here"}}}"##;
    assert_eq!(title(text, &[]).as_deref(), Some("here"));
    assert_eq!(leads(text, &[], "#/properties/b"), None);
}

#[test]
fn an_id_beside_a_ref_counts_from_2019_09() {
    let rest = r#""$id": "http://x.y/s", "definitions": {"c": {"$id": "z/d.json", "title": "here"}},
        "properties": {"a": {"$id": "z/", "$ref": "d.json"}}"#;
    let found = DRAFTS.map(|draft| title(&in_draft(draft, rest), &[]).is_some());
    assert_eq!(found, [false, false, false, true, true]);
}

#[test]
fn a_text_without_a_schema_keyword_is_draft_7() {
    for (schema, draft) in [
        (r#""http://json-schema.org/draft-04/schema""#, Draft::Draft4),
        (r#""https://json-schema.org/draft-06/schema#""#, Draft::Draft6),
        (r#""http://json-schema.org/draft-07/schema#""#, Draft::Draft7),
        (r#""http://json-schema.org/draft/2019-09/schema#""#, Draft::Draft2019),
        (r#""https://json-schema.org/draft/2020-12/schema""#, Draft::Draft2020),
        (r#""http://example.com/mine""#, Draft::Draft7),
        ("5", Draft::Draft7),
    ] {
        assert_eq!(lenient(&format!(r#"{{"$schema": {schema}}}"#)).draft(), draft, "{schema}");
    }
    assert_eq!(lenient("{}").draft(), Draft::Draft7);
    assert_eq!(lenient("true").draft(), Draft::Draft7);
}

#[test]
fn an_embedded_schema_has_its_own_version() {
    let text = r##"{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"old":
        {"$id": "old.json", "$schema": "http://json-schema.org/draft-07/schema#", "items": {"$ref": "#", "type": "null"}}}}"##;
    let document = lenient(text);
    let node = document.resolve_pointer("/$defs/old/items").unwrap();
    assert_eq!((document.draft(), node.draft()), (Draft::Draft2020, Draft::Draft7));
    assert!(node.ref_overrides_siblings());
    assert_eq!(node.resolve("#").unwrap().place(), document.resolve_pointer("/$defs/old").unwrap().place());
}

#[test]
fn metaschemas_are_built_in_and_shown_where_they_are_referred_to() {
    for uri in ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft-07/schema"] {
        let document = lenient(&format!(r#"{{"items": {{"$ref": "{uri}"}}}}"#));
        let node = document.resolve_pointer("/items").unwrap();
        let metaschema = node.resolve(uri).expect("it is built in");
        assert_eq!(metaschema.get("title").and_then(|json| json.as_str()), Some("Core schema meta-schema"));
        assert!(metaschema.is_built_in());
        let inner = metaschema.children().find_map(|child| child.resolve(child.reference()?)).unwrap();
        assert_eq!((metaschema.place(), inner.place()), (node.place(), node.place()));
    }
    let document = lenient(r#"{"$schema": "https://json-schema.org/draft/2020-12/schema"}"#);
    let metaschema = document.root().resolve("https://json-schema.org/draft/2020-12/schema").unwrap();
    let parts = metaschema.get("allOf").unwrap().as_array().unwrap();
    assert_eq!(parts.len(), 7);
    for part in parts {
        let part = metaschema.child(part);
        assert!(part.resolve(part.reference().unwrap()).is_some(), "{:?}", part.reference());
    }
}

#[test]
fn chains_of_references_are_followed_to_their_end() {
    let text = r##"{"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/c"}, "c": {"title": "c"},
        "x": {"$ref": "#/definitions/y"}, "y": {"$ref": "#/definitions/x"}, "to": {"$ref": "#/definitions/x"}, "n": {"$ref": "#/no"}}}"##;
    let document = lenient(text);
    let end = |name: &str| document.resolve_pointer(&format!("/definitions/{name}")).unwrap().dereferenced();
    assert_eq!(end("a").unwrap().get("title").unwrap().as_str(), Some("c"));
    assert_eq!(end("c").unwrap().get("title").unwrap().as_str(), Some("c"));
    assert!(end("x").is_none() && end("to").is_none() && end("n").is_none());
}

#[test]
fn bases_are_absolute_or_unknown() {
    let text = r#"{"$id": "http://x.y/s.json", "items": {"$id": "z/", "items": {"$id": "t#"}}}"#;
    let document = lenient(text);
    let base = |pointer: &str| document.resolve_pointer(pointer).unwrap().base();
    assert_eq!(base(""), Some("http://x.y/s.json"));
    assert_eq!(base("/items"), Some("http://x.y/z/"));
    assert_eq!(base("/items/items"), Some("http://x.y/z/t"));
    assert_eq!(lenient(r#"{"$id": "s.json"}"#).root().base(), None);
}

#[test]
fn references_that_leave_the_text_are_listed_without_being_there() {
    let text = r##"{"$id": "http://x.y/s.json", "allOf": [{"$ref": "a.json#/b"}, {"$ref": "#/definitions/c"},
        {"$ref": "s.json"}, {"$ref": "http://json-schema.org/draft-07/schema#"}],
        "definitions": {"c": {"$ref": "http://z/d.json"}}, "enum": [{"$ref": "no.json"}], "properties": {"$ref": {}}}"##;
    let found = lenient(text).references();
    let shown: Vec<(&str, &str)> = found.iter().map(|(name, place)| (&name[..], &text[place.span.range()])).collect();
    assert_eq!(shown, [("a.json", r#""a.json#/b""#), ("http://z/d.json", r#""http://z/d.json""#)]);
}

#[test]
fn texts_refer_to_each_other() {
    let root = r#"{"properties": {"a": {"$ref": "dir/b.json"}}}"#;
    let b = r#"{"items": {"$ref": "c.json#/definitions/d"}}"#;
    let c = r#"{"definitions": {"d": {"title": "here"}}}"#;
    let (document, findings) = parse(&source(root, &[("dir/c.json", c), ("dir/b.json", b)]), Strictness::Strict);
    let document = document.unwrap_or_else(|| panic!("{findings:?}"));
    let b = document.resolve_pointer("/properties/a").unwrap().resolve("dir/b.json").unwrap();
    let items = b.child(b.get("items").unwrap());
    let d = items.resolve(items.reference().unwrap()).unwrap();
    assert_eq!((b.place().file, d.place().file), (2, 1));
    assert_eq!(d.get("title").unwrap().as_str(), Some("here"));
}

#[test]
fn wide_objects_answer_as_narrow_ones_do() {
    let members: Vec<String> = (0..500).map(|number| format!(r#""k{number}": {{"title": "{number}"}}"#)).collect();
    let document = lenient(&format!(r#"{{"definitions": {{{}}}}}"#, members.join(",")));
    for number in 0..500 {
        let found = document.root().resolve(&format!("#/definitions/k{number}")).unwrap();
        assert_eq!(found.get("title").unwrap().as_str(), Some(number.to_string().as_str()));
    }
    assert!(document.root().resolve("#/definitions/k500").is_none());
}
