//! ConsumerGroupHeartbeat: join, stay, leave.

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;

use super::group::{Consumer, Facts, LEAVE_FOR_NOW, Member, MemberState, Refusal, Timers};
use crate::group::assign::Partitions;

/// A heartbeat that was checked as far as it can be without the group.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heartbeat {
    pub(crate) group: String,
    pub(crate) member: String,
    pub(crate) epoch: i32,
    pub(crate) instance: Option<String>,
    pub(crate) rack: Option<String>,
    pub(crate) client_id: String,
    pub(crate) client_host: String,
    /// Only when it has changed, as all that follows.
    pub(crate) rebalance_timeout: Option<i64>,
    pub(crate) topics: Option<BTreeSet<String>>,
    /// Empty to have none any more.
    pub(crate) regex: Option<String>,
    /// The topics that the member's regex matches now.
    pub(crate) matched: BTreeSet<String>,
    pub(crate) assignor: Option<String>,
    pub(crate) owned: Option<Partitions>,
}

impl Heartbeat {
    /// Whether it says everything, as after a lost connection: then the answer does as well.
    fn is_full(&self) -> bool {
        let subscribes = self.topics.is_some() || self.regex.is_some();
        self.epoch == 0 || (self.rebalance_timeout.is_some() && subscribes && self.owned.is_some())
    }
}

/// What a heartbeat is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beat {
    pub(crate) member: String,
    pub(crate) epoch: i32,
    /// Only when the member does not know it yet.
    pub(crate) assignment: Option<Partitions>,
}

impl Consumer {
    /// A member joins or says that it lives, and what it holds.
    ///
    /// # Errors
    ///
    /// When the member is not known, was fenced, or does not fit.
    pub(crate) fn beat(&mut self, beat: &Heartbeat, facts: &Facts<'_>) -> Result<Beat, Refusal> {
        if beat.epoch == 0 && !self.members.contains_key(&beat.member) && self.members.len() >= facts.max_size {
            let message = format!("The consumer group has reached its maximum capacity of {} members.", facts.max_size);
            return Err(Refusal::new(ResponseError::GroupMaxSizeReached, message));
        }
        let known = self.subscribe(beat)?;
        let before = known.assigned.clone();
        let bump = self.update(&known, beat);
        self.refresh(bump, facts);
        self.maybe_assign(facts);
        self.reconcile(&beat.member, beat.owned.as_ref());
        self.restart_timers(&beat.member, facts);
        let member = self.member(&beat.member, &beat.group)?;
        let changed = beat.is_full() || member.assigned != before;
        let assignment = changed.then(|| member.assigned.clone());
        Ok(Beat { member: member.id.clone(), epoch: member.epoch, assignment })
    }

    /// The member as it was, or a new one.
    fn subscribe(&mut self, beat: &Heartbeat) -> Result<Member, Refusal> {
        let Some(instance) = &beat.instance else {
            if let (0, None) = (beat.epoch, self.members.get(&beat.member)) {
                return Ok(Member { id: beat.member.clone(), ..Member::default() });
            }
            let member = self.member(&beat.member, &beat.group)?;
            check_epoch(member, beat)?;
            return Ok(member.clone());
        };
        let known = self.static_member(instance).cloned();
        match known {
            None if beat.epoch == 0 => {
                let (id, instance) = (beat.member.clone(), Some(instance.clone()));
                Ok(Member { id, instance, ..Member::default() })
            }
            None => Err(unknown_instance(instance)),
            Some(known) if beat.epoch == 0 => {
                if known.epoch != LEAVE_FOR_NOW {
                    return Err(unreleased(beat, instance, &known.id));
                }
                Ok(self.replace(&known, beat))
            }
            Some(known) => {
                check_instance(&known, &beat.member, instance)?;
                check_epoch(&known, beat)?;
                Ok(known)
            }
        }
    }

    /// A static member that left for now is back, under another id: it finds its target again.
    fn replace(&mut self, known: &Member, beat: &Heartbeat) -> Member {
        self.members.remove(&known.id);
        self.timers.remove(&known.id);
        if let Some(target) = self.target.remove(&known.id) {
            self.target.insert(beat.member.clone(), target);
        }
        let (epoch, previous_epoch) = (0, 0);
        let (assigned, revoking) = (Partitions::new(), Partitions::new());
        Member { id: beat.member.clone(), epoch, previous_epoch, assigned, revoking, ..known.clone() }
    }

    /// Takes over what the member says about itself. Whether its subscription is another one now.
    fn update(&mut self, known: &Member, beat: &Heartbeat) -> bool {
        let mut member = known.clone();
        member.client_id.clone_from(&beat.client_id);
        member.client_host.clone_from(&beat.client_host);
        member.rack = beat.rack.clone().or(member.rack);
        member.rebalance_timeout = beat.rebalance_timeout.unwrap_or(member.rebalance_timeout);
        member.assignor = beat.assignor.clone().or(member.assignor);
        if let Some(topics) = &beat.topics {
            member.topics.clone_from(topics);
        }
        if let Some(regex) = &beat.regex {
            member.regex = Some(regex.clone());
        }
        member.matched.clone_from(&beat.matched);
        let changed = member.topics != known.topics || member.regex != known.regex;
        self.members.insert(member.id.clone(), member);
        changed
    }

