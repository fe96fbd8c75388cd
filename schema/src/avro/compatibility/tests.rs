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

#[test]
fn names_are_matched_by_alias_and_without_namespace() {
    let reader = r#"{"type":"record","name":"new.New","aliases":["old.Old"],"fields":[]}"#;
    let writer = r#"{"type":"record","name":"old.Old","fields":[]}"#;
    assert!(differences(reader, writer).is_empty());
    assert_eq!(told(writer, reader, Effect::Breaking), ["NAME_MISMATCH /name"]);
    let moved = r#"{"type":"record","name":"other.Old","fields":[]}"#;
    assert_eq!(told(moved, writer, Effect::Risky), ["NAMESPACE_CHANGED /name"]);
}

#[test]
fn a_percent_sign_in_a_name_is_only_a_percent_sign() {
    let lenient = |text: &str| Document::parse(&Source::new(Format::Avro, text), Strictness::Lenient).document.unwrap();
    let reader = lenient(&record("R", r#"{"name":"100%s%d","type":"int"}"#));
    let differences = compare(&reader, &lenient(&record("R", "")), Policy::Strict).unwrap();
    assert!(differences[0].message.contains("The field '100%s%d' at path '/fields/0' in the new schema"));
}

#[test]
fn roles_change_with_the_direction() {
    use crate::compatibility::{Level, Older, check};
    let old = document(&record("R", r#"{"name":"a","type":"int"}"#));
    let new = document(&record("R", ""));
    let report = check(&new, &[Older { version: 1, document: &old }], Level::Full, Policy::Strict);
    assert_eq!(report.failures.len(), 1);
    let message = &report.failures[0].differences[0].message;
    assert!(message.contains("in the old schema has no default value and is missing in the new schema"), "{message}");
}

#[test]
fn places_are_in_the_texts_of_reader_and_writer() {
    let reader = record("R", r#"{"name":"a","type":["null", "int"]}"#);
    let writer = record("R", r#"{"name":"a","type":["null", "string"]}"#);
    let found = differences(&reader, &writer).remove(0);
    assert_eq!(&reader[found.reader.unwrap().span.range()], r#"["null", "int"]"#);
    assert_eq!(&writer[found.writer.unwrap().span.range()], r#""string""#);
    assert_eq!(found.what, "no branch of the union reads `string`");
}

/// Pairs that Java takes, and what is told of them all the same.
#[test]
fn hazards_are_told() {
    let decimal = |scale: u8| format!(r#"{{"type":"bytes","logicalType":"decimal","precision":9,"scale":{scale}}}"#);
    let cases = [
        (decimal(2), decimal(3), "DECIMAL_CHANGED /"),
        (
            r#"{"type":"long","logicalType":"timestamp-micros"}"#.to_owned(),
            r#"{"type":"long","logicalType":"timestamp-millis"}"#.to_owned(),
            "LOGICAL_TYPE_CHANGED /",
        ),
        (
            r#"{"type":"long","logicalType":"timestamp-micros"}"#.to_owned(),
            r#""long""#.to_owned(),
            "LOGICAL_TYPE_CHANGED /",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["A","B"]}"#.to_owned(),
            r#"{"type":"enum","name":"E","symbols":["A"]}"#.to_owned(),
            "ENUM_SYMBOL_WITHOUT_DEFAULT /symbols",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["B","A"]}"#.to_owned(),
            r#"{"type":"enum","name":"E","symbols":["A","B"]}"#.to_owned(),
            "ENUM_SYMBOLS_REORDERED /symbols",
        ),
        (
            record("R", r#"{"name":"order_id","type":"int","default":0}"#),
            record("R", r#"{"name":"orderId","type":"int"}"#),
            "FIELD_RENAMED /fields/0",
        ),
        (
            record("R", r#"{"name":"a","type":"int","default":0}"#),
            record("R", r#"{"name":"a","type":"int","default":1}"#),
            "DEFAULT_CHANGED /fields/0",
        ),
        (
            record("R", r#"{"name":"a","type":["int","null"],"default":null}"#),
            record("R", r#"{"name":"a","type":["null","int"],"default":null}"#),
            "UNION_FIRST_BRANCH_CHANGED /fields/0",
        ),
        (r#""double""#.to_owned(), r#""long""#.to_owned(), "LOSSY_PROMOTION /"),
        (r#""string""#.to_owned(), r#""bytes""#.to_owned(), "BYTES_READ_AS_STRING /"),
    ];
    for (reader, writer, expected) in cases {
        assert_eq!(told(&reader, &writer, Effect::Breaking), [""; 0], "{reader} {writer}");
        assert_eq!(told(&reader, &writer, Effect::Risky), [expected], "{reader} {writer}");
        assert!(differences(&reader, &reader).is_empty(), "{reader}");
    }
}

#[test]
fn a_chain_of_records_is_compared_without_a_stack() {
    let chain = |last: &str| {
        let records = (0..5_000).map(|index| {
            let next = if index == 4_999 { last.to_owned() } else { format!("R{}", index + 1) };
            let record = format!(r#"{{"type":"record","name":"R{index}","fields":[{{"name":"f","type":"{next}"}}]}}"#);
            format!(r#"{{"name":"f{index}","type":{record}}}"#)
        });
        record("Root", &records.collect::<Vec<_>>().join(","))
    };
    let (reader, writer) = (document(&chain("int")), document(&chain("string")));
    let found = compare(&reader, &writer, Policy::Strict).unwrap();
    assert_eq!(found.len(), 1);
    assert!(found[0].path.len() > 50_000);
    assert!(reader.canonical().len() > 200_000);
}

#[test]
fn records_that_all_hold_each_other_are_compared_in_time() {
    let text = |kind: &str| {
        let names: Vec<String> = (0..12).map(|index| format!("\"R{index}\"")).collect();
        let all = names.join(",");
        let records = names.iter().map(|name| {
            format!(r#"{{"type":"record","name":{name},"fields":[{{"name":"x","type":["{kind}",{all}]}},{{"name":"y","type":["{kind}",{all}]}}]}}"#)
        });
        format!("[{}]", records.collect::<Vec<_>>().join(","))
    };
    assert!(!compare(&document(&text("int")), &document(&text("string")), Policy::Strict).unwrap().is_empty());
}

#[test]
fn what_is_too_large_to_compare_is_said() {
    let text = |kind: &str| {
        let records = (0..400).map(|index| {
            format!(r#"{{"type":"record","name":"R{index}","fields":[{{"name":"{kind}","type":"int"}}]}}"#)
        });
        format!("[{}]", records.collect::<Vec<_>>().join(","))
    };
    assert_eq!(told(&text("a"), &text("b"), Effect::Breaking), ["TOO_LARGE_TO_COMPARE /"]);
}

/// Each branch of one union is tried with each of the other: what such trials find is counted, too.
#[test]
fn unions_of_large_types_are_given_up_at_a_limit() {
    let members = |kind: &str, side: &str| {
        (0..400)
            .map(move |n| match kind {
                "enum" => format!("\"{side}{n}\""),
                _ => format!(r#"{{"name":"{side}{n}","type":"int"}}"#),
            })
            .collect::<Vec<_>>()
            .join(",")
    };
    for (kind, key) in [("enum", "symbols"), ("record", "fields")] {
        let text = |side: &str| {
            let branch =
                |n: usize| format!(r#"{{"type":"{kind}","name":"{side}{n}","{key}":[{}]}}"#, members(kind, side));
            format!("[{}]", (0..300).map(branch).collect::<Vec<_>>().join(","))
        };
        let found = differences(&text("A"), &text("B"));
        assert_eq!(found.iter().map(|found| found.rule.name).collect::<Vec<_>>(), ["TOO_LARGE_TO_COMPARE"], "{kind}");
    }
}
