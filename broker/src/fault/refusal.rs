//! The answer that says no: an error wherever a response has room for one, as a broker would give it.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    AddOffsetsToTxnResponse, AddPartitionsToTxnRequest, AddPartitionsToTxnResponse,
    AlterPartitionReassignmentsResponse, ConsumerGroupDescribeRequest, ConsumerGroupDescribeResponse,
    ConsumerGroupHeartbeatResponse, CreatePartitionsRequest, CreatePartitionsResponse, CreateTopicsRequest,
    CreateTopicsResponse, DeleteGroupsRequest, DeleteGroupsResponse, DeleteRecordsRequest, DeleteRecordsResponse,
    DeleteTopicsRequest, DeleteTopicsResponse, DescribeClusterResponse, DescribeConfigsRequest,
    DescribeConfigsResponse, DescribeGroupsRequest, DescribeGroupsResponse, EndTxnResponse, FetchRequest,
    FetchResponse, FindCoordinatorRequest, FindCoordinatorResponse, HeartbeatResponse, IncrementalAlterConfigsRequest,
    IncrementalAlterConfigsResponse, InitProducerIdResponse, JoinGroupResponse, LeaveGroupResponse, ListGroupsResponse,
    ListOffsetsRequest, ListOffsetsResponse, MetadataRequest, MetadataResponse, OffsetCommitRequest,
    OffsetCommitResponse, OffsetFetchRequest, OffsetFetchResponse, ProduceRequest, ProduceResponse, ProducerId,
    RequestKind, ResponseKind, ShareGroupHeartbeatResponse, SyncGroupResponse, TxnOffsetCommitRequest,
    TxnOffsetCommitResponse, add_partitions_to_txn_response, consumer_group_describe_response,
    create_partitions_response, create_topics_response, delete_groups_response, delete_records_response,
    delete_topics_response, describe_configs_response, describe_groups_response, fetch_response,
    find_coordinator_response, incremental_alter_configs_response, list_offsets_response, metadata_response,
    offset_commit_response, offset_fetch_response, produce_response, txn_offset_commit_response,
};

use crate::control::elect;

/// The highest code of Kafka 4.3, and some room.
const CODES: std::ops::RangeInclusive<i16> = -1..=140;

/// An error by Kafka's name (`NOT_LEADER_OR_FOLLOWER`) or number.
pub(crate) fn error(name: &str) -> Option<ResponseError> {
    let plain = |text: &str| text.chars().filter(|c| *c != '_').collect::<String>().to_ascii_lowercase();
    let known = CODES.filter_map(ResponseError::try_from_code).filter(|e| !matches!(e, ResponseError::Unknown(_)));
    let number: Option<i16> = name.parse().ok();
    let wanted = plain(name);
    known.into_iter().find(|error| number == Some(error.code()) || plain(&format!("{error:?}")) == wanted)
}

/// The response that refuses a request; `None` where its API has no room for an error that is known here.
pub(crate) fn refuse(body: &RequestKind, version: i16, error: ResponseError) -> Option<ResponseKind> {
    let code = error.code();
    Some(match body {
        RequestKind::Produce(body) => produce(body, code).into(),
        RequestKind::Fetch(body) => fetch(body, version, code).into(),
        RequestKind::ListOffsets(body) => list_offsets(body, code).into(),
        RequestKind::Metadata(body) => metadata(body, code).into(),
        RequestKind::OffsetCommit(body) => offset_commit(body, code).into(),
        RequestKind::OffsetFetch(body) => offset_fetch(body, version, code).into(),
        RequestKind::TxnOffsetCommit(body) => txn_offset_commit(body, code).into(),
        RequestKind::AddPartitionsToTxn(body) => add_partitions(body, version, code).into(),
        RequestKind::FindCoordinator(body) => find_coordinator(body, version, code).into(),
        RequestKind::CreateTopics(body) => create_topics(body, code).into(),
        RequestKind::DeleteTopics(body) => delete_topics(body, code).into(),
        RequestKind::CreatePartitions(body) => create_partitions(body, code).into(),
        RequestKind::DeleteRecords(body) => delete_records(body, code).into(),
        RequestKind::DescribeConfigs(body) => describe_configs(body, code).into(),
        RequestKind::IncrementalAlterConfigs(body) => alter_configs(body, code).into(),
        RequestKind::DescribeGroups(body) => describe_groups(body, code).into(),
        RequestKind::ConsumerGroupDescribe(body) => describe_consumer_groups(body, code).into(),
        RequestKind::DeleteGroups(body) => delete_groups(body, code).into(),
        RequestKind::ElectLeaders(body) => elect::refused(body, version, &error.into()).into(),
        _ => return whole(body, code),
    })
}

