//! A word count of Kafka Streams under exactly-once: two instances, one of them killed while lines come in.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Stdio};

use broker::Cluster;
use topology_tests::poll;

use crate::java::{run, run_with_input, streams_command};

const LINES: usize = 300;

#[test]
fn a_word_count_is_exact_though_an_instance_is_killed() {
    let cluster = Cluster::builder().brokers(3).start().expect("a cluster starts");
    let servers = cluster.bootstrap_servers();
    for topic in ["lines", "counts"] {
        let create = ["--bootstrap-server", &servers, "--create", "--topic", topic, "--partitions", "4"];
        run("org.apache.kafka.tools.TopicCommand", &create).well();
    }
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut first = start(&servers, &folder.path().join("first"));
    let mut second = start(&servers, &folder.path().join("second"));
    produce(&servers, 0..LINES / 2);
    counted(&servers, LINES / 2);
    first.kill().expect("it runs");
    first.wait().expect("it ends");
    produce(&servers, LINES / 2..LINES);
    let mut third = start(&servers, &folder.path().join("third"));
    counted(&servers, LINES);
    for instance in [&mut second, &mut third] {
        drop(instance.stdin.take());
        assert!(instance.wait().expect("it ends").success());
    }
    let topics = run("org.apache.kafka.tools.TopicCommand", &["--bootstrap-server", &servers, "--list"]).well();
    topics.saying("words-KSTREAM-AGGREGATE-STATE-STORE-0000000003-changelog").saying("-repartition");
}

fn start(servers: &str, state: &Path) -> Child {
    let mut command = streams_command();
    command.args([servers, "words"]).arg(state).args(["lines", "counts"]);
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("java starts")
}

/// Every line says `every` once, and `odd` or `even`.
fn produce(servers: &str, lines: std::ops::Range<usize>) {
    let text: String = lines.map(|n| format!("k{n}:every {}\n", if n % 2 == 0 { "even" } else { "odd" })).collect();
    let words = [
        "--bootstrap-server",
        servers,
        "--topic",
        "lines",
        "--reader-property",
        "parse.key=true",
        "--reader-property",
        "key.separator=:",
    ];
    run_with_input("org.apache.kafka.tools.ConsoleProducer", &words, &text).well();
}

/// Waits until the committed counts are those of so many lines. Counts only grow, and each value comes once.
fn counted(servers: &str, lines: usize) {
    let expected = BTreeMap::from([("even", lines.div_ceil(2)), ("every", lines), ("odd", lines / 2)]);
    poll::until("the counts", 90, || {
        let words = [
            "--bootstrap-server",
            servers,
            "--topic",
            "counts",
            "--from-beginning",
            "--isolation-level",
            "read_committed",
            "--timeout-ms",
            "3000",
            "--formatter-property",
            "print.key=true",
            "--formatter-property",
            "value.deserializer=org.apache.kafka.common.serialization.LongDeserializer",
        ];
        let said = run("org.apache.kafka.tools.consumer.ConsoleConsumer", &words).said;
        let mut counts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (word, count) in said.lines().filter_map(|line| line.split_once('\t')) {
            counts.entry(word).or_default().push(count.parse().map_err(|_| said.clone())?);
        }
        for (word, values) in &counts {
            let steps: Vec<usize> = (1..=values.len()).collect();
            assert_eq!(*values, steps, "each count of `{word}` comes once, in order");
        }
        let last: BTreeMap<&str, usize> = counts.iter().map(|(word, values)| (*word, values.len())).collect();
        if last == expected { Ok(()) } else { Err(format!("{last:?}")) }
    });
}
