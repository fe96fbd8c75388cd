//! ElectLeaders, leaders that go back to their preferred replica, and leaders that are moved on demand.

use std::io;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::elect_leaders_response::{PartitionResult, ReplicaElectionResult};
use kafka_protocol::messages::{ElectLeadersRequest, ElectLeadersResponse, TopicName};
use kafka_protocol::protocol::StrBytes;

use super::election::{Election, decide};
use crate::error::FaultError;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::{Change, PartitionState};
use crate::metadata::{Partition, TopicPartition};
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// Elects preferred leaders, or leaders at any cost; the partitions asked for, or all.
pub(crate) fn elect_leaders(machine: &mut Machine, cx: &Context, request: &ElectLeadersRequest) -> Outcome {
    let response = ElectLeadersResponse::default();
    if !cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER) {
        return refused(request, cx.version, &ResponseError::ClusterAuthorizationFailed.into()).into();
    }
    let election = match request.election_type {
        0 => Election::Preferred,
        1 if cx.version > 0 => Election::Unclean,
        other => {
            let why = Refusal::new(ResponseError::InvalidRequest, format!("Unknown election type {other}"));
            return refused(request, cx.version, &why).into();
        }
    };
    let (mut results, mut changes) = (Vec::new(), Vec::new());
    for (topic, partitions) in asked(machine, request) {
        let mut result = ReplicaElectionResult::default().with_topic(topic.clone());
        for index in partitions {
            let outcome = election_in(machine, &topic, index, election);
            // Where all are asked for, those that need no election are left out.
            let unneeded = matches!(&outcome, Err(why) if why.error == ResponseError::ElectionNotNeeded);
            if unneeded && request.topic_partitions.is_none() {
                continue;
            }
            let told = PartitionResult::default().with_partition_id(index);
            result.partition_result.push(match outcome {
                Ok(change) => {
                    changes.push(change);
                    told.with_error_message(None)
                }
                Err(why) => told.with_error_code(why.code()).with_error_message(why.text()),
            });
        }
        results.push(result);
    }
    match machine.commit(changes) {
        Ok(()) => response.with_replica_election_results(results).into(),
        Err(_) => refused(request, cx.version, &ResponseError::KafkaStorageError.into()).into(),
    }
}

fn asked(machine: &Machine, request: &ElectLeadersRequest) -> Vec<(TopicName, Vec<i32>)> {
    if let Some(topics) = &request.topic_partitions {
        return topics.iter().map(|asked| (asked.topic.clone(), asked.partitions.clone())).collect();
    }
    let name = |name: &str| TopicName(StrBytes::from_string(name.to_owned()));
    let all = |count: usize| (0..i32::try_from(count).unwrap_or(i32::MAX)).collect();
    machine.metadata.topics().map(|topic| (name(&topic.name), all(topic.partitions.len()))).collect()
}

/// The same error for everything that was asked for.
pub(crate) fn refused(request: &ElectLeadersRequest, version: i16, why: &Refusal) -> ElectLeadersResponse {
    let topics = request.topic_partitions.iter().flatten().map(|topic| {
        let told = |index: &i32| {
            let told = PartitionResult::default().with_partition_id(*index).with_error_code(why.code());
            told.with_error_message(why.text())
        };
        let results = topic.partitions.iter().map(told).collect();
        ReplicaElectionResult::default().with_topic(topic.topic.clone()).with_partition_result(results)
    });
    // The first version says it of the partitions alone.
    let whole = if version > 0 { why.code() } else { 0 };
    ElectLeadersResponse::default().with_error_code(whole).with_replica_election_results(topics.collect())
}

fn election_in(machine: &Machine, topic: &str, index: i32, election: Election) -> Result<Change, Refusal> {
    let unknown = |text: String| Refusal::new(ResponseError::UnknownTopicOrPartition, text);
    let found = machine.metadata.topic(topic).ok_or_else(|| unknown(format!("No such topic as {topic}")))?;
    let key = TopicPartition { topic: found.id, partition: index };
    let known =
        machine.metadata.partition(key).ok_or_else(|| unknown(format!("No such partition as {topic}-{index}")))?;
    let is_preferred = known.replicas.first() == Some(&known.leader);
    if (election == Election::Preferred && is_preferred) || (election == Election::Unclean && known.leader >= 0) {
        return Err(ResponseError::ElectionNotNeeded.into());
    }
    let to = elected(machine, known, election);
    match election {
        _ if to.leader != known.leader => Ok(Change::PartitionChanged { id: found.id, partition: index, to }),
        Election::Preferred => Err(ResponseError::PreferredLeaderNotAvailable.into()),
        _ => Err(ResponseError::EligibleLeadersNotAvailable.into()),
    }
}

fn elected(machine: &Machine, known: &Partition, election: Election) -> PartitionState {
    let known = PartitionState::from(known);
    decide(&known, known.clone(), election, |broker| machine.metadata.is_alive(broker))
}

/// Gives every partition its preferred leader where that can lead.
///
/// # Errors
///
/// When the journal cannot be written.
pub(crate) fn prefer_all(machine: &mut Machine) -> io::Result<()> {
    let mut changes = Vec::new();
    for topic in machine.metadata.topics() {
        for (partition, known) in (0..).zip(&topic.partitions) {
            let to = elected(machine, known, Election::Preferred);
            if to.leader != known.leader {
                changes.push(Change::PartitionChanged { id: topic.id, partition, to });
            }
        }
    }
    if changes.is_empty() { Ok(()) } else { machine.commit(changes) }
}

/// Lets a chosen replica lead, or the next one in sync.
///
/// # Errors
///
/// When there is no such partition, or the replica cannot lead it.
pub(crate) fn move_leader(machine: &mut Machine, topic: &str, index: i32, to: Option<i32>) -> Result<(), FaultError> {
    let unknown = || FaultError::UnknownPartition { topic: topic.to_owned(), partition: index };
    let id = machine.metadata.topic(topic).ok_or_else(unknown)?.id;
    let known = machine.metadata.partition(TopicPartition { topic: id, partition: index }).ok_or_else(unknown)?;
    let fits = |broker: &i32| known.isr.contains(broker) && machine.metadata.is_alive(*broker);
    let at = known.replicas.iter().position(|broker| *broker == known.leader).map_or(0, |at| at + 1);
    let mut others = known.replicas.iter().cycle().skip(at).take(known.replicas.len()).copied();
    let chosen = match to {
        Some(broker) => Some(broker).filter(fits),
        None => others.find(|broker| *broker != known.leader && fits(broker)),
    };
    let broker = to.unwrap_or(-1);
    let leader = chosen.ok_or(FaultError::NotEligible { broker, topic: topic.to_owned(), partition: index })?;
    if leader == known.leader {
        return Ok(());
    }
    let to = PartitionState { leader, leader_epoch: known.leader_epoch + 1, ..PartitionState::from(known) };
    let change = Change::PartitionChanged { id, partition: index, to };
    machine.commit(vec![change]).map_err(|error| FaultError::Journal { reason: error.to_string() })
}

/// The same leader in a new epoch: what it keeps in memory, it reads back.
///
/// # Errors
///
/// When the journal cannot be written.
pub(crate) fn bump_leader_epoch(machine: &mut Machine, key: TopicPartition) -> io::Result<()> {
    let Some(known) = machine.metadata.partition(key) else { return Ok(()) };
    let to = PartitionState { leader_epoch: known.leader_epoch + 1, ..PartitionState::from(known) };
    machine.commit(vec![Change::PartitionChanged { id: key.topic, partition: key.partition, to }])
}
