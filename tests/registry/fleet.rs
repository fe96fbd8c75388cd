//! A cluster and registries on it, each a process that can be killed.

use std::fs::{self, File};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use topology_tests::{binary, poll};

use crate::security;

/// A cluster of three brokers, embedded or not.
pub(crate) struct Cluster {
    /// `None`: somebody else ends it.
    process: Option<Child>,
    folder: TempDir,
    pub(crate) servers: String,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let ports = free_ports::<3>();
        let list = ports.map(|port| port.to_string()).join(",");
        let mut command = binary::command();
        // A folder of its own: a cluster takes none that holds other things, such as what registries say.
        command.args(["cluster", "serve", "--ports", &list, "--data"]).arg(folder.path().join("data"));
        let process = quiet(command).spawn().expect("the binary starts");
        Self { process: Some(process), folder, servers: ports.map(|port| format!("127.0.0.1:{port}")).join(",") }
    }

    /// A cluster that runs already.
    pub(crate) fn at(servers: String) -> Self {
        Self { process: None, folder: tempfile::tempdir().expect("a temporary folder can be made"), servers }
    }

    /// Runs `topology cluster fault`.
    pub(crate) fn fault(&self, words: &[&str]) {
        let mut command = binary::command();
        command.args(["cluster", "fault", "--data"]).arg(self.folder.path().join("data")).args(words);
        let output = command.output().expect("the binary starts");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.process.iter_mut().for_each(end);
    }
}

/// A registry, and where what it says goes.
pub(crate) struct Registry {
    process: Child,
    port: u16,
    servers: String,
    log: PathBuf,
    flags: Vec<String>,
}

impl Registry {
    /// Starts one and waits until it is ready.
    pub(crate) fn start(cluster: &Cluster, flags: &[&str]) -> Self {
        let registry = Self::launch(cluster, flags);
        registry.wait();
        registry
    }

    /// Starts one.
    pub(crate) fn launch(cluster: &Cluster, flags: &[&str]) -> Self {
        let [port] = free_ports();
        let log = cluster.folder.path().join(format!("registry-{port}.log"));
        let flags: Vec<String> = flags.iter().map(|flag| (*flag).to_owned()).collect();
        let process = spawn(&cluster.servers, port, &log, &flags);
        Self { process, port, servers: cluster.servers.clone(), log, flags }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub(crate) fn wait(&self) {
        poll::until("the registry is ready", 60, || match ask("GET", &self.url("/health/ready"), None) {
            Ok((200, _)) => Ok(()),
            other => Err(format!("{other:?}\n{}", self.said())),
        });
    }

    /// The same for a registry that encrypts, to a client that trusts this authority alone.
    pub(crate) fn wait_encrypted(&self, authority: &Path) {
        poll::until("the registry is ready", 60, || match security::status("/health/ready", authority, self.port) {
            Ok(200) => Ok(()),
            other => Err(format!("{other:?}\n{}", self.said())),
        });
    }

    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    pub(crate) fn kill(&mut self) {
        end(&mut self.process);
    }

    /// Stops the process where it is: it keeps its connections and answers nobody.
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    /// Lets a stopped process go on as if no time had passed.
    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Tells the process to end.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.process), signal).expect("it is a process of this test");
    }

    /// The same address, after a kill.
    pub(crate) fn again(&mut self) {
        self.process = spawn(&self.servers, self.port, &self.log, &self.flags);
    }

    /// How the process ended by itself.
    pub(crate) fn exit_code(&mut self, seconds: u64) -> i32 {
        poll::until("the registry ends", seconds, || match self.process.try_wait() {
            Ok(Some(status)) => status.code().ok_or_else(|| status.to_string()),
            other => Err(format!("{other:?}\n{}", fs::read_to_string(&self.log).unwrap_or_default())),
        })
    }

    /// A request that is to succeed.
    #[track_caller]
    pub(crate) fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Value {
        let (status, answer) = ask(method, &self.url(path), body).expect("the registry answers");
        assert_eq!(status, 200, "{method} {path}: {answer}\n{}", self.said());
        answer
    }

    #[track_caller]
    pub(crate) fn register(&self, subject: &str, schema: &str) -> u64 {
        let answer = self.ask("POST", &format!("/subjects/{subject}/versions"), Some(&json!({ "schema": schema })));
        answer["id"].as_u64().expect("an id is a number")
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        self.ask("GET", path, None)
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// An Avro schema of its own for every name.
pub(crate) fn record(name: &str) -> String {
    json!({ "type": "record", "name": name, "fields": [{ "name": "a", "type": ["null", "int"], "default": null }] })
        .to_string()
}

/// The status and the JSON of an answer; an error if there is none.
pub(crate) fn ask(method: &str, url: &str, body: Option<&Value>) -> Result<(u16, Value), String> {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(30)))
        .build()
        .new_agent();
    let answer = match (method, body) {
        ("GET", _) => agent.get(url).call(),
        ("DELETE", _) => agent.delete(url).call(),
        (_, Some(body)) => {
            let request = if method == "PUT" { agent.put(url) } else { agent.post(url) };
            request.header("content-type", "application/vnd.schemaregistry.v1+json").send(body.to_string().as_str())
        }
        (_, None) => panic!("{method} has a body"),
    };
    let mut answer = answer.map_err(|error| error.to_string())?;
    let text = answer.body_mut().read_to_string().map_err(|error| error.to_string())?;
    Ok((answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

fn spawn(servers: &str, port: u16, log: &Path, flags: &[String]) -> Child {
    let mut command = binary::command();
    let listen = format!("127.0.0.1:{port}");
    command.args(["registry", "serve", "--bootstrap-servers", servers, "--listen", &listen]).args(flags);
    // As in a small container: no authority is known, and none is needed where nothing is encrypted.
    command.env("SSL_CERT_FILE", "/nonexistent").env("SSL_CERT_DIR", "/nonexistent");
    let log = File::options().create(true).append(true).open(log).expect("a temporary folder is writable");
    command.stdout(Stdio::null()).stderr(log).spawn().expect("the binary starts")
}

fn quiet(mut command: Command) -> Command {
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

fn free_ports<const COUNT: usize>() -> [u16; COUNT] {
    let held = [0; COUNT].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port is free"));
    held.map(|listener| listener.local_addr().expect("it is bound").port())
}

fn end(process: &mut Child) {
    drop(process.kill());
    drop(process.wait());
}
