//! ListOffsets, OffsetForLeaderEpoch and DeleteRecords.

use kafka_protocol::messages::{DeleteRecordsRequest, ListOffsetsRequest, OffsetForLeaderEpochRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn list_offsets(_machine: &mut Machine, _cx: &Context, _request: ListOffsetsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn offset_for_leader_epoch(
    _machine: &mut Machine,
    _cx: &Context,
    _request: OffsetForLeaderEpochRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn delete_records(_machine: &mut Machine, _cx: &Context, _request: DeleteRecordsRequest) -> Outcome {
    Outcome::Close
}
