//! Fetch sessions (KIP-227): what a client fetches is remembered, so that it need only say what changes, and is only told
//! what changed.
//!
//! A broker keeps a bounded number of them. Nothing here reads logs; the cache knows of a partition only what was asked
//! and what was last told.

use std::collections::{BTreeMap, HashMap};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::TopicName;
use kafka_protocol::messages::fetch_response::PartitionData;
use uuid::Uuid;

use crate::machine::Timestamp;

/// A topic as a client names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TopicRef {
    Name(TopicName),
    Id(Uuid),
}

/// A partition as a client names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PartitionRef {
    pub(crate) topic: TopicRef,
    pub(crate) partition: i32,
}

/// What a client wants of a partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Want {
    pub(crate) at: PartitionRef,
    pub(crate) offset: i64,
    pub(crate) max_bytes: i32,
    /// −1 for none.
    pub(crate) leader_epoch: i32,
    /// −1 for none.
    pub(crate) last_fetched_epoch: i32,
}

/// A remembered partition.
#[derive(Clone, Debug)]
struct Entry {
    want: Want,
    /// As last told; −1 where an error was.
    high_watermark: i64,
    log_start: i64,
}

impl Entry {
    fn new(want: Want) -> Self {
        Self { want, high_watermark: -1, log_start: -1 }
    }

    /// Whether the client is to be told this, which is remembered then.
    fn changes(&mut self, data: &PartitionData) -> bool {
        let has_records = data.records.as_ref().is_some_and(|records| !records.is_empty());
        let moved = data.high_watermark != self.high_watermark || data.log_start_offset != self.log_start;
        self.high_watermark = data.high_watermark;
        self.log_start = data.log_start_offset;
        if data.error_code != 0 {
            // Errors are told each time, and so is what comes after the last one.
            self.high_watermark = -1;
            return true;
        }
        has_records || moved || data.preferred_read_replica.0 >= 0 || data.diverging_epoch.end_offset >= 0
    }
}

/// One client's session.
#[derive(Debug)]
pub(crate) struct Session {
    /// What the next request must say.
    epoch: i32,
    by_id: bool,
    created: Timestamp,
    used: Timestamp,
    /// In the order in which they are read: who gave records goes to the end.
    order: BTreeMap<u64, Entry>,
    places: HashMap<PartitionRef, u64>,
    next_place: u64,
}

impl Session {
    fn new(by_id: bool, now: Timestamp) -> Self {
        Self { epoch: 1, by_id, created: now, used: now, order: BTreeMap::new(), places: HashMap::new(), next_place: 0 }
    }

    /// What is fetched, in order.
    pub(crate) fn wants(&self) -> impl Iterator<Item = &Want> {
        self.order.values().map(|entry| &entry.want)
    }

    fn put(&mut self, want: Want) {
        if let Some(known) = self.places.get(&want.at).and_then(|place| self.order.get_mut(place)) {
            known.want = want;
            return;
        }
        self.push(Entry::new(want));
    }

    fn push(&mut self, entry: Entry) {
        self.places.insert(entry.want.at.clone(), self.next_place);
        self.order.insert(self.next_place, entry);
        self.next_place += 1;
    }

    fn forget(&mut self, at: &PartitionRef) {
        if let Some(place) = self.places.remove(at) {
            self.order.remove(&place);
        }
    }

    /// Remembers what is told, and says whether it is to be told.
    fn tell(&mut self, at: &PartitionRef, data: &PartitionData) -> bool {
        let Some(place) = self.places.get(at).copied() else { return false };
        let Some(entry) = self.order.get_mut(&place) else { return false };
        let told = entry.changes(data);
        if data.records.as_ref().is_some_and(|records| !records.is_empty())
            && let Some(entry) = self.order.remove(&place)
        {
            self.push(entry);
        }
        told
    }
}

/// What a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// What it says itself, and nothing is remembered.
    Once(Vec<Want>),
    /// What it says itself, to be remembered.
    Full(Vec<Want>),
    /// What this session remembers, at this epoch.
    Incremental { id: i32, epoch: i32 },
}

/// What a request says of sessions.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) id: i32,
    pub(crate) epoch: i32,
    pub(crate) by_id: bool,
    pub(crate) wants: Vec<Want>,
    pub(crate) forgotten: Vec<PartitionRef>,
}

