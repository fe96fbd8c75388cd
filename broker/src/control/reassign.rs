//! AlterPartitionReassignments and ListPartitionReassignments.

use kafka_protocol::messages::{AlterPartitionReassignmentsRequest, ListPartitionReassignmentsRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn alter(_machine: &mut Machine, _cx: &Context, _request: AlterPartitionReassignmentsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn list(_machine: &mut Machine, _cx: &Context, _request: ListPartitionReassignmentsRequest) -> Outcome {
    Outcome::Close
}
