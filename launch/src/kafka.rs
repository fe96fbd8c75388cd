//! A local cluster of Apache Kafka: as files on disk and as processes to be supervised.
//!
//! [`prepare`] writes the configuration of every node and formats what is not formatted; [`Cluster::processes`] describes
//! the nodes. Nothing here starts a node. The settings suit a laptop: small heaps, few threads, few internal partitions,
//! but replication as in production.

mod format;
mod jvm;
mod layout;
mod properties;
mod stamp;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::distribution::{Distribution, KafkaVersion};
use crate::folder::{EnvironmentFolder, create_folder};
use crate::ports::{PortPlan, PortRequest};
use crate::proc::identity::{RunId, hexadecimal};
use crate::supervisor::{Kind, Port, Probe, ProcessSpec};
use crate::{Error, Progress};
use layout::Layout;

/// What keeps the metadata of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coordination {
    /// The brokers themselves, as combined nodes.
    Kraft,
    /// A ZooKeeper ensemble of three. Kafka 3.9 is the last with it.
    #[serde(rename = "zookeeper")]
    ZooKeeper,
}

impl Coordination {
    /// The word of the manifest.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Kraft => "kraft",
            Self::ZooKeeper => "zookeeper",
        }
    }
}

/// A cluster to be run locally.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSpec {
    /// The version of Kafka.
    pub version: KafkaVersion,
    /// How many brokers: 1 to 9.
    pub brokers: u8,
    /// What keeps its metadata.
    pub coordination: Coordination,
    /// Broker settings over those that a local cluster has.
    pub config: BTreeMap<String, String>,
}

impl ClusterSpec {
    /// The ports that the cluster needs, for [`ports::plan`](crate::ports::plan).
    pub fn port_requests(&self) -> Vec<PortRequest> {
        layout::port_requests(self)
    }

    fn check(&self) -> Result<(), Error> {
        if self.coordination == Coordination::ZooKeeper && !self.version.has_zookeeper() {
            let (version, coordination) = (self.version.to_string(), "coordination by ZooKeeper");
            return Err(Error::Coordination { version, coordination });
        }
        if !(1..=9).contains(&self.brokers) {
            let text = format!("a local cluster has 1 to 9 brokers, not {}", self.brokers);
            return Err(Error::Specification(text));
        }
        Ok(())
    }
}

/// Everything that preparing a cluster takes.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "it borrows a function")]
pub struct Setup<'a> {
    /// Where the environment lives.
    pub folder: &'a EnvironmentFolder,
    /// The run that the helpers belong to.
    pub run: &'a RunId,
    /// The cluster.
    pub spec: &'a ClusterSpec,
    /// The jars and the Java.
    pub distribution: &'a Distribution,
    /// A plan that covers [`ClusterSpec::port_requests`].
    pub ports: &'a PortPlan,
    /// Told what takes long.
    pub progress: Progress<'a>,
}

/// A broker of a prepared cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broker {
    /// Its id: 1 to N.
    pub id: u8,
    /// The name of its process: `broker-1`.
    pub name: String,
    /// Where clients reach it: host and port.
    pub address: String,
}

/// A cluster that is ready to be started.
#[derive(Clone, Debug)]
pub struct Cluster {
    brokers: Vec<Broker>,
    processes: Vec<ProcessSpec>,
}

impl Cluster {
    /// The brokers in order of their ids.
    pub fn brokers(&self) -> &[Broker] {
        &self.brokers
    }

    /// The addresses of all brokers, as clients take them.
    pub fn bootstrap_servers(&self) -> String {
        self.brokers.iter().map(|broker| broker.address.as_str()).collect::<Vec<_>>().join(",")
    }

    /// The processes: a ZooKeeper ensemble if there is one, and the brokers with the caller's probes.
    pub fn processes(&self, probe: impl Fn(&Broker) -> Probe) -> Vec<ProcessSpec> {
        let mut processes = self.processes.clone();
        for process in &mut processes {
            if let Some(broker) = self.brokers.iter().find(|broker| broker.name == process.name) {
                process.probe = probe(broker);
            }
        }
        processes
    }
}

