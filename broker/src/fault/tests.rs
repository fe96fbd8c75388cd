//! Faults on requests: who meets with them, and that every refusal can be written.

use bytes::BytesMut;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, AlterPartitionReassignmentsRequest, ApiKey,
    ConsumerGroupDescribeRequest, ConsumerGroupHeartbeatRequest, CreatePartitionsRequest, CreateTopicsRequest,
    DeleteGroupsRequest, DeleteRecordsRequest, DeleteTopicsRequest, DescribeClusterRequest, DescribeConfigsRequest,
    DescribeGroupsRequest, ElectLeadersRequest, EndTxnRequest, FetchRequest, FindCoordinatorRequest, HeartbeatRequest,
    IncrementalAlterConfigsRequest, InitProducerIdRequest, JoinGroupRequest, LeaveGroupRequest, ListGroupsRequest,
    ListOffsetsRequest, MetadataRequest, OffsetCommitRequest, OffsetFetchRequest, ProduceRequest, RequestKind,
    ShareGroupHeartbeatRequest, SyncGroupRequest, TxnOffsetCommitRequest,
};

use super::gate::{Asked, Gate, gate};
use super::{Fault, Mishap, RequestFault, inject, refusal};
use crate::log::Logs;
use crate::machine::{Machine, Settings};
use crate::metadata::journal::Journal;
use crate::metadata::{Broker, Metadata};
use crate::wire::frame;
use crate::wire::served::served;

fn machine() -> Machine {
    let mut machine = Machine::new(Settings::default(), Metadata::default(), Journal::default(), Logs::default(), 0);
    for id in 1..=2 {
        machine.metadata.brokers.insert(id, Broker { id, rack: None, endpoints: [].into(), alive: true });
    }
    machine
}

fn ask(machine: &mut Machine, broker: i32, client_id: &str, body: &RequestKind) -> Gate {
    let api = match body {
        RequestKind::Produce(_) => ApiKey::Produce,
        RequestKind::CreateTopics(_) => ApiKey::CreateTopics,
        _ => ApiKey::Metadata,
    };
    gate(machine, Asked { broker, client_id, api, version: 7, body })
}

#[test]
fn only_what_was_chosen_meets_with_a_fault() {
    let mut machine = machine();
    let chosen = RequestFault {
        broker: Some(2),
        client_id: Some("shop".to_owned()),
        ..RequestFault::api("Produce", Mishap::Disconnect)
    };
    inject::inject(&mut machine, Fault::Requests(chosen)).expect("all of it exists");
    let (produce, metadata) = (ProduceRequest::default().into(), MetadataRequest::default().into());
    assert!(matches!(ask(&mut machine, 2, "shop", &produce), Gate::Close));
    assert!(matches!(ask(&mut machine, 1, "shop", &produce), Gate::Pass));
    assert!(matches!(ask(&mut machine, 2, "bank", &produce), Gate::Pass));
    assert!(matches!(ask(&mut machine, 2, "shop", &metadata), Gate::Pass));
    assert_eq!(machine.faults.list()[0].hits, 1);
}

#[test]
fn a_frozen_broker_holds_everything_and_an_isolated_one_what_needs_the_controller() {
    let mut machine = machine();
    inject::inject(&mut machine, Fault::BrokerFrozen { broker: 1 }).expect("it exists");
    inject::inject(&mut machine, Fault::BrokerIsolated { broker: 2 }).expect("it exists");
    let (create, metadata) = (CreateTopicsRequest::default().into(), MetadataRequest::default().into());
    assert!(matches!(ask(&mut machine, 1, "", &metadata), Gate::Hold));
    assert!(matches!(ask(&mut machine, 2, "", &metadata), Gate::Pass));
    assert!(matches!(ask(&mut machine, 2, "", &create), Gate::Hold));
    inject::clear_all(&mut machine).expect("it is in memory");
    assert!(matches!(ask(&mut machine, 1, "", &create), Gate::Pass));
}

#[test]
fn errors_have_kafkas_names_and_numbers() {
    assert_eq!(refusal::error("NOT_LEADER_OR_FOLLOWER"), Some(ResponseError::NotLeaderOrFollower));
    assert_eq!(refusal::error("6"), Some(ResponseError::NotLeaderOrFollower));
    assert_eq!(refusal::error("-1"), Some(ResponseError::UnknownServerError));
    assert_eq!(refusal::error("0"), None);
    assert_eq!(refusal::error("NOT_TODAY"), None);
}

/// Every API that can be refused, with a request that asks for nothing.
fn refusable() -> Vec<(ApiKey, RequestKind)> {
    macro_rules! every {
        ($($api:ident $request:ident),* $(,)?) => { vec![$((ApiKey::$api, $request::default().into())),*] };
    }
    every![
        Produce ProduceRequest, Fetch FetchRequest, ListOffsets ListOffsetsRequest, Metadata MetadataRequest,
        OffsetCommit OffsetCommitRequest, OffsetFetch OffsetFetchRequest, TxnOffsetCommit TxnOffsetCommitRequest,
        AddPartitionsToTxn AddPartitionsToTxnRequest, FindCoordinator FindCoordinatorRequest,
        CreateTopics CreateTopicsRequest, DeleteTopics DeleteTopicsRequest, CreatePartitions CreatePartitionsRequest,
        DeleteRecords DeleteRecordsRequest, DescribeConfigs DescribeConfigsRequest,
        IncrementalAlterConfigs IncrementalAlterConfigsRequest, DescribeGroups DescribeGroupsRequest,
        ConsumerGroupDescribe ConsumerGroupDescribeRequest, DeleteGroups DeleteGroupsRequest,
        JoinGroup JoinGroupRequest, SyncGroup SyncGroupRequest, Heartbeat HeartbeatRequest,
        LeaveGroup LeaveGroupRequest, ListGroups ListGroupsRequest, InitProducerId InitProducerIdRequest,
        AddOffsetsToTxn AddOffsetsToTxnRequest, EndTxn EndTxnRequest, DescribeCluster DescribeClusterRequest,
        ElectLeaders ElectLeadersRequest, AlterPartitionReassignments AlterPartitionReassignmentsRequest,
        ConsumerGroupHeartbeat ConsumerGroupHeartbeatRequest, ShareGroupHeartbeat ShareGroupHeartbeatRequest,
    ]
}

#[test]
fn every_refusal_can_be_written_in_every_version_that_is_served() {
    for (api, request) in refusable() {
        let of = |(key, min, max): (i16, i16, i16)| (key == api as i16).then_some(min..=max);
        for version in served().into_iter().filter_map(of).flatten() {
            let version = if api == ApiKey::Produce { version.max(3) } else { version };
            let refused = refusal::refuse(&request, version, ResponseError::NotController).expect("it can be refused");
            let mut bytes = BytesMut::new();
            frame::write(&mut bytes, api, version, 1, &refused)
                .unwrap_or_else(|error| panic!("{api:?} {version}: {error:#}"));
        }
    }
}
