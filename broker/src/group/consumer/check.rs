//! What a ConsumerGroupHeartbeat, a commit and a fetch must be before a consumer group looks at them.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::ConsumerGroupHeartbeatRequest;
use regex_lite::Regex;
use uuid::Uuid;

use super::group::{Consumer, LEAVE_FOR_NOW, Refusal};
use super::heartbeat::Heartbeat;
use crate::config::broker_str;
use crate::group::offsets::commit::Committer;
use crate::group::{Kind, access};
use crate::machine::{Context, Machine};
use crate::metadata::{Metadata, TopicPartition};
use crate::security::acl::{Operation, ResourceType};

/// Checks a request by itself.
///
/// # Errors
///
/// In Kafka's order and words.
pub(super) fn heartbeat(
    machine: &Machine,
    cx: &Context,
    request: ConsumerGroupHeartbeatRequest,
) -> Result<Heartbeat, Refusal> {
    access::allowed(machine, cx, &request.group_id, Operation::Read).map_err(super::plain)?;
    for topic in request.subscribed_topic_names.iter().flatten() {
        if !cx.may(machine, Operation::Describe, ResourceType::Topic, topic) {
            return Err(super::plain(ResponseError::TopicAuthorizationFailed));
        }
    }
    shape(cx, &request)?;
    assignor(machine, &request)?;
    let topics =
        |names: Vec<kafka_protocol::messages::TopicName>| names.iter().map(|name| name.as_str().to_owned()).collect();
    let mut member = request.member_id.to_string();
    if member.is_empty() {
        member = Uuid::new_v4().to_string();
    }
    Ok(Heartbeat {
        group: request.group_id.to_string(),
        member,
        epoch: request.member_epoch,
        instance: request.instance_id.map(|id| id.to_string()),
        rack: request.rack_id.map(|id| id.to_string()),
        client_id: cx.client_id.clone(),
        client_host: access::host(cx),
        rebalance_timeout: Some(i64::from(request.rebalance_timeout_ms)).filter(|timeout| *timeout >= 0),
        topics: request.subscribed_topic_names.map(topics),
        regex: request.subscribed_topic_regex.map(|regex| regex.to_string()),
        matched: BTreeSet::new(),
        assignor: request.server_assignor.map(|name| name.to_string()),
        owned: request.topic_partitions.map(|topics| {
            let keys = topics.into_iter().flat_map(|topic| {
                let id = topic.topic_id;
                topic.partitions.into_iter().map(move |partition| TopicPartition { topic: id, partition })
            });
            keys.collect()
        }),
    })
}

fn shape(cx: &Context, request: &ConsumerGroupHeartbeatRequest) -> Result<(), Refusal> {
    let wrong = |message: &str| Err(Refusal::new(ResponseError::InvalidRequest, message));
    let is_empty = |text: &Option<kafka_protocol::protocol::StrBytes>| text.as_ref().is_some_and(|id| id.is_empty());
    let joins = request.member_epoch == 0;
    if request.group_id.trim().is_empty() {
        wrong("GroupId can't be empty.")
    } else if request.member_id.trim().is_empty() && (cx.version >= 1 || !joins) {
        wrong("MemberId can't be empty.")
    } else if is_empty(&request.instance_id) {
        wrong("InstanceId can't be empty.")
    } else if is_empty(&request.rack_id) {
        wrong("RackId can't be empty.")
    } else if joins && request.rebalance_timeout_ms == -1 {
        wrong("RebalanceTimeoutMs must be provided in first request.")
    } else if joins && request.topic_partitions.as_ref().is_none_or(|owned| !owned.is_empty()) {
        wrong("TopicPartitions must be empty when (re-)joining.")
    } else if joins && request.subscribed_topic_names.is_none() && request.subscribed_topic_regex.is_none() {
        wrong("Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.")
    } else if request.member_epoch == LEAVE_FOR_NOW && request.instance_id.is_none() {
        wrong("InstanceId can't be null.")
    } else if request.member_epoch < LEAVE_FOR_NOW {
        wrong("MemberEpoch is invalid.")
    } else {
        Ok(())
    }
}

fn assignor(machine: &Machine, request: &ConsumerGroupHeartbeatRequest) -> Result<(), Refusal> {
    let Some(wanted) = &request.server_assignor else { return Ok(()) };
    let allowed: Vec<&str> = broker_str(machine, "group.consumer.assignors").split(',').map(str::trim).collect();
    if allowed.contains(&wanted.as_str()) {
        return Ok(());
    }
    let message =
        format!("ServerAssignor {} is not supported. Supported assignors: {}.", wanted.as_str(), allowed.join(", "));
    Err(Refusal::new(ResponseError::UnsupportedAssignor, message))
}

