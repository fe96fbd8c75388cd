//! `ShareFetch`: gives a member records that nobody holds, and waits for them where there are none.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::share_fetch_response::{
    AcquiredRecords, LeaderIdAndEpoch, PartitionData, ShareFetchableTopicResponse,
};
use kafka_protocol::messages::{ShareFetchRequest, ShareFetchResponse};
use uuid::Uuid;

use super::acknowledge::{apply, check, names, words};
use super::queue::{Acquired, Queue, Verdict};
use super::session::{self, Phase};
use super::{Part, PartKey, SessionKey, settings, store};
use crate::log::Log;
use crate::machine::{ConnectionId, Context, Machine, Outcome, Ticket, Timestamp};
use crate::metadata::TopicPartition;
use crate::records::Header;

/// What acknowledging came to, by partition.
type Acknowledged = BTreeMap<TopicPartition, Result<(), ResponseError>>;

/// A fetch that may have to wait.
#[derive(Debug)]
pub(crate) struct Parked {
    cx: Context,
    key: SessionKey,
    acknowledged: Acknowledged,
    /// Whether every partition is to be in the answer.
    full: bool,
    max_bytes: usize,
    max_records: usize,
    until: Timestamp,
}

/// Fetches for a member's session.
pub(crate) fn fetch(machine: &mut Machine, cx: &Context, request: &ShareFetchRequest) -> Outcome {
    let refuse = |error: ResponseError| ShareFetchResponse::default().with_error_code(error.code()).into();
    let (group, member) =
        match names(machine, cx, request.group_id.as_ref().map(|id| &id.0), request.member_id.as_ref()) {
            Ok(names) => names,
            Err(error) => return refuse(error),
        };
    let key: SessionKey = (cx.broker, group, member);
    let asked = || request.topics.iter().flat_map(|topic| topic.partitions.iter().map(|asked| (topic.topic_id, asked)));
    if request.share_session_epoch == 0 && asked().any(|(_, asked)| !asked.acknowledgement_batches.is_empty()) {
        return refuse(ResponseError::InvalidRequest);
    }
    let phase = match session::enter(machine, &key, cx.connection, request.share_session_epoch) {
        Ok(phase) => phase,
        Err(error) => return refuse(error),
    };
    let mut acknowledged = Acknowledged::new();
    for (topic, asked) in asked().filter(|(_, asked)| !asked.acknowledgement_batches.is_empty()) {
        let verdict = |batch: &kafka_protocol::messages::share_fetch_request::AcknowledgementBatch| Verdict {
            first: batch.first_offset,
            last: batch.last_offset,
            kinds: batch.acknowledge_types.clone(),
        };
        let verdicts: Vec<Verdict> = asked.acknowledgement_batches.iter().map(verdict).collect();
        let place = TopicPartition { topic, partition: asked.partition_index };
        acknowledged.insert(place, apply(machine, cx, &key, place, &verdicts));
    }
    if let Some(session) = machine.shares.sessions.get_mut(&key) {
        let place = |topic: Uuid, partition: i32| TopicPartition { topic, partition };
        session.partitions.extend(asked().map(|(topic, asked)| place(topic, asked.partition_index)));
        for topic in &request.forgotten_topics_data {
            topic.partitions.iter().for_each(|index| _ = session.partitions.remove(&place(topic.topic_id, *index)));
        }
    }
    let wait = i64::from(request.max_wait_ms.max(0));
    let parked = Parked {
        cx: cx.clone(),
        key,
        acknowledged,
        full: phase == Phase::Open,
        max_bytes: usize::try_from(request.max_bytes).unwrap_or(0),
        max_records: usize::try_from(request.max_records).ok().filter(|most| *most > 0).unwrap_or(usize::MAX),
        until: cx.now + wait,
    };
    if phase == Phase::Close {
        close(machine, &parked.key);
        return answer(machine, &parked, BTreeMap::new()).into();
    }
    let found = read(machine, &parked);
    if !found.is_empty() || wait == 0 {
        return answer(machine, &parked, found).into();
    }
    machine.wake_at(parked.until);
    machine.shares.parked.insert(cx.ticket, parked);
    Outcome::Parked
}

/// Records for a partition, or why there are none.
type Found = BTreeMap<TopicPartition, Result<(Bytes, Vec<Acquired>), ResponseError>>;

/// Acquires records of the session's partitions; another one begins each time, so that none starves.
fn read(machine: &mut Machine, parked: &Parked) -> Found {
    let mut found = Found::new();
    let Some(session) = machine.shares.sessions.get(&parked.key) else { return found };
    let mut places: Vec<TopicPartition> = session.partitions.iter().copied().collect();
    let first = usize::try_from(session.epoch).unwrap_or(0) % places.len().max(1);
    places.rotate_left(first);
    let (mut bytes, mut records) = (parked.max_bytes, parked.max_records);
    for place in places {
        if let Err(error) = check(machine, &parked.cx, place) {
            found.insert(place, Err(error));
            continue;
        }
        if records == 0 || bytes == 0 {
            continue;
        }
        let Ok((batches, acquired)) = acquire(machine, parked, place, bytes, records) else { continue };
        if !acquired.is_empty() {
            let count = |range: &Acquired| usize::try_from(range.last - range.first + 1).unwrap_or(0);
            records = records.saturating_sub(acquired.iter().map(count).sum());
            bytes = bytes.saturating_sub(batches.len());
            found.insert(place, Ok((batches, acquired)));
        }
    }
    found
}

