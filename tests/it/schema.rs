//! Schemas as files, in git and on standard input: compared, printed, laid out, explained.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use topology_tests::binary;

use crate::transcript;

const ORDER: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
  {"name": "id", "type": "string"},
  {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}}
]}
"#;

const ORDER_WITH_REGION: &str = r#"{"type": "record", "name": "Order", "namespace": "shop", "fields": [
  {"name": "id", "type": "string"},
  {"name": "region", "type": "string"},
  {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}}
]}
"#;

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for (name, text) in files {
        write(folder.path(), name, text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder is writable");
    fs::write(path, text).expect("the folder is writable");
}

fn git(folder: &Path, words: &[&str]) {
    let identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").current_dir(folder).args(identity).args(words).output().expect("git runs");
    assert!(output.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn committed(folder: &Path) {
    git(folder, &["init", "--quiet"]);
    git(folder, &["add", "--all"]);
    git(folder, &["commit", "--quiet", "--message", "before"]);
}

#[test]
fn a_field_without_a_default_is_shown_in_both_schemas() {
    let folder = folder(&[("old.avsc", ORDER), ("new.avsc", ORDER_WITH_REGION)]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "check", "old.avsc", "new.avsc"]));
    binary::run(folder.path(), &["schema", "check", "old.avsc", "new.avsc", "--level", "FORWARD"]).expect_code(0);
    binary::run(folder.path(), &["schema", "check", "new.avsc", "old.avsc"]).expect_code(0);
}

#[test]
fn a_check_for_programs_has_a_verdict_and_places() {
    let folder = folder(&[("old.avsc", ORDER), ("new.avsc", ORDER_WITH_REGION)]);
    let words = ["schema", "check", "old.avsc", "new.avsc", "--format", "json"];
    let outcome = binary::run(folder.path(), &words).expect_code(1);
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("it is JSON");
    assert_eq!(document["compatible"], false);
    assert_eq!(document["level"], "BACKWARD");
    let finding = &document["diagnostics"][0];
    assert_eq!(finding["code"], "READER_FIELD_MISSING_DEFAULT_VALUE");
    assert_eq!((&finding["labels"][0]["file"], &finding["labels"][0]["line"]), (&"new.avsc".into(), &3.into()));
}

#[test]
fn an_optional_property_of_an_open_json_schema_is_explained() {
    let old = r#"{"type": "object", "properties": {"id": {"type": "string"}}}"#;
    let new = r#"{"type": "object", "properties": {"id": {"type": "string"}, "note": {"type": "string"}}}"#;
    let folder = folder(&[("old.json", old), ("new.json", new)]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "check", "old.json", "new.json"]));
    let lenient = ["schema", "check", "old.json", "new.json", "--policy", "lenient"];
    binary::run(folder.path(), &lenient).expect_code(0);
}

#[test]
fn protobuf_files_find_their_imports() {
    let common = "syntax = \"proto3\";\npackage shop;\nmessage Money { int64 cents = 1; }\n";
    let order = |kind: &str| {
        format!(
            "syntax = \"proto3\";\npackage shop;\nimport \"common.proto\";\nmessage Order {{\n  {kind} id = 1;\n  Money price = 2;\n}}\n"
        )
    };
    let folder = folder(&[
        ("proto/common.proto", common),
        ("proto/old.proto", &order("string")),
        ("proto/new.proto", &order("int64")),
    ]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "check", "proto/old.proto", "proto/new.proto"]));
}

#[test]
fn a_difference_is_told_from_both_sides() {
    let folder = folder(&[("old.avsc", ORDER), ("new.avsc", ORDER_WITH_REGION)]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "diff", "old.avsc", "new.avsc"]));
}

#[test]
fn canonical_text_and_fingerprints_are_printed() {
    let folder = folder(&[("order.avsc", ORDER)]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "canonical", "order.avsc"]));
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "fingerprint", "order.avsc"]));
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "canonical", "order.avsc", "--form", "serialized"]));
}

