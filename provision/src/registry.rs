//! A client of schema registries: Confluent's REST API, which ours, Karapace, Apicurio and Redpanda implement.
//!
//! Requests block the thread, because there are few of them and the HTTP client is small; `observe` and `apply` run as
//! many side by side as the caller allows. A request that failed for a reason that may pass is sent again where that
//! can do no harm. Proxies are taken from the environment (`HTTPS_PROXY`, `NO_PROXY`). This module decides nothing.
//!
//! * `wire`: what is sent and taken.
//! * `transport`: one request and its answer.
//! * `settings`: configuration and modes.
//! * `archive`: everything, out of one registry and into another.
//! * `observe`: what `plan` needs to know, in bulk where the registry can.

mod wire;
mod transport;
mod settings;
mod archive;
mod observe;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::connection::{Connection, RegistryEndpoint, Timeouts};
use crate::error::Error;
use transport::{Repeat, Transport};

pub use archive::{Archive, ArchivedSubject, ImportPlan, Imported, Settings, Watch};
pub(crate) use observe::request;
pub use wire::{
    Against, Config, Listing, NewSchema, Refusal, Registration, SchemaReference, SchemaVersion, Scope, Verdict,
};

/// How many entries a page of a list has.
const PAGE: usize = 1000;

/// A registry that can be asked. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// A client for this endpoint; nothing is sent yet. `ca_file` is a PEM file of certificate authorities that are
    /// trusted besides the system's.
    ///
    /// # Errors
    ///
    /// If the certificates cannot be read.
    pub fn new(endpoint: &RegistryEndpoint, timeouts: Timeouts, ca_file: Option<&str>) -> Result<Self, Error> {
        Transport::new(endpoint, timeouts, ca_file).map(|transport| Self { transport })
    }

    /// A client for the registry of a connection.
    ///
    /// # Errors
    ///
    /// If the certificates cannot be read.
    pub fn of(endpoint: &RegistryEndpoint, connection: &Connection) -> Result<Self, Error> {
        let file = connection.security.tls.as_ref().and_then(|tls| tls.ca_file.as_deref());
        Self::new(endpoint, connection.timeouts, file)
    }

    /// The base URL.
    pub fn url(&self) -> &str {
        &self.transport.url
    }

    /// The contexts, such as `.` and `.staging`; none where the registry does not know contexts.
    pub fn contexts(&self) -> Result<Vec<String>, Refusal> {
        let contexts: Vec<String> = match self.get("/contexts") {
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => Vec::new(),
            answer => answer?,
        };
        // Apicurio writes them as they stand in front of subjects.
        Ok(contexts.iter().map(|context| context.trim_matches(':').to_owned()).collect())
    }

    /// The names of subjects, sorted.
    pub fn subjects(&self, listing: Listing<'_>) -> Result<Vec<String>, Refusal> {
        let mut subjects: Vec<String> = self.pages("/subjects", &listing.query())?;
        subjects.sort_unstable();
        subjects.dedup();
        Ok(subjects)
    }

    /// Every version of the subjects of a listing, with its text.
    pub fn schemas(&self, listing: Listing<'_>) -> Result<Vec<SchemaVersion>, Refusal> {
        let mut query = listing.query();
        if listing.latest_only {
            query.push("latestOnly=true".to_owned());
        }
        if listing.aliases {
            query.push("aliases=true".to_owned());
        }
        self.pages("/schemas", &query)
    }

    /// The versions of a subject, oldest first; none if there is no such subject.
    pub fn versions(&self, subject: &str, deleted: bool) -> Result<Vec<u32>, Refusal> {
        let query = if deleted { vec!["deleted=true".to_owned()] } else { Vec::new() };
        let mut versions: Vec<u32> =
            absent(self.pages(&format!("/subjects/{}/versions", encode(subject)), &query))?.unwrap_or_default();
        versions.sort_unstable();
        versions.dedup();
        Ok(versions)
    }

    /// One version of a subject.
    pub fn version(&self, subject: &str, version: u32, deleted: bool) -> Result<Option<SchemaVersion>, Refusal> {
        let deleted = if deleted { "?deleted=true" } else { "" };
        absent(self.get(&format!("/subjects/{}/versions/{version}{deleted}", encode(subject))))
    }

    /// The latest version of a subject.
    pub fn latest(&self, subject: &str) -> Result<Option<SchemaVersion>, Refusal> {
        absent(self.get(&format!("/subjects/{}/versions/latest", encode(subject))))
    }

    /// The schema of an id. Its subject and version are not part of the answer.
    pub fn schema(&self, id: u32) -> Result<Option<SchemaVersion>, Refusal> {
        let found: Option<SchemaVersion> = absent(self.get(&format!("/schemas/ids/{id}")))?;
        Ok(found.map(|found| SchemaVersion { id, ..found }))
    }

    /// The version that a schema is, if it is one of the subject's.
    pub fn look_up(
        &self,
        subject: &str,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Option<SchemaVersion>, Refusal> {
        let path = format!("/subjects/{}?normalize={normalize}", encode(subject));
        absent(self.transport.send("POST", &path, Some(&body(schema)), Repeat::Harmless))
    }

    /// Registers a schema. Registering it again yields the same id.
    pub fn register(&self, subject: &str, schema: &NewSchema, normalize: bool) -> Result<Registration, Refusal> {
        let path = format!("/subjects/{}/versions?normalize={normalize}", encode(subject));
        self.transport.send("POST", &path, Some(&body(schema)), Repeat::Harmless)
    }

    /// What the registry thinks of a schema, with every reason. `None` where there is nothing to compare with, or the
    /// registry does not know the request.
    pub fn test(
        &self,
        subject: &str,
        against: Against,
        schema: &NewSchema,
        normalize: bool,
    ) -> Result<Option<Verdict>, Refusal> {
        let version = match against {
            Against::Level => "",
            Against::Latest => "/latest",
        };
        let subject = encode(subject);
        let path = format!("/compatibility/subjects/{subject}/versions{version}?normalize={normalize}&verbose=true");
        match self.transport.send("POST", &path, Some(&body(schema)), Repeat::Harmless) {
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// Deletes a version; its number. For good only after it was deleted softly.
    pub fn delete_version(&self, subject: &str, version: u32, permanent: bool) -> Result<u32, Refusal> {
        let path = format!("/subjects/{}/versions/{version}?permanent={permanent}", encode(subject));
        self.transport.send("DELETE", &path, None, Repeat::Never)
    }

    fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Refusal> {
        self.transport.send("GET", path, None, Repeat::Harmless)
    }

    /// A whole list, page by page. Registries that know no pages answer with everything at once.
    fn pages<T: DeserializeOwned>(&self, path: &str, query: &[String]) -> Result<Vec<T>, Refusal> {
        let mut list: Vec<T> = Vec::new();
        let mut first: Option<String> = None;
        loop {
            let page = [format!("offset={}", list.len()), format!("limit={PAGE}")];
            let query: Vec<&str> = query.iter().chain(&page).map(String::as_str).collect();
            let items: Vec<Value> = self.get(&format!("{path}?{}", query.join("&")))?;
            // The same page again: offsets are not known there.
            let head = items.first().map(Value::to_string);
            if items.is_empty() || (head.is_some() && head == first) {
                return Ok(list);
            }
            first = head;
            let is_last = items.len() != PAGE;
            for item in items {
                list.push(serde_json::from_value(item).map_err(|error| unreadable(&error))?);
            }
            if is_last {
                return Ok(list);
            }
        }
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

    /// A refusal as an error; `action` is what was asked, as the end of "did not ...".
    pub fn error(&self, action: &str, refusal: Refusal) -> Error {
        Error::Registry { url: self.url().to_owned(), action: action.to_owned(), reason: refusal.reason }
    }
}

impl Listing<'_> {
    fn query(&self) -> Vec<String> {
        let mut query = Vec::new();
        query.extend(self.prefix.map(|prefix| format!("subjectPrefix={}", encode(prefix))));
        query.extend(self.deleted.then(|| "deleted=true".to_owned()));
        query
    }
}

fn body(schema: &NewSchema) -> Value {
    serde_json::to_value(schema).expect("texts and numbers have a JSON form")
}

fn unreadable(error: &serde_json::Error) -> Refusal {
    Refusal {
        status: 200,
        code: 0,
        message: String::new(),
        reason: crate::error::Reason::Other(format!("it listed something that is no schema ({error})")),
    }
}

/// `None` where the registry says that there is no such thing.
fn absent<T>(answer: Result<T, Refusal>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(value) => Ok(Some(value)),
        Err(refusal) if refusal.is_absent() => Ok(None),
        Err(refusal) => Err(refusal),
    }
}

/// A text as one segment of a path, or as a value of a query.
fn encode(text: &str) -> String {
    text.bytes().fold(String::new(), |mut path, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'~' => path.push(char::from(byte)),
            _ => path.push_str(&format!("%{byte:02X}")),
        }
        path
    })
}