fn acquire(
    machine: &mut Machine,
    parked: &Parked,
    place: TopicPartition,
    max_bytes: usize,
    max_records: usize,
) -> std::io::Result<(Bytes, Vec<Acquired>)> {
    let (_, group, member) = &parked.key;
    let key: PartKey = (group.clone(), place);
    open(machine, &key);
    let (most, committed) = (settings::max_locks(machine, group), settings::reads_committed(machine, group));
    let until = machine.now() + i64::from(settings::lock_ms(machine, group));
    let Machine { shares, logs, .. } = &mut *machine;
    let (Some(log), Some(part)) = (logs.get(place), shares.parts.get_mut(&key)) else { return Ok(Default::default()) };
    part.queue.trim(log.start_offset());
    let bound = if committed { log.last_stable_offset() } else { log.end_offset() };
    let member: Arc<str> = Arc::from(member.as_str());
    let mut taken = (Bytes::new(), Vec::new());
    while let Some(from) = part.queue.next(most).filter(|from| *from < bound) {
        let bytes = log.read(from, bound, max_bytes)?;
        let Ok(first) = Header::parse(&bytes) else { break };
        part.queue.archive(from..first.base_offset.max(from));
        let (length, acquired) = take(&mut part.queue, log, &bytes, (&member, until), max_records, committed);
        if !acquired.is_empty() {
            taken = (bytes.slice(..length), acquired);
            break;
        }
        if part.queue.next(most) == Some(from) {
            break;
        }
    }
    if !taken.1.is_empty() {
        shares.due = Some(shares.due.map_or(until, |due| due.min(until)));
        machine.wake_at(until);
    }
    Ok(taken)
}

/// Acquires batch by batch; gives how many bytes that took. With `committed`, aborted batches are given up.
fn take(
    queue: &mut Queue,
    log: &Log,
    bytes: &Bytes,
    (member, until): (&Arc<str>, Timestamp),
    max_records: usize,
    committed: bool,
) -> (usize, Vec<Acquired>) {
    let (mut at, mut count, mut acquired) = (0, 0, Vec::new());
    while let Ok(header) = Header::parse(&bytes[at..]) {
        if count >= max_records {
            break;
        }
        let offsets = header.base_offset..header.next_offset();
        let aborted = log.producers().aborted(offsets.start, offsets.end);
        let hidden = header.is_transactional()
            && aborted
                .iter()
                .any(|aborted| aborted.producer_id == header.producer_id && aborted.first_offset <= header.base_offset);
        if committed && (hidden || header.is_control()) {
            queue.archive(offsets);
        } else {
            let ranges = queue.acquire(member, until, offsets);
            count +=
                ranges.iter().map(|range| usize::try_from(range.last - range.first + 1).unwrap_or(0)).sum::<usize>();
            acquired.extend(ranges);
        }
        at += header.size;
    }
    (at, acquired)
}

/// Begins a share-partition where the group's `share.auto.offset.reset` says.
fn open(machine: &mut Machine, key: &PartKey) {
    if machine.shares.parts.contains_key(key) {
        return;
    }
    let now = machine.now();
    let Some(log) = machine.logs.get(key.1) else { return };
    let start = match settings::reset(machine, &key.0) {
        "earliest" => log.start_offset(),
        reset => match reset.strip_prefix("by_duration:").and_then(milliseconds) {
            Some(ago) => log.at_time(now - ago).ok().flatten().map_or(log.end_offset(), |found| found.offset),
            None => log.end_offset(),
        },
    };
    machine.shares.groups.entry(key.0.clone()).or_default();
    machine.shares.parts.insert(key.clone(), Part { queue: Queue::new(start), kept: None, snapshot_epoch: -1 });
    store::keep(machine, key);
}

/// An ISO-8601 duration of days, hours, minutes and seconds.
fn milliseconds(text: &str) -> Option<i64> {
    let (mut total, mut number) = (0, String::new());
    for letter in text.strip_prefix('P')?.chars() {
        let unit = match letter {
            'T' => continue,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            digit => {
                number.push(digit);
                continue;
            }
        };
        total += std::mem::take(&mut number).parse::<i64>().ok()? * unit * 1_000;
    }
    number.is_empty().then_some(total)
}

