//! Produce: checks what a client sent as Kafka's leader does, and appends it.

use std::collections::HashMap;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::produce_response::{
    BatchIndexAndErrorMessage, LeaderIdAndEpoch, NodeEndpoint, PartitionProduceResponse, TopicProduceResponse,
};
use kafka_protocol::messages::{BrokerId, ProduceRequest, ProduceResponse};
use kafka_protocol::protocol::StrBytes;

use super::lookup::{self, Asks};
use crate::config::TopicConfig;
use crate::contract::Contract;
use crate::data;
use crate::log::producers::Check;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::{Partition, TopicPartition, is_internal};
use crate::records::header::{Compression, Header, TimestampType};
use crate::records::validate::{Refusal, Rules, validate};
use crate::security::acl::{Operation, ResourceType};
use crate::transaction::admission::{self, Support, Writer};

/// Clients of this name may write to internal topics.
const ADMIN_CLIENT: &str = "__admin_client";
/// From this version on a `NOT_LEADER_OR_FOLLOWER` says who leads.
const SAYS_LEADER: i16 = 10;
/// From this version on a batch adds its partition to the transaction.
const JOINS_TRANSACTIONS: i16 = 12;
/// From this version on topics are named by id.
const BY_ID: i16 = 13;

/// What became of a partition's batch.
#[derive(Clone, Copy, Debug)]
struct Appended {
    first_offset: i64,
    log_append_time: i64,
    log_start: i64,
}

/// Why a partition's batch was not appended, with the log's start where Kafka says it.
#[derive(Debug)]
struct Refused {
    refusal: Refusal,
    log_start: i64,
}

impl From<ResponseError> for Refused {
    fn from(error: ResponseError) -> Self {
        Self { refusal: error.into(), log_start: -1 }
    }
}

/// What the partitions of one request have in common.
#[derive(Clone, Copy, Debug)]
struct Asked<'a> {
    acks: i16,
    transactional_id: Option<&'a str>,
}

/// A topic of a request, looked up once.
#[derive(Debug)]
struct Target {
    name: StrBytes,
    id: uuid::Uuid,
    config: TopicConfig,
}

/// Appends what is valid, partition by partition.
pub(crate) fn produce(machine: &mut Machine, cx: &Context, request: &ProduceRequest) -> Outcome {
    let transactional_id = request.transactional_id.as_ref().map(|id| id.as_str());
    if is_transactional(request) && !may_write_transactions(machine, cx, transactional_id) {
        return refuse_all(request, ResponseError::TransactionalIdAuthorizationFailed);
    }
    let asked = Asked { acks: request.acks, transactional_id };
    let mut response = ProduceResponse::default();
    let mut refused = false;
    for topic in &request.topic_data {
        let target = target(machine, cx, topic);
        let mut partitions = Vec::with_capacity(topic.partition_data.len());
        for partition in last_of_each(&topic.partition_data) {
            let result = match &target {
                Ok(target) => append(machine, cx, &asked, target, partition),
                Err(error) => Err((*error).into()),
            };
            refused |= result.is_err();
            let told = told(partition.index, result);
            let key = target.as_ref().ok().map(|target| (target.id, partition.index));
            partitions.push(with_leader(machine, cx, key, told, &mut response.node_endpoints));
        }
        if !partitions.is_empty() {
            let answer = TopicProduceResponse::default().with_name(topic.name.clone()).with_topic_id(topic.topic_id);
            response.responses.push(answer.with_partition_responses(partitions));
        }
    }
    match request.acks {
        // Nobody reads an answer: a closed connection is all that can tell of a failure.
        0 if refused => Outcome::Close,
        0 => Outcome::Silent,
        _ => response.into(),
    }
}

fn is_transactional(request: &ProduceRequest) -> bool {
    let mut batches = request.topic_data.iter().flat_map(|topic| &topic.partition_data);
    batches.any(|partition| {
        let header = partition.records.as_ref().and_then(|records| Header::parse(records).ok());
        header.is_some_and(|header| header.is_transactional())
    })
}

fn may_write_transactions(machine: &Machine, cx: &Context, id: Option<&str>) -> bool {
    id.is_some_and(|id| cx.may(machine, Operation::Write, ResourceType::TransactionalId, id))
}

fn refuse_all(request: &ProduceRequest, error: ResponseError) -> Outcome {
    if request.acks == 0 {
        return Outcome::Close;
    }
    let topics = request.topic_data.iter().map(|topic| {
        let partitions = topic.partition_data.iter().map(|partition| told(partition.index, Err(error.into())));
        let answer = TopicProduceResponse::default().with_name(topic.name.clone()).with_topic_id(topic.topic_id);
        answer.with_partition_responses(partitions.collect())
    });
    ProduceResponse::default().with_responses(topics.collect()).into()
}

