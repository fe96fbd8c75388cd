//! Everything that can keep a local environment from running.
//!
//! Each message says what could not be done; [`Error::help`] says what to do about it. Causes are sources, never text.

use std::io;
use std::path::{Path, PathBuf};

use crate::ports::TakenPort;

/// Why a local environment could not be started, observed or stopped.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or folder could not be read or written.
    #[error("cannot {action} `{}`", path.display())]
    File {
        /// What was tried, as a verb phrase: `write`, `create the folder`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A file that this tool wrote does not read back.
    #[error("`{}` does not have the expected content", path.display())]
    Corrupt {
        /// The file.
        path: PathBuf,
        /// Where reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// `/proc` cannot be read, so that processes have no identity.
    #[error("`/proc` cannot be read, and processes are recognized by it")]
    ProcUnavailable(#[source] io::Error),
    /// Another supervisor holds the project.
    #[error("{}", locked_summary(*holder, *is_stopping))]
    Locked {
        /// The process that holds the lock, if it wrote its id.
        holder: Option<u32>,
        /// Whether it is stopping, and the project soon free.
        is_stopping: bool,
    },
    /// Ports that clients rely on belong to someone else.
    #[error("{}", taken_summary(taken))]
    PortsTaken {
        /// Each port, for what it is needed, and who has it.
        taken: Vec<TakenPort>,
    },
    /// No free port was found near the preferred one.
    #[error("no free port for {label} between {from} and {to}")]
    NoFreePort {
        /// What the port is for.
        label: String,
        /// The first port tried.
        from: u16,
        /// The last port tried.
        to: u16,
    },
    /// A version that is not a Kafka version.
    #[error("`{0}` is not an Apache Kafka version such as `4.3.1`")]
    KafkaVersion(String),
    /// A version and a coordination that do not go together.
    #[error("Apache Kafka {version} does not run with {coordination}")]
    Coordination {
        /// The version asked for.
        version: String,
        /// The coordination asked for.
        coordination: &'static str,
    },
    /// No Java was found.
    #[error("no Java was found for Apache Kafka {kafka}; looked at {}", looked.join(", "))]
    JavaMissing {
        /// The version of Kafka that needs it.
        kafka: String,
        /// Every place that was tried, with what was there.
        looked: Vec<String>,
        /// Which Java suits.
        needs: &'static str,
    },
    /// Only Javas of other versions were found.
    #[error("Apache Kafka {kafka} needs {needs}, but there is only {}", found.join(", "))]
    JavaUnsuitable {
        /// The version of Kafka that needs it.
        kafka: String,
        /// Which Java suits.
        needs: &'static str,
        /// Each Java found: version and place.
        found: Vec<String>,
    },
    /// `KAFKA_HOME` does not hold what is needed.
    #[error("`KAFKA_HOME` is `{}`, which holds {found} instead of Apache Kafka {wanted}", home.display())]
    KafkaHome {
        /// The folder that the variable names.
        home: PathBuf,
        /// The version asked for.
        wanted: String,
        /// What is there instead.
        found: String,
    },
    /// Kafka is in no known place and there is no Maven to fetch it.
    #[error("Apache Kafka {version} was not found, and neither was Maven to fetch it; looked at {}", looked.join(", "))]
    MavenMissing {
        /// The version asked for.
        version: String,
        /// Every place that was tried, with what was there.
        looked: Vec<String>,
    },
    /// Maven ran and did not fetch Kafka.
    #[error("Maven could not fetch Apache Kafka {version} ({status}):\n{}", indented(lines))]
    MavenFailed {
        /// The version asked for.
        version: String,
        /// How Maven ended.
        status: String,
        /// The last lines that it printed.
        lines: Vec<String>,
    },
    /// Maven fetched something else than expected.
    #[error("Maven fetched Apache Kafka {version} without `{missing}`")]
    Incomplete {
        /// The version asked for.
        version: String,
        /// The file that is missing.
        missing: String,
    },
    /// The data folder belongs to a cluster of another shape.
    #[error("`{}` holds data of {found}, but the manifest asks for {wanted}", path.display())]
    DataOfAnother {
        /// The data folder.
        path: PathBuf,
        /// The cluster that wrote the data.
        found: String,
        /// The cluster asked for.
        wanted: String,
    },
    /// Kafka's storage tool refused a node.
    #[error("formatting the storage of Kafka node {node} ended with {status}:\n{}", indented(lines))]
    FormatFailed {
        /// The node.
        node: u8,
        /// How the tool ended.
        status: String,
        /// The last lines that it printed.
        lines: Vec<String>,
    },
    /// A program could not be started at all.
    #[error("cannot start `{program}`")]
    Spawn {
        /// The program.
        program: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Processes did not become ready.
    #[error("{}", not_ready_summary(processes))]
    NotReady {
        /// Each process that is not ready, and why.
        processes: Vec<NotReady>,
    },
    /// The specifications do not form an order.
    #[error("{0}")]
    Specification(String),
    /// A name that no process has.
    #[error("no process is named `{name}`; there are {}", known.join(", "))]
    UnknownProcess {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The supervisor is stopping and takes no more work.
    #[error("the environment is stopping")]
    Stopping,
    /// Talking to the running supervisor failed.
    #[error("the running supervisor does not answer on `{}`", socket.display())]
    Control {
        /// Its socket.
        socket: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The running supervisor answered with an error.
    #[error("{message}")]
    Refused {
        /// Its message.
        message: String,
        /// Its advice.
        help: Option<String>,
    },
}

/// A process that was waited for in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotReady {
    /// The process.
    pub name: String,
    /// Its state and the last thing known about it, in words.
    pub reason: String,
    /// The last lines of its log.
    pub lines: Vec<String>,
}

impl Error {
    /// What a person can do about it, as an imperative sentence.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::File { path, source, .. } => file_help(path, source)?,
            Self::Corrupt { path, .. } => corrupt_help(path),
            Self::ProcUnavailable(_) => "mount /proc (containers: do not hide it), then try again".to_owned(),
            Self::Locked { is_stopping: true, .. } => {
                "try again in a moment; `topology status` shows what it waits for".to_owned()
            }
            Self::Locked { .. } => "use `topology status` to see it and `topology down` to stop it".to_owned(),
            Self::PortsTaken { .. } => {
                "end the owner, set another port, or set TOPOLOGY_ANY_PORT=1 to take free ones".to_owned()
            }
            Self::NoFreePort { .. } => "set TOPOLOGY_ANY_PORT=1 to search the whole range of ports".to_owned(),
            Self::KafkaVersion(_) => "write the version in full: three numbers with dots".to_owned(),
            Self::Coordination { .. } => "use `kraft` with Kafka 4, and `zookeeper` only with Kafka 3.9".to_owned(),
            Self::JavaMissing { needs, .. } | Self::JavaUnsuitable { needs, .. } => {
                format!("install {needs} (Debian: `apt install openjdk-17-jre-headless`) or point JAVA_HOME at one")
            }
            Self::KafkaHome { wanted, .. } => format!("unset KAFKA_HOME or point it at an unpacked Kafka {wanted}"),
            Self::MavenMissing { version, .. } => format!(
                "install Maven (Debian: `apt install maven`) or point KAFKA_HOME at an unpacked Kafka {version}"
            ),
            Self::MavenFailed { version, .. } => {
                format!("check the network and Maven's settings, or point KAFKA_HOME at an unpacked Kafka {version}")
            }
            Self::DataOfAnother { .. } => {
                "run `topology down --purge` to delete this data, or give the other cluster an environment of its own"
                    .to_owned()
            }
            Self::NotReady { processes } => {
                let name = processes.first().map_or("NAME", |process| process.name.as_str());
                format!("`topology logs {name}` shows more of its log")
            }
            Self::Incomplete { .. } => "check the mirror that Maven's settings name".to_owned(),
            Self::Refused { help, .. } => help.clone()?,
            Self::Control { .. } => "run `topology down`; it ends what a hung supervisor left".to_owned(),
            Self::Spawn { source, .. } if source.kind() == io::ErrorKind::NotFound => {
                "install it or add it to PATH".to_owned()
            }
            _ => return None,
        })
    }

    pub(crate) fn file(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { action, path, source }
    }
}

fn corrupt_help(path: &Path) -> String {
    match path.file_name().and_then(|name| name.to_str()) {
        Some("state.json") => {
            "run `topology down`: it ends what belongs to this project and removes the file; `up` writes it anew"
                .to_owned()
        }
        Some("cluster.json") => "run `topology down --purge` to delete the local cluster's data with it".to_owned(),
        _ => format!("delete `{}`; it is written again", path.display()),
    }
}

fn file_help(path: &Path, source: &io::Error) -> Option<String> {
    Some(match source.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            format!("make `{}` writable for you, or move the project", path.parent().unwrap_or(path).display())
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "free some disk space; `topology down --purge` deletes the local cluster's data".to_owned()
        }
        _ => return None,
    })
}

fn locked_summary(holder: Option<u32>, is_stopping: bool) -> String {
    let holder = holder.map_or("another process".to_owned(), |pid| format!("process {pid}"));
    if is_stopping {
        format!("{holder} runs this project and is stopping")
    } else {
        format!("{holder} already runs this project")
    }
}

fn taken_summary(taken: &[TakenPort]) -> String {
    taken.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn not_ready_summary(processes: &[NotReady]) -> String {
    let sentence = |process: &NotReady| {
        let lines = if process.lines.is_empty() { "" } else { "; its last lines:\n" };
        format!("`{}` is not ready: {}{lines}{}", process.name, process.reason, indented(&process.lines))
    };
    processes.iter().map(sentence).collect::<Vec<_>>().join("\n")
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}
