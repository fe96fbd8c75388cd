//! A cluster that runs as a process of its own, and how it is asked and told from outside.
//!
//! [`serve`] runs a cluster until it is asked to stop. It opens a Unix socket, `control.sock` in the data folder (in a
//! private folder where the cluster is ephemeral), and [`Client`] talks to it: one request a line, one reply a line,
//! both JSON, each request with the version of this protocol.

pub(crate) mod server;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::cluster::running::{Running, run};
use crate::cluster::{Builder, Started};
use crate::error::{Error, FaultError};
use crate::fault::{Action, Fault, FaultInForce};
use crate::status::Status;

/// The version of the protocol of the control socket.
pub const VERSION: u32 = 1;

/// The socket's name in a data folder.
pub const SOCKET: &str = "control.sock";

/// How long a client waits for a reply.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "request", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Request {
    /// How the cluster is.
    Status,
    /// Put a fault in force.
    Inject {
        /// The fault.
        fault: Fault,
    },
    /// Lift a fault, by what it is.
    Lift {
        /// The fault.
        fault: Fault,
    },
    /// Lift a fault, by its number.
    Clear {
        /// The number.
        id: u32,
    },
    /// Lift every fault.
    ClearAll,
    /// Do something once.
    Perform {
        /// What.
        action: Action,
    },
    /// Stop the cluster. The connection closes when it has ended.
    Stop,
}

/// What a cluster answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Reply {
    /// How the cluster is.
    Status {
        /// How.
        status: Box<Status>,
    },
    /// A fault is in force.
    Injected {
        /// Its number.
        id: u32,
    },
    /// What was asked for is done.
    Done,
    /// What was asked for is not done.
    Refused {
        /// Why.
        reason: FaultError,
    },
    /// The request cannot be read, or is of another version.
    NotUnderstood {
        /// Why.
        reason: String,
        /// The version that the cluster speaks.
        version: u32,
    },
}

/// A request with the version that it is written in.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    version: u32,
    #[serde(flatten)]
    request: Request,
}

/// Runs a cluster as this process's work until `stop` completes or a [`Client`] asks for its end.
///
/// `ready` is called once, when every broker answers. Nothing is printed, and no signal is handled: both are the
/// caller's. `stop` is polled inside a tokio runtime.
///
/// # Errors
///
/// When the cluster cannot be started; then `ready` was not called.
pub fn serve(builder: &Builder, ready: impl FnOnce(&Started), stop: impl Future<Output = ()>) -> Result<(), Error> {
    let (folder, private) = match &builder.folder {
        Some(folder) => (folder.clone(), false),
        None => (std::env::temp_dir().join(format!("topology-{}", uuid::Uuid::new_v4())), true),
    };
    let failed = |source| Error::Folder { folder: folder.clone(), source };
    if private {
        std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(failed)?;
    } else {
        std::fs::create_dir_all(&folder).map_err(failed)?;
    }
    let builder = builder.clone().control_socket(builder.control.clone().unwrap_or_else(|| folder.join(SOCKET)));
    let result = run(&builder, |running: &Running| ready(&running.started), stop);
    if private {
        // It holds nothing but the socket.
        drop(std::fs::remove_dir_all(&folder));
    }
    result
}

/// Why a cluster's process could not be talked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// Nobody listens on the socket: no cluster runs there.
    #[error("no cluster answers at {}", path.display())]
    Unreachable {
        /// The socket.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The conversation broke off.
    #[error("the cluster did not answer")]
    BrokenOff(#[source] std::io::Error),
    /// The reply does not read, or is not one to the request.
    #[error("the cluster's answer does not read: {0}")]
    Unreadable(String),
    /// The cluster refuses.
    #[error(transparent)]
    Refused(FaultError),
    /// The cluster does not understand: it is of another version of this program.
    #[error("the cluster speaks version {theirs} of the control protocol, this program {VERSION}: {reason}")]
    OtherVersion {
        /// The cluster's version.
        theirs: u32,
        /// What it did not understand.
        reason: String,
    },
}

/// A conversation with a cluster's process; each method is one request, and blocks until the reply is there.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<UnixStream>,
}

