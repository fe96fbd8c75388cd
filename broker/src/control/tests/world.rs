//! A cluster of three brokers with one topic `t`, in memory, whose clock stands still.

use std::net::{IpAddr, Ipv4Addr};

use kafka_protocol::error::{ParseResponseErrorCode, ResponseError};
use kafka_protocol::messages::alter_partition_reassignments_request::{ReassignablePartition, ReassignableTopic};
use kafka_protocol::messages::elect_leaders_request::TopicPartitions;
use kafka_protocol::messages::{
    AlterPartitionReassignmentsRequest, BrokerId, ElectLeadersRequest, ListPartitionReassignmentsRequest,
    MetadataRequest, RequestKind, ResponseKind, TopicName,
};
use kafka_protocol::protocol::StrBytes;
use uuid::Uuid;

use crate::error::FaultError;
use crate::fault::{Action, Fault, inject};
use crate::log::Logs;
use crate::machine::dispatch::Request;
use crate::machine::{ConnectionId, Machine, Outcome, Settings, Ticket, Timestamp};
use crate::metadata::change::Change;
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, ConfigResource, Metadata, Partition, TopicPartition};

/// How long a replica copies.
pub(super) const COPY_MS: Timestamp = 300;

const BEGIN: Timestamp = 1_000_000;

/// A partition with its replicas, those that are added and those that are removed.
pub(super) type Reassignment = (i32, Vec<i32>, Vec<i32>, Vec<i32>);

#[derive(Debug)]
pub(super) struct World {
    pub(super) machine: Machine,
    topic: Uuid,
    wall: Timestamp,
}

