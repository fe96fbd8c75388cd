//! What can go wrong with a cluster as a whole: starting it, reaching it, and injecting faults into it.

use std::io;
use std::path::PathBuf;

use crate::net::tls::TlsError;

/// Why a cluster could not be started, kept running, or talked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A fixed port is taken by somebody else.
    #[error("port {port} of broker {broker} cannot be listened on")]
    Port {
        /// The broker that was to listen there.
        broker: i32,
        /// The port.
        port: u16,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Another process works on the folder.
    #[error("{} is used by process {pid}", folder.display())]
    FolderInUse {
        /// The folder.
        folder: PathBuf,
        /// Who has it.
        pid: u32,
    },
    /// The folder holds files, and no cluster made it.
    #[error("{} holds files that are not an embedded cluster's", folder.display())]
    FolderForeign {
        /// The folder.
        folder: PathBuf,
    },
    /// Another version of this program made the folder.
    #[error("{} has format `{found}`, and format {known} is known", folder.display())]
    FolderFormat {
        /// The folder.
        folder: PathBuf,
        /// What it says.
        found: String,
        /// What this program reads and writes.
        known: u32,
    },
    /// The data folder cannot be read or written.
    #[error("{} cannot be used as a data folder", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The control socket cannot be opened.
    #[error("the control socket {} cannot be opened", path.display())]
    ControlSocket {
        /// Where it was to be.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A setting that the cluster was to be started with does not hold.
    #[error("{0}")]
    Setting(String),
    /// A listener's TLS cannot be had.
    #[error("the listener {listener} cannot have TLS")]
    Tls {
        /// The listener.
        listener: String,
        /// Why not.
        #[source]
        source: TlsError,
    },
    /// The threads of the cluster cannot be had.
    #[error("the cluster's threads cannot be started")]
    Threads(#[source] io::Error),
}

/// Why a fault was not injected, or an action not done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(tag = "error", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultError {
    /// No broker has this id.
    #[error("there is no broker {broker}")]
    UnknownBroker {
        /// The id that was given.
        broker: i32,
    },
    /// The topic does not exist, or it has no such partition.
    #[error("there is no partition {topic}-{partition}")]
    UnknownPartition {
        /// The topic that was given.
        topic: String,
        /// The partition that was given.
        partition: i32,
    },
    /// Kafka's protocol knows no such API, or it cannot be made to fail.
    #[error("there is no API `{api}`")]
    UnknownApi {
        /// The name that was given.
        api: String,
    },
    /// Kafka's protocol knows no such error.
    #[error("there is no error `{code}`")]
    UnknownErrorCode {
        /// The name that was given.
        code: String,
    },
    /// The fault is in force already.
    #[error("this fault is in force already, as number {id}")]
    InForce {
        /// Its number.
        id: u32,
    },
    /// No such fault is in force.
    #[error("no such fault is in force")]
    NotInForce,
    /// The broker cannot lead the partition now: it holds no replica in sync, or it is not up.
    #[error("broker {broker} cannot lead {topic}-{partition}: it is not an in-sync replica that is up")]
    NotEligible {
        /// The broker that was asked for; −1 where any would have done.
        broker: i32,
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
    },
    /// The change could not be written to the journal.
    #[error("the journal cannot be written: {reason}")]
    Journal {
        /// What the system said.
        reason: String,
    },
}
