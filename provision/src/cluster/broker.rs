//! Asks one named broker, for what a cluster as a whole cannot answer: whether that very broker is ready.

use std::collections::BTreeMap;
use std::time::Duration;

use krafka::__private::network::{BrokerConnection, ConnectionConfig};
use krafka::__private::protocol::{
    ApiKey, ConfigResourceType, DescribeConfigsRequest, DescribeConfigsResource, DescribeConfigsResponse,
    MetadataRequest, MetadataResponse, VersionedDecode, VersionedEncode, versions,
};
use krafka::auth::{AuthConfig, TlsConfig};
use krafka::error::KrafkaError;
use tokio::task::JoinSet;
use tokio::time::timeout;
use topology::ir::SaslMechanism;

use super::{CLIENT_ID, DYNAMIC_TOPIC_CONFIG, answer::reason};
use crate::connection::{Connection, Security};
use crate::error::{Attempt, Error, Reason};

/// How long a failed connection is looked into, to say what happened at each address.
const DIAGNOSIS: Duration = Duration::from_secs(2);

/// The library's form of these settings; `None` is plain text.
pub(super) fn auth(security: &Security) -> Option<AuthConfig> {
    let tls = security.tls.as_ref().map(|tls| match &tls.ca_file {
        Some(file) => TlsConfig::new().with_ca_cert(file),
        None => TlsConfig::new().with_native_roots(),
    });
    let sasl = security.sasl.as_ref().map(|login| {
        let (username, password) = (&login.username, &login.password);
        match login.mechanism {
            SaslMechanism::Plain => AuthConfig::sasl_plain(username, password),
            SaslMechanism::ScramSha256 => AuthConfig::sasl_scram_sha256(username, password),
            SaslMechanism::ScramSha512 => AuthConfig::sasl_scram_sha512(username, password),
        }
    });
    match (sasl, tls) {
        (Some(sasl), Some(tls)) => Some(sasl.with_tls(tls)),
        (Some(sasl), None) => Some(sasl),
        (None, Some(tls)) => Some(AuthConfig::ssl(tls)),
        (None, None) => None,
    }
}

/// Whether the file of certificate authorities can be read, before the library says so less clearly.
pub(super) fn check_certificates(security: &Security) -> Result<(), Error> {
    match security.tls.as_ref().and_then(|tls| tls.ca_file.as_ref()) {
        Some(file) => {
            std::fs::read(file).map(drop).map_err(|source| Error::Certificates { file: file.clone(), source })
        }
        None => Ok(()),
    }
}

/// Whether each bootstrap server answers and knows at least `brokers` live brokers and a controller.
pub(crate) async fn probe(connection: &Connection, brokers: usize, deadline: Duration) -> Result<(), String> {
    let mut failures = each_server(connection, deadline, move |metadata| {
        let known = metadata.brokers.len();
        if known < brokers {
            return Err(Reason::Other(format!("knows {known} of {brokers} brokers")));
        }
        if metadata.controller_id < 0 {
            return Err(Reason::Other("knows no controller yet".into()));
        }
        Ok(())
    })
    .await;
    if failures.is_empty() {
        return Ok(());
    }
    failures.sort_by(|one, other| one.server.cmp(&other.server));
    Err(failures.iter().map(Attempt::to_string).collect::<Vec<_>>().join("; "))
}

/// Why no connection came about, address by address.
pub(super) async fn unreachable(connection: &Connection, error: Option<&KrafkaError>) -> Error {
    let mut attempts = each_server(connection, DIAGNOSIS, |_| Ok(())).await;
    attempts.sort_by(|one, other| one.server.cmp(&other.server));
    if attempts.is_empty() {
        // The servers answer now, or the settings did not get as far as an address.
        let reason = error.map_or(Reason::Timeout, reason);
        attempts.push(Attempt { server: connection.bootstrap_servers.join(", "), reason });
    }
    Error::Unreachable { attempts }
}

/// Asks every bootstrap server for itself at once; the failures.
async fn each_server(
    connection: &Connection,
    deadline: Duration,
    check: impl Fn(&MetadataResponse) -> Result<(), Reason> + Clone + Send + 'static,
) -> Vec<Attempt> {
    let mut asked = JoinSet::new();
    for server in connection.bootstrap_servers.iter().cloned() {
        let config = config(&connection.security, deadline);
        let check = check.clone();
        asked.spawn(async move {
            let answer = match timeout(deadline, Box::pin(ask(&server, config))).await {
                Ok(answer) => answer.map_err(|error| reason(&error)),
                Err(_) => Err(Reason::Timeout),
            };
            answer.and_then(|metadata| check(&metadata)).err().map(|reason| Attempt { server, reason })
        });
    }
    asked.join_all().await.into_iter().flatten().collect()
}

/// Connects to this server, asks it and closes.
async fn ask(server: &str, config: Result<ConnectionConfig, KrafkaError>) -> Result<MetadataResponse, KrafkaError> {
    let mut config = config?;
    config.init_tls().await?;
    let connection = BrokerConnection::connect(server, config).await?;
    let answer = metadata(&connection, Vec::new()).await;
    connection.close().await;
    answer
}

fn config(security: &Security, deadline: Duration) -> Result<ConnectionConfig, KrafkaError> {
    let mut builder =
        ConnectionConfig::builder().client_id(CLIENT_ID).connect_timeout(deadline).request_timeout(deadline);
    if let Some(auth) = auth(security) {
        builder = builder.auth(auth);
    }
    builder.build()
}

/// This broker's view of the brokers and of these topics.
pub(super) async fn metadata(
    connection: &BrokerConnection,
    topics: Vec<&str>,
) -> Result<MetadataResponse, KrafkaError> {
    let version = connection
        .negotiate_api_version(ApiKey::Metadata, versions::METADATA_MAX, versions::METADATA_MIN)
        .unwrap_or(versions::METADATA_MIN);
    let request = MetadataRequest::for_topics(topics);
    let mut answer =
        connection.send_request(ApiKey::Metadata, version, |buffer| request.encode_versioned(version, buffer)).await?;
    MetadataResponse::decode_versioned(version, &mut answer)
}

/// The overrides of a topic as this broker knows them; `None` if it does not know the topic.
pub(super) async fn overrides(
    connection: &BrokerConnection,
    topic: &str,
) -> Result<Option<BTreeMap<String, String>>, KrafkaError> {
    let version = connection
        .negotiate_api_version(ApiKey::DescribeConfigs, versions::DESCRIBE_CONFIGS_MAX, versions::DESCRIBE_CONFIGS_MIN)
        .unwrap_or(versions::DESCRIBE_CONFIGS_MIN);
    let request = DescribeConfigsRequest {
        resources: vec![DescribeConfigsResource {
            resource_type: ConfigResourceType::Topic,
            resource_name: topic.to_owned(),
            config_names: None,
        }],
        include_synonyms: false,
        include_documentation: false,
    };
    let mut answer = connection
        .send_request(ApiKey::DescribeConfigs, version, |buffer| request.encode_versioned(version, buffer))
        .await?;
    let answer = DescribeConfigsResponse::decode_versioned(version, &mut answer)?;
    let known = answer.results.into_iter().find(|result| result.error_code.is_ok());
    Ok(known.map(|result| {
        let set = result.configs.into_iter().filter(|entry| entry.config_source == DYNAMIC_TOPIC_CONFIG);
        set.filter_map(|entry| Some((entry.name, entry.value?))).collect()
    }))
}
