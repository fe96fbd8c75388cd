//! `lint --format`: what programs read.

use std::fs;

use serde_json::Value;
use topology_tests::binary;
use topology_tests::project;

const MANIFEST: &str = "topology: shop\nversion: 1\ntopics:\n  orders: { value: ordr }\n";

#[test]
fn json_gives_places_in_lines_columns_and_bytes() {
    let folder = project::manifest(MANIFEST);
    let outcome = binary::run(folder.path(), &["lint", "--format", "json"]).expect_code(1);
    insta::assert_snapshot!(outcome.stdout);
    assert_eq!(outcome.stderr, "", "a machine-readable run says nothing else");
}

#[test]
fn sarif_names_the_rule_and_the_region() {
    let folder = project::manifest(MANIFEST);
    let outcome = binary::run(folder.path(), &["lint", "--format", "sarif"]).expect_code(1);
    let report: Value = serde_json::from_str(&outcome.stdout).expect("SARIF is JSON");
    let result = &report["runs"][0]["results"][0];
    let rule = &report["runs"][0]["tool"]["driver"]["rules"][0]["id"];
    assert_eq!(&result["ruleId"], rule);
    assert_eq!(result["locations"][0]["physicalLocation"]["region"]["startLine"], 4);
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "topology.yaml");
}

#[test]
fn github_gives_one_annotation_a_finding() {
    let folder = project::manifest(MANIFEST);
    let outcome = binary::run(folder.path(), &["lint", "--format", "github"]).expect_code(1);
    insta::assert_snapshot!(outcome.stdout);
}

#[test]
fn warnings_alone_leave_the_exit_code_0() {
    let folder = project::manifest("topology: shop\nversion: 1\ntopics:\n  orders: { value: string }\n");
    fs::write(folder.path().join("unused"), "").expect("a temporary folder is writable");
    let outcome = binary::run(folder.path(), &["lint", "--format", "json"]).expect_code(0);
    let report: Value = serde_json::from_str(&outcome.stdout).expect("the report is JSON");
    assert_eq!(report["summary"]["errors"], 0);
    assert!(report["summary"]["warnings"].as_u64() > Some(0), "{report:#}");
}
