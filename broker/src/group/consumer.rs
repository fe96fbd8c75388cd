//! The consumer group protocol of KIP-848.

use kafka_protocol::messages::ConsumerGroupHeartbeatRequest;

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn heartbeat(_machine: &mut Machine, _cx: &Context, _request: ConsumerGroupHeartbeatRequest) -> Outcome {
    Outcome::Close
}
