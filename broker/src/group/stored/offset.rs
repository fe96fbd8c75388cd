//! A committed offset: `OffsetCommitKey` (kind 1) and `OffsetCommitValue` (versions 0 to 4; 4 is written).

use uuid::Uuid;

use super::bytes::{Reader, Writer};
use crate::group::offsets::Committed;

/// The kind of an offset's key; 0 is the same from before Kafka 0.9.
pub(crate) const KIND: i16 = 1;

/// Whose offset of what.
pub(crate) fn key(group: &str, topic: &str, partition: i32) -> Vec<u8> {
    Writer::versioned(KIND).string(group).string(topic).i32(partition).0
}

pub(crate) fn read_key(key: &[u8]) -> Option<(String, String, i32)> {
    let mut reader = Reader(key);
    reader.i16().filter(|kind| matches!(kind, 0 | 1))?;
    Some((reader.string()?, reader.string()?, reader.i32()?))
}

pub(crate) fn value(committed: &Committed) -> Vec<u8> {
    let out = Writer::versioned(4).i64(committed.offset).i32(committed.leader_epoch);
    let out = out.compact(Some(&committed.metadata)).i64(committed.timestamp);
    if committed.topic.is_nil() { out.varint(0).0 } else { out.varint(1).varint(0).varint(16).uuid(committed.topic).0 }
}

pub(crate) fn read_value(value: &[u8]) -> Option<Committed> {
    let mut reader = Reader(value);
    let version = reader.i16()?;
    let offset = reader.i64()?;
    let leader_epoch = if version >= 3 { reader.i32()? } else { -1 };
    let metadata = if version >= 4 { reader.compact()?? } else { reader.string()? };
    let timestamp = reader.i64()?;
    let expires = if version == 1 { Some(reader.i64()?).filter(|at| *at >= 0) } else { None };
    let mut topic = Uuid::nil();
    if version >= 4 {
        for (tag, bytes) in reader.tags()? {
            if tag == 0 {
                topic = Reader(bytes).uuid()?;
            }
        }
    }
    Some(Committed { offset, leader_epoch, metadata, timestamp, expires, topic, record_offset: 0 })
}
