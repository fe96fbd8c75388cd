//! Claims about the classic protocol, one group at a time, under simulated time.

mod property;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{JoinGroupResponse, ResponseKind, SyncGroupResponse};

use super::group::{Classic, State, Step, Waiter};
use super::join::Join;
use super::sync::Sync;
use crate::group::offsets::commit::Committer;
use crate::machine::{Ticket, Timestamp};

const SESSION: i64 = 10_000;
const REBALANCE: i64 = 60_000;

/// A group with its clock, and the answers that it has given.
struct World {
    group: Classic,
    now: Timestamp,
    delay: i64,
    max_size: usize,
    tickets: u64,
    answers: Vec<(Ticket, ResponseKind)>,
    persisted: usize,
}

impl World {
    fn new() -> Self {
        let (group, answers) = (Classic::new(1000), Vec::new());
        Self { group, now: 1000, delay: 0, max_size: 100, tickets: 0, answers, persisted: 0 }
    }

    fn step<R>(&mut self, act: impl FnOnce(&mut Classic, &mut Step) -> R) -> R {
        let (now, initial_delay, max_size) = (self.now, self.delay, self.max_size);
        let mut step = Step { now, initial_delay, max_size, answers: Vec::new(), persist: false };
        let out = act(&mut self.group, &mut step);
        self.answers.extend(step.answers);
        self.persisted += usize::from(step.persist);
        out
    }

    fn waiter(&mut self, version: i16) -> Waiter {
        self.tickets += 1;
        Waiter { ticket: Ticket(self.tickets), version }
    }

    fn joining(&mut self, id: &str) -> Join {
        let waiter = self.waiter(9);
        Join {
            waiter,
            member_id: id.to_owned(),
            fresh_id: format!("fresh-{}", waiter.ticket.0),
            instance: None,
            client_id: "client".to_owned(),
            client_host: "/127.0.0.1".to_owned(),
            session_timeout: SESSION,
            rebalance_timeout: REBALANCE,
            protocol_type: "consumer".to_owned(),
            protocols: vec![("range".to_owned(), Bytes::from_static(b"topics"))],
        }
    }

    fn join_with(&mut self, join: &Join) -> Ticket {
        self.step(|group, step| group.join(join, step));
        join.waiter.ticket
    }

    fn join(&mut self, id: &str) -> Ticket {
        let join = self.joining(id);
        self.join_with(&join)
    }

    fn join_static(&mut self, id: &str, instance: &str) -> Ticket {
        let join = Join { instance: Some(instance.to_owned()), ..self.joining(id) };
        self.join_with(&join)
    }

    /// A newcomer gets its id and joins with it.
    fn enter(&mut self) -> (String, Ticket) {
        let ticket = self.join("");
        let id = self.joined(ticket).member_id.to_string();
        let ticket = self.join(&id);
        (id, ticket)
    }

    fn answer(&mut self, ticket: Ticket) -> Option<ResponseKind> {
        let index = self.answers.iter().position(|(known, _)| *known == ticket)?;
        Some(self.answers.remove(index).1)
    }

    fn joined(&mut self, ticket: Ticket) -> JoinGroupResponse {
        match self.answer(ticket) {
            Some(ResponseKind::JoinGroup(response)) => response,
            other => panic!("no answer to a join: {other:?}"),
        }
    }

    fn synced(&mut self, ticket: Ticket) -> SyncGroupResponse {
        match self.answer(ticket) {
            Some(ResponseKind::SyncGroup(response)) => response,
            other => panic!("no answer to a sync: {other:?}"),
        }
    }