impl Client {
    /// Reaches the cluster that runs on a data folder.
    ///
    /// # Errors
    ///
    /// When none runs.
    pub fn of_folder(folder: &Path) -> Result<Self, ClientError> {
        Self::connect(&folder.join(SOCKET))
    }

    /// Reaches a cluster by its socket, as [`Started::control`] names it.
    ///
    /// # Errors
    ///
    /// When nobody listens there.
    pub fn connect(socket: &Path) -> Result<Self, ClientError> {
        let unreachable = |source| ClientError::Unreachable { path: socket.to_owned(), source };
        let stream = server::short(socket, |path| UnixStream::connect(path)).map_err(unreachable)?;
        stream.set_read_timeout(Some(PATIENCE)).map_err(unreachable)?;
        Ok(Self { stream: BufReader::new(stream) })
    }

    /// How the cluster is.
    ///
    /// # Errors
    ///
    /// When the cluster does not answer.
    pub fn status(&mut self) -> Result<Status, ClientError> {
        match self.ask(Request::Status)? {
            Reply::Status { status } => Ok(*status),
            other => Err(unexpected(&other)),
        }
    }

    /// The faults in force.
    ///
    /// # Errors
    ///
    /// When the cluster does not answer.
    pub fn faults(&mut self) -> Result<Vec<FaultInForce>, ClientError> {
        self.status().map(|status| status.faults)
    }

    /// Puts a fault in force; returns its number.
    ///
    /// # Errors
    ///
    /// When it names what does not exist, or is in force already.
    pub fn inject(&mut self, fault: Fault) -> Result<u32, ClientError> {
        match self.ask(Request::Inject { fault })? {
            Reply::Injected { id } => Ok(id),
            other => Err(unexpected(&other)),
        }
    }

    /// Lifts a fault.
    ///
    /// # Errors
    ///
    /// When it is not in force.
    pub fn lift(&mut self, fault: Fault) -> Result<(), ClientError> {
        self.done(Request::Lift { fault })
    }

    /// Lifts a fault by its number.
    ///
    /// # Errors
    ///
    /// When it is not in force.
    pub fn clear(&mut self, id: u32) -> Result<(), ClientError> {
        self.done(Request::Clear { id })
    }

    /// Lifts every fault.
    ///
    /// # Errors
    ///
    /// When the cluster does not answer.
    pub fn clear_all(&mut self) -> Result<(), ClientError> {
        self.done(Request::ClearAll)
    }

    /// Does something once.
    ///
    /// # Errors
    ///
    /// When it names what does not exist, or cannot be done as things stand.
    pub fn perform(&mut self, action: Action) -> Result<(), ClientError> {
        self.done(Request::Perform { action })
    }

    /// Stops the cluster; returns when it has ended.
    ///
    /// # Errors
    ///
    /// When the cluster does not answer.
    pub fn stop(mut self) -> Result<(), ClientError> {
        self.done(Request::Stop)?;
        let mut rest = String::new();
        // Its end closes the connection, one way or the other.
        drop(self.stream.read_line(&mut rest));
        Ok(())
    }

    fn done(&mut self, request: Request) -> Result<(), ClientError> {
        match self.ask(request)? {
            Reply::Done => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    fn ask(&mut self, request: Request) -> Result<Reply, ClientError> {
        let unreadable = |error: serde_json::Error| ClientError::Unreadable(error.to_string());
        let mut line = serde_json::to_string(&Line { version: VERSION, request }).map_err(unreadable)?;
        line.push('\n');
        self.stream.get_mut().write_all(line.as_bytes()).map_err(ClientError::BrokenOff)?;
        let mut reply = String::new();
        if self.stream.read_line(&mut reply).map_err(ClientError::BrokenOff)? == 0 {
            return Err(ClientError::BrokenOff(std::io::ErrorKind::UnexpectedEof.into()));
        }
        match serde_json::from_str(&reply).map_err(unreadable)? {
            Reply::Refused { reason } => Err(ClientError::Refused(reason)),
            Reply::NotUnderstood { reason, version } => Err(ClientError::OtherVersion { theirs: version, reason }),
            reply => Ok(reply),
        }
    }
}

fn unexpected(reply: &Reply) -> ClientError {
    ClientError::Unreadable(format!("{reply:?} is not an answer to the request"))
}
