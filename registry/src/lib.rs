//! A schema registry that speaks Confluent's REST API and keeps its log in the `_schemas` topic.
//!
//! [`serve`] runs it. In reading order:
//! * `core`: what the log says, and what a request reads and changes of it; pure.
//! * [`properties`]: settings of a Kafka client from a file.
//! * `log`: the topic: created, read, written.
//! * `turns`: work that takes a processor for long.
//! * `auth` and `tls`: who may ask, and how it stays between the two.
//! * `forward`: writes that another registry has to do; `service`: reads and writes as the HTTP side asks for them.
//! * `http`: the REST API over all of that.
//!
//! The state is a function of the log and of nothing else: ids survive a restart because they come from it.
//!
//! The feature `tls` (off by default here, on in the `topology` program) lets the Kafka client speak TLS and SCRAM; it
//! needs OpenSSL's headers. The REST API is encrypted without it.

mod core;
pub mod properties;
mod log;
mod turns;
mod auth;
mod tls;
mod forward;
mod service;
mod http;

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::error::KafkaError;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinHandle, JoinSet};

pub use crate::auth::{AuthError, Role, user_line};
pub use crate::http::settings::{ApiLevel, HttpSettings};
pub use crate::tls::{TlsError, TlsFiles};

use crate::auth::Users;
use crate::http::Status;
use crate::http::api::Api;
use crate::http::gate::Gate;
use crate::http::server::Server;
use crate::log::reader::Reader;
use crate::log::topic;
use crate::service::Service;
use crate::tls::Tls;

/// How long requests may still take when the registry is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// How a registry runs.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where the Kafka cluster is: `host:port`, comma-separated.
    pub bootstrap_servers: String,
    /// Where the REST API listens. Port 0 takes a free one, which the log names. Default: 127.0.0.1:8081.
    pub listen: SocketAddr,
    /// The topic that holds the schemas. Default: `_schemas`.
    pub topic: String,
    /// Replicas of the topic, if it has to be created. Default: three, or the number of brokers if that is less.
    pub replication_factor: Option<u16>,
    /// How long to wait for the cluster at the start. Default: 1 min.
    pub startup_timeout: Duration,
    /// How long a write may wait for the cluster before it is refused with 50002. Default: 10 s.
    pub write_timeout: Duration,
    /// How the REST API is served.
    pub http: HttpSettings,
    /// Settings of the Kafka client in librdkafka's names, for clusters that ask for TLS or a login. Default: none.
    pub client_properties: BTreeMap<String, String>,
    /// The URL under which other registries on the same topic reach this one, to forward writes to it. Default: made
    /// of `listen`, with the name of this machine where that is every address.
    pub advertise: Option<String>,
    /// The file of authorities, in PEM, that issued the certificates of other registries on the same topic, beside those
    /// that the system trusts. Default: none.
    pub authorities: Option<PathBuf>,
    /// Whether this registry may write by itself. One that may not forwards all writes to one that may. Default: true.
    pub leader_eligible: bool,
}

impl Config {
    /// The defaults, for the cluster at `bootstrap_servers`.
    pub fn new(bootstrap_servers: impl Into<String>) -> Self {
        Self {
            bootstrap_servers: bootstrap_servers.into(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8081)),
            topic: "_schemas".to_owned(),
            replication_factor: None,
            startup_timeout: Duration::from_mins(1),
            write_timeout: Duration::from_secs(10),
            http: HttpSettings::default(),
            client_properties: BTreeMap::new(),
            advertise: None,
            authorities: None,
            leader_eligible: true,
        }
    }
}

