//! Apache Avro itself: one Java process that answers a list of requests.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use topology_tests::binary::repository;
use topology_tests::jars;

/// The answers to requests, in their order.
pub(crate) fn ask(requests: &[Value]) -> Vec<Value> {
    let mut process = Command::new("java")
        .args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"])
        .arg(jars::folder().join("*"))
        .arg(repository().join("tests/java/AvroOracle.java"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Java 17 or later is needed to compare with Apache Avro");
    let mut input = process.stdin.take().expect("it was asked for");
    let text: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = process.wait_with_output().expect("the oracle ends");
    writing.join().expect("writing does not panic").expect("the oracle reads");
    let answers = String::from_utf8(output.stdout).expect("the oracle writes UTF-8");
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    assert_eq!(answers.len(), requests.len(), "the oracle ended early: {}", output.status);
    answers
}
