//! Counts of requests and how long they took, in Prometheus' text format.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The upper bounds of the latency buckets, in seconds.
const BOUNDS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What was asked: the pattern of the path and the method.
type Asked = (&'static str, &'static str);

/// Requests by route, and those that are not answered yet.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    answered: Mutex<BTreeMap<Asked, Series>>,
    under_way: AtomicU64,
}

/// A request that counts as under way as long as this lives: it may end without an answer.
#[derive(Debug)]
pub(crate) struct UnderWay<'a>(&'a AtomicU64);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
struct Series {
    statuses: BTreeMap<u16, u64>,
    buckets: [u64; BOUNDS.len()],
    seconds: f64,
    count: u64,
}

/// One number with its name and what it means.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) help: &'static str,
    pub(crate) value: u64,
}

impl Requests {
    /// Notes a request that begins.
    pub(crate) fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        UnderWay(&self.under_way)
    }

    /// Notes a request that was answered.
    pub(crate) fn note(&self, route: &'static str, method: &'static str, status: u16, took: Duration) {
        let mut requests = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let series = requests.entry((route, method)).or_default();
        let seconds = took.as_secs_f64();
        *series.statuses.entry(status).or_default() += 1;
        if let Some(bucket) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            series.buckets[bucket] += 1;
        }
        series.seconds += seconds;
        series.count += 1;
    }

    /// All of them as text.
    pub(crate) fn write(&self, text: &mut String) {
        let requests = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        let name = "topology_registry_requests_total";
        line(text, format_args!("# HELP {name} Requests answered, by route, method and status."));
        line(text, format_args!("# TYPE {name} counter"));
        for ((route, method), series) in &*requests {
            for (status, count) in &series.statuses {
                let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
                line(text, format_args!("{name}{{{labels}}} {count}"));
            }
        }
        let name = "topology_registry_request_seconds";
        line(text, format_args!("# HELP {name} Time from the head of a request to its answer."));
        line(text, format_args!("# TYPE {name} histogram"));
        for ((route, method), series) in &*requests {
            series.write_latencies(text, name, &format!("route=\"{route}\",method=\"{method}\""));
        }
        let (name, help) = ("requests_under_way", "Requests that have begun and are not answered yet.");
        Sample { name, kind: "gauge", help, value: self.under_way.load(Ordering::Relaxed) }.write(text);
    }
}

impl Series {
    fn write_latencies(&self, text: &mut String, name: &str, labels: &str) {
        let mut below = 0;
        for (bound, count) in BOUNDS.iter().zip(self.buckets) {
            below += count;
            line(text, format_args!("{name}_bucket{{{labels},le=\"{bound}\"}} {below}"));
        }
        line(text, format_args!("{name}_bucket{{{labels},le=\"+Inf\"}} {}", self.count));
        line(text, format_args!("{name}_sum{{{labels}}} {}", self.seconds));
        line(text, format_args!("{name}_count{{{labels}}} {}", self.count));
    }
}

impl Sample {
    /// The sample as text.
    pub(crate) fn write(&self, text: &mut String) {
        let Self { name, kind, help, value } = self;
        line(text, format_args!("# HELP topology_registry_{name} {help}"));
        line(text, format_args!("# TYPE topology_registry_{name} {kind}"));
        line(text, format_args!("topology_registry_{name} {value}"));
    }
}

fn line(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    writeln!(text, "{arguments}").expect("writing to a String cannot fail");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_route_method_and_status() {
        let requests = Requests::default();
        for (status, millis) in [(200, 1), (200, 3), (404, 20_000)] {
            requests.note("/subjects", "GET", status, Duration::from_millis(millis));
        }
        let mut text = String::new();
        requests.write(&mut text);
        let labels = "route=\"/subjects\",method=\"GET\"";
        for expected in [
            format!("requests_total{{{labels},status=\"200\"}} 2"),
            format!("requests_total{{{labels},status=\"404\"}} 1"),
            format!("request_seconds_bucket{{{labels},le=\"0.001\"}} 1"),
            format!("request_seconds_bucket{{{labels},le=\"0.005\"}} 2"),
            format!("request_seconds_bucket{{{labels},le=\"10\"}} 2"),
            format!("request_seconds_bucket{{{labels},le=\"+Inf\"}} 3"),
            format!("request_seconds_count{{{labels}}} 3"),
        ] {
            assert!(text.contains(&expected), "{expected} is missing in\n{text}");
        }
    }
}
