//! kcat, as Debian packages it.

use std::io::Write;
use std::process::{Command, Stdio};

use broker::Cluster;

use crate::java::Run;

/// Runs kcat; `None` where it is not installed, which under CI is a failure.
fn kcat(arguments: &[&str], input: &str) -> Option<Run> {
    let spawned = Command::new("kcat")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut process) = spawned else {
        assert!(std::env::var("CI").is_err(), "CI must have kcat");
        return None;
    };
    process.stdin.take().expect("it was asked for").write_all(input.as_bytes()).expect("kcat reads");
    Some(Run::of(&process.wait_with_output().expect("kcat ends")))
}

#[test]
fn kcat_lists_writes_reads_and_joins_a_group() {
    let cluster =
        Cluster::builder().brokers(3).config("auto.create.topics.enable", "true").start().expect("a cluster starts");
    let servers = cluster.bootstrap_servers();
    let Some(listed) = kcat(&["-b", &servers, "-L"], "") else { return };
    listed.well().saying("3 brokers:");
    for codec in ["none", "gzip", "snappy", "lz4"] {
        let text: String = (0..100).map(|n| format!("{codec}-{n}:value {n}\n")).collect();
        kcat(&["-b", &servers, "-P", "-t", "orders", "-K:", "-z", codec], &text).expect("kcat is there").well();
    }
    let read = kcat(&["-b", &servers, "-C", "-t", "orders", "-o", "beginning", "-e", "-q", "-K:"], "");
    let read = read.expect("kcat is there").well();
    assert_eq!(read.said.lines().count(), 400, "{}", read.said);
    let joined =
        kcat(&["-b", &servers, "-G", "billing", "-c", "400", "-q", "-X", "auto.offset.reset=earliest", "orders"], "");
    assert_eq!(joined.expect("kcat is there").well().said.lines().count(), 400);
    let offsets = kcat(&["-b", &servers, "-Q", "-t", "orders:0:-1"], "").expect("kcat is there").well();
    offsets.saying("orders [0] offset");
}