fn target(machine: &mut Machine, cx: &Context, topic: &TopicProduceData) -> Result<Target, ResponseError> {
    let (found, unknown) = if cx.version >= BY_ID {
        (machine.metadata.topic_by_id(topic.topic_id), ResponseError::UnknownTopicId)
    } else {
        (machine.metadata.topic(&topic.name), ResponseError::UnknownTopicOrPartition)
    };
    let name = match found {
        Some(found) => StrBytes::from_string(found.name.clone()),
        None if cx.version >= BY_ID => return Err(unknown),
        None => topic.name.0.clone(),
    };
    if !cx.may(machine, Operation::Write, ResourceType::Topic, &name) {
        return Err(ResponseError::TopicAuthorizationFailed);
    }
    let id = found.map(|found| found.id).ok_or(unknown)?;
    Ok(Target { config: data::topic_config(machine, id, &name), name, id })
}

/// A partition that is there twice counts once, the last time.
fn last_of_each(partitions: &[PartitionProduceData]) -> Vec<&PartitionProduceData> {
    if partitions.len() < 2 {
        return partitions.iter().collect();
    }
    let last: HashMap<i32, usize> = partitions.iter().enumerate().map(|(at, data)| (data.index, at)).collect();
    partitions.iter().enumerate().filter(|(at, data)| last.get(&data.index) == Some(at)).map(|(_, data)| data).collect()
}

fn append(
    machine: &mut Machine,
    cx: &Context,
    asked: &Asked<'_>,
    target: &Target,
    data: &PartitionProduceData,
) -> Result<Appended, Refused> {
    let key = TopicPartition { topic: target.id, partition: data.index };
    if machine.metadata.partition(key).is_none() {
        return Err(ResponseError::UnknownTopicOrPartition.into());
    }
    if !(-1..=1).contains(&asked.acks) {
        return Err(ResponseError::InvalidRequiredAcks.into());
    }
    if is_internal(&target.name) && cx.client_id != ADMIN_CLIENT {
        return Err(ResponseError::InvalidTopicException.into());
    }
    let (partition, log) = lookup::partition(machine, cx, Some(key), -1, Asks::Leader)?;
    let (leader_epoch, log_start) = (partition.leader_epoch, log.start_offset());
    let empty = Bytes::new();
    let payload = data.records.as_ref().unwrap_or(&empty);
    admit(machine, cx, asked, key, payload)?;
    let partition = machine.metadata.partition(key).ok_or(ResponseError::UnknownTopicOrPartition)?;
    if asked.acks == -1 && !has_enough_replicas(partition, &target.config) {
        return Err(Refused { refusal: ResponseError::NotEnoughReplicas.into(), log_start });
    }
    let contracts = target.config.contracts;
    if contracts.demand_anything() {
        machine.schemas.catch_up(&machine.metadata, &machine.logs);
    }
    let contract = contracts.demand_anything().then_some(Contract {
        topic: &target.name,
        key: contracts.key,
        value: contracts.value,
        schemas: &machine.schemas,
    });
    let rules = Rules { contract, ..rules(cx, target, data.index) };
    let valid = validate(payload, &rules).map_err(|refusal| with_start(refusal, log_start))?;
    let log = machine.logs.get_mut(key).ok_or(ResponseError::KafkaStorageError)?;
    let check = log.producers().check(&valid.header, cx.now);
    match check.map_err(|error| Refused { refusal: error.into(), log_start })? {
        Check::Duplicate { first_offset, timestamp } => {
            Ok(Appended { first_offset, log_append_time: timestamp, log_start })
        }
        Check::Append => {
            let first_offset = log.append(&valid.batch, leader_epoch).map_err(|_| ResponseError::KafkaStorageError)?;
            let log_start = log.start_offset();
            data::appended(machine, key);
            Ok(Appended { first_offset, log_append_time: valid.log_append_time, log_start })
        }
    }
}

/// A transactional batch must belong to an open transaction of its producer.
fn admit(
    machine: &mut Machine,
    cx: &Context,
    asked: &Asked<'_>,
    key: TopicPartition,
    payload: &[u8],
) -> Result<(), Refused> {
    let Ok(header) = Header::parse(payload) else { return Ok(()) };
    if !header.is_transactional() {
        return Ok(());
    }
    let writer = Writer {
        transactional_id: asked.transactional_id.unwrap_or_default(),
        producer_id: header.producer_id,
        producer_epoch: header.producer_epoch,
        first_sequence: header.base_sequence,
    };
    admission::admit(machine, key, writer, Support::of_produce(cx.version))
        .map_err(|error| unadmitted(error, cx.version))
}