/// Why the registry ended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The address is taken or not of this machine.
    #[error("the registry cannot listen on {listen}")]
    Listen {
        /// The address.
        listen: SocketAddr,
        /// The system's reason.
        #[source]
        source: std::io::Error,
    },
    /// The file of users cannot be used.
    #[error("the registry cannot know its users")]
    Users(#[source] AuthError),
    /// The certificate or its key cannot be used.
    #[error("the registry cannot encrypt its connections")]
    Tls(#[source] TlsError),
    /// The HTTP server ended.
    #[error("the HTTP server ended")]
    Http(#[source] std::io::Error),
    /// A thread could not be started.
    #[error("a thread for the log cannot be started")]
    Thread(#[source] std::io::Error),
    /// The Kafka client does not accept its settings.
    #[error("the Kafka client does not accept its settings")]
    Settings(#[source] KafkaError),
    /// The Kafka client was built without something that its settings need.
    #[error(
        "the Kafka client in this program cannot do what {setting} asks for ({reason}); it can do: {features}. {}",
        Self::WITHOUT_FEATURE
    )]
    MissingFeature {
        /// The setting.
        setting: String,
        /// What the client was built with.
        features: String,
        /// The client's reason.
        reason: String,
    },
    /// The address of this registry for the others cannot be used.
    #[error("`{url}` is not the URL of a registry: write http://HOST:PORT or https://HOST:PORT")]
    Advertise {
        /// The URL.
        url: String,
    },
    /// The HTTP client that reaches the leader could not be made.
    #[error("the HTTP client for other registries cannot be made")]
    Forwarding(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The cluster did not get ready in time.
    #[error(
        "the Kafka cluster at {bootstrap_servers} was not usable within {} s: {reason}; \
         start it, or name its address with --bootstrap-servers", waited.as_secs()
    )]
    ClusterUnavailable {
        /// Where it was looked for.
        bootstrap_servers: String,
        /// For how long.
        waited: Duration,
        /// What the last attempt met.
        reason: String,
    },
    /// The cluster does not know the registry's user, or not with this password.
    #[error(
        "the Kafka cluster does not let the user {user} in: {reason}; correct the login in the file of \
         --command-config: its mechanism, name and password are those of a user of the cluster"
    )]
    Login {
        /// Who the registry said to be.
        user: String,
        /// What the cluster answered.
        reason: String,
    },
    /// The two do not trust each other's certificates.
    #[error(
        "no encrypted connection to the Kafka cluster: {reason}; in the file of --command-config, \
         ssl.truststore.location is the PEM file of the authority that issued the brokers' certificates, and \
         ssl.keystore.location the registry's own certificate and key, if the brokers ask for one"
    )]
    Untrusted {
        /// What is wrong with a certificate.
        reason: String,
    },
    /// The cluster does not allow something that a registry cannot do without.
    #[error("{0}")]
    Denied(String),
    /// The topic could not be created.
    #[error("topic {topic} cannot be created; create it with 1 partition and cleanup.policy=compact")]
    CreateTopic {
        /// The topic.
        topic: String,
        /// Kafka's reason.
        #[source]
        source: KafkaError,
    },
    /// The topic has more than one partition, so its records have no order.
    #[error(
        "topic {topic} has {partitions} partitions and a registry needs exactly 1, because its records need one order; \
         use another topic (--topic), or delete this one if nothing in it is needed"
    )]
    WrongPartitions {
        /// The topic.
        topic: String,
        /// How many it has.
        partitions: usize,
    },
    /// The topic forgets.
    #[error(
        "topic {topic} has cleanup.policy={policy} and would lose schemas; set it to compact: \
         kafka-configs --alter --topic {topic} --add-config cleanup.policy=compact"
    )]
    WrongCleanupPolicy {
        /// The topic.
        topic: String,
        /// The policy it has.
        policy: String,
    },
    /// The thread that reads the log panicked, which is a mistake in this crate.
    #[error("the thread that reads the log ended unexpectedly")]
    ReaderEnded,
    /// The thread that writes the log panicked, which is a mistake in this crate.
    #[error("the thread that writes the log ended unexpectedly")]
    WriterEnded,
    /// What was being read is no longer there.
    #[error("topic {topic} was deleted, recreated or truncated while it was being read; start the registry again")]
    LogLost {
        /// The topic.
        topic: String,
        /// Kafka's reason.
        #[source]
        source: KafkaError,
    },
}

