//! The library's door: builds, starts and stops a cluster inside this process.

use std::collections::BTreeMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::admin::versions::FEATURES;
use crate::log::Logs;
use crate::machine::{ConnectionId, Machine, Settings};
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, ConfigResource, Metadata};
use crate::net::connection;
use crate::net::shared::{Shared, now};

/// What a cluster is to be like.
#[derive(Clone, Debug)]
pub struct Builder {
    brokers: u16,
    port: Option<u16>,
    ports: Vec<u16>,
    folder: Option<PathBuf>,
    configs: BTreeMap<String, String>,
}

impl Builder {
    /// How many brokers. Default: 3. Each listens on a port of its own and is in a rack of its own, `az-1` and on.
    pub fn brokers(mut self, brokers: u16) -> Self {
        self.brokers = brokers.max(1);
        self
    }

    /// The port of the first broker; the others follow. Default: free ports.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The port of each broker; there are as many brokers as ports. Default: see [`port`](Self::port).
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = ports.into_iter().collect();
        self.brokers = u16::try_from(self.ports.len()).unwrap_or(u16::MAX).max(1);
        self
    }

    /// Where data lives. Default: in memory.
    pub fn folder(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// A static broker config by Kafka's name, as in `server.properties`.
    pub fn config(mut self, key: &str, value: &str) -> Self {
        self.configs.insert(key.to_owned(), value.to_owned());
        self
    }

    /// Starts the cluster on a thread of its own; it stops when the value is dropped.
    ///
    /// # Errors
    ///
    /// When a port cannot be had, or the folder cannot be used.
    pub fn start(self) -> io::Result<Cluster> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (bootstrap_servers, tasks) = runtime.block_on(self.listen())?;
        Ok(Cluster { runtime: Some(runtime), bootstrap_servers, tasks })
    }

    async fn listen(self) -> io::Result<(Vec<String>, JoinSet<()>)> {
        let mut listeners = Vec::new();
        for index in 0..self.brokers {
            let following = self.port.map_or(0, |first| first.saturating_add(index));
            let port = self.ports.get(usize::from(index)).copied().unwrap_or(following);
            listeners.push(TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?);
        }
        let configs = crate::config::embedded::configs(self.brokers, self.configs);
        let settings = Settings { folder: self.folder, configs, ..Settings::default() };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), now());
        let mut addresses = Vec::new();
        for (id, listener) in (1..).zip(&listeners) {
            let port = listener.local_addr()?.port();
            addresses.push(format!("127.0.0.1:{port}"));
            let endpoints = BTreeMap::from([("PLAINTEXT".to_owned(), ("127.0.0.1".to_owned(), port))]);
            let broker = Broker { id, rack: Some(format!("az-{id}")), endpoints, alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        if machine.metadata.cluster_id.is_empty() {
            let birth = birth(&machine);
            machine.commit(birth)?;
        }
        machine.recover();
        let shared = Arc::new(Shared::new(machine));
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&shared).keep_time());
        for (id, listener) in (1..).zip(listeners) {
            tasks.spawn(accept(Arc::clone(&shared), id, listener));
        }
        Ok((addresses, tasks))
    }
}

/// The changes that make a cluster out of nothing.
fn birth(machine: &Machine) -> Vec<Change> {
    let cluster_id = URL_SAFE_NO_PAD.encode(uuid::Uuid::new_v4().as_bytes());
    let features =
        FEATURES.iter().map(|(name, _, level)| Change::FeatureChanged { name: (*name).to_owned(), level: *level });
    // With eligible leader replicas, one value for all brokers: Kafka writes it when the feature is turned on.
    let in_sync = Change::ConfigChanged {
        resource: ConfigResource { kind: ConfigResource::BROKER, name: String::new() },
        key: "min.insync.replicas".to_owned(),
        value: Some(crate::config::broker_i64(machine, "min.insync.replicas").to_string()),
    };
    std::iter::once(Change::ClusterCreated { cluster_id }).chain(features).chain([in_sync]).collect()
}

async fn accept(shared: Arc<Shared>, broker: i32, listener: TcpListener) {
    let mut connections = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "nodelay");
        }
        let id = ConnectionId(shared.next_id());
        let known = shared.with(|machine| machine.connected(id, broker, "PLAINTEXT", peer.ip()));
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            if let Err(error) = connection::serve(Arc::clone(&shared), known, stream).await {
                tracing::debug!(%peer, error = %error, "connection closed");
            }
            shared.disconnected(id);
        });
        while connections.try_join_next().is_some() {}
    }
}

/// A cluster that runs inside this process. It stops when it is dropped.
#[derive(Debug)]
pub struct Cluster {
    runtime: Option<tokio::runtime::Runtime>,
    bootstrap_servers: Vec<String>,
    tasks: JoinSet<()>,
}

impl Cluster {
    /// Begins with three brokers on free loopback ports, in memory.
    pub fn builder() -> Builder {
        Builder { brokers: 3, port: None, ports: Vec::new(), folder: None, configs: BTreeMap::new() }
    }

    /// Every broker's address, comma-separated, as clients want it.
    pub fn bootstrap_servers(&self) -> String {
        self.bootstrap_servers.join(",")
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.tasks.abort_all();
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
