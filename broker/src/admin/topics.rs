//! CreateTopics, DeleteTopics and CreatePartitions.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::create_topics_request::CreatableTopic;
use kafka_protocol::messages::create_topics_response::CreatableTopicResult;
use kafka_protocol::messages::{CreatePartitionsRequest, CreateTopicsRequest, CreateTopicsResponse};
use uuid::Uuid;

use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;

/// Creates topics, each by itself: one that is refused does not stop the others.
pub(crate) fn create_topics(machine: &mut Machine, _cx: &Context, request: CreateTopicsRequest) -> Outcome {
    let topics = request.topics.into_iter().map(|topic| create(machine, topic)).collect();
    CreateTopicsResponse::default().with_topics(topics).into()
}

fn create(machine: &mut Machine, topic: CreatableTopic) -> CreatableTopicResult {
    let result = CreatableTopicResult::default().with_name(topic.name.clone());
    if machine.metadata.topic(&topic.name).is_some() {
        return result.with_error_code(ResponseError::TopicAlreadyExists.code());
    }
    let count = usize::try_from(topic.num_partitions).unwrap_or(1);
    let factor = usize::try_from(topic.replication_factor).unwrap_or(1);
    let partitions = place(machine, count, factor);
    let id = Uuid::new_v4();
    let change = Change::TopicCreated { id, name: topic.name.to_string(), partitions };
    match machine.commit(vec![change]) {
        Ok(()) => result.with_topic_id(id).with_num_partitions(topic.num_partitions),
        Err(_) => result.with_error_code(ResponseError::KafkaStorageError.code()),
    }
}

/// Where new partitions go: leaders in turn over the brokers, replicas on the ones that follow.
fn place(machine: &Machine, count: usize, factor: usize) -> Vec<Vec<i32>> {
    let brokers: Vec<i32> = machine.metadata.brokers.keys().copied().collect();
    let at = |partition: usize| (0..factor).map(|replica| brokers[(partition + replica) % brokers.len()]).collect();
    (0..count).map(at).collect()
}

pub(crate) fn create_partitions(_machine: &mut Machine, _cx: &Context, _request: CreatePartitionsRequest) -> Outcome {
    Outcome::Close
}
