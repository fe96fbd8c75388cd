//! Apicurio Registry, a real registry of another house: one process that keeps nothing, asked what fits what.
//!
//! Its archive comes from Maven Central. Version 3.0.9 is the newest that runs on Java 17.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, Weak};
use std::time::Duration;

use serde_json::{Value, json};
use topology_tests::binary::target;
use topology_tests::poll;

const VERSION: &str = "3.0.9";
/// How many requests are in flight at once.
const WORKERS: usize = 4;

/// Two schemas of one format.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) writer: String,
    pub(crate) reader: String,
}

/// What Apicurio says of a pair at level BACKWARD.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The reader may follow the writer.
    Accepts,
    /// It may not: each reason, with its path. Protobuf has one reason for everything.
    Refuses(Vec<String>),
    /// One of the two is no schema for it, or it gave up, in its own words.
    Fails(String),
}

/// A running registry, which ends with this value.
pub(crate) struct Apicurio {
    process: Child,
    base: String,
    agent: ureq::Agent,
    artifacts: AtomicUsize,
}

/// The one that runs while a test needs it.
static RUNNING: Mutex<Weak<Apicurio>> = Mutex::new(Weak::new());

impl Apicurio {
    /// The registry that all tests of this run share.
    pub(crate) fn shared() -> Arc<Self> {
        let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        running.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::start());
            *running = Arc::downgrade(&started);
            started
        })
    }

    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let port = listener.local_addr().expect("it is bound").port();
        drop(listener);
        let home = home();
        let process = Command::new("java")
            .args(["-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1"])
            .args([format!("-Dquarkus.http.port={port}"), "-Dquarkus.log.level=ERROR".to_owned(), "-jar".to_owned()])
            .arg(home.join(format!("apicurio-registry-app-{VERSION}-runner.jar")))
            .current_dir(&home)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Java 17 or later is needed to run Apicurio Registry");
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_mins(1)))
            .max_idle_connections_per_host(WORKERS);
        let base = format!("http://127.0.0.1:{port}/apis/registry/v3");
        let this = Self { process, base, agent: config.build().into(), artifacts: AtomicUsize::new(0) };
        let version =
            poll::until("Apicurio Registry answers", 120, || this.version().map_err(|error| error.to_string()));
        assert_eq!(version, VERSION);
        let (status, answer) = this.post("/admin/rules", &json!({"ruleType": "COMPATIBILITY", "config": "BACKWARD"}));
        assert!(status < 300, "{answer}");
        this
    }

    fn version(&self) -> Result<Value, ureq::Error> {
        let mut answer = self.agent.get(format!("{}/system/info", self.base)).call()?;
        Ok(answer.body_mut().read_json::<Value>()?["version"].take())
    }

    /// What it says of each pair, in their order.
    pub(crate) fn judge(&self, kind: &str, pairs: &[Pair]) -> Vec<Verdict> {
        let next = AtomicUsize::new(0);
        let verdicts: Vec<OnceLock<Verdict>> = pairs.iter().map(|_| OnceLock::new()).collect();
        std::thread::scope(|scope| {
            for _ in 0..WORKERS {
                scope.spawn(|| {
                    while let Some((pair, verdict)) = {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        pairs.get(at).zip(verdicts.get(at))
                    } {
                        verdict.set(self.one(kind, pair)).expect("each position is taken once");
                    }
                });
            }
        });
        verdicts.into_iter().map(|verdict| verdict.into_inner().expect("every pair was taken")).collect()
    }

    fn one(&self, kind: &str, pair: &Pair) -> Verdict {
        let id = format!("pair-{}", self.artifacts.fetch_add(1, Ordering::Relaxed));
        let content = |text: &str| json!({"content": {"content": text, "contentType": content_type(kind)}});
        let first = json!({"artifactId": id, "artifactType": kind, "firstVersion": content(&pair.writer)});
        let (status, answer) = self.post("/groups/default/artifacts", &first);
        if status >= 300 {
            return Verdict::Fails(format!("writer: {}", answer["title"]));
        }
        let path = format!("/groups/default/artifacts/{id}/versions?dryRun=true");
        let (status, answer) = self.post(&path, &content(&pair.reader));
        match (status, answer["causes"].as_array()) {
            (200..300, _) => Verdict::Accepts,
            (409, Some(causes)) => Verdict::Refuses(causes.iter().map(cause).collect()),
            _ => Verdict::Fails(format!("reader: {}", answer["title"])),
        }
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.agent.post(format!("{}{path}", self.base)).send_json(body);
        let mut answer = answer.expect("Apicurio Registry answers");
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or_default())
    }
}

impl Drop for Apicurio {
    fn drop(&mut self) {
        self.process.kill().expect("it was not waited for");
        self.process.wait().expect("it was killed");
    }
}

fn cause(cause: &Value) -> String {
    format!("{} {}", cause["description"].as_str().unwrap_or_default(), cause["context"].as_str().unwrap_or_default())
}

fn content_type(kind: &str) -> &'static str {
    if kind == "PROTOBUF" { "application/x-protobuf" } else { "application/json" }
}

/// The unpacked archive, fetched once.
fn home() -> PathBuf {
    let home = PathBuf::from(target()).join(format!("apicurio-{VERSION}"));
    let complete = home.join("complete");
    if !complete.exists() {
        std::fs::create_dir_all(&home).expect("the target folder is writable");
        let output = Command::new("mvn")
            .args(["-B", "-q", "-ntp", "dependency:unpack"])
            // It leaves notes about what it unpacked in the current folder.
            .current_dir(&home)
            .arg(format!("-Dartifact=io.apicurio:apicurio-registry-app:{VERSION}:tar.gz:all"))
            .arg(format!("-DoutputDirectory={}", home.display()))
            .output()
            .expect("Maven is needed to fetch Apicurio Registry");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        std::fs::write(complete, "").expect("the target folder is writable");
    }
    home
}
