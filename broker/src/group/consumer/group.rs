//! One group of the consumer protocol: its epochs, its members and what they hold.

use std::collections::{BTreeMap, BTreeSet};

use kafka_protocol::error::ResponseError;

use crate::group::assign::{Assignor, Partitions};
use crate::machine::Timestamp;
use crate::metadata::{Metadata, TopicPartition};

/// The epoch of a member that leaves.
pub(crate) const LEAVE: i32 = -1;
/// The epoch of a static member that leaves and will be back.
pub(crate) const LEAVE_FOR_NOW: i32 = -2;

/// A refusal in Kafka's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) error: ResponseError,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(error: ResponseError, message: impl Into<String>) -> Self {
        Self { error, message: message.into() }
    }
}

/// Where a group stands; the names are what clients are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Empty,
    Assigning,
    Reconciling,
    Stable,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::Assigning => "Assigning",
            Self::Reconciling => "Reconciling",
            Self::Stable => "Stable",
        }
    }
}

/// How far a member is on its way to its target; the numbers are those of Kafka's records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum MemberState {
    #[default]
    Stable = 0,
    /// It was told to give partitions up, and has not said that it did.
    Unrevoked = 1,
    /// It waits for partitions that others have not given up.
    Unreleased = 2,
}

/// A member of a consumer group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: String,
    pub(crate) instance: Option<String>,
    pub(crate) rack: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) topics: BTreeSet<String>,
    pub(crate) regex: Option<String>,
    /// The topics that the regex matched when the member last spoke.
    pub(crate) matched: BTreeSet<String>,
    pub(crate) assignor: Option<String>,
    pub(crate) rebalance_timeout: i64,
    pub(crate) epoch: i32,
    pub(crate) previous_epoch: i32,
    pub(crate) state: MemberState,
    pub(crate) assigned: Partitions,
    pub(crate) revoking: Partitions,
}

impl Member {
    /// Every topic that it wants, whether there is one of that name or not.
    pub(crate) fn wants(&self) -> impl Iterator<Item = &String> {
        self.topics.union(&self.matched)
    }
}

/// When a member's time is over. Not part of what is kept: a coordinator that takes over starts them anew.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Timers {
    pub(crate) session: Timestamp,
    /// Until when what it was told to give up has to be given up.
    pub(crate) revocation: Option<Timestamp>,
}

/// A group of the consumer protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consumer {
    pub(crate) epoch: i32,
    pub(crate) assignment_epoch: i32,
    pub(crate) assigned_at: Timestamp,
    pub(crate) members: BTreeMap<String, Member>,
    pub(crate) target: BTreeMap<String, Partitions>,
    /// The topics of all subscriptions with their partition counts, as the current epoch knows them.
    pub(crate) topics: BTreeMap<uuid::Uuid, i32>,
    pub(crate) timers: BTreeMap<String, Timers>,
    /// When a target that had to wait is made.
    pub(crate) assign_at: Option<Timestamp>,
}

impl Default for Consumer {
    /// Epochs of a group begin at 1, where nobody has a subscription and nothing is assigned.
    fn default() -> Self {
        Self {
            epoch: 1,
            assignment_epoch: 1,
            assigned_at: 0,
            members: BTreeMap::new(),
            target: BTreeMap::new(),
            topics: BTreeMap::new(),
            timers: BTreeMap::new(),
            assign_at: None,
        }
    }
}

/// What one event meets.
#[derive(Clone, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) now: Timestamp,
    pub(crate) metadata: &'a Metadata,
    pub(crate) session_timeout: i64,
    pub(crate) assignment_interval: i64,
    pub(crate) max_size: usize,
    /// The assignors that are allowed, the default first.
    pub(crate) assignors: &'a [Assignor],
}

impl Consumer {
    pub(crate) fn state(&self) -> State {
        let settled = |member: &Member| member.state == MemberState::Stable && member.epoch == self.assignment_epoch;
        if self.members.is_empty() {
            State::Empty
        } else if self.epoch > self.assignment_epoch {
            State::Assigning
        } else if self.members.values().all(settled) {
            State::Stable
        } else {
            State::Reconciling
        }
    }

    pub(crate) fn is_subscribed(&self, topic: &str) -> bool {
        self.members.values().any(|member| member.topics.contains(topic) || member.matched.contains(topic))
    }

    /// The member with this instance id.
    pub(crate) fn static_member(&self, instance: &str) -> Option<&Member> {
        self.members.values().find(|member| member.instance.as_deref() == Some(instance))
    }

    /// Whether someone holds the partition, also who was told to give it up and has not yet.
    pub(crate) fn is_held(&self, key: &TopicPartition, except: &str) -> bool {
        let holds = |member: &Member| member.assigned.contains(key) || member.revoking.contains(key);
        self.members.values().any(|member| member.id != except && holds(member))
    }

    /// The assignor that most members ask for, else the default.
    pub(crate) fn assignor(&self, allowed: &[Assignor]) -> Assignor {
        let votes = |assignor: &Assignor| {
            self.members.values().filter(|member| member.assignor.as_deref() == Some(assignor.name())).count()
        };
        let default = allowed.first().copied().unwrap_or(Assignor::Uniform);
        let most = allowed.iter().map(votes).max().unwrap_or(0);
        if most == 0 { default } else { allowed.iter().copied().find(|one| votes(one) == most).unwrap_or(default) }
    }

    /// When something is due next.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        let timers = self.timers.values().flat_map(|timers| [Some(timers.session), timers.revocation]);
        timers.flatten().chain(self.assign_at).min()
    }

    /// The member of this id.
    ///
    /// # Errors
    ///
    /// `UnknownMemberId`.
    pub(crate) fn member(&self, id: &str, group: &str) -> Result<&Member, Refusal> {
        let unknown =
            || Refusal::new(ResponseError::UnknownMemberId, format!("Member {id} is not a member of group {group}."));
        self.members.get(id).ok_or_else(unknown)
    }
}