/// The epoch of a request that wants a session.
const INITIAL: i32 = 0;
/// The epoch of a request that wants none.
const FINAL: i32 = -1;
/// How long a session is safe from others that want its place.
const SAFE_FOR: i64 = 120_000;

/// The sessions of one broker.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    sessions: HashMap<i32, Session>,
    last_id: i32,
}

impl Sessions {
    /// Finds what a request is about, and takes its changes into its session.
    ///
    /// # Errors
    ///
    /// `FETCH_SESSION_ID_NOT_FOUND`, `INVALID_FETCH_SESSION_EPOCH` or `FETCH_SESSION_TOPIC_ID_ERROR`; the client begins
    /// a new session then.
    pub(crate) fn plan(&mut self, said: Said, now: Timestamp) -> Result<Plan, ResponseError> {
        if said.epoch == INITIAL || said.epoch == FINAL {
            self.sessions.remove(&said.id);
            return Ok(if said.epoch == FINAL { Plan::Once(said.wants) } else { Plan::Full(said.wants) });
        }
        let session = self.sessions.get_mut(&said.id).ok_or(ResponseError::FetchSessionIdNotFound)?;
        if session.epoch != said.epoch {
            return Err(ResponseError::InvalidFetchSessionEpoch);
        }
        if session.by_id != said.by_id {
            return Err(ResponseError::FetchSessionTopicIdError);
        }
        for want in said.wants {
            session.put(want);
        }
        for at in &said.forgotten {
            session.forget(at);
        }
        if session.order.is_empty() {
            self.sessions.remove(&said.id);
            return Ok(Plan::Once(Vec::new()));
        }
        session.used = now;
        session.epoch = session.epoch.checked_add(1).unwrap_or(1);
        Ok(Plan::Incremental { id: said.id, epoch: session.epoch })
    }

    /// The session of a plan, unless another request has used it since.
    pub(crate) fn get(&self, id: i32, epoch: i32) -> Option<&Session> {
        self.sessions.get(&id).filter(|session| session.epoch == epoch)
    }

    /// Leaves of an answer only what the client does not know.
    pub(crate) fn tell(&mut self, id: i32, answer: &mut Vec<(PartitionRef, PartitionData)>) {
        if let Some(session) = self.sessions.get_mut(&id) {
            answer.retain(|(at, data)| session.tell(at, data));
        }
    }

    /// Remembers a full fetch and what is answered to it. Returns the session's id, 0 where there is no place for one.
    pub(crate) fn begin(
        &mut self,
        wants: Vec<Want>,
        by_id: bool,
        answer: &[(PartitionRef, PartitionData)],
        (most, now): (usize, Timestamp),
    ) -> i32 {
        if self.sessions.len() >= most && !self.evict(wants.len(), now) {
            return 0;
        }
        let mut session = Session::new(by_id, now);
        for want in wants {
            session.put(want);
        }
        for (at, data) in answer {
            session.tell(at, data);
        }
        let id = self.new_id();
        self.sessions.insert(id, session);
        id
    }

    /// Makes place for a session of so many partitions: the one that is idle for longest goes when it is no longer safe,
    /// or else the smallest of those that are not new, when it is smaller.
    fn evict(&mut self, size: usize, now: Timestamp) -> bool {
        let idle = self.sessions.iter().min_by_key(|(id, session)| (session.used, **id));
        let idle = idle.filter(|(_, session)| now - session.used > SAFE_FOR).map(|(id, _)| *id);
        let old = || self.sessions.iter().filter(|(_, session)| now - session.created > SAFE_FOR);
        let small = || old().map(|(id, session)| (session.order.len(), *id)).min().filter(|(small, _)| *small < size);
        match idle.or_else(|| small().map(|(_, id)| id)) {
            Some(id) => self.sessions.remove(&id).is_some(),
            None => false,
        }
    }

    /// Ids are scattered, so that one that a client made up or kept from another run is not found.
    fn new_id(&mut self) -> i32 {
        loop {
            self.last_id = self.last_id.wrapping_add(0x3c6e_f372) & i32::MAX;
            if self.last_id != 0 && !self.sessions.contains_key(&self.last_id) {
                return self.last_id;
            }
        }
    }
}