/// Writes the files of a cluster and formats its storage where that has not been done.
///
/// Running it again is quick and changes nothing, also while the cluster runs.
///
/// # Errors
///
/// [`Error::DataOfAnother`] when the environment's data belongs to a cluster of another version, coordination or size.
pub async fn prepare(setup: &Setup<'_>) -> Result<Cluster, Error> {
    setup.spec.check()?;
    let layout = Layout::plan(setup)?;
    let cluster_id = stamp::check_or_write(setup.folder, setup.spec)?;
    let mut processes = Vec::new();
    for node in &layout.zookeepers {
        processes.push(write_zookeeper(setup, &layout, node)?);
    }
    for node in &layout.brokers {
        processes.push(write_broker(setup, &layout, node)?);
    }
    if setup.spec.coordination == Coordination::Kraft {
        format::format_all(setup, &layout, &cluster_id).await?;
    }
    let broker = |node: &layout::BrokerNode| Broker { id: node.id, name: node.name(), address: node.address() };
    Ok(Cluster { brokers: layout.brokers.iter().map(broker).collect(), processes })
}

fn write_zookeeper(setup: &Setup<'_>, layout: &Layout, node: &layout::ZooKeeperNode) -> Result<ProcessSpec, Error> {
    create_folder(&node.data())?;
    write(&node.data().join("myid"), &node.id.to_string())?;
    let config = node.folder.join("zookeeper.properties");
    let text = properties::zookeeper(layout, node);
    write(&config, &text)?;
    write_logging(setup, &node.folder)?;

    let mut spec = ProcessSpec::new(node.name(), Kind::Coordination, &setup.distribution.java.program);
    spec.args = jvm::zookeeper(setup.distribution, &config);
    spec.probe = Probe::ZooKeeper { address: node.address() };
    spec.ports = vec![port("zookeeper", node.client), port("peer", node.peer), port("election", node.election)];
    Ok(finished(spec, &node.folder, &text))
}

fn write_broker(setup: &Setup<'_>, layout: &Layout, node: &layout::BrokerNode) -> Result<ProcessSpec, Error> {
    create_folder(&node.folder)?;
    let text = properties::broker(setup.spec, layout, node);
    write(&node.config(), &text)?;
    write_logging(setup, &node.folder)?;

    let mut spec = ProcessSpec::new(node.name(), Kind::Broker, &setup.distribution.java.program);
    spec.args = jvm::broker(setup.distribution, &node.config());
    spec.depends_on = layout.zookeepers.iter().map(layout::ZooKeeperNode::name).collect();
    // A combined node that stops last waits for a successor to its office of controller, which cannot come.
    spec.saved_file = Some(node.data().join(".kafka_cleanshutdown"));
    spec.ports = vec![port("kafka", node.client)];
    spec.ports.extend(node.controller.map(|number| port("controller", number)));
    Ok(finished(spec, &node.folder, &text))
}

fn finished(mut spec: ProcessSpec, folder: &Path, config: &str) -> ProcessSpec {
    spec.cwd = Some(folder.to_owned());
    let mut hash = Sha256::new();
    for part in spec.args.iter().map(String::as_str).chain([config, &spec.program.to_string_lossy()]) {
        hash.update(part.len().to_le_bytes());
        hash.update(part);
    }
    spec.fingerprint = hexadecimal(&hash.finalize());
    spec
}

fn write_logging(setup: &Setup<'_>, folder: &Path) -> Result<(), Error> {
    let (name, text) = properties::logging(&setup.spec.version);
    write(&folder.join(name), text)
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    // Untouched when equal, so that preparing again while nodes run is harmless.
    if fs::read(path).is_ok_and(|present| present == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text).map_err(Error::file("write", path))
}

fn port(label: &str, number: u16) -> Port {
    Port { label: label.to_owned(), number }
}
