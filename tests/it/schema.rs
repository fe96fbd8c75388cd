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

/// The old schema reads, and cannot be changed any more: what is suggested is a change of the new one.
#[test]
fn where_the_old_schema_reads_the_new_one_is_to_be_changed() {
    let proto = |package: &str, kind: &str| {
        format!("syntax = \"proto3\";\npackage {package};\nmessage Order {{\n  {kind} total = 1;\n}}\n")
    };
    let json = |maximum: u32, required: &str, symbols: &str| {
        format!(
            "{{\"type\": \"object\", \"required\": [{required}], \"properties\": {{\n  \"count\": {{\"type\": \"integer\", \
             \"maximum\": {maximum}}},\n  \"state\": {{\"enum\": [{symbols}]}}\n}}}}\n"
        )
    };
    let folder = folder(&[
        ("old.avsc", ORDER_WITH_REGION),
        ("new.avsc", ORDER),
        ("old.proto", &proto("shop", "int32")),
        ("new.proto", &proto("store", "string")),
        ("old.json", &json(10, "\"count\"", "\"new\"")),
        ("new.json", &json(20, "", "\"new\", \"paid\"")),
    ]);
    for format in ["avsc", "proto", "json"] {
        let [old, new] = ["old", "new"].map(|name| format!("{name}.{format}"));
        let words = ["schema", "check", &old, &new, "--level", "FORWARD"];
        insta::assert_snapshot!(format!("forward_{format}"), transcript(folder.path(), &words));
    }
    // What is the same whoever reads is one finding, and one row.
    let full = ["schema", "check", "old.proto", "new.proto", "--level", "FULL"];
    insta::assert_snapshot!("full_proto", transcript(folder.path(), &full));
    insta::assert_snapshot!("diff_proto", transcript(folder.path(), &["schema", "diff", "old.proto", "new.proto"]));
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
fn a_protocol_in_json_is_a_schema_file_as_well() {
    let protocol = |schema: &str| format!("{{\"protocol\": \"P\", \"types\": [{}]}}\n", schema.trim());
    let folder = folder(&[("old.avpr", &protocol(ORDER)), ("new.avpr", &protocol(ORDER_WITH_REGION))]);
    let outcome = binary::run(folder.path(), &["schema", "check", "old.avpr", "new.avpr"]).expect_code(1);
    assert!(outcome.stderr.contains("READER_FIELD_MISSING_DEFAULT_VALUE"), "{}", outcome.stderr);
    binary::run(folder.path(), &["schema", "fmt", "old.avpr", "new.avpr"]).expect_code(0);
    binary::run(folder.path(), &["schema", "fmt", "--check", "old.avpr", "new.avpr"]).expect_code(0);
}

#[test]
fn layout_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let folder = folder(&[("order.avsc", ORDER)]);
    let (file, link) = (folder.path().join("order.avsc"), folder.path().join("link.avsc"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).expect("it is ours");
    symlink("order.avsc", &link).expect("links can be made");
    binary::run(folder.path(), &["schema", "fmt", "link.avsc"]).expect_code(0);
    assert!(fs::symlink_metadata(&link).expect("it is there").is_symlink());
    assert_eq!(fs::metadata(&file).expect("it is there").permissions().mode() & 0o777, 0o640);
    assert_ne!(fs::read_to_string(&file).expect("it is there"), ORDER);
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
    let transcripts = [
        ["a.avsc", "missing.avsc"],
        ["a.avsc", "broken.avsc"],
        ["a.avsc", "a.proto"],
        ["a.avsc", "a.txt"],
        ["git:main", "a.avsc"],
        ["git:nope:a.avsc", "a.avsc"],
    ]
    .map(|[old, new]| format!("$ {old} {new}\n{}", transcript(folder.path(), &["schema", "check", old, new])));
    insta::assert_snapshot!(transcripts.join("\n"));
}

const MANIFEST: &str = "topology: shop
version: 1
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
";

/// A project in a repository of its own, whose order has one field of this type.
fn shop(kind: &str) -> TempDir {
    let folder = folder(&[("topology.yaml", MANIFEST), ("schemas/order.avsc", &order_of(kind))]);
    committed(folder.path());
    folder
}

fn order_of(kind: &str) -> String {
    format!(
        "{{\"type\": \"record\", \"name\": \"Order\", \"fields\": [\n  {{\"name\": \"n\", \"type\": \"{kind}\"}}\n]}}\n"
    )
}

#[test]
fn nothing_changed_since_a_revision_is_nothing_found() {
    let shop = shop("int");
    let outcome = binary::run(shop.path(), &["schema", "check", "--against", "git:HEAD"]).expect_code(0);
    assert_eq!(outcome.stderr.trim(), "compatible; no findings");
}

#[test]
fn a_contract_that_breaks_names_the_services_and_the_places() {
    let shop = shop("int");
    write(shop.path(), "schemas/order.avsc", &order_of("string"));
    insta::assert_snapshot!(transcript(shop.path(), &["schema", "check", "--against", "git:HEAD"]));
    binary::run(shop.path(), &["lint", "--against", "HEAD"]).expect_code(1);
    let asked = ["schema", "check", "--against", "git:HEAD", "--level", "none"];
    binary::run(shop.path(), &asked).expect_code(0);
}

#[test]
fn a_revision_that_cannot_be_read_is_no_clean_bill() {
    let shop = shop("int");
    write(shop.path(), "schemas/order.avsc", "{");
    git(shop.path(), &["commit", "--quiet", "--all", "--message", "broken"]);
    write(shop.path(), "schemas/order.avsc", &order_of("string"));
    insta::assert_snapshot!(transcript(shop.path(), &["lint", "--against", "HEAD"]));
}

#[test]
fn versions_of_two_groups_are_not_compared() {
    let manifest = |major: &str| {
        let settings = format!("compatibility_group: major, metadata: {{ properties: {{ major: \"{major}\" }} }}");
        MANIFEST.replace("order: schemas/order.avsc", &format!("order: {{ file: schemas/order.avsc, {settings} }}"))
    };
    let folder = folder(&[("topology.yaml", &manifest("1")), ("schemas/order.avsc", &order_of("int"))]);
    committed(folder.path());
    write(folder.path(), "schemas/order.avsc", &order_of("string"));
    binary::run(folder.path(), &["lint", "--against", "HEAD"]).expect_code(1);
    write(folder.path(), "topology.yaml", &manifest("2"));
    binary::run(folder.path(), &["lint", "--against", "HEAD"]).expect_code(0);
}

#[test]
fn a_file_that_is_only_imported_is_a_contract_too() {
    let order = "syntax = \"proto3\";\nimport \"money.proto\";\nmessage Order { Money price = 1; }\n";
    let money = "syntax = \"proto3\";\nmessage Money { int64 cents = 1; }\n";
    let folder = folder(&[
        ("topology.yaml", &MANIFEST.replace(".avsc", ".proto")),
        ("schemas/order.proto", order),
        ("schemas/money.proto", &format!("{money}message Rate {{ double value = 1; }}\n")),
    ]);
    committed(folder.path());
    write(folder.path(), "schemas/money.proto", money);
    insta::assert_snapshot!(transcript(folder.path(), &["lint", "--against", "HEAD"]));
}

#[test]
fn what_a_schema_of_a_revision_refers_to_is_of_that_revision() {
    let outer = r#"{"type": "record", "name": "Outer", "fields": [{"name": "inner", "type": "Order"}]}"#;
    let folder = folder(&[("outer.avsc", outer), ("inner.avsc", &order_of("int"))]);
    committed(folder.path());
    write(folder.path(), "inner.avsc", &order_of("string"));
    let check = ["schema", "check", "--against", "git:HEAD", "outer.avsc"];
    let outcome = binary::run(folder.path(), &check).expect_code(1);
    assert!(outcome.stderr.contains("--reference Order=FILE"), "{}", outcome.stderr);
    let with_inner = [check.as_slice(), &["--reference", "Order=inner.avsc"]].concat();
    let outcome = binary::run(folder.path(), &with_inner).expect_code(1);
    assert!(outcome.stderr.contains("`int` cannot be read as `string`"), "{}", outcome.stderr);
}

#[test]
fn no_revision_is_an_option_of_git() {
    let shop = shop("int");
    let place = format!("git:--output={}/:order.avsc", shop.path().display());
    let outcome = binary::run(shop.path(), &["schema", "canonical", &place]).expect_code(2);
    assert!(outcome.stderr.contains("names no file in a git revision"), "{}", outcome.stderr);
}

#[test]
fn a_change_that_is_allowed_says_who_goes_first() {
    let shop = shop("int");
    // Readers of a long take an int; readers of an int do not take a long.
    write(shop.path(), "schemas/order.avsc", &order_of("long"));
    insta::assert_snapshot!(transcript(shop.path(), &["lint", "--against", "HEAD"]));
}

#[test]
fn a_revision_that_is_not_there_is_a_usage_error() {
    let shop = shop("int");
    insta::assert_snapshot!(transcript(shop.path(), &["lint", "--against", "nope"]));
    let outside = folder(&[("topology.yaml", "topology: x\nversion: 1\n")]);
    binary::run(outside.path(), &["lint", "--against", "HEAD"]).expect_code(2);
}
