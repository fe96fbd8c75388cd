//! JoinGroup: newcomers, members that come back, and static members that take the place of their former selves.

use bytes::Bytes;
use kafka_protocol::error::ResponseError;

use super::answer::{Listing, join_refused, joined, sync_refused, text};
use super::group::{Classic, Member, State, Step, Waiter};

/// How long a newcomer's parked JoinGroup keeps its place: five minutes, since it cannot send heartbeats yet.
const NEWCOMER_TIMEOUT: i64 = 300_000;

/// A JoinGroup that was checked as far as it can be without the group.
#[derive(Clone, Debug)]
pub(crate) struct Join {
    pub(crate) waiter: Waiter,
    /// Empty for who has none yet.
    pub(crate) member_id: String,
    /// The id that a newcomer would get.
    pub(crate) fresh_id: String,
    pub(crate) instance: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    pub(crate) session_timeout: i64,
    pub(crate) rebalance_timeout: i64,
    pub(crate) protocol_type: String,
    pub(crate) protocols: Vec<(String, Bytes)>,
}

impl Join {
    fn member(&self, id: String) -> Member {
        Member {
            id,
            instance: self.instance.clone(),
            client_id: self.client_id.clone(),
            client_host: self.client_host.clone(),
            rebalance_timeout: self.rebalance_timeout,
            session_timeout: self.session_timeout,
            protocols: self.protocols.clone(),
            ..Member::default()
        }
    }
}

impl Classic {
    /// A consumer wants to join, or to join again.
    pub(crate) fn join(&mut self, join: &Join, step: &mut Step) {
        let refuse = |step: &mut Step, id: &str, error| step.answer(join.waiter, join_refused(join.waiter, id, error));
        if !self.has_room(&join.member_id, step.max_size) {
            self.remove(&join.member_id);
            refuse(step, "", ResponseError::GroupMaxSizeReached);
        } else if !self.supports(&join.protocol_type, &join.protocols) {
            refuse(step, &join.member_id, ResponseError::InconsistentGroupProtocol);
        } else if join.member_id.is_empty() {
            self.join_new(join, step);
        } else if self.pending.contains_key(&join.member_id) {
            self.admit(join, join.member_id.clone(), step);
        } else if let Err(error) = self.check_member(&join.member_id, join.instance.as_deref()) {
            refuse(step, &join.member_id, error);
        } else {
            self.join_again(join, step);
        }
    }

    fn has_room(&self, member: &str, max: usize) -> bool {
        let known = self.members.get(member);
        match self.state {
            State::Empty => true,
            State::PreparingRebalance => known.is_some_and(|known| known.joining.is_some()) || self.joined() < max,
            State::CompletingRebalance | State::Stable => known.is_some() || self.members.len() < max,
        }
    }

    /// Whether this member id, under this instance id, is in the group.
    ///
    /// # Errors
    ///
    /// `UnknownMemberId`, or `FencedInstanceId` when another member has taken the instance's place.
    pub(crate) fn check_member(&self, id: &str, instance: Option<&str>) -> Result<(), ResponseError> {
        match instance {
            None if self.members.contains_key(id) => Ok(()),
            None => Err(ResponseError::UnknownMemberId),
            Some(instance) => match self.statics.get(instance) {
                None => Err(ResponseError::UnknownMemberId),
                Some(known) if known != id => Err(ResponseError::FencedInstanceId),
                Some(_) => Ok(()),
            },
        }
    }

    fn join_new(&mut self, join: &Join, step: &mut Step) {
        match &join.instance {
            Some(instance) if self.statics.contains_key(instance) => self.replace(join, instance, step),
            None if join.waiter.version >= 4 => {
                self.pending.insert(join.fresh_id.clone(), step.now + join.session_timeout);
                let refused = join_refused(join.waiter, &join.fresh_id, ResponseError::MemberIdRequired);
                step.answer(join.waiter, refused);
            }
            _ => self.admit(join, join.fresh_id.clone(), step),
        }
    }

