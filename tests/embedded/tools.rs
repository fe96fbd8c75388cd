//! Kafka's own command-line tools.

use std::fs;

use broker::Cluster;
use topology_tests::poll;

use crate::java::{run, run_with_input};

const TOPICS: &str = "org.apache.kafka.tools.TopicCommand";
const CONFIGS: &str = "kafka.admin.ConfigCommand";
const GROUPS: &str = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
const PRODUCER: &str = "org.apache.kafka.tools.ConsoleProducer";
const CONSUMER: &str = "org.apache.kafka.tools.consumer.ConsoleConsumer";
const REASSIGN: &str = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand";
const TRANSACTIONS: &str = "org.apache.kafka.tools.TransactionsCommand";

fn cluster() -> (Cluster, String) {
    let cluster = Cluster::builder().brokers(3).start().expect("a cluster starts");
    let servers = cluster.bootstrap_servers();
    (cluster, servers)
}

#[test]
fn kafka_topics_creates_describes_alters_and_deletes() {
    let (_cluster, servers) = cluster();
    let topics = |words: &[&str]| run(TOPICS, &[&["--bootstrap-server", &servers], words].concat());
    let create = [
        "--create",
        "--topic",
        "orders",
        "--partitions",
        "3",
        "--replication-factor",
        "2",
        "--config",
        "retention.ms=1000",
    ];
    topics(&create).well().saying("Created topic orders.");
    topics(&create).saying("Topic 'orders' already exists.");
    topics(&["--list"]).well().saying("orders\n");
    let described = topics(&["--describe", "--topic", "orders"]).well();
    let described = described.saying("PartitionCount: 3").saying("ReplicationFactor: 2").saying("retention.ms=1000");
    assert_eq!(described.said.lines().filter(|line| line.contains("Leader: ")).count(), 3, "{}", described.said);
    topics(&["--alter", "--topic", "orders", "--partitions", "5"]).well();
    topics(&["--describe", "--topic", "orders"]).well().saying("PartitionCount: 5");
    topics(&["--delete", "--topic", "orders"]).well();
    assert!(!topics(&["--list"]).well().said.contains("orders"));
}

#[test]
fn kafka_configs_alters_and_describes() {
    let (_cluster, servers) = cluster();
    run(TOPICS, &["--bootstrap-server", &servers, "--create", "--topic", "orders"]).well();
    let configs = |words: &[&str]| run(CONFIGS, &[&["--bootstrap-server", &servers], words].concat());
    let orders = ["--entity-type", "topics", "--entity-name", "orders"];
    let alter =
        [&["--alter", "--add-config", "retention.ms=2000,cleanup.policy=[compact,delete]"], &orders[..]].concat();
    configs(&alter).well().saying("Completed updating config for topic orders.");
    let described = configs(&[&["--describe"], &orders[..]].concat()).well();
    described.saying("retention.ms=2000").saying("cleanup.policy=compact,delete");
    configs(&[&["--alter", "--add-config", "retention.ms=soon"], &orders[..]].concat())
        .saying("Invalid value soon for configuration retention.ms: Not a number of type LONG");
    let user = ["--entity-type", "users", "--entity-name", "alice"];
    let scram = ["--alter", "--add-config", "SCRAM-SHA-512=[iterations=4096,password=secret]"];
    configs(&[&scram, &user[..]].concat()).well();
    let described = configs(&[&["--describe"], &user[..]].concat()).well();
    described.saying("SCRAM credential configs for user-principal 'alice' are SCRAM-SHA-512=iterations=4096");
    configs(&[&["--alter", "--add-config", "producer_byte_rate=1000"], &user[..]].concat()).well();
    configs(&[&["--describe"], &user[..]].concat()).well().saying("producer_byte_rate=1000.0");
}

