//! DescribeLogDirs and AlterReplicaLogDirs: each broker says that it has one folder.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_replica_log_dirs_response::{
    AlterReplicaLogDirPartitionResult, AlterReplicaLogDirTopicResult,
};
use kafka_protocol::messages::describe_log_dirs_response::{
    DescribeLogDirsPartition, DescribeLogDirsResult, DescribeLogDirsTopic,
};
use kafka_protocol::messages::{
    AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse, DescribeLogDirsRequest, DescribeLogDirsResponse, TopicName,
};
use kafka_protocol::protocol::StrBytes;

use crate::config::embedded::log_dir;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Topic, TopicPartition};
use crate::security::acl::{CLUSTER, Operation, ResourceType};

/// Tells the sizes of the replicas that the broker which was asked has.
pub(crate) fn describe_log_dirs(machine: &mut Machine, cx: &Context, request: DescribeLogDirsRequest) -> Outcome {
    if !cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER) {
        let error = ResponseError::ClusterAuthorizationFailed;
        return DescribeLogDirsResponse::default().with_error_code(error.code()).into();
    }
    let topics = match request.topics {
        None => machine.metadata.topics().filter_map(|topic| sizes(machine, cx, topic, None)).collect(),
        Some(asked) => {
            let told = asked.iter().filter_map(|asked| {
                let topic = machine.metadata.topic(&asked.topic)?;
                sizes(machine, cx, topic, Some(&asked.partitions))
            });
            told.collect()
        }
    };
    let result = DescribeLogDirsResult::default()
        .with_log_dir(StrBytes::from_string(log_dir(machine, cx.broker)))
        .with_topics(topics)
        .with_total_bytes(-1)
        .with_usable_bytes(-1);
    DescribeLogDirsResponse::default().with_results(vec![result]).into()
}

fn sizes(machine: &Machine, cx: &Context, topic: &Topic, asked: Option<&[i32]>) -> Option<DescribeLogDirsTopic> {
    let shown = |(index, partition): &(i32, &crate::metadata::Partition)| {
        partition.replicas.contains(&cx.broker) && asked.is_none_or(|asked| asked.contains(index))
    };
    let size = |(partition, _)| {
        let log = machine.logs.get(TopicPartition { topic: topic.id, partition });
        let size = log.map_or(0, |log| i64::try_from(log.size()).unwrap_or(i64::MAX));
        DescribeLogDirsPartition::default().with_partition_index(partition).with_partition_size(size)
    };
    let partitions: Vec<_> = (0..).zip(&topic.partitions).filter(shown).map(size).collect();
    let name = TopicName(StrBytes::from_string(topic.name.clone()));
    (!partitions.is_empty()).then(|| DescribeLogDirsTopic::default().with_name(name).with_partitions(partitions))
}

/// Takes the one folder that there is for an answer, and no other.
pub(crate) fn alter_replica_log_dirs(
    machine: &mut Machine,
    cx: &Context,
    request: &AlterReplicaLogDirsRequest,
) -> Outcome {
    let may = cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER);
    let mut results: BTreeMap<TopicName, Vec<AlterReplicaLogDirPartitionResult>> = BTreeMap::new();
    for dir in &request.dirs {
        let here = dir.path.as_str() == log_dir(machine, cx.broker);
        for topic in &dir.topics {
            for partition in &topic.partitions {
                let error = if may {
                    check(machine, cx, &topic.name, *partition, here).err()
                } else {
                    Some(ResponseError::ClusterAuthorizationFailed)
                };
                let result = AlterReplicaLogDirPartitionResult::default().with_partition_index(*partition);
                let result = result.with_error_code(error.map_or(0, |error| error.code()));
                results.entry(topic.name.clone()).or_default().push(result);
            }
        }
    }
    let topic =
        |(name, partitions)| AlterReplicaLogDirTopicResult::default().with_topic_name(name).with_partitions(partitions);
    AlterReplicaLogDirsResponse::default().with_results(results.into_iter().map(topic).collect()).into()
}

fn check(machine: &Machine, cx: &Context, name: &str, partition: i32, here: bool) -> Result<(), ResponseError> {
    if !here {
        return Err(ResponseError::LogDirNotFound);
    }
    let topic = machine.metadata.topic(name).ok_or(ResponseError::UnknownTopicOrPartition)?;
    let known = machine.metadata.partition(TopicPartition { topic: topic.id, partition });
    let known = known.ok_or(ResponseError::UnknownTopicOrPartition)?;
    if known.replicas.contains(&cx.broker) { Ok(()) } else { Err(ResponseError::ReplicaNotAvailable) }
}
