//! The consumer group protocol of KIP-848.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::ConsumerGroupHeartbeatRequest;

use super::offsets::commit::Committer;
use crate::machine::{Context, Machine, Outcome};

/// A group of the consumer protocol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Consumer {}

impl Consumer {
    pub(crate) fn check_commit(&self, _committer: Committer<'_>) -> Result<(), ResponseError> {
        Ok(())
    }

    pub(crate) fn check_fetch(&self, _member: Option<&str>, _epoch: i32) -> Result<(), ResponseError> {
        Ok(())
    }
}

pub(crate) fn heartbeat(_machine: &mut Machine, _cx: &Context, _request: ConsumerGroupHeartbeatRequest) -> Outcome {
    Outcome::Close
}