#[test]
fn layout_changes_white_space_and_is_stable() {
    let folder =
        folder(&[("order.avsc", ORDER), ("c.proto", "syntax = \"proto3\";\nmessage C { // a\nint32 a = 1;\n}\n")]);
    let check = ["schema", "fmt", "--check", "order.avsc", "c.proto"];
    insta::assert_snapshot!(transcript(folder.path(), &check));
    binary::run(folder.path(), &["schema", "fmt", "order.avsc", "c.proto"]).expect_code(0);
    binary::run(folder.path(), &check).expect_code(0);
    insta::assert_snapshot!(fs::read_to_string(folder.path().join("order.avsc")).expect("it is there"));
}

#[test]
fn rules_are_explained_and_misspelt_ones_are_guessed() {
    let folder = folder(&[]);
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "explain", "missing_enum_symbols"]));
    insta::assert_snapshot!(transcript(folder.path(), &["schema", "explain", "MISSING_ENUM_SYMBOL"]));
    let all = binary::run(folder.path(), &["schema", "explain"]).expect_code(0);
    assert!(all.stdout.lines().count() > 100, "{}", all.stdout);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let folder = folder(&[
        ("a.avsc", "\"int\""),
        ("a.proto", "syntax = \"proto3\";"),
        ("broken.avsc", "{\"type\": "),
        ("a.txt", ""),
    ]);
    for words in [
        ["schema", "check", "a.avsc", "missing.avsc"],
        ["schema", "check", "a.avsc", "broken.avsc"],
        ["schema", "check", "a.avsc", "a.proto"],
        ["schema", "check", "a.avsc", "a.txt"],
        ["schema", "check", "git:main", "a.avsc"],
        ["schema", "check", "git:nope:a.avsc", "a.avsc"],
    ] {
        insta::assert_snapshot!(words[2..].join(" "), transcript(folder.path(), &words));
    }
}

/// The example project in a repository of its own.
fn shop() -> TempDir {
    let folder = folder(&[]);
    let example = binary::repository().join("examples/shop");
    for name in ["topology.yaml", "Cargo.toml"] {
        fs::copy(example.join(name), folder.path().join(name)).expect("the example has it");
    }
    fs::create_dir(folder.path().join("schemas")).expect("the folder is writable");
    for entry in fs::read_dir(example.join("schemas")).expect("the example has schemas") {
        let path = entry.expect("it can be read").path();
        fs::copy(&path, folder.path().join("schemas").join(path.file_name().expect("it has a name")))
            .expect("it is a file");
    }
    committed(folder.path());
    folder
}

#[test]
fn nothing_changed_since_a_revision_is_nothing_found() {
    let shop = shop();
    let outcome = binary::run(shop.path(), &["schema", "check", "--against", "git:HEAD"]).expect_code(0);
    assert_eq!(outcome.stderr.trim(), "compatible; no findings");
}

#[test]
fn a_contract_that_breaks_names_the_services_and_the_places() {
    let shop = shop();
    let path = shop.path().join("schemas/payment.avsc");
    let text = fs::read_to_string(&path).expect("it is there");
    write(shop.path(), "schemas/payment.avsc", &text.replace("\"double\"", "\"string\""));
    insta::assert_snapshot!(transcript(shop.path(), &["schema", "check", "--against", "git:HEAD"]));
}

#[test]
fn a_change_that_is_allowed_says_who_goes_first() {
    let shop = shop();
    let path = shop.path().join("schemas/payment.avsc");
    let text = fs::read_to_string(&path).expect("it is there");
    // A reader with the new schema takes the default; one with the old schema never sees the field.
    let removed = text.replace(
        "\"name\": \"customer\", \"type\": \"string\"",
        "\"name\": \"customer\", \"type\": [\"string\", \"null\"]",
    );
    write(shop.path(), "schemas/payment.avsc", &removed);
    let outcome = binary::run(shop.path(), &["schema", "check", "--against", "git:HEAD"]).expect_code(0);
    assert!(outcome.stderr.contains("must reach billing before revenue"), "{}", outcome.transcript());
}

#[test]
fn a_revision_that_is_not_there_is_a_usage_error() {
    let shop = shop();
    insta::assert_snapshot!(transcript(shop.path(), &["lint", "--against", "nope"]));
    let outside = folder(&[("topology.yaml", "topology: x\nversion: 1\n")]);
    binary::run(outside.path(), &["lint", "--against", "HEAD"]).expect_code(2);
}