fn answer(machine: &Machine, parked: &Parked, mut found: Found) -> ShareFetchResponse {
    let mut topics: BTreeMap<Uuid, Vec<PartitionData>> = BTreeMap::new();
    let mut places: Vec<TopicPartition> = found.keys().chain(parked.acknowledged.keys()).copied().collect();
    if let Some(session) = machine.shares.sessions.get(&parked.key).filter(|_| parked.full) {
        places.extend(session.partitions.iter().copied());
    }
    places.sort_unstable();
    places.dedup();
    for place in places {
        let mut data = PartitionData::default().with_partition_index(place.partition).with_records(Some(Bytes::new()));
        if let Some(Err(error)) = parked.acknowledged.get(&place) {
            data = data.with_acknowledge_error_code(error.code()).with_acknowledge_error_message(Some(words(*error)));
        }
        data = match found.remove(&place) {
            None => data,
            Some(Ok((records, acquired))) => {
                data.with_records(Some(records)).with_acquired_records(acquired.iter().map(acquired_records).collect())
            }
            Some(Err(error)) => {
                let data = data.with_error_code(error.code()).with_error_message(Some(words(error)));
                let known = machine.metadata.partition(place).filter(|_| error == ResponseError::NotLeaderOrFollower);
                let leader = |leader: i32, epoch: i32| {
                    LeaderIdAndEpoch::default().with_leader_id(leader).with_leader_epoch(epoch)
                };
                match known {
                    Some(known) => data.with_current_leader(leader(known.leader, known.leader_epoch)),
                    None => data,
                }
            }
        };
        topics.entry(place.topic).or_default().push(data);
    }
    let topic = |(id, partitions)| ShareFetchableTopicResponse::default().with_topic_id(id).with_partitions(partitions);
    ShareFetchResponse::default()
        .with_acquisition_lock_timeout_ms(settings::lock_ms(machine, &parked.key.1))
        .with_responses(topics.into_iter().map(topic).collect())
}

fn acquired_records(range: &Acquired) -> AcquiredRecords {
    AcquiredRecords::default()
        .with_first_offset(range.first)
        .with_last_offset(range.last)
        .with_delivery_count(range.deliveries)
}

/// Something may have become free in a partition: who waits for it tries again.
pub(super) fn wake(machine: &mut Machine, place: TopicPartition) {
    let shares = &machine.shares;
    let wants =
        |parked: &Parked| shares.sessions.get(&parked.key).is_some_and(|session| session.partitions.contains(&place));
    let mut tickets: Vec<Ticket> =
        shares.parked.iter().filter(|(_, parked)| wants(parked)).map(|(ticket, _)| *ticket).collect();
    tickets.sort_unstable();
    for ticket in tickets {
        retry(machine, ticket, false);
    }
}

fn retry(machine: &mut Machine, ticket: Ticket, is_over: bool) {
    let Some(parked) = machine.shares.parked.remove(&ticket) else { return };
    let found = read(machine, &parked);
    if found.is_empty() && !is_over {
        machine.shares.parked.insert(ticket, parked);
        return;
    }
    let response = answer(machine, &parked, found);
    machine.reply(ticket, response);
}

/// Frees what is held too long, and answers who has waited long enough.
pub(super) fn tick(machine: &mut Machine) {
    let now = machine.now();
    if machine.shares.due.is_some_and(|due| due <= now) {
        let keys: Vec<PartKey> = machine.shares.parts.keys().cloned().collect();
        for key in keys {
            let limit = settings::delivery_limit(machine, &key.0);
            let Some(part) = machine.shares.parts.get_mut(&key) else { continue };
            if part.queue.expire(now, limit) {
                store::keep(machine, &key);
                wake(machine, key.1);
            }
        }
        machine.shares.due = machine.shares.parts.values().filter_map(|part| part.queue.deadline()).min();
    }
    if let Some(due) = machine.shares.due {
        machine.wake_at(due);
    }
    let waits: Vec<(Ticket, Timestamp)> =
        machine.shares.parked.iter().map(|(ticket, parked)| (*ticket, parked.until)).collect();
    for (ticket, until) in waits {
        if until <= now {
            retry(machine, ticket, true);
        } else {
            machine.wake_at(until);
        }
    }
}

/// Ends a session: what its member holds of its partitions is free.
pub(super) fn close(machine: &mut Machine, key: &SessionKey) {
    let Some(session) = machine.shares.sessions.remove(key) else { return };
    for place in session.partitions {
        free(machine, &(key.1.clone(), place), &key.2);
    }
}

/// A member is gone from its group: everything that it holds is free, wherever.
pub(super) fn release(machine: &mut Machine, group: &str, member: &str) {
    machine.shares.sessions.retain(|(_, of, who), _| !(of == group && who == member));
    let keys: Vec<PartKey> = machine.shares.parts.keys().filter(|(of, _)| of == group).cloned().collect();
    for key in keys {
        free(machine, &key, member);
    }
}

fn free(machine: &mut Machine, key: &PartKey, member: &str) {
    if machine.shares.parts.get_mut(key).is_some_and(|part| part.queue.release(member)) {
        wake(machine, key.1);
    }
}

/// A connection is gone, with its sessions and what waits there.
pub(super) fn disconnected(machine: &mut Machine, connection: ConnectionId) {
    machine.shares.parked.retain(|_, parked| parked.cx.connection != connection);
    let sessions = machine.shares.sessions.iter();
    let gone: Vec<SessionKey> =
        sessions.filter(|(_, session)| session.connection == connection).map(|(key, _)| key.clone()).collect();
    for key in gone {
        close(machine, &key);
    }
}
