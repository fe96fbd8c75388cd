//! `registry export` and `registry import` between two registries: nothing is lost, nothing is changed by surprise.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use serde_json::json;
use tempfile::TempDir;
use topology_tests::binary::{self, Outcome};
use topology_tests::poll;

use crate::client::Ask;
use crate::server::Registry;

const GLOBAL: &str = ":.__GLOBAL:";

#[test]
fn what_is_exported_and_imported_is_the_same_registry() {
    let (source, target, home) = (filled(), Registry::start(&[]), home());
    export(&source, &home, "source");

    let dry = import(&target, &home, "source", &["--dry-run"]).expect_code(0);
    assert!(dry.stdout.contains("+ orders-value version 1 (id 3)"), "{}", dry.stdout);
    assert_eq!(target.get("/subjects?deleted=true").body, "[]");
    assert_eq!(target.get("/contexts").body, "[\".\"]");
    assert_eq!(target.get("/config").json(), json!({ "compatibilityLevel": "BACKWARD" }));

    import(&target, &home, "source", &["--yes"]).expect_code(0);
    export(&target, &home, "target");
    assert_eq!(files(&home, "target"), files(&home, "source"));
    let list = "/schemas?subjectPrefix=:*:&deleted=true";
    let told = |registry: &Registry| {
        let versions = registry.get(list).json();
        let versions = versions.as_array().expect("it is a list").iter().cloned().map(|mut version| {
            // When a record was written is the target's own.
            version.as_object_mut().expect("it is an object").remove("ts");
            version
        });
        versions.collect::<Vec<_>>()
    };
    assert_eq!(told(&target), told(&source));
    assert_eq!(told(&source).len(), 9);
    for path in
        ["/subjects/orders-value/versions", "/schemas/ids/3/versions", "/subjects/status/versions/1/referencedby"]
    {
        assert_eq!(target.get(path).body, source.get(path).body, "{path}");
    }
    assert_eq!(target.get("/mode/orders-value").refusal(), (404, 40409), "the mode IMPORT was taken away");
    assert_eq!(target.get("/mode/status").json(), json!({ "mode": "READONLY" }));
    assert_eq!(target.get("/config/old").json(), json!({ "alias": "status" }), "an alias has no versions");
    assert_eq!(target.get("/mode").json(), json!({ "mode": "READONLY" }), "it did not stand in the way of the others");
    for registry in [&source, &target] {
        put(registry, "PUT", "/mode", r#"{"mode":"READWRITE"}"#);
    }
    let next = |registry: &Registry| registry.post("/subjects/next/versions", &schema("Next")).json()["id"].clone();
    assert_eq!(next(&target), next(&source), "ids go on where they did");
    put(&target, "PUT", "/mode", r#"{"mode":"READONLY"}"#);

    let again = import(&target, &home, "source", &["--dry-run"]).expect_code(0);
    assert_eq!(again.stdout, "", "nothing is missing");
}

#[test]
fn an_import_that_was_broken_off_goes_on() {
    let (source, target, home) = (Registry::start(&[]), Registry::start(&[]), home());
    put(&source, "PUT", "/config", r#"{"compatibility":"NONE"}"#);
    for number in 1..=VERSIONS {
        put(&source, "POST", "/subjects/long/versions", &schema(&format!("V{number}")));
    }
    // What refers to others is deleted last when it comes back, so this is what a broken import has not done yet.
    put(&source, "POST", "/subjects/short/versions", &schema("Short"));
    put(&source, "POST", "/subjects/short/versions", &schema("Shorter"));
    put(&source, "DELETE", "/subjects/short/versions/1", "");
    put(&source, "DELETE", "/subjects/long/versions/1", "");
    export(&source, &home, "source");

    // The versions of a subject are written one after another, so that there is a middle.
    let mut command = binary::command();
    command.args(["registry", "import", "source", "--yes", "--registry-url", &url(&target)]).current_dir(home.path());
    let mut importing = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
    poll::until("some versions are imported", 60, || match count(&target) {
        found if found >= 3 => Ok(()),
        found => Err(found.to_string()),
    });
    importing.kill().expect("it runs");
    importing.wait().expect("it was started");
    let found = count(&target);
    assert!(found < VERSIONS, "{found} versions are there: the import was broken off too late");
    assert_eq!(target.get("/mode/long").json(), json!({ "mode": "IMPORT" }));

    import(&target, &home, "source", &["--yes"]).expect_code(0);
    export(&target, &home, "target");
    assert_eq!(files(&home, "target"), files(&home, "source"));
    assert_eq!(target.get("/mode/long").refusal(), (404, 40409));
}

#[test]
fn an_import_that_contradicts_what_is_there_writes_nothing() {
    let (source, target, home) = (filled(), Registry::start(&[]), home());
    export(&source, &home, "source");
    put(&target, "POST", "/subjects/mine/versions", &schema("Mine"));
    put(&target, "POST", "/subjects/orders-value/versions", &schema("Other"));
    export(&target, &home, "before");

    let refused = import(&target, &home, "source", &["--yes"]).expect_code(1);
    for conflict in [
        "! id 1 of version 1 of subject `status` is taken by another schema, of subject `mine`",
        "! version 1 of subject `orders-value` is there with id 2 instead of 3",
    ] {
        assert!(refused.stdout.contains(conflict), "{}", refused.transcript());
    }
    assert!(refused.stderr.contains("nothing was written"), "{}", refused.transcript());
    export(&target, &home, "after");
    assert_eq!(files(&home, "after"), files(&home, "before"));
}

/// How many versions the long subject has.
const VERSIONS: usize = 120;

/// Subjects in two contexts in all three formats, with references, deleted versions, settings and what is kept beside
/// schemas.
fn filled() -> Registry {
    let registry = Registry::start(&[]);
    let of = |schema: &str, kind: &str, name: &str, subject: &str| {
        let reference = json!([{ "name": name, "subject": subject, "version": 1 }]);
        json!({ "schema": schema, "schemaType": kind, "references": reference }).to_string()
    };
    put(&registry, "POST", "/subjects/status/versions", &schema("shop.Status"));
    put(
        &registry,
        "POST",
        "/subjects/unit.proto/versions",
        &format!(r#"{{"schema":"{UNIT}","schemaType":"PROTOBUF"}}"#),
    );
    let order = json!({ "type": "record", "name": "Order", "fields": [{ "name": "status", "type": "shop.Status" }] });
    let mut order = of(&order.to_string(), "AVRO", "shop.Status", "status");
    put(&registry, "POST", "/subjects/orders-value/versions", &order);
    order = order.replace(r#"\"Order\","#, r#"\"Order\",\"doc\":\"again\","#);
    let extras = json!({ "metadata": { "properties": { "owner": "a" } }, "ruleSet": { "domainRules": [
        { "name": "r", "kind": "CONDITION", "mode": "WRITE", "type": "CEL", "expr": "true" } ] } });
    let mut ruled: serde_json::Value = serde_json::from_str(&order).expect("it is JSON");
    ruled.as_object_mut().expect("it is an object").extend(extras.as_object().expect("it is one").clone());
    put(&registry, "POST", "/subjects/orders-value/versions", &ruled.to_string());
    put(&registry, "DELETE", "/subjects/orders-value/versions/1", "");
    let customer = r#"syntax = "proto3"; import "unit.proto"; message Customer { Unit unit = 1; }"#;
    put(&registry, "POST", "/subjects/customers-value/versions", &of(customer, "PROTOBUF", "unit.proto", "unit.proto"));
    put(&registry, "POST", "/subjects/gone/versions", &schema("Gone"));
    put(&registry, "DELETE", "/subjects/gone", "");
    put(
        &registry,
        "POST",
        "/subjects/:.team:clicks%2F1%20%25/versions",
        r#"{"schema":"{\"type\":\"object\"}","schemaType":"JSON"}"#,
    );
    put(&registry, "POST", "/subjects/:.team:status/versions", &schema("shop.Status"));
    put(&registry, "POST", "/subjects/same/versions", &schema("shop.Status"));
    put(&registry, "PUT", "/config", r#"{"compatibility":"FULL","normalize":true}"#);
    put(&registry, "PUT", "/config/:.team:", r#"{"compatibility":"NONE"}"#);
    put(&registry, "PUT", &format!("/config/{GLOBAL}"), r#"{"compatibility":"FORWARD"}"#);
    put(&registry, "PUT", "/config/orders-value", r#"{"compatibilityGroup":"owner","alias":"orders"}"#);
    put(&registry, "PUT", "/mode/status", r#"{"mode":"READONLY"}"#);
    put(&registry, "PUT", "/config/old", r#"{"alias":"status"}"#);
    put(&registry, "PUT", "/config/:.team:old", r#"{"alias":"status"}"#);
    put(&registry, "PUT", "/mode", r#"{"mode":"READONLY"}"#);
    registry
}

const UNIT: &str = r#"syntax = \"proto3\"; message Unit { string name = 1; }"#;

fn schema(name: &str) -> String {
    let schema = json!({ "type": "record", "name": name, "fields": [{ "name": "a", "type": "int", "default": 1 }] });
    json!({ "schema": schema.to_string() }).to_string()
}

#[track_caller]
fn put(registry: &Registry, method: &str, path: &str, body: &str) {
    let answer = Ask::new(method, path).json(body).of(registry.address);
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
}

fn count(registry: &Registry) -> usize {
    let versions = registry.get("/subjects/long/versions");
    if versions.status == 200 { versions.json().as_array().map_or(0, Vec::len) } else { 0 }
}

fn home() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn url(registry: &Registry) -> String {
    format!("http://{}", registry.address)
}

#[track_caller]
fn export(registry: &Registry, home: &TempDir, folder: &str) {
    let words = ["registry", "export", folder, "--registry-url", &url(registry)];
    binary::run(home.path(), &words).expect_code(0);
}

fn import(registry: &Registry, home: &TempDir, folder: &str, more: &[&str]) -> Outcome {
    let url = url(registry);
    let words = ["registry", "import", folder, "--registry-url", &url];
    binary::run(home.path(), &[&words, more].concat())
}

/// Every file of an export, by its path.
fn files(home: &TempDir, folder: &str) -> BTreeMap<String, String> {
    fn walk(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(folder).expect("the export is a folder") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                walk(root, &path, files);
            } else {
                let name = path.strip_prefix(root).expect("it is below").display().to_string();
                files.insert(name, fs::read_to_string(&path).expect("an export is text"));
            }
        }
    }
    let (root, mut files) = (home.path().join(folder), BTreeMap::new());
    walk(&root, &root, &mut files);
    files
}
