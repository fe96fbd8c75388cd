//! The library's door: builds, starts and stops a cluster inside this process, and makes it fail on demand.

pub(crate) mod broker;
pub(crate) mod listener;
pub(crate) mod ports;
pub(crate) mod running;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;

pub use broker::BrokerHandle;
pub use listener::{Listener, Protocol};
pub use running::Started;

use crate::error::{Error, FaultError};
use crate::fault::{Action, Coordinator, Fault, FaultInForce, inject};
use crate::net::shared::Shared;
use crate::security::secret::{Redacted, Secret};
use crate::status::Status;

/// What a cluster is to be like.
#[derive(Clone)]
pub struct Builder {
    pub(crate) brokers: u16,
    pub(crate) port: Option<u16>,
    pub(crate) ports: Vec<u16>,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) configs: BTreeMap<String, String>,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) users: BTreeMap<String, Secret>,
    pub(crate) copy_time: Duration,
    pub(crate) control: Option<PathBuf>,
}

impl Builder {
    /// How many brokers. Default: 3. Each listens on a port of its own and is in a rack of its own, `az-1` and on.
    pub fn brokers(mut self, brokers: u16) -> Self {
        self.brokers = brokers.max(1);
        self
    }

    /// The port of the first broker; the others follow. Default: free ports, which a data folder remembers.
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

    /// A static broker config by Kafka's name, as in `server.properties`. A name that is none, or a value that Kafka would
    /// not take, is told by [`start`](Self::start).
    pub fn config(mut self, key: &str, value: &str) -> Self {
        self.configs.insert(key.to_owned(), value.to_owned());
        self
    }

    /// A listener of every broker. Those that are declared take the place of the default, one `PLAINTEXT`; the first of
    /// them has the builder's ports unless it has its own, and is what [`Cluster::bootstrap_servers`] names.
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listeners.push(listener);
        self
    }

    /// A user and password for SASL: known to PLAIN, and to SCRAM unless the user has a SCRAM credential already. More
    /// are declared in `sasl.jaas.config` as in Kafka, and SCRAM users through the admin API.
    pub fn user(mut self, name: &str, password: &str) -> Self {
        self.users.insert(name.to_owned(), Secret(password.to_owned()));
        self
    }

    /// How long a partition reassignment stays visible before its new replicas are in sync. Default: 300 ms.
    pub fn copy_time(mut self, time: Duration) -> Self {
        self.copy_time = time;
        self
    }

    /// Opens a Unix socket there, for [`remote::Client`](crate::remote::Client)s of other processes. Default: none;
    /// [`serve`](crate::serve) opens one always.
    pub fn control_socket(mut self, path: impl AsRef<Path>) -> Self {
        self.control = Some(path.as_ref().to_owned());
        self
    }

    /// Starts the cluster on threads of its own and returns once every broker answers, within milliseconds; it stops when
    /// the value is dropped. It may be called from anywhere, also inside an async runtime.
    ///
    /// # Errors
    ///
    /// When a port cannot be had, the folder cannot be used, or a setting does not hold.
    pub fn start(self) -> Result<Cluster, Error> {
        let (started, ready) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let failed = started.clone();
        let run = move || {
            let ready = |running: &running::Running| {
                // Whoever started the cluster waits for this.
                drop(started.send(Ok((Arc::clone(&running.shared), running.started.clone()))));
            };
            let until = async { drop(stopped.await) };
            if let Err(error) = running::run(&self, ready, until) {
                drop(failed.send(Err(error)));
            }
        };
        let thread = std::thread::Builder::new().name("kafka-cluster".to_owned()).spawn(run).map_err(Error::Threads)?;
        let ended = |_| Error::Threads(std::io::Error::other("the thread ended before the cluster was up"));
        let (shared, started) = ready.recv().map_err(ended)??;
        Ok(Cluster { shared, started, stop: Some(stop), thread: Some(thread) })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("brokers", &self.brokers)
            .field("folder", &self.folder)
            .field("configs", &Redacted(&self.configs))
            .field("listeners", &self.listeners)
            .finish_non_exhaustive()
    }
}

