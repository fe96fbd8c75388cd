//! ListGroups, DescribeGroups, ConsumerGroupDescribe and DeleteGroups.

use kafka_protocol::messages::{
    ConsumerGroupDescribeRequest, DeleteGroupsRequest, DescribeGroupsRequest, ListGroupsRequest,
};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn list_groups(_machine: &mut Machine, _cx: &Context, _request: ListGroupsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe_groups(_machine: &mut Machine, _cx: &Context, _request: DescribeGroupsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn delete_groups(_machine: &mut Machine, _cx: &Context, _request: DeleteGroupsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn consumer_group_describe(
    _machine: &mut Machine,
    _cx: &Context,
    _request: ConsumerGroupDescribeRequest,
) -> Outcome {
    Outcome::Close
}
