//! Fetch: now, or when there is enough to give.
//!
//! A request comes to a plan (see `session`); the plan is read (see `read`); what was
//! read is answered at once, or the plan is parked until an append, another leader or the clock changes the outcome.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_request::FetchTopic;
use kafka_protocol::messages::fetch_response::{FetchableTopicResponse, NodeEndpoint, PartitionData};
use kafka_protocol::messages::{BrokerId, FetchRequest, FetchResponse};
use kafka_protocol::protocol::StrBytes;

use super::lookup::Node;
use super::read::{self, Bounds, Isolation, Reading};
use super::session::{PartitionRef, Plan, Said, TopicRef, Want};
use crate::config;
use crate::machine::{Context, Machine, Outcome, Ticket, Timestamp};
use crate::metadata::TopicPartition;

/// From this version on there are sessions.
const SESSIONS: i16 = 7;
/// From this version on topics are named by id.
const BY_ID: i16 = 13;

/// Whether a parked fetch may go on waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    More,
    Over,
}

/// A fetch that waits.
#[derive(Debug)]
pub(crate) struct Parked {
    pub(crate) cx: Context,
    pub(crate) until: Timestamp,
    plan: Plan,
    bounds: Bounds,
    keys: Vec<TopicPartition>,
}

/// Answers, or parks the request until there are `min_bytes` or its time is over.
pub(crate) fn fetch(machine: &mut Machine, cx: &Context, request: FetchRequest) -> Outcome {
    let bounds = bounds(machine, cx, &request);
    let until = cx.now + i64::from(request.max_wait_ms.max(0));
    let said = said(cx, request);
    let plan = match machine.data.sessions.entry(cx.broker).or_default().plan(said, cx.now) {
        Ok(plan) => plan,
        Err(error) => return FetchResponse::default().with_error_code(error.code()).into(),
    };
    let Some(reading) = read_plan(machine, cx, &plan, &bounds) else { return stale().into() };
    if until <= cx.now || !reading.may_wait(&bounds) {
        return answer(machine, cx, plan, reading).into();
    }
    let keys = reading.waits_for;
    park(machine, cx.ticket, Parked { cx: cx.clone(), until, plan, bounds, keys });
    machine.wake_at(until);
    Outcome::Parked
}

fn bounds(machine: &Machine, cx: &Context, request: &FetchRequest) -> Bounds {
    let most = i32::try_from(config::broker_i64(machine, "fetch.max.bytes")).unwrap_or(i32::MAX);
    let max_bytes = request.max_bytes.clamp(0, most.max(0));
    let isolation = if request.isolation_level == 1 { Isolation::Committed } else { Isolation::Uncommitted };
    let rack = (cx.version >= read::FROM_FOLLOWER).then(|| request.rack_id.to_string());
    Bounds { min_bytes: request.min_bytes.min(max_bytes), max_bytes, isolation, rack }
}

fn said(cx: &Context, request: FetchRequest) -> Said {
    let by_id = cx.version >= BY_ID;
    let name = |topic, id| if by_id { TopicRef::Id(id) } else { TopicRef::Name(topic) };
    let wants = request.topics.into_iter().flat_map(|FetchTopic { topic, topic_id, partitions, .. }| {
        let topic = name(topic, topic_id);
        partitions.into_iter().map(move |asked| Want {
            at: PartitionRef { topic: topic.clone(), partition: asked.partition },
            offset: asked.fetch_offset,
            max_bytes: asked.partition_max_bytes,
            leader_epoch: asked.current_leader_epoch,
            last_fetched_epoch: asked.last_fetched_epoch,
        })
    });
    let wants = wants.collect();
    let forgotten = request.forgotten_topics_data.into_iter().flat_map(|gone| {
        let topic = name(gone.topic, gone.topic_id);
        gone.partitions.into_iter().map(move |partition| PartitionRef { topic: topic.clone(), partition })
    });
    // Before sessions every request is one that wants none.
    let (id, epoch) = if cx.version >= SESSIONS { (request.session_id, request.session_epoch) } else { (0, -1) };
    Said { id, epoch, by_id, wants, forgotten: forgotten.collect() }
}

