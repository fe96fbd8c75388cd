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
use super::listener::{self, Listener, Protocol};
use super::ports::Ports;
use crate::admin::versions::FEATURES;
use crate::error::Error;
use crate::folder::{self, Folder, Opened, Recovery};
use crate::machine::{Machine, Settings};
use crate::metadata::change::Change;
use crate::metadata::{Broker, ConfigResource};
use crate::net::door::{self, Door};
use crate::net::shared::{Shared, now};

/// What there is to say about a cluster that has just started.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Started {
    /// The cluster's id.
    pub cluster_id: String,
    /// Each broker's host and port; those of the first listener where there are several.
    pub addresses: BTreeMap<i32, String>,
    /// By listener, each broker's host and port.
    pub listeners: BTreeMap<String, BTreeMap<i32, String>>,
    /// Where it is controlled from; only a cluster that runs as a process is.
    pub control: Option<PathBuf>,
    /// What opening the folder had to mend.
    pub recovery: Recovery,
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
    folder: Option<Folder>,
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
        crate::config::embedded::check(&builder.configs).map_err(Error::Setting)?;
        let opened = builder.folder.as_deref().map(|folder| folder::open(folder, now())).transpose()?;
        let listeners = declared(builder);
        listener::check(&listeners)?;
        let sockets = listen(builder, &listeners).await?;
        let (mut machine, folder, recovery) = open(builder, &listeners, opened.unwrap_or_default())?;
        let mut addresses: BTreeMap<String, BTreeMap<i32, String>> = BTreeMap::new();
        for id in 1..=i32::from(builder.brokers) {
            let broker = Broker { id, rack: Some(format!("az-{id}")), endpoints: BTreeMap::new(), alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        for (broker, door, socket) in &sockets {
            let port = socket.local_addr().map_err(Error::Threads)?.port();
            addresses.entry(door.listener.clone()).or_default().insert(*broker, format!("127.0.0.1:{port}"));
            if let Some(broker) = machine.metadata.brokers.get_mut(broker) {
                broker.endpoints.insert(door.listener.clone(), ("127.0.0.1".to_owned(), port));
            }
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
        for (broker, door, socket) in sockets {
            tasks.spawn(door::keep(Arc::clone(&shared), broker, door, socket));
        }
        let first = listeners.first().and_then(|listener| addresses.get(&listener.name)).cloned().unwrap_or_default();
        let control_socket = builder.control.clone();
        let started = Started {
            cluster_id,
            addresses: first,
            listeners: addresses,
            control: control_socket,
            recovery,
            took: began.elapsed(),
        };
        Ok(Self { shared, started, folder, tasks, control })
    }

    /// Closes every listener and connection, then what is on disk, then the control socket.
    async fn stop(mut self) {
        self.tasks.shutdown().await;
        self.shared.with(Machine::close);
        if let Some(Err(error)) = self.folder.take().map(Folder::close) {
            tracing::warn!(%error, "the folder could not be left cleanly; the next start checks it");
        }
        self.control.shutdown().await;
    }
}

/// The declared listeners, or the default one. The builder's ports are the first's.
fn declared(builder: &Builder) -> Vec<Listener> {
    let mut listeners = builder.listeners.clone();
    if listeners.is_empty() {
        listeners.push(Listener::new(Protocol::Plaintext));
    }
    if let Some(first) = listeners.first_mut().filter(|first| first.ports.is_empty() && first.port.is_none()) {
        (first.port, first.ports) = (builder.port, builder.ports.clone());
    }
    listeners
}

/// Every listener of every broker.
async fn listen(builder: &Builder, listeners: &[Listener]) -> Result<Vec<(i32, Arc<Door>, TcpListener)>, Error> {
    let mut ports = Ports::remembered(builder.folder.as_deref());
    let mut sockets = Vec::new();
    for listener in listeners {
        let door = Arc::new(Door { listener: listener.name.clone(), tls: listener.acceptor()? });
        for index in 0..builder.brokers {
            let broker = i32::from(index) + 1;
            let socket = ports.listen(broker, &listener.name, listener.port_at(index)).await?;
            sockets.push((broker, Arc::clone(&door), socket));
        }
    }
    ports.remember()?;
    Ok(sockets)
}

/// A machine over the cluster that was found, or a new one; with what is not the machine's.
fn open(
    builder: &Builder,
    listeners: &[Listener],
    opened: Opened,
) -> Result<(Machine, Option<Folder>, Recovery), Error> {
    let Opened { folder, metadata, journal, logs, recovery } = opened;
    let with_sasl = listeners.iter().filter(|listener| listener.protocol.has_sasl());
    let settings = Settings {
        folder: builder.folder.clone(),
        configs: crate::config::embedded::configs(builder.brokers, builder.configs.clone()),
        copy_time: i64::try_from(builder.copy_time.as_millis()).unwrap_or(i64::MAX),
        sasl_listeners: with_sasl.map(|listener| listener.name.clone()).collect(),
        users: builder.users.clone(),
    };
    let mut machine = Machine::new(settings, metadata, journal, logs, now());
    let failed = |source| Error::Folder { folder: builder.folder.clone().unwrap_or_default(), source };
    if machine.metadata.cluster_id.is_empty() {
        let birth = birth(&machine);
        machine.commit(birth).map_err(failed)?;
    }
    let users = crate::security::scram::of_users(&machine);
    machine.commit(users).map_err(failed)?;
    Ok((machine, folder, recovery))
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
