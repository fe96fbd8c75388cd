//! Counters of a service in Prometheus' text format, by hand: a dozen series do not need a library.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Upper bounds of the handler histogram in microseconds: 100 µs to 60 s.
const BOUNDS: [u64; 13] = [
    100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000, 10_000_000, 30_000_000, 60_000_000,
];

/// One of a topic's counters.
type Counter = fn(&ConsumedTopic) -> &AtomicU64;

/// All series of a service.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    consumed: Series<&'static str, ConsumedTopic>,
    produced: Series<&'static str, ProducedTopic>,
    lag: Series<(&'static str, i32), AtomicI64>,
    rebalances: AtomicU64,
    commits_failed: AtomicU64,
}

/// What happened to the records of a consumed topic.
#[derive(Debug, Default)]
pub(crate) struct ConsumedTopic {
    consumed: AtomicU64,
    failed: AtomicU64,
    retried: AtomicU64,
    skipped: AtomicU64,
    handler: Histogram,
}

/// What happened to the records sent to a topic.
#[derive(Debug, Default)]
pub(crate) struct ProducedTopic {
    delivered: AtomicU64,
    failed: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn consumed(&self, topic: &'static str) -> Arc<ConsumedTopic> {
        self.consumed.get(topic)
    }

    pub(crate) fn produced(&self, topic: &'static str) -> Arc<ProducedTopic> {
        self.produced.get(topic)
    }

    pub(crate) fn rebalanced(&self) {
        self.rebalances.fetch_add(1, Relaxed);
    }

    pub(crate) fn commit_failed(&self) {
        self.commits_failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn set_lag(&self, topic: &'static str, partition: i32, records: i64) {
        self.lag.get((topic, partition)).store(records, Relaxed);
    }

    /// A partition that moved away has no lag here any more.
    pub(crate) fn forget_lag(&self, topic: &'static str, partition: i32) {
        self.lag.remove(&(topic, partition));
    }

    /// The answer of `/metrics`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        self.write(&mut text).ok();
        text
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let consumed = self.consumed.all();
        let counters: [(&str, &str, Counter); 4] = [
            ("topology_records_consumed_total", "Records handled and done with, skipped ones included.", |t| {
                &t.consumed
            }),
            (
                "topology_records_failed_total",
                "Failed tries of records, poison records and unwritten outputs included.",
                |t| &t.failed,
            ),
            ("topology_records_retried_total", "Tries after the first one.", |t| &t.retried),
            ("topology_records_skipped_total", "Records left behind by `on_error: then: skip`.", |t| &t.skipped),
        ];
        for (name, help, counter) in counters {
            let rows = consumed.iter().map(|(topic, series)| (*topic, counter(series)));
            write_counter(out, name, help, rows)?;
        }
        let produced = self.produced.all();
        let rows = produced.iter().map(|(topic, series)| (*topic, &series.delivered));
        write_counter(out, "topology_records_produced_total", "Records acknowledged by all in-sync replicas.", rows)?;
        let rows = produced.iter().map(|(topic, series)| (*topic, &series.failed));
        write_counter(
            out,
            "topology_records_unproduced_total",
            "Records that Kafka refused or did not acknowledge.",
            rows,
        )?;
        self.write_histogram(out)?;
        self.write_lag(out)?;
        write_single(out, "topology_rebalances_total", "Assignments and revocations.", &self.rebalances)?;
        write_single(out, "topology_commits_failed_total", "Offset commits that failed.", &self.commits_failed)
    }

    fn write_histogram(&self, out: &mut String) -> fmt::Result {
        const NAME: &str = "topology_handler_seconds";
        header(out, NAME, "histogram", "How long one try of a record takes.")?;
        self.consumed.all().iter().try_for_each(|(topic, series)| series.handler.write(out, NAME, topic))
    }

    fn write_lag(&self, out: &mut String) -> fmt::Result {
        const NAME: &str = "topology_consumer_lag";
        header(out, NAME, "gauge", "Records of assigned partitions that are not handled yet.")?;
        self.lag.all().iter().try_for_each(|((topic, partition), lag)| {
            writeln!(out, "{NAME}{{topic=\"{topic}\",partition=\"{partition}\"}} {}", lag.load(Relaxed))
        })
    }
}

