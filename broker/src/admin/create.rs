//! CreateTopics.

use std::collections::{BTreeMap, HashMap};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::create_topics_request::CreatableTopic;
use kafka_protocol::messages::create_topics_response::{CreatableTopicConfigs, CreatableTopicResult};
use kafka_protocol::messages::{CreateTopicsRequest, CreateTopicsResponse, TopicName};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use super::placement::Placement;
use super::topic_name::Collisions;
use super::{assignment, topic_name};
use crate::config::sources::Source;
use crate::config::validate::Set;
use crate::config::{self, entries};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::ConfigResource;
use crate::metadata::change::Change;
use crate::quota;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// The most partitions that one request may make.
const MOST_PARTITIONS: i64 = 10_000;

/// A topic that can be made.
struct Planned {
    id: Uuid,
    name: String,
    partitions: Vec<Vec<i32>>,
    configs: Set,
}

/// What new topics must fit in with.
struct Around {
    placement: Placement,
    collisions: Collisions,
}

impl Around {
    fn of(machine: &Machine) -> Self {
        Self { placement: Placement::of(machine), collisions: Collisions::of(machine) }
    }
}

/// Creates topics, each by itself: one that is refused does not stop the others. All of them are one write.
pub(crate) fn create_topics(machine: &mut Machine, cx: &Context, request: CreateTopicsRequest) -> Outcome {
    if total(machine, &request.topics) > MOST_PARTITIONS {
        let words = "Excessively large number of partitions per request.";
        let why = Refusal::new(ResponseError::PolicyViolation, words);
        return answer(request.topics.iter().map(|topic| refused(&topic.name, &why)).collect());
    }
    let (tried, mut barred) = admitted(machine, cx, request.topics);
    let around = Around::of(machine);
    let planned: Vec<_> = tried.iter().map(|topic| plan(machine, &around, topic)).collect();
    let mut within_quota = |planned: Planned| {
        quota::mutate(machine, cx, 6, planned.partitions.len())?;
        Ok(planned)
    };
    let planned: Vec<_> = planned.into_iter().map(|planned| planned.and_then(&mut within_quota)).collect();
    let mut results = Vec::new();
    let mut inherited = None;
    for (topic, planned) in tried.iter().zip(&planned) {
        results.push(match planned {
            Err(why) => refused(&topic.name, why),
            Ok(planned) => made(machine, cx, topic, planned, &mut inherited),
        });
    }
    if !request.validate_only {
        let changes: Vec<Change> =
            planned.into_iter().flatten().flat_map(|planned| changes(machine, planned)).collect();
        if !changes.is_empty() && machine.commit(changes).is_err() {
            let why = ResponseError::KafkaStorageError.into();
            results = tried.iter().map(|topic| refused(&topic.name, &why)).collect();
        }
    }
    results.append(&mut barred);
    answer(results)
}

/// Makes a topic with the cluster's defaults because a client asked about it.
///
/// # Errors
///
/// When it cannot be made.
pub(super) fn automatic(machine: &mut Machine, name: &TopicName) -> Result<(), Refusal> {
    let asked = CreatableTopic::default().with_name(name.clone()).with_num_partitions(-1).with_replication_factor(-1);
    let planned = plan(machine, &Around::of(machine), &asked)?;
    let changes = changes(machine, planned);
    Ok(machine.commit(changes)?)
}

fn answer(topics: Vec<CreatableTopicResult>) -> Outcome {
    CreateTopicsResponse::default().with_topics(topics).into()
}

fn refused(name: &TopicName, why: &Refusal) -> CreatableTopicResult {
    CreatableTopicResult::default()
        .with_name(name.clone())
        .with_error_code(why.code())
        .with_error_message(why.text())
        .with_num_partitions(-1)
        .with_replication_factor(-1)
        .with_configs(Some(Vec::new()))
}

fn total(machine: &Machine, topics: &[CreatableTopic]) -> i64 {
    let count = |topic: &CreatableTopic| match (topic.assignments.len(), topic.num_partitions) {
        (0, -1) => config::broker_i64(machine, "num.partitions"),
        (0, count) => i64::from(count),
        (assigned, _) => i64::try_from(assigned).unwrap_or(i64::MAX),
    };
    topics.iter().map(count).fold(0, i64::saturating_add)
}

/// The topics that may be tried, and the answers to the others.
fn admitted(
    machine: &Machine,
    cx: &Context,
    topics: Vec<CreatableTopic>,
) -> (Vec<CreatableTopic>, Vec<CreatableTopicResult>) {
    let mut times: HashMap<TopicName, usize> = HashMap::new();
    for topic in &topics {
        *times.entry(topic.name.clone()).or_default() += 1;
    }
    let all = cx.may(machine, Operation::Create, ResourceType::Cluster, CLUSTER);
    let (mut tried, mut barred) = (Vec::new(), Vec::new());
    for topic in topics {
        let invalid = |words: &str| Some(Refusal::new(ResponseError::InvalidRequest, words));
        let why = match times.get_mut(&topic.name) {
            Some(0) => continue,
            Some(times) if *times > 1 => {
                *times = 0;
                invalid("Duplicate topic name.")
            }
            _ if *topic.name == *"__cluster_metadata" => {
                invalid("Creation of internal topic __cluster_metadata is prohibited.")
            }
            _ if !all && !cx.may(machine, Operation::Create, ResourceType::Topic, &topic.name) => {
                Some(Refusal::new(ResponseError::TopicAuthorizationFailed, "Authorization failed."))
            }
            _ => None,
        };
        match why {
            Some(why) => barred.push(refused(&topic.name, &why)),
            None => tried.push(topic),
        }
    }
    (tried, barred)
}