/// A cluster that runs inside this process. Dropping it stops every broker, closes what is on disk in good order, and
/// returns when the ports are free.
///
/// ```
/// use topology_broker::{Cluster, Fault, Mishap, RequestFault};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let cluster = Cluster::builder().brokers(3).start()?;
/// // Any Kafka client works with these.
/// let bootstrap_servers = cluster.bootstrap_servers();
/// assert_eq!(bootstrap_servers.split(',').count(), 3);
///
/// // Clients see broker 2 go, its leaders move, and broker 2 come back on its port.
/// cluster.broker(2).stop()?;
/// assert_eq!(cluster.status().brokers.iter().filter(|broker| broker.is_up()).count(), 2);
/// cluster.broker(2).start()?;
///
/// // The next two Produce requests fail, whoever sends them.
/// let fails = Mishap::Fail { error: "NOT_ENOUGH_REPLICAS".to_owned() };
/// cluster.inject(Fault::Requests(RequestFault::api("Produce", fails).times(2)))?;
/// cluster.lift_all()?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Cluster {
    shared: Arc<Shared>,
    started: Started,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Cluster {
    /// Begins with three brokers on free loopback ports, in memory.
    pub fn builder() -> Builder {
        Builder {
            brokers: 3,
            port: None,
            ports: Vec::new(),
            folder: None,
            configs: BTreeMap::new(),
            listeners: Vec::new(),
            users: BTreeMap::new(),
            copy_time: Duration::from_millis(300),
            control: None,
        }
    }

    /// Every broker's address, comma-separated, as clients want it.
    pub fn bootstrap_servers(&self) -> String {
        self.started.bootstrap_servers()
    }

    /// Every broker's address at one of the declared listeners; empty where there is no such listener.
    pub fn bootstrap_servers_of(&self, listener: &str) -> String {
        let of = self.started.listeners.get(listener);
        of.map(|addresses| addresses.values().cloned().collect::<Vec<_>>().join(",")).unwrap_or_default()
    }

    /// Each broker's host and port.
    pub fn addresses(&self) -> &BTreeMap<i32, String> {
        &self.started.addresses
    }

    /// What was found at start.
    pub fn started(&self) -> &Started {
        &self.started
    }

    /// One broker, to stop, freeze or isolate. Ids begin at 1.
    pub fn broker(&self, id: i32) -> BrokerHandle<'_> {
        BrokerHandle { shared: &self.shared, id }
    }

    /// Whether it runs no more, since somebody asked for that over its control socket.
    pub fn has_ended(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// How the cluster is.
    pub fn status(&self) -> Status {
        self.shared.status()
    }

    /// Puts a fault in force until it is lifted; returns its number.
    ///
    /// # Errors
    ///
    /// When it names what does not exist, or is in force already.
    pub fn inject(&self, fault: Fault) -> Result<u32, FaultError> {
        self.shared.fault(|machine| inject::inject(machine, fault))
    }

    /// Lifts a fault.
    ///
    /// # Errors
    ///
    /// When it is not in force.
    pub fn lift(&self, fault: &Fault) -> Result<(), FaultError> {
        self.shared.fault(|machine| inject::lift(machine, fault))
    }

    /// Lifts every fault. The clock stays where it is.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written.
    pub fn lift_all(&self) -> Result<(), FaultError> {
        self.shared.fault(inject::clear_all)
    }

    /// The faults in force.
    pub fn faults(&self) -> Vec<FaultInForce> {
        self.shared.with(|machine| machine.faults.list())
    }

    /// Lets another in-sync replica lead a partition: this one, or the next.
    ///
    /// # Errors
    ///
    /// When there is no such partition, or the replica is not in sync and up.
    pub fn move_leader(&self, topic: &str, partition: i32, to: Option<i32>) -> Result<(), FaultError> {
        self.perform(Action::MoveLeader { topic: topic.to_owned(), partition, to })
    }

    /// Makes the coordinator of a group or transactional id read its state back from its log.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written.
    pub fn forget_coordinator(&self, coordinator: Coordinator, key: &str) -> Result<(), FaultError> {
        self.perform(Action::ForgetCoordinator { coordinator, key: key.to_owned() })
    }

    /// Sets the cluster's clock forward; retention, session timeouts and all that is due then happens.
    pub fn shift_clock(&self, by: Duration) {
        let millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.shared.fault(|machine| machine.shift_clock(millis));
    }

    /// Runs retention and compaction now.
    ///
    /// # Errors
    ///
    /// When a log cannot be written.
    pub fn clean(&self) -> Result<(), FaultError> {
        self.perform(Action::Clean)
    }

    /// Does something once.
    ///
    /// # Errors
    ///
    /// When it names what does not exist, or cannot be done as things stand.
    pub fn perform(&self, action: Action) -> Result<(), FaultError> {
        self.shared.fault(|machine| inject::perform(machine, action))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the cluster's thread was reported where it happened.
            drop(thread.join());
        }
    }
}
