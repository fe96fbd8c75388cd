//! The endpoints: a request that passed the gate, and the function that answers it.

use std::sync::Arc;
use std::time::Instant;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::json;

use super::fault::Fault;
use super::health::{self, Status};
use super::limits::Checks;
use super::query::Query;
use super::reply::Reply;
use super::route::Endpoint;
use super::{compatibility, config, schemas, subjects};
use crate::content::AVRO;
use crate::names::{SchemaId, Subject, VersionSelector};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::submission::Submission;

/// The `OpenAPI` text of all endpoints. It is written by hand, and tests hold the server against it.
const OPENAPI: &str = include_str!("openapi.json");

/// The endpoints of a registry.
#[derive(Debug)]
pub(crate) struct Api {
    service: Arc<Service>,
    status: Status,
    begun: Instant,
    checks: Checks,
}

/// A request.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Method,
    /// What stands behind `/contexts/` in front of the path.
    pub(crate) context: Option<String>,
    /// What the path says where its pattern varies.
    pub(crate) parameters: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
}

impl Api {
    /// The endpoints of `service`.
    pub(crate) fn new(service: &Arc<Service>, status: Status, max_waiting_checks: usize) -> Self {
        let checks = Checks::new(max_waiting_checks);
        Self { service: Arc::clone(service), status, begun: Instant::now(), checks }
    }

    /// Answers a request.
    pub(crate) async fn reply(&self, asked: Asked) -> Result<Reply, Fault> {
        let service = &*self.service;
        if asked.endpoint.needs_the_log()
            && let Some(reason) = health::not_ready(service, &self.status)
        {
            return Err(Refusal::NotReady(reason).into());
        }
        let gets = asked.method == Method::GET;
        match asked.endpoint {
            Endpoint::Root => Ok(Reply::json(&json!({}))),
            Endpoint::Subjects => subjects::list(service, &asked),
            Endpoint::Subject if asked.method == Method::DELETE => subjects::delete(service, &asked).await,
            Endpoint::Subject => subjects::look_up(self, &asked).await,
            Endpoint::Versions if gets => subjects::versions(service, &asked),
            Endpoint::Versions => subjects::register(self, &asked).await,
            Endpoint::Version if gets => subjects::version(service, &asked),
            Endpoint::Version => subjects::delete_version(service, &asked).await,
            Endpoint::VersionText => subjects::text(service, &asked),
            Endpoint::ReferencedBy => subjects::referrers(service, &asked),
            Endpoint::Schemas => schemas::list(service, &asked),
            Endpoint::SchemaTypes => Ok(Reply::json(&[AVRO])),
            Endpoint::Id => schemas::by_id(service, &asked),
            Endpoint::IdText => schemas::text(service, &asked),
            Endpoint::IdSubjects => schemas::subjects(service, &asked),
            Endpoint::IdVersions => schemas::versions(service, &asked),
            Endpoint::Compatibility => compatibility::with_all(self, &asked).await,
            Endpoint::CompatibilityWithVersion => compatibility::with_one(self, &asked).await,
            Endpoint::GlobalConfig | Endpoint::Config => config::answer(service, &asked).await,
            Endpoint::GlobalMode | Endpoint::Mode => config::answer_mode(service, &asked),
            Endpoint::OpenApi => Ok(Reply::other("application/json", OPENAPI)),
            Endpoint::Live => Ok(health::live()),
            Endpoint::Ready | Endpoint::StatusReady => Ok(health::ready(service, &self.status)),
            Endpoint::KarapaceHealth => Ok(health::karapace(service, &self.status, self.begun)),
            Endpoint::MasterAvailable => Ok(health::master_available(service, &self.status)),
            _ => Err(Fault::UnknownPath),
        }
    }

    /// The schema of a request, checked when it is its turn.
    pub(super) async fn submission(&self, asked: &Asked) -> Result<Submission, Fault> {
        Ok(self.checks.run(self.service.submission(asked.body.clone())).await??)
    }

    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    /// What there is to count beside requests.
    pub(crate) fn metrics(&self) -> String {
        health::metrics(&self.service)
    }
}

impl Asked {
    /// The subject that the path names.
    pub(crate) fn subject(&self) -> Result<Subject, Refusal> {
        self.parameter(0).parse()
    }

    /// The subject and the version that the path names.
    pub(crate) fn version(&self) -> Result<(Subject, VersionSelector), Refusal> {
        Ok((self.subject()?, self.parameter(1).parse()?))
    }

    /// The id that the path names.
    pub(crate) fn id(&self) -> Result<SchemaId, Fault> {
        let text = self.parameter(0);
        let number = text.parse::<i32>().map_err(|_| Fault::NotAValue { what: "schema id", text: text.to_owned() })?;
        let id = SchemaId::try_from(i64::from(number));
        id.map_err(|_| Refusal::SchemaNotFound(Some(text.to_owned())).into())
    }

    /// What the path says at its nth varying place.
    pub(crate) fn parameter(&self, index: usize) -> &str {
        self.parameters.get(index).map_or("", String::as_str)
    }
}