    /// Adds a member.
    fn admit(&mut self, join: &Join, id: String, step: &mut Step) {
        if self.state == State::PreparingRebalance && self.previous == State::Empty {
            self.newcomers = true;
        }
        let (joining, expires) = (Some(join.waiter), Some(step.now + NEWCOMER_TIMEOUT));
        self.add(Member { joining, expires, is_new: true, ..join.member(id) }, &join.protocol_type);
        self.rebalance(step);
    }

    fn join_again(&mut self, join: &Join, step: &mut Step) {
        let same = self.members.get(&join.member_id).is_some_and(|member| member.protocols == join.protocols);
        let leads = self.is_leader(&join.member_id);
        let listing = match self.state {
            State::CompletingRebalance if same && leads => Listing::Members,
            State::CompletingRebalance if same => Listing::Nobody,
            State::Stable if same && !leads => Listing::Nobody,
            State::Empty => {
                let refused = join_refused(join.waiter, &join.member_id, ResponseError::UnknownMemberId);
                return step.answer(join.waiter, refused);
            }
            _ => {
                self.update(&join.member_id, join);
                return self.rebalance(step);
            }
        };
        step.answer(join.waiter, joined(self, join.waiter, &join.member_id, listing));
    }

    fn update(&mut self, id: &str, join: &Join) {
        let Some(member) = self.members.get_mut(id) else { return };
        member.protocols.clone_from(&join.protocols);
        member.rebalance_timeout = join.rebalance_timeout;
        member.session_timeout = join.session_timeout;
        member.joining = Some(join.waiter);
    }

    /// A static member has come back without its id: it takes its own place, and others need not know.
    fn replace(&mut self, join: &Join, instance: &str, step: &mut Step) {
        let old_id = self.statics.get(instance).cloned().unwrap_or_default();
        let old_leader = self.leader.clone().unwrap_or_default();
        self.rename(&old_id, &join.fresh_id, step);
        self.update(&join.fresh_id, join);
        match self.state {
            State::Stable if self.select_protocol() == self.protocol => {
                step.persist = true;
                self.answer_replacement(join, &old_leader, step);
            }
            State::Stable | State::CompletingRebalance => self.prepare(step),
            State::PreparingRebalance => self.maybe_end_joining(step),
            State::Empty => {}
        }
    }

    fn answer_replacement(&mut self, join: &Join, old_leader: &str, step: &mut Step) {
        let leads = self.is_leader(&join.fresh_id);
        let knows_skipping = join.waiter.version >= 9;
        let listing = if leads && knows_skipping { Listing::Members } else { Listing::Nobody };
        let mut response = joined(self, join.waiter, &join.fresh_id, listing);
        if knows_skipping {
            response.skip_assignment = leads;
        } else {
            // It must not think that it leads: it would compute an assignment that nobody asked for.
            response.leader = text(old_leader);
        }
        step.answer(join.waiter, response);
        if let Some(member) = self.members.get_mut(&join.fresh_id) {
            member.joining = None;
            member.is_new = false;
        }
    }

    fn rename(&mut self, old: &str, new: &str, step: &mut Step) {
        let Some(index) = self.members.get_index_of(old) else { return };
        let Some((_, mut member)) = self.members.shift_remove_index(index) else { return };
        if let Some(waiter) = member.joining.take() {
            step.answer(waiter, join_refused(waiter, old, ResponseError::FencedInstanceId));
        }
        if let Some(waiter) = member.syncing.take() {
            step.answer(waiter, sync_refused(ResponseError::FencedInstanceId));
        }
        new.clone_into(&mut member.id);
        member.expires = Some(step.now + member.session_timeout);
        if let Some(instance) = &member.instance {
            self.statics.insert(instance.clone(), new.to_owned());
        }
        self.members.shift_insert(index, new.to_owned(), member);
        if self.is_leader(old) {
            self.leader = Some(new.to_owned());
        }
        if self.unsynced.remove(old) {
            self.unsynced.insert(new.to_owned());
        }
    }
}
