//! Speaks the registry's REST API (Confluent's, which ours and others implement).
//!
//! Requests block a thread of their own, because there are few of them and the HTTP client is small; as many run side
//! by side as the caller allows. This module decides nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use ureq::Agent;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::connection::{Connection, RegistryEndpoint, Timeouts};
use crate::desired::{DesiredSubject, Level, Subject};
use crate::error::{Error, Reason};
use crate::observe::{ObservedRegistry, ObservedSubject};
use crate::plan::Registered;

/// How many requests read side by side.
const READERS: usize = 8;

/// How long to wait before a registry that is starting is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// The largest answer that is read; a schema has at most a few hundred kilobytes.
const ANSWER_LIMIT_BYTES: u64 = 32 * 1024 * 1024;

/// A registry that can be asked.
#[derive(Clone, Debug)]
pub(crate) struct RegistryClient {
    agent: Agent,
    url: Arc<str>,
    authorization: Option<Arc<str>>,
    patience: Duration,
}

/// A registry's answer that is not a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The HTTP status; 0 if there was no answer.
    pub(crate) status: u16,
    /// Confluent's finer code, such as 40401; 0 if there is none.
    pub(crate) code: u32,
    /// What happened.
    pub(crate) reason: Reason,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    error_code: u32,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct VersionAnswer {
    id: u32,
    version: u32,
    #[serde(default)]
    schema: String,
    #[serde(default, rename = "schemaType")]
    schema_type: Option<String>,
}

#[derive(Deserialize)]
struct Id {
    id: u32,
}

#[derive(Deserialize)]
struct Config {
    #[serde(rename = "compatibilityLevel", alias = "compatibility")]
    level: Level,
}

impl RegistryClient {
    /// A client for this endpoint; nothing is sent yet.
    pub(crate) fn new(endpoint: &RegistryEndpoint, connection: &Connection) -> Result<Self, Error> {
        let Timeouts { request, call } = connection.timeouts;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(request))
            // A registry answers a write after its own cluster has: right after a start that takes seconds.
            .timeout_recv_response(Some(call))
            .timeout_global(Some(call))
            .user_agent("topology-provision");
        if endpoint.url.starts_with("https://") {
            let file = connection.security.tls.as_ref().and_then(|tls| tls.ca_file.as_deref());
            config = config.tls_config(TlsConfig::builder().root_certs(trusted(file)?).build());
        }
        let authorization = endpoint.credentials.as_ref().map(|(username, password)| basic(username, password).into());
        Ok(Self { agent: config.build().new_agent(), url: endpoint.url.as_str().into(), authorization, patience: call })
    }

    /// What the registry has of these subjects.
    pub(crate) async fn observe(&self, desired: &BTreeMap<Subject, DesiredSubject>) -> Result<ObservedRegistry, Error> {
        let (compatibility, existing) = self
            .blocking(|client| Ok((client.default_level()?, client.subjects()?)))
            .await
            .map_err(|refusal| self.error("list its subjects", refusal))?;
        let asked = desired.iter().map(|(subject, wanted)| {
            let exists = existing.contains(subject.as_str());
            let (subject, schema) = (subject.clone(), wanted.schema.clone());
            move |client: &Self| {
                let observed = client.subject(&subject, &schema, exists);
                (subject, observed)
            }
        });
        let mut subjects = BTreeMap::new();
        for (subject, observed) in self.side_by_side(READERS, asked).await {
            let observed = observed.map_err(|refusal| self.error(&format!("describe subject `{subject}`"), refusal))?;
            if observed != ObservedSubject::default() {
                subjects.insert(subject, observed);
            }
        }
        Ok(ObservedRegistry { url: self.url.to_string(), compatibility, subjects })
    }

    /// Runs requests on threads of their own, at most `limit` side by side; answers in the order of the requests.
    pub(crate) async fn side_by_side<R: Send + 'static>(
        &self,
        limit: usize,
        requests: impl IntoIterator<Item = impl FnOnce(&Self) -> R + Send + 'static>,
    ) -> Vec<R> {
        let slots = Arc::new(Semaphore::new(limit));
        let mut running = JoinSet::new();
        for (index, request) in requests.into_iter().enumerate() {
            let (client, slots) = (self.clone(), slots.clone());
            running.spawn(async move {
                let _slot = slots.acquire_owned().await;
                (index, client.blocking(move |client| request(client)).await)
            });
        }
        let mut answers = running.join_all().await;
        answers.sort_by_key(|(index, _)| *index);
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    async fn blocking<R: Send + 'static>(&self, request: impl FnOnce(&Self) -> R + Send + 'static) -> R {
        let client = self.clone();
        match tokio::task::spawn_blocking(move || request(&client)).await {
            Ok(answer) => answer,
            Err(stopped) => std::panic::resume_unwind(stopped.into_panic()),
        }
    }

    /// Registers a schema; the id that it got.
    pub(crate) fn register(&self, subject: &Subject, schema: &str) -> Result<u32, Refusal> {
        let path = format!("/subjects/{}/versions", encode(subject));
        let answer: Id = self.send("POST", &path, Some(&json!({ "schema": schema })))?;
        Ok(answer.id)
    }

    /// Gives a subject a level of its own, or takes it away.
    pub(crate) fn set_level(&self, subject: &Subject, level: Option<Level>) -> Result<(), Refusal> {
        let path = format!("/config/{}", encode(subject));
        let answer: Result<Value, Refusal> = match level {
            Some(level) => self.send("PUT", &path, Some(&json!({ "compatibility": level }))),
            None => self.send("DELETE", &path, None),
        };
        match answer {
            // Taking away what is not there is what was asked for.
            Err(refusal) if level.is_none() && refusal.status == 404 => Ok(()),
            other => other.map(drop),
        }
    }

    /// The first thing asked: a registry that has just started gets the time to read its log.
    fn default_level(&self) -> Result<Level, Refusal> {
        let deadline = Instant::now() + self.patience;
        loop {
            match self.send("GET", "/config", None).map(|config: Config| config.level) {
                Err(Refusal { reason: Reason::NotReady(_), .. }) if Instant::now() < deadline => thread::sleep(PAUSE),
                answer => return answer,
            }
        }
    }

    fn subjects(&self) -> Result<BTreeSet<String>, Refusal> {
        self.send("GET", "/subjects", None)
    }

    fn subject(&self, subject: &Subject, schema: &str, exists: bool) -> Result<ObservedSubject, Refusal> {
        let name = encode(subject);
        let config: Option<Config> = absent(self.send("GET", &format!("/config/{name}"), None))?;
        let mut observed = ObservedSubject { compatibility: config.map(|config| config.level), ..Default::default() };
        if !exists {
            return Ok(observed);
        }
        let Some(latest) =
            absent(self.send::<VersionAnswer>("GET", &format!("/subjects/{name}/versions/latest"), None))?
        else {
            return Ok(observed);
        };
        observed.other_format = latest.schema_type.filter(|format| format != "AVRO");
        observed.declared_version = if observed.other_format.is_some() {
            None
        } else if latest.schema == schema {
            Some(latest.version)
        } else {
            let request = json!({ "schema": schema });
            absent(self.send::<VersionAnswer>("POST", &format!("/subjects/{name}"), Some(&request)))?
                .map(|found| found.version)
        };
        observed.latest = Some(Registered { id: latest.id, version: latest.version, schema: latest.schema });
        Ok(observed)
    }

    fn send<T: DeserializeOwned>(&self, method: &str, path: &str, body: Option<&Value>) -> Result<T, Refusal> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
        if let Some(authorization) = &self.authorization {
            request = request.header("Authorization", authorization.as_ref());
        }
        if body.is_some() {
            request = request.header("Content-Type", "application/vnd.schemaregistry.v1+json");
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(body).map_err(|error| unsendable(&error.to_string()))?;
        let answer = self.agent.run(request).map_err(|error| unanswered(&error))?;
        read(answer)
    }

    fn error(&self, action: &str, refusal: Refusal) -> Error {
        Error::Registry { url: self.url.to_string(), action: action.to_owned(), reason: refusal.reason }
    }
}

