//! DescribeCluster and DescribeQuorum.

use kafka_protocol::messages::{DescribeClusterRequest, DescribeQuorumRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn describe_cluster(_machine: &mut Machine, _cx: &Context, _request: DescribeClusterRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe_quorum(_machine: &mut Machine, _cx: &Context, _request: DescribeQuorumRequest) -> Outcome {
    Outcome::Close
}
