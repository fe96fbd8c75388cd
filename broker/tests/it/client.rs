//! A client as small as can be: one connection, one request at a time.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bytes::{Buf, Bytes, BytesMut};
use kafka_protocol::messages::create_topics_request::{CreatableReplicaAssignment, CreatableTopic};
use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
use kafka_protocol::messages::metadata_response::MetadataResponsePartition;
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::{
    BrokerId, CreateTopicsRequest, MetadataRequest, ProduceRequest, RequestHeader, ResponseHeader, TopicName,
};
use kafka_protocol::protocol::{Decodable, Encodable, HeaderVersion, Request, StrBytes};
use kafka_protocol::records::{Compression, Record, RecordBatchEncoder, RecordEncodeOptions, TimestampType};
use topology_broker::Cluster;

/// How long a test waits for an answer that is to come.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Client {
    stream: TcpStream,
    correlation: i32,
}

impl Client {
    pub(crate) fn connect(cluster: &Cluster, broker: i32) -> io::Result<Self> {
        let stream = TcpStream::connect(cluster.addresses()[&broker].as_str())?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, correlation: 0 })
    }

    pub(crate) fn ask<R: Request>(&mut self, version: i16, request: &R) -> io::Result<R::Response> {
        self.send(version, request)?;
        self.receive::<R>(version)
    }

    pub(crate) fn send<R: Request>(&mut self, version: i16, request: &R) -> io::Result<()> {
        self.correlation += 1;
        let header = RequestHeader::default()
            .with_request_api_key(R::KEY)
            .with_request_api_version(version)
            .with_correlation_id(self.correlation)
            .with_client_id(Some(StrBytes::from_static_str("it")));
        let mut frame = BytesMut::new();
        header.encode(&mut frame, R::header_version(version)).expect("a header");
        request.encode(&mut frame, version).expect("a request of this version");
        let length = u32::try_from(frame.len()).expect("it is small");
        self.stream.write_all(&length.to_be_bytes())?;
        self.stream.write_all(&frame)
    }

    pub(crate) fn receive<R: Request>(&mut self, version: i16) -> io::Result<R::Response> {
        let mut length = [0; 4];
        self.stream.read_exact(&mut length)?;
        let mut frame = vec![0; usize::try_from(u32::from_be_bytes(length)).expect("it fits")];
        self.stream.read_exact(&mut frame)?;
        let mut frame = Bytes::from(frame);
        let header = ResponseHeader::decode(&mut frame, R::Response::header_version(version)).expect("a header");
        assert_eq!(header.correlation_id, self.correlation, "answers come in order");
        let response = R::Response::decode(&mut frame, version).expect("a response of this version");
        assert!(!frame.has_remaining(), "nothing follows");
        Ok(response)
    }

    /// Whether an answer fails to come for so long.
    pub(crate) fn is_silent_for(&mut self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).expect("a socket");
        let silent = match self.stream.peek(&mut [0]) {
            Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut),
            Ok(_) => false,
        };
        self.stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
        silent
    }

    /// Makes a topic with one partition on these replicas.
    pub(crate) fn create_topic(&mut self, topic: &str, replicas: &[i32]) {
        let brokers = replicas.iter().copied().map(BrokerId).collect();
        let placed = CreatableReplicaAssignment::default().with_partition_index(0).with_broker_ids(brokers);
        let topic =
            CreatableTopic::default().with_name(name(topic)).with_num_partitions(-1).with_replication_factor(-1);
        let request = CreateTopicsRequest::default()
            .with_topics(vec![topic.with_assignments(vec![placed])])
            .with_timeout_ms(5_000);
        let response = self.ask(7, &request).expect("an answer");
        assert_eq!(response.topics[0].error_code, 0, "{:?}", response.topics[0].error_message);
    }

    /// Partition 0 of a topic, as this broker tells it.
    pub(crate) fn partition(&mut self, topic: &str) -> MetadataResponsePartition {
        let asked = MetadataRequestTopic::default().with_name(Some(name(topic)));
        let request = MetadataRequest::default().with_topics(Some(vec![asked]));
        self.ask(12, &request).expect("an answer").topics[0].partitions[0].clone()
    }

    /// Writes a record to partition 0; the error code.
    pub(crate) fn produce(&mut self, topic: &str, value: &'static str) -> io::Result<i16> {
        let record = Record {
            transactional: false,
            control: false,
            delete_horizon: false,
            partition_leader_epoch: -1,
            producer_id: -1,
            producer_epoch: -1,
            timestamp_type: TimestampType::Creation,
            offset: 0,
            sequence: -1,
            timestamp: 1_700_000_000_000,
            key: None,
            value: Some(Bytes::from_static(value.as_bytes())),
            headers: indexmap::IndexMap::new(),
        };
        let options = RecordEncodeOptions { version: 2, compression: Compression::None };
        let mut batch = BytesMut::new();
        RecordBatchEncoder::encode(&mut batch, [&record], &options).expect("a batch");
        let data = PartitionProduceData::default().with_index(0).with_records(Some(batch.freeze()));
        let data = TopicProduceData::default().with_name(name(topic)).with_partition_data(vec![data]);
        let request = ProduceRequest::default().with_acks(-1).with_timeout_ms(5_000).with_topic_data(vec![data]);
        Ok(self.ask(9, &request)?.responses[0].partition_responses[0].error_code)
    }
}

pub(crate) fn name(topic: &str) -> TopicName {
    TopicName(StrBytes::from_string(topic.to_owned()))
}