    fn sync(&mut self, id: &str, assignments: &[(&str, &'static [u8])]) -> Ticket {
        let waiter = self.waiter(5);
        let assignments = assignments.iter().map(|(id, bytes)| ((*id).to_owned(), Bytes::from_static(bytes))).collect();
        let generation = self.group.generation;
        let (protocol_type, protocol) = (Some("consumer".to_owned()), Some("range".to_owned()));
        let sync =
            Sync { waiter, member_id: id.to_owned(), instance: None, generation, protocol_type, protocol, assignments };
        self.step(|group, step| group.sync(sync, step));
        waiter.ticket
    }

    fn heartbeat(&mut self, id: &str) -> Result<(), ResponseError> {
        let generation = self.group.generation;
        self.step(|group, step| group.heartbeat(id, None, generation, step))
    }

    /// Goes to a later time, stopping at whatever is due on the way.
    fn pass(&mut self, milliseconds: i64) {
        let end = self.now + milliseconds;
        while let Some(at) = self.group.deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.step(Classic::tick);
        }
        self.now = end;
    }

    /// A group of two members at rest: the leader, the follower.
    fn two() -> (Self, String, String) {
        let mut world = Self::new();
        let (leader, ticket) = world.enter();
        world.joined(ticket);
        let (follower, ticket) = world.enter();
        let rejoined = world.join(&leader);
        assert_eq!(world.joined(rejoined).members.len(), 2);
        assert!(world.joined(ticket).members.is_empty());
        let waiting = world.sync(&follower, &[]);
        let first = world.sync(&leader, &[(&leader, b"l"), (&follower, b"f")]);
        assert_eq!(world.synced(first).assignment, "l");
        assert_eq!(world.synced(waiting).assignment, "f");
        assert_eq!(world.group.state, State::Stable);
        (world, leader, follower)
    }

    fn committer(member: &str, generation: i32) -> Committer<'_> {
        Committer { member, instance: None, generation, transactional: false, version: 9 }
    }
}

fn code(error: ResponseError) -> i16 {
    error.code()
}

#[test]
fn a_newcomer_must_come_back_with_the_id_that_it_was_given() {
    let mut world = World::new();
    let ticket = world.join("");
    let refused = world.joined(ticket);
    assert_eq!(refused.error_code, code(ResponseError::MemberIdRequired));
    assert!(world.group.members.is_empty());
    let ticket = world.join(&refused.member_id);
    let joined = world.joined(ticket);
    assert_eq!((joined.error_code, joined.generation_id), (0, 1));
    assert_eq!(joined.leader, refused.member_id);
    assert_eq!(joined.protocol_name.as_deref(), Some("range"));
}

#[test]
fn an_old_client_joins_at_once() {
    let mut world = World::new();
    let mut join = world.joining("");
    join.waiter.version = 3;
    let ticket = world.join_with(&join);
    assert_eq!(world.joined(ticket).error_code, 0);
}

#[test]
fn an_id_that_was_never_used_is_forgotten_after_a_session() {
    let mut world = World::new();
    world.join("");
    assert_eq!(world.group.pending.len(), 1);
    world.pass(SESSION - 1);
    assert_eq!(world.group.pending.len(), 1);
    world.pass(1);
    assert!(world.group.pending.is_empty());
}

#[test]
fn the_first_rebalance_waits_for_company_as_long_as_it_comes() {
    let mut world = World::new();
    world.delay = 3000;
    let (_, first) = world.enter();
    world.pass(2999);
    let (_, second) = world.enter();
    world.pass(2999);
    assert!(world.answers.is_empty(), "a newcomer prolongs the wait by another delay");
    world.pass(2);
    assert_eq!(world.joined(first).members.len(), 2);
    assert_eq!(world.joined(second).generation_id, 1);
}

#[test]
fn a_second_member_makes_the_first_join_again() {
    let (mut world, leader, follower) = World::two();
    assert_eq!(world.heartbeat(&leader), Ok(()));
    let (_, third) = world.enter();
    assert_eq!(world.heartbeat(&leader), Err(ResponseError::RebalanceInProgress));
    world.join(&leader);
    assert_eq!(world.group.state, State::PreparingRebalance);
    world.join(&follower);
    assert_eq!(world.group.state, State::CompletingRebalance);
    assert_eq!(world.joined(third).generation_id, 3);
}

