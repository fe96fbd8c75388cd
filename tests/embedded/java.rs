//! Java programs: where their jars are, and one run of them.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use topology_tests::binary::repository;
use topology_tests::jars;
use topology_tests::kafka::distribution;

/// Java with an Apache Kafka on its class path.
pub(crate) fn command() -> Command {
    let distribution = distribution();
    let mut command = Command::new(&distribution.java.program);
    command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.apache.logging.log4j.level=OFF"]);
    command.args(["-cp", &distribution.class_path()]).stdin(Stdio::null());
    command
}

/// Java with Kafka Streams on its class path.
pub(crate) fn streams_command() -> Command {
    let mut command = Command::new(&distribution().java.program);
    command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]);
    command.arg(jars::folder().join("*")).arg(repository().join("tests/java/WordCount.java"));
    command
}

/// Runs one of Kafka's tools to its end.
pub(crate) fn run(class: &str, arguments: &[&str]) -> Run {
    run_with_input(class, arguments, "")
}

/// Runs one of Kafka's tools with text on its standard input.
pub(crate) fn run_with_input(class: &str, arguments: &[&str], input: &str) -> Run {
    let mut process = command()
        .arg(class)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("java starts");
    process.stdin.take().expect("it was asked for").write_all(input.as_bytes()).expect("the tool reads");
    Run::of(&process.wait_with_output().expect("the tool ends"))
}

/// What a program said, and how it ended.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    /// Both streams, without what the launcher says about itself.
    pub(crate) said: String,
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        let text = [&output.stdout[..], &output.stderr[..]].concat();
        let text = String::from_utf8_lossy(&text);
        let noise = ["SLF4J", "log4j", "WARNING: sun.misc", "WARNING: Please", "WARNING: A "];
        let lines = text.lines().filter(|line| !noise.iter().any(|noise| line.contains(noise)));
        Self { code: output.status.code(), said: lines.map(|line| format!("{}\n", line.trim_end())).collect() }
    }

    /// The run, if it ended well.
    #[track_caller]
    pub(crate) fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.said);
        self
    }

    /// The run, if it said this.
    #[track_caller]
    pub(crate) fn saying(self, expected: &str) -> Self {
        assert!(self.said.contains(expected), "{expected:?} is missing in:\n{}", self.said);
        self
    }
}