impl World {
    /// The topic's partitions by their replicas.
    pub(super) fn new(partitions: &[&[i32]]) -> Self {
        let settings = Settings { copy_time: COPY_MS, ..Settings::default() };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), BEGIN);
        for id in 1..=3 {
            let broker = Broker { id, rack: None, endpoints: [].into(), alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        let topic = Uuid::from_u128(1);
        let partitions = partitions.iter().map(|replicas| replicas.to_vec()).collect();
        let created = Change::TopicCreated { id: topic, name: "t".to_owned(), partitions };
        machine.commit(vec![created]).expect("it is in memory");
        machine.recover();
        machine.tick(BEGIN);
        Self { machine, topic, wall: BEGIN }
    }

    pub(super) fn add_partition(&mut self, replicas: &[i32]) {
        let first = i32::try_from(self.partitions().len()).expect("they are few");
        let added = Change::PartitionsAdded { id: self.topic, first, partitions: vec![replicas.to_vec()] };
        self.machine.commit(vec![added]).expect("it is in memory");
    }

    pub(super) fn partition(&self, partition: i32) -> Partition {
        let key = TopicPartition { topic: self.topic, partition };
        self.machine.metadata.partition(key).expect("the topic has it").clone()
    }

    pub(super) fn partitions(&self) -> Vec<Partition> {
        self.machine.metadata.topic("t").expect("it was created").partitions.clone()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.machine.now()
    }

    pub(super) fn wall(&self) -> Timestamp {
        self.wall
    }

    pub(super) fn deadline(&self) -> Timestamp {
        self.machine.deadline().expect("the controller always has one")
    }

    pub(super) fn inject(&mut self, fault: Fault) {
        inject::inject(&mut self.machine, fault).expect("it is possible");
    }

    pub(super) fn lift(&mut self, fault: &Fault) {
        inject::lift(&mut self.machine, fault).expect("it is in force");
    }

    pub(super) fn perform(&mut self, action: Action) -> Result<(), FaultError> {
        inject::perform(&mut self.machine, action)
    }

    /// Lets time pass, with every tick that the machine asks for on the way.
    pub(super) fn pass(&mut self, millis: Timestamp) {
        let end = self.wall + millis;
        while let Some(at) = self.machine.deadline().filter(|at| *at < end) {
            self.wall = self.wall.max(at);
            self.machine.tick(self.wall);
        }
        self.wall = end;
        self.machine.tick(end);
    }

    /// Sets a config of the topic.
    pub(super) fn configure(&mut self, key: &str, value: &str) {
        self.change_config(ConfigResource::topic("t"), key, value);
    }

    /// Sets a config of all brokers.
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.change_config(ConfigResource { kind: ConfigResource::BROKER, name: String::new() }, key, value);
    }

    fn change_config(&mut self, resource: ConfigResource, key: &str, value: &str) {
        let change = Change::ConfigChanged { resource, key: key.to_owned(), value: Some(value.to_owned()) };
        self.machine.commit(vec![change]).expect("it is in memory");
    }

    fn ask(&mut self, broker: i32, version: i16, body: impl Into<RequestKind>) -> ResponseKind {
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let mut connection = self.machine.connected(ConnectionId(1), broker, "PLAINTEXT", peer);
        let request = Request { ticket: Ticket(1), version, client_id: "test".to_owned(), body: body.into() };
        match self.machine.handle(self.wall, &mut connection, request) {
            Outcome::Reply(response) => *response,
            other => panic!("no answer: {other:?}"),
        }
    }

    /// The leader of partition 0 in a broker's Metadata.
    pub(super) fn leader_as_told_by(&mut self, broker: i32) -> i32 {
        let request = MetadataRequest::default().with_topics(None).with_allow_auto_topic_creation(true);
        let ResponseKind::Metadata(response) = self.ask(broker, 12, request) else { panic!("another API's answer") };
        response.topics[0].partitions[0].leader_id.0
    }

    pub(super) fn elect(&mut self, election: i8, partition: i32) -> Option<ResponseError> {
        let asked = TopicPartitions::default().with_topic(name()).with_partitions(vec![partition]);
        self.elections(election, Some(vec![asked]))[0].1
    }

    pub(super) fn elect_all(&mut self, election: i8) -> Vec<(i32, Option<ResponseError>)> {
        self.elections(election, None)
    }

    fn elections(&mut self, election: i8, asked: Option<Vec<TopicPartitions>>) -> Vec<(i32, Option<ResponseError>)> {
        let request = ElectLeadersRequest::default().with_election_type(election).with_topic_partitions(asked);
        let ResponseKind::ElectLeaders(response) = self.ask(1, 2, request) else { panic!("another API's answer") };
        let results = response.replica_election_results.iter().flat_map(|topic| &topic.partition_result);
        results.map(|told| (told.partition_id, told.error_code.err())).collect()
    }

    pub(super) fn reassign(&mut self, partition: i32, replicas: Option<&[i32]>) -> Option<ResponseError> {
        self.alter(partition, replicas, true)
    }

    pub(super) fn resize(&mut self, partition: i32, replicas: &[i32], may: bool) -> Option<ResponseError> {
        self.alter(partition, Some(replicas), may)
    }

    fn alter(&mut self, partition: i32, replicas: Option<&[i32]>, may_resize: bool) -> Option<ResponseError> {
        let replicas = replicas.map(|replicas| replicas.iter().copied().map(BrokerId).collect());
        let asked = ReassignablePartition::default().with_partition_index(partition).with_replicas(replicas);
        let topic = ReassignableTopic::default().with_name(name()).with_partitions(vec![asked]);
        let request = AlterPartitionReassignmentsRequest::default()
            .with_topics(vec![topic])
            .with_allow_replication_factor_change(may_resize);
        let answer = self.ask(1, 1, request);
        let ResponseKind::AlterPartitionReassignments(response) = answer else { panic!("another API's answer") };
        response.responses[0].partitions[0].error_code.err()
    }

    /// What is under way.
    pub(super) fn reassignments(&mut self) -> Vec<Reassignment> {
        let answer = self.ask(1, 0, ListPartitionReassignmentsRequest::default().with_topics(None));
        let ResponseKind::ListPartitionReassignments(response) = answer else { panic!("another API's answer") };
        let ids = |brokers: &[BrokerId]| brokers.iter().map(|broker| broker.0).collect::<Vec<_>>();
        let all = response.topics.iter().flat_map(|topic| &topic.partitions);
        all.map(|told| {
            let (adding, removing) = (ids(&told.adding_replicas), ids(&told.removing_replicas));
            (told.partition_index, ids(&told.replicas), adding, removing)
        })
        .collect()
    }
}

fn name() -> TopicName {
    TopicName(StrBytes::from_static_str("t"))
}
