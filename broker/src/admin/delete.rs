//! DeleteTopics, by name and by id.

use std::collections::{HashMap, HashSet};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::delete_topics_request::DeleteTopicState;
use kafka_protocol::messages::delete_topics_response::DeletableTopicResult;
use kafka_protocol::messages::{DeleteTopicsRequest, DeleteTopicsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use crate::config;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::quota;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// Deletes topics, each by itself, in one write.
pub(crate) fn delete_topics(machine: &mut Machine, cx: &Context, request: DeleteTopicsRequest) -> Outcome {
    let named = request.topic_names.into_iter().map(|name| DeleteTopicState::default().with_name(Some(name)));
    let asked: Vec<DeleteTopicState> = request.topics.into_iter().chain(named).collect();
    if !config::broker_bool(machine, "delete.topic.enable") {
        let error = if cx.version < 3 { ResponseError::InvalidRequest } else { ResponseError::TopicDeletionDisabled };
        let refused = |topic: DeleteTopicState| {
            let result = DeletableTopicResult::default().with_name(topic.name).with_topic_id(topic.topic_id);
            result.with_error_code(error.code())
        };
        return DeleteTopicsResponse::default().with_responses(asked.into_iter().map(refused).collect()).into();
    }
    let (tried, mut responses) = once_each(asked);
    let found = find(machine, cx, tried);
    let mut within_quota = |found: Change| {
        if let Change::TopicDeleted { id, .. } = &found {
            let count = machine.metadata.topic_by_id(*id).map_or(0, |topic| topic.partitions.len());
            quota::mutate(machine, cx, 5, count)?;
        }
        Ok(found)
    };
    let found: Vec<_> = found.into_iter().map(|(topic, found)| (topic, found.and_then(&mut within_quota))).collect();
    let doomed: Vec<Change> = found.iter().filter_map(|(_, found)| found.as_ref().ok().cloned()).collect();
    let written = if doomed.is_empty() { Ok(()) } else { machine.commit(doomed) };
    let answer = |(topic, found): (DeleteTopicState, Result<Change, Refused>)| match (found, &written) {
        (Ok(Change::TopicDeleted { id, name }), Ok(())) => {
            let name = TopicName(StrBytes::from_string(name));
            DeletableTopicResult::default().with_name(Some(name)).with_topic_id(id)
        }
        (Ok(_), _) => refused(&topic, &ResponseError::KafkaStorageError.into()),
        (Err(Refused { why, name }), _) => {
            let name = topic.name.clone().or(name);
            refused(&topic.with_name(name), &why)
        }
    };
    responses.extend(found.into_iter().map(answer));
    DeleteTopicsResponse::default().with_responses(responses).into()
}

/// The topics that are named once, and the one answer to each that is named more often.
fn once_each(asked: Vec<DeleteTopicState>) -> (Vec<DeleteTopicState>, Vec<DeletableTopicResult>) {
    let key = |topic: &DeleteTopicState| (topic.name.clone(), topic.topic_id);
    let mut times: HashMap<_, usize> = HashMap::new();
    for topic in &asked {
        *times.entry(key(topic)).or_default() += 1;
    }
    let (mut tried, mut twice) = (Vec::new(), Vec::new());
    for topic in asked {
        let Some(seen) = times.get_mut(&key(&topic)).filter(|seen| **seen > 0) else { continue };
        if std::mem::replace(seen, 0) == 1 || (topic.name.is_none() && topic.topic_id.is_nil()) {
            tried.push(topic);
        } else {
            let words = if topic.name.is_some() { "Duplicate topic name." } else { "Duplicate topic id." };
            twice.push(refused(&topic, &Refusal::new(ResponseError::InvalidRequest, words)));
        }
    }
    (tried, twice)
}

/// Why a topic stays, and its name where it was asked for by id and the client may know it.
struct Refused {
    why: Refusal,
    name: Option<TopicName>,
}

impl<R: Into<Refusal>> From<R> for Refused {
    fn from(why: R) -> Self {
        Self { why: why.into(), name: None }
    }
}

/// What is to go, and why the rest stays. A topic that is asked for by name and by id stays, and is answered once.
fn find(
    machine: &Machine,
    cx: &Context,
    asked: Vec<DeleteTopicState>,
) -> Vec<(DeleteTopicState, Result<Change, Refused>)> {
    let all = cx.may(machine, Operation::Delete, ResourceType::Cluster, CLUSTER);
    let by_id: HashSet<Uuid> = asked.iter().filter(|topic| topic.name.is_none()).map(|topic| topic.topic_id).collect();
    let mut both = HashSet::new();
    let one = |topic: DeleteTopicState| match check(machine, cx, all, &topic) {
        Ok(Change::TopicDeleted { id, .. }) if topic.name.is_some() && by_id.contains(&id) => {
            both.insert(id);
            let words = "The provided topic name maps to an ID that was already supplied.";
            (topic.with_topic_id(id), Err(Refusal::new(ResponseError::InvalidRequest, words).into()))
        }
        found => (topic, found),
    };
    let mut found: Vec<_> = asked.into_iter().map(one).collect();
    found.retain(|(topic, _)| topic.name.is_some() || !both.contains(&topic.topic_id));
    found
}

fn check(machine: &Machine, cx: &Context, all: bool, topic: &DeleteTopicState) -> Result<Change, Refused> {
    let invalid = |text: &str| Err(Refusal::new(ResponseError::InvalidRequest, text).into());
    let may = |operation, name: &str| all || cx.may(machine, operation, ResourceType::Topic, name);
    match &topic.name {
        None if topic.topic_id.is_nil() => invalid("Neither topic name nor id were specified."),
        None => {
            let found = machine.metadata.topic_by_id(topic.topic_id).ok_or(ResponseError::UnknownTopicId)?;
            if !may(Operation::Describe, &found.name) {
                return Err(ResponseError::TopicAuthorizationFailed.into());
            }
            if !may(Operation::Delete, &found.name) {
                let name = Some(TopicName(StrBytes::from_string(found.name.clone())));
                return Err(Refused { why: ResponseError::TopicAuthorizationFailed.into(), name });
            }
            Ok(Change::TopicDeleted { id: found.id, name: found.name.clone() })
        }
        Some(_) if !topic.topic_id.is_nil() => invalid("You may not specify both topic name and topic id."),
        Some(name) => {
            if !may(Operation::Delete, name) {
                return Err(ResponseError::TopicAuthorizationFailed.into());
            }
            let found = machine.metadata.topic(name).ok_or(ResponseError::UnknownTopicOrPartition)?;
            Ok(Change::TopicDeleted { id: found.id, name: found.name.clone() })
        }
    }
}

fn refused(topic: &DeleteTopicState, why: &Refusal) -> DeletableTopicResult {
    DeletableTopicResult::default()
        .with_name(topic.name.clone())
        .with_topic_id(topic.topic_id)
        .with_error_code(why.code())
        .with_error_message(why.text())
}
