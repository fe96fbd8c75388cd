//! One request and its answer: authentication, time limits, and another try where that can do no harm.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use ureq::Agent;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use super::Refusal;
use crate::connection::{RegistryEndpoint, Timeouts};
use crate::error::{Error, Reason};

/// The largest answer that is read: a page of a thousand large schemas.
const ANSWER_LIMIT_BYTES: u64 = 256 * 1024 * 1024;

/// How often a request is sent that failed for a reason that may pass.
const ATTEMPTS: u32 = 4;

/// The pause before the second attempt; it doubles from there.
const PAUSE: Duration = Duration::from_millis(100);

/// The connections to a registry.
#[derive(Clone, Debug)]
pub(super) struct Transport {
    agent: Agent,
    pub(super) url: Arc<str>,
    authorization: Option<Arc<str>>,
    pub(super) patience: Duration,
}

/// Whether a request may be sent again when it is not known what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Twice is as good as once.
    Harmless,
    /// The second time would say something else.
    Never,
}

#[derive(Deserialize)]
struct Failure {
    #[serde(default)]
    error_code: u32,
    #[serde(default)]
    message: String,
}

impl Transport {
    pub(super) fn new(endpoint: &RegistryEndpoint, timeouts: Timeouts, ca_file: Option<&str>) -> Result<Self, Error> {
        let Timeouts { request, call } = timeouts;
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // Whoever is sent on would ask without credentials, and a write would become a read.
            .max_redirects(0)
            .timeout_connect(Some(request))
            // A registry answers a write after its own cluster has: right after a start that takes seconds.
            .timeout_recv_response(Some(call))
            .timeout_global(Some(call))
            .user_agent("topology-provision");
        if endpoint.url.starts_with("https://") {
            config = config.tls_config(TlsConfig::builder().root_certs(trusted(ca_file)?).build());
        }
        let authorization = match (&endpoint.token, &endpoint.credentials) {
            (Some(token), _) => Some(format!("Bearer {token}").into()),
            (None, Some((username, password))) => Some(basic(username, password).into()),
            (None, None) => None,
        };
        Ok(Self { agent: config.build().new_agent(), url: endpoint.url.as_str().into(), authorization, patience: call })
    }

    pub(super) fn send<T: DeserializeOwned>(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<T, Refusal> {
        let text = self.text(method, path, body, repeat)?;
        serde_json::from_str(&text).map_err(|error| Refusal {
            status: 200,
            code: 0,
            message: String::new(),
            reason: if is_page(&text) {
                Reason::OtherProtocol("the API of a schema registry: it answers with a web page")
            } else {
                Reason::Other(format!("it answered something that is not a registry's answer ({error})"))
            },
        })
    }

    /// The answer as it came. Failures that may pass are tried again with growing pauses.
    pub(super) fn text(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        repeat: Repeat,
    ) -> Result<String, Refusal> {
        let deadline = Instant::now() + self.patience;
        let body = body.map(Value::to_string);
        let mut attempt = 1;
        loop {
            let answer = self.once(method, path, body.as_deref());
            let Err(refusal) = &answer else { return answer };
            let pause = PAUSE * 2_u32.pow(attempt - 1);
            if attempt == ATTEMPTS || !may_pass(refusal, repeat) || Instant::now() + pause > deadline {
                return answer;
            }
            thread::sleep(pause);
            attempt += 1;
        }
    }

    fn once(&self, method: &str, path: &str, body: Option<&str>) -> Result<String, Refusal> {
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
        let request = request.body(body.unwrap_or_default().to_owned());
        let request = request.map_err(|error| unsendable(&error.to_string()))?;
        read(self.agent.run(request).map_err(|error| unanswered(&error))?)
    }
}

fn may_pass(refusal: &Refusal, repeat: Repeat) -> bool {
    match (refusal.status, &refusal.reason) {
        // A full time limit has passed already.
        (0, Reason::Timeout) => false,
        // What came of it is not known.
        (0, Reason::Closed) | (500 | 502 | 504, _) => repeat == Repeat::Harmless,
        // Nothing was sent.
        (0, reason) => *reason == Reason::Refused,
        (429 | 503, _) => true,
        _ => false,
    }
}

fn read(mut answer: Response<ureq::Body>) -> Result<String, Refusal> {
    let status = answer.status();
    if status.is_redirection() {
        let place = answer.headers().get("location").and_then(|place| place.to_str().ok()).unwrap_or("nowhere");
        let reason = Reason::Elsewhere(place.to_owned());
        return Err(Refusal { status: status.as_u16(), code: 0, message: String::new(), reason });
    }
    let text = answer
        .body_mut()
        .with_config()
        .limit(ANSWER_LIMIT_BYTES)
        .read_to_string()
        .map_err(|error| unanswered(&error))?;
    if status.is_success() { Ok(text) } else { Err(refusal(status.as_u16(), &text)) }
}

fn refusal(status: u16, text: &str) -> Refusal {
    let failure = serde_json::from_str(text).unwrap_or(Failure { error_code: 0, message: String::new() });
    let said = if failure.message.is_empty() { start(text) } else { failure.message.clone() };
    let said = if said.is_empty() { format!("HTTP {status}") } else { format!("{said} (HTTP {status})") };
    let reason = match status {
        401 => Reason::Authentication(said),
        403 => Reason::Authorization(said),
        503 => Reason::NotReady(said),
        _ => Reason::Other(said),
    };
    Refusal { status, code: failure.error_code, message: failure.message, reason }
}

/// Whether an answer is one of a proxy or a portal.
fn is_page(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// The beginning of an answer that is none of a registry's, as a phrase.
fn start(text: &str) -> String {
    const LONGEST: usize = 120;
    if is_page(text) {
        return "a web page".to_owned();
    }
    let line = text.trim().lines().next().unwrap_or_default();
    line.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}

fn unsendable(text: &str) -> Refusal {
    Refusal {
        status: 0,
        code: 0,
        message: String::new(),
        reason: Reason::Other(format!("its `url` cannot be used ({text})")),
    }
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
        ureq::Error::Protocol(_) => Reason::OtherProtocol("HTTP, or only under TLS (`https://`)"),
        other => Reason::Other(other.to_string()),
    };
    Refusal { status: 0, code: 0, message: String::new(), reason }
}

fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", BASE64.encode(format!("{username}:{password}")))
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
