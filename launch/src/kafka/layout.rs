//! Which nodes a cluster has, where their files are, and on which ports they listen.

use std::path::PathBuf;

use super::{ClusterSpec, Coordination, Setup};
use crate::Error;
use crate::ports::{PortPlan, PortRequest};

/// How many nodes a ZooKeeper ensemble has: the fewest of which one may fail.
const ENSEMBLE: u8 = 3;

/// The folder of a node's data, in the node's folder.
pub(super) const DATA: &str = "data";

/// The nodes of a cluster.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) zookeepers: Vec<ZooKeeperNode>,
    pub(super) brokers: Vec<BrokerNode>,
}

/// A node of a ZooKeeper ensemble.
#[derive(Debug)]
pub(super) struct ZooKeeperNode {
    pub(super) id: u8,
    pub(super) folder: PathBuf,
    pub(super) client: u16,
    pub(super) peer: u16,
    pub(super) election: u16,
}

/// A broker, which is a controller too when the cluster coordinates itself.
#[derive(Debug)]
pub(super) struct BrokerNode {
    pub(super) id: u8,
    pub(super) folder: PathBuf,
    pub(super) client: u16,
    pub(super) controller: Option<u16>,
}

impl ZooKeeperNode {
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join(DATA)
    }

    pub(super) fn name(&self) -> String {
        format!("zookeeper-{}", self.id)
    }

    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.client)
    }
}

impl BrokerNode {
    pub(super) fn name(&self) -> String {
        format!("broker-{}", self.id)
    }

    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.client)
    }

    pub(super) fn config(&self) -> PathBuf {
        self.folder.join("server.properties")
    }

    pub(super) fn data(&self) -> PathBuf {
        self.folder.join(DATA)
    }
}

pub(super) fn port_requests(spec: &ClusterSpec) -> Vec<PortRequest> {
    let mut requests = Vec::new();
    for id in 1..=spec.brokers {
        let step = 1000 * u16::from(id - 1);
        requests.push(PortRequest::preferred(format!("broker-{id}"), 19092 + step));
        if spec.coordination == Coordination::Kraft {
            requests.push(PortRequest::preferred(format!("broker-{id} controller"), 19093 + step));
        }
    }
    if spec.coordination == Coordination::ZooKeeper {
        for id in 1..=ENSEMBLE {
            let step = u16::from(id - 1);
            requests.push(PortRequest::preferred(format!("zookeeper-{id}"), 12181 + step));
            requests.push(PortRequest::preferred(format!("zookeeper-{id} peer"), 12888 + step));
            requests.push(PortRequest::preferred(format!("zookeeper-{id} election"), 13888 + step));
        }
    }
    requests
}

impl Layout {
    pub(super) fn plan(setup: &Setup<'_>) -> Result<Self, Error> {
        let is_zookeeper = setup.spec.coordination == Coordination::ZooKeeper;
        let ensemble = if is_zookeeper { ENSEMBLE } else { 0 };
        let zookeepers = (1..=ensemble).map(|id| {
            Ok(ZooKeeperNode {
                id,
                folder: setup.folder.zookeeper().join(id.to_string()),
                client: planned(setup.ports, &format!("zookeeper-{id}"))?,
                peer: planned(setup.ports, &format!("zookeeper-{id} peer"))?,
                election: planned(setup.ports, &format!("zookeeper-{id} election"))?,
            })
        });
        let brokers = (1..=setup.spec.brokers).map(|id| {
            let controller = (!is_zookeeper).then(|| planned(setup.ports, &format!("broker-{id} controller")));
            Ok(BrokerNode {
                id,
                folder: setup.folder.kafka().join(id.to_string()),
                client: planned(setup.ports, &format!("broker-{id}"))?,
                controller: controller.transpose()?,
            })
        });
        Ok(Self {
            zookeepers: zookeepers.collect::<Result<_, Error>>()?,
            brokers: brokers.collect::<Result<_, Error>>()?,
        })
    }
}

fn planned(ports: &PortPlan, label: &str) -> Result<u16, Error> {
    ports.get(label).ok_or_else(|| Error::Specification(format!("the port plan has no port for `{label}`")))
}
