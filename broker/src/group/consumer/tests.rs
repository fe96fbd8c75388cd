//! Claims about the consumer protocol, one group at a time, under simulated time.

mod property;

use std::collections::BTreeSet;

use kafka_protocol::error::ResponseError;
use uuid::Uuid;

use super::group::{Consumer, Facts, LEAVE, LEAVE_FOR_NOW, MemberState, Refusal, State};
use super::heartbeat::{Beat, Heartbeat};
use crate::group::assign::{Assignor, Partitions};
use crate::group::offsets::commit::Committer;
use crate::group::stored::consumer as record;
use crate::machine::Timestamp;
use crate::metadata::change::Change;
use crate::metadata::{Metadata, TopicPartition};

const SESSION: i64 = 45_000;
const REBALANCE: i64 = 60_000;

/// A group with its clock and the topics that there are.
struct World {
    group: Consumer,
    metadata: Metadata,
    now: Timestamp,
    interval: i64,
    max_size: usize,
    assignors: Vec<Assignor>,
    /// What was written, replayed.
    replayed: Consumer,
}

impl World {
    fn new(partitions: usize) -> Self {
        let mut world = Self {
            group: Consumer::default(),
            metadata: Metadata::default(),
            now: 1000,
            interval: 0,
            max_size: 100,
            assignors: vec![Assignor::Uniform, Assignor::Range],
            replayed: Consumer::default(),
        };
        world.create("t", 1, partitions);
        world
    }

    fn create(&mut self, name: &str, id: u128, partitions: usize) {
        let partitions = vec![vec![1]; partitions];
        self.metadata.apply(&Change::TopicCreated { id: Uuid::from_u128(id), name: name.to_owned(), partitions });
    }

