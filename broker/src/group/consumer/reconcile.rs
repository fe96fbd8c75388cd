//! From a changed group to what each member holds: epochs, the target assignment, and the way there.
//!
//! A member first gives up what it must, then gets what others have given up; so a partition never has two owners.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::group::{Consumer, Facts, Member, MemberState};
use crate::group::assign::{Input, Partitions};
use crate::metadata::Metadata;

impl Consumer {
    /// Begins an epoch when members, subscriptions or their topics are not what they were.
    pub(crate) fn refresh(&mut self, bump: bool, facts: &Facts<'_>) {
        let topics = self.subscribed(facts.metadata);
        if bump || topics != self.topics {
            self.topics = topics;
            self.epoch += 1;
        }
    }

    /// Every topic that some member wants and that exists, with its number of partitions.
    pub(super) fn subscribed(&self, metadata: &Metadata) -> BTreeMap<Uuid, i32> {
        let topics = self.members.values().flat_map(Member::wants).filter_map(|name| metadata.topic(name));
        topics.map(|topic| (topic.id, i32::try_from(topic.partitions.len()).unwrap_or(i32::MAX))).collect()
    }

    /// Makes the target of the current epoch, unless the last one was made too short a time ago.
    pub(crate) fn maybe_assign(&mut self, facts: &Facts<'_>) {
        self.assign_at = None;
        if self.epoch <= self.assignment_epoch || self.members.is_empty() {
            return;
        }
        let earliest = self.assigned_at + facts.assignment_interval;
        if self.assigned_at > 0 && facts.now < earliest {
            self.assign_at = Some(earliest);
            return;
        }
        let wanted = |member: &Member| member.wants().filter_map(|name| Some(facts.metadata.topic(name)?.id)).collect();
        let members = self.members.values();
        let instances = members.clone().filter_map(|member| Some((member.id.clone(), member.instance.clone()?)));
        let input = Input {
            subscriptions: members.clone().map(|member| (member.id.clone(), wanted(member))).collect(),
            instances: instances.collect(),
            topics: self.topics.clone(),
            last: std::mem::take(&mut self.target),
        };
        self.target = self.assignor(facts.assignors).assign(&input);
        self.assignment_epoch = self.epoch;
        self.assigned_at = facts.now;
    }

    /// Takes a member one step towards its target. `owned` is what it says that it holds.
    pub(crate) fn reconcile(&mut self, id: &str, owned: Option<&Partitions>) {
        let Some(member) = self.members.get(id) else { return };
        let still_holds = |partitions: &Partitions| owned.is_none_or(|owned| !owned.is_disjoint(partitions));
        let next = match member.state {
            MemberState::Stable if member.epoch == self.assignment_epoch => return,
            MemberState::Unrevoked if still_holds(&member.revoking) => return,
            MemberState::Unrevoked => self.step(member, member.epoch + 1, still_holds),
            MemberState::Stable | MemberState::Unreleased => self.step(member, member.epoch, still_holds),
        };
        self.members.insert(id.to_owned(), next);
    }

    fn step(&self, member: &Member, epoch: i32, still_holds: impl Fn(&Partitions) -> bool) -> Member {
        let none = Partitions::new();
        let target = self.target.get(&member.id).unwrap_or(&none);
        let kept: Partitions = member.assigned.intersection(target).copied().collect();
        let revoking: Partitions = member.assigned.difference(&kept).copied().collect();
        if !revoking.is_empty() && still_holds(&revoking) {
            return moved(member, epoch, MemberState::Unrevoked, kept, revoking);
        }
        let missing = target.difference(&kept).copied();
        let (held, free): (Partitions, Partitions) = missing.partition(|key| self.is_held(key, &member.id));
        let state = if held.is_empty() { MemberState::Stable } else { MemberState::Unreleased };
        let assigned = kept.union(&free).copied().collect();
        moved(member, self.assignment_epoch, state, assigned, none)
    }
}

fn moved(member: &Member, epoch: i32, state: MemberState, assigned: Partitions, revoking: Partitions) -> Member {
    let previous_epoch = member.epoch;
    Member { epoch, previous_epoch, state, assigned, revoking, ..member.clone() }
}
