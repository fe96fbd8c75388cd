//! Reads the partitions of a fetch: one after the other, within its bounds.

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_response::{AbortedTransaction, EpochEndOffset, LeaderIdAndEpoch, PartitionData};
use kafka_protocol::messages::{BrokerId, ProducerId};

use super::lookup::{self, Asks, Node};
use super::offsets::epoch_end;
use super::session::{PartitionRef, TopicRef, Want};
use crate::config;
use crate::log::Log;
use crate::machine::{Context, Machine};
use crate::metadata::{Partition, Topic, TopicPartition};
use crate::records::Header;
use crate::security::acl::{Operation, ResourceType};

/// From this version on a consumer may read at a follower (KIP-392).
pub(crate) const FROM_FOLLOWER: i16 = 11;
/// From this version on a `NOT_LEADER_OR_FOLLOWER` says who leads (KIP-951).
const SAYS_LEADER: i16 = 16;
/// The replica selector that makes a leader send consumers to a replica in their rack.
const RACK_AWARE: &str = "org.apache.kafka.common.replica.RackAwareReplicaSelector";

/// Which records a consumer may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Isolation {
    Uncommitted,
    Committed,
}

/// How much a fetch wants, and of what.
#[derive(Clone, Debug)]
pub(crate) struct Bounds {
    pub(crate) min_bytes: i32,
    pub(crate) max_bytes: i32,
    pub(crate) isolation: Isolation,
    /// The consumer's rack, of a version that may read at followers.
    pub(crate) rack: Option<String>,
}

/// What reading came to.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) partitions: Vec<(PartitionRef, PartitionData)>,
    /// Partitions that were not even looked for in a log: they keep nobody from waiting for the others.
    pub(crate) refused: Vec<(PartitionRef, PartitionData)>,
    pub(crate) waits_for: Vec<TopicPartition>,
    pub(crate) endpoints: Vec<Node>,
    size: usize,
    /// There is something to tell besides records.
    urgent: bool,
}

impl Reading {
    /// Whether there is less than the client asked for, and waiting may bring more.
    pub(crate) fn may_wait(&self, bounds: &Bounds) -> bool {
        let enough = usize::try_from(bounds.min_bytes).is_ok_and(|min| self.size < min);
        enough && !self.urgent && !self.waits_for.is_empty()
    }

    fn refuse(&mut self, at: &PartitionRef, error: ResponseError) {
        let data = nothing(at.partition).with_error_code(error.code());
        self.refused.push((at.clone(), data.with_aborted_transactions(Some(Vec::new()))));
    }
}

/// An answer without anything in it.
fn nothing(partition: i32) -> PartitionData {
    PartitionData::default()
        .with_partition_index(partition)
        .with_high_watermark(-1)
        .with_aborted_transactions(None)
        .with_records(Some(Bytes::new()))
}

/// Reads the wanted partitions in order. The first records found are given even where they are over a bound.
pub(crate) fn read<'a>(
    machine: &Machine,
    cx: &Context,
    wants: impl Iterator<Item = &'a Want>,
    bounds: &Bounds,
) -> Reading {
    let mut reading = Reading::default();
    let mut topic: Option<(&TopicRef, Result<&Topic, ResponseError>)> = None;
    for want in wants {
        let found = match topic {
            Some((known, found)) if *known == want.at.topic => found,
            _ => find(machine, cx, &want.at.topic),
        };
        topic = Some((&want.at.topic, found));
        let key = found.map(|topic| TopicPartition { topic: topic.id, partition: want.at.partition });
        let known = key.and_then(|key| match machine.metadata.partition(key) {
            Some(_) => Ok(key),
            None => Err(ResponseError::UnknownTopicOrPartition),
        });
        match known {
            Ok(key) => partition(machine, cx, key, want, bounds, &mut reading),
            Err(error) => reading.refuse(&want.at, error),
        }
    }
    reading
}

fn find<'a>(machine: &'a Machine, cx: &Context, topic: &TopicRef) -> Result<&'a Topic, ResponseError> {
    let (found, name, missing) = match topic {
        TopicRef::Name(name) => (machine.metadata.topic(name), name.as_str(), ResponseError::UnknownTopicOrPartition),
        TopicRef::Id(id) => {
            let found = machine.metadata.topic_by_id(*id).ok_or(ResponseError::UnknownTopicId)?;
            (Some(found), found.name.as_str(), ResponseError::UnknownTopicId)
        }
    };
    if cx.may(machine, Operation::Read, ResourceType::Topic, name) {
        found.ok_or(missing)
    } else {
        Err(ResponseError::TopicAuthorizationFailed)
    }
}

fn partition(
    machine: &Machine,
    cx: &Context,
    key: TopicPartition,
    want: &Want,
    bounds: &Bounds,
    reading: &mut Reading,
) {
    let room = usize::try_from(bounds.max_bytes).unwrap_or(0).saturating_sub(reading.size);
    let data = match take(machine, cx, key, want, bounds, (room, reading.size == 0)) {
        Ok(Taken { data, urgent }) => {
            reading.urgent |= urgent;
            reading.size += data.records.as_ref().map_or(0, Bytes::len);
            reading.waits_for.push(key);
            data
        }
        Err(error) => {
            reading.urgent = true;
            let data = nothing(want.at.partition).with_error_code(error.code());
            let none = (bounds.isolation == Isolation::Committed).then(Vec::new);
            with_leader(machine, cx, key, error, data.with_aborted_transactions(none), reading)
        }
    };
    reading.partitions.push((want.at.clone(), data));
}

