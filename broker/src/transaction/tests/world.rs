//! A machine in memory with three brokers and one topic, and what clients do to it.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use kafka_protocol::error::{ParseResponseErrorCode, ResponseError};
use kafka_protocol::messages::{
    EndTxnRequest, InitProducerIdRequest, ProducerId, RequestKind, ResponseKind, TransactionalId,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use crate::control::coordinator::{CoordinatorKind, known_partition, partition_of};
use crate::log::producers::Check;
use crate::log::{Log, Logs};
use crate::machine::dispatch::Request;
use crate::machine::{ConnectionId, Machine, Outcome, Settings, Ticket, Timestamp};
use crate::metadata::change::{Change, PartitionState};
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, Metadata, TopicPartition};
use crate::records::build::{BatchBuilder, NewRecord};
use crate::records::header::seal;
use crate::records::{Header, read};
use crate::transaction::admission::{Support, Writer, admit};
use crate::transaction::record;
use crate::transaction::state::{Producer, Transaction};

pub(super) const TIMEOUT_MS: i64 = 60_000;
pub(super) const PARTITIONS: i32 = 3;
const TOPIC: Uuid = Uuid::from_u128(1);

pub(super) fn transactional(id: &str) -> TransactionalId {
    TransactionalId(StrBytes::from_string(id.to_owned()))
}

fn key(partition: i32) -> TopicPartition {
    TopicPartition { topic: TOPIC, partition }
}

/// Every partition's batches, as bytes.
type Contents = BTreeMap<TopicPartition, Vec<Bytes>>;

#[derive(Debug)]
pub(super) struct World {
    pub(super) machine: Machine,
    pub(super) now: Timestamp,
}

