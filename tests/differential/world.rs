//! What a scenario talks to: one cluster, and the transcript of what it answered.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::time::{Duration, Instant};

use kafka_protocol::messages::create_topics_request::{
    CreatableReplicaAssignment, CreatableTopic, CreatableTopicConfig,
};
use kafka_protocol::messages::{BrokerId, CreateTopicsRequest, MetadataRequest, TopicName};
use kafka_protocol::protocol::{Request, StrBytes};
use uuid::Uuid;

use crate::clusters::Addresses;
use crate::java;
use crate::normal::Names;
use crate::raw::Raw;

/// One cluster under a scenario.
pub(crate) struct World {
    /// Begins every name that the scenario makes, so that scenarios do not meet.
    pub(crate) prefix: String,
    addresses: Vec<String>,
    sasl_addresses: Vec<String>,
    connections: BTreeMap<i32, Raw>,
    users: BTreeMap<(String, i32), Raw>,
    names: Names,
    transcript: String,
}

/// Text in the protocol's form.
pub(crate) fn text(text: &str) -> StrBytes {
    StrBytes::from_string(text.to_owned())
}

impl World {
    pub(crate) fn new(scenario: &str, attempt: u32, addresses: &Addresses) -> Self {
        let mut names = Names::default();
        for (id, address) in (1..).zip(&addresses.plaintext).chain((1..).zip(&addresses.sasl)) {
            let port = address.rsplit(':').next().unwrap_or_default();
            names.fix(port.to_owned(), &format!("port of {id}"));
        }
        // A cluster that outlives this run or attempt still has the topics of the last one.
        let run = format!("{:07x}{attempt}", std::process::id());
        let prefix = format!("{}-{run}-", scenario.replace([' ', ':', '_'], "-"));
        names.fix(run, "run");
        Self {
            prefix,
            addresses: addresses.plaintext.clone(),
            sasl_addresses: addresses.sasl.clone(),
            connections: BTreeMap::new(),
            users: BTreeMap::new(),
            names,
            transcript: String::new(),
        }
    }

    pub(crate) fn transcript(&self) -> String {
        self.transcript.clone()
    }

    /// Every broker's address, comma-separated.
    pub(crate) fn bootstrap_servers(&self) -> String {
        self.addresses.join(",")
    }

    /// A name of this scenario.
    pub(crate) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// A topic's name of this scenario.
    pub(crate) fn topic(&self, name: &str) -> TopicName {
        TopicName(text(&self.name(name)))
    }

    /// A new connection to a broker, 1 to 3.
    pub(crate) fn connect(&self, broker: i32) -> Raw {
        let index = usize::try_from(broker - 1).expect("brokers count from 1");
        Raw::connect(&self.addresses[index], "differential")
    }

    /// A new connection to a broker at the listener that wants to know who speaks.
    pub(crate) fn stranger(&self, broker: i32) -> Raw {
        let index = usize::try_from(broker - 1).expect("brokers count from 1");
        Raw::connect(&self.sasl_addresses[index], "differential")
    }

    /// Asks a broker as a user, whose password is `<user>-secret`, writes the answer down, and gives it.
    pub(crate) fn ask_as<R: Request + Debug>(
        &mut self,
        user: &str,
        broker: i32,
        version: i16,
        request: &R,
    ) -> R::Response
    where
        R::Response: Debug,
    {
        let key = (user.to_owned(), broker);
        if !self.users.contains_key(&key) {
            let mut connection = self.stranger(broker);
            let outcome = connection.authenticate(user, &format!("{user}-secret"));
            assert_eq!(outcome.map(|outcome| outcome.error_code), Some(0), "{user} may come in");
            self.users.insert(key.clone(), connection);
        }
        let connection = self.users.get_mut(&key).expect("it was just made");
        let answer = connection.ask(version, request);
        let answer = answer.unwrap_or_else(|| panic!("{} v{version}: the connection was closed", api::<R>()));
        self.note(&format!("{user}: {} v{version}", api::<R>()), &answer);
        answer
    }

    /// The scenario's connection to a broker.
    pub(crate) fn connection(&mut self, broker: i32) -> &mut Raw {
        if !self.connections.contains_key(&broker) {
            let connection = self.connect(broker);
            self.connections.insert(broker, connection);
        }
        self.connections.get_mut(&broker).expect("it was just made")
    }

    /// Asks a broker, writes the answer down, and gives it.
    pub(crate) fn ask<R: Request + Debug>(&mut self, broker: i32, version: i16, request: &R) -> R::Response
    where
        R::Response: Debug,
    {
        self.ask_sorted(broker, version, request, |_| {})
    }

    /// As [`ask`](Self::ask), where Kafka's order of something means nothing: `sort` gives it one.
    pub(crate) fn ask_sorted<R: Request + Debug>(
        &mut self,
        broker: i32,
        version: i16,
        request: &R,
        sort: impl FnOnce(&mut R::Response),
    ) -> R::Response
    where
        R::Response: Debug,
    {
        let mut response = self.quiet(broker, version, request);
        sort(&mut response);
        self.note(&format!("{} v{version}", api::<R>()), &response);
        response
    }

