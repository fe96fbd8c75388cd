//! Programs that other people's libraries answer with: one process that reads a request on each line.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::Value;
use topology_tests::binary::repository;
use topology_tests::jars;

/// The answers of a program in `tests/java`, in the order of the requests.
pub(crate) fn java(program: &str, requests: &[Value]) -> Vec<Value> {
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]).arg(jars::folder().join("*"));
    command.arg(repository().join("tests/java").join(program));
    ask(command, requests)
}

/// The answers of a program in `tests/python`, in the order of the requests.
pub(crate) fn python(program: &str, requests: &[Value]) -> Vec<Value> {
    let python = std::env::var("TOPOLOGY_TEST_PYTHON")
        .expect("TOPOLOGY_TEST_PYTHON names a Python with grpcio-tools; `cargo xtask test` sets it");
    let mut command = Command::new(python);
    command.arg(repository().join("tests/python").join(program));
    ask(command, requests)
}

fn ask(mut command: Command, requests: &[Value]) -> Vec<Value> {
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    let mut input = process.stdin.take().expect("it was asked for");
    let text: String = requests.iter().map(|request| format!("{request}\n")).collect();
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = process.wait_with_output().expect("the oracle ends");
    let written = writing.join().expect("writing does not panic");
    let answers = String::from_utf8(output.stdout).expect("the oracle writes UTF-8");
    let answers: Vec<Value> = answers.lines().map(|line| serde_json::from_str(line).expect("it is JSON")).collect();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(answers.len(), requests.len(), "{command:?} ended early: {}, {written:?}\n{said}", output.status);
    answers
}
