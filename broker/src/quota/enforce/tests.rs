//! What use comes to, under simulated time.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::fetch_response::{FetchableTopicResponse, PartitionData};
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::{
    FetchRequest, FetchResponse, HeartbeatRequest, HeartbeatResponse, ProduceRequest, ProduceResponse, RequestKind,
    ResponseKind,
};

use super::{begin, connection_delay, end, end_parked, mutate};
use crate::log::Logs;
use crate::machine::{ConnectionId, Context, Machine, Outcome, Settings, Ticket};
use crate::metadata::Metadata;
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::quota::throttle_time;
use crate::security::Principal;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn machine(entity: &[(&str, &str)], key: &str, value: f64) -> Machine {
    let mut machine = Machine::new(Settings::default(), Metadata::default(), Journal::default(), Logs::default(), 0);
    let entity = entity.iter().map(|(kind, name)| ((*kind).to_owned(), Some((*name).to_owned()))).collect();
    let change = Change::QuotaChanged { entity, key: key.to_owned(), value: Some(value) };
    machine.commit(vec![change]).unwrap();
    machine
}

fn cx(client_id: &str, version: i16) -> Context {
    Context {
        now: 0,
        ticket: Ticket(1),
        connection: ConnectionId(1),
        broker: 1,
        listener: "PLAINTEXT".to_owned(),
        peer: HERE,
        principal: Principal::anonymous(),
        client_id: client_id.to_owned(),
        version,
    }
}

fn produce(bytes: usize) -> RequestKind {
    let partition = PartitionProduceData::default().with_records(Some(Bytes::from(vec![0; bytes])));
    let topic = TopicProduceData::default().with_partition_data(vec![partition]);
    ProduceRequest::default().with_topic_data(vec![topic]).into()
}

/// The throttle time of a reply to a request, in milliseconds.
fn ask(machine: &mut Machine, cx: &Context, mut body: RequestKind, reply: impl Into<ResponseKind>) -> u128 {
    let mut outcome = Outcome::Reply(Box::new(reply.into()));
    let pending = begin(machine, cx, &mut body, 0).unwrap();
    end(machine, cx.ticket, pending, &mut outcome);
    match outcome {
        Outcome::Reply(response) => throttle_time(&response).unwrap_or_default().as_millis(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_a_quota_nothing_is_counted() {
    let mut machine = Machine::new(Settings::default(), Metadata::default(), Journal::default(), Logs::default(), 0);
    assert!(begin(&mut machine, &cx("c", 9), &mut produce(1), 0).is_none());
    assert_eq!(mutate(&mut machine, &cx("c", 7), 6, 1000), Ok(()));
}

#[test]
fn who_produces_too_much_is_told_to_wait_and_others_are_not() {
    let mut machine = machine(&[("client-id", "c")], "producer_byte_rate", 1000.0);
    assert_eq!(ask(&mut machine, &cx("c", 9), produce(10_000), ProduceResponse::default()), 0);
    assert_eq!(ask(&mut machine, &cx("d", 9), produce(90_000), ProduceResponse::default()), 0);
    assert_eq!(ask(&mut machine, &cx("c", 9), produce(500), ProduceResponse::default()), 500);
    machine.tick(11_500);
    assert_eq!(ask(&mut machine, &cx("c", 9), produce(500), ProduceResponse::default()), 0);
}

#[test]
fn a_produce_without_a_reply_mutes_its_connection() {
    let mut machine = machine(&[("user", "ANONYMOUS")], "producer_byte_rate", 1000.0);
    let pending = begin(&mut machine, &cx("c", 9), &mut produce(12_000), 0).unwrap();
    assert_eq!(end(&mut machine, Ticket(1), pending, &mut Outcome::Silent), 2000);
}

fn fetched(bytes: usize) -> FetchResponse {
    let partition = PartitionData::default().with_records(Some(Bytes::from(vec![0; bytes])));
    let topic = FetchableTopicResponse::default().with_partitions(vec![partition]);
    FetchResponse::default().with_session_id(7).with_responses(vec![topic])
}

#[test]
fn a_fetch_over_its_quota_gets_nothing_and_counts_for_nothing() {
    let mut machine = machine(&[("client-id", "c")], "consumer_byte_rate", 1000.0);
    let mut body: RequestKind = FetchRequest::default().with_max_bytes(1 << 20).into();
    let pending = begin(&mut machine, &cx("c", 12), &mut body, 0).unwrap();
    assert!(matches!(&body, RequestKind::Fetch(fetch) if fetch.max_bytes == 10_000));
    assert_eq!(end(&mut machine, Ticket(1), pending.clone(), &mut Outcome::Parked), 0);
    let mut response = fetched(15_000).into();
    end_parked(&mut machine, Ticket(1), &mut response);
    let ResponseKind::Fetch(response) = response else { panic!("another kind") };
    assert_eq!((response.throttle_time_ms, response.session_id, response.responses.len()), (5000, 7, 0));
    assert_eq!(ask(&mut machine, &cx("c", 12), body, fetched(10_000)), 0);
}

#[test]
fn who_takes_too_much_time_waits_at_most_a_window() {
    let mut machine = machine(&[("user", "ANONYMOUS")], "request_percentage", 1.0);
    let heartbeat = || RequestKind::from(HeartbeatRequest::default());
    begin(&mut machine, &cx("c", 4), &mut heartbeat(), 80_000_000);
    assert_eq!(ask(&mut machine, &cx("c", 4), heartbeat(), HeartbeatResponse::default()), 0);
    begin(&mut machine, &cx("c", 4), &mut heartbeat(), 50_000_000);
    assert_eq!(ask(&mut machine, &cx("c", 4), heartbeat(), HeartbeatResponse::default()), 1000);
}

#[test]
fn new_clients_are_refused_mutations_and_old_ones_wait() {
    let mut machine = machine(&[("user", "ANONYMOUS")], "controller_mutation_rate", 1.0);
    assert_eq!(mutate(&mut machine, &cx("c", 7), 6, 20), Ok(()));
    assert_eq!(mutate(&mut machine, &cx("c", 7), 6, 1), Err(ResponseError::ThrottlingQuotaExceeded));
    assert_eq!(machine.quotas.mutation_throttle, 9000);
    assert_eq!(mutate(&mut machine, &cx("c", 5), 6, 1), Ok(()));
    assert_eq!(machine.quotas.mutation_throttle, 10_000);
    machine.tick(10_000);
    assert_eq!(mutate(&mut machine, &cx("c", 7), 6, 1), Ok(()));
}

#[test]
fn an_address_that_connects_too_often_hangs() {
    let mut machine = machine(&[("ip", "127.0.0.1")], "connection_creation_rate", 1.0);
    for _ in 0..10 {
        assert_eq!(connection_delay(&mut machine, 1, HERE), None);
    }
    assert_eq!(connection_delay(&mut machine, 1, HERE), Some(Duration::from_secs(1)));
    assert_eq!(connection_delay(&mut machine, 2, HERE), None);
    machine.tick(11_000);
    assert_eq!(connection_delay(&mut machine, 1, HERE), None);
}