fn with_leader(
    machine: &Machine,
    cx: &Context,
    key: TopicPartition,
    error: ResponseError,
    data: PartitionData,
    reading: &mut Reading,
) -> PartitionData {
    let moved = matches!(error, ResponseError::NotLeaderOrFollower | ResponseError::FencedLeaderEpoch);
    if cx.version < SAYS_LEADER || !moved {
        return data;
    }
    let Some(leader) = lookup::leader(machine, cx, key) else { return data };
    let new = |node: &Node| reading.endpoints.iter().all(|known| known.id != node.id);
    if let Some(node) = leader.node.filter(new) {
        reading.endpoints.push(node);
    }
    let current = LeaderIdAndEpoch::default().with_leader_id(BrokerId(leader.id)).with_leader_epoch(leader.epoch);
    data.with_current_leader(current)
}

/// What one partition gives.
struct Taken {
    data: PartitionData,
    /// It says something besides records.
    urgent: bool,
}

fn take(
    machine: &Machine,
    cx: &Context,
    key: TopicPartition,
    want: &Want,
    bounds: &Bounds,
    (room, first): (usize, bool),
) -> Result<Taken, ResponseError> {
    let asks = if bounds.rack.is_some() { Asks::AnyReplica } else { Asks::Leader };
    let (partition, log) = lookup::partition(machine, cx, Some(key), want.leader_epoch, asks)?;
    let (start, end, stable) = (log.start_offset(), log.end_offset(), log.last_stable_offset());
    let committed = bounds.isolation == Isolation::Committed;
    let data = nothing(want.at.partition)
        .with_high_watermark(end)
        .with_last_stable_offset(stable)
        .with_log_start_offset(if cx.version >= 5 { start } else { -1 })
        .with_aborted_transactions(committed.then(Vec::new));
    if let Some(replica) = preferred(machine, cx, partition, bounds.rack.as_deref()) {
        let data = data.with_preferred_read_replica(BrokerId(replica));
        return Ok(Taken { data, urgent: true });
    }
    if let Some(diverging) = diverging(partition, log, want)? {
        return Ok(Taken { data: data.with_diverging_epoch(diverging), urgent: true });
    }
    if want.offset < start || want.offset > end {
        return Err(ResponseError::OffsetOutOfRange);
    }
    let bound = if committed { stable } else { end };
    let most = room.min(usize::try_from(want.max_bytes).unwrap_or(0));
    if want.offset >= bound || (most == 0 && !first) {
        return Ok(Taken { data, urgent: false });
    }
    let records = log.read(want.offset, bound, most).map_err(|_| ResponseError::KafkaStorageError)?;
    if records.len() > most && !first {
        return Ok(Taken { data, urgent: false });
    }
    let aborted = committed.then(|| aborted(log, want.offset, &records, bound));
    Ok(Taken { data: data.with_aborted_transactions(aborted).with_records(Some(records)), urgent: false })
}

/// The replica in the consumer's rack, where the leader is in another and is told to send consumers away.
fn preferred(machine: &Machine, cx: &Context, partition: &Partition, rack: Option<&str>) -> Option<i32> {
    let rack = rack.filter(|rack| !rack.is_empty())?;
    if partition.leader != cx.broker || config::broker_str(machine, "replica.selector.class") != RACK_AWARE {
        return None;
    }
    let is_there =
        |id: &i32| machine.metadata.brokers.get(id).is_some_and(|b| b.alive && b.rack.as_deref() == Some(rack));
    if is_there(&partition.leader) {
        return None;
    }
    partition.isr.iter().copied().find(is_there)
}

/// Where the client's log and this one part, when they do.
fn diverging(partition: &Partition, log: &Log, want: &Want) -> Result<Option<EpochEndOffset>, ResponseError> {
    if want.last_fetched_epoch < 0 {
        return Ok(None);
    }
    let known = epoch_end(partition, log, want.last_fetched_epoch);
    let (epoch, end) = known.ok_or(ResponseError::OffsetOutOfRange)?;
    let parts = epoch < want.last_fetched_epoch || end < want.offset;
    Ok(parts.then(|| EpochEndOffset::default().with_epoch(epoch).with_end_offset(end)))
}

/// The aborted transactions that touch what was read.
fn aborted(log: &Log, from: i64, records: &Bytes, bound: i64) -> Vec<AbortedTransaction> {
    let to = end_of(records).unwrap_or(bound).min(bound);
    let told = |aborted: crate::log::producers::Aborted| {
        let id = ProducerId(aborted.producer_id);
        AbortedTransaction::default().with_producer_id(id).with_first_offset(aborted.first_offset)
    };
    log.producers().aborted(from, to).into_iter().map(told).collect()
}

/// The offset after the last whole batch.
fn end_of(records: &[u8]) -> Option<i64> {
    let mut rest = records;
    let mut end = None;
    while let Ok(header) = Header::parse(rest) {
        end = Some(header.next_offset());
        rest = rest.get(header.size..).unwrap_or_default();
    }
    end
}