impl World {
    pub(super) fn new() -> Self {
        let now = 1_000_000;
        let mut machine =
            Machine::new(Settings::default(), Metadata::default(), Journal::default(), Logs::default(), now);
        for id in 1..=3 {
            let broker = Broker { id, rack: None, endpoints: BTreeMap::new(), alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        let partitions = (1..=PARTITIONS).map(|id| vec![id]).collect();
        let version = Change::FeatureChanged { name: "transaction.version".to_owned(), level: 2 };
        let topic = Change::TopicCreated { id: TOPIC, name: "t".to_owned(), partitions };
        machine.commit(vec![version, topic]).expect("it is in memory");
        partition_of(&mut machine, CoordinatorKind::Transaction, "any").expect("it is in memory");
        machine.recover();
        Self { machine, now }
    }

    pub(super) fn ask(&mut self, broker: i32, version: i16, body: RequestKind) -> ResponseKind {
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut connection = self.machine.connected(ConnectionId(1), broker, "PLAINTEXT", peer);
        let request = Request { ticket: Ticket(1), version, client_id: String::new(), body };
        match self.machine.handle(self.now, &mut connection, request) {
            Outcome::Reply(reply) => *reply,
            other => panic!("no reply but {other:?}"),
        }
    }

    pub(super) fn coordinator(&self, id: &str) -> i32 {
        let key = known_partition(&self.machine, CoordinatorKind::Transaction, id).expect("the topic is there");
        self.machine.metadata.partition(key).expect("the topic is there").leader
    }

    pub(super) fn init(&mut self, id: &str) -> Result<Producer, ResponseError> {
        let timeout = i32::try_from(TIMEOUT_MS).expect("it is small");
        let request = InitProducerIdRequest::default()
            .with_transactional_id(Some(transactional(id)))
            .with_transaction_timeout_ms(timeout);
        let broker = self.coordinator(id);
        let ResponseKind::InitProducerId(response) = self.ask(broker, 5, RequestKind::InitProducerId(request)) else {
            panic!("another kind of reply")
        };
        let producer = Producer { id: response.producer_id.0, epoch: response.producer_epoch };
        response.error_code.err().map_or(Ok(producer), Err)
    }

    pub(super) fn end(&mut self, id: &str, producer: Producer, commit: bool) -> Result<Producer, ResponseError> {
        let request = EndTxnRequest::default()
            .with_transactional_id(transactional(id))
            .with_producer_id(ProducerId(producer.id))
            .with_producer_epoch(producer.epoch)
            .with_committed(commit);
        let broker = self.coordinator(id);
        let ResponseKind::EndTxn(response) = self.ask(broker, 5, RequestKind::EndTxn(request)) else {
            panic!("another kind of reply")
        };
        let producer = Producer { id: response.producer_id.0, epoch: response.producer_epoch };
        response.error_code.err().map_or(Ok(producer), Err)
    }

    /// As Produce of version 12: admitted, checked, appended. Gives the offset.
    pub(super) fn produce(
        &mut self,
        id: &str,
        producer: Producer,
        partition: i32,
        sequence: i32,
        value: &str,
    ) -> Result<i64, ResponseError> {
        let mut batch = BatchBuilder::transactional(producer.id, producer.epoch);
        batch.push(&NewRecord { timestamp: self.now, value: Some(value.as_bytes()), ..NewRecord::default() });
        let mut batch = batch.finish();
        batch[53..57].copy_from_slice(&sequence.to_be_bytes());
        seal(&mut batch);
        let header = Header::parse(&batch).expect("it was built");
        let writer = Writer {
            transactional_id: id,
            producer_id: producer.id,
            producer_epoch: producer.epoch,
            first_sequence: sequence,
        };
        admit(&mut self.machine, key(partition), writer, Support::Add)?;
        let log = self.machine.logs.get_mut(key(partition)).expect("the topic is there");
        match log.producers().check(&header, self.now)? {
            Check::Duplicate { first_offset, .. } => Ok(first_offset),
            Check::Append => Ok(log.append(&batch, 0).expect("it is in memory")),
        }
    }

    /// Lets time pass, with every tick that the machine asked for.
    pub(super) fn pass(&mut self, milliseconds: i64) {
        let until = self.now + milliseconds;
        while let Some(at) = self.machine.deadline().filter(|at| *at <= until) {
            self.now = at.max(self.now + 1).min(until);
            self.machine.tick(self.now);
            if self.now == until {
                break;
            }
        }
        self.now = until;
        self.machine.tick(until);
    }

    pub(super) fn lead(&mut self, partition: i32, leader: i32) {
        let known = self.machine.metadata.partition(key(partition)).expect("the topic is there");
        let to = PartitionState { leader, leader_epoch: known.leader_epoch + 1, ..PartitionState::from(known) };
        self.machine.commit(vec![Change::PartitionChanged { id: TOPIC, partition, to }]).expect("it is in memory");
    }

    pub(super) fn end_offset(&self, partition: i32) -> i64 {
        self.machine.logs.get(key(partition)).expect("the topic is there").end_offset()
    }

    pub(super) fn stable(&self, partition: i32) -> i64 {
        self.machine.logs.get(key(partition)).expect("the topic is there").last_stable_offset()
    }

    /// What a client with `read_committed` sees, as such clients work it out.
    pub(super) fn visible(&self, partition: i32) -> Vec<String> {
        let log = self.machine.logs.get(key(partition)).expect("the topic is there");
        let stable = log.last_stable_offset();
        let mut aborted = log.producers().aborted(0, stable);
        aborted.sort_by_key(|aborted| aborted.first_offset);
        let (mut aborting, mut seen) = (Vec::new(), Vec::new());
        for batch in batches(log, stable) {
            let header = Header::parse(&batch).expect("it was stored");
            while aborted.first().is_some_and(|aborted| aborted.first_offset <= header.base_offset) {
                aborting.push(aborted.remove(0).producer_id);
            }
            let records = read::records(&batch).expect("it was stored");
            if header.is_control() {
                aborting.retain(|id| *id != header.producer_id);
            } else if !aborting.contains(&header.producer_id) {
                let text = |value: &Option<Bytes>| String::from_utf8_lossy(value.as_deref().unwrap_or_default()).into();
                seen.extend(records.iter().map(|record| text(&record.value)));
            }
        }
        seen
    }

    /// Every state that was stored for an id.
    pub(super) fn history(&self, id: &str) -> Vec<Transaction> {
        let key = known_partition(&self.machine, CoordinatorKind::Transaction, id).expect("the topic is there");
        let log = self.machine.logs.get(key).expect("the topic is there");
        let batches = batches(log, log.end_offset());
        let records = batches.iter().flat_map(|batch| read::records(batch).expect("it was stored"));
        let own = records.filter(|found| found.key.as_deref().and_then(record::read_key).as_deref() == Some(id));
        own.filter_map(|found| record::read_value(found.value.as_deref()?)).collect()
    }

    /// Ends the process and starts it again.
    pub(super) fn restart(&mut self) {
        let contents = self.contents();
        self.rebuild(&contents);
    }

    /// Ends the process while it handles EndTxn, after so many of its writes: the decision, the markers, the completion.
    pub(super) fn crash_in_end(&mut self, id: &str, producer: Producer, commit: bool, writes: usize) -> bool {
        let before = self.contents();
        let decided = self.end(id, producer, commit).is_ok();
        let mut added: Vec<(TopicPartition, Bytes)> = Vec::new();
        for (place, batches) in self.contents() {
            let known = before.get(&place).map_or(0, Vec::len);
            added.extend(batches.into_iter().skip(known).map(|batch| (place, batch)));
        }
        let log = known_partition(&self.machine, CoordinatorKind::Transaction, id).expect("the topic is there");
        let (own, markers): (Vec<_>, Vec<_>) = added.into_iter().partition(|(place, _)| *place == log);
        let (decision, completion) = own.split_at(own.len().min(1));
        let mut contents = before;
        let order = decision.iter().chain(&markers).chain(completion);
        let mut left = writes;
        for (place, batch) in order.take_while(|_| {
            left.checked_sub(1).is_some_and(|rest| {
                left = rest;
                true
            })
        }) {
            contents.entry(*place).or_default().push(batch.clone());
        }
        self.rebuild(&contents);
        decided && writes > 0
    }

    fn contents(&self) -> Contents {
        let topics = self.machine.metadata.topics();
        let keys = topics.flat_map(|topic| {
            let count = i32::try_from(topic.partitions.len()).expect("they are few");
            (0..count).map(|partition| TopicPartition { topic: topic.id, partition })
        });
        let read = |key: TopicPartition| {
            let log = self.machine.logs.get(key).expect("the topic is there");
            batches(log, log.end_offset())
        };
        keys.map(|key| (key, read(key))).collect()
    }

    fn rebuild(&mut self, contents: &Contents) {
        let mut logs = Logs::default();
        for (key, batches) in contents {
            let name = self.machine.metadata.topic_by_id(key.topic).expect("the topic is there").name.clone();
            logs.create(key.topic, &name, key.partition).expect("it is in memory");
            let log = logs.get_mut(*key).expect("it was made");
            for batch in batches {
                log.append(batch, 0).expect("it is in memory");
            }
        }
        let metadata = std::mem::take(&mut self.machine.metadata);
        self.machine = Machine::new(Settings::default(), metadata, Journal::default(), logs, self.now);
        self.machine.recover();
    }
}

/// A log's batches below an offset. One read ends with its segment.
fn batches(log: &Log, end: i64) -> Vec<Bytes> {
    let (mut all, mut at) = (Vec::new(), log.start_offset());
    while at < end {
        let mut bytes = log.read(at, end, usize::MAX).expect("it is in memory");
        while let Ok(header) = Header::parse(&bytes) {
            at = header.next_offset();
            all.push(bytes.split_to(header.size));
        }
    }
    all
}
