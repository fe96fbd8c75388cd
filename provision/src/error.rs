//! What can go wrong between here and a cluster or registry, in words that say what to do.
//!
//! An error is a broken world: nobody answers, or refuses to talk. A step that was refused is not an error of the
//! call; it is an entry of the [`Report`](crate::apply::Report).

use std::fmt;

use thiserror::Error;
use topology::template::MissingVariable;

/// Why a cluster or registry could not be read or changed.
///
/// The text says what could not be done; [`Error::help`] says what to do; the source says what was answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting names a variable that the process environment does not have.
    #[error("the credentials of `{setting}` are incomplete")]
    Credentials {
        /// The setting of the environment in the manifest.
        setting: &'static str,
        /// Which variable.
        #[source]
        source: MissingVariable,
    },
    /// No broker could be talked to.
    #[error("no Kafka broker can be used: {}", join(attempts))]
    Unreachable {
        /// What happened at each address.
        attempts: Vec<Attempt>,
    },
    /// The cluster answered a request with an error, or stopped answering.
    #[error("the cluster did not {action}: {reason}")]
    Cluster {
        /// What was asked, as the end of "did not ...".
        action: &'static str,
        /// What happened.
        reason: Reason,
        /// The client's own words.
        #[source]
        source: Cause,
    },
    /// The registry could not be talked to, or refused.
    #[error("the schema registry at {url} did not {action}: {reason}")]
    Registry {
        /// Its base URL, without credentials.
        url: String,
        /// What was asked, as the end of "did not ...".
        action: String,
        /// What happened.
        reason: Reason,
    },
    /// A file of certificate authorities cannot be used.
    #[error("the certificate authorities in `{file}` cannot be read")]
    Certificates {
        /// The file.
        file: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A plan was made for another cluster.
    #[error("the plan was made for cluster `{planned}` but this is cluster `{actual}`")]
    OtherCluster {
        /// The cluster of the plan.
        planned: String,
        /// The cluster that answers.
        actual: String,
    },
    /// A plan was made with another registry.
    #[error("the plan was made for the schema registry at {planned}, but the one configured is {actual}")]
    OtherRegistry {
        /// The registry of the plan.
        planned: String,
        /// The one configured; `none` if there is none.
        actual: String,
    },
    /// A plan has problems that must be solved first.
    #[error("the plan has problems that must be solved first ({count})")]
    Blocked {
        /// How many.
        count: usize,
    },
    /// A saved plan cannot be read.
    #[error("the saved plan cannot be read: {detail}")]
    SavedPlan {
        /// What is wrong with it.
        detail: String,
    },
}

/// An address that was tried and what happened there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// `host:port`.
    pub server: String,
    /// What happened.
    pub reason: Reason,
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.server, self.reason)
    }
}

fn join(attempts: &[Attempt]) -> String {
    attempts.iter().map(Attempt::to_string).collect::<Vec<_>>().join("; ")
}

/// The two kinds of servers, whose settings have different names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Broker,
    Registry,
}

/// What the client library said, kept as the source of an error.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What happened to a request; the text is a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Reason {
    /// Nothing listens there.
    #[error("connection refused")]
    Refused,
    /// The host name has no address.
    #[error("the host name is not known")]
    UnknownHost,
    /// No answer in time.
    #[error("no answer in time")]
    Timeout,
    /// The other side closed the connection.
    #[error("the connection was closed")]
    Closed,
    /// TLS could not be set up.
    #[error("TLS failed: {0}")]
    Tls(String),
    /// The credentials or the mechanism were refused.
    #[error("authentication failed: {0}")]
    Authentication(String),
    /// The principal may not do this.
    #[error("not authorized: {0}")]
    Authorization(String),
    /// The listener answers in TLS.
    #[error("the listener expects TLS")]
    ExpectsTls,
    /// Something answers, in another protocol.
    #[error("what listens there does not speak {0}")]
    OtherProtocol(&'static str),
    /// It names another address to ask.
    #[error("it sends on to {0}")]
    Elsewhere(String),
    /// It is starting, or cannot serve at the moment.
    #[error("not ready: {0}")]
    NotReady(String),
    /// Anything else, in the words of the other side.
    #[error("{0}")]
    Other(String),
}

impl Error {
    /// What to do about it, as an imperative sentence.
    pub fn help(&self) -> String {
        match self {
            Self::Credentials { source, .. } => format!("set the environment variable `{}` and try again", source.name),
            Self::Unreachable { attempts } => attempts
                .first()
                .map_or("name a broker in `bootstrap_servers`", |attempt| attempt.reason.help(Server::Broker))
                .into(),
            Self::Cluster { reason, .. } => reason.help(Server::Broker).to_owned(),
            Self::Registry { reason, .. } => reason.help(Server::Registry).to_owned(),
            Self::Certificates { .. } => "check `ca_file`: it must be a PEM file with at least one certificate".into(),
            Self::OtherCluster { .. } | Self::OtherRegistry { .. } => {
                "choose the environment that the plan was made for, or plan again".into()
            }
            Self::Blocked { .. } => "solve the problems that the plan lists and plan again".into(),
            Self::SavedPlan { .. } => "plan again with this version of the tool".into(),
        }
    }
}

impl Reason {
    /// What to do about it, as an imperative sentence for this kind of server.
    pub(crate) fn help(&self, server: Server) -> &'static str {
        let broker = server == Server::Broker;
        match self {
            Self::Refused if broker => "start the cluster, or check `bootstrap_servers` (host and port)",
            Self::Refused => "start the registry, or check its `url` (host and port)",
            Self::UnknownHost => "check the spelling of the host, and your network or VPN",
            Self::Timeout => {
                "check that the host is up and that a firewall lets you through; a busy server may need another try"
            }
            Self::Closed if broker => {
                "check `security.protocol`: a listener that expects TLS or SASL closes a connection without it"
            }
            Self::Closed => "check whether the `url` must start with `https://`",
            Self::Tls(_) if !broker => {
                "check whether the `url` must start with `http://`, and whether the registry's certificate is trusted \
                 (`ca_file`, `--ca-file`)"
            }
            Self::Tls(_) => {
                "check `security.protocol` and `ca_file`: the listener may not speak TLS, or its certificate is not trusted"
            }
            Self::Authentication(_) if broker => "check `mechanism`, `username` and `password` under `security`",
            Self::Authentication(_) => {
                "check `username` and `password` under `registry` of the environment; with `--registry-url` they are \
                 `TOPOLOGY_SCHEMA_REGISTRY_USERNAME` and `TOPOLOGY_SCHEMA_REGISTRY_PASSWORD`"
            }
            Self::Authorization(_) => "ask for the right on this resource, or use another principal",
            Self::ExpectsTls => "set `security.protocol` to `ssl`, or to `sasl_ssl` if it asks for a login as well",
            Self::OtherProtocol(_) if broker => {
                "check host and port in `bootstrap_servers`, and `security.protocol`: the listener may expect TLS"
            }
            Self::OtherProtocol(_) => "check host, port and scheme of the registry's `url`",
            Self::Elsewhere(_) => {
                "name that address, without the path of the request: credentials are not sent after a redirect"
            }
            Self::NotReady(_) => "wait until it has started, and try again",
            Self::Other(_) => "read the cause above; the server's log may say more",
        }
    }
}
