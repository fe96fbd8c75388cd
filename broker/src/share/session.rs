//! Share sessions: what a member fetches from one broker, remembered so that requests name only what changes.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;

use super::SessionKey;
use crate::machine::{ConnectionId, Machine};
use crate::metadata::TopicPartition;

/// One member's session at one broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(super) connection: ConnectionId,
    /// The epoch of the next request.
    pub(super) epoch: i32,
    pub(super) partitions: BTreeSet<TopicPartition>,
}

/// What a request's epoch asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Open,
    Go,
    Close,
}

/// Opens, continues or ends the session of a request.
///
/// # Errors
///
/// `SHARE_SESSION_NOT_FOUND`, `INVALID_SHARE_SESSION_EPOCH`.
pub(super) fn enter(
    machine: &mut Machine,
    key: &SessionKey,
    connection: ConnectionId,
    epoch: i32,
) -> Result<Phase, ResponseError> {
    if epoch == 0 {
        let session = Session { connection, epoch: 1, partitions: BTreeSet::new() };
        machine.shares.sessions.insert(key.clone(), session);
        return Ok(Phase::Open);
    }
    let session = machine.shares.sessions.get_mut(key).ok_or(ResponseError::ShareSessionNotFound)?;
    if epoch == -1 {
        return Ok(Phase::Close);
    }
    if session.epoch != epoch {
        return Err(ResponseError::InvalidShareSessionEpoch);
    }
    session.epoch = epoch.checked_add(1).unwrap_or(1);
    Ok(Phase::Go)
}
