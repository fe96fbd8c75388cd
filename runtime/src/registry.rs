//! The schema registry as a client sees it: our schema to its id, another's id to its schema.
//!
//! Each function asks once and reports; who asks again is decided by the caller. Requests run on tokio's threads for
//! blocking work, so that a slow registry delays only who asked.

#[cfg(feature = "tls")]
mod trust;

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use topology_codec::{Contract, SchemaFormat};
#[cfg(feature = "tls")]
pub(crate) use trust::TrustError;
use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::http::Request;
use ureq::typestate::AgentScope;

use crate::settings::RegistrySettings;

/// How long one question may take.
const TIMEOUT: Duration = Duration::from_secs(5);
/// A schema may refer to others, those again to others; more than this many is taken for a loop.
const MAX_REFERENCES: usize = 1000;

/// A client of the registry; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Registry {
    agent: Agent,
    server: Option<Server>,
}

#[derive(Clone)]
struct Server {
    url: String,
    authorization: Option<String>,
}

/// A writer's schema as the registry keeps it.
#[derive(Debug)]
pub(crate) struct WriterSchema {
    /// The schemas that it refers to, each before those that refer to it.
    pub(crate) references: Vec<String>,
    /// The schema itself.
    pub(crate) text: String,
    /// `AVRO`, `PROTOBUF` or `JSON`.
    pub(crate) kind: String,
}

/// Why the registry did not answer as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RegistryError {
    #[error("TOPOLOGY_SCHEMA_REGISTRY_URL is not set, and a topic of this service has records of a schema")]
    NotConfigured,
    #[error("no answer from {url}")]
    Unreachable {
        url: String,
        #[source]
        cause: Box<ureq::Error>,
    },
    #[error("{what} is not there")]
    NotFound { what: String },
    #[error("{url} answered {status}: {message}")]
    Refused { url: String, status: u16, message: String },
    #[error("{url} did not answer with {expected}")]
    Unexpected { url: String, expected: &'static str },
    #[error("the question was not asked: {reason}")]
    NotAsked { reason: String },
}

impl RegistryError {
    /// Whether asking again cannot help before someone changes something.
    pub(crate) fn is_permanent(&self) -> bool {
        match self {
            Self::NotConfigured | Self::NotFound { .. } => true,
            Self::Refused { status, .. } => (400..500).contains(status) && !matches!(status, 408 | 425 | 429),
            Self::Unreachable { .. } | Self::Unexpected { .. } | Self::NotAsked { .. } => false,
        }
    }
}

impl Registry {
    pub(crate) fn new(settings: Option<&RegistrySettings>) -> Self {
        let server = settings.map(|settings| Server {
            url: settings.url.clone(),
            authorization: settings.credentials.as_ref().map(|(username, password)| {
                format!("Basic {}", BASE64_STANDARD.encode(format!("{username}:{}", password.reveal())))
            }),
        });
        Self { agent: agent_config().build().into(), server }
    }

    /// Trusts the certificate authorities of `ca_file` besides the system's, if the registry is asked over https.
    #[cfg(feature = "tls")]
    pub(crate) fn trusting(self, ca_file: Option<&str>) -> Result<Self, TrustError> {
        if !self.url().starts_with("https://") {
            return Ok(self);
        }
        let agent = agent_config().tls_config(trust::config(ca_file)?).build().into();
        Ok(Self { agent, ..self })
    }

    /// The id under which a schema is registered as a version of `subject`.
    pub(crate) async fn look_up(&self, subject: &str, contract: &'static Contract) -> Result<u32, RegistryError> {
        let subject = subject.to_owned();
        self.on_blocking_thread(move |this| {
            let mut versions = BTreeMap::new();
            for reference in contract.references {
                let question = question(contract.format, reference.text, reference.refers_to, &versions);
                let body = this.ask(&format!("/subjects/{}", encoded(reference.name)), Some(question))?;
                let version = body["version"].as_i64().ok_or_else(|| this.unexpected("a version"))?;
                versions.insert(reference.name, version);
            }
            let question = question(contract.format, contract.text, contract.refers_to, &versions);
            let body = this.ask(&format!("/subjects/{}", encoded(&subject)), Some(question))?;
            id_of(&body).ok_or_else(|| this.unexpected("an id"))
        })
        .await
    }

    /// The schema with the given id, and all that it refers to.
    pub(crate) async fn schema(&self, id: u32) -> Result<WriterSchema, RegistryError> {
        self.on_blocking_thread(move |this| {
            let body = this.ask(&format!("/schemas/ids/{id}"), None)?;
            let mut references = Vec::new();
            this.references(&body, &mut references)?;
            let text = this.text(&body)?;
            let kind = body["schemaType"].as_str().unwrap_or("AVRO").to_owned();
            Ok(WriterSchema { references, text, kind })
        })
        .await
    }