impl Error {
    /// What to do about [`Error::MissingFeature`].
    const WITHOUT_FEATURE: &str = if cfg!(feature = "tls") {
        "Set sasl.mechanism to PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512, which the cluster has to allow for this user"
    } else {
        "TLS and SCRAM were left out of it: build it with its default features \
         (cargo build --release -p topology-cli), which needs OpenSSL's headers (Debian: libssl-dev), \
         or use a listener of the cluster without them"
    };

    /// The client refused its settings: because of a mistake in them, or of what it was built without.
    fn settings(config: &Config, source: KafkaError) -> Self {
        let text = source.to_string().to_lowercase();
        let is_missing = ["not supported in this build", "recompile", "current build options", "not available"];
        if !is_missing.iter().any(|phrase| text.contains(phrase)) {
            return Self::Settings(source);
        }
        let given = |name: &str| config.client_properties.get(name).map(|value| format!("{name}={value}"));
        let (setting, reason) = match source {
            // Without its value, which may be a secret.
            KafkaError::ClientConfig(_, reason, name, _) => (name, reason),
            other if text.contains("mechanism") => {
                let mechanism = given("sasl.mechanism").or_else(|| given("sasl.mechanisms"));
                let none = || "no sasl.mechanism (the client then takes GSSAPI)".to_owned();
                (mechanism.unwrap_or_else(none), other.to_string())
            }
            other => (given("security.protocol").unwrap_or_else(|| "security.protocol".to_owned()), other.to_string()),
        };
        Self::MissingFeature { setting, features: features(), reason }
    }
}

/// What librdkafka was built with.
fn features() -> String {
    let native = rdkafka::ClientConfig::new().create_native_config();
    native.and_then(|native| native.get("builtin.features")).unwrap_or_else(|_| "unknown".to_owned())
}

/// Runs a registry until `shutdown` is done: requests under way are finished first.
///
/// The REST API listens at once; it answers 503 (`/health/ready` too) until the log has been read.
///
/// # Errors
///
/// When the address is taken, the cluster stays away, or the topic is not one that keeps schemas.
pub async fn serve(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
    let users = config.http.users.as_deref().map(Users::load).transpose().map_err(Error::Users)?;
    let tls = config.http.tls.clone().map(Tls::load).transpose().map_err(Error::Tls)?.map(Arc::new);
    let listen = |source| Error::Listen { listen: config.listen, source };
    let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
    let address = listener.local_addr().map_err(listen)?;
    let url = advertised(&config, address)?;
    let service = Arc::new(Service::new(&config, &url)?);
    let status = Status::default();
    status.set("waiting for the Kafka cluster");
    let (stop, stopped) = watch::channel(false);
    announce(&config, address, users.as_ref());
    let api = Api::new(&config, &service, status.clone());
    let gate = Arc::new(Gate::new(config.http.clone(), users, api));
    let server = tokio::spawn(Server { listener, gate, tls }.run(stopped));
    // Goes on while requests are finished: they wait for the reader of the log, and for whoever looks for a leader.
    let mut following = JoinSet::new();
    following.spawn(follow(config, Arc::clone(&service), status));
    let outcome = tokio::select! {
        () = shutdown => Ok(()),
        Some(outcome) = following.join_next() => outcome.unwrap_or_else(|error| Err(unfollowed(error))),
    };
    stop.send_replace(true);
    let finished = finish(server).await;
    following.shutdown().await;
    tracing::info!("registry stopped");
    outcome.and(finished)
}

/// Nobody cancels the task: it panicked, and so does whoever waits for it.
fn unfollowed(error: JoinError) -> Error {
    error.try_into_panic().map_or(Error::ReaderEnded, |panic| std::panic::resume_unwind(panic))
}

/// Prepares the log and reads it until that fails.
async fn follow(config: Config, service: Arc<Service>, status: Status) -> Result<(), Error> {
    topic::prepare(&config).await?;
    status.set("reading the log");
    let mut reader = Reader::start(&config, &service.replica)?;
    tokio::select! {
        error = reader.failure() => Err(error),
        () = service.writer_failure() => Err(Error::WriterEnded),
        () = service.keep_a_leader() => Ok(()),
    }
}

