//! Committed offsets: OffsetCommit, OffsetFetch, OffsetDelete, TxnOffsetCommit.

use kafka_protocol::messages::{OffsetCommitRequest, OffsetDeleteRequest, OffsetFetchRequest, TxnOffsetCommitRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn offset_commit(_machine: &mut Machine, _cx: &Context, _request: OffsetCommitRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn offset_fetch(_machine: &mut Machine, _cx: &Context, _request: OffsetFetchRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn offset_delete(_machine: &mut Machine, _cx: &Context, _request: OffsetDeleteRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn txn_offset_commit(_machine: &mut Machine, _cx: &Context, _request: TxnOffsetCommitRequest) -> Outcome {
    Outcome::Close
}
