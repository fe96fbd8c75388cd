//! Liveness, readiness and metrics.

use std::fmt::Write as _;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Serialize;

use super::Registry;
use super::shape::Reply;
use crate::service::Service;

/// What the registry is doing before it is ready.
#[derive(Clone, Debug, Default)]
pub(crate) struct Status(Arc<Mutex<&'static str>>);

impl Status {
    pub(crate) fn set(&self, doing: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = doing;
    }

    fn get(&self) -> &'static str {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug, Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// `GET /health/live`: the process answers.
pub(super) async fn live() -> impl IntoResponse {
    Reply(Health { status: "live", reason: None })
}

/// `GET /health/ready`: the log has been read to its end once, so that answers are right.
pub(super) async fn ready(State(service): Registry, Extension(status): Extension<Status>) -> impl IntoResponse {
    match not_ready(&service, &status) {
        Some(reason) => {
            let body = Health { status: "not ready", reason: Some(reason) };
            (StatusCode::SERVICE_UNAVAILABLE, Reply(body)).into_response()
        }
        None => Reply(Health { status: "ready", reason: None }).into_response(),
    }
}

/// Why the registry cannot answer yet.
pub(super) fn not_ready(service: &Service, status: &Status) -> Option<String> {
    let progress = service.replica.progress();
    if progress.caught_up {
        return None;
    }
    Some(format!("{}, {} records read so far", status.get(), progress.next_offset))
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn metrics(State(service): Registry) -> impl IntoResponse {
    let (size, progress, counters) =
        (service.read(crate::state::State::size), service.replica.progress(), &service.counters);
    let count = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed).to_string();
    let rows = [
        ("ready", "gauge", "Whether the log has been read to its end.", u8::from(progress.caught_up).to_string()),
        ("log_offset", "gauge", "The offset after the last record applied.", progress.next_offset.to_string()),
        (
            "log_poison_total",
            "counter",
            "Records of the log that could not be used.",
            service.replica.poison_count().to_string(),
        ),
        ("subjects", "gauge", "Subjects with a live version.", size.subjects.to_string()),
        ("versions", "gauge", "Live versions of all subjects.", size.versions.to_string()),
        ("schemas", "gauge", "Schemas with an id.", size.schemas.to_string()),
        ("requests_total", "counter", "Requests answered.", count(&counters.requests)),
        ("refusals_total", "counter", "Requests answered with a status of 400 or above.", count(&counters.refusals)),
        ("writes_total", "counter", "Writes confirmed by the log.", count(&counters.writes)),
        (
            "failed_writes_total",
            "counter",
            "Writes that were refused late or not confirmed.",
            count(&counters.failed_writes),
        ),
    ];
    let mut text = String::new();
    for (name, kind, help, value) in rows {
        let name = format!("topology_registry_{name}");
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}")
            .expect("writing to a String cannot fail");
    }
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