#[test]
fn who_does_not_join_again_in_time_is_left_behind() {
    let (mut world, leader, follower) = World::two();
    let again = world.joining(&leader);
    let again = Join { protocols: vec![("range".to_owned(), Bytes::from_static(b"other"))], ..again };
    let ticket = world.join_with(&again);
    for _ in 0..(REBALANCE / 5000) - 1 {
        world.pass(5000);
        assert_eq!(world.heartbeat(&follower), Err(ResponseError::RebalanceInProgress));
    }
    world.pass(4999);
    assert!(world.answers.is_empty());
    world.pass(1);
    assert_eq!(world.joined(ticket).members.len(), 1);
    assert!(!world.group.members.contains_key(&follower));
}

#[test]
fn a_silent_member_is_expelled_exactly_when_its_session_ends() {
    let (mut world, leader, follower) = World::two();
    world.pass(SESSION - 1);
    assert_eq!(world.heartbeat(&leader), Ok(()));
    world.pass(1);
    assert!(!world.group.members.contains_key(&follower));
    assert_eq!(world.heartbeat(&leader), Err(ResponseError::RebalanceInProgress));
    assert_eq!(world.heartbeat(&follower), Err(ResponseError::UnknownMemberId));
}

#[test]
fn a_member_that_waits_for_the_others_needs_no_heartbeat() {
    let (mut world, leader, follower) = World::two();
    let again = Join { protocols: vec![("range".to_owned(), Bytes::from_static(b"o"))], ..world.joining(&leader) };
    let ticket = world.join_with(&again);
    for _ in 0..4 {
        world.pass(9000);
        assert!(world.heartbeat(&follower).is_err());
    }
    assert!(world.group.members.contains_key(&leader));
    world.join(&follower);
    assert_eq!(world.joined(ticket).error_code, 0);
}

#[test]
fn a_newcomers_parked_join_keeps_its_place_for_five_minutes_only() {
    let mut world = World::new();
    world.delay = 1_000_000;
    let (id, ticket) = world.enter();
    world.pass(299_999);
    assert!(world.group.members.contains_key(&id));
    world.pass(1);
    assert_eq!(world.joined(ticket).error_code, code(ResponseError::UnknownMemberId));
}

#[test]
fn members_that_never_ask_for_their_assignment_are_expelled() {
    let mut world = World::new();
    let (id, ticket) = world.enter();
    world.joined(ticket);
    for _ in 0..12 {
        assert_eq!(world.heartbeat(&id), Ok(()));
        world.pass(REBALANCE / 12);
    }
    assert!(world.group.members.is_empty());
    assert_eq!(world.group.state, State::Empty);
}

#[test]
fn a_leader_that_joins_again_makes_everyone_join_again_but_a_follower_does_not() {
    let (mut world, leader, follower) = World::two();
    let ticket = world.join(&follower);
    let same = world.joined(ticket);
    assert_eq!((same.error_code, same.generation_id, same.members.len()), (0, 2, 0));
    assert_eq!(world.group.state, State::Stable);
    world.join(&leader);
    assert_eq!(world.group.state, State::PreparingRebalance);
}

#[test]
fn a_wrong_generation_or_an_unknown_member_is_refused_everywhere() {
    let (mut world, leader, _) = World::two();
    let stale = world.step(|group, step| group.heartbeat(&leader, None, 1, step));
    assert_eq!(stale, Err(ResponseError::IllegalGeneration));
    assert_eq!(world.heartbeat("nobody"), Err(ResponseError::UnknownMemberId));
    let ticket = world.sync("nobody", &[]);
    assert_eq!(world.synced(ticket).error_code, code(ResponseError::UnknownMemberId));
    let ticket = world.join("nobody");
    assert_eq!(world.joined(ticket).error_code, code(ResponseError::UnknownMemberId));
    let left = world.step(|group, step| group.leave("nobody", None, step));
    assert_eq!(left, Err(ResponseError::UnknownMemberId));
}

