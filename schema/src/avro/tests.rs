//! Claims about Avro files: names, references, defaults, canonical form, and hostile texts.

use std::fmt::Write;

use super::{File, Parsed, Schemas, Type, parse};
use crate::Severity;

const ORDER: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "doc": "An order.", "aliases": ["Old", "other.Old"], "fields": [
  {"name": "id", "type": "string", "doc": "With \"quotes\"."},
  {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"], "default": "NEW"}, "default": "NEW"},
  {"name": "previous", "type": ["null", "Status"], "default": null},
  {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "namespace": "shop.line", "fields": [
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}, "default": "\u00ff"}]}}, "default": []},
  {"name": "tags", "type": {"type": "map", "values": "long"}, "aliases": ["labels"]},
  {"name": "digest", "type": {"type": "fixed", "name": "Digest", "size": 16, "logicalType": "uuid"}},
  {"name": "parent", "type": ["null", "Order"]},
  {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}}]}"#;

fn one(text: &str) -> Parsed {
    parse(&[File { name: "a.avsc", text }])
}

fn usable(text: &str) -> (Schemas, Type) {
    let parsed = one(text);
    assert_eq!(narrate(&[text], &parsed), "");
    let root = parsed.schemas.root(0).expect("the file has a root").clone();
    (parsed.schemas, root)
}

/// Every finding as one would read it, with the text at its places.
fn narrate(texts: &[&str], parsed: &Parsed) -> String {
    let mut out = String::new();
    for finding in &parsed.findings {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let _ = writeln!(out, "{severity}[{}] {}", finding.code, finding.message);
        let main = std::iter::once((finding.place, finding.label.clone()));
        for (place, label) in main.chain(finding.secondary.iter().cloned()) {
            let _ = writeln!(out, "  {}: `{}` {label}", place.file, &texts[place.file][place.span.range()]);
        }
        for line in finding.note.iter().chain(&finding.help) {
            let _ = writeln!(out, "  = {line}");
        }
    }
    out
}

fn findings(text: &str) -> String {
    narrate(&[text], &one(text))
}

