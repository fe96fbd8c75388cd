//! Liveness, readiness and the numbers of the log, at our paths and at those of other registries.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hyper::StatusCode;
use serde_json::json;

use super::metrics::Sample;
use super::reply::Reply;
use crate::core::state::State;
use crate::service::{Role, Service};

/// The media type of metrics.
pub(super) const METRICS: &str = "text/plain; version=0.0.4; charset=utf-8";

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

/// `GET /health/live`: the process answers.
pub(super) fn live() -> Reply {
    Reply::json(&json!({ "status": "live" }))
}

/// `GET /health/ready`: the log has been read to its end once, so that answers are right.
pub(super) fn ready(service: &Service, status: &Status) -> Reply {
    match not_ready(service, status) {
        Some(reason) => {
            let body = json!({ "status": "not ready", "reason": reason });
            Reply::json(&body).with_status(StatusCode::SERVICE_UNAVAILABLE)
        }
        None => Reply::json(&match service.role() {
            Role::Leader => json!({ "status": "ready", "role": "leader" }),
            Role::Follower(Some(leader)) => json!({ "status": "ready", "role": "follower", "leader": leader }),
            Role::Follower(None) => json!({ "status": "ready", "role": "follower" }),
        }),
    }
}

/// `GET /_health`, as Karapace answers it.
pub(super) fn karapace(service: &Service, status: &Status, begun: Instant) -> Reply {
    let reason = not_ready(service, status);
    let body = json!({
        "process_uptime_sec": begun.elapsed().as_secs(),
        "service_name": "topology-registry",
        "service_version": env!("CARGO_PKG_VERSION"),
        "status": { "schema_registry_ready": reason.is_none() },
    });
    let code = if reason.is_none() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Reply::json(&body).with_status(code)
}

/// `GET /master_available`, as Karapace answers it.
pub(super) fn master_available(service: &Service, status: &Status) -> Reply {
    let is_known = service.role() != Role::Follower(None);
    Reply::json(&json!({ "master_available": is_known && not_ready(service, status).is_none() }))
}

/// Why the registry cannot answer yet.
pub(super) fn not_ready(service: &Service, status: &Status) -> Option<String> {
    let progress = service.replica.progress();
    if progress.caught_up {
        return None;
    }
    Some(format!("{}, {} records read so far", status.get(), progress.next_offset))
}

/// What there is to count beside requests.
pub(super) fn metrics(service: &Service) -> String {
    let (size, progress) = (service.read(State::size), service.replica.progress());
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
    let offset = u64::try_from(progress.next_offset).unwrap_or(0);
    let (gauge, counter) = ("gauge", "counter");
    let samples = [
        (gauge, "ready", "Whether the log has been read to its end.", u64::from(progress.caught_up)),
        (gauge, "leader", "Whether this registry writes the log.", u64::from(service.role() == Role::Leader)),
        (gauge, "log_offset", "The offset after the last record applied.", offset),
        (counter, "log_poison_total", "Records of the log that could not be used.", service.replica.poison_count()),
        (gauge, "subjects", "Subjects with a live version.", number(size.subjects)),
        (gauge, "versions", "Live versions of all subjects.", number(size.versions)),
        (gauge, "schemas", "Schemas with an id.", number(size.schemas)),
        (counter, "writes_total", "Writes confirmed by the log.", read(&service.counters.writes)),
        (counter, "failed_writes_total", "Writes not confirmed.", read(&service.counters.failed_writes)),
    ];
    let mut text = String::new();
    for (kind, name, help, value) in samples {
        Sample { name, kind, help, value }.write(&mut text);
    }
    text
}
