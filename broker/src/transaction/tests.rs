//! The coordinator as clients meet it, through requests and under simulated time.

mod simulation;
mod world;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{InitProducerIdRequest, RequestKind, ResponseKind};

use super::state::{Producer, State};
use world::World;

#[test]
fn a_commit_writes_its_decision_then_markers_then_its_completion() {
    let mut world = World::new();
    let producer = world.init("orders").expect("a new id");
    assert_eq!(producer.epoch, 0);
    world.produce("orders", producer, 0, 0, "a").expect("it adds its partition");
    world.produce("orders", producer, 1, 0, "b").expect("it adds its partition");
    assert_eq!(world.visible(0), Vec::<String>::new());
    let next = world.end("orders", producer, true).expect("it is open");
    assert_eq!(next, Producer { id: producer.id, epoch: 1 });
    assert_eq!((world.visible(0), world.visible(1)), (vec!["a".to_owned()], vec!["b".to_owned()]));
    let states: Vec<State> = world.history("orders").iter().map(|known| known.state).collect();
    let expected = [State::Empty, State::Ongoing, State::Ongoing, State::PrepareCommit, State::CompleteCommit];
    assert_eq!(states, expected);
}

#[test]
fn a_repeated_end_says_the_same_again() {
    let mut world = World::new();
    let producer = world.init("orders").expect("a new id");
    world.produce("orders", producer, 0, 0, "a").expect("open");
    let next = world.end("orders", producer, true);
    assert_eq!(world.end("orders", producer, true), next);
    assert_eq!(world.end("orders", producer, false), Err(ResponseError::InvalidTxnState));
    assert_eq!(world.visible(0), ["a"]);
}

#[test]
fn a_new_producer_fences_the_old_one_and_aborts_its_transaction() {
    let mut world = World::new();
    let old = world.init("orders").expect("a new id");
    world.produce("orders", old, 0, 0, "a").expect("open");
    assert_eq!(world.init("orders"), Err(ResponseError::ConcurrentTransactions));
    let new = world.init("orders").expect("the old transaction is aborted");
    assert_eq!(new, Producer { id: old.id, epoch: 2 });
    assert_eq!(world.produce("orders", old, 0, 1, "b"), Err(ResponseError::InvalidProducerEpoch));
    assert_eq!(world.end("orders", old, true), Err(ResponseError::ProducerFenced));
    assert_eq!(world.visible(0), Vec::<String>::new());
    assert_eq!(world.stable(0), world.end_offset(0));
}

#[test]
fn a_transaction_that_takes_too_long_is_aborted_with_a_new_epoch() {
    let mut world = World::new();
    let producer = world.init("orders").expect("a new id");
    world.produce("orders", producer, 0, 0, "a").expect("open");
    world.pass(world::TIMEOUT_MS);
    assert!(world.stable(0) < world.end_offset(0), "it has not timed out yet");
    world.pass(10_001);
    assert_eq!(world.stable(0), world.end_offset(0));
    assert_eq!(world.end("orders", producer, true), Err(ResponseError::InvalidTxnState));
    assert_eq!(world.end("orders", producer, false).map(|next| next.epoch), Ok(1));
}

#[test]
fn a_restart_completes_what_was_decided_and_keeps_open_what_was_open() {
    let mut world = World::new();
    let decided = world.init("orders").expect("a new id");
    world.produce("orders", decided, 0, 0, "a").expect("open");
    let open = world.init("payments").expect("a new id");
    world.produce("payments", open, 1, 0, "b").expect("open");
    world.crash_in_end("orders", decided, true, 1);
    assert_eq!(world.visible(0), ["a"]);
    assert_eq!(world.machine.transactions.ids["orders"].state, State::CompleteCommit);
    world.produce("payments", open, 1, 1, "c").expect("it goes on");
    world.end("payments", open, true).expect("it is open");
    assert_eq!(world.visible(1), ["b", "c"]);
}

#[test]
fn a_partition_without_a_leader_gets_its_marker_when_it_has_one_again() {
    let mut world = World::new();
    let producer = world.init("orders").expect("a new id");
    world.produce("orders", producer, 0, 0, "a").expect("open");
    world.lead(0, -1);
    let next = world.end("orders", producer, true).expect("it is decided");
    assert_eq!(world.machine.transactions.ids["orders"].state, State::PrepareCommit);
    assert_eq!(world.produce("orders", next, 1, 0, "b"), Err(ResponseError::ConcurrentTransactions));
    world.lead(0, 1);
    world.pass(100);
    assert_eq!(world.visible(0), ["a"]);
    assert_eq!(world.machine.transactions.ids["orders"].state, State::CompleteCommit);
}

#[test]
fn another_broker_is_not_the_coordinator() {
    let mut world = World::new();
    world.init("orders").expect("a new id");
    let wrong = world.coordinator("orders") % 3 + 1;
    let id = Some(world::transactional("orders"));
    let request = InitProducerIdRequest::default().with_transactional_id(id).with_transaction_timeout_ms(1_000);
    let ResponseKind::InitProducerId(response) = world.ask(wrong, 5, RequestKind::InitProducerId(request)) else {
        panic!("another kind of reply")
    };
    assert_eq!(response.error_code, ResponseError::NotCoordinator.code());
}

#[test]
fn producer_ids_are_never_given_twice_even_after_a_restart() {
    let mut world = World::new();
    let first = world.init("a").expect("a new id").id;
    world.restart();
    assert!(world.init("b").expect("a new id").id > first);
}

#[test]
fn ids_that_are_out_of_use_are_forgotten() {
    let mut world = World::new();
    let producer = world.init("orders").expect("a new id");
    world.pass(8 * 86_400_000);
    assert_eq!(world.end("orders", producer, false), Err(ResponseError::InvalidProducerIdMapping));
    world.restart();
    assert!(world.machine.transactions.ids.is_empty());
}
