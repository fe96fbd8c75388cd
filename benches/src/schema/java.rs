//! Java Avro's figures: the same texts in a JVM that has been warmed up.

use std::io::Write;
use std::process::{Command, Stdio};

use topology_tests::binary::repository;
use topology_tests::jars;

use crate::timing::Timing;

/// The figures of `tests/java/AvroSpeed.java` by their names. The versions are given oldest first.
pub(crate) fn figures(versions: &[String]) -> Vec<(String, Timing)> {
    let mut process = Command::new("java")
        .args(["-Xmx512m", "-XX:+UseSerialGC", "-cp"])
        .arg(jars::folder().join("*"))
        .arg(repository().join("tests/java/AvroSpeed.java"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("Java 17 or later is needed to compare with Apache Avro");
    let mut input = process.stdin.take().expect("it was asked for");
    input.write_all(versions.join("\n").as_bytes()).expect("the program reads");
    drop(input);
    let output = process.wait_with_output().expect("the program ends");
    assert!(output.status.success(), "Java ended with {}", output.status);
    String::from_utf8_lossy(&output.stdout).lines().filter_map(figure).collect()
}

fn figure(line: &str) -> Option<(String, Timing)> {
    let mut words = line.split(' ');
    let name = words.next()?.to_owned();
    Some((name, Timing { min: words.next()?.parse().ok()?, median: words.next()?.parse().ok()? }))
}