/// Responses with one error for the whole request.
fn whole(body: &RequestKind, code: i16) -> Option<ResponseKind> {
    Some(match body {
        RequestKind::JoinGroup(_) => JoinGroupResponse::default().with_error_code(code).into(),
        RequestKind::SyncGroup(_) => SyncGroupResponse::default().with_error_code(code).into(),
        RequestKind::Heartbeat(_) => HeartbeatResponse::default().with_error_code(code).into(),
        RequestKind::LeaveGroup(_) => LeaveGroupResponse::default().with_error_code(code).into(),
        RequestKind::ListGroups(_) => ListGroupsResponse::default().with_error_code(code).into(),
        RequestKind::ConsumerGroupHeartbeat(_) => {
            ConsumerGroupHeartbeatResponse::default().with_error_code(code).into()
        }
        RequestKind::ShareGroupHeartbeat(_) => ShareGroupHeartbeatResponse::default().with_error_code(code).into(),
        RequestKind::InitProducerId(_) => {
            let none = InitProducerIdResponse::default().with_producer_id(ProducerId(-1)).with_producer_epoch(-1);
            none.with_error_code(code).into()
        }
        RequestKind::AddOffsetsToTxn(_) => AddOffsetsToTxnResponse::default().with_error_code(code).into(),
        RequestKind::EndTxn(_) => EndTxnResponse::default().with_error_code(code).into(),
        RequestKind::DescribeCluster(_) => DescribeClusterResponse::default().with_error_code(code).into(),
        RequestKind::AlterPartitionReassignments(_) => {
            AlterPartitionReassignmentsResponse::default().with_error_code(code).into()
        }
        _ => return None,
    })
}

fn produce(body: &ProduceRequest, code: i16) -> ProduceResponse {
    let topics = body.topic_data.iter().map(|topic| {
        let told = |partition: i32| {
            let told = produce_response::PartitionProduceResponse::default().with_index(partition);
            told.with_error_code(code).with_base_offset(-1).with_log_start_offset(-1).with_log_append_time_ms(-1)
        };
        let partitions = topic.partition_data.iter().map(|partition| told(partition.index)).collect();
        let topic_told = produce_response::TopicProduceResponse::default().with_name(topic.name.clone());
        topic_told.with_topic_id(topic.topic_id).with_partition_responses(partitions)
    });
    ProduceResponse::default().with_responses(topics.collect())
}

/// Of a session only the changes are asked for, so that the error stands for the whole request there.
fn fetch(body: &FetchRequest, version: i16, code: i16) -> FetchResponse {
    let topics = body.topics.iter().map(|topic| {
        let told = |partition: i32| {
            let told = fetch_response::PartitionData::default().with_partition_index(partition);
            told.with_error_code(code).with_high_watermark(-1).with_records(Some(bytes::Bytes::new()))
        };
        let partitions = topic.partitions.iter().map(|partition| told(partition.partition)).collect();
        let topic_told = fetch_response::FetchableTopicResponse::default().with_topic(topic.topic.clone());
        topic_told.with_topic_id(topic.topic_id).with_partitions(partitions)
    });
    let whole = if version >= 7 && body.session_epoch > 0 { code } else { 0 };
    FetchResponse::default().with_error_code(whole).with_responses(topics.collect())
}