    fn references(&self, body: &Value, found: &mut Vec<String>) -> Result<(), RegistryError> {
        for reference in body["references"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let (Some(subject), Some(version)) = (reference["subject"].as_str(), reference["version"].as_i64()) else {
                return Err(self.unexpected("references of subject and version"));
            };
            if found.len() >= MAX_REFERENCES {
                return Err(self.unexpected("a schema of at most 1000 references"));
            }
            let body = self.ask(&format!("/subjects/{}/versions/{version}", encoded(subject)), None)?;
            self.references(&body, found)?;
            found.push(self.text(&body)?);
        }
        Ok(())
    }

    fn text(&self, body: &Value) -> Result<String, RegistryError> {
        body["schema"].as_str().map(str::to_owned).ok_or_else(|| self.unexpected("a schema"))
    }

    /// One request and its JSON answer: POST when there is a body to send.
    fn ask(&self, path: &str, body: Option<Value>) -> Result<Value, RegistryError> {
        let server = self.server.as_ref().ok_or(RegistryError::NotConfigured)?;
        let url = format!("{}{path}", server.url);
        let mut request = Request::builder().uri(&url).header("Accept", ACCEPT);
        if let Some(authorization) = &server.authorization {
            request = request.header("Authorization", authorization);
        }
        let sent = match body {
            Some(body) => {
                let request = request.method("POST").header("Content-Type", CONTENT_TYPE).body(body.to_string());
                request.map_err(ureq::Error::from).and_then(|request| self.agent.run(request))
            }
            None => request.body(()).map_err(ureq::Error::from).and_then(|request| self.agent.run(request)),
        };
        let unreachable = |cause| RegistryError::Unreachable { url: server.url.clone(), cause: Box::new(cause) };
        let mut answer = sent.map_err(unreachable)?;
        let status = answer.status().as_u16();
        let text = answer.body_mut().read_to_string().map_err(unreachable)?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        self.judge(status, path, body)
    }

    fn judge(&self, status: u16, path: &str, body: Value) -> Result<Value, RegistryError> {
        match status {
            200..300 if body.is_null() => Err(self.unexpected("JSON")),
            200..300 => Ok(body),
            // A registry says with a code of its own what is missing; a 404 without one is a wrong address.
            404 if body["error_code"].is_i64() => Err(RegistryError::NotFound { what: path.to_owned() }),
            _ => Err(RegistryError::Refused {
                url: self.url(),
                status,
                message: body["message"].as_str().unwrap_or("no message").to_owned(),
            }),
        }
    }

    fn unexpected(&self, expected: &'static str) -> RegistryError {
        RegistryError::Unexpected { url: self.url(), expected }
    }

    fn url(&self) -> String {
        self.server.as_ref().map(|server| server.url.clone()).unwrap_or_default()
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        ask: impl FnOnce(&Self) -> Result<T, RegistryError> + Send + 'static,
    ) -> Result<T, RegistryError> {
        let this = self.clone();
        tokio::task::spawn_blocking(move || ask(&this))
            .await
            .unwrap_or_else(|error| Err(RegistryError::NotAsked { reason: error.to_string() }))
    }
}

fn agent_config() -> ConfigBuilder<AgentScope> {
    Agent::config_builder().timeout_global(Some(TIMEOUT)).http_status_as_error(false)
}

const ACCEPT: &str = "application/vnd.schemaregistry.v1+json, application/json";
const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A schema to be looked up. It is found only with the references that it was registered with, versions and all.
fn question(format: SchemaFormat, text: &str, refers_to: &[&str], versions: &BTreeMap<&str, i64>) -> Value {
    let mut question = json!({ "schema": text });
    if format != SchemaFormat::Avro {
        question["schemaType"] = format.as_str().into();
    }
    if !refers_to.is_empty() {
        let references = refers_to.iter();
        let references = references
            .map(|name| json!({ "name": name, "subject": name, "version": versions.get(name).copied().unwrap_or(1) }));
        question["references"] = references.collect();
    }
    question
}

impl WriterSchema {
    /// The name of its records: of Avro the full name, of JSON Schema the title.
    pub(crate) fn record_name(&self) -> Option<String> {
        let schema: Value = serde_json::from_str(&self.text).ok()?;
        if self.kind == SchemaFormat::Json.as_str() {
            return schema["title"].as_str().map(str::to_owned);
        }
        let name = schema["name"].as_str()?;
        match schema["namespace"].as_str() {
            Some(namespace) if !name.contains('.') && !namespace.is_empty() => Some(format!("{namespace}.{name}")),
            _ => Some(name.to_owned()),
        }
    }
}

