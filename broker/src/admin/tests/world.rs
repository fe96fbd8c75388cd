//! A cluster in memory that the tests of administration ask.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use kafka_protocol::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig,
};
use kafka_protocol::messages::{BrokerId, CreateTopicsRequest, CreateTopicsResponse, ResponseKind, TopicName};
use kafka_protocol::protocol::StrBytes;

use crate::admin::create::create_topics;
use crate::config::embedded;
use crate::log::Logs;
use crate::machine::{ConnectionId, Context, Machine, Outcome, Settings, Ticket};
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, Metadata};
use crate::security::Principal;

pub(super) struct World {
    pub(super) machine: Machine,
}

impl World {
    /// Three brokers, each in a rack of its own.
    pub(super) fn new() -> Self {
        Self::with_racks(&["az-1", "az-2", "az-3"])
    }

    pub(super) fn with_racks(racks: &[&str]) -> Self {
        let settings = Settings { configs: embedded::configs(3, BTreeMap::new()), ..Settings::default() };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), 0);
        for (id, rack) in (1..).zip(racks) {
            let endpoints = BTreeMap::from([("PLAINTEXT".to_owned(), ("127.0.0.1".to_owned(), 9092))]);
            let broker = Broker { id, rack: Some((*rack).to_owned()), endpoints, alive: true };
            machine.metadata.brokers.insert(id, broker);
        }
        Self { machine }
    }

    /// The circumstances of a request to broker 1.
    pub(super) fn cx(version: i16) -> Context {
        Context {
            now: 0,
            ticket: Ticket(1),
            connection: ConnectionId(1),
            broker: 1,
            listener: "PLAINTEXT".to_owned(),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            principal: Principal::anonymous(),
            client_id: "test".to_owned(),
            version,
        }
    }

    /// The error code and the words of one topic's creation.
    pub(super) fn create(&mut self, topic: CreatableTopic) -> (i16, String) {
        let response = self.create_all(vec![topic]);
        let result = &response.topics[0];
        (result.error_code, result.error_message.as_deref().unwrap_or_default().to_owned())
    }

    pub(super) fn create_all(&mut self, topics: Vec<CreatableTopic>) -> CreateTopicsResponse {
        let request = CreateTopicsRequest::default().with_topics(topics);
        match reply(create_topics(&mut self.machine, &Self::cx(7), request)) {
            ResponseKind::CreateTopics(response) => response,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn reply(outcome: Outcome) -> ResponseKind {
    match outcome {
        Outcome::Reply(response) => *response,
        other => panic!("{other:?}"),
    }
}

pub(super) fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

pub(super) fn topic(name: &str, partitions: i32, factor: i16) -> CreatableTopic {
    CreatableTopic::default()
        .with_name(TopicName(text(name)))
        .with_num_partitions(partitions)
        .with_replication_factor(factor)
}

pub(super) fn with_config(key: &str, value: &str) -> CreatableTopic {
    let config = CreatableTopicConfig::default().with_name(text(key)).with_value(Some(text(value)));
    topic("configured", 1, 1).with_configs(vec![config])
}

/// A topic whose partitions (the first number of each) have these replicas.
pub(super) fn assigned(partitions: &[(i32, &[i32])]) -> CreatableTopic {
    let one = |(index, replicas): &(i32, &[i32])| {
        let brokers = replicas.iter().copied().map(BrokerId).collect();
        CreatableReplicaAssignment::default().with_partition_index(*index).with_broker_ids(brokers)
    };
    topic("assigned", -1, -1).with_assignments(partitions.iter().map(one).collect())
}
