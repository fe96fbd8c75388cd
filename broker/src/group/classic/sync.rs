//! SyncGroup, Heartbeat and LeaveGroup, and members whose time is over.

use bytes::Bytes;
use kafka_protocol::error::ResponseError;

use super::answer::{join_refused, sync_refused, synced};
use super::group::{Classic, State, Step, Waiter};
use crate::group::offsets::commit::Committer;

/// A SyncGroup.
#[derive(Clone, Debug)]
pub(crate) struct Sync {
    pub(crate) waiter: Waiter,
    pub(crate) member_id: String,
    pub(crate) instance: Option<String>,
    pub(crate) generation: i32,
    pub(crate) protocol_type: Option<String>,
    pub(crate) protocol: Option<String>,
    /// The leader's decision: member id and assignment.
    pub(crate) assignments: Vec<(String, Bytes)>,
}

impl Classic {
    /// A member asks for its assignment; the leader brings everyone's.
    pub(crate) fn sync(&mut self, sync: Sync, step: &mut Step) {
        if let Err(error) = self.check_sync(&sync) {
            return step.answer(sync.waiter, sync_refused(error));
        }
        self.unsynced.remove(&sync.member_id);
        if self.unsynced.is_empty() {
            self.sync_end = None;
        }
        let leads = self.is_leader(&sync.member_id);
        let Some(member) = self.members.get_mut(&sync.member_id) else { return };
        if self.state == State::Stable {
            member.expires = Some(step.now + member.session_timeout);
            let assignment = member.assignment.clone();
            return step.answer(sync.waiter, synced(self, assignment));
        }
        member.syncing = Some(sync.waiter);
        if leads {
            self.assign(sync.assignments, step);
        }
    }

    fn check_sync(&self, sync: &Sync) -> Result<(), ResponseError> {
        let differs =
            |said: &Option<String>, known: &Option<String>| said.is_some() && known.is_some() && said != known;
        self.check_member(&sync.member_id, sync.instance.as_deref())?;
        if sync.generation != self.generation {
            Err(ResponseError::IllegalGeneration)
        } else if differs(&sync.protocol_type, &self.protocol_type) || differs(&sync.protocol, &self.protocol) {
            Err(ResponseError::InconsistentGroupProtocol)
        } else {
            match self.state {
                State::Empty => Err(ResponseError::UnknownMemberId),
                State::PreparingRebalance => Err(ResponseError::RebalanceInProgress),
                State::CompletingRebalance | State::Stable => Ok(()),
            }
        }
    }

    fn assign(&mut self, assignments: Vec<(String, Bytes)>, step: &mut Step) {
        for member in self.members.values_mut() {
            member.assignment = Bytes::new();
        }
        for (id, assignment) in assignments {
            if let Some(member) = self.members.get_mut(&id) {
                member.assignment = assignment;
            }
        }
        self.enter(State::Stable, step.now);
        step.persist = true;
        for index in 0..self.members.len() {
            let member = &mut self.members[index];
            let Some(waiter) = member.syncing.take() else { continue };
            member.expires = Some(step.now + member.session_timeout);
            let assignment = member.assignment.clone();
            step.answer(waiter, synced(self, assignment));
        }
    }

    /// A member says that it lives.
    ///
    /// # Errors
    ///
    /// Kafka's reasons to join again.
    pub(crate) fn heartbeat(
        &mut self,
        id: &str,
        instance: Option<&str>,
        generation: i32,
        step: &Step,
    ) -> Result<(), ResponseError> {
        self.check_member(id, instance)?;
        if generation != self.generation {
            return Err(ResponseError::IllegalGeneration);
        }
        self.touch(id, step);
        match self.state {
            State::Empty => Err(ResponseError::UnknownMemberId),
            State::PreparingRebalance => Err(ResponseError::RebalanceInProgress),
            State::CompletingRebalance | State::Stable => Ok(()),
        }
    }

    /// Gives a member another session.
    pub(crate) fn touch(&mut self, id: &str, step: &Step) {
        if let Some(member) = self.members.get_mut(id) {
            member.expires = Some(step.now + member.session_timeout);
        }
    }

    /// Takes one member out, by its id, or by its instance id alone. The rebalance is the caller's, through
    /// [`Classic::after_removal`], once all that leave together are out.
    ///
    /// # Errors
    ///
    /// When there is no such member.
    pub(crate) fn leave(&mut self, id: &str, instance: Option<&str>, step: &mut Step) -> Result<Left, ResponseError> {
        if self.pending.contains_key(id) {
            self.remove(id);
            return Ok(Left::Pending);
        }
        let id = if id.is_empty() {
            instance.and_then(|instance| self.statics.get(instance)).cloned().ok_or(ResponseError::UnknownMemberId)?
        } else {
            self.check_member(id, instance)?;
            id.to_owned()
        };
        if let Some(member) = self.remove(&id) {
            if let Some(waiter) = member.joining {
                step.answer(waiter, join_refused(waiter, "", ResponseError::UnknownMemberId));
            }
            if let Some(waiter) = member.syncing {
                step.answer(waiter, sync_refused(ResponseError::UnknownMemberId));
            }
        }
        Ok(Left::Member)
    }

    /// Acts on everything that is due.
    pub(crate) fn tick(&mut self, step: &mut Step) {
        let due: Vec<String> =
            self.pending.iter().filter(|(_, until)| **until <= step.now).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.remove(&id);
            self.maybe_end_joining(step);
        }
        let due = self.members.values().filter(|member| member.expires.is_some_and(|until| until <= step.now));
        for id in due.map(|member| member.id.clone()).collect::<Vec<_>>() {
            self.session_is_over(&id, step);
        }
        if self.join_end.is_some_and(|end| end.at() <= step.now) {
            self.join_time_is_over(step);
        }
        if self.sync_end.is_some_and(|at| at <= step.now) {
            self.sync_time_is_over(step);
        }
    }

    /// Who waits for the others cannot send heartbeats and is spared, but not a newcomer.
    fn session_is_over(&mut self, id: &str, step: &mut Step) {
        let Some(member) = self.members.get_mut(id) else { return };
        member.expires = None;
        let waits = member.joining.is_some() || member.syncing.is_some();
        if member.is_new || !waits {
            self.expel(id, step);
        }
    }
}

/// What left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    Member,
    /// An id that was never used.
    Pending,
}

impl Classic {
    /// Whether this committer may commit offsets now.
    ///
    /// # Errors
    ///
    /// When the group has members and the committer is none of this generation, or assignments are still to come.
    pub(crate) fn check_commit(&self, committer: Committer<'_>) -> Result<(), ResponseError> {
        let Committer { member, instance, generation, transactional, .. } = committer;
        if generation < 0 && self.state == State::Empty {
            return Ok(());
        }
        if generation >= 0 || !member.is_empty() || instance.is_some() {
            self.check_member(member, instance)?;
            if generation != self.generation {
                return Err(ResponseError::IllegalGeneration);
            }
        } else if !transactional && self.state != State::Empty {
            return Err(ResponseError::UnknownMemberId);
        }
        if !transactional && self.state == State::CompletingRebalance {
            return Err(ResponseError::RebalanceInProgress);
        }
        Ok(())
    }
}
