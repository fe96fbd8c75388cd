//! A topic's values, typed, as the data path wants them.

use std::collections::BTreeMap;

use super::definition::{Scope, definitions};
use super::{check, effective};
use crate::contract::Strategy;
use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// What the records of a topic are compressed with when they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CompressionType {
    /// As the producer sent them.
    Producer,
    Uncompressed,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

/// Whose time a record carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimestampType {
    CreateTime,
    LogAppendTime,
}

/// What a topic demands of its records: schemas of subjects that follow from a strategy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contracts {
    pub(crate) key: Option<Strategy>,
    pub(crate) value: Option<Strategy>,
}

impl Contracts {
    pub(crate) fn demand_anything(self) -> bool {
        self.key.is_some() || self.value.is_some()
    }
}

/// A topic's effective configs. Times are in milliseconds, sizes in bytes; −1 means without bound where Kafka says so.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct TopicConfig {
    pub(crate) max_message_bytes: i64,
    pub(crate) retention_ms: i64,
    pub(crate) retention_bytes: i64,
    pub(crate) segment_bytes: i64,
    pub(crate) segment_ms: i64,
    pub(crate) segment_jitter_ms: i64,
    pub(crate) segment_index_bytes: i64,
    pub(crate) index_interval_bytes: i64,
    pub(crate) cleanup_compact: bool,
    pub(crate) cleanup_delete: bool,
    pub(crate) min_compaction_lag_ms: i64,
    pub(crate) max_compaction_lag_ms: i64,
    pub(crate) delete_retention_ms: i64,
    pub(crate) file_delete_delay_ms: i64,
    pub(crate) min_cleanable_dirty_ratio: f64,
    pub(crate) compression_type: CompressionType,
    pub(crate) compression_gzip_level: i32,
    pub(crate) compression_lz4_level: i32,
    pub(crate) compression_zstd_level: i32,
    pub(crate) message_timestamp_type: TimestampType,
    pub(crate) message_timestamp_before_max_ms: i64,
    pub(crate) message_timestamp_after_max_ms: i64,
    pub(crate) min_insync_replicas: i64,
    pub(crate) unclean_leader_election: bool,
    pub(crate) contracts: Contracts,
}

/// A topic's effective configs; of a topic that is not there, what a new one would have.
pub(crate) fn topic(machine: &Machine, name: &str) -> TopicConfig {
    let values = Values::new(machine, machine.metadata.configs.get(&ConfigResource::topic(name)));
    let policy = check::list(values.text("cleanup.policy"));
    TopicConfig {
        max_message_bytes: values.number("max.message.bytes"),
        retention_ms: values.number("retention.ms"),
        retention_bytes: values.number("retention.bytes"),
        segment_bytes: values.number("segment.bytes"),
        segment_ms: values.number("segment.ms"),
        segment_jitter_ms: values.number("segment.jitter.ms"),
        segment_index_bytes: values.number("segment.index.bytes"),
        index_interval_bytes: values.number("index.interval.bytes"),
        cleanup_compact: policy.contains(&"compact"),
        cleanup_delete: policy.contains(&"delete"),
        min_compaction_lag_ms: values.number("min.compaction.lag.ms"),
        max_compaction_lag_ms: values.number("max.compaction.lag.ms"),
        delete_retention_ms: values.number("delete.retention.ms"),
        file_delete_delay_ms: values.number("file.delete.delay.ms"),
        min_cleanable_dirty_ratio: values.text("min.cleanable.dirty.ratio").parse().unwrap_or(0.5),
        compression_type: match values.text("compression.type") {
            "uncompressed" => CompressionType::Uncompressed,
            "gzip" => CompressionType::Gzip,
            "snappy" => CompressionType::Snappy,
            "lz4" => CompressionType::Lz4,
            "zstd" => CompressionType::Zstd,
            _ => CompressionType::Producer,
        },
        compression_gzip_level: values.level("compression.gzip.level"),
        compression_lz4_level: values.level("compression.lz4.level"),
        compression_zstd_level: values.level("compression.zstd.level"),
        message_timestamp_type: match values.text("message.timestamp.type") {
            "LogAppendTime" => TimestampType::LogAppendTime,
            _ => TimestampType::CreateTime,
        },
        message_timestamp_before_max_ms: values.number("message.timestamp.before.max.ms"),
        message_timestamp_after_max_ms: values.number("message.timestamp.after.max.ms"),
        min_insync_replicas: values.number("min.insync.replicas"),
        unclean_leader_election: values.text("unclean.leader.election.enable").eq_ignore_ascii_case("true"),
        contracts: Contracts { key: values.contract("key"), value: values.contract("value") },
    }
}

/// The number that a topic has where it sets nothing itself.
pub(crate) fn inherited_number(machine: &Machine, name: &str) -> i64 {
    Values::new(machine, None).number(name)
}

/// The places where a value may be set, nearest first, found once for all values.
struct Values<'a> {
    own: Option<&'a BTreeMap<String, String>>,
    brokers: [Option<&'a BTreeMap<String, String>>; 2],
}

impl<'a> Values<'a> {
    fn new(machine: &'a Machine, own: Option<&'a BTreeMap<String, String>>) -> Self {
        Self { own, brokers: effective::places(machine) }
    }

    fn found(&self, name: &str) -> (&'a str, i64) {
        if let Some(value) = self.own.and_then(|own| own.get(name)) {
            return (value.trim(), 1);
        }
        let Some(definition) = definitions(Scope::Topic).get(name) else { return ("", 1) };
        for synonym in &definition.synonyms {
            let mut places = self.brokers.iter().flatten();
            if let Some(value) = places.find_map(|place| place.get(synonym.name)) {
                return (value.trim(), synonym.factor);
            }
        }
        (definition.default.unwrap_or_default(), 1)
    }

    fn text(&self, name: &str) -> &'a str {
        self.found(name).0
    }

    fn number(&self, name: &str) -> i64 {
        let (value, factor) = self.found(name);
        value.parse::<i64>().unwrap_or(0).saturating_mul(factor)
    }

    fn contract(&self, part: &str) -> Option<Strategy> {
        let demanded = self.text(&format!("confluent.{part}.schema.validation")).eq_ignore_ascii_case("true");
        demanded.then(|| Strategy::of_class(self.text(&format!("confluent.{part}.subject.name.strategy"))))
    }

    fn level(&self, name: &str) -> i32 {
        self.text(name).parse().unwrap_or(0)
    }
}