#[test]
fn the_console_writes_and_reads_and_its_group_is_managed() {
    let (_cluster, servers) = cluster();
    run(TOPICS, &["--bootstrap-server", &servers, "--create", "--topic", "orders", "--partitions", "2"]).well();
    run_with_input(PRODUCER, &["--bootstrap-server", &servers, "--topic", "orders"], "one\ntwo\nthree\n").well();
    let read = [
        "--bootstrap-server",
        &servers,
        "--topic",
        "orders",
        "--from-beginning",
        "--max-messages",
        "3",
        "--group",
        "billing",
    ];
    let read = run(CONSUMER, &read).well();
    for word in ["one", "two", "three"] {
        assert!(read.said.lines().any(|line| line == word), "{}", read.said);
    }
    let groups =
        |words: &[&str]| run(GROUPS, &[&["--bootstrap-server", &servers, "--group", "billing"], words].concat());
    let described = groups(&["--describe"]).saying("has no active members.");
    let lag = |line: &str| line.split_whitespace().nth(5).and_then(|lag| lag.parse::<u32>().ok());
    let rows = described.said.lines().filter(|line| line.starts_with("billing"));
    assert_eq!(rows.filter_map(lag).sum::<u32>(), 0, "{}", described.said);
    let reset = ["--reset-offsets", "--to-earliest", "--topic", "orders", "--execute"];
    groups(&reset).well().saying("orders");
    let described = groups(&["--describe"]);
    let rows = described.said.lines().filter(|line| line.starts_with("billing"));
    assert_eq!(rows.filter_map(lag).sum::<u32>(), 3, "{}", described.said);
    groups(&["--delete"]).well().saying("Deletion of requested consumer groups ('billing') was successful.");
}

#[test]
fn the_new_group_protocol_serves_the_console() {
    let (_cluster, servers) = cluster();
    run(TOPICS, &["--bootstrap-server", &servers, "--create", "--topic", "orders", "--partitions", "2"]).well();
    run_with_input(PRODUCER, &["--bootstrap-server", &servers, "--topic", "orders"], "one\ntwo\n").well();
    let words = [
        "--bootstrap-server",
        &servers,
        "--topic",
        "orders",
        "--from-beginning",
        "--max-messages",
        "2",
        "--group",
        "billing",
    ];
    let read = run(CONSUMER, &[&words[..], &["--command-property", "group.protocol=consumer"]].concat()).well();
    read.saying("one\n").saying("two\n");
    let state = ["--bootstrap-server", &servers, "--group", "billing", "--describe", "--state"];
    run(GROUPS, &state).well().saying("uniform");
}