    fn step<R>(&mut self, act: impl FnOnce(&mut Consumer, &Facts<'_>) -> R) -> R {
        let facts = Facts {
            now: self.now,
            metadata: &self.metadata,
            session_timeout: SESSION,
            assignment_interval: self.interval,
            max_size: self.max_size,
            assignors: &self.assignors,
        };
        let before = self.group.clone();
        let out = act(&mut self.group, &facts);
        for entry in record::changes("g", &before, &self.group) {
            let (_, change) = record::read(&entry.key, entry.value.as_deref()).expect("what is written can be read");
            record::apply(&mut self.replayed, change);
        }
        out
    }

    fn joining(member: &str) -> Heartbeat {
        Heartbeat {
            group: "g".to_owned(),
            member: member.to_owned(),
            rebalance_timeout: Some(REBALANCE),
            topics: Some(BTreeSet::from(["t".to_owned()])),
            owned: Some(Partitions::new()),
            ..Heartbeat::default()
        }
    }

    fn beat(&mut self, beat: &Heartbeat) -> Result<Beat, Refusal> {
        self.step(|group, facts| group.beat(beat, facts))
    }

    fn join(&mut self, member: &str) -> Beat {
        self.beat(&Self::joining(member)).expect("it may join")
    }

    /// A heartbeat that says no more than that the member lives, and what it holds where that is asked.
    fn alive(member: &str, epoch: i32, owned: Option<Partitions>) -> Heartbeat {
        Heartbeat { group: "g".to_owned(), member: member.to_owned(), epoch, owned, ..Heartbeat::default() }
    }

    fn keep(&mut self, member: &str, epoch: i32) -> Beat {
        self.beat(&Self::alive(member, epoch, None)).expect("it is a member")
    }

    fn leave(&mut self, beat: &Heartbeat) -> Result<Beat, Refusal> {
        self.step(|group, facts| group.leave(beat, facts))
    }

    fn pass(&mut self, milliseconds: i64) {
        let end = self.now + milliseconds;
        while let Some(at) = self.group.deadline().filter(|at| *at <= end) {
            self.now = self.now.max(at);
            self.step(Consumer::tick);
        }
        self.now = end;
    }
}

fn partitions(indexes: &[i32]) -> Partitions {
    indexes.iter().map(|partition| TopicPartition { topic: Uuid::from_u128(1), partition: *partition }).collect()
}

fn error<T>(answer: Result<T, Refusal>) -> Option<ResponseError> {
    answer.err().map(|refusal| refusal.error)
}

#[test]
fn the_first_member_gets_everything() {
    let mut world = World::new(3);
    let beat = world.join("a");
    assert_eq!((beat.epoch, beat.assignment), (2, Some(partitions(&[0, 1, 2]))));
    assert_eq!(world.group.state(), State::Stable);
    assert_eq!(world.keep("a", 2).assignment, None, "it knows");
}

#[test]
fn a_partition_is_given_up_before_it_is_given_away() {
    let mut world = World::new(2);
    world.join("a");
    let beat = world.join("b");
    assert_eq!((beat.epoch, beat.assignment), (3, Some(Partitions::new())));
    assert_eq!(world.group.state(), State::Reconciling);
    let told = world.keep("a", 2);
    assert_eq!((told.epoch, told.assignment), (2, Some(partitions(&[0]))));
    assert_eq!(world.keep("b", 3).assignment, None, "`a` has not said that it gave anything up");
    assert_eq!(world.keep("a", 2).epoch, 2);
    let done = world.beat(&World::alive("a", 2, Some(partitions(&[0])))).expect("it is a member");
    assert_eq!(done.epoch, 3);
    assert_eq!(world.keep("b", 3).assignment, Some(partitions(&[1])));
    assert_eq!(world.group.state(), State::Stable);
}

#[test]
fn who_does_not_give_up_in_time_is_fenced() {
    let mut world = World::new(2);
    world.join("a");
    world.join("b");
    world.keep("a", 2);
    for _ in 0..3 {
        world.pass(REBALANCE / 4);
        world.keep("a", 2);
        world.keep("b", 3);
    }
    world.pass(REBALANCE / 4 - 1);
    assert!(world.group.members.contains_key("a"));
    world.pass(1);
    assert!(!world.group.members.contains_key("a"));
    assert_eq!(error(world.beat(&World::alive("a", 2, None))), Some(ResponseError::UnknownMemberId));
    assert_eq!(world.keep("b", 3).assignment, Some(partitions(&[0, 1])));
}

#[test]
fn a_silent_member_is_fenced_exactly_when_its_session_ends() {
    let mut world = World::new(2);
    world.join("a");
    world.pass(SESSION - 1);
    assert!(world.group.members.contains_key("a"));
    world.pass(1);
    assert_eq!((world.group.state(), world.group.epoch), (State::Empty, 3));
}

#[test]
fn an_epoch_that_is_not_the_members_is_fenced() {
    let mut world = World::new(2);
    world.join("a");
    let greater = world.beat(&World::alive("a", 3, None)).expect_err("it is too great");
    assert_eq!(greater.error, ResponseError::FencedMemberEpoch);
    assert_eq!(
        greater.message,
        "The consumer group member has a greater member epoch (3) than the one known by the group coordinator (2). \
         The member must abandon all its partitions and rejoin."
    );
    world.join("b");
    world.beat(&World::alive("a", 2, Some(partitions(&[0])))).expect("it gives up and moves on");
    let lost = world.beat(&World::alive("a", 2, Some(partitions(&[0]))));
    assert_eq!(lost.map(|beat| beat.epoch), Ok(3), "the answer was lost");
    let more = world.beat(&World::alive("a", 2, Some(partitions(&[0, 1]))));
    assert_eq!(error(more), Some(ResponseError::FencedMemberEpoch));
    assert_eq!(world.join("a").epoch, 3, "who begins anew is let in");
}

#[test]
fn an_unknown_member_is_told_so() {
    let mut world = World::new(2);
    let refusal = world.beat(&World::alive("x", 4, None)).expect_err("nobody knows it");
    assert_eq!(refusal.error, ResponseError::UnknownMemberId);
    assert_eq!(refusal.message, "Member x is not a member of group g.");
    assert_eq!(error(world.leave(&World::alive("x", LEAVE, None))), Some(ResponseError::UnknownMemberId));
}

#[test]
fn who_leaves_leaves_its_partitions_to_the_others() {
    let mut world = World::new(2);
    world.join("a");
    world.join("b");
    let left = world.leave(&World::alive("a", LEAVE, None)).expect("it is a member");
    assert_eq!((left.epoch, left.assignment), (LEAVE, None));
    assert_eq!(world.keep("b", 3).assignment, Some(partitions(&[0, 1])));
}

#[test]
fn new_partitions_and_topics_begin_an_epoch() {
    let mut world = World::new(1);
    world.join("a");
    let id = Uuid::from_u128(1);
    world.metadata.apply(&Change::PartitionsAdded { id, first: 1, partitions: vec![vec![1]] });
    let beat = world.keep("a", 2);
    assert_eq!((beat.epoch, beat.assignment), (3, Some(partitions(&[0, 1]))));
    world.metadata.apply(&Change::TopicDeleted { id, name: "t".to_owned() });
    assert_eq!(world.keep("a", 3).assignment, Some(Partitions::new()));
}

#[test]
fn a_change_of_subscription_begins_an_epoch_and_its_repetition_does_not() {
    let mut world = World::new(1);
    world.create("u", 2, 1);
    world.join("a");
    let topics = Some(BTreeSet::from(["t".to_owned(), "u".to_owned()]));
    let more = Heartbeat { topics, ..World::alive("a", 2, None) };
    assert_eq!(world.beat(&more).map(|beat| beat.epoch), Ok(3));
    let again = Heartbeat { epoch: 3, ..more };
    assert_eq!(world.beat(&again).map(|beat| beat.epoch), Ok(3));
}

#[test]
fn most_members_decide_about_the_assignor() {
    let mut world = World::new(4);
    world.join("a");
    assert_eq!(world.group.assignor(&world.assignors), Assignor::Uniform);
    world.beat(&Heartbeat { assignor: Some("range".to_owned()), ..World::joining("b") }).expect("it may join");
    assert_eq!(world.group.assignor(&world.assignors), Assignor::Range);
}

#[test]
fn a_full_group_takes_nobody_else() {
    let mut world = World::new(1);
    world.max_size = 1;
    world.join("a");
    let refusal = world.beat(&World::joining("b")).expect_err("it is full");
    assert_eq!(refusal.error, ResponseError::GroupMaxSizeReached);
    assert_eq!(refusal.message, "The consumer group has reached its maximum capacity of 1 members.");
}

#[test]
fn a_target_is_made_again_only_after_the_interval() {
    let mut world = World::new(2);
    world.interval = 1000;
    world.join("a");
    let beat = world.join("b");
    assert_eq!((beat.epoch, world.group.state()), (2, State::Assigning));
    world.pass(999);
    assert_eq!(world.group.assignment_epoch, 2);
    world.pass(1);
    assert_eq!(world.group.assignment_epoch, 3);
    assert_eq!(world.keep("a", 2).assignment, Some(partitions(&[0])));
}

fn of_instance(beat: Heartbeat) -> Heartbeat {
    Heartbeat { instance: Some("one".to_owned()), ..beat }
}

#[test]
fn a_static_member_finds_its_partitions_again() {
    let mut world = World::new(2);
    world.beat(&of_instance(World::joining("a"))).expect("it may join");
    let taken = world.beat(&of_instance(World::joining("b"))).expect_err("the instance is there");
    assert_eq!(taken.error, ResponseError::UnreleasedInstanceId);
    let left = world.leave(&of_instance(World::alive("a", LEAVE_FOR_NOW, None))).expect("it is a member");
    assert_eq!((left.epoch, world.group.epoch), (LEAVE_FOR_NOW, 2));
    world.join("c");
    let back = world.beat(&of_instance(World::joining("b"))).expect("its place is free");
    assert_eq!(back.assignment.as_ref().map(Partitions::len), Some(1));
    let fenced = world.beat(&of_instance(World::alive("a", 2, None)));
    assert_eq!(error(fenced), Some(ResponseError::FencedInstanceId));
    let unknown = Heartbeat { instance: Some("two".to_owned()), ..World::alive("a", 2, None) };
    assert_eq!(error(world.beat(&unknown)), Some(ResponseError::UnknownMemberId));
}

#[test]
fn a_static_member_that_stays_away_is_fenced_when_its_session_ends() {
    let mut world = World::new(2);
    world.beat(&of_instance(World::joining("a"))).expect("it may join");
    world.leave(&of_instance(World::alive("a", LEAVE_FOR_NOW, None))).expect("it is a member");
    world.pass(SESSION);
    assert!(world.group.members.is_empty());
}

#[test]
fn only_the_members_own_epoch_commits_and_fetches() {
    let mut world = World::new(1);
    let committer =
        |member, generation, version| Committer { member, instance: None, generation, transactional: false, version };
    assert_eq!(world.group.check_commit(committer("", -1, 8)), Ok(()));
    world.join("a");
    assert_eq!(world.group.check_commit(committer("a", 2, 9)), Ok(()));
    assert_eq!(world.group.check_commit(committer("a", 1, 9)), Err(ResponseError::StaleMemberEpoch));
    assert_eq!(world.group.check_commit(committer("a", 2, 8)), Err(ResponseError::UnsupportedVersion));
    assert_eq!(world.group.check_commit(committer("", -1, 9)), Err(ResponseError::UnknownMemberId));
    let in_transaction = Committer { transactional: true, ..committer("a", 0, 5) };
    assert_eq!(world.group.check_commit(in_transaction), Err(ResponseError::IllegalGeneration));
    assert_eq!(world.group.check_fetch(None, -1), Ok(()));
    assert_eq!(world.group.check_fetch(Some("a"), 1), Err(ResponseError::StaleMemberEpoch));
    assert_eq!(world.group.check_fetch(Some("x"), 1), Err(ResponseError::UnknownMemberId));
}

#[test]
fn what_is_written_is_the_group() {
    let mut world = World::new(5);
    world.join("a");
    world
        .beat(&Heartbeat { regex: Some("t.*".to_owned()), rack: Some("az-1".to_owned()), ..World::joining("b") })
        .expect("it may join");
    world.keep("a", 2);
    assert_eq!(world.group.members["a"].state, MemberState::Unrevoked);
    let same = |world: &World| {
        let kept =
            |group: &Consumer| (group.epoch, group.assignment_epoch, group.members.clone(), group.target.clone());
        kept(&world.group) == kept(&world.replayed)
    };
    assert!(same(&world));
    world.leave(&World::alive("a", LEAVE, None)).expect("it is a member");
    world.keep("b", 3);
    assert!(same(&world));
    let now = world.now;
    world.replayed.timers.clear();
    world.group = world.replayed.clone();
    world.step(Consumer::resume);
    assert_eq!(world.group.deadline(), Some(now + SESSION));
    assert_eq!(world.group.members["b"].matched, BTreeSet::from(["t".to_owned()]));
}
