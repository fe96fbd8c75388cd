//! Whatever happens to brokers and replicas, what clients rely on holds.

use proptest::collection::vec;
use proptest::prelude::*;

use super::world::World;
use crate::fault::{Action, Fault, inject};
use crate::metadata::Partition;

#[derive(Clone, Debug)]
enum Step {
    Inject(Fault),
    Lift(Fault),
    Elect { election: i8, partition: i32 },
    Reassign { partition: i32, replicas: Option<Vec<i32>> },
    Move { partition: i32, to: Option<i32> },
    Shift(i64),
    Pass(i64),
}

fn fault() -> impl Strategy<Value = Fault> {
    (1..=3_i32, 0..3).prop_map(|(broker, kind)| match kind {
        0 => Fault::BrokerStopped { broker },
        1 => Fault::BrokerFrozen { broker },
        _ => Fault::BrokerIsolated { broker },
    })
}

fn step() -> impl Strategy<Value = Step> {
    let partition = || 0..3_i32;
    let replicas =
        Just(vec![1, 2, 3]).prop_shuffle().prop_flat_map(|all| (1..=3_usize).prop_map(move |n| all[..n].to_vec()));
    prop_oneof![
        3 => fault().prop_map(Step::Inject),
        3 => fault().prop_map(Step::Lift),
        1 => (0..2_i8, partition()).prop_map(|(election, partition)| Step::Elect { election, partition }),
        2 => (partition(), proptest::option::of(replicas))
            .prop_map(|(partition, replicas)| Step::Reassign { partition, replicas }),
        1 => (partition(), proptest::option::of(1..=3_i32)).prop_map(|(partition, to)| Step::Move { partition, to }),
        1 => (0..20_000_i64).prop_map(Step::Shift),
        2 => (0..20_000_i64).prop_map(Step::Pass),
    ]
}

/// Does a step; what is refused changes nothing, which the properties see.
fn take(world: &mut World, step: Step) {
    match step {
        Step::Inject(fault) => drop(inject::inject(&mut world.machine, fault)),
        Step::Lift(fault) => drop(inject::lift(&mut world.machine, &fault)),
        Step::Elect { election, partition } => drop(world.elect(election, partition)),
        Step::Reassign { partition, replicas } => drop(world.reassign(partition, replicas.as_deref())),
        Step::Move { partition, to } => {
            drop(world.perform(Action::MoveLeader { topic: "t".to_owned(), partition, to }));
        }
        Step::Shift(millis) => drop(world.perform(Action::ShiftClock { millis })),
        Step::Pass(millis) => world.pass(millis),
    }
}

fn holds(world: &World, before: &Partition, after: &Partition) -> Result<(), TestCaseError> {
    let is_up = |broker: &i32| world.machine.metadata.is_alive(*broker);
    prop_assert!(!after.isr.is_empty(), "the ISR is never empty");
    prop_assert!(after.isr.iter().all(|broker| after.replicas.contains(broker)), "the ISR is of replicas");
    let mut unique = after.isr.clone();
    unique.sort_unstable();
    unique.dedup();
    prop_assert_eq!(unique.len(), after.isr.len(), "nobody is in the ISR twice");
    if after.isr.iter().any(is_up) {
        prop_assert!(after.leader >= 0, "an in-sync replica is up, but nobody leads");
    }
    if after.leader >= 0 {
        prop_assert!(after.isr.contains(&after.leader) && is_up(&after.leader), "the leader is in sync and up");
    }
    prop_assert!(after.leader_epoch >= before.leader_epoch && after.partition_epoch >= before.partition_epoch);
    prop_assert!(
        after.leader == before.leader || after.leader_epoch > before.leader_epoch,
        "a new leader, a new epoch"
    );
    let same = Partition { partition_epoch: before.partition_epoch, ..after.clone() } == *before;
    prop_assert!(same || after.partition_epoch > before.partition_epoch, "every change counts");
    let settled: Vec<&i32> = after.replicas.iter().filter(|broker| !after.removing.contains(broker)).collect();
    prop_assert!(!settled.is_empty(), "somebody stays");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn leaders_epochs_and_in_sync_replicas_hold_together(steps in vec(step(), 1..40)) {
        let mut world = World::new(&[&[1, 2, 3], &[2, 3], &[3]]);
        for step in steps {
            let before = world.partitions();
            take(&mut world, step);
            for (before, after) in before.iter().zip(&world.partitions()) {
                holds(&world, before, after)?;
            }
        }
    }

    #[test]
    fn when_all_is_well_again_every_replica_is_in_sync(steps in vec(step(), 1..40)) {
        let mut world = World::new(&[&[1, 2, 3], &[2, 3], &[3]]);
        for step in steps {
            take(&mut world, step);
        }
        inject::clear_all(&mut world.machine).expect("it is in memory");
        world.pass(super::world::COPY_MS);
        for known in world.partitions() {
            prop_assert!(known.leader >= 0 && known.adding.is_empty() && known.removing.is_empty());
            prop_assert!(known.replicas.iter().all(|broker| known.isr.contains(broker)), "{known:?}");
        }
    }
}