fn id_of(body: &Value) -> Option<u32> {
    body["id"].as_u64().and_then(|id| u32::try_from(id).ok())
}

/// A path segment with everything but unreserved characters percent-encoded.
fn encoded(segment: &str) -> String {
    segment.bytes().fold(String::new(), |mut path, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.extend(['%', hex(byte >> 4), hex(byte & 0xf)]);
        }
        path
    })
}

fn hex(nibble: u8) -> char {
    char::from_digit(nibble.into(), 16).unwrap_or('0').to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use topology_codec::Reference;

    use super::*;

    #[test]
    fn encodes_what_a_path_cannot_hold() {
        assert_eq!(encoded("orders-value"), "orders-value");
        assert_eq!(encoded("a/b c:ü"), "a%2Fb%20c%3A%C3%BC");
    }

    #[test]
    fn asks_with_the_type_and_the_versions_of_references() {
        assert_eq!(question(SchemaFormat::Avro, "{}", &[], &BTreeMap::new()), json!({ "schema": "{}" }));
        let versions = BTreeMap::from([("money.proto", 3), ("other.proto", 1)]);
        let asked = question(SchemaFormat::Protobuf, "syntax = \"proto3\";", &["money.proto"], &versions);
        let references = json!([{ "name": "money.proto", "subject": "money.proto", "version": 3 }]);
        let expected = json!({ "schema": "syntax = \"proto3\";", "schemaType": "PROTOBUF", "references": references });
        assert_eq!(asked, expected);
    }

    /// A registry in which everything is found: it answers with the next number as id and version, and keeps questions.
    async fn asked(contract: &'static Contract) -> (u32, Vec<(String, Value)>) {
        let questions: Arc<Mutex<Vec<(String, Value)>>> = Arc::default();
        let keep = Arc::clone(&questions);
        let answer = move |uri: axum::http::Uri, body: String| async move {
            let mut questions = keep.lock().unwrap();
            questions.push((uri.path().to_owned(), serde_json::from_str(&body).unwrap()));
            let number = questions.len();
            json!({ "id": number, "version": number * 10 }).to_string()
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server = tokio::spawn(axum::serve(listener, axum::Router::new().fallback(answer)).into_future());
        let id = Registry::new(Some(&RegistrySettings { url, credentials: None })).look_up("a b", contract).await;
        server.abort();
        let questions = questions.lock().unwrap().clone();
        (id.unwrap(), questions)
    }

    #[tokio::test]
    async fn looks_up_what_a_schema_refers_to_before_it() {
        const CONTRACT: Contract = Contract {
            format: SchemaFormat::Protobuf,
            text: "root",
            refers_to: &["shop/money.proto"],
            references: &[
                Reference { name: "unit.proto", text: "unit", refers_to: &[] },
                Reference { name: "shop/money.proto", text: "money", refers_to: &["unit.proto"] },
            ],
            ..Contract::avro("shop.Customer", "root")
        };
        let (id, questions) = asked(&CONTRACT).await;
        assert_eq!(id, 3);
        let reference = |name: &str, version: i64| json!([{ "name": name, "subject": name, "version": version }]);
        let expected = [
            ("/subjects/unit.proto", json!({ "schema": "unit", "schemaType": "PROTOBUF" })),
            (
                "/subjects/shop%2Fmoney.proto",
                json!({ "schema": "money", "schemaType": "PROTOBUF", "references": reference("unit.proto", 10) }),
            ),
            (
                "/subjects/a%20b",
                json!({ "schema": "root", "schemaType": "PROTOBUF", "references": reference("shop/money.proto", 20) }),
            ),
        ];
        assert_eq!(questions, expected.map(|(path, body)| (path.to_owned(), body)));
    }

    #[test]
    fn tells_a_missing_schema_from_a_wrong_address() {
        let registry = Registry::new(None);
        let missing = registry.judge(404, "/subjects/a", json!({ "error_code": 40401 })).unwrap_err();
        assert!(matches!(missing, RegistryError::NotFound { .. }));
        let elsewhere = registry.judge(404, "/subjects/a", Value::Null).unwrap_err();
        assert!(matches!(elsewhere, RegistryError::Refused { status: 404, .. }));
    }

    #[test]
    fn asks_again_only_when_it_can_help() {
        let registry = Registry::new(None);
        let busy = registry.judge(503, "/", Value::Null).unwrap_err();
        assert!(!busy.is_permanent());
        let denied = registry.judge(401, "/", Value::Null).unwrap_err();
        assert!(denied.is_permanent());
    }
}
