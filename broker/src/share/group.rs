//! A share group's members and who gets which partitions: pure, with time as a parameter.
//!
//! Every partition has at least one member, and members outnumbering partitions share them: Kafka's `simple` assignor.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::machine::Timestamp;

/// Partitions by topic.
pub(super) type Partitions = BTreeMap<Uuid, Vec<i32>>;

/// A member.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Member {
    pub(super) epoch: i32,
    pub(super) previous_epoch: i32,
    pub(super) rack: Option<String>,
    pub(super) client_id: String,
    pub(super) client_host: String,
    pub(super) topics: BTreeSet<String>,
    pub(super) assignment: Partitions,
    /// Whether it has yet to be told of its assignment.
    pub(super) untold: bool,
    pub(super) deadline: Timestamp,
}

/// The group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) epoch: i32,
    pub(super) members: BTreeMap<String, Member>,
    /// What the assignment was made from: each subscribed topic's id and number of partitions.
    topics: BTreeMap<String, (Uuid, i32)>,
}

impl Group {
    pub(super) fn state(&self) -> &'static str {
        if self.members.is_empty() { "Empty" } else { "Stable" }
    }

    /// Assigns anew if members, subscriptions (`changed`) or topics are others than before.
    pub(super) fn assign(&mut self, changed: bool, describe: impl Fn(&str) -> Option<(Uuid, i32)>) {
        let names: BTreeSet<String> = self.members.values().flat_map(|member| member.topics.iter().cloned()).collect();
        let topics = names.into_iter().filter_map(|name| describe(&name).map(|known| (name, known))).collect();
        if !changed && topics == self.topics {
            return;
        }
        self.topics = topics;
        self.epoch += 1;
        let mut next: BTreeMap<&String, Partitions> = BTreeMap::new();
        for (name, (id, count)) in &self.topics {
            let readers: Vec<&String> =
                self.members.iter().filter(|(_, member)| member.topics.contains(name)).map(|(id, _)| id).collect();
            let partitions: Vec<i32> = (0..*count).collect();
            for index in 0..partitions.len().max(readers.len()) {
                let partition = partitions.get(index % partitions.len().max(1));
                let reader = readers.get(index % readers.len().max(1));
                if let (Some(partition), Some(reader)) = (partition, reader) {
                    next.entry(reader).or_default().entry(*id).or_default().push(*partition);
                }
            }
        }
        let mut next: BTreeMap<String, Partitions> =
            next.into_iter().map(|(id, partitions)| (id.clone(), partitions)).collect();
        for (id, member) in &mut self.members {
            let assignment = next.remove(id).unwrap_or_default();
            member.untold |= assignment != member.assignment;
            member.assignment = assignment;
        }
    }

    /// The members whose session is over.
    pub(super) fn expired(&self, now: Timestamp) -> Vec<String> {
        self.members.iter().filter(|(_, member)| member.deadline <= now).map(|(id, _)| id.clone()).collect()
    }
}
