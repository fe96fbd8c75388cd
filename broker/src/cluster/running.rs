//! A cluster at work: storage opened, brokers listening, time kept; and its end in good order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::Builder;
use super::ports::Ports;
use crate::admin::versions::FEATURES;
use crate::error::Error;
use crate::log::Logs;
use crate::machine::{Machine, Settings};
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, ConfigResource, Metadata};
use crate::net::door;
use crate::net::shared::{Shared, now};

/// What there is to say about a cluster that has just started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Started {
    /// The cluster's id.
    pub cluster_id: String,
    /// Each broker's host and port.
    pub addresses: BTreeMap<i32, String>,
    /// Where it is controlled from; only a cluster that runs as a process is.
    pub control: Option<PathBuf>,
    /// How long it took until every broker answered.
    pub took: Duration,
}

impl Started {
    /// Every broker's address, comma-separated, as clients want it.
    pub fn bootstrap_servers(&self) -> String {
        self.addresses.values().cloned().collect::<Vec<_>>().join(",")
    }
}

/// A cluster at work.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) shared: Arc<Shared>,
    pub(crate) started: Started,
    tasks: JoinSet<()>,
    /// The control socket, which closes last: who waits for the end waits for that.
    control: JoinSet<()>,
}

/// Runs a cluster on this thread, and some workers, until `stop` is there or somebody asks for it.
///
/// # Errors
///
/// When it cannot be started; then `ready` was not called.
pub(crate) fn run(
    builder: &Builder,
    ready: impl FnOnce(&Running),
    stop: impl Future<Output = ()>,
) -> Result<(), Error> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.map_err(Error::Threads)?;
    runtime.block_on(async {
        let running = Running::start(builder).await?;
        ready(&running);
        tokio::select! {
            () = stop => {}
            () = running.shared.asked_to_stop() => {}
        }
        running.stop().await;
        Ok(())
    })
}

impl Running {
    async fn start(builder: &Builder) -> Result<Self, Error> {
        let began = Instant::now();
        let listeners = listen(builder).await?;
        let mut machine = open(builder)?;
        let mut addresses = BTreeMap::new();
        for (broker, socket) in &listeners {
            let port = socket.local_addr().map_err(Error::Threads)?.port();
            addresses.insert(*broker, format!("127.0.0.1:{port}"));
            let endpoints = BTreeMap::from([("PLAINTEXT".to_owned(), ("127.0.0.1".to_owned(), port))]);
            let rack = Some(format!("az-{broker}"));
            machine.metadata.brokers.insert(*broker, Broker { id: *broker, rack, endpoints, alive: true });
        }
        machine.recover();
        let cluster_id = machine.metadata.cluster_id.clone();
        let shared = Arc::new(Shared::new(machine));
        let mut tasks = JoinSet::new();
        let mut control = JoinSet::new();
        if let Some(path) = &builder.control {
            control.spawn(crate::remote::server::open(Arc::clone(&shared), path)?);
        }
        tasks.spawn(Arc::clone(&shared).keep_time());
        for (broker, socket) in listeners {
            tasks.spawn(door::keep(Arc::clone(&shared), broker, "PLAINTEXT", socket));
        }
        let started = Started { cluster_id, addresses, control: builder.control.clone(), took: began.elapsed() };
        Ok(Self { shared, started, tasks, control })
    }

    /// Closes every listener and connection, then what is on disk, then the control socket.
    async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.shared.with(Machine::close);
        self.control.shutdown().await;
    }
}

async fn listen(builder: &Builder) -> Result<Vec<(i32, TcpListener)>, Error> {
    let mut ports = Ports::remembered(builder.folder.as_deref());
    let mut listeners = Vec::new();
    for index in 0..builder.brokers {
        let broker = i32::from(index) + 1;
        let following = builder.port.map(|first| first.saturating_add(index));
        let fixed = builder.ports.get(usize::from(index)).copied().or(following).filter(|port| *port > 0);
        listeners.push((broker, ports.listen(broker, "PLAINTEXT", fixed).await?));
    }
    ports.remember()?;
    Ok(listeners)
}

/// Opens what there is, or makes a new cluster.
fn open(builder: &Builder) -> Result<Machine, Error> {
    let settings = Settings {
        folder: builder.folder.clone(),
        configs: crate::config::embedded::configs(builder.brokers, builder.configs.clone()),
        copy_time: i64::try_from(builder.copy_time.as_millis()).unwrap_or(i64::MAX),
        ..Settings::default()
    };
    let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), now());
    if machine.metadata.cluster_id.is_empty() {
        let failed = |source| Error::Folder { folder: builder.folder.clone().unwrap_or_default(), source };
        let birth = birth(&machine);
        machine.commit(birth).map_err(failed)?;
    }
    Ok(machine)
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