/// In what words Kafka says that a transaction does not admit a batch. What older clients would not try again is told as
/// an error that they do.
fn unadmitted(error: ResponseError, version: i16) -> Refused {
    let why = |name: &str| {
        format!("Unable to verify the partition has been added to the transaction. Underlying error: {name}")
    };
    let (error, message) = match error {
        ResponseError::InvalidTxnState => (error, "Partition was not added to the transaction".to_owned()),
        ResponseError::ConcurrentTransactions if version >= JOINS_TRANSACTIONS => {
            (error, why("CONCURRENT_TRANSACTIONS"))
        }
        ResponseError::ConcurrentTransactions => (ResponseError::NotEnoughReplicas, why("CONCURRENT_TRANSACTIONS")),
        ResponseError::CoordinatorLoadInProgress => {
            (ResponseError::NotEnoughReplicas, why("COORDINATOR_LOAD_IN_PROGRESS"))
        }
        ResponseError::CoordinatorNotAvailable => (ResponseError::NotEnoughReplicas, why("COORDINATOR_NOT_AVAILABLE")),
        ResponseError::NotCoordinator => (ResponseError::NotEnoughReplicas, why("NOT_COORDINATOR")),
        error => return error.into(),
    };
    let refusal = Refusal { message: Some(message), ..error.into() };
    Refused { refusal, log_start: -1 }
}

/// `min.insync.replicas` asks for no more than there are.
fn has_enough_replicas(partition: &Partition, config: &TopicConfig) -> bool {
    let wanted = usize::try_from(config.min_insync_replicas).unwrap_or(0).min(partition.replicas.len());
    partition.isr.len() >= wanted
}

fn rules<'a>(cx: &Context, target: &'a Target, partition: i32) -> Rules<'a> {
    use crate::config::topic::{CompressionType, TimestampType as Configured};
    let config = &target.config;
    Rules {
        topic: &target.name,
        partition,
        version: cx.version,
        now: cx.now,
        compression: match config.compression_type {
            CompressionType::Producer => None,
            CompressionType::Uncompressed => Some(Compression::None),
            CompressionType::Gzip => Some(Compression::Gzip),
            CompressionType::Snappy => Some(Compression::Snappy),
            CompressionType::Lz4 => Some(Compression::Lz4),
            CompressionType::Zstd => Some(Compression::Zstd),
        },
        timestamp_type: match config.message_timestamp_type {
            Configured::CreateTime => TimestampType::CreateTime,
            Configured::LogAppendTime => TimestampType::LogAppendTime,
        },
        before_max_ms: config.message_timestamp_before_max_ms,
        after_max_ms: config.message_timestamp_after_max_ms,
        compacted: config.cleanup_compact,
        max_message_bytes: usize::try_from(config.max_message_bytes).unwrap_or(0),
        segment_bytes: usize::try_from(config.segment_bytes).unwrap_or(usize::MAX),
        contract: None,
    }
}

/// Kafka does not say where the log starts when no log was reached, or a batch is corrupt or too large.
fn with_start(refusal: Refusal, log_start: i64) -> Refused {
    let silent = [ResponseError::CorruptMessage, ResponseError::MessageTooLarge, ResponseError::RecordListTooLarge];
    let log_start = if refusal.at_the_door || silent.contains(&refusal.error) { -1 } else { log_start };
    Refused { refusal, log_start }
}

fn told(index: i32, result: Result<Appended, Refused>) -> PartitionProduceResponse {
    let response = PartitionProduceResponse::default().with_index(index);
    match result {
        Ok(appended) => response
            .with_base_offset(appended.first_offset)
            .with_log_append_time_ms(appended.log_append_time)
            .with_log_start_offset(appended.log_start),
        Err(Refused { refusal, log_start }) => {
            let fault = |fault: crate::records::validate::RecordFault| {
                let message = Some(StrBytes::from_string(fault.message));
                BatchIndexAndErrorMessage::default()
                    .with_batch_index(fault.index)
                    .with_batch_index_error_message(message)
            };
            response
                .with_error_code(refusal.error.code())
                .with_base_offset(-1)
                .with_log_append_time_ms(-1)
                .with_log_start_offset(log_start)
                .with_error_message(refusal.message.map(StrBytes::from_string))
                .with_record_errors(refusal.records.into_iter().map(fault).collect())
        }
    }
}

/// KIP-951: who asked the wrong broker is told the right one.
fn with_leader(
    machine: &Machine,
    cx: &Context,
    key: Option<(uuid::Uuid, i32)>,
    told: PartitionProduceResponse,
    endpoints: &mut Vec<NodeEndpoint>,
) -> PartitionProduceResponse {
    if cx.version < SAYS_LEADER || told.error_code != ResponseError::NotLeaderOrFollower.code() {
        return told;
    }
    let Some((topic, partition)) = key else { return told };
    let Some(leader) = lookup::leader(machine, cx, TopicPartition { topic, partition }) else { return told };
    if let Some(node) = leader.node.filter(|node| endpoints.iter().all(|known| known.node_id.0 != node.id)) {
        let endpoint = NodeEndpoint::default().with_node_id(BrokerId(node.id)).with_port(i32::from(node.port));
        let rack = node.rack.map(StrBytes::from_string);
        endpoints.push(endpoint.with_host(StrBytes::from_string(node.host)).with_rack(rack));
    }
    let current = LeaderIdAndEpoch::default().with_leader_id(BrokerId(leader.id)).with_leader_epoch(leader.epoch);
    told.with_current_leader(current)
}