fn stale() -> FetchResponse {
    FetchResponse::default().with_error_code(ResponseError::InvalidFetchSessionEpoch.code())
}

/// Reads what a plan is about; `None` where its session has been used by another request meanwhile.
fn read_plan(machine: &Machine, cx: &Context, plan: &Plan, bounds: &Bounds) -> Option<Reading> {
    match plan {
        Plan::Once(wants) | Plan::Full(wants) => Some(read::read(machine, cx, wants.iter(), bounds)),
        Plan::Incremental { id, epoch } => {
            let session = machine.data.sessions.get(&cx.broker)?.get(*id, *epoch)?;
            Some(read::read(machine, cx, session.wants(), bounds))
        }
    }
}

fn answer(machine: &mut Machine, cx: &Context, plan: Plan, reading: Reading) -> FetchResponse {
    let mut partitions = reading.partitions;
    partitions.extend(reading.refused);
    let most = usize::try_from(config::broker_i64(machine, "max.incremental.fetch.session.cache.slots")).unwrap_or(0);
    let sessions = machine.data.sessions.entry(cx.broker).or_default();
    let session_id = match plan {
        Plan::Once(_) => 0,
        Plan::Full(wants) => sessions.begin(wants, cx.version >= BY_ID, &partitions, (most, cx.now)),
        Plan::Incremental { id, .. } => {
            sessions.tell(id, &mut partitions);
            id
        }
    };
    FetchResponse::default()
        .with_session_id(session_id)
        .with_responses(by_topic(partitions))
        .with_node_endpoints(reading.endpoints.into_iter().map(endpoint).collect())
}

/// Puts neighbours of one topic together.
fn by_topic(partitions: Vec<(PartitionRef, PartitionData)>) -> Vec<FetchableTopicResponse> {
    let mut topics: Vec<FetchableTopicResponse> = Vec::new();
    let mut last = None;
    for (at, data) in partitions {
        if last.as_ref() != Some(&at.topic) {
            topics.push(match &at.topic {
                TopicRef::Name(name) => FetchableTopicResponse::default().with_topic(name.clone()),
                TopicRef::Id(id) => FetchableTopicResponse::default().with_topic_id(*id),
            });
            last = Some(at.topic);
        }
        if let Some(topic) = topics.last_mut() {
            topic.partitions.push(data);
        }
    }
    topics
}

fn endpoint(node: Node) -> NodeEndpoint {
    let (host, rack) = (StrBytes::from_string(node.host), node.rack.map(StrBytes::from_string));
    NodeEndpoint::default()
        .with_node_id(BrokerId(node.id))
        .with_host(host)
        .with_port(i32::from(node.port))
        .with_rack(rack)
}

fn park(machine: &mut Machine, ticket: Ticket, parked: Parked) {
    for key in &parked.keys {
        machine.data.waiting.entry(*key).or_default().insert(ticket);
    }
    machine.data.parked.insert(ticket, parked);
}

/// Takes a fetch out of waiting.
pub(crate) fn unpark(machine: &mut Machine, ticket: Ticket) -> Option<Parked> {
    let parked = machine.data.parked.remove(&ticket)?;
    for key in &parked.keys {
        if let Some(tickets) = machine.data.waiting.get_mut(key) {
            tickets.remove(&ticket);
            if tickets.is_empty() {
                machine.data.waiting.remove(key);
            }
        }
    }
    Some(parked)
}

/// Looks at a parked fetch again.
pub(crate) fn retry(machine: &mut Machine, ticket: Ticket, wait: Wait) {
    let Some(mut parked) = unpark(machine, ticket) else { return };
    parked.cx.now = machine.now();
    let Some(reading) = read_plan(machine, &parked.cx, &parked.plan, &parked.bounds) else {
        machine.reply(ticket, stale());
        return;
    };
    if wait == Wait::More && reading.may_wait(&parked.bounds) {
        park(machine, ticket, parked);
        return;
    }
    let response = answer(machine, &parked.cx, parked.plan, reading);
    machine.reply(ticket, response);
}
