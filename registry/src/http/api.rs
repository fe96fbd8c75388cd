//! The endpoints: a request that passed the gate, and the function that answers it.

use std::sync::Arc;
use std::time::Instant;

use hyper::Method;
use hyper::body::Bytes;
use serde_json::json;

use super::asked::Asked;
use super::cluster::Cluster;
use super::fault::Fault;
use super::health::{self, Status};
use super::reply::Reply;
use super::route::Endpoint;
use super::{compatibility, config, contexts, mode, schemas, subjects};
use crate::Config;
use crate::core::decide::Outcome;
use crate::core::engine::Engine;
use crate::core::refusal::Refusal;
use crate::core::state::State;
use crate::service::{Role, Service};
use crate::turns::{Turns, processors};

/// The `OpenAPI` text of all endpoints. It is written by hand, and tests hold the server against it.
pub(super) const OPENAPI: &str = include_str!("openapi.json");

/// The endpoints of a registry.
#[derive(Debug)]
pub(crate) struct Api {
    service: Arc<Service>,
    engine: Arc<Engine>,
    cluster: Cluster,
    status: Status,
    begun: Instant,
    checks: Turns,
}

impl Api {
    /// The endpoints of `service`.
    pub(crate) fn new(config: &Config, service: &Arc<Service>, status: Status) -> Self {
        Self {
            service: Arc::clone(service),
            engine: Arc::default(),
            cluster: Cluster::new(config),
            status,
            begun: Instant::now(),
            checks: Turns::new(processors(), config.http.max_waiting_checks),
        }
    }

    /// Answers a request.
    pub(crate) async fn reply(&self, asked: &Asked) -> Result<Reply, Fault> {
        if asked.endpoint.needs_the_log()
            && let Some(reason) = health::not_ready(&self.service, &self.status)
        {
            return Err(Refusal::NotReady(reason).into());
        }
        let (gets, deletes) = (asked.method == Method::GET, asked.method == Method::DELETE);
        match asked.endpoint {
            Endpoint::Id => schemas::by_id(self, asked).await,
            Endpoint::IdText => schemas::text(self, asked).await,
            Endpoint::IdSubjects => schemas::subjects(self, asked),
            Endpoint::IdVersions => schemas::versions(self, asked),
            Endpoint::Guid => schemas::by_guid(self, asked).await,
            Endpoint::GuidIds => schemas::ids_of_guid(self, asked),
            Endpoint::Schemas => schemas::list(self, asked).await,
            Endpoint::SchemaTypes => Ok(Reply::json(&["JSON", "PROTOBUF", "AVRO"])),
            Endpoint::Subjects => subjects::list(self, asked),
            Endpoint::Subject if deletes => subjects::delete(self, asked).await,
            Endpoint::Subject => subjects::look_up(self, asked).await,
            Endpoint::LatestWithMetadata => subjects::latest_with_metadata(self, asked).await,
            Endpoint::Versions if gets => subjects::versions(self, asked),
            Endpoint::Versions => subjects::register(self, asked).await,
            Endpoint::Version if deletes => subjects::delete_version(self, asked).await,
            Endpoint::Version => subjects::version(self, asked).await,
            Endpoint::VersionText => subjects::text(self, asked).await,
            Endpoint::ReferencedBy => subjects::referenced_by(self, asked),
            Endpoint::Compatibility | Endpoint::CompatibilityWithVersion => compatibility::check(self, asked).await,
            Endpoint::GlobalConfig | Endpoint::Config => config::answer(self, asked).await,
            Endpoint::GlobalMode | Endpoint::Mode => mode::answer(self, asked).await,
            Endpoint::Contexts => contexts::list(self, asked),
            Endpoint::Context => contexts::delete(self, asked).await,
            Endpoint::Root | Endpoint::Deployment => Ok(Reply::json(&json!({}))),
            Endpoint::ClusterId => Ok(self.cluster.reply().await),
            Endpoint::ServerVersion => Ok(Reply::json(&json!({ "version": env!("CARGO_PKG_VERSION") }))),
            Endpoint::OpenApi => Ok(Reply::other("application/json", Bytes::from_static(OPENAPI.as_bytes()))),
            Endpoint::Live => Ok(health::live()),
            Endpoint::Ready | Endpoint::StatusReady => Ok(health::ready(&self.service, &self.status)),
            Endpoint::KarapaceHealth => Ok(health::karapace(&self.service, &self.status, self.begun)),
            Endpoint::MasterAvailable => Ok(health::master_available(&self.service, &self.status)),
            Endpoint::Metrics => Ok(Reply::other(health::METRICS, self.metrics())),
        }
    }

    /// What answers.
    pub(super) fn service(&self) -> &Service {
        &self.service
    }

    /// What there is to count beside requests.
    pub(crate) fn metrics(&self) -> String {
        health::metrics(&self.service)
    }

    /// Asks a question that is answered in no time.
    pub(super) fn read<T>(&self, question: impl FnOnce(&State, &Engine) -> T) -> T {
        self.service.read(|state| question(state, &self.engine))
    }

    /// Asks a question that takes a parser: when it is its turn, and where it keeps nobody waiting.
    pub(super) async fn check<T: Send + 'static>(
        &self,
        question: impl FnOnce(&State, &Engine) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Fault> {
        let (state, engine) = (self.service.read(State::clone), Arc::clone(&self.engine));
        Ok(self.checks.run(move || question(&state, &engine)).await??)
    }

    /// Does what a decision asks for that takes a parser. It is decided ahead, where that keeps nobody waiting: what is
    /// refused or known already comes no further, and the decision that counts finds the schemas parsed.
    pub(super) async fn write_checked<T: Send + 'static>(
        &self,
        decide: impl Fn(&State, &Engine) -> Outcome<T> + Send + Sync + 'static,
    ) -> Result<T, Fault> {
        let decide = Arc::new(decide);
        let ahead = Arc::clone(&decide);
        match self.check(move |state, engine| ahead(state, engine)).await {
            Ok(decision) if decision.records.is_empty() => return Ok(decision.answer),
            // A follower may not know yet what would make the leader accept.
            Err(fault) if self.service.role() == Role::Leader || !matches!(fault, Fault::Refused(_)) => {
                return Err(fault);
            }
            _ => {}
        }
        let engine = Arc::clone(&self.engine);
        Ok(self.service.commit(move |state: &State| decide(state, &engine)).await?)
    }

    /// Does what a decision asks for that takes no parser.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        decide: impl Fn(&State) -> Outcome<T> + Send + 'static,
    ) -> Result<T, Fault> {
        Ok(self.service.write(decide).await?)
    }
}