fn list_offsets(body: &ListOffsetsRequest, code: i16) -> ListOffsetsResponse {
    let topics = body.topics.iter().map(|topic| {
        let told = |partition: i32| {
            let told = list_offsets_response::ListOffsetsPartitionResponse::default().with_partition_index(partition);
            told.with_error_code(code).with_offset(-1).with_timestamp(-1)
        };
        let partitions = topic.partitions.iter().map(|partition| told(partition.partition_index)).collect();
        let topic_told = list_offsets_response::ListOffsetsTopicResponse::default().with_name(topic.name.clone());
        topic_told.with_partitions(partitions)
    });
    ListOffsetsResponse::default().with_topics(topics.collect())
}

fn metadata(body: &MetadataRequest, code: i16) -> MetadataResponse {
    let topics = body.topics.iter().flatten().map(|topic| {
        let told = metadata_response::MetadataResponseTopic::default().with_name(topic.name.clone());
        told.with_topic_id(topic.topic_id).with_error_code(code)
    });
    MetadataResponse::default().with_topics(topics.collect())
}

fn offset_commit(body: &OffsetCommitRequest, code: i16) -> OffsetCommitResponse {
    let topics = body.topics.iter().map(|topic| {
        let told = |partition: i32| {
            let told = offset_commit_response::OffsetCommitResponsePartition::default();
            told.with_partition_index(partition).with_error_code(code)
        };
        let partitions = topic.partitions.iter().map(|partition| told(partition.partition_index)).collect();
        let topic_told = offset_commit_response::OffsetCommitResponseTopic::default().with_name(topic.name.clone());
        topic_told.with_topic_id(topic.topic_id).with_partitions(partitions)
    });
    OffsetCommitResponse::default().with_topics(topics.collect())
}

fn offset_fetch(body: &OffsetFetchRequest, version: i16, code: i16) -> OffsetFetchResponse {
    if version < 8 {
        return OffsetFetchResponse::default().with_error_code(code);
    }
    let groups = body.groups.iter().map(|group| {
        let told = offset_fetch_response::OffsetFetchResponseGroup::default();
        told.with_group_id(group.group_id.clone()).with_error_code(code)
    });
    OffsetFetchResponse::default().with_groups(groups.collect())
}

fn txn_offset_commit(body: &TxnOffsetCommitRequest, code: i16) -> TxnOffsetCommitResponse {
    let topics = body.topics.iter().map(|topic| {
        let told = |partition: i32| {
            let told = txn_offset_commit_response::TxnOffsetCommitResponsePartition::default();
            told.with_partition_index(partition).with_error_code(code)
        };
        let partitions = topic.partitions.iter().map(|partition| told(partition.partition_index)).collect();
        let topic_told = txn_offset_commit_response::TxnOffsetCommitResponseTopic::default();
        topic_told.with_name(topic.name.clone()).with_partitions(partitions)
    });
    TxnOffsetCommitResponse::default().with_topics(topics.collect())
}

fn add_partitions(body: &AddPartitionsToTxnRequest, version: i16, code: i16) -> AddPartitionsToTxnResponse {
    if version >= 4 {
        return AddPartitionsToTxnResponse::default().with_error_code(code);
    }
    let topics = body.v3_and_below_topics.iter().map(|topic| {
        let told = |partition: &i32| {
            let told = add_partitions_to_txn_response::AddPartitionsToTxnPartitionResult::default();
            told.with_partition_index(*partition).with_partition_error_code(code)
        };
        let partitions = topic.partitions.iter().map(told).collect();
        let topic_told = add_partitions_to_txn_response::AddPartitionsToTxnTopicResult::default();
        topic_told.with_name(topic.name.clone()).with_results_by_partition(partitions)
    });
    AddPartitionsToTxnResponse::default().with_results_by_topic_v3_and_below(topics.collect())
}

fn find_coordinator(body: &FindCoordinatorRequest, version: i16, code: i16) -> FindCoordinatorResponse {
    let nobody = kafka_protocol::messages::BrokerId(-1);
    if version < 4 {
        return FindCoordinatorResponse::default().with_error_code(code).with_node_id(nobody).with_port(-1);
    }
    let told = body.coordinator_keys.iter().map(|key| {
        let told = find_coordinator_response::Coordinator::default().with_key(key.clone()).with_node_id(nobody);
        told.with_port(-1).with_error_code(code)
    });
    FindCoordinatorResponse::default().with_coordinators(told.collect())
}

