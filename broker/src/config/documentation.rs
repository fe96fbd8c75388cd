//! What a config is for: a sentence of our own for those of topics, the facts for the others.

use super::check::Check;
use super::definition::Definition;

/// What a config is for, in few words.
pub(crate) fn of(definition: &Definition) -> String {
    match about(definition.name) {
        Some(sentence) => sentence.to_owned(),
        None => facts(definition),
    }
}

fn about(name: &str) -> Option<&'static str> {
    Some(match name {
        "segment.bytes" => "The size at which a segment of the log is closed and the next one begun.",
        "segment.ms" => "The age at which a segment is closed even when it is not full.",
        "segment.jitter.ms" => "How much earlier at random a segment may be closed, so that not all are at once.",
        "segment.index.bytes" => "The size of the index that finds offsets in a segment.",
        "flush.messages" => "After how many records the log is forced to disk.",
        "flush.ms" => "After how long the log is forced to disk.",
        "retention.bytes" => "How large a partition may grow before its oldest segments are deleted; -1 is no bound.",
        "retention.ms" => "How old records may become before their segment is deleted; -1 is no bound.",
        "max.message.bytes" => "The largest batch of records that is taken, as it is sent.",
        "index.interval.bytes" => "How many bytes of records lie between two entries of the offset index.",
        "delete.retention.ms" => "How long a compacted log keeps the records that say a key is gone.",
        "min.compaction.lag.ms" => "How long a record is safe from compaction.",
        "max.compaction.lag.ms" => "How long a record may wait for compaction.",
        "file.delete.delay.ms" => "How long the file of a deleted segment stays on disk.",
        "min.cleanable.dirty.ratio" => "The part of a log that must be new before it is compacted again.",
        "cleanup.policy" => "Whether old segments are deleted, compacted, both, or kept for ever.",
        "unclean.leader.election.enable" => "Whether a replica that is not in sync may lead when no other can.",
        "min.insync.replicas" => "How many replicas must be in sync before acks=all is answered.",
        "compression.type" => "The codec that records are kept in; producer keeps what was sent.",
        "compression.gzip.level" => "How hard gzip tries, where it is the topic's codec.",
        "compression.lz4.level" => "How hard lz4 tries, where it is the topic's codec.",
        "compression.zstd.level" => "How hard zstd tries, where it is the topic's codec.",
        "preallocate" => "Whether a segment's file has its full size from the start.",
        "message.timestamp.type" => "Whose time a record carries: the producer's or the broker's.",
        "message.timestamp.before.max.ms" => "How far in the past a producer's timestamp may lie.",
        "message.timestamp.after.max.ms" => "How far in the future a producer's timestamp may lie.",
        "leader.replication.throttled.replicas" => "The replicas whose leaders send at a bounded rate.",
        "follower.replication.throttled.replicas" => "The replicas that fetch at a bounded rate.",
        "remote.storage.enable" => "Whether closed segments are copied to remote storage.",
        "local.retention.ms" => "How long a segment that was copied away stays here; -2 takes retention.ms.",
        "local.retention.bytes" => "How much of what was copied away stays here; -2 takes retention.bytes.",
        "remote.log.copy.disable" => "Whether nothing more is copied to remote storage.",
        "remote.log.delete.on.disable" => "Whether turning remote storage off deletes what it holds.",
        _ => return None,
    })
}

fn facts(definition: &Definition) -> String {
    let kind = definition.kind.name().to_lowercase();
    let bounds = match &definition.check {
        Check::Range { min: Some(min), max: Some(max) } => format!(" from {min} to {max}"),
        Check::Range { min: Some(min), .. } => format!(" of at least {min}"),
        Check::Range { max: Some(max), .. } => format!(" of at most {max}"),
        Check::OneOf(of) | Check::OneOfAnyCase(of) => format!(", one of {}", of.join(", ")),
        Check::List { of, .. } if !of.is_empty() => format!(" of {}", of.join(", ")),
        _ => String::new(),
    };
    format!("Type: {kind}{bounds}.")
}
