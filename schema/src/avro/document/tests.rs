//! Claims about schemas with references: what is taken, and the texts that are made of them.

use crate::compatibility::{self, Policy};
use crate::source::Referenced;
use crate::{Document, Format, Severity, Source, Strictness};

fn source(text: &str, references: &[&str]) -> Source {
    let referenced =
        |text: &&str| Referenced { name: "other".into(), subject: "s".into(), version: 1, text: (*text).into() };
    Source { references: references.iter().map(referenced).collect(), ..Source::new(Format::Avro, text) }
}

fn document(text: &str, references: &[&str]) -> Document {
    let parsed = Document::parse(&source(text, references), Strictness::Strict);
    parsed.document.unwrap_or_else(|| panic!("{:#?}", parsed.findings))
}

fn normalized(text: &str) -> String {
    document(text, &[]).normalized()
}

#[test]
fn prints_attributes_in_the_order_of_java() {
    let text = r#"{ "doc": "An order", "aliases": ["shop.Bestellung", "old.Order"], "owner": "checkout",
        "fields": [ { "default": null, "type": ["null", {"logicalType": "timestamp-millis", "type": "long"}],
                      "order": "ascending", "aliases": [], "name": "at", "pii": true } ],
        "type": "record", "namespace": "shop", "name": "Order" }"#;
    assert_eq!(
        document(text, &[]).canonical(),
        r#"{"type":"record","name":"Order","namespace":"shop","doc":"An order","fields":[{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"pii":true}],"owner":"checkout","aliases":["Bestellung","old.Order"]}"#
    );
}

#[test]
fn the_schema_of_a_reference_stays_a_name_and_what_it_holds_is_written_out() {
    let order = r#"{"type":"record","name":"shop.Order","fields":[{"name":"l","type":{"type":"enum","name":"L","symbols":["A"]}}]}"#;
    let text = r#"{"type":"record","name":"shop.Use","fields":[{"name":"a","type":"Order"},{"name":"b","type":"L"}]}"#;
    let document = document(text, &[order]);
    assert_eq!(
        document.canonical(),
        r#"{"type":"record","name":"Use","namespace":"shop","fields":[{"name":"a","type":"Order"},{"name":"b","type":{"type":"enum","name":"L","symbols":["A"]}}]}"#
    );
    assert_eq!(
        document.formatted("resolved").unwrap(),
        r#"{"type":"record","name":"Use","namespace":"shop","fields":[{"name":"a","type":{"type":"record","name":"Order","fields":[{"name":"l","type":{"type":"enum","name":"L","symbols":["A"]}}]}},{"name":"b","type":"L"}]}"#
    );
    assert_eq!(document.record_name().as_deref(), Some("shop.Use"));
}

#[test]
fn a_bare_name_is_a_schema() {
    let order = r#"{"type":"record","name":"shop.Order","fields":[]}"#;
    let document = document(r#""shop.Order""#, &[order]);
    assert_eq!(document.canonical(), r#""shop.Order""#);
    assert_eq!(document.record_name().as_deref(), Some("shop.Order"));
    assert_eq!(
        super::super::Document::parse(&source("\"string\"", &[]), Strictness::Strict, &mut Vec::new())
            .unwrap()
            .record_name(),
        None
    );
}

#[test]
fn the_normalised_text_is_sorted() {
    let text = r#"{"type":"record","name":"R","doc":"","z":{"b":1,"a":2},"aliases":["b.B","A"],"fields":[
        {"name":"x","type":{"scale":2,"k":1,"type":"bytes","precision":9,"logicalType":"decimal"},"b":1,"a":2,"doc":""},
        {"name":"y","type":"double","default":1,"order":"ascending","aliases":["q","p"]}]}"#;
    assert_eq!(
        normalized(text),
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":{"type":"bytes","logicalType":"decimal","precision":9,"scale":2,"k":1},"doc":"","a":2,"b":1},{"name":"y","type":"double","default":1.0,"aliases":["p","q"]}],"z":{"a":2,"b":1},"aliases":["A","b.B"]}"#
    );
    assert_eq!(normalized(&normalized(text)), normalized(text));
}

#[test]
fn a_stored_schema_may_have_what_a_new_one_may_not() {
    for text in [
        r#"{"type":"record","name":"R","namespace":"a-b","fields":[]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":["null","string"],"default":7}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x y","type":"int"}]}"#,
    ] {
        let lenient = Document::parse(&source(text, &[]), Strictness::Lenient);
        assert!(lenient.document.is_some() && !lenient.findings.is_empty(), "{text}");
        assert!(lenient.findings.iter().all(|finding| finding.severity < Severity::Error), "{text}");
        assert!(Document::parse(&source(text, &[]), Strictness::Strict).document.is_none(), "{text}");
    }
}

#[test]
fn a_mistake_in_a_reference_is_told_with_its_file() {
    let parsed = Document::parse(&source("\"int\"", &["\"string\"", "{"]), Strictness::Lenient);
    assert!(parsed.document.is_none());
    assert_eq!(parsed.findings[0].place.file, 2);
}

#[test]
fn a_default_that_needs_too_many_comparisons_is_refused_with_the_limit() {
    let branch = |n: usize| format!(r#"{{"type":"record","name":"R{n}","fields":[{{"name":"x","type":"int"}}]}}"#);
    let branches: Vec<String> = (0..1_000).map(branch).collect();
    let values = vec!["{}"; 1_000].join(",");
    let text = format!(
        r#"{{"type":"record","name":"Use","fields":[{{"name":"a","type":{{"type":"array","items":[{}]}},"default":[{values}]}}]}}"#,
        branches.join(",")
    );
    let short = Document::parse(&source(&text.replace(&values, r#"{"x":1}"#), &[]), Strictness::Strict);
    assert!(short.document.is_some(), "{:?}", short.findings);
    // Only the last branch takes them, so that each value is compared with all.
    let last = text.replace(r#""name":"R999","fields":[{"name":"x","type":"int"}]"#, r#""name":"R999","fields":[]"#);
    let long = Document::parse(&source(&last, &[]), Strictness::Strict);
    let messages: Vec<&str> = long.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["default of field `a` needs more than 1000000 comparisons of values with types"]);
}

/// Java's parser takes the last of two values, at the place of the first.
#[test]
fn a_key_given_twice_counts_as_the_last_at_the_place_of_the_first() {
    let text = r#"{"fields":[],"type":"record","b":1,"name":"A","b":2,"fields":[{"name":"x","type":
        {"type":"record","name":"B","fields":[{"name":"y","type":{"type":"fixed","name":"F","size":1}}]}}]}"#;
    let parsed = Document::parse(&Source::new(Format::Avro, text), Strictness::Strict);
    let document = parsed.document.expect("duplicate keys are no error for Java");
    assert_eq!(parsed.findings.iter().map(|finding| finding.severity).collect::<Vec<_>>(), [Severity::Warning; 2]);
    let inner = r#"{"type":"record","name":"B","fields":[{"name":"y","type":{"type":"fixed","name":"F","size":1}}]}"#;
    let expected = format!(r#"{{"type":"record","name":"A","fields":[{{"name":"x","type":{inner}}}],"b":2}}"#);
    assert_eq!(document.canonical(), expected);
    assert_eq!(compatibility::compare(&document, &document, Policy::Strict), Some(Vec::new()));
}
