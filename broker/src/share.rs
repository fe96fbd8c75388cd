//! Share groups (KIP-932): queues over topics.

use kafka_protocol::messages::{
    AlterShareGroupOffsetsRequest, DeleteShareGroupOffsetsRequest, DescribeShareGroupOffsetsRequest,
    ShareAcknowledgeRequest, ShareFetchRequest, ShareGroupDescribeRequest, ShareGroupHeartbeatRequest,
};

use crate::machine::{Context, Machine, Outcome};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[];

/// Every share group of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Shares {}

pub(crate) fn recover(_machine: &mut Machine) {}

pub(crate) fn tick(_machine: &mut Machine) {}

pub(crate) fn topic_deleted(_machine: &mut Machine, _id: uuid::Uuid) {}

pub(crate) fn disconnected(_machine: &mut Machine, _connection: crate::machine::ConnectionId) {}

pub(crate) fn heartbeat(_machine: &mut Machine, _cx: &Context, _request: ShareGroupHeartbeatRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe(_machine: &mut Machine, _cx: &Context, _request: ShareGroupDescribeRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn fetch(_machine: &mut Machine, _cx: &Context, _request: ShareFetchRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn acknowledge(_machine: &mut Machine, _cx: &Context, _request: ShareAcknowledgeRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe_offsets(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DescribeShareGroupOffsetsRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn alter_offsets(_machine: &mut Machine, _cx: &Context, _request: AlterShareGroupOffsetsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn delete_offsets(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DeleteShareGroupOffsetsRequest,
) -> Outcome {
    Outcome::Close
}
