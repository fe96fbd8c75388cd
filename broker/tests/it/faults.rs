//! What clients see of faults.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use kafka_protocol::ResponseError;
use kafka_protocol::messages::MetadataRequest;
use topology_broker::{Action, Cluster, Fault, FaultError, Mishap, RequestFault};

use super::client::Client;

/// How long nothing must come for it to count as silence.
const SILENCE: Duration = Duration::from_millis(200);

fn cluster() -> Cluster {
    let cluster = Cluster::builder().start().expect("free ports");
    Client::connect(&cluster, 1).expect("it listens").create_topic("t", &[1, 2, 3]);
    cluster
}

#[test]
fn a_stopped_broker_refuses_and_another_one_leads() {
    let cluster = cluster();
    let mut before = Client::connect(&cluster, 1).expect("it listens");
    assert_eq!(before.produce("t", "a").expect("an answer"), 0);
    cluster.broker(1).stop().expect("it is up");
    assert!(before.produce("t", "b").is_err(), "its connections are cut");
    let refused = Client::connect(&cluster, 1).err().expect("its port refuses").kind();
    assert_eq!(refused, ErrorKind::ConnectionRefused);
    let mut other = Client::connect(&cluster, 2).expect("it listens");
    let known = other.partition("t");
    assert_eq!((known.leader_id.0, known.leader_epoch), (2, 1));
    assert_eq!(other.produce("t", "b").expect("an answer"), 0);
    assert_eq!(cluster.broker(1).stop(), Err(FaultError::InForce { id: 1 }));
}

#[test]
fn a_broker_starts_again_on_its_port_and_says_who_leads() {
    let cluster = cluster();
    for _ in 0..3 {
        cluster.broker(1).stop().expect("it is up");
        cluster.broker(1).start().expect("it is stopped");
    }
    let mut client = Client::connect(&cluster, 1).expect("it listens again");
    assert_eq!(client.produce("t", "a").expect("an answer"), ResponseError::NotLeaderOrFollower.code());
    let known = client.partition("t");
    assert_eq!((known.leader_id.0, known.isr_nodes.len()), (2, 3));
}

#[test]
fn a_frozen_broker_answers_when_it_thaws() {
    let cluster = cluster();
    cluster.broker(2).freeze().expect("it is up");
    let mut client = Client::connect(&cluster, 2).expect("it accepts");
    client.send(12, &MetadataRequest::default()).expect("it takes requests");
    assert!(client.is_silent_for(SILENCE));
    cluster.broker(2).thaw().expect("it is frozen");
    assert_eq!(client.receive::<MetadataRequest>(12).expect("an answer").brokers.len(), 3);
}

#[test]
fn a_frozen_broker_that_is_stopped_answers_nothing() {
    let cluster = cluster();
    cluster.broker(2).freeze().expect("it is up");
    let mut client = Client::connect(&cluster, 2).expect("it accepts");
    client.send(12, &MetadataRequest::default()).expect("it takes requests");
    cluster.broker(2).stop().expect("a frozen broker can be stopped");
    assert!(client.receive::<MetadataRequest>(12).is_err());
}

#[test]
fn an_isolated_broker_believes_that_it_leads() {
    let cluster = cluster();
    cluster.broker(1).isolate().expect("it is up");
    let mut client = Client::connect(&cluster, 1).expect("clients reach it");
    assert_eq!(client.partition("t").leader_id.0, 1);
    assert_eq!(client.produce("t", "a").expect("an answer"), ResponseError::NotLeaderOrFollower.code());
    assert_eq!(Client::connect(&cluster, 2).expect("it listens").partition("t").leader_id.0, 2);
    cluster.broker(1).rejoin().expect("it is isolated");
    assert_eq!(client.partition("t").leader_id.0, 2);
}

#[test]
fn chosen_requests_fail_as_often_as_was_said() {
    let cluster = cluster();
    let fails = Mishap::Fail { error: "NOT_ENOUGH_REPLICAS".to_owned() };
    cluster.inject(Fault::Requests(RequestFault::api("Produce", fails).times(2))).expect("both names are known");
    let mut client = Client::connect(&cluster, 1).expect("it listens");
    let codes: Vec<i16> = (0..3).map(|_| client.produce("t", "a").expect("an answer")).collect();
    assert_eq!(codes, [ResponseError::NotEnoughReplicas.code(), ResponseError::NotEnoughReplicas.code(), 0]);
    assert!(cluster.faults().is_empty(), "it has lifted itself");
}

#[test]
fn chosen_requests_wait_or_lose_their_connection() {
    let cluster = cluster();
    let delay = Mishap::Delay { millis: 150 };
    let delayed = cluster.inject(Fault::Requests(RequestFault::api("Metadata", delay))).expect("it is known");
    let mut client = Client::connect(&cluster, 1).expect("it listens");
    let before = Instant::now();
    client.partition("t");
    assert!(before.elapsed() >= Duration::from_millis(150));
    assert_eq!(cluster.faults()[0].hits, 1);
    assert_eq!(cluster.faults()[0].id, delayed);
    cluster.lift_all().expect("it is in memory");
    cluster.inject(Fault::Requests(RequestFault::any(Mishap::Disconnect).times(1))).expect("nothing to know");
    assert!(client.produce("t", "a").is_err());
}

#[test]
fn a_full_disk_refuses_at_its_leader_only() {
    let cluster = cluster();
    cluster.broker(1).fill_disk().expect("it has room");
    let mut first = Client::connect(&cluster, 1).expect("it listens");
    assert_eq!(first.produce("t", "a").expect("an answer"), ResponseError::KafkaStorageError.code());
    cluster.move_leader("t", 0, Some(2)).expect("2 is in sync");
    let mut second = Client::connect(&cluster, 2).expect("it listens");
    assert_eq!(second.produce("t", "a").expect("an answer"), 0);
    cluster.move_leader("t", 0, Some(1)).expect("1 is in sync");
    cluster.broker(1).free_disk().expect("it is full");
    assert_eq!(first.produce("t", "a").expect("an answer"), 0);
}

#[test]
fn faults_that_name_what_does_not_exist_are_refused() {
    let cluster = cluster();
    assert_eq!(cluster.broker(9).stop(), Err(FaultError::UnknownBroker { broker: 9 }));
    let api = RequestFault::api("Teleport", Mishap::Disconnect);
    assert_eq!(cluster.inject(Fault::Requests(api)), Err(FaultError::UnknownApi { api: "Teleport".to_owned() }));
    let code = RequestFault::any(Mishap::Fail { error: "NOT_TODAY".to_owned() });
    let unknown = FaultError::UnknownErrorCode { code: "NOT_TODAY".to_owned() };
    assert_eq!(cluster.inject(Fault::Requests(code)), Err(unknown));
    assert_eq!(cluster.broker(1).start(), Err(FaultError::NotInForce));
    let nowhere = Action::MoveLeader { topic: "u".to_owned(), partition: 0, to: None };
    assert!(matches!(cluster.perform(nowhere), Err(FaultError::UnknownPartition { .. })));
}

#[test]
fn the_clock_jumps() {
    let cluster = cluster();
    let before = cluster.status();
    cluster.shift_clock(Duration::from_hours(24));
    let after = cluster.status();
    assert_eq!(after.clock_shift_ms, 86_400_000);
    assert!(after.clock_ms >= before.clock_ms + 86_400_000);
}
