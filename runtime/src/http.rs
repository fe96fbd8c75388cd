//! The service's own port: `/health`, `/ready` and `/metrics`.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;

use crate::metrics::Metrics;
use crate::readiness::Readiness;
use crate::service::ServiceError;

/// Binds the port and answers in the background until the process ends. Returns the bound address.
pub(crate) async fn serve(
    address: &str,
    readiness: Arc<Readiness>,
    metrics: Arc<Metrics>,
) -> Result<SocketAddr, ServiceError> {
    let refused = |cause| ServiceError::Listen { address: address.to_owned(), cause };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    let router = Router::new()
        .route("/health", get(async || "alive\n"))
        .route("/ready", get(ready).with_state(readiness))
        .route("/metrics", get(expose).with_state(metrics));
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!("the HTTP port failed: {error}");
        }
    });
    Ok(bound)
}

async fn ready(State(readiness): State<Arc<Readiness>>) -> Response {
    let (reasons, last_error) = readiness.report();
    let status = if reasons.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "ready": reasons.is_empty(), "reasons": reasons, "last_error": last_error });
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body}\n")).into_response()
}

async fn expose(State(metrics): State<Arc<Metrics>>) -> Response {
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.text()).into_response()
}
