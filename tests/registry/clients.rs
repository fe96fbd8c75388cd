//! Unmodified clients against the registry: what they do is what they would do against Confluent's.

use std::process::Command;

use topology_tests::binary;

use crate::fleet::{Cluster, Registry};

#[test]
fn pythons_serialisers_and_registry_client_work_in_all_three_formats() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    let python = std::env::var("TOPOLOGY_TEST_PYTHON")
        .expect("TOPOLOGY_TEST_PYTHON names a Python with confluent-kafka; `cargo xtask test` sets it");
    let output = Command::new(python)
        .arg(binary::repository().join("tests/python/registry.py"))
        .env("BOOTSTRAP_SERVERS", &cluster.servers)
        .env("SCHEMA_REGISTRY_URL", registry.url(""))
        .env("EMBEDDED", "1")
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(said);
}

#[test]
fn nodes_registry_clients_register_encode_and_decode() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    let folder = std::env::var("TOPOLOGY_TEST_NODE")
        .expect("TOPOLOGY_TEST_NODE names a folder with the packages of tests/node; `cargo xtask test` sets it");
    let mut node = Command::new("node");
    node.arg("registry.cjs").current_dir(folder).env("SCHEMA_REGISTRY_URL", registry.url(""));
    let output = node.output().expect("Node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(said);
}
