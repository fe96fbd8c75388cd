//! The partitions that this member owns at the moment, each with its lane and task.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::message::{BorrowedMessage, Message as _};
use rdkafka::topic_partition_list::{Offset, TopicPartitionList};
use tokio::runtime;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::group::lane::Lane;
use crate::group::raw::Raw;

/// One owned partition.
#[derive(Debug)]
pub(crate) struct Owned {
    pub(crate) lane: Arc<Lane>,
    pub(crate) queue: UnboundedSender<Raw>,
    pub(crate) task: JoinHandle<()>,
    /// What was handed to the client for committing.
    pub(crate) stored: Option<i64>,
    pub(crate) paused: bool,
}

/// All owned partitions. Only the polling thread changes it.
#[derive(Debug, Default)]
pub(crate) struct Assignment(HashMap<&'static str, HashMap<i32, Owned>>);

impl Assignment {
    pub(crate) fn insert(&mut self, topic: &'static str, partition: i32, owned: Owned) {
        self.0.entry(topic).or_default().insert(partition, owned);
    }

    /// Takes the listed partitions out.
    pub(crate) fn remove(&mut self, list: &TopicPartitionList) -> Vec<(&'static str, i32, Owned)> {
        let listed = list.elements();
        let mut removed = Vec::new();
        for (topic, partitions) in &mut self.0 {
            for element in listed.iter().filter(|element| element.topic() == *topic) {
                removed
                    .extend(partitions.remove(&element.partition()).map(|owned| (*topic, element.partition(), owned)));
            }
        }
        removed
    }

    pub(crate) fn remove_all(&mut self) -> Vec<(&'static str, i32, Owned)> {
        let topics = self.0.drain();
        topics
            .flat_map(|(topic, all)| all.into_iter().map(move |(partition, owned)| (topic, partition, owned)))
            .collect()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, i32, &Owned)> {
        self.0.iter().flat_map(|(topic, all)| all.iter().map(|(partition, owned)| (*topic, *partition, owned)))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&'static str, i32, &mut Owned)> {
        self.0.iter_mut().flat_map(|(topic, all)| all.iter_mut().map(|(partition, owned)| (*topic, *partition, owned)))
    }

    /// Queues a record for its partition's task. Says whether the partition has to be paused now.
    ///
    /// A record of a partition that was just given up is dropped: its new owner reads it.
    pub(crate) fn queue(&mut self, message: &BorrowedMessage<'_>) -> bool {
        let owned = self.0.get_mut(message.topic()).and_then(|all| all.get_mut(&message.partition()));
        let Some(owned) = owned else { return false };
        let raw = Raw::of(message);
        let is_full = owned.lane.queued(raw.weight());
        // A task that has ended gave its record up and ends the service.
        owned.queue.send(raw).ok();
        let pause = is_full && !owned.paused;
        owned.paused |= pause;
        pause
    }

    /// The paused partitions whose tasks have caught up; they count as resumed from here on.
    pub(crate) fn take_drained(&mut self) -> TopicPartitionList {
        let mut drained = TopicPartitionList::new();
        for (topic, partition, owned) in self.iter_mut() {
            if owned.paused && owned.lane.has_drained() {
                owned.paused = false;
                drained.add_partition(topic, partition);
            }
        }
        drained
    }

    /// The offsets that moved since they were last taken; they count as stored from here on.
    pub(crate) fn take_progress(&mut self) -> TopicPartitionList {
        let mut progress = TopicPartitionList::new();
        for (topic, partition, owned) in self.iter_mut() {
            let next = owned.lane.next();
            if let Some(offset) = next
                && owned.stored != next
            {
                owned.stored = next;
                add_offset(&mut progress, topic, partition, offset);
            }
        }
        progress
    }

    /// The client did not take these: their offsets are taken again.
    pub(crate) fn forget_stored(&mut self, list: &TopicPartitionList) {
        for element in list.elements() {
            let owned = self.0.get_mut(element.topic()).and_then(|all| all.get_mut(&element.partition()));
            if let Some(owned) = owned {
                owned.stored = None;
            }
        }
    }
}

/// Lets the tasks of partitions that are given up finish their record in work, drops those that take too long, and
/// returns what can be committed. Blocks.
pub(crate) fn finish(
    partitions: &mut [(&'static str, i32, Owned)],
    deadline: Duration,
    runtime: &runtime::Handle,
) -> TopicPartitionList {
    if partitions.is_empty() {
        return TopicPartitionList::new();
    }
    for (_, _, owned) in partitions.iter() {
        owned.lane.halt();
    }
    runtime.block_on(async {
        let all = async {
            for (_, _, owned) in partitions.iter_mut() {
                // A task panics only for a fault of this crate; what it finished before still counts.
                (&mut owned.task).await.ok();
            }
        };
        if timeout(deadline, all).await.is_err() {
            for (topic, partition, owned) in partitions.iter().filter(|(_, _, owned)| !owned.task.is_finished()) {
                tracing::warn!(topic, partition, "a record was still in work after {deadline:?}; it will come again");
                owned.task.abort();
            }
        }
    });
    let mut progress = TopicPartitionList::new();
    for (topic, partition, owned) in partitions {
        if let Some(offset) = owned.lane.next() {
            add_offset(&mut progress, topic, *partition, offset);
        }
    }
    progress
}

/// Adds an offset to a list. Only logical offsets can be refused, and these are numbers.
pub(crate) fn add_offset(list: &mut TopicPartitionList, topic: &str, partition: i32, offset: i64) {
    if let Err(error) = list.add_partition_offset(topic, partition, Offset::Offset(offset)) {
        tracing::error!(topic, partition, offset, "the offset cannot be committed: {error}");
    }
}
