//! One group of the classic protocol: its state, its members, and what follows from them.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use indexmap::IndexMap;
use kafka_protocol::messages::ResponseKind;

use crate::machine::{Ticket, Timestamp};

/// Where a group stands; the names are what clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Without members; offsets may remain.
    Empty,
    /// Waits for its members to join again.
    PreparingRebalance,
    /// All have joined; the leader's assignment is awaited.
    CompletingRebalance,
    /// Everyone has, or can have, an assignment.
    Stable,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
        }
    }
}

/// A parked JoinGroup or SyncGroup, and the version that its answer is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Waiter {
    pub(crate) ticket: Ticket,
    pub(crate) version: i16,
}

/// A member of a classic group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) instance: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) rebalance_timeout: i64,
    pub(crate) session_timeout: i64,
    /// What it can do, the liked best first: name and metadata.
    pub(crate) protocols: Vec<(String, Bytes)>,
    pub(crate) assignment: Bytes,
    pub(crate) joining: Option<Waiter>,
    pub(crate) syncing: Option<Waiter>,
    /// Whether it has not yet been part of a generation.
    pub(crate) is_new: bool,
    pub(crate) expires: Option<Timestamp>,
}

impl Member {
    pub(crate) fn metadata(&self, protocol: Option<&str>) -> Bytes {
        let found = self.protocols.iter().find(|(name, _)| Some(name.as_str()) == protocol);
        found.map(|(_, metadata)| metadata.clone()).unwrap_or_default()
    }
}

/// When the phase of joining ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JoinEnd {
    /// The first rebalance of an empty group waits for company; `left` is how much longer it may.
    Initial { at: Timestamp, left: i64 },
    /// Whoever has not joined by then is left behind.
    Final { at: Timestamp },
}

impl JoinEnd {
    pub(crate) fn at(self) -> Timestamp {
        match self {
            Self::Initial { at, .. } | Self::Final { at } => at,
        }
    }
}

/// A group of the classic protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Classic {
    pub(crate) state: State,
    pub(crate) previous: State,
    pub(crate) since: Timestamp,
    pub(crate) protocol_type: Option<String>,
    pub(crate) protocol: Option<String>,
    pub(crate) generation: i32,
    pub(crate) leader: Option<String>,
    /// In the order in which they joined.
    pub(crate) members: IndexMap<String, Member>,
    /// Instance id to member id.
    pub(crate) statics: BTreeMap<String, String>,
    /// Ids that were handed out with `MEMBER_ID_REQUIRED`, and until when they are waited for.
    pub(crate) pending: BTreeMap<String, Timestamp>,
    pub(crate) unsynced: BTreeSet<String>,
    pub(crate) newcomers: bool,
    pub(crate) join_end: Option<JoinEnd>,
    pub(crate) sync_end: Option<Timestamp>,
}

/// What one event meets and brings about.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) now: Timestamp,
    /// `group.initial.rebalance.delay.ms`.
    pub(crate) initial_delay: i64,
    /// `group.max.size`.
    pub(crate) max_size: usize,
    pub(crate) answers: Vec<(Ticket, ResponseKind)>,
    /// Whether the group's record is to be written.
    pub(crate) persist: bool,
}

impl Step {
    pub(crate) fn answer(&mut self, waiter: Waiter, response: impl Into<ResponseKind>) {
        self.answers.push((waiter.ticket, response.into()));
    }
}

impl Classic {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            state: State::Empty,
            previous: State::Empty,
            since: now,
            protocol_type: None,
            protocol: None,
            generation: 0,
            leader: None,
            members: IndexMap::new(),
            statics: BTreeMap::new(),
            pending: BTreeMap::new(),
            unsynced: BTreeSet::new(),
            newcomers: false,
            join_end: None,
            sync_end: None,
        }
    }

    pub(crate) fn enter(&mut self, state: State, now: Timestamp) {
        self.previous = self.state;
        self.state = state;
        self.since = now;
    }

    pub(crate) fn is_leader(&self, member: &str) -> bool {
        self.leader.as_deref() == Some(member)
    }

    /// The longest rebalance timeout of its members.
    pub(crate) fn rebalance_timeout(&self) -> i64 {
        self.members.values().map(|member| member.rebalance_timeout).max().unwrap_or(0)
    }

    pub(crate) fn joined(&self) -> usize {
        self.members.values().filter(|member| member.joining.is_some()).count()
    }

    pub(crate) fn all_have_joined(&self) -> bool {
        self.joined() == self.members.len() && self.pending.is_empty()
    }

    /// Whether every member, and a member with these protocols, has one in common.
    pub(crate) fn supports(&self, protocol_type: &str, protocols: &[(String, Bytes)]) -> bool {
        if self.state == State::Empty {
            return !protocol_type.is_empty() && !protocols.is_empty();
        }
        let common = |name: &str| self.members.values().all(|member| member.protocols.iter().any(|(n, _)| n == name));
        self.protocol_type.as_deref() == Some(protocol_type) && protocols.iter().any(|(name, _)| common(name))
    }

    /// The protocol that most members like best among those that all of them know; a tie goes to the name that
    /// was first said.
    pub(crate) fn select_protocol(&self) -> Option<String> {
        let common = |name: &str| self.members.values().all(|member| member.protocols.iter().any(|(n, _)| n == name));
        let mut votes: IndexMap<&str, usize> = IndexMap::new();
        for member in self.members.values() {
            if let Some((name, _)) = member.protocols.iter().find(|(name, _)| common(name)) {
                *votes.entry(name).or_default() += 1;
            }
        }
        let most = votes.values().copied().max()?;
        votes.iter().find(|(_, count)| **count == most).map(|(name, _)| (*name).to_owned())
    }

    /// Adds a member; the first one leads.
    pub(crate) fn add(&mut self, member: Member, protocol_type: &str) {
        if self.members.is_empty() {
            self.protocol_type = Some(protocol_type.to_owned());
        }
        self.leader.get_or_insert_with(|| member.id.clone());
        self.pending.remove(&member.id);
        if let Some(instance) = &member.instance {
            self.statics.insert(instance.clone(), member.id.clone());
        }
        self.members.insert(member.id.clone(), member);
    }

    /// Takes a member out, or an id that was waited for; another one leads if it led.
    pub(crate) fn remove(&mut self, id: &str) -> Option<Member> {
        self.pending.remove(id);
        self.unsynced.remove(id);
        let member = self.members.shift_remove(id)?;
        if let Some(instance) = &member.instance {
            self.statics.remove(instance);
        }
        if self.is_leader(id) {
            self.leader = self.members.keys().next().cloned();
        }
        Some(member)
    }

    /// When something is due next.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        let sessions = self.members.values().filter_map(|member| member.expires);
        let own = [self.join_end.map(JoinEnd::at), self.sync_end].into_iter().flatten();
        sessions.chain(self.pending.values().copied()).chain(own).min()
    }
}