#[test]
fn a_sync_with_another_protocol_is_refused() {
    let (mut world, leader, _) = World::two();
    let waiter = world.waiter(5);
    let sync = Sync {
        waiter,
        member_id: leader,
        instance: None,
        generation: 2,
        protocol_type: Some("consumer".to_owned()),
        protocol: Some("roundrobin".to_owned()),
        assignments: Vec::new(),
    };
    world.step(|group, step| group.sync(sync, step));
    assert_eq!(world.synced(waiter.ticket).error_code, code(ResponseError::InconsistentGroupProtocol));
}

#[test]
fn a_member_without_a_common_protocol_is_refused() {
    let (mut world, _, _) = World::two();
    let join = Join { protocols: vec![("sticky".to_owned(), Bytes::new())], ..world.joining("") };
    let ticket = world.join_with(&join);
    assert_eq!(world.joined(ticket).error_code, code(ResponseError::InconsistentGroupProtocol));
    let join = Join { protocol_type: "connect".to_owned(), ..world.joining("") };
    let ticket = world.join_with(&join);
    assert_eq!(world.joined(ticket).error_code, code(ResponseError::InconsistentGroupProtocol));
}

#[test]
fn the_protocol_that_most_like_best_is_chosen_among_those_that_all_know() {
    let mut world = World::new();
    world.delay = 10;
    let likes = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), Bytes::new())).collect::<Vec<_>>();
    for names in [&["a", "b"][..], &["b", "a"], &["c", "b", "a"]] {
        let mut join = Join { protocols: likes(names), ..world.joining("") };
        join.waiter.version = 3;
        world.join_with(&join);
    }
    world.pass(100);
    assert_eq!(world.group.protocol.as_deref(), Some("b"));
}

#[test]
fn a_full_group_takes_nobody_else() {
    let (mut world, leader, follower) = World::two();
    world.max_size = 2;
    let ticket = world.join("");
    assert_eq!(world.joined(ticket).error_code, code(ResponseError::GroupMaxSizeReached));
    world.join(&leader);
    let ticket = world.join(&follower);
    assert_eq!(world.joined(ticket).error_code, 0);
}

#[test]
fn who_leaves_makes_the_others_join_again_and_the_last_one_leaves_the_group_empty() {
    let (mut world, leader, follower) = World::two();
    let leave = |group: &mut Classic, step: &mut Step, id: &str| {
        let left = group.leave(id, None, step);
        group.after_removal(step);
        left.is_ok()
    };
    assert!(world.step(|group, step| leave(group, step, &leader)));
    assert_eq!(world.heartbeat(&follower), Err(ResponseError::RebalanceInProgress));
    let ticket = world.join(&follower);
    assert_eq!(world.joined(ticket).leader.as_str(), follower);
    let persisted = world.persisted;
    assert!(world.step(|group, step| leave(group, step, &follower)));
    assert_eq!(world.group.state, State::Empty);
    assert_eq!(world.persisted, persisted + 1, "an empty group is written down");
    assert_eq!(world.group.protocol, None);
}

/// A static member alone in a stable group: its world and its id.
fn settled(instance: &str) -> (World, String) {
    let mut world = World::new();
    let ticket = world.join_static("", instance);
    let id = world.joined(ticket).member_id.to_string();
    let ticket = world.sync(&id, &[(&id, b"mine")]);
    assert_eq!(world.synced(ticket).assignment, "mine");
    (world, id)
}

