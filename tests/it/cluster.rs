//! `topology cluster` without a manifest: started, seen, made to fail, stopped.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use topology_tests::binary::{self, Outcome};

/// A user who has no cluster yet; whatever was started for them ends with this value.
struct User {
    home: TempDir,
}

impl User {
    fn new() -> Self {
        Self { home: tempfile::tempdir().expect("a temporary folder can be made") }
    }

    fn run(&self, words: &[&str]) -> Outcome {
        let home = self.home.path().to_string_lossy().into_owned();
        binary::run_with(self.home.path(), &[&["cluster"], words].concat(), &[("XDG_STATE_HOME", &home)])
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("topology/cluster")
    }

    fn status(&self) -> Value {
        let outcome = self.run(&["status", "--format", "json"]).expect_code(0);
        serde_json::from_str(&outcome.stdout).expect("the status is JSON")
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.run(&["down"]);
    }
}

#[test]
fn a_cluster_behind_the_terminal_is_seen_and_stopped_and_keeps_its_data() {
    let user = User::new();
    assert_eq!(user.status()["running"], false);
    let up = user.run(&["up", "--detach", "--port", "0"]).expect_code(0);
    assert_eq!(up.stdout.trim().split(',').count(), 3, "stdout has the bootstrap servers alone: {}", up.transcript());
    assert!(up.stderr.contains("never for production"), "{}", up.transcript());

    let status = user.status();
    assert_eq!(status["ready"], true, "{status:#}");
    assert_eq!(status["bootstrap_servers"], up.stdout.trim());
    let again = user.run(&["up", "--port", "0"]).expect_code(3);
    assert!(again.stderr.contains(&format!("process {}", status["pid"])), "{}", again.transcript());

    user.run(&["down"]).expect_code(0);
    assert_eq!(user.status()["running"], false);
    let second = user.run(&["up", "--detach", "--port", "0"]).expect_code(0);
    assert_eq!(user.status()["cluster"]["cluster_id"], status["cluster"]["cluster_id"], "{}", second.transcript());
    user.run(&["down", "--purge"]).expect_code(0);
    assert!(!user.folder().exists(), "the data is gone");
}

#[test]
fn an_ephemeral_cluster_is_another_one_each_time() {
    let user = User::new();
    let start = || {
        user.run(&["up", "--detach", "--port", "0", "--ephemeral", "--brokers", "1"]).expect_code(0);
        let id = user.status()["cluster"]["cluster_id"].clone();
        user.run(&["down"]).expect_code(0);
        id
    };
    assert_ne!(start(), start());
    assert!(!user.folder().join("ports.json").exists(), "nothing of it is on disk");
}

#[test]
fn a_broker_is_stopped_and_started_on_demand() {
    let user = User::new();
    let without = user.run(&["fault", "stop", "2"]).expect_code(3);
    assert!(without.stderr.contains("no cluster runs"), "{}", without.transcript());
    user.run(&["up", "--detach", "--port", "0", "--ephemeral"]).expect_code(0);
    user.run(&["fault", "stop", "2"]).expect_code(0);
    assert_eq!(user.status()["cluster"]["brokers"][1]["state"], "stopped");
    assert_eq!(user.status()["ready"], false);
    user.run(&["fault", "delay", "1s", "--api", "Produce", "--times", "2"]).expect_code(0);
    let list = user.run(&["fault", "list"]).expect_code(0).stdout;
    for expected in ["broker 2 is stopped", "the next 2 Produce requests are delayed by 1000 ms"] {
        assert!(list.contains(expected), "{expected}:\n{list}");
    }
    user.run(&["fault", "start", "2"]).expect_code(0);
    user.run(&["fault", "clear"]).expect_code(0);
    assert_eq!(user.status()["ready"], true);
    let unknown = user.run(&["fault", "stop", "9"]).expect_code(3);
    assert!(unknown.stderr.contains("there is no broker 9"), "{}", unknown.transcript());
}

#[test]
fn a_port_that_is_taken_is_told_with_its_owner() {
    let user = User::new();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port().to_string();
    let outcome = user.run(&["up", "--brokers", "1", "--port", &port]).expect_code(3);
    for expected in [&port, &std::process::id().to_string(), "--port"] {
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.transcript());
    }
}

#[test]
fn a_folder_of_somebody_else_is_neither_used_nor_removed() {
    let user = User::new();
    let folder = user.home.path().join("photos");
    fs::create_dir(&folder).expect("the folder is writable");
    fs::write(folder.join("precious"), "").expect("the folder is writable");
    user.run(&["up", "--port", "0", "--data", "photos"]).expect_code(2);
    user.run(&["down", "--purge", "--data", "photos"]).expect_code(2);
    assert!(folder.join("precious").exists());
    let file = user.run(&["up", "--port", "0", "--data", "photos/precious"]).expect_code(3);
    assert!(file.stderr.contains("photos/precious"), "{}", file.transcript());
}

#[test]
fn a_config_that_kafka_would_not_take_is_told_and_nothing_runs() {
    let user = User::new();
    for (config, why) in [
        ("num.partitions=x", "Invalid value x for configuration num.partitions: Not a number of type INT"),
        ("num.partition=6", "`num.partition` is not a broker config of Kafka 4.3"),
    ] {
        for detach in [&[][..], &["--detach"]] {
            let arguments = [&["up", "--port", "0", "--config", config], detach].concat();
            let outcome = user.run(&arguments).expect_code(3);
            for expected in [why, "mend or leave out this `--config`"] {
                assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.transcript());
            }
        }
        assert_eq!(user.status()["running"], false);
    }
}

#[test]
fn a_cluster_of_no_brokers_or_of_very_many_is_refused() {
    let user = User::new();
    for brokers in ["0", "101", "-1"] {
        user.run(&["up", "--brokers", brokers]).expect_code(2);
    }
    user.run(&["up", "--port", "65535"]).expect_code(2);
}

#[test]
fn ctrl_c_ends_a_cluster_in_the_foreground() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut command = binary::command();
    command.args(["cluster", "up", "--ephemeral", "--port", "0", "--data"]).arg(path(folder.path()));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let mut servers = String::new();
    BufReader::new(child.stdout.take().expect("stdout is piped")).read_line(&mut servers).expect("it says where it is");
    assert_eq!(servers.trim().split(',').count(), 3, "{servers}");
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("its data was in memory and is gone"), "{said}");
}

fn path(folder: &Path) -> PathBuf {
    folder.join("cluster")
}