    /// Another session, and the time that the member has for giving up what it was told to.
    fn restart_timers(&mut self, id: &str, facts: &Facts<'_>) {
        let Some(member) = self.members.get(id) else { return };
        let before = self.timers.get(id).and_then(|timers| timers.revocation);
        let fresh = facts.now + member.rebalance_timeout;
        let revocation = (member.state == MemberState::Unrevoked).then(|| before.unwrap_or(fresh));
        self.timers.insert(id.to_owned(), Timers { session: facts.now + facts.session_timeout, revocation });
    }

    /// A member leaves: for good, or, if it is static, for now.
    ///
    /// # Errors
    ///
    /// When there is no such member.
    pub(crate) fn leave(&mut self, beat: &Heartbeat, facts: &Facts<'_>) -> Result<Beat, Refusal> {
        let id = match &beat.instance {
            None => self.member(&beat.member, &beat.group)?.id.clone(),
            Some(instance) => {
                let member = self.static_member(instance).ok_or_else(|| unknown_instance(instance))?;
                check_instance(member, &beat.member, instance)?;
                member.id.clone()
            }
        };
        if beat.epoch == LEAVE_FOR_NOW {
            if let Some(member) = self.members.get_mut(&id) {
                member.epoch = LEAVE_FOR_NOW;
                member.state = MemberState::Stable;
                member.revoking.clear();
            }
            if let Some(timers) = self.timers.get_mut(&id) {
                timers.revocation = None;
            }
        } else {
            self.fence(&id, facts);
        }
        Ok(Beat { member: beat.member.clone(), epoch: beat.epoch, assignment: None })
    }

    /// Takes a member out; what it held is free at once.
    fn fence(&mut self, id: &str, facts: &Facts<'_>) {
        self.members.remove(id);
        self.timers.remove(id);
        self.target.remove(id);
        self.refresh(true, facts);
    }

    /// A coordinator takes over: it knows members and epochs from records, and starts their time anew.
    pub(crate) fn resume(&mut self, facts: &Facts<'_>) {
        self.match_again(facts.metadata);
        self.topics = self.subscribed(facts.metadata);
        for id in self.members.keys().cloned().collect::<Vec<_>>() {
            self.restart_timers(&id, facts);
        }
    }

    /// Acts on everything that is due.
    pub(crate) fn tick(&mut self, facts: &Facts<'_>) {
        let late = |timers: &Timers| timers.session <= facts.now || timers.revocation.is_some_and(|at| at <= facts.now);
        let due: Vec<String> =
            self.timers.iter().filter(|(_, timers)| late(timers)).map(|(id, _)| id.clone()).collect();
        for id in due {
            self.fence(&id, facts);
        }
        if self.assign_at.is_some_and(|at| at <= facts.now) {
            self.maybe_assign(facts);
        }
    }
}

fn check_epoch(member: &Member, beat: &Heartbeat) -> Result<(), Refusal> {
    let fenced = |how: &str| {
        Refusal::new(
            ResponseError::FencedMemberEpoch,
            format!(
                "The consumer group member has a {how} member epoch ({}) than the one known by the group coordinator \
                 ({}). The member must abandon all its partitions and rejoin.",
                beat.epoch, member.epoch
            ),
        )
    };
    if beat.epoch == 0 || beat.epoch == member.epoch {
        return Ok(());
    }
    if beat.epoch > member.epoch {
        return Err(fenced("greater"));
    }
    // The answer with the newer epoch may have been lost: then the member holds no more than it was given.
    let holds_its_own = beat.owned.as_ref().is_some_and(|owned| owned.is_subset(&member.assigned));
    if beat.epoch == member.previous_epoch && holds_its_own { Ok(()) } else { Err(fenced("smaller")) }
}

fn check_instance(known: &Member, member: &str, instance: &str) -> Result<(), Refusal> {
    if known.id == member {
        return Ok(());
    }
    let message = format!("Static member {member} with instance id {instance} was fenced by member {}.", known.id);
    Err(Refusal::new(ResponseError::FencedInstanceId, message))
}

fn unknown_instance(instance: &str) -> Refusal {
    Refusal::new(ResponseError::UnknownMemberId, format!("Instance id {instance} is unknown."))
}

fn unreleased(beat: &Heartbeat, instance: &str, owner: &str) -> Refusal {
    let message = format!(
        "Static member {} with instance id {instance} cannot join the group because the instance id is owned by \
         {owner} member.",
        beat.member
    );
    Refusal::new(ResponseError::UnreleasedInstanceId, message)
}
