//! kcat, as Debian packages it.

use std::io::Write;
use std::process::{Command, Stdio};

use broker::Cluster;

use crate::java::Run;

/// Runs kcat. `cargo xtask test` leaves this test out, and says so, where it is not installed and nothing is CI.
fn kcat(arguments: &[&str], input: &str) -> Run {
    let mut process = Command::new("kcat")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("kcat is installed: it is a package of Debian and others");
    process.stdin.take().expect("it was asked for").write_all(input.as_bytes()).expect("kcat reads");
    Run::of(&process.wait_with_output().expect("kcat ends"))
}

#[test]
fn kcat_lists_writes_reads_and_joins_a_group() {
    let cluster =
        Cluster::builder().brokers(3).config("auto.create.topics.enable", "true").start().expect("a cluster starts");
    let servers = cluster.bootstrap_servers();
    kcat(&["-b", &servers, "-L"], "").well().saying("3 brokers:");
    for codec in ["none", "gzip", "snappy", "lz4"] {
        let text: String = (0..100).map(|n| format!("{codec}-{n}:value {n}\n")).collect();
        kcat(&["-b", &servers, "-P", "-t", "orders", "-K:", "-z", codec], &text).well();
    }
    let read = kcat(&["-b", &servers, "-C", "-t", "orders", "-o", "beginning", "-e", "-q", "-K:"], "");
    let read = read.well();
    assert_eq!(read.said.lines().count(), 400, "{}", read.said);
    let joined =
        kcat(&["-b", &servers, "-G", "billing", "-c", "400", "-q", "-X", "auto.offset.reset=earliest", "orders"], "");
    assert_eq!(joined.well().said.lines().count(), 400);
    let offsets = kcat(&["-b", &servers, "-Q", "-t", "orders:0:-1"], "").well();
    offsets.saying("orders [0] offset");
}
