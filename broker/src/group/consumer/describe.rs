//! ConsumerGroupDescribe.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::consumer_group_describe_response::{
    Assignment, DescribedGroup, Member as DescribedMember, TopicPartitions,
};
use kafka_protocol::messages::{ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::by_topic;
use super::group::{Consumer, Member};
use crate::config::broker_str;
use crate::group::admin::{OPERATIONS_OMITTED, invalid_first};
use crate::group::assign::{Assignor, Partitions};
use crate::group::classic::answer::text;
use crate::group::{Kind, access};
use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{Operation, ResourceType};
use crate::security::authorizer::authorized_operations;

/// The type of a member that speaks the consumer protocol.
const CONSUMER_MEMBER: i8 = 1;

/// Answers ConsumerGroupDescribe.
pub(crate) fn describe(machine: &mut Machine, cx: &Context, request: &ConsumerGroupDescribeRequest) -> Outcome {
    let machine = &*machine;
    let groups = invalid_first(&request.group_ids).map(|id| {
        let group = DescribedGroup::default().with_group_id(id.clone()).with_authorized_operations(OPERATIONS_OMITTED);
        let missing = |message: String| {
            group
                .clone()
                .with_error_code(ResponseError::GroupIdNotFound.code())
                .with_error_message(Some(message.into()))
        };
        match access::group(machine, cx, id, Operation::Describe) {
            Err(error) => group.with_error_code(error.code()),
            Ok(_) => match machine.groups.kind(id) {
                None => missing(format!("Group {} not found.", id.as_str())),
                Some(Kind::Classic(_)) => missing(format!("Group {} is not a consumer group.", id.as_str())),
                Some(Kind::Consumer(known)) => {
                    let group = if request.include_authorized_operations {
                        let operations = authorized_operations(machine, cx, ResourceType::Group, id);
                        group.with_authorized_operations(operations)
                    } else {
                        group
                    };
                    described(machine, cx, group, known)
                }
            },
        }
    });
    ConsumerGroupDescribeResponse::default().with_groups(groups.collect()).into()
}

fn described(machine: &Machine, cx: &Context, group: DescribedGroup, known: &Consumer) -> DescribedGroup {
    let mut topics = known.members.values().flat_map(Member::wants);
    if !topics.all(|topic| cx.may(machine, Operation::Describe, ResourceType::Topic, topic)) {
        let message = "The group has described topic(s) that the client is not authorized to describe.";
        return group
            .with_error_code(ResponseError::TopicAuthorizationFailed.code())
            .with_error_message(Some(StrBytes::from_static_str(message)));
    }
    let allowed: Vec<Assignor> = broker_str(machine, "group.consumer.assignors")
        .split(',')
        .filter_map(|name| Assignor::named(name.trim()))
        .collect();
    let members = known.members.values().map(|member| described_member(machine, known, member)).collect();
    group
        .with_group_state(StrBytes::from_static_str(known.state().name()))
        .with_group_epoch(known.epoch)
        .with_assignment_epoch(known.assignment_epoch)
        .with_assignor_name(StrBytes::from_static_str(known.assignor(&allowed).name()))
        .with_members(members)
}

fn described_member(machine: &Machine, group: &Consumer, member: &Member) -> DescribedMember {
    let none = Partitions::new();
    let target = group.target.get(&member.id).unwrap_or(&none);
    DescribedMember::default()
        .with_member_id(text(&member.id))
        .with_instance_id(member.instance.as_deref().map(text))
        .with_rack_id(member.rack.as_deref().map(text))
        .with_member_epoch(member.epoch)
        .with_client_id(text(&member.client_id))
        .with_client_host(text(&member.client_host))
        .with_subscribed_topic_names(member.topics.iter().map(|name| TopicName(text(name))).collect())
        .with_subscribed_topic_regex(Some(text(member.regex.as_deref().unwrap_or_default())))
        .with_assignment(assignment(machine, &member.assigned))
        .with_target_assignment(assignment(machine, target))
        .with_member_type(CONSUMER_MEMBER)
}

fn assignment(machine: &Machine, partitions: &Partitions) -> Assignment {
    let topics = by_topic(partitions).into_iter().filter_map(|(id, partitions)| {
        let name = TopicName(text(&machine.metadata.topic_by_id(id)?.name));
        Some(TopicPartitions::default().with_topic_id(id).with_topic_name(name).with_partitions(partitions))
    });
    Assignment::default().with_topic_partitions(topics.collect())
}