fn read<T: DeserializeOwned>(mut answer: Response<ureq::Body>) -> Result<T, Refusal> {
    let status = answer.status();
    let text = answer
        .body_mut()
        .with_config()
        .limit(ANSWER_LIMIT_BYTES)
        .read_to_string()
        .map_err(|error| unanswered(&error))?;
    if !status.is_success() {
        return Err(refusal(status.as_u16(), &text));
    }
    serde_json::from_str(&text).map_err(|error| Refusal {
        status: status.as_u16(),
        code: 0,
        reason: Reason::Other(format!("it answered something that is not a registry's answer ({error})")),
    })
}

fn refusal(status: u16, text: &str) -> Refusal {
    let failure = serde_json::from_str(text).unwrap_or(Failure { error_code: 0, message: String::new() });
    let said = if failure.message.is_empty() {
        format!("HTTP {status}")
    } else {
        format!("{} (HTTP {status})", failure.message)
    };
    let reason = match status {
        401 => Reason::Authentication(said),
        403 => Reason::Authorization(said),
        503 => Reason::NotReady(said),
        _ => Reason::Other(said),
    };
    Refusal { status, code: failure.error_code, reason }
}

fn unsendable(text: &str) -> Refusal {
    Refusal { status: 0, code: 0, reason: Reason::Other(format!("its `url` cannot be used ({text})")) }
}

fn unanswered(error: &ureq::Error) -> Refusal {
    use std::io::ErrorKind;
    let reason = match error {
        ureq::Error::Timeout(_) => Reason::Timeout,
        ureq::Error::HostNotFound => Reason::UnknownHost,
        ureq::Error::ConnectionFailed => Reason::Refused,
        ureq::Error::Io(error) => match error.kind() {
            ErrorKind::ConnectionRefused => Reason::Refused,
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Reason::Timeout,
            ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::UnexpectedEof => Reason::Closed,
            // A failed handshake, in the words of the TLS library.
            ErrorKind::InvalidData => Reason::Tls(error.to_string()),
            _ => Reason::Other(error.to_string()),
        },
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => Reason::Tls(error.to_string()),
        other => Reason::Other(other.to_string()),
    };
    Refusal { status: 0, code: 0, reason }
}

/// `None` where the registry says that there is no such thing.
fn absent<T>(answer: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.status == 404 => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{username}:{password}")))
}

/// A subject as one segment of a path.
fn encode(subject: &Subject) -> String {
    subject.as_str().bytes().fold(String::new(), |path, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'~' => path + &char::from(byte).to_string(),
        _ => path + &format!("%{byte:02X}"),
    })
}

/// The system's certificate authorities and those of `file`.
fn trusted(file: Option<&str>) -> Result<RootCerts, Error> {
    let mut certificates: Vec<Certificate<'static>> = rustls_native_certs::load_native_certs()
        .certs
        .iter()
        .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
        .collect();
    if let Some(file) = file {
        let unreadable = |source| Error::Certificates { file: file.to_owned(), source };
        let text = std::fs::read(file).map_err(unreadable)?;
        let before = certificates.len();
        certificates.extend(parse_pem(&text).filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        }));
        if certificates.len() == before {
            return Err(unreadable(std::io::Error::new(
                std::io::ErrorKind::InvalidData,
                "it holds no PEM certificate",
            )));
        }
    }
    Ok(RootCerts::Specific(Arc::new(certificates)))
}