fn fields(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

fn codes(text: &str) -> Vec<&'static str> {
    one(text).findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn prints_a_schema_that_stands_alone() {
    let (schemas, root) = usable(ORDER);
    insta::assert_snapshot!(schemas.self_contained(&root));
}

#[test]
fn what_is_printed_reads_back_as_the_same() {
    let (schemas, root) = usable(ORDER);
    let printed = schemas.self_contained(&root);
    let (again, root_again) = usable(&printed);
    assert_eq!(again.self_contained(&root_again), printed);
    assert_eq!(again.fingerprint(&root_again), schemas.fingerprint(&root));
}

#[test]
fn names_work_across_files_in_any_order() {
    let payment = r#"{"type":"record","name":"shop.Payment","fields":[{"name":"region","type":"Region"},{"name":"next","type":["null","Order"]}]}"#;
    let order = r#"{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"region","type":{"type":"enum","name":"Region","symbols":["EU"]}},{"name":"paid","type":["null","shop.Payment"]}]}"#;
    let parsed = parse(&[File { name: "p", text: payment }, File { name: "o", text: order }]);
    assert_eq!(narrate(&[payment, order], &parsed), "");
    let root = parsed.schemas.root(0).unwrap();
    assert_eq!(
        parsed.schemas.self_contained(root),
        r#"{"type":"record","name":"Payment","namespace":"shop","fields":[{"name":"region","type":{"type":"enum","name":"Region","symbols":["EU"]}},{"name":"next","type":["null",{"type":"record","name":"Order","fields":[{"name":"region","type":"shop.Region"},{"name":"paid","type":["null","shop.Payment"]}]}]}]}"#
    );
}

#[test]
fn agrees_with_apache_avro_about_canonical_form_and_fingerprint() {
    let schemas = [
        ORDER,
        r#""string""#,
        r#"{"type":"int"}"#,
        r#"["null","int",{"type":"array","items":"string"},{"type":"map","values":["null","bytes"]}]"#,
        r#"{"type":"fixed","name":"a.b.Md5","size":16,"doc":"no"}"#,
        r#"{"type":"enum","namespace":"x.y","name":"E","symbols":["A","B"],"doc":"no"}"#,
        r#"{"type":"record","name":"Empty","fields":[]}"#,
        r#"{"name":"Tree","namespace":"n","type":"record","fields":[{"type":{"type":"array","items":"Tree"},"name":"children","default":[]}]}"#,
        r#"{"type":"record","name":"a.A","fields":[{"name":"b","type":{"type":"record","name":"B","fields":[{"name":"c","type":{"type":"fixed","name":"c.C","size":2}},{"name":"d","type":"c.C"}]}}]}"#,
        r#"{"type":"record","name":"L","fields":[{"name":"x","type":"float"},{"name":"y","type":"boolean"},{"name":"z","type":"null"},{"name":"w","type":"double"}]}"#,
    ];
    for text in schemas {
        let (schemas, root) = usable(text);
        let theirs = apache_avro::Schema::parse_str(text).unwrap();
        let canonical = schemas.canonical_form(&root);
        assert_eq!(without_logical_types(&theirs.canonical_form()), canonical);
        let plain = apache_avro::Schema::parse_str(&canonical).unwrap();
        let fingerprint = plain.fingerprint::<apache_avro::rabin::Rabin>();
        assert_eq!(schemas.fingerprint(&root).to_le_bytes().to_vec(), fingerprint.bytes, "{text}");
        apache_avro::Schema::parse_str(&schemas.self_contained(&root)).expect("apache-avro reads what we print");
    }
}

/// The specification writes a primitive as its name and strips logical types with their attributes; apache-avro 0.22
/// leaves the object and the decimal's attributes behind.
fn without_logical_types(canonical: &str) -> String {
    let simple = canonical.replace(r#","precision":9,"scale":2"#, "");
    simple.replace(r#"{"type":"bytes"}"#, r#""bytes""#).replace(r#"{"type":"long"}"#, r#""long""#)
}

#[test]
fn fingerprints_are_those_of_the_specification() {
    let (schemas, root) = usable(r#""null""#);
    assert_eq!(schemas.fingerprint(&root), 7_195_948_357_588_979_594);
    let (schemas, root) = usable(r#"{"type":"fixed","name":"foo","size":15}"#);
    assert_eq!(schemas.canonical_form(&root), r#"{"name":"foo","type":"fixed","size":15}"#);
    assert_eq!(schemas.fingerprint(&root), 1_756_455_273_707_447_556);
}

#[test]
fn a_record_named_string_with_a_field_named_type_is_fine() {
    usable(
        r#"{"type":"record","name":"String","fields":[{"name":"type","type":"string"},{"name":"name","type":["null","String"]}]}"#,
    );
}

#[test]
fn a_type_may_be_wrapped_in_objects() {
    let (schemas, root) = usable(&fields(r#"{"name":"a","type":{"type":{"type":"array","items":{"type":"R"}}}}"#));
    assert_eq!(
        schemas.canonical_form(&root),
        r#"{"name":"R","type":"record","fields":[{"name":"a","type":{"type":"array","items":"R"}}]}"#
    );
}

#[test]
fn one_definition_may_stand_in_two_files() {
    let text = r#"{"type":"enum","name":"E","symbols":["A"]}"#;
    let parsed = parse(&[
        File { name: "a", text },
        File { name: "b", text: "{ \"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\"] }" },
    ]);
    assert!(parsed.findings.is_empty());
    assert_eq!(parsed.schemas.root(0), parsed.schemas.root(1));
    assert_eq!(parsed.schemas.iter().count(), 1);
}

#[test]
fn two_meanings_of_one_name_are_an_error_in_both_places() {
    let [first, second] =
        [r#"{"type":"enum","name":"E","symbols":["A"]}"#, r#"{"type":"enum","name":"E","symbols":["B"]}"#];
    let parsed = parse(&[File { name: "a", text: first }, File { name: "b", text: second }]);
    insta::assert_snapshot!(narrate(&[first, second], &parsed));
    assert!(parsed.schemas.root(0).is_some());
    assert!(parsed.schemas.root(1).is_none());
}

#[test]
fn every_mistake_of_a_file_is_found_in_one_run() {
    let text = r#"{"type": "record", "name": "9R", "namespace": "a..b", "fields": [
        {"name": "a-b", "type": "strng"},
        {"name": "list", "type": "array", "items": "string"},
        {"name": "when", "type": "long", "logicalType": "timestamp-millis"},
        {"name": "time", "type": "timestamp-millis"},
        {"name": "flag", "type": "bool", "type": "int"},
        {"name": "u", "type": ["null", ["int"], "null", {"type": "int", "logicalType": "date"}, "int"]},
        {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A", "B", "A"], "default": "C"}},
        {"name": "none", "type": {"type": "enum", "name": "None", "symbols": []}},
        {"name": "f", "type": {"type": "fixed", "name": "F"}},
        {"name": "f", "type": {"type": "fixed", "name": "G", "size": -1}},
        {"name": "m", "type": {"type": "map"}},
        {"name": "l", "type": {"type": "string", "logicalType": "date"}},
        {"name": "k", "type": {"type": "long", "logicalType": "timestamp-milis"}},
        {"name": "d", "type": {"type": "bytes", "logicalType": "decimal", "precision": 2, "scale": 3}},
        {"name": "p", "type": {"type": "fixed", "name": "P", "size": 2, "logicalType": "decimal", "precision": 5}},
        {"type": "int"}, 7,
        {"name": "x", "type": 7}, {"name": 7, "type": "int"}, {"name": "y"}]}"#;
    insta::assert_snapshot!(findings(text));
    assert!(one(text).schemas.root(0).is_none());
}

#[test]
fn a_simple_name_is_looked_up_in_its_namespace_only() {
    let base = r#"{"type":"enum","name":"a.E","symbols":["A"]}"#;
    let user = fields(r#"{"name":"e","type":"E"},{"name":"f","type":"a.E"}"#);
    let parsed = parse(&[File { name: "a", text: base }, File { name: "b", text: &user }]);
    insta::assert_snapshot!(narrate(&[base, &user], &parsed));
}

#[test]
fn a_default_of_any_branch_fits_a_union() {
    usable(&fields(
        r#"{"name":"a","type":["null","string"],"default":"x"},{"name":"b","type":["string","null"],"default":null}"#,
    ));
}

#[test]
fn defaults_are_checked_to_the_bottom() {
    let text = fields(
        r#"{"name":"a","type":"int","default":2147483648},
        {"name":"b","type":{"type":"array","items":"long"},"default":[1,"2"]},
        {"name":"c","type":{"type":"record","name":"C","fields":[{"name":"x","type":"boolean"},{"name":"y","type":"int","default":1}]},"default":{"y":2}},
        {"name":"d","type":["null","int"],"default":"x"},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A"]},"default":"B"},
        {"name":"f","type":{"type":"fixed","name":"F","size":2},"default":"\u00ff"},
        {"name":"g","type":"bytes","default":"\u0100"},
        {"name":"h","type":{"type":"map","values":"C"},"default":{"k":{"x":true}}},
        {"name":"i","type":"int","default":1.0}"#,
    );
    insta::assert_snapshot!(findings(&text));
}

#[test]
fn an_endless_record_is_an_error() {
    let text = r#"[{"type":"record","name":"A","fields":[{"name":"b","type":"B"}]},{"type":"record","name":"B","fields":[{"name":"n","type":"int"},{"name":"a","type":["A","B"]}]},{"type":"record","name":"C","fields":[{"name":"c","type":"C"}]},{"type":"record","name":"User","fields":[{"name":"a","type":"A"}]}]"#;
    insta::assert_snapshot!(findings(text));
}

#[test]
fn recursion_through_a_union_an_array_or_a_map_ends() {
    usable(&fields(
        r#"{"name":"a","type":["null","R"]},{"name":"b","type":{"type":"array","items":"R"}},{"name":"c","type":{"type":"map","values":"R"}}"#,
    ));
}

#[test]
fn a_truncated_file_never_panics() {
    for (end, _) in ORDER.char_indices() {
        assert_eq!(codes(&ORDER[..end]), ["schema::not-json"]);
    }
}

#[test]
fn a_file_with_any_value_missing_never_panics() {
    let starts: Vec<usize> = ORDER.match_indices('"').map(|(at, _)| at).collect();
    for pair in starts.chunks_exact(2) {
        for replacement in ["null", "7", "[]", "{}", "\"\"", "\"record\"", "\"Order\""] {
            let _either = one(&format!("{}{replacement}{}", &ORDER[..pair[0]], &ORDER[pair[1] + 1..]));
        }
    }
}

#[test]
fn what_is_not_a_schema_is_said() {
    insta::assert_snapshot!(findings("order.avsc\n"));
    insta::assert_snapshot!(findings(r#"{"fields": []}"#));
    assert_eq!(codes("7"), ["schema::attribute-type"]);
    assert_eq!(codes("[]"), ["schema::no-value"]);
}

#[test]
fn a_chain_of_a_hundred_thousand_records_is_no_problem() {
    let mut text = String::from("[");
    for index in 0..50_000 {
        let next = if index == 49_999 { "int".to_owned() } else { format!("R{}", index + 1) };
        let _ = write!(text, r#"{{"type":"record","name":"R{index}","fields":[{{"name":"f","type":"{next}"}}]}},"#);
    }
    text.push_str("\"null\"]");
    let (schemas, root) = usable(&text);
    assert!(schemas.self_contained(&root).len() > 2_000_000);
    assert!(schemas.canonical_form(&root).len() > 2_000_000);
}

#[test]
fn an_exponential_default_is_checked_in_time() {
    let mut text = String::from("[");
    let names: Vec<String> = (0..10).map(|index| format!("\"R{index}\"")).collect();
    for name in &names {
        let _ = write!(
            text,
            r#"{{"type":"record","name":{name},"fields":[{{"name":"x","type":[{}]}}]}},"#,
            names.join(",")
        );
    }
    let value = "{\"x\":".repeat(100) + "7" + &"}".repeat(100);
    let _ =
        write!(text, r#"{{"type":"record","name":"Root","fields":[{{"name":"r","type":"R0","default":{value}}}]}}]"#);
    assert!(codes(&text).contains(&"schema::default"));
}

#[test]
fn five_megabytes_of_unknown_names_are_found() {
    let unknown: Vec<String> =
        (0..100_000).map(|index| format!(r#"{{"name":"f{index}","type":"Unknown{index}"}}"#)).collect();
    assert_eq!(codes(&fields(&unknown.join(","))).len(), 100_000);
}

#[test]
fn warnings_leave_the_file_usable() {
    let parsed = one(&fields(r#"{"name":"a","type":{"type":"int","logicalType":"uuid"}}"#));
    assert_eq!(parsed.findings[0].severity, Severity::Warning);
    assert!(parsed.schemas.root(0).is_some());
}
