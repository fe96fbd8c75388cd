//! The controller under simulated time: elections, in-sync replicas, reassignments, and what faults do to them.

mod properties;
mod world;

use kafka_protocol::error::ResponseError;

use crate::error::FaultError;
use crate::fault::{Action, Fault};
use world::World;

const PREFERRED: i8 = 0;
const UNCLEAN: i8 = 1;

#[test]
fn a_stopped_brokers_leaders_move_and_it_leaves_the_isr() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch, known.partition_epoch), (2, 1, 1));
    assert_eq!(known.isr, [2, 3]);
}

#[test]
fn a_broker_that_comes_back_is_in_sync_again_and_does_not_lead_by_itself() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.lift(&Fault::BrokerStopped { broker: 1 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch), (2, 1));
    assert_eq!(known.isr, [2, 3, 1]);
}

#[test]
fn a_followers_end_changes_no_leader_epoch() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerStopped { broker: 3 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch, known.partition_epoch), (1, 0, 1));
    assert_eq!(known.isr, [1, 2]);
}

#[test]
fn the_last_in_sync_replica_stays_without_a_leader() {
    let mut world = World::new(&[&[1, 2]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.inject(Fault::BrokerStopped { broker: 2 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch), (-1, 2));
    assert_eq!(known.isr, [2]);
    world.lift(&Fault::BrokerStopped { broker: 1 });
    assert_eq!(world.partition(0).leader, -1, "1 does not have what 2 has");
    world.lift(&Fault::BrokerStopped { broker: 2 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.isr), (2, vec![2, 1]));
}

#[test]
fn a_new_partition_is_led_by_a_replica_that_is_up() {
    let mut world = World::new(&[&[1, 2]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.add_partition(&[1, 3]);
    let known = world.partition(1);
    assert_eq!((known.leader, known.isr), (3, vec![3]));
}

#[test]
fn an_unclean_leader_leads_where_the_topic_allows_it() {
    let mut world = World::new(&[&[1, 2]]);
    world.configure("unclean.leader.election.enable", "true");
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.inject(Fault::BrokerStopped { broker: 2 });
    world.lift(&Fault::BrokerStopped { broker: 1 });
    let known = world.partition(0);
    assert_eq!((known.leader, known.isr), (1, vec![1]));
}

#[test]
fn a_frozen_broker_is_fenced_when_its_session_ends() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerFrozen { broker: 1 });
    world.pass(8_999);
    assert_eq!(world.partition(0).leader, 1);
    world.pass(1);
    let known = world.partition(0);
    assert_eq!((known.leader, known.isr), (2, vec![2, 3]));
    world.lift(&Fault::BrokerFrozen { broker: 1 });
    assert_eq!(world.partition(0).isr, [2, 3, 1]);
}

#[test]
fn a_frozen_follower_leaves_the_isr_when_it_lags_for_too_long() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.set("replica.lag.time.max.ms", "2000");
    world.inject(Fault::BrokerFrozen { broker: 3 });
    world.pass(1_999);
    assert_eq!(world.partition(0).isr, [1, 2, 3]);
    world.pass(1);
    assert_eq!(world.partition(0).isr, [1, 2]);
}

#[test]
fn an_isolated_broker_tells_what_it_knew() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerIsolated { broker: 1 });
    assert_eq!(world.leader_as_told_by(1), 1);
    assert_eq!(world.leader_as_told_by(2), 2);
    world.lift(&Fault::BrokerIsolated { broker: 1 });
    assert_eq!(world.leader_as_told_by(1), 2);
}

#[test]
fn preferred_leaders_are_elected_on_request() {
    let mut world = World::new(&[&[1, 2], &[2, 1], &[3, 1]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    assert_eq!(world.elect(PREFERRED, 0), Some(ResponseError::PreferredLeaderNotAvailable));
    assert_eq!(world.elect(PREFERRED, 1), Some(ResponseError::ElectionNotNeeded));
    assert_eq!(world.elect(PREFERRED, 7), Some(ResponseError::UnknownTopicOrPartition));
    world.lift(&Fault::BrokerStopped { broker: 1 });
    assert_eq!(world.elect_all(PREFERRED), [(0, None)], "partitions that need no election are left out");
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch), (1, 2));
}

#[test]
fn an_unclean_election_needs_a_partition_without_a_leader_and_a_replica_that_is_up() {
    let mut world = World::new(&[&[1, 2]]);
    assert_eq!(world.elect(UNCLEAN, 0), Some(ResponseError::ElectionNotNeeded));
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.inject(Fault::BrokerStopped { broker: 2 });
    assert_eq!(world.elect(UNCLEAN, 0), Some(ResponseError::EligibleLeadersNotAvailable));
    world.lift(&Fault::BrokerStopped { broker: 1 });
    assert_eq!(world.elect(UNCLEAN, 0), None);
    let known = world.partition(0);
    assert_eq!((known.leader, known.isr), (1, vec![1]));
}