    /// Asks a broker without writing anything down. What a coordinator refuses because it is not there yet is asked
    /// again for a while: how long Kafka takes to begin is not compared.
    pub(crate) fn quiet<R: Request + Debug>(&mut self, broker: i32, version: i16, request: &R) -> R::Response
    where
        R::Response: Debug,
    {
        let deadline = Instant::now() + Duration::from_secs(5);
        loop {
            let answer = self.connection(broker).ask(version, request);
            let answer = answer.unwrap_or_else(|| panic!("{} v{version}: the connection was closed", api::<R>()));
            // COORDINATOR_LOAD_IN_PROGRESS and COORDINATOR_NOT_AVAILABLE, wherever the answer has its codes.
            let text = format!("{answer:?}");
            let begins = text.contains("error_code: 14,") || text.contains("error_code: 15,");
            if !begins || Instant::now() > deadline {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Writes a value down, all of it.
    pub(crate) fn note(&mut self, about: &str, value: &dyn Debug) {
        let value = self.names.apply(&format!("{value:#?}"));
        self.transcript += &format!("## {about}\n{value}\n");
    }

    /// Runs a scenario of Java's clients and writes down what they saw.
    pub(crate) fn java(&mut self, scenario: &str) {
        let transcript = java::run(&self.bootstrap_servers(), &self.prefix, scenario);
        self.transcript += &self.names.apply(&transcript);
    }

    /// From now on `value` is written as `<name>`.
    pub(crate) fn call(&mut self, value: &str, name: &str) {
        self.names.fix(value.to_owned(), name);
    }

    /// Makes a topic of partitions with these replicas, and waits until every broker knows it.
    pub(crate) fn create(&mut self, name: &str, partitions: &[&[i32]], configs: &[(&str, &str)]) -> Uuid {
        let assignments = (0..).zip(partitions).map(|(index, replicas)| {
            CreatableReplicaAssignment::default()
                .with_partition_index(index)
                .with_broker_ids(replicas.iter().copied().map(BrokerId).collect())
        });
        let configs = configs
            .iter()
            .map(|(key, value)| CreatableTopicConfig::default().with_name(text(key)).with_value(Some(text(value))));
        let topic = CreatableTopic::default()
            .with_name(self.topic(name))
            .with_num_partitions(-1)
            .with_replication_factor(-1)
            .with_assignments(assignments.collect())
            .with_configs(configs.collect());
        let request = CreateTopicsRequest::default().with_topics(vec![topic]).with_timeout_ms(10_000);
        let response = self.quiet(1, 7, &request);
        assert_eq!(response.topics[0].error_code, 0, "{:?}", response.topics[0].error_message);
        let id = response.topics[0].topic_id;
        for broker in 1..=3 {
            self.known(broker, name);
        }
        for (index, replicas) in (0..).zip(partitions) {
            self.led(replicas[0], name, index);
        }
        id
    }

    /// Waits until a partition's leader takes requests for it, which is a moment after everybody knows that it leads.
    fn led(&mut self, leader: i32, name: &str, index: i32) {
        use kafka_protocol::messages::ListOffsetsRequest;
        use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
        let partition = ListOffsetsPartition::default().with_partition_index(index).with_timestamp(-1);
        let partition = partition.with_current_leader_epoch(-1);
        let topic = ListOffsetsTopic::default().with_name(self.topic(name)).with_partitions(vec![partition]);
        let request = ListOffsetsRequest::default().with_replica_id((-1).into()).with_topics(vec![topic]);
        self.until(&format!("the leader of {name}-{index}"), |world| {
            let response = world.quiet(leader, 7, &request);
            (response.topics[0].partitions[0].error_code == 0).then_some(())
        });
    }

    /// Waits until a broker knows a topic with a leader for every partition.
    pub(crate) fn known(&mut self, broker: i32, name: &str) {
        use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
        let topic = MetadataRequestTopic::default().with_name(Some(self.topic(name)));
        let request = MetadataRequest::default().with_topics(Some(vec![topic])).with_allow_auto_topic_creation(false);
        self.until(&format!("{name} at broker {broker}"), |world| {
            let response = world.quiet(broker, 12, &request);
            let topic = &response.topics[0];
            let led = topic.partitions.iter().all(|partition| partition.leader_id.0 > 0);
            (topic.error_code == 0 && led).then_some(())
        });
    }

    /// Tries until there is a value, for at most 20 seconds.
    pub(crate) fn until<T>(&mut self, what: &str, mut attempt: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(value) = attempt(self) {
                return value;
            }
            assert!(Instant::now() < deadline, "{what}: not within 20 s");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// `CreateTopics` of `kafka_protocol::messages::create_topics_request::CreateTopicsRequest`.
fn api<R>() -> &'static str {
    let name = std::any::type_name::<R>();
    name.rsplit("::").next().unwrap_or(name).trim_end_matches("Request")
}
