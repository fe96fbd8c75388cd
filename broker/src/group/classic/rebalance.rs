//! From one generation to the next: begin to rebalance, end joining, end syncing.

use kafka_protocol::error::ResponseError;

use super::answer::{Listing, join_refused, joined, sync_refused};
use super::group::{Classic, JoinEnd, State, Step};

impl Classic {
    /// A member has come, gone or changed: begins a rebalance, or sees whether the one under way can end.
    pub(crate) fn rebalance(&mut self, step: &mut Step) {
        if self.state == State::PreparingRebalance {
            self.maybe_end_joining(step);
        } else {
            self.prepare(step);
        }
    }

    /// Begins a rebalance.
    pub(crate) fn prepare(&mut self, step: &mut Step) {
        if self.state == State::CompletingRebalance {
            self.drop_assignments(step, ResponseError::RebalanceInProgress);
        }
        self.sync_end = None;
        self.unsynced.clear();
        let initial = self.state == State::Empty;
        self.enter(State::PreparingRebalance, step.now);
        if initial {
            let left = (self.rebalance_timeout() - step.initial_delay).max(0);
            self.newcomers = false;
            self.join_end = Some(JoinEnd::Initial { at: step.now + step.initial_delay, left });
            if step.initial_delay <= 0 {
                self.end_joining(step);
            }
        } else if self.all_have_joined() {
            self.end_joining(step);
        } else {
            self.join_end = Some(JoinEnd::Final { at: step.now + self.rebalance_timeout() });
        }
    }

    /// Ends joining as soon as everybody is there; the first rebalance of a group ends by time alone.
    pub(crate) fn maybe_end_joining(&mut self, step: &mut Step) {
        let initial = matches!(self.join_end, Some(JoinEnd::Initial { .. }));
        if self.state == State::PreparingRebalance && !initial && self.all_have_joined() {
            self.end_joining(step);
        }
    }

    /// The time of joining is over: once more if newcomers came to a new group, else for good.
    pub(crate) fn join_time_is_over(&mut self, step: &mut Step) {
        match self.join_end {
            Some(JoinEnd::Initial { left, .. }) if self.newcomers && left > 0 => {
                self.newcomers = false;
                let delay = step.initial_delay.min(left);
                let left = (left - step.initial_delay).max(0);
                self.join_end = Some(JoinEnd::Initial { at: step.now + delay, left });
            }
            _ => self.end_joining(step),
        }
    }

    fn end_joining(&mut self, step: &mut Step) {
        self.join_end = None;
        let absent = self.members.values().filter(|member| member.joining.is_none() && member.instance.is_none());
        for id in absent.map(|member| member.id.clone()).collect::<Vec<_>>() {
            self.remove(&id);
        }
        if !self.elect_leader() && !self.members.is_empty() {
            // Only static members are left and none has come back: their sessions decide.
            self.join_end = Some(JoinEnd::Final { at: step.now + self.rebalance_timeout() });
            return;
        }
        self.generation += 1;
        self.unsynced.clear();
        if self.members.is_empty() {
            self.protocol = None;
            self.enter(State::Empty, step.now);
            step.persist = true;
        } else {
            self.protocol = self.select_protocol();
            self.enter(State::CompletingRebalance, step.now);
            self.answer_joins(step);
        }
    }

    fn answer_joins(&mut self, step: &mut Step) {
        for index in 0..self.members.len() {
            let member = &self.members[index];
            let id = member.id.clone();
            if let Some(waiter) = member.joining {
                let listing = if self.is_leader(&id) { Listing::Members } else { Listing::Nobody };
                step.answer(waiter, joined(self, waiter, &id, listing));
            }
            let member = &mut self.members[index];
            member.joining = None;
            member.is_new = false;
            member.expires = Some(step.now + member.session_timeout);
            self.unsynced.insert(id);
        }
        self.sync_end = Some(step.now + self.rebalance_timeout());
    }

    /// Keeps the leader if it has joined, else takes the first that has. Whether there is one.
    fn elect_leader(&mut self) -> bool {
        let here = |id: &String| self.members.get(id).is_some_and(|member| member.joining.is_some());
        if self.leader.as_ref().is_some_and(here) {
            return true;
        }
        match self.members.values().find(|member| member.joining.is_some()) {
            Some(member) => {
                self.leader = Some(member.id.clone());
                true
            }
            None => false,
        }
    }

    /// Members that joined a generation but never asked for their assignment hold it up no longer.
    pub(crate) fn sync_time_is_over(&mut self, step: &mut Step) {
        self.sync_end = None;
        let late = std::mem::take(&mut self.unsynced);
        if late.is_empty() || !matches!(self.state, State::CompletingRebalance | State::Stable) {
            return;
        }
        for id in late {
            self.remove(&id);
        }
        self.prepare(step);
    }

    /// Takes every assignment back and tells who waits for one.
    pub(crate) fn drop_assignments(&mut self, step: &mut Step, error: ResponseError) {
        for member in self.members.values_mut() {
            member.assignment = bytes::Bytes::new();
            if let Some(waiter) = member.syncing.take() {
                step.answer(waiter, sync_refused(error));
                member.expires = Some(step.now + member.session_timeout);
            }
        }
    }

    /// A member is gone for good: whoever still waits in its name is told, and the others rebalance.
    pub(crate) fn expel(&mut self, id: &str, step: &mut Step) {
        let Some(member) = self.remove(id) else { return };
        if let Some(waiter) = member.joining {
            step.answer(waiter, join_refused(waiter, "", ResponseError::UnknownMemberId));
        }
        if let Some(waiter) = member.syncing {
            step.answer(waiter, sync_refused(ResponseError::UnknownMemberId));
        }
        self.after_removal(step);
    }

    pub(crate) fn after_removal(&mut self, step: &mut Step) {
        match self.state {
            State::Empty => {}
            State::Stable | State::CompletingRebalance => self.prepare(step),
            State::PreparingRebalance => self.maybe_end_joining(step),
        }
    }
}
