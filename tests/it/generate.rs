//! `generate` and `generate --check` on a copy of the example.

use std::fs;
use std::time::SystemTime;

use topology_tests::binary;
use topology_tests::project::{self, edit};

#[test]
fn a_second_run_writes_nothing() {
    let shop = project::shop("it-second-run");
    binary::run(&shop, &["generate"]).expect_code(0);
    let lock = shop.join("generated/topology.lock");
    let before: SystemTime = fs::metadata(&lock).expect("the lock is written").modified().expect("files have times");
    let outcome = binary::run(&shop, &["generate"]).expect_code(0);
    assert!(outcome.stderr.contains("0 files changed"), "{}", outcome.transcript());
    assert_eq!(fs::metadata(&lock).expect("the lock stays").modified().expect("files have times"), before);
}

#[test]
fn check_shows_what_differs_and_writes_nothing() {
    let shop = project::shop("it-check");
    binary::run(&shop, &["generate", "--check"]).expect_code(0);
    edit(&shop.join("topology.yaml"), "amount > 0.0", "amount > 1.0");
    fs::write(shop.join("generated/left_over.rs"), "").expect("the folder is writable");
    let outcome = binary::run(&shop, &["generate", "--check"]).expect_code(1);
    for expected in ["generated/revenue/src/flow.rs", "amount > 1.0", "generated/left_over.rs"] {
        assert!(outcome.stdout.contains(expected), "{expected}: {}", outcome.transcript());
    }
    assert!(shop.join("generated/left_over.rs").exists(), "--check writes nothing");
    binary::run(&shop, &["generate"]).expect_code(0);
    assert!(!shop.join("generated/left_over.rs").exists(), "generated/ holds what the manifest says and nothing else");
    binary::run(&shop, &["generate", "--check"]).expect_code(0);
}

#[test]
fn a_handler_that_a_person_wrote_is_never_touched() {
    let shop = project::shop("it-handler");
    let handler = shop.join("services/billing/src/main.rs");
    fs::write(&handler, "// mine\n").expect("the file is writable");
    edit(&shop.join("topology.yaml"), "amount > 0.0", "amount > 1.0");
    binary::run(&shop, &["generate"]).expect_code(0);
    assert_eq!(fs::read_to_string(&handler).expect("the file stays"), "// mine\n");
}

#[test]
fn a_manifest_with_errors_generates_nothing() {
    let shop = project::shop("it-errors");
    let before = fs::read_to_string(shop.join("generated/topology.lock")).expect("the lock is there");
    edit(&shop.join("topology.yaml"), "value: order\n", "value: ordr\n");
    binary::run(&shop, &["generate"]).expect_code(1);
    assert_eq!(fs::read_to_string(shop.join("generated/topology.lock")).expect("the lock stays"), before);
}
