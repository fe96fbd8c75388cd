//! AlterPartitionReassignments and ListPartitionReassignments: replicas that move, visibly.
//!
//! A reassignment adds its new replicas first; once they have copied everything, which is a matter of
//! [`Settings::copy_time`](crate::machine::Settings) here, they are in sync and the old ones go.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_partition_reassignments_request::ReassignablePartition;
use kafka_protocol::messages::alter_partition_reassignments_response::{
    ReassignablePartitionResponse, ReassignableTopicResponse,
};
use kafka_protocol::messages::list_partition_reassignments_response::{
    OngoingPartitionReassignment, OngoingTopicReassignment,
};
use kafka_protocol::messages::{
    AlterPartitionReassignmentsRequest, AlterPartitionReassignmentsResponse, BrokerId,
    ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse, TopicName,
};
use kafka_protocol::protocol::StrBytes;

use super::election::{Election, decide};
use super::tuning;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::{Change, PartitionState};
use crate::metadata::{Partition, TopicPartition};
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// Begins, replaces or cancels reassignments, each partition by itself.
pub(crate) fn alter(machine: &mut Machine, cx: &Context, request: &AlterPartitionReassignmentsRequest) -> Outcome {
    let may_resize = cx.version < 1 || request.allow_replication_factor_change;
    let denied = !cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER);
    let (mut responses, mut changes) = (Vec::new(), Vec::new());
    for topic in &request.topics {
        let mut told = ReassignableTopicResponse::default().with_name(topic.name.clone());
        for asked in &topic.partitions {
            let outcome = if denied {
                Err(ResponseError::ClusterAuthorizationFailed.into())
            } else {
                change(machine, &topic.name, asked, may_resize)
            };
            let partition = ReassignablePartitionResponse::default().with_partition_index(asked.partition_index);
            told.partitions.push(match outcome {
                Ok(change) => {
                    changes.extend(change);
                    partition.with_error_message(None)
                }
                // Of this one Kafka says no more than the code.
                Err(why) if why.error == ResponseError::NoReassignmentInProgress => {
                    partition.with_error_code(why.code()).with_error_message(None)
                }
                Err(why) => partition.with_error_code(why.code()).with_error_message(why.text()),
            });
        }
        responses.push(told);
    }
    let response = AlterPartitionReassignmentsResponse::default()
        .with_allow_replication_factor_change(may_resize)
        .with_responses(responses);
    if denied {
        return failed(response, ResponseError::ClusterAuthorizationFailed).into();
    }
    match begin(machine, changes) {
        Ok(()) if request.topics.is_empty() => response.into(),
        Ok(()) => response.with_error_message(None).into(),
        Err(_) => failed(response, ResponseError::KafkaStorageError).into(),
    }
}

fn failed(response: AlterPartitionReassignmentsResponse, error: ResponseError) -> AlterPartitionReassignmentsResponse {
    response.with_error_code(error.code()).with_error_message(Refusal::from(error).text())
}

/// Commits, and sets when replicas that are added will have copied everything.
fn begin(machine: &mut Machine, changes: Vec<Change>) -> std::io::Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let at = machine.now() + machine.settings.copy_time;
    let waits = |change: &Change| match change {
        Change::PartitionChanged { id, partition, to } if !to.adding.is_empty() => {
            Some(TopicPartition { topic: *id, partition: *partition })
        }
        _ => None,
    };
    let waiting: Vec<TopicPartition> = changes.iter().filter_map(waits).collect();
    machine.commit(changes)?;
    for key in waiting {
        machine.control.copied.insert(key, at);
        machine.wake_at(at);
    }
    Ok(())
}

fn change(
    machine: &Machine,
    topic: &str,
    asked: &ReassignablePartition,
    may_resize: bool,
) -> Result<Option<Change>, Refusal> {
    let index = asked.partition_index;
    let unknown = |text: String| Refusal::new(ResponseError::UnknownTopicOrPartition, text);
    let found =
        machine.metadata.topic(topic).ok_or_else(|| unknown(format!("Unable to find a topic named {topic}.")))?;
    let key = TopicPartition { topic: found.id, partition: index };
    let known =
        machine.metadata.partition(key).ok_or_else(|| unknown(format!("Unable to find partition {topic}:{index}.")))?;
    let to = match &asked.replicas {
        None => cancelled(machine, topic, index, known)?,
        Some(replicas) => {
            let replicas: Vec<i32> = replicas.iter().map(|broker| broker.0).collect();
            check(machine, &replicas)?;
            if !may_resize {
                check_size(known, replicas.len())?;
            }
            moved(known, replicas)
        }
    };
    let to = decide(&PartitionState::from(known), to, Election::Online, |broker| machine.metadata.is_alive(broker));
    let changed = to != PartitionState::from(known);
    Ok(changed.then_some(Change::PartitionChanged { id: found.id, partition: index, to }))
}

