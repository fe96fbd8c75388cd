//! A classic group: `GroupMetadataKey` (kind 2) and `GroupMetadataValue` (versions 0 to 3; 3 is written).

use bytes::Bytes;

use super::bytes::{Reader, Writer};
use crate::group::classic::group::{Classic, Member, State};
use crate::machine::Timestamp;

/// The kind of a classic group's key.
pub(crate) const KIND: i16 = 2;

pub(crate) fn key(group: &str) -> Vec<u8> {
    Writer::versioned(KIND).string(group).0
}

pub(crate) fn read_key(key: &[u8]) -> Option<String> {
    let mut reader = Reader(key);
    reader.i16().filter(|kind| *kind == KIND)?;
    reader.string()
}

pub(crate) fn value(group: &Classic) -> Vec<u8> {
    let milliseconds = |value: i64| i32::try_from(value).unwrap_or(i32::MAX);
    let mut out = Writer::versioned(3)
        .string(group.protocol_type.as_deref().unwrap_or_default())
        .i32(group.generation)
        .nullable(group.protocol.as_deref())
        .nullable(group.leader.as_deref())
        .i64(group.since)
        .i32(i32::try_from(group.members.len()).unwrap_or(i32::MAX));
    for member in group.members.values() {
        out = out
            .string(&member.id)
            .nullable(member.instance.as_deref())
            .string(&member.client_id)
            .string(&member.client_host)
            .i32(milliseconds(member.rebalance_timeout))
            .i32(milliseconds(member.session_timeout))
            .blob(&member.metadata(group.protocol.as_deref()))
            .blob(&member.assignment);
    }
    out.0
}

/// A group as it was written; its members get a new session from `now` on.
pub(crate) fn read_value(value: &[u8], now: Timestamp) -> Option<Classic> {
    let mut reader = Reader(value);
    let version = reader.i16().filter(|version| *version <= 3)?;
    let mut group = Classic::new(now);
    let protocol_type = reader.string()?;
    group.protocol_type = Some(protocol_type.clone()).filter(|name| !name.is_empty());
    group.generation = reader.i32()?;
    group.protocol = reader.nullable()?;
    group.leader = reader.nullable()?;
    group.since = if version >= 2 { reader.i64()? } else { now };
    let leader = group.leader.clone();
    for _ in 0..reader.i32()? {
        let member = read_member(&mut reader, version, group.protocol.as_deref(), now)?;
        group.add(member, &protocol_type);
    }
    group.leader = leader;
    if !group.members.is_empty() {
        group.state = State::Stable;
    }
    Some(group)
}

fn read_member(reader: &mut Reader<'_>, version: i16, protocol: Option<&str>, now: Timestamp) -> Option<Member> {
    let id = reader.string()?;
    let instance = if version >= 3 { reader.nullable()? } else { None };
    let (client_id, client_host) = (reader.string()?, reader.string()?);
    let rebalance = if version >= 1 { Some(i64::from(reader.i32()?)) } else { None };
    let session_timeout = i64::from(reader.i32()?);
    let subscription = Bytes::from(reader.blob()?);
    let assignment = Bytes::from(reader.blob()?);
    Some(Member {
        id,
        instance,
        client_id,
        client_host,
        rebalance_timeout: rebalance.unwrap_or(session_timeout),
        session_timeout,
        protocols: protocol.map(|name| (name.to_owned(), subscription)).into_iter().collect(),
        assignment,
        expires: Some(now + session_timeout),
        ..Member::default()
    })
}
