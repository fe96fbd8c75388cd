//! What a cluster looks like on disk.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use super::{Cluster, ClusterSpec, Coordination, Setup, prepare};
use crate::Error;
use crate::distribution::{Distribution, Source};
use crate::folder::Project;
use crate::java::Java;
use crate::ports::{Mode, plan};
use crate::proc::identity::RunId;

/// A Java that does what the storage tool does: it leaves a file that says that the storage is formatted.
const JAVA: &str = "#!/bin/sh\nmkdir -p data\nfor word; do echo \"$word\"; done > data/meta.properties\n";

struct Machine {
    folder: TempDir,
}

impl Machine {
    fn new(java: &str) -> Self {
        let machine = Self { folder: TempDir::new().unwrap() };
        machine.install(java);
        machine
    }

    /// By another process: a program that this one has open for writing, if only in a fork of a test beside, does not run.
    fn install(&self, java: &str) {
        let write = "printf %s \"$1\" > \"$0\" && chmod 755 \"$0\"";
        let written = Command::new("sh").args(["-c", write]).arg(self.folder.path().join("java")).arg(java).status();
        assert!(written.unwrap().success());
    }

    async fn prepare(&self, spec: &ClusterSpec) -> Result<Cluster, Error> {
        let java = Java { program: self.folder.path().join("java"), version: 17, full_version: "17.0.1".to_owned() };
        let jars = vec![PathBuf::from("/jars/a.jar"), PathBuf::from("/jars/b.jar")];
        let distribution = Distribution { version: spec.version.clone(), jars, source: Source::Cache, java };
        let folder = self.environment();
        let ports = plan(&folder, &spec.port_requests(), Mode::Any, &[]).unwrap();
        let run = RunId::new().unwrap();
        prepare(&Setup {
            folder: &folder,
            run: &run,
            spec,
            distribution: &distribution,
            ports: &ports,
            progress: &|_| {},
        })
        .await
    }

    fn environment(&self) -> crate::folder::EnvironmentFolder {
        Project::new(self.folder.path()).environment("local")
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.environment().root().join(path)).unwrap()
    }
}

fn spec(version: &str, coordination: Coordination) -> ClusterSpec {
    ClusterSpec { version: version.parse().unwrap(), brokers: 3, coordination, config: BTreeMap::new() }
}

#[tokio::test]
async fn a_kraft_cluster_is_three_combined_nodes_of_one_formatted_cluster() {
    let machine = Machine::new(JAVA);
    let cluster = machine.prepare(&spec("4.3.1", Coordination::Kraft)).await.unwrap();
    assert_eq!(cluster.bootstrap_servers().split(',').count(), 3);
    let config = machine.read("kafka/2/server.properties");
    for line in
        ["process.roles=broker,controller", "node.id=2", "log.dirs=data", "broker.rack=az-2", "min.insync.replicas=2"]
    {
        assert!(config.lines().any(|found| found == line), "{line} in {config}");
    }
    assert_eq!(config.matches("@127.0.0.1:").count(), 3, "every node votes: {config}");
    let formatted = |node: u8| machine.read(&format!("kafka/{node}/data/meta.properties"));
    let id = |text: String| text.lines().skip_while(|line| *line != "-t").nth(1).unwrap().to_owned();
    assert_eq!(id(formatted(1)), id(formatted(3)));
    let processes = cluster.processes(|_| crate::supervisor::Probe::None);
    assert_eq!(processes.len(), 3);
    assert!(processes.iter().all(|process| process.depends_on.is_empty() && process.ports.len() == 2));
}

#[tokio::test]
async fn brokers_of_a_zookeeper_cluster_depend_on_the_whole_ensemble() {
    let machine = Machine::new(JAVA);
    let cluster = machine.prepare(&spec("3.9.1", Coordination::ZooKeeper)).await.unwrap();
    let processes = cluster.processes(|_| crate::supervisor::Probe::None);
    let names: Vec<&str> = processes.iter().map(|process| process.name.as_str()).collect();
    assert_eq!(names, ["zookeeper-1", "zookeeper-2", "zookeeper-3", "broker-1", "broker-2", "broker-3"]);
    assert_eq!(processes[4].depends_on, names[..3]);
    assert_eq!(machine.read("zookeeper/3/data/myid"), "3");
    let config = machine.read("kafka/1/server.properties");
    assert!(config.contains("/topology\n") && !config.contains("process.roles") && !config.contains("share."));
    assert!(!machine.environment().kafka().join("1/data").exists(), "nothing is formatted");
}

#[tokio::test]
async fn settings_of_the_person_win_except_over_the_place_of_the_node() {
    let machine = Machine::new(JAVA);
    let mut spec = spec("4.3.1", Coordination::Kraft);
    let config = [("num.partitions", "12"), ("node.id", "7"), ("some.text", "a\\b\nü")];
    spec.config = config.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    machine.prepare(&spec).await.unwrap();
    let written = machine.read("kafka/1/server.properties");
    for line in ["num.partitions=12", "node.id=1", "some.text=a\\\\b\\n\\u00fc"] {
        assert!(written.lines().any(|found| found == line), "{line} in {written}");
    }
}

#[tokio::test]
async fn preparing_again_changes_nothing_and_a_new_setting_changes_the_fingerprint() {
    let machine = Machine::new(JAVA);
    let mut spec = spec("4.3.1", Coordination::Kraft);
    let fingerprints = |cluster: Cluster| {
        let processes = cluster.processes(|_| crate::supervisor::Probe::None);
        processes.into_iter().map(|process| process.fingerprint).collect::<Vec<_>>()
    };
    let first = fingerprints(machine.prepare(&spec).await.unwrap());
    machine.install("#!/bin/sh\nexit 1\n");
    assert_eq!(fingerprints(machine.prepare(&spec).await.unwrap()), first);
    spec.config.insert("num.partitions".to_owned(), "1".to_owned());
    assert_ne!(fingerprints(machine.prepare(&spec).await.unwrap()), first);
}

#[tokio::test]
async fn data_of_another_cluster_is_refused() {
    let machine = Machine::new(JAVA);
    machine.prepare(&spec("4.3.1", Coordination::Kraft)).await.unwrap();
    let error = machine.prepare(&spec("3.9.1", Coordination::ZooKeeper)).await.unwrap_err();
    let text = error.to_string();
    assert!(text.ends_with(
        "holds data of Apache Kafka 4.3.1 with 3 brokers and `kraft`, \
         but the manifest asks for Apache Kafka 3.9.1 with 3 brokers and `zookeeper`"
    ));
    assert!(error.help().unwrap().contains("down --purge"));
}

#[tokio::test]
async fn a_storage_tool_that_refuses_is_quoted() {
    let machine = Machine::new("#!/bin/sh\necho 'Invalid value 0 for num.partitions' >&2; exit 1\n");
    let error = machine.prepare(&spec("4.3.1", Coordination::Kraft)).await.unwrap_err();
    assert!(error.to_string().ends_with("ended with status 1:\n    Invalid value 0 for num.partitions"), "{error}");
}

#[tokio::test]
async fn kafka_4_has_no_zookeeper() {
    let machine = Machine::new(JAVA);
    let error = machine.prepare(&spec("4.3.1", Coordination::ZooKeeper)).await.unwrap_err();
    assert_eq!(error.to_string(), "Apache Kafka 4.3.1 does not run with coordination by ZooKeeper");
}
