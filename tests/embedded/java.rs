//! Java programs: where their jars are, and one run of them.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use topology_tests::binary::{repository, target};
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
    static JARS: OnceLock<PathBuf> = OnceLock::new();
    let jars = JARS.get_or_init(fetch_streams);
    let mut command = Command::new(&distribution().java.program);
    command.args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"]);
    command.arg(jars.join("*")).arg(repository().join("tests/java/WordCount.java"));
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

/// Fetches what `tests/java/pom.xml` names; what is there already is left.
fn fetch_streams() -> PathBuf {
    let folder = PathBuf::from(target()).join("java-streams");
    let complete = folder.join("complete");
    if !complete.exists() {
        let output = Command::new("mvn")
            .args(["-B", "-q", "-ntp", "dependency:copy-dependencies", "-DincludeScope=runtime", "-f"])
            .arg(repository().join("tests/java/pom.xml"))
            .arg(format!("-DoutputDirectory={}", folder.display()))
            .output()
            .expect("Maven starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        std::fs::write(&complete, "").expect("the target folder is writable");
    }
    folder
}
