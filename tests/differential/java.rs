//! Java's own clients: one process for each cluster, which runs the scenarios of `tests/java/Harness.java`.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use topology_tests::binary::repository;
use topology_tests::kafka;

/// What ends a transcript.
const END: &str = "=== end";

/// A running harness.
struct Harness {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

type Harnesses = Mutex<HashMap<String, Arc<Mutex<Harness>>>>;

static RUNNING: OnceLock<Harnesses> = OnceLock::new();

/// Runs a scenario of the harness and gives its transcript.
pub(crate) fn run(servers: &str, prefix: &str, scenario: &str) -> String {
    let harness = {
        let mut running = running().lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(running.entry(servers.to_owned()).or_insert_with(|| Arc::new(Mutex::new(Harness::start()))))
    };
    let mut harness = harness.lock().unwrap_or_else(PoisonError::into_inner);
    writeln!(harness.input, "{servers}\t{prefix}\t{scenario}").expect("the harness reads");
    let mut transcript = String::new();
    loop {
        let mut line = String::new();
        let read = harness.output.read_line(&mut line).expect("the harness writes");
        assert!(read > 0, "the harness has ended");
        if line.trim_end() == END {
            return transcript;
        }
        transcript += &line;
    }
}

/// Ends every harness.
pub(crate) fn stop() {
    for harness in running().lock().unwrap_or_else(PoisonError::into_inner).values() {
        let mut harness = harness.lock().unwrap_or_else(PoisonError::into_inner);
        drop(harness.process.kill());
        drop(harness.process.wait());
    }
}

fn running() -> &'static Harnesses {
    RUNNING.get_or_init(Mutex::default)
}

impl Harness {
    fn start() -> Self {
        let distribution = kafka::distribution();
        let mut process = Command::new(&distribution.java.program)
            .args([
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.apache.logging.log4j.level=OFF",
                "-cp",
                &distribution.class_path(),
            ])
            .arg(repository().join("tests/java/Harness.java"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("java starts");
        let input = process.stdin.take().expect("it was asked for");
        let output = BufReader::new(process.stdout.take().expect("it was asked for"));
        Self { process, input, output }
    }
}
