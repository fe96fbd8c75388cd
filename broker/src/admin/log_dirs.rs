//! DescribeLogDirs and AlterReplicaLogDirs.

use kafka_protocol::messages::{AlterReplicaLogDirsRequest, DescribeLogDirsRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn describe_log_dirs(_machine: &mut Machine, _cx: &Context, _request: DescribeLogDirsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn alter_replica_log_dirs(
    _machine: &mut Machine,
    _cx: &Context,
    _request: AlterReplicaLogDirsRequest,
) -> Outcome {
    Outcome::Close
}
