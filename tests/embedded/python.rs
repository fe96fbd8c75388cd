//! Python's confluent-kafka: admin, producer, consumer, transactions.

use std::process::Command;

use broker::Cluster;
use topology_tests::binary::repository;

#[test]
fn confluent_kafka_administers_produces_consumes_and_commits_transactions() {
    let cluster = Cluster::builder().brokers(3).start().expect("a cluster starts");
    let python = std::env::var("TOPOLOGY_TEST_PYTHON")
        .expect("TOPOLOGY_TEST_PYTHON names a Python with confluent-kafka; `cargo xtask test` sets it");
    let output = Command::new(python)
        .arg(repository().join("tests/python/client.py"))
        .env("BOOTSTRAP_SERVERS", cluster.bootstrap_servers())
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    insta::assert_snapshot!(said);
}