#[test]
fn acls_are_listed_as_they_were_added() {
    let builder =
        Cluster::builder().config("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    let cluster = builder.config("super.users", "User:ANONYMOUS").start().expect("a cluster starts");
    let servers = cluster.bootstrap_servers();
    let acls =
        |words: &[&str]| run("org.apache.kafka.tools.AclCommand", &[&["--bootstrap-server", &servers], words].concat());
    let grant = [
        "--allow-principal",
        "User:alice",
        "--operation",
        "Read",
        "--topic",
        "orders",
        "--resource-pattern-type",
        "prefixed",
    ];
    acls(&[&["--add"], &grant[..]].concat()).well();
    let listed = acls(&["--list"]).well();
    listed
        .saying("name=orders, patternType=PREFIXED")
        .saying("principal=User:alice, host=*, operation=READ, permissionType=ALLOW");
    acls(&[&["--remove", "--force"], &grant[..]].concat()).well();
    assert!(!acls(&["--list"]).well().said.contains("alice"));
}

#[test]
fn partitions_are_reassigned_and_leaders_elected() {
    let (_cluster, servers) = cluster();
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let file = folder.path().join("plan.json");
    let create = ["--bootstrap-server", &servers, "--create", "--topic", "orders", "--replica-assignment", "1:2"];
    run(TOPICS, &create).well();
    let plan = r#"{"version":1,"partitions":[{"topic":"orders","partition":0,"replicas":[3,1]}]}"#;
    fs::write(&file, plan).expect("a temporary folder is writable");
    let file = file.to_string_lossy();
    let reassign = |words: &[&str]| {
        run(REASSIGN, &[&["--bootstrap-server", &servers, "--reassignment-json-file", &file], words].concat())
    };
    reassign(&["--execute", "--throttle", "1000000"])
        .well()
        .saying("Successfully started partition reassignment for orders-0");
    poll::until("the reassignment", 20, || {
        let verified = reassign(&["--verify"]).well().said;
        if verified.contains("Reassignment of partition orders-0 is completed.") { Ok(()) } else { Err(verified) }
    });
    let described = run(TOPICS, &["--bootstrap-server", &servers, "--describe", "--topic", "orders"]).well();
    let described = described.saying("Replicas: 3,1");
    assert!(!described.said.contains("throttled"), "{}", described.said);
    let elect = ["--bootstrap-server", &servers, "--election-type", "preferred", "--all-topic-partitions"];
    run("org.apache.kafka.tools.LeaderElectionCommand", &elect).well();
}

#[test]
fn the_cluster_describes_itself() {
    let (_cluster, servers) = cluster();
    run(TOPICS, &["--bootstrap-server", &servers, "--create", "--topic", "orders"]).well();
    run_with_input(PRODUCER, &["--bootstrap-server", &servers, "--topic", "orders"], "one\n").well();
    let quorum = ["--bootstrap-server", &servers, "describe", "--status"];
    run("org.apache.kafka.tools.MetadataQuorumCommand", &quorum).well().saying("LeaderId:");
    let features = ["--bootstrap-server", &servers, "describe"];
    run("org.apache.kafka.tools.FeatureCommand", &features).well().saying("transaction.version");
    run("org.apache.kafka.tools.LogDirsCommand", &["--bootstrap-server", &servers, "--describe"])
        .well()
        .saying("orders-0");
    let offsets = ["--bootstrap-server", &servers, "--topic", "orders"];
    let offsets = run("org.apache.kafka.tools.GetOffsetShell", &offsets).well();
    let total: u32 = offsets.said.lines().filter_map(|line| line.rsplit(':').next()?.parse::<u32>().ok()).sum();
    assert_eq!(total, 1, "{}", offsets.said);
    run("org.apache.kafka.tools.BrokerApiVersionsCommand", &["--bootstrap-server", &servers])
        .well()
        .saying("Produce(0)");
    run("org.apache.kafka.tools.ClusterTool", &["cluster-id", "--bootstrap-server", &servers])
        .well()
        .saying("Cluster ID:");
}

#[test]
fn the_performance_tools_run_and_transactions_are_listed() {
    let (_cluster, servers) = cluster();
    run(TOPICS, &["--bootstrap-server", &servers, "--create", "--topic", "orders", "--partitions", "3"]).well();
    let produce = ["--topic", "orders", "--num-records", "20000", "--record-size", "100", "--throughput", "-1"];
    let settings = format!("bootstrap.servers={servers}");
    let words = [&produce[..], &["--command-property", &settings, "compression.type=lz4"]].concat();
    run("org.apache.kafka.tools.ProducerPerformance", &words).well().saying("20000 records sent");
    let transactional = [&words[..], &["--transactional-id", "perf", "--transaction-duration-ms", "50"]].concat();
    run("org.apache.kafka.tools.ProducerPerformance", &transactional).well().saying("20000 records sent");
    let consume = ["--bootstrap-server", &servers, "--topic", "orders", "--num-records", "40000", "--timeout", "20000"];
    run("org.apache.kafka.tools.ConsumerPerformance", &consume).well();
    let transactions = |words: &[&str]| run(TRANSACTIONS, &[&["--bootstrap-server", &servers], words].concat());
    transactions(&["list"]).well().saying("perf").saying("CompleteCommit");
    transactions(&["describe", "--transactional-id", "perf"]).well().saying("CompleteCommit");
}
