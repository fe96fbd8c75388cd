//! The classic group protocol: JoinGroup, SyncGroup, Heartbeat, LeaveGroup.

use kafka_protocol::messages::{HeartbeatRequest, JoinGroupRequest, LeaveGroupRequest, SyncGroupRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn join_group(_machine: &mut Machine, _cx: &Context, _request: JoinGroupRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn sync_group(_machine: &mut Machine, _cx: &Context, _request: SyncGroupRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn heartbeat(_machine: &mut Machine, _cx: &Context, _request: HeartbeatRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn leave_group(_machine: &mut Machine, _cx: &Context, _request: LeaveGroupRequest) -> Outcome {
    Outcome::Close
}