fn plan(machine: &Machine, around: &Around, topic: &CreatableTopic) -> Result<Planned, Refusal> {
    topic_name::check(&topic.name)?;
    around.collisions.check(&topic.name)?;
    if machine.metadata.topic(&topic.name).is_some() {
        let words = format!("Topic '{}' already exists.", topic.name.as_str());
        return Err(Refusal::new(ResponseError::TopicAlreadyExists, words));
    }
    let configs = configs(machine, topic)?;
    let id = Uuid::new_v4();
    let partitions = if topic.assignments.is_empty() {
        placed(machine, &around.placement, topic, id)?
    } else {
        assigned(machine, topic)?
    };
    Ok(Planned { id, name: topic.name.to_string(), partitions, configs })
}

fn configs(machine: &Machine, topic: &CreatableTopic) -> Result<Set, Refusal> {
    let nulls: Vec<&str> = topic.configs.iter().filter(|c| c.value.is_none()).map(|c| c.name.as_str()).collect();
    if !nulls.is_empty() {
        let words = format!("Null value not supported for topic configs: {}", nulls.join(","));
        return Err(Refusal::new(ResponseError::InvalidConfig, words));
    }
    let pair = |c: &kafka_protocol::messages::create_topics_request::CreatableTopicConfig| {
        (c.name.to_string(), c.value.as_deref().unwrap_or_default().to_owned())
    };
    let set: Set = topic.configs.iter().map(pair).collect();
    set.values().try_for_each(|value| config::validate::length(value))?;
    config::validate::topic(machine, &set)?;
    Ok(set)
}

fn assigned(machine: &Machine, topic: &CreatableTopic) -> Result<Vec<Vec<i32>>, Refusal> {
    let invalid = |words: &str| Err(Refusal::new(ResponseError::InvalidRequest, words));
    if topic.replication_factor != -1 {
        return invalid("A manual partition assignment was specified, but replication factor was not set to -1.");
    }
    if topic.num_partitions != -1 {
        return invalid("A manual partition assignment was specified, but numPartitions was not set to -1.");
    }
    let mut by_index: BTreeMap<i32, Vec<i32>> = BTreeMap::new();
    let mut factor = None;
    for one in &topic.assignments {
        if by_index.contains_key(&one.partition_index) {
            let words = format!("Found multiple manual partition assignments for partition {}", one.partition_index);
            return Err(Refusal::new(ResponseError::InvalidReplicaAssignment, words));
        }
        let replicas = assignment::check(machine, &one.broker_ids, factor)?;
        factor = Some(replicas.len());
        assignment::check_alive(machine, one.partition_index, &replicas)?;
        by_index.insert(one.partition_index, replicas);
    }
    assignment::in_order(by_index)
}

fn placed(
    machine: &Machine,
    placement: &Placement,
    topic: &CreatableTopic,
    id: Uuid,
) -> Result<Vec<Vec<i32>>, Refusal> {
    let factor = match topic.replication_factor {
        -1 => config::broker_i64(machine, "default.replication.factor"),
        factor => i64::from(factor),
    };
    let count = match topic.num_partitions {
        -1 => config::broker_i64(machine, "num.partitions"),
        count => i64::from(count),
    };
    if factor < 1 {
        let words = "Replication factor must be larger than 0, or -1 to use the default value.";
        return Err(Refusal::new(ResponseError::InvalidReplicationFactor, words));
    }
    if count < 1 {
        let words = "Number of partitions was set to an invalid non-positive value.";
        return Err(Refusal::new(ResponseError::InvalidPartitions, words));
    }
    let start = usize::from(id.as_bytes()[15]);
    placement.place(start, usize::try_from(count).unwrap_or(0), usize::try_from(factor).unwrap_or(0))
}

fn made(
    machine: &Machine,
    cx: &Context,
    topic: &CreatableTopic,
    planned: &Planned,
    inherited: &mut Option<Vec<entries::Entry>>,
) -> CreatableTopicResult {
    let result = CreatableTopicResult::default()
        .with_name(topic.name.clone())
        .with_topic_id(planned.id)
        .with_error_message(None)
        .with_num_partitions(-1)
        .with_replication_factor(-1)
        .with_configs(Some(Vec::new()));
    if cx.version < 5 {
        return result;
    }
    if !cx.may(machine, Operation::DescribeConfigs, ResourceType::Topic, &topic.name) {
        return result.with_topic_config_error_code(ResponseError::TopicAuthorizationFailed.code());
    }
    let inherited = inherited.get_or_insert_with(|| entries::inherited_by_topics(machine, cx.broker));
    let shown = |entry: &entries::Entry| {
        let shown = CreatableTopicConfigs::default().with_name(entry.name());
        match planned.configs.get(entry.definition.name) {
            Some(own) => {
                shown.with_value(Some(StrBytes::from_string(own.clone()))).with_config_source(Source::Topic as i8)
            }
            None => shown.with_value(entry.value.clone()).with_config_source(entry.source as i8),
        }
    };
    let factor = planned.partitions.first().map_or(0, Vec::len);
    result
        .with_num_partitions(i32::try_from(planned.partitions.len()).unwrap_or(i32::MAX))
        .with_replication_factor(i16::try_from(factor).unwrap_or(i16::MAX))
        .with_configs(Some(inherited.iter().map(shown).collect()))
}

fn changes(machine: &Machine, planned: Planned) -> Vec<Change> {
    let Planned { id, name, partitions, configs } = planned;
    let mut changes = assignment::without_the_dead(machine, id, 0, &partitions);
    let resource = ConfigResource::topic(&name);
    let set = |(key, value)| Change::ConfigChanged { resource: resource.clone(), key, value: Some(value) };
    changes.extend(configs.into_iter().map(set));
    changes.insert(0, Change::TopicCreated { id, name, partitions });
    changes
}