fn create_topics(body: &CreateTopicsRequest, code: i16) -> CreateTopicsResponse {
    let told = |topic: &kafka_protocol::messages::create_topics_request::CreatableTopic| {
        let told = create_topics_response::CreatableTopicResult::default().with_name(topic.name.clone());
        told.with_error_code(code)
    };
    CreateTopicsResponse::default().with_topics(body.topics.iter().map(told).collect())
}

fn delete_topics(body: &DeleteTopicsRequest, code: i16) -> DeleteTopicsResponse {
    let told = || delete_topics_response::DeletableTopicResult::default().with_error_code(code);
    let by_name = body.topic_names.iter().map(|name| told().with_name(Some(name.clone())));
    let by_state = body.topics.iter().map(|topic| told().with_name(topic.name.clone()).with_topic_id(topic.topic_id));
    DeleteTopicsResponse::default().with_responses(by_name.chain(by_state).collect())
}

fn create_partitions(body: &CreatePartitionsRequest, code: i16) -> CreatePartitionsResponse {
    let told = body.topics.iter().map(|topic| {
        let told = create_partitions_response::CreatePartitionsTopicResult::default().with_name(topic.name.clone());
        told.with_error_code(code)
    });
    CreatePartitionsResponse::default().with_results(told.collect())
}

fn delete_records(body: &DeleteRecordsRequest, code: i16) -> DeleteRecordsResponse {
    let topics = body.topics.iter().map(|topic| {
        let told = |partition: i32| {
            let told = delete_records_response::DeleteRecordsPartitionResult::default();
            told.with_partition_index(partition).with_low_watermark(-1).with_error_code(code)
        };
        let partitions = topic.partitions.iter().map(|partition| told(partition.partition_index)).collect();
        let topic_told = delete_records_response::DeleteRecordsTopicResult::default().with_name(topic.name.clone());
        topic_told.with_partitions(partitions)
    });
    DeleteRecordsResponse::default().with_topics(topics.collect())
}

fn describe_configs(body: &DescribeConfigsRequest, code: i16) -> DescribeConfigsResponse {
    let told = body.resources.iter().map(|resource| {
        let told = describe_configs_response::DescribeConfigsResult::default().with_error_code(code);
        told.with_resource_type(resource.resource_type).with_resource_name(resource.resource_name.clone())
    });
    DescribeConfigsResponse::default().with_results(told.collect())
}

fn alter_configs(body: &IncrementalAlterConfigsRequest, code: i16) -> IncrementalAlterConfigsResponse {
    let told = body.resources.iter().map(|resource| {
        let told = incremental_alter_configs_response::AlterConfigsResourceResponse::default().with_error_code(code);
        told.with_resource_type(resource.resource_type).with_resource_name(resource.resource_name.clone())
    });
    IncrementalAlterConfigsResponse::default().with_responses(told.collect())
}

fn describe_groups(body: &DescribeGroupsRequest, code: i16) -> DescribeGroupsResponse {
    let told = body.groups.iter().map(|group| {
        let told = describe_groups_response::DescribedGroup::default().with_group_id(group.clone());
        told.with_error_code(code)
    });
    DescribeGroupsResponse::default().with_groups(told.collect())
}

fn describe_consumer_groups(body: &ConsumerGroupDescribeRequest, code: i16) -> ConsumerGroupDescribeResponse {
    let told = body.group_ids.iter().map(|group| {
        let told = consumer_group_describe_response::DescribedGroup::default().with_group_id(group.clone());
        told.with_error_code(code)
    });
    ConsumerGroupDescribeResponse::default().with_groups(told.collect())
}

fn delete_groups(body: &DeleteGroupsRequest, code: i16) -> DeleteGroupsResponse {
    let told = body.groups_names.iter().map(|group| {
        delete_groups_response::DeletableGroupResult::default().with_group_id(group.clone()).with_error_code(code)
    });
    DeleteGroupsResponse::default().with_results(told.collect())
}
