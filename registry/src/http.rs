//! Confluent's REST API: paths, parameters and JSON shapes around `decide` and the state.
//!
//! In reading order:
//! * [`subjects`]: register, look up, read and delete versions.
//! * [`schemas`]: read by id.
//! * [`config`]: compatibility levels and modes.
//! * [`compatibility`]: would a schema fit.
//! * [`health`]: liveness, readiness, metrics.
//! * [`shape`]: JSON bodies as clients know them; nothing that is empty is emitted, old clients stop at it.
//! * [`input`]: query parameters and request bodies.

mod subjects;
mod schemas;
mod config;
mod compatibility;
mod health;
mod shape;
mod input;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Extension, Router};

use self::shape::Reply;
use crate::refusal::Refusal;
use crate::service::Service;

/// The state that every handler gets.
type Registry = State<Arc<Service>>;

/// All paths of the registry.
pub(crate) fn router(service: &Arc<Service>, status: health::Status) -> Router {
    let api = Router::new()
        .route("/", get(root).post(root))
        .route("/subjects", get(subjects::list))
        .route("/subjects/{subject}", post(subjects::look_up).delete(subjects::delete))
        .route("/subjects/{subject}/versions", get(subjects::versions).post(subjects::register))
        .route("/subjects/{subject}/versions/{version}", get(subjects::version).delete(subjects::delete_version))
        .route("/subjects/{subject}/versions/{version}/schema", get(subjects::schema))
        .route("/subjects/{subject}/versions/{version}/referencedby", get(subjects::referrers))
        .route("/schemas", get(schemas::list))
        .route("/schemas/types", get(schemas::types))
        .route("/schemas/ids/{id}", get(schemas::by_id))
        .route("/schemas/ids/{id}/schema", get(schemas::text_by_id))
        .route("/schemas/ids/{id}/subjects", get(schemas::subjects))
        .route("/schemas/ids/{id}/versions", get(schemas::versions))
        .route("/config", get(config::global_level).put(config::set_global_level).delete(config::delete_global_level))
        .route("/config/{subject}", get(config::level).put(config::set_level).delete(config::delete_level))
        .route("/mode", get(config::global_mode).put(config::refuse_mode).delete(config::refuse_mode))
        .route("/mode/{subject}", get(config::mode).put(config::refuse_mode).delete(config::refuse_mode))
        .route("/compatibility/subjects/{subject}/versions", post(compatibility::with_all))
        .route("/compatibility/subjects/{subject}/versions/{version}", post(compatibility::with_one))
        .layer(middleware::from_fn_with_state((Arc::clone(service), status.clone()), when_ready));
    let own = Router::new()
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(health::metrics))
        .layer(Extension(status));
    api.merge(own)
        .fallback(|| async { Refusal::UnknownPath })
        .layer(middleware::from_fn_with_state(Arc::clone(service), in_confluents_shape))
        .with_state(Arc::clone(service))
}

pub(crate) use health::Status;

async fn root() -> Reply<serde_json::Map<String, serde_json::Value>> {
    Reply(serde_json::Map::new())
}

/// Before the log has been read once, any answer could be wrong.
async fn when_ready(State((service, status)): State<(Arc<Service>, Status)>, request: Request, next: Next) -> Response {
    match health::not_ready(&service, &status) {
        Some(reason) => Refusal::NotReady(reason).into_response(),
        None => next.run(request).await,
    }
}

/// Gives the refusals of the router itself (unknown method, unreadable path) the shape that clients parse.
async fn in_confluents_shape(State(service): Registry, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    service.counters.requests.fetch_add(1, Ordering::Relaxed);
    if !response.status().is_client_error() && !response.status().is_server_error() {
        return response;
    }
    service.counters.refusals.fetch_add(1, Ordering::Relaxed);
    let content_type = response.headers().get(CONTENT_TYPE);
    if content_type.is_some_and(|content_type| content_type == shape::CONTENT_TYPE) {
        return response;
    }
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return Refusal::MalformedBody("the path or the query cannot be decoded".to_owned()).into_response();
    }
    let allowed = response.headers().get(ALLOW).map(|methods| [(ALLOW, methods.clone())]);
    (allowed, Refusal::MethodNotAllowed).into_response()
}
