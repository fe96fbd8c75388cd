//! The other commands that need no cluster, and the exit codes of all.

use std::fs;

use topology_tests::binary;

use crate::transcript;

#[test]
fn a_new_project_has_no_findings_and_fresh_code() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    binary::run(folder.path(), &["new", "shop2"]).expect_code(0);
    let shop = folder.path().join("shop2");
    binary::run(&shop, &["lint"]).expect_code(0);
    binary::run(&shop, &["generate"]).expect_code(0);
    binary::run(&shop, &["generate", "--check"]).expect_code(0);
    assert!(shop.join("generated/runtime/Cargo.toml").exists(), "a project made anywhere carries its runtime");
    for file in ["generated/runtime/src/settings.rs", "generated/codec/src/lib.rs"] {
        let text = fs::read_to_string(shop.join(file)).expect("the runtime is there");
        assert!(!text.contains("mod tests;"), "{file} declares tests that stay in this repository");
    }
}

#[test]
fn new_never_writes_over_what_is_there() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::create_dir(folder.path().join("shop2")).expect("the folder is writable");
    fs::write(folder.path().join("shop2/precious"), "").expect("the folder is writable");
    insta::assert_snapshot!(transcript(folder.path(), &["new", "shop2"]));
}

#[test]
fn new_refuses_a_name_that_no_crate_can_have() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    insta::assert_snapshot!(transcript(folder.path(), &["new", "My Shop"]));
}

#[test]
fn explain_tells_what_why_an_example_and_the_fix() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    insta::assert_snapshot!(transcript(folder.path(), &["explain", "topic::too-many-replicas"]));
}

#[test]
fn explain_suggests_the_nearest_code() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    insta::assert_snapshot!(transcript(folder.path(), &["explain", "topic::too-many-replica"]));
}

#[test]
fn the_graph_shows_the_whole_system() {
    let shop = binary::repository().join("examples/shop");
    insta::assert_snapshot!("mermaid", transcript(&shop, &["graph"]));
    insta::assert_snapshot!("dot", transcript(&shop, &["graph", "--format", "dot"]));
}

#[test]
fn usage_errors_end_with_2() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    binary::run(folder.path(), &["frobnicate"]).expect_code(2);
    binary::run(folder.path(), &["lint", "--format", "xml"]).expect_code(2);
    insta::assert_snapshot!(transcript(folder.path(), &["lint"]));
    let shop = binary::repository().join("examples/shop");
    insta::assert_snapshot!(transcript(&shop, &["plan", "--env", "locl"]));
}

#[test]
fn a_world_that_fails_ends_with_3() {
    let shop = binary::repository().join("examples/shop");
    // Port 1 on this machine: nobody listens there.
    let words = ["plan", "--bootstrap-servers", "127.0.0.1:1", "--registry-url", "http://127.0.0.1:1"];
    let outcome = binary::run(&shop, &words).expect_code(3);
    assert!(outcome.stderr.contains("127.0.0.1:1"), "{}", outcome.transcript());
}

#[test]
fn completions_are_written_for_every_shell() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let outcome = binary::run(folder.path(), &["completions", shell]).expect_code(0);
        assert!(outcome.stdout.contains("topology"), "{shell}");
    }
}