#[test]
fn a_static_member_that_comes_back_takes_its_place_without_a_rebalance() {
    let (mut world, old) = settled("one");
    let ticket = world.join_static("", "one");
    let back = world.joined(ticket);
    assert_eq!((back.error_code, back.generation_id), (0, 1));
    assert!(back.skip_assignment, "it led and still does, but there is nothing to assign");
    assert_eq!(back.members.len(), 1);
    assert_ne!(back.member_id.as_str(), old);
    assert_eq!(world.group.state, State::Stable);
    let ticket = world.sync(&back.member_id, &[]);
    assert_eq!(world.synced(ticket).assignment, "mine");
    let fenced = world.step(|group, step| group.heartbeat(&old, Some("one"), 1, step));
    assert_eq!(fenced, Err(ResponseError::FencedInstanceId));
}

#[test]
fn an_old_client_that_comes_back_as_leader_is_told_that_its_former_self_leads() {
    let (mut world, old) = settled("one");
    let mut join = Join { instance: Some("one".to_owned()), ..world.joining("") };
    join.waiter.version = 8;
    let ticket = world.join_with(&join);
    let back = world.joined(ticket);
    assert_eq!(back.leader.as_str(), old);
    assert!(!back.skip_assignment && back.members.is_empty());
}

#[test]
fn a_static_member_that_comes_back_with_other_protocols_makes_all_join_again() {
    let (mut world, _) = settled("one");
    let protocols = vec![("sticky".to_owned(), Bytes::new()), ("range".to_owned(), Bytes::new())];
    let join = Join { instance: Some("one".to_owned()), protocols, ..world.joining("") };
    let ticket = world.join_with(&join);
    assert_eq!(world.joined(ticket).generation_id, 2);
}

#[test]
fn a_static_member_leaves_by_its_instance_id_alone() {
    let (mut world, _) = settled("one");
    let unknown = world.step(|group, step| group.leave("", Some("two"), step));
    assert_eq!(unknown, Err(ResponseError::UnknownMemberId));
    let left = world.step(|group, step| group.leave("", Some("one"), step));
    assert!(left.is_ok() && world.group.members.is_empty());
}

#[test]
fn a_static_member_that_did_not_join_again_keeps_its_place_until_its_session_ends() {
    let (mut world, old) = settled("one");
    let (other, ticket) = world.enter();
    world.pass(SESSION - 1);
    assert!(world.group.members.contains_key(&old));
    world.pass(1);
    assert!(!world.group.members.contains_key(&old));
    assert_eq!(world.joined(ticket).leader.as_str(), other);
}

#[test]
fn only_members_of_this_generation_commit_while_there_are_members() {
    let (mut world, leader, _) = World::two();
    let check =
        |world: &World, member: &str, generation| world.group.check_commit(World::committer(member, generation));
    assert_eq!(check(&world, &leader, 2), Ok(()));
    assert_eq!(check(&world, &leader, 1), Err(ResponseError::IllegalGeneration));
    assert_eq!(check(&world, "nobody", 2), Err(ResponseError::UnknownMemberId));
    assert_eq!(check(&world, "", -1), Err(ResponseError::UnknownMemberId));
    let in_transaction = Committer { transactional: true, ..World::committer("", -1) };
    assert_eq!(world.group.check_commit(in_transaction), Ok(()));
    world.enter();
    assert_eq!(check(&world, &leader, 2), Ok(()), "the last offsets of a generation are still taken");
    assert_eq!(World::new().group.check_commit(World::committer("", -1)), Ok(()));
}

#[test]
fn nobody_commits_between_joining_and_syncing() {
    let mut world = World::new();
    let (id, _) = world.enter();
    let commit = world.group.check_commit(World::committer(&id, 1));
    assert_eq!(commit, Err(ResponseError::RebalanceInProgress));
}

#[test]
fn a_group_is_written_when_it_has_an_assignment() {
    let mut world = World::new();
    let (id, _) = world.enter();
    assert_eq!(world.persisted, 0);
    world.sync(&id, &[]);
    assert_eq!(world.persisted, 1);
}