#[test]
fn leaders_go_back_to_preferred_replicas_after_a_while() {
    let mut world = World::new(&[&[1, 2]]);
    world.inject(Fault::BrokerStopped { broker: 1 });
    world.lift(&Fault::BrokerStopped { broker: 1 });
    world.pass(299_000);
    assert_eq!(world.partition(0).leader, 2);
    world.pass(2_000);
    assert_eq!(world.partition(0).leader, 1);
}

#[test]
fn a_reassignment_shows_what_it_adds_and_removes_until_replicas_have_copied() {
    let mut world = World::new(&[&[1, 2]]);
    assert_eq!(world.reassign(0, Some(&[3, 2])), None);
    let known = world.partition(0);
    assert_eq!((known.replicas.as_slice(), known.isr.as_slice()), ([3, 2, 1].as_slice(), [1, 2].as_slice()));
    assert_eq!(world.reassignments(), [(0, vec![3, 2, 1], vec![3], vec![1])]);
    world.pass(world::COPY_MS);
    let known = world.partition(0);
    assert_eq!((known.replicas, known.isr), (vec![3, 2], vec![2, 3]));
    assert_eq!((known.leader, known.leader_epoch), (3, 1), "the old leader is gone");
    assert!(world.reassignments().is_empty());
}

#[test]
fn a_new_order_of_replicas_is_no_move() {
    let mut world = World::new(&[&[1, 2]]);
    assert_eq!(world.reassign(0, Some(&[2, 1])), None);
    let known = world.partition(0);
    assert_eq!((known.replicas, known.leader, known.leader_epoch), (vec![2, 1], 1, 0));
    assert!(world.reassignments().is_empty());
}

#[test]
fn a_cancelled_reassignment_leaves_replicas_as_they_were() {
    let mut world = World::new(&[&[1, 2]]);
    assert_eq!(world.reassign(0, None), Some(ResponseError::NoReassignmentInProgress));
    world.reassign(0, Some(&[3]));
    assert_eq!(world.reassign(0, None), None);
    let known = world.partition(0);
    assert_eq!((known.replicas, known.isr, known.leader), (vec![1, 2], vec![1, 2], 1));
}

#[test]
fn an_added_replica_that_is_down_holds_the_reassignment_up() {
    let mut world = World::new(&[&[1, 2]]);
    world.inject(Fault::BrokerStopped { broker: 3 });
    world.reassign(0, Some(&[1, 3]));
    world.pass(world::COPY_MS);
    assert_eq!(world.reassignments().len(), 1);
    world.lift(&Fault::BrokerStopped { broker: 3 });
    assert_eq!(world.partition(0).replicas, [1, 3]);
}

#[test]
fn assignments_that_cannot_be_are_refused() {
    let mut world = World::new(&[&[1, 2]]);
    for replicas in [vec![], vec![1, 1], vec![1, 7], vec![1, -2]] {
        assert_eq!(world.reassign(0, Some(&replicas)), Some(ResponseError::InvalidReplicaAssignment), "{replicas:?}");
    }
    assert_eq!(world.reassign(9, Some(&[1])), Some(ResponseError::UnknownTopicOrPartition));
    assert_eq!(world.resize(0, &[1, 2, 3], false), Some(ResponseError::InvalidReplicationFactor));
    assert_eq!(world.resize(0, &[1, 2, 3], true), None);
}

#[test]
fn leaders_are_moved_on_demand() {
    let mut world = World::new(&[&[1, 2, 3]]);
    let move_to = |to| Action::MoveLeader { topic: "t".to_owned(), partition: 0, to };
    world.perform(move_to(None)).expect("2 is in sync");
    assert_eq!(world.partition(0).leader, 2);
    world.perform(move_to(Some(1))).expect("1 is in sync");
    world.inject(Fault::BrokerStopped { broker: 3 });
    let refused = FaultError::NotEligible { broker: 3, topic: "t".to_owned(), partition: 0 };
    assert_eq!(world.perform(move_to(Some(3))), Err(refused));
    let known = world.partition(0);
    assert_eq!((known.leader, known.leader_epoch), (1, 2));
}

#[test]
fn the_clock_jumps_and_what_is_due_happens() {
    let mut world = World::new(&[&[1, 2, 3]]);
    world.inject(Fault::BrokerFrozen { broker: 1 });
    let before = world.now();
    world.perform(Action::ShiftClock { millis: 60_000 }).expect("a clock can always jump");
    world.pass(0);
    assert_eq!((world.now() - before, world.partition(0).leader), (60_000, 2));
    assert!(world.deadline() <= world.wall() + 300_000, "deadlines are told on the clock on the wall");
    world.perform(Action::ShiftClock { millis: -90_000 }).expect("also back");
    world.pass(0);
    assert_eq!(world.now() - before, -30_000);
    assert!(world.deadline() <= world.wall() + 300_000, "what comes round does not wait for the old time");
}