/// What Kafka asks of an assignment that somebody wrote.
fn check(machine: &Machine, replicas: &[i32]) -> Result<(), Refusal> {
    let refuse = |text: String| Err(Refusal::new(ResponseError::InvalidReplicaAssignment, text));
    if replicas.is_empty() {
        return refuse("The manual partition assignment includes an empty replica list.".to_owned());
    }
    let mut sorted = replicas.to_vec();
    sorted.sort_unstable();
    let mut seen = None;
    for broker in sorted {
        if !machine.metadata.brokers.contains_key(&broker) {
            return refuse(format!(
                "The manual partition assignment includes broker {broker}, but no such broker is registered."
            ));
        }
        if seen == Some(broker) {
            return refuse(format!("The manual partition assignment includes the broker {broker} more than once."));
        }
        seen = Some(broker);
    }
    Ok(())
}

fn check_size(known: &Partition, size: usize) -> Result<(), Refusal> {
    let before = known.replicas.iter().filter(|broker| !known.removing.contains(broker)).count();
    if before == size {
        return Ok(());
    }
    let text = format!("The replication factor is changed from {before} to {size}");
    Err(Refusal::new(ResponseError::InvalidReplicationFactor, text))
}

/// On the way to these replicas: the wanted ones first, then those that will go.
fn moved(known: &Partition, wanted: Vec<i32>) -> PartitionState {
    let less = |all: &[i32], taken: &[i32]| -> Vec<i32> {
        let rest: BTreeSet<i32> = all.iter().copied().filter(|broker| !taken.contains(broker)).collect();
        rest.into_iter().collect()
    };
    let removing = less(&known.replicas, &wanted);
    let adding = less(&wanted, &known.replicas);
    let replicas = wanted.into_iter().chain(removing.iter().copied()).collect();
    PartitionState { replicas, adding, removing, ..PartitionState::from(known) }
}

/// Back to where the partition was before its reassignment.
fn cancelled(machine: &Machine, topic: &str, index: i32, known: &Partition) -> Result<PartitionState, Refusal> {
    if known.adding.is_empty() && known.removing.is_empty() {
        return Err(ResponseError::NoReassignmentInProgress.into());
    }
    let stays = |broker: &i32| !known.adding.contains(broker);
    let replicas: Vec<i32> = known.replicas.iter().copied().filter(stays).collect();
    let mut isr: Vec<i32> = known.isr.iter().copied().filter(stays).collect();
    if isr.is_empty() {
        if !tuning::unclean(machine, topic) {
            let text = format!(
                "Unable to revert partition assignment for {topic}:{index} because it would require an unclean leader \
                 election."
            );
            return Err(Refusal::new(ResponseError::InvalidReplicaAssignment, text));
        }
        isr.extend(replicas.first());
    }
    Ok(PartitionState { replicas, isr, adding: Vec::new(), removing: Vec::new(), ..PartitionState::from(known) })
}

/// Tells the reassignments under way: of the partitions asked for, or all.
pub(crate) fn list(machine: &mut Machine, cx: &Context, request: &ListPartitionReassignmentsRequest) -> Outcome {
    let response = ListPartitionReassignmentsResponse::default().with_error_message(None);
    if !cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER) {
        let why = Refusal::from(ResponseError::ClusterAuthorizationFailed);
        return response.with_error_code(why.code()).with_error_message(why.text()).into();
    }
    let metadata = &machine.metadata;
    let topics = match &request.topics {
        None => metadata.topics().map(|topic| ongoing(topic, 0..i32::MAX)).collect::<Vec<_>>(),
        Some(asked) => {
            let known = asked.iter().filter_map(|asked| Some((metadata.topic(&asked.name)?, asked)));
            known.map(|(topic, asked)| ongoing(topic, asked.partition_indexes.iter().copied())).collect()
        }
    };
    response.with_topics(topics.into_iter().filter(|topic| !topic.partitions.is_empty()).collect()).into()
}

fn ongoing(topic: &crate::metadata::Topic, asked: impl IntoIterator<Item = i32>) -> OngoingTopicReassignment {
    let ids = |brokers: &[i32]| brokers.iter().copied().map(BrokerId).collect::<Vec<_>>();
    let told = |(index, known): (i32, &Partition)| {
        OngoingPartitionReassignment::default()
            .with_partition_index(index)
            .with_replicas(ids(&known.replicas))
            .with_adding_replicas(ids(&known.adding))
            .with_removing_replicas(ids(&known.removing))
    };
    let at = |index: i32| Some((index, topic.partitions.get(usize::try_from(index).ok()?)?));
    let moving = |(_, known): &(i32, &Partition)| !known.adding.is_empty() || !known.removing.is_empty();
    let partitions = asked.into_iter().map_while(at).filter(moving).map(told).collect();
    OngoingTopicReassignment::default()
        .with_name(TopicName(StrBytes::from_string(topic.name.clone())))
        .with_partitions(partitions)
}
