//! A machine in memory with three brokers in three racks, and what clients do to it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::fetch_response::PartitionData;
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::produce_response::PartitionProduceResponse;
use kafka_protocol::messages::{
    FetchRequest, FetchResponse, ProduceRequest, ProduceResponse, RequestKind, ResponseKind, TopicName,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use crate::log::Logs;
use crate::machine::dispatch::Request;
use crate::machine::{ConnectionId, Effect, Machine, Outcome, Settings, Ticket, Timestamp};
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, ConfigResource, Metadata, TopicPartition};
use crate::records::build::{BatchBuilder, NewRecord};
use crate::records::header::seal;

pub(crate) const TOPIC: Uuid = Uuid::from_u128(7);
pub(crate) const NAME: &str = "orders";

/// Partition 0 is led by broker 1, 1 by 2, 2 by 3; each is on all of them.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) machine: Machine,
    pub(crate) now: Timestamp,
    last_ticket: u64,
}

pub(super) fn name() -> TopicName {
    TopicName(StrBytes::from_static_str(NAME))
}

pub(super) fn key(partition: i32) -> TopicPartition {
    TopicPartition { topic: TOPIC, partition }
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&[], &[])
    }

    pub(crate) fn with(broker_configs: &[(&str, &str)], topic_configs: &[(&str, &str)]) -> Self {
        let now = 1_700_000_000_000;
        let configs = broker_configs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let settings = Settings { configs, ..Settings::default() };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), now);
        for id in 1..=3 {
            let port = 9000 + u16::try_from(id).expect("it is small");
            let endpoints = BTreeMap::from([("PLAINTEXT".to_owned(), ("localhost".to_owned(), port))]);
            machine.metadata.brokers.insert(id, Broker { id, rack: Some(format!("az-{id}")), endpoints, alive: true });
        }
        let partitions = vec![vec![1, 2, 3], vec![2, 3, 1], vec![3, 1, 2]];
        let mut changes = vec![Change::TopicCreated { id: TOPIC, name: NAME.to_owned(), partitions }];
        changes.extend(topic_configs.iter().map(|(key, value)| Change::ConfigChanged {
            resource: ConfigResource::topic(NAME),
            key: (*key).to_owned(),
            value: Some((*value).to_owned()),
        }));
        machine.commit(changes).expect("it is in memory");
        Self { machine, now, last_ticket: 0 }
    }

    pub(crate) fn send(&mut self, broker: i32, version: i16, body: impl Into<RequestKind>) -> Outcome {
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut connection = self.machine.connected(ConnectionId(1), broker, "PLAINTEXT", peer);
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        let request = Request { ticket, version, client_id: "test".to_owned(), body: body.into() };
        self.machine.handle(self.now, &mut connection, request)
    }

    pub(super) fn ask(&mut self, broker: i32, version: i16, body: impl Into<RequestKind>) -> ResponseKind {
        match self.send(broker, version, body) {
            Outcome::Reply(reply) => *reply,
            other => panic!("no reply but {other:?}"),
        }
    }

    /// Lets time pass and returns the answers that came of it, or of what was done before.
    pub(crate) fn pass(&mut self, ms: i64) -> Vec<ResponseKind> {
        self.now += ms;
        self.machine.tick(self.now);
        self.answers()
    }

    /// The answers to parked requests so far.
    pub(super) fn answers(&mut self) -> Vec<ResponseKind> {
        let reply = |effect| match effect {
            Effect::Reply(_, response) => Some(*response),
            _ => None,
        };
        self.machine.take_effects().into_iter().filter_map(reply).collect()
    }

    /// Produces one batch at the leader, acks=all, and expects an answer for it.
    pub(crate) fn produce(&mut self, partition: i32, batch: &[u8]) -> PartitionProduceResponse {
        self.produce_as(partition + 1, 12, -1, partition, batch)
    }

    pub(super) fn produce_as(
        &mut self,
        broker: i32,
        version: i16,
        acks: i16,
        partition: i32,
        batch: &[u8],
    ) -> PartitionProduceResponse {
        let ResponseKind::Produce(mut response) = self.ask(broker, version, produce_request(acks, partition, batch))
        else {
            panic!("another kind of reply")
        };
        response.responses.remove(0).partition_responses.remove(0)
    }

    pub(super) fn produced(&mut self, broker: i32, version: i16, request: ProduceRequest) -> ProduceResponse {
        match self.ask(broker, version, request) {
            ResponseKind::Produce(response) => response,
            other => panic!("another kind of reply: {other:?}"),
        }
    }

    pub(super) fn fetched(&mut self, broker: i32, version: i16, request: FetchRequest) -> FetchResponse {
        fetch_response(self.ask(broker, version, request))
    }

    /// Fetches one partition without a session and without waiting.
    pub(super) fn fetch(&mut self, broker: i32, partition: FetchPartition) -> PartitionData {
        let mut response = self.fetched(broker, 12, fetch_request(vec![partition]));
        response.responses.remove(0).partitions.remove(0)
    }
}

pub(super) fn fetch_response(response: ResponseKind) -> FetchResponse {
    match response {
        ResponseKind::Fetch(response) => response,
        other => panic!("another kind of reply: {other:?}"),
    }
}

pub(super) fn produce_request(acks: i16, partition: i32, batch: &[u8]) -> ProduceRequest {
    let data = PartitionProduceData::default().with_index(partition).with_records(Some(Bytes::copy_from_slice(batch)));
    let topic = TopicProduceData::default().with_name(name()).with_topic_id(TOPIC).with_partition_data(vec![data]);
    ProduceRequest::default().with_acks(acks).with_timeout_ms(1000).with_topic_data(vec![topic])
}

pub(super) fn fetch_request(partitions: Vec<FetchPartition>) -> FetchRequest {
    let topic = FetchTopic::default().with_topic(name()).with_topic_id(TOPIC).with_partitions(partitions);
    FetchRequest::default().with_min_bytes(1).with_max_bytes(50_000_000).with_session_epoch(-1).with_topics(vec![topic])
}

pub(super) fn from(partition: i32, offset: i64) -> FetchPartition {
    FetchPartition::default()
        .with_partition(partition)
        .with_fetch_offset(offset)
        .with_current_leader_epoch(-1)
        .with_last_fetched_epoch(-1)
        .with_log_start_offset(-1)
        .with_partition_max_bytes(1_000_000)
}

/// A batch of records with these values.
pub(crate) fn batch(now: Timestamp, values: &[&str]) -> Vec<u8> {
    let mut builder = BatchBuilder::default();
    for value in values {
        builder.push(&NewRecord {
            timestamp: now,
            key: Some(b"k"),
            value: Some(value.as_bytes()),
            headers: Vec::new(),
        });
    }
    builder.finish()
}

/// A batch of one record of an idempotent producer.
pub(super) fn sequenced(now: Timestamp, producer: i64, epoch: i16, sequence: i32) -> Vec<u8> {
    let mut bytes = batch(now, &["v"]);
    bytes[43..51].copy_from_slice(&producer.to_be_bytes());
    bytes[51..53].copy_from_slice(&epoch.to_be_bytes());
    bytes[53..57].copy_from_slice(&sequence.to_be_bytes());
    seal(&mut bytes);
    bytes
}