impl ConsumedTopic {
    /// A record is done with: its offset may be committed.
    pub(crate) fn done(&self) {
        self.consumed.fetch_add(1, Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }

    pub(crate) fn retried(&self) {
        self.retried.fetch_add(1, Relaxed);
    }

    pub(crate) fn skipped(&self) {
        self.skipped.fetch_add(1, Relaxed);
    }

    /// One try took this long.
    pub(crate) fn took(&self, time: Duration) {
        self.handler.observe(time);
    }
}

impl ProducedTopic {
    pub(crate) fn delivered(&self) {
        self.delivered.fetch_add(1, Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.failed.fetch_add(1, Relaxed);
    }
}

/// Series by label. The lock is taken to find one, not to count.
#[derive(Debug)]
struct Series<L, T>(Mutex<BTreeMap<L, Arc<T>>>);

impl<L, T> Default for Series<L, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<L: Ord + Copy, T: Default> Series<L, T> {
    fn get(&self, label: L) -> Arc<T> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(label).or_default())
    }

    fn remove(&self, label: &L) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(label);
    }

    fn all(&self) -> Vec<(L, Arc<T>)> {
        let series = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        series.iter().map(|(label, series)| (*label, Arc::clone(series))).collect()
    }
}

#[derive(Debug, Default)]
struct Histogram {
    /// One more than there are bounds: the last counts what exceeds them all.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    sum_micros: AtomicU64,
}

impl Histogram {
    fn observe(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.partition_point(|bound| *bound < micros);
        if let Some(count) = self.buckets.get(bucket) {
            count.fetch_add(1, Relaxed);
        }
        self.sum_micros.fetch_add(micros, Relaxed);
    }

    fn write(&self, out: &mut String, name: &str, topic: &str) -> fmt::Result {
        let mut count = 0;
        for (bucket, bound) in self.buckets.iter().zip(BOUNDS.map(Some).into_iter().chain([None])) {
            count += bucket.load(Relaxed);
            let bound = bound.map_or_else(|| "+Inf".to_owned(), |micros| seconds(micros).to_string());
            writeln!(out, "{name}_bucket{{topic=\"{topic}\",le=\"{bound}\"}} {count}")?;
        }
        writeln!(out, "{name}_sum{{topic=\"{topic}\"}} {}", seconds(self.sum_micros.load(Relaxed)))?;
        writeln!(out, "{name}_count{{topic=\"{topic}\"}} {count}")
    }
}

fn seconds(micros: u64) -> f64 {
    Duration::from_micros(micros).as_secs_f64()
}

fn header(out: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn write_counter<'a>(
    out: &mut String,
    name: &str,
    help: &str,
    mut rows: impl Iterator<Item = (&'static str, &'a AtomicU64)>,
) -> fmt::Result {
    header(out, name, "counter", help)?;
    rows.try_for_each(|(topic, count)| writeln!(out, "{name}{{topic=\"{topic}\"}} {}", count.load(Relaxed)))
}

fn write_single(out: &mut String, name: &str, help: &str, count: &AtomicU64) -> fmt::Result {
    header(out, name, "counter", help)?;
    writeln!(out, "{name} {}", count.load(Relaxed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_prometheus_text() {
        let metrics = Metrics::new();
        metrics.consumed("orders").done();
        metrics.consumed("orders").took(Duration::from_millis(3));
        metrics.produced("payments").delivered();
        metrics.set_lag("orders", 2, 17);
        let text = metrics.text();
        for line in [
            "# TYPE topology_records_consumed_total counter",
            "topology_records_consumed_total{topic=\"orders\"} 1",
            "topology_records_produced_total{topic=\"payments\"} 1",
            "topology_handler_seconds_bucket{topic=\"orders\",le=\"0.001\"} 0",
            "topology_handler_seconds_bucket{topic=\"orders\",le=\"0.005\"} 1",
            "topology_handler_seconds_bucket{topic=\"orders\",le=\"+Inf\"} 1",
            "topology_handler_seconds_sum{topic=\"orders\"} 0.003",
            "topology_handler_seconds_count{topic=\"orders\"} 1",
            "topology_consumer_lag{topic=\"orders\",partition=\"2\"} 17",
            "topology_rebalances_total 0",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is missing in\n{text}");
        }
        metrics.forget_lag("orders", 2);
        assert!(!metrics.text().contains("partition=\"2\""));
    }
}
