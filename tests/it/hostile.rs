//! Hostile input: each ends with a clear finding, soon, and without a panic.

use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

use topology_tests::binary::{self, Outcome};
use topology_tests::project;

/// Runs `lint` on a manifest with one schema file beside it. Exit code 101 would be a panic.
fn lint(manifest: &str, schema: &str) -> Outcome {
    let folder = project::manifest(manifest);
    fs::write(folder.path().join("s.avsc"), schema).expect("a temporary folder is writable");
    let began = Instant::now();
    let outcome = binary::run(folder.path(), &["lint"]);
    // Not a benchmark: a minute is what tells exponential work from work.
    assert!(began.elapsed() < Duration::from_mins(1), "lint took {:?}", began.elapsed());
    assert!([0, 1].contains(&outcome.code), "{}", outcome.transcript());
    outcome
}

fn with_schema(schema: &str) -> Outcome {
    let manifest = "topology: shop\nversion: 1\nschemas: { s: { file: s.avsc } }\n\
                    topics: { t: { value: s } }\nproducers: { p: { topics: [t] } }\nconsumers: { c: { topics: [t] } }\n";
    lint(manifest, schema)
}

#[test]
fn an_alias_bomb_is_refused_by_name() {
    let mut bomb = String::from("topology: shop\nversion: 1\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..30 {
        let before = format!("*a{}", level - 1);
        writeln!(bomb, "a{level}: &a{level} [{}]", [before.as_str(); 10].join(", "))
            .expect("a String takes every write");
    }
    writeln!(bomb, "topics: *a29").expect("a String takes every write");
    let outcome = lint(&bomb, "").expect_code(1);
    assert!(outcome.stderr.contains("alias"), "{}", outcome.transcript());
}

#[test]
fn five_megabytes_of_manifest_are_read() {
    let mut manifest = String::from("topology: shop\nversion: 1\ntopics:\n");
    let mut number = 0;
    while manifest.len() < 5_000_000 {
        writeln!(manifest, "  t{number}: {{ value: string, partitions: 3, doc: \"{}\" }}", "x".repeat(60))
            .expect("writes");
        number += 1;
    }
    lint(&manifest, "").expect_code(0);
}

#[test]
fn nesting_without_end_is_refused() {
    lint(&format!("topology: shop\nversion: 1\ntopics: {}", "[".repeat(100_000)), "").expect_code(1);
    lint(&format!("topology: shop\nversion: 1\ntopics: {}", "{a: ".repeat(100_000)), "").expect_code(1);
    with_schema(&"{\"type\": \"array\", \"items\": ".repeat(100_000)).expect_code(1);
}

#[test]
fn an_expression_nested_without_end_is_refused() {
    let filter = format!("{}true{}", "(".repeat(20_000), ")".repeat(20_000));
    let manifest = format!(
        "topology: shop\nversion: 1\ntopics: {{ a: {{ value: string }}, b: {{ value: string }} }}\n\
         processors: {{ p: {{ flow: {{ in: {{ source: a }}, f: {{ from: in, filter: \"{filter}\" }}, out: {{ from: f, sink: b }} }} }} }}\n"
    );
    lint(&manifest, "").expect_code(1);
}

#[test]
fn a_schema_that_is_not_json_is_shown_in_its_file() {
    let outcome = with_schema("record Order { id: string }").expect_code(1);
    assert!(outcome.stderr.contains("s.avsc"), "{}", outcome.transcript());
}

#[test]
fn a_recursive_record_is_no_mistake_unless_no_value_can_exist() {
    let tree =
        |next: &str| format!(r#"{{"type": "record", "name": "Tree", "fields": [{{"name": "next", "type": {next}}}]}}"#);
    with_schema(&tree(r#"["null", "Tree"]"#)).expect_code(0);
    with_schema(&tree(r#"{"type": "array", "items": "Tree"}"#)).expect_code(0);
    with_schema(&tree(r#""Tree""#)).expect_code(1);
}

#[test]
fn a_record_named_string_with_a_field_named_type_is_no_mistake() {
    with_schema(r#"{"type": "record", "name": "String", "fields": [{"name": "type", "type": "string"}]}"#)
        .expect_code(0);
}

#[test]
fn a_topic_name_of_250_characters_is_refused_with_the_limit() {
    let manifest = format!("topology: shop\nversion: 1\ntopics: {{ {}: {{ value: string }} }}\n", "x".repeat(250));
    let outcome = lint(&manifest, "").expect_code(1);
    assert!(outcome.stderr.contains("249"), "{}", outcome.transcript());
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let folder = project::manifest("");
    fs::write(folder.path().join("topology.yaml"), b"topology: \xff\xfe\x00").expect("the folder is writable");
    let outcome = binary::run(folder.path(), &["lint"]).expect_code(1);
    assert!(outcome.stderr.contains("UTF-8"), "{}", outcome.transcript());
}

#[test]
fn an_empty_manifest_is_told_what_it_needs() {
    let outcome = lint("", "").expect_code(1);
    assert!(outcome.stderr.contains("topology"), "{}", outcome.transcript());
}
