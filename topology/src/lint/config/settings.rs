//! Every setting that a topic of Kafka 4.3 has, with its type, default and allowed values
//! (`org.apache.kafka.storage.internals.log.LogConfig`).

use std::fmt;

/// A setting of a topic.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) key: &'static str,
    pub(super) kind: Kind,
    /// The value of a topic that does not set it, as Kafka writes it; a broker may have another one.
    pub(super) default: &'static str,
}

/// What values a setting takes. Ranges include both ends.
#[derive(Debug)]
pub(super) enum Kind {
    Boolean,
    Int(i64, i64),
    /// A range and one value outside of it.
    IntOr(i64, i64, i64),
    Long(i64),
    Fraction,
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    /// `partition:broker` pairs, or `*`.
    Replicas,
}

const INT: i64 = i32::MAX as i64;

/// In the order of their keys.
pub(super) static SETTINGS: [Setting; 33] = [
    setting("cleanup.policy", Kind::Words(&["compact", "delete"]), "delete"),
    setting("compression.gzip.level", Kind::IntOr(1, 9, -1), "-1"),
    setting("compression.lz4.level", Kind::Int(1, 17), "9"),
    setting("compression.type", Kind::Word(&["uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"]), "producer"),
    setting("compression.zstd.level", Kind::Int(-131_072, 22), "3"),
    setting("delete.retention.ms", Kind::Long(0), "86400000"),
    setting("file.delete.delay.ms", Kind::Long(0), "60000"),
    setting("flush.messages", Kind::Long(1), "9223372036854775807"),
    setting("flush.ms", Kind::Long(0), "9223372036854775807"),
    setting("follower.replication.throttled.replicas", Kind::Replicas, ""),
    setting("index.interval.bytes", Kind::Int(0, INT), "4096"),
    setting("leader.replication.throttled.replicas", Kind::Replicas, ""),
    setting("local.retention.bytes", Kind::Long(-2), "-2"),
    setting("local.retention.ms", Kind::Long(-2), "-2"),
    setting("max.compaction.lag.ms", Kind::Long(1), "9223372036854775807"),
    setting("max.message.bytes", Kind::Int(0, INT), "1048588"),
    setting("message.timestamp.after.max.ms", Kind::Long(0), "3600000"),
    setting("message.timestamp.before.max.ms", Kind::Long(0), "9223372036854775807"),
    setting("message.timestamp.type", Kind::Word(&["CreateTime", "LogAppendTime"]), "CreateTime"),
    setting("min.cleanable.dirty.ratio", Kind::Fraction, "0.5"),
    setting("min.compaction.lag.ms", Kind::Long(0), "0"),
    setting("min.insync.replicas", Kind::Int(1, INT), "1"),
    setting("preallocate", Kind::Boolean, "false"),
    setting("remote.log.copy.disable", Kind::Boolean, "false"),
    setting("remote.log.delete.on.disable", Kind::Boolean, "false"),
    setting("remote.storage.enable", Kind::Boolean, "false"),
    setting("retention.bytes", Kind::Long(i64::MIN), "-1"),
    setting("retention.ms", Kind::Long(-1), "604800000"),
    setting("segment.bytes", Kind::Int(1_048_576, INT), "1073741824"),
    setting("segment.index.bytes", Kind::Int(4, INT), "10485760"),
    setting("segment.jitter.ms", Kind::Long(0), "0"),
    setting("segment.ms", Kind::Long(1), "604800000"),
    setting("unclean.leader.election.enable", Kind::Boolean, "false"),
];

const fn setting(key: &'static str, kind: Kind, default: &'static str) -> Setting {
    Setting { key, kind, default }
}

/// The setting of this key.
pub(super) fn find(key: &str) -> Option<&'static Setting> {
    SETTINGS.binary_search_by(|setting| setting.key.cmp(key)).ok().map(|position| &SETTINGS[position])
}

impl Kind {
    /// Whether Kafka takes this text.
    pub(super) fn allows(&self, text: &str) -> bool {
        let whole = || text.trim().parse::<i64>().ok();
        let mut words = text.split(',').map(str::trim);
        match self {
            Self::Boolean => matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "false"),
            Self::Int(least, most) => whole().is_some_and(|number| (*least..=*most).contains(&number)),
            Self::IntOr(least, most, other) => {
                whole().is_some_and(|number| (*least..=*most).contains(&number) || number == *other)
            }
            Self::Long(least) => whole().is_some_and(|number| number >= *least),
            Self::Fraction => text.trim().parse::<f64>().is_ok_and(|number| (0.0..=1.0).contains(&number)),
            Self::Word(allowed) => allowed.contains(&text.trim()),
            Self::Words(allowed) => words.all(|word| allowed.contains(&word)),
            Self::Replicas => text.trim().is_empty() || text.trim() == "*" || words.all(is_replica),
        }
    }

    /// The words that it is limited to.
    pub(super) fn words(&self) -> &'static [&'static str] {
        match self {
            Self::Word(words) | Self::Words(words) => words,
            Self::Boolean => &["true", "false"],
            _ => &[],
        }
    }
}

fn is_replica(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(partition, broker)| partition.parse::<u32>().is_ok() && broker.parse::<u32>().is_ok())
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean => f.write_str("`true` or `false`"),
            Self::Int(least, most) if *most == INT => write!(f, "a whole number of at least {least} in 32 bits"),
            Self::Int(least, most) => write!(f, "a whole number from {least} to {most}"),
            Self::IntOr(least, most, other) => write!(f, "a whole number from {least} to {most}, or {other}"),
            Self::Long(i64::MIN) => f.write_str("a whole number"),
            Self::Long(least) => write!(f, "a whole number of at least {least}"),
            Self::Fraction => f.write_str("a number from 0 to 1"),
            Self::Word(words) => write!(f, "one of `{}`", words.join("`, `")),
            Self::Words(words) => write!(f, "a list of `{}`", words.join("`, `")),
            Self::Replicas => f.write_str("a list of `PARTITION:BROKER`, or `*`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SETTINGS;

    #[test]
    fn settings_are_in_order_for_the_search() {
        assert!(SETTINGS.is_sorted_by(|left, right| left.key < right.key));
    }

    #[test]
    fn every_default_is_allowed() {
        for setting in &SETTINGS {
            assert!(setting.kind.allows(setting.default), "{}", setting.key);
        }
    }
}
