//! Claims about what one Avro schema reads of another.

use crate::compatibility::{Difference, Effect, Policy, compare};
use crate::{Document, Format, Source, Strictness};

fn document(text: &str) -> Document {
    let parsed = Document::parse(&Source::new(Format::Avro, text), Strictness::Strict);
    parsed.document.unwrap_or_else(|| panic!("{:#?}", parsed.findings))
}

/// What does not fit: rule and path, in order.
fn told(reader: &str, writer: &str, effect: Effect) -> Vec<String> {
    let differences = differences(reader, writer);
    let told = differences.iter().filter(|difference| difference.effect == effect);
    told.map(|difference| format!("{} {}", difference.rule.name, difference.path)).collect()
}

fn differences(reader: &str, writer: &str) -> Vec<Difference> {
    compare(&document(reader), &document(writer), Policy::Strict).expect("both are Avro")
}

fn record(name: &str, fields: &str) -> String {
    format!(r#"{{"type":"record","name":"{name}","fields":[{fields}]}}"#)
}

#[test]
fn a_field_without_default_is_missing() {
    let reader = record("R", r#"{"name":"a","type":"int"},{"name":"b","type":"int"}"#);
    let writer = record("R", r#"{"name":"a","type":"int"}"#);
    assert_eq!(told(&reader, &writer, Effect::Breaking), ["READER_FIELD_MISSING_DEFAULT_VALUE /fields/1"]);
    assert_eq!(
        differences(&reader, &writer)[0].message,
        "{errorType:'READER_FIELD_MISSING_DEFAULT_VALUE', description:'The field 'b' at path '/fields/1' in the new \
         schema has no default value and is missing in the old schema', additionalInfo:'b'}"
    );
    assert!(differences(&writer, &reader).is_empty());
}

#[test]
fn references_are_compared_by_what_they_mean() {
    let reader = record(
        "R",
        r#"{"name":"a","type":{"type":"record","name":"X","fields":[{"name":"n","type":"string"}]}},{"name":"b","type":"X"}"#,
    );
    let writer = record(
        "R",
        r#"{"name":"b","type":{"type":"record","name":"X","fields":[{"name":"n","type":"int"}]}},{"name":"a","type":"X"}"#,
    );
    assert_eq!(told(&reader, &writer, Effect::Breaking), ["TYPE_MISMATCH /fields/0/type/fields/0/type"]);
}

#[test]
fn a_uuid_as_text_is_not_a_uuid_as_bytes() {
    let text = r#"{"type":"string","logicalType":"uuid"}"#;
    let bytes = r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#;
    assert_eq!(told(bytes, text, Effect::Breaking), ["TYPE_MISMATCH /"]);
    assert_eq!(told(text, bytes, Effect::Breaking), ["TYPE_MISMATCH /"]);
}
