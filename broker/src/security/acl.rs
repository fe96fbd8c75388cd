//! ACLs: what they are, and the authorizer that enforces them.

use kafka_protocol::messages::{CreateAclsRequest, DeleteAclsRequest, DescribeAclsRequest};

use crate::machine::{Context, Machine, Outcome};

/// What is done to a resource; the numbers are Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum Operation {
    All = 2,
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
    CreateTokens = 13,
    DescribeTokens = 14,
    TwoPhaseCommit = 15,
}

/// What an ACL is about; the numbers are Kafka's. The cluster's name is `kafka-cluster`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum ResourceType {
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}

/// The one resource of type cluster.
pub(crate) const CLUSTER: &str = "kafka-cluster";

/// One ACL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) struct AclBinding {
    pub(crate) resource_type: ResourceType,
    pub(crate) name: String,
    /// 3 literal, 4 prefixed.
    pub(crate) pattern_type: i8,
    pub(crate) principal: String,
    pub(crate) host: String,
    pub(crate) operation: Operation,
    /// 2 deny, 3 allow.
    pub(crate) permission: i8,
}

/// Whether a request's principal may do this to that.
pub(crate) fn allows(
    _machine: &Machine,
    _cx: &Context,
    _operation: Operation,
    _kind: ResourceType,
    _name: &str,
) -> bool {
    true
}

pub(crate) fn describe_acls(_machine: &mut Machine, _cx: &Context, _request: DescribeAclsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn create_acls(_machine: &mut Machine, _cx: &Context, _request: CreateAclsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn delete_acls(_machine: &mut Machine, _cx: &Context, _request: DeleteAclsRequest) -> Outcome {
    Outcome::Close
}