/// Finds the topics that the member's regex matches, among those that it may see. A regex has to match the whole name,
/// as RE2J's `matches` has it.
///
/// # Errors
///
/// When the text is no regular expression.
pub(super) fn subscription(machine: &Machine, cx: &Context, beat: Heartbeat) -> Result<Heartbeat, Refusal> {
    let known = match machine.groups.kind(&beat.group) {
        Some(Kind::Consumer(group)) => group.members.get(&beat.member).and_then(|member| member.regex.as_deref()),
        _ => None,
    };
    let Some(text) = beat.regex.as_deref().or(known).filter(|text| !text.is_empty()) else { return Ok(beat) };
    let regex = compile(text).map_err(|error| {
        let error = error.to_string();
        let why = in_kafkas_words(&error);
        let message = format!("SubscribedTopicRegex `{text}` is not a valid regular expression: {why}.");
        Refusal::new(ResponseError::InvalidRegularExpression, message)
    })?;
    let seen = machine
        .metadata
        .topics()
        .map(|topic| &topic.name)
        .filter(|name| regex.is_match(name) && cx.may(machine, Operation::Describe, ResourceType::Topic, name));
    let matched = seen.cloned().collect();
    Ok(Heartbeat { matched, ..beat })
}

/// RE2J's words for the mistakes that people make.
fn in_kafkas_words(error: &str) -> &str {
    let words = [
        ("character class has no", "missing closing ]"),
        ("class begins with", "missing closing ]"),
        ("unclosed character class", "missing closing ]"),
        ("open group", "missing closing )"),
        ("closing ')' without", "unexpected )"),
        ("repetition operator must", "missing argument to repetition operator"),
        ("before it finished", "trailing backslash at end of expression"),
        ("range", "invalid character class range"),
        ("escape", "invalid escape sequence"),
        ("look-around", "invalid or unsupported Perl syntax"),
    ];
    words.iter().find(|(ours, _)| error.contains(ours)).map_or(error, |(_, theirs)| theirs)
}

fn compile(text: &str) -> Result<Regex, regex_lite::Error> {
    // By itself first: `a)(b` would be whole inside of what is put around it.
    Regex::new(text)?;
    Regex::new(&format!("^(?:{text})$"))
}

impl Consumer {
    /// Finds again what its members' regular expressions match.
    pub(super) fn match_again(&mut self, metadata: &Metadata) {
        for member in self.members.values_mut() {
            let Some(Ok(regex)) = member.regex.as_deref().map(compile) else { continue };
            let names = metadata.topics().map(|topic| &topic.name);
            member.matched = names.filter(|name| regex.is_match(name)).cloned().collect();
        }
    }

    /// Whether this committer may commit offsets now.
    ///
    /// # Errors
    ///
    /// `UnknownMemberId`, or `StaleMemberEpoch` for an epoch that is not the member's.
    pub(crate) fn check_commit(&self, committer: Committer<'_>) -> Result<(), ResponseError> {
        let Committer { member, instance, generation, transactional, version } = committer;
        let nobody = generation < 0 && member.is_empty() && instance.is_none();
        if (generation < 0 && self.members.is_empty()) || (transactional && nobody) {
            return Ok(());
        }
        let known = self.members.get(member).ok_or(ResponseError::UnknownMemberId)?;
        if !transactional && version < 9 {
            return Err(ResponseError::UnsupportedVersion);
        }
        let stale = if transactional { ResponseError::IllegalGeneration } else { ResponseError::StaleMemberEpoch };
        if known.epoch == generation { Ok(()) } else { Err(stale) }
    }

    /// Whether who says that it is this member may fetch offsets; who says nothing may.
    ///
    /// # Errors
    ///
    /// As [`check_commit`](Self::check_commit).
    pub(crate) fn check_fetch(&self, member: Option<&str>, epoch: i32) -> Result<(), ResponseError> {
        if member.is_none() && epoch < 0 {
            return Ok(());
        }
        let known = self.members.get(member.unwrap_or_default()).ok_or(ResponseError::UnknownMemberId)?;
        if known.epoch == epoch { Ok(()) } else { Err(ResponseError::StaleMemberEpoch) }
    }
}
