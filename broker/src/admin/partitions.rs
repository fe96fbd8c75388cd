//! CreatePartitions.

use std::collections::HashMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::create_partitions_request::CreatePartitionsTopic;
use kafka_protocol::messages::create_partitions_response::CreatePartitionsTopicResult;
use kafka_protocol::messages::{CreatePartitionsRequest, CreatePartitionsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::assignment;
use super::placement::Placement;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::Topic;
use crate::metadata::change::Change;
use crate::quota;
use crate::security::acl::{Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// The most partitions that one request may make; Kafka has no better answer to more than an unknown error.
const MOST_PARTITIONS: i64 = 10_000;

/// Adds partitions to topics, each topic by itself, in one write.
pub(crate) fn create_partitions(machine: &mut Machine, cx: &Context, request: CreatePartitionsRequest) -> Outcome {
    let mut times: HashMap<TopicName, usize> = HashMap::new();
    for topic in &request.topics {
        *times.entry(topic.name.clone()).or_default() += 1;
    }
    let (mut results, mut tried, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for topic in request.topics {
        let Some(seen) = times.get_mut(&topic.name).filter(|seen| **seen > 0) else { continue };
        if std::mem::replace(seen, 0) > 1 {
            results.push(result(&topic.name, ResponseError::InvalidRequest, Some("Duplicate topic name.".to_owned())));
        } else if !cx.may(machine, Operation::Alter, ResourceType::Topic, &topic.name) {
            results.push(result(&topic.name, ResponseError::TopicAuthorizationFailed, None));
        } else {
            tried.push(topic);
        }
    }
    let placement = Placement::of(machine);
    for topic in tried {
        let planned = plan(machine, &placement, &topic).and_then(|planned| {
            let count = planned.iter().map(|change| match change {
                Change::PartitionsAdded { partitions, .. } => partitions.len(),
                _ => 0,
            });
            quota::mutate(machine, cx, 3, count.sum())?;
            Ok(planned)
        });
        results.push(match planned {
            Ok(mut planned) => {
                changes.append(&mut planned);
                CreatePartitionsTopicResult::default().with_name(topic.name)
            }
            Err(why) => result(&topic.name, why.error, Some(why.message).filter(|words| !words.is_empty())),
        });
    }
    if !request.validate_only && !changes.is_empty() && machine.commit(changes).is_err() {
        for result in &mut results {
            result.error_code = ResponseError::KafkaStorageError.code();
        }
    }
    CreatePartitionsResponse::default().with_results(results).into()
}

fn result(name: &TopicName, error: ResponseError, words: Option<String>) -> CreatePartitionsTopicResult {
    CreatePartitionsTopicResult::default()
        .with_name(name.clone())
        .with_error_code(error.code())
        .with_error_message(words.map(StrBytes::from_string))
}

fn plan(machine: &Machine, placement: &Placement, asked: &CreatePartitionsTopic) -> Result<Vec<Change>, Refusal> {
    let unknown = || Refusal::new(ResponseError::UnknownTopicOrPartition, "");
    let topic = machine.metadata.topic(&asked.name).ok_or_else(unknown)?;
    let (count, now) = (asked.count, i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX));
    let refuse = |error, words: String| Err(Refusal::new(error, words));
    if count == now {
        return refuse(ResponseError::InvalidPartitions, format!("Topic already has {now} partition(s)."));
    }
    if count < now {
        let words = format!(
            "The topic {} currently has {now} partition(s); {count} would not be an increase.",
            asked.name.as_str()
        );
        return refuse(ResponseError::InvalidPartitions, words);
    }
    let more = count - now;
    if i64::from(more) > MOST_PARTITIONS {
        return refuse(ResponseError::UnknownServerError, String::new());
    }
    let partitions = match &asked.assignments {
        None => {
            let (start, more) = (start(topic), usize::try_from(more).unwrap_or(0));
            placement.place(start, more, topic.partitions.first().map_or(1, |first| first.replicas.len()))?
        }
        Some(chosen) => {
            if usize::try_from(more) != Ok(chosen.len()) {
                let words = format!(
                    "Attempted to add {more} additional partition(s), but only {} assignment(s) were specified.",
                    chosen.len()
                );
                return refuse(ResponseError::InvalidReplicaAssignment, words);
            }
            let factor = topic.partitions.first().map(|first| first.replicas.len());
            let check = |(index, one): (
                i32,
                &kafka_protocol::messages::create_partitions_request::CreatePartitionsAssignment,
            )| {
                let replicas = assignment::check(machine, &one.broker_ids, factor)?;
                assignment::check_alive(machine, index, &replicas)?;
                Ok(replicas)
            };
            (now..).zip(chosen).map(check).collect::<Result<Vec<_>, Refusal>>()?
        }
    };
    let mut changes = assignment::without_the_dead(machine, topic.id, now, &partitions);
    changes.insert(0, Change::PartitionsAdded { id: topic.id, first: now, partitions });
    Ok(changes)
}

/// Where the turn goes on: as if all partitions had been made at once.
fn start(topic: &Topic) -> usize {
    usize::from(topic.id.as_bytes()[15]) + topic.partitions.len()
}