/// The URL under which the other registries reach this one.
fn advertised(config: &Config, listening: SocketAddr) -> Result<String, Error> {
    let Some(url) = &config.advertise else {
        let host = if listening.ip().is_unspecified() { machine() } else { None };
        let host = host.unwrap_or_else(|| match listening.ip() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("[{address}]"),
        });
        let scheme = if config.http.tls.is_some() { "https" } else { "http" };
        return Ok(format!("{scheme}://{host}:{}", listening.port()));
    };
    let parsed = reqwest::Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    parsed.map(|_| url.clone()).ok_or_else(|| Error::Advertise { url: url.clone() })
}

/// The name of this machine.
fn machine() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// Says where the registry listens, and who could listen in.
fn announce(config: &Config, address: SocketAddr, users: Option<&Users>) {
    let encrypted = config.http.tls.is_some();
    let users_count = users.map_or(0, Users::count);
    tracing::info!(
        %address, encrypted, users = users_count, read_only = config.http.read_only,
        bootstrap_servers = %config.bootstrap_servers, topic = %config.topic, "registry listens"
    );
    if address.ip().is_loopback() {
        return;
    }
    if users.is_none() {
        tracing::warn!(
            %address,
            "EVERYBODY who reaches this address can read, change and delete every schema: \
             give the registry users (--auth), or let it listen on 127.0.0.1"
        );
    } else if !encrypted {
        tracing::warn!(%address, "passwords cross the network as clear text: give the registry a certificate (--tls-cert)");
    }
}

async fn finish(mut server: JoinHandle<Result<(), std::io::Error>>) -> Result<(), Error> {
    if let Ok(Ok(ended)) = tokio::time::timeout(GRACE, &mut server).await {
        return ended.map_err(Error::Http);
    }
    tracing::warn!("requests that were still under way were cut off");
    server.abort();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_advertised_as_it_is_listened_on() {
        let url = |address: &str| advertised(&Config::new("localhost:9092"), address.parse().unwrap()).unwrap();
        assert_eq!(url("127.0.0.1:8081"), "http://127.0.0.1:8081");
        assert_eq!(url("[::1]:8081"), "http://[::1]:8081");
        assert_eq!(url("[2001:db8:0:1:0:1:0:1]:80"), "http://[2001:db8:0:1:0:1:0:1]:80");
        assert_eq!(url("[2001:0:0:1:0:0:0:1]:80"), "http://[2001:0:0:1::1]:80");
    }

    /// What is said when librdkafka has these settings to do with.
    fn said(properties: &[(&str, &str)]) -> String {
        let mut config = Config::new("localhost:9092");
        config.client_properties =
            properties.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let created = log::client_config(&config).create::<rdkafka::consumer::BaseConsumer>();
        Error::settings(&config, created.map(drop).unwrap_err()).to_string()
    }

    #[test]
    fn what_the_kafka_client_cannot_do_is_said_with_what_to_do() {
        let kerberos = said(&[("security.protocol", "sasl_plaintext"), ("sasl.mechanism", "GSSAPI")]);
        assert!(kerberos.contains("cannot do what sasl.mechanism=GSSAPI asks for"), "{kerberos}");
        let unsaid = said(&[("security.protocol", "sasl_plaintext")]);
        assert!(unsaid.contains("what no sasl.mechanism (the client then takes GSSAPI) asks for"), "{unsaid}");
        for text in [kerberos, unsaid] {
            let advice = if cfg!(feature = "tls") { "Set sasl.mechanism to PLAIN" } else { "libssl-dev" };
            assert!(text.contains("it can do: ") && text.contains(advice), "{text}");
        }
        let mistaken = said(&[("security.protocol", "nonsense")]);
        assert_eq!(mistaken, "the Kafka client does not accept its settings");
    }
}
