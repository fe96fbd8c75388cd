//! OffsetDelete, and offsets of topics that are gone.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::offset_delete_response::{OffsetDeleteResponsePartition, OffsetDeleteResponseTopic};
use kafka_protocol::messages::{OffsetDeleteRequest, OffsetDeleteResponse};

use super::{Place, commit};
use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::group::stored::{Entry, offset as record};
use crate::group::{Kind, access, store};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::TopicPartition;
use crate::security::acl::Operation;

/// Answers OffsetDelete: what nobody in the group reads any more can be forgotten.
pub(crate) fn offset_delete(machine: &mut Machine, cx: &Context, request: &OffsetDeleteRequest) -> Outcome {
    let group = request.group_id.to_string();
    let key = match access::group(machine, cx, &group, Operation::Delete).and_then(|key| {
        check(machine, &group)?;
        Ok(key)
    }) {
        Ok(key) => key,
        Err(error) => return OffsetDeleteResponse::default().with_error_code(error.code()).into(),
    };
    let (mut doomed, mut topics) = (Vec::new(), Vec::new());
    for topic in &request.topics {
        let mut partitions = Vec::new();
        for partition in &topic.partitions {
            let index = partition.partition_index;
            let verdict = commit::readable(machine, cx, &topic.name, index).and_then(|_| {
                let read = machine.groups.kind(&group).is_some_and(|kind| kind.is_subscribed(&topic.name));
                if read { Err(ResponseError::GroupSubscribedToTopic) } else { Ok(()) }
            });
            if verdict.is_ok() {
                doomed.push((topic.name.to_string(), index));
            }
            let error = verdict.err().map_or(0, |error| error.code());
            partitions
                .push(OffsetDeleteResponsePartition::default().with_partition_index(index).with_error_code(error));
        }
        topics.push(OffsetDeleteResponseTopic::default().with_name(topic.name.clone()).with_partitions(partitions));
    }
    for topic in &mut topics {
        topic.partitions.sort_by_key(|partition| !commit::is_refused_early(partition.error_code));
    }
    topics.sort_by_key(|topic| !topic.partitions.iter().any(|one| commit::is_refused_early(one.error_code)));
    match forget(machine, key, &group, doomed) {
        Ok(()) => OffsetDeleteResponse::default().with_topics(topics).into(),
        Err(error) => OffsetDeleteResponse::default().with_error_code(error.code()).into(),
    }
}

fn check(machine: &Machine, group: &str) -> Result<(), ResponseError> {
    match machine.groups.kind(group).ok_or(ResponseError::GroupIdNotFound)? {
        Kind::Classic(known) if !known.members.is_empty() && known.protocol_type.as_deref() != Some("consumer") => {
            Err(ResponseError::NonEmptyGroup)
        }
        Kind::Classic(_) | Kind::Consumer(_) => Ok(()),
    }
}

/// Takes offsets away, in the log and in memory.
///
/// # Errors
///
/// When the log cannot be written.
pub(crate) fn forget(
    machine: &mut Machine,
    key: TopicPartition,
    group: &str,
    places: Vec<Place>,
) -> Result<(), ResponseError> {
    let known = machine.groups.offsets(group);
    let places: Vec<Place> = places.into_iter().filter(|place| known.is_some_and(|o| o.contains_key(place))).collect();
    let tombstone = |(topic, partition): &Place| Entry { key: record::key(group, topic, *partition), value: None };
    let entries: Vec<Entry> = places.iter().map(tombstone).collect();
    store::append(machine, key, &entries)?;
    if let Some(known) = machine.groups.all.get_mut(group) {
        for place in &places {
            known.offsets.remove(place);
        }
    }
    Ok(())
}

/// A topic is gone: so are the offsets that groups have committed of it.
pub(crate) fn topic_deleted(machine: &mut Machine, name: &str) {
    for group in machine.groups.all.keys().cloned().collect::<Vec<_>>() {
        let places: Vec<Place> = machine
            .groups
            .offsets(&group)
            .into_iter()
            .flat_map(|offsets| offsets.keys())
            .filter(|(topic, _)| topic == name)
            .cloned()
            .collect();
        let Some(key) = known_partition(machine, CoordinatorKind::Group, &group) else { continue };
        if let Err(error) = forget(machine, key, &group, places) {
            tracing::warn!(group, topic = name, %error, "offsets of a deleted topic remain");
        }
    }
    for pending in machine.groups.pending.values_mut() {
        pending.retain(|(_, (topic, _)), _| topic != name);
    }
}
