//! The transaction coordinator (KIP-98, KIP-890), and who produces where.

use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, DescribeProducersRequest, DescribeTransactionsRequest,
    EndTxnRequest, InitProducerIdRequest, ListTransactionsRequest, WriteTxnMarkersRequest,
};

use crate::machine::{Context, Machine, Outcome};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[];

/// Every transactional id of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Transactions {}

pub(crate) fn recover(_machine: &mut Machine) {}

pub(crate) fn tick(_machine: &mut Machine) {}

pub(crate) fn topic_deleted(_machine: &mut Machine, _id: uuid::Uuid) {}

pub(crate) fn init_producer_id(_machine: &mut Machine, _cx: &Context, _request: InitProducerIdRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn add_partitions_to_txn(
    _machine: &mut Machine,
    _cx: &Context,
    _request: AddPartitionsToTxnRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn add_offsets_to_txn(_machine: &mut Machine, _cx: &Context, _request: AddOffsetsToTxnRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn end_txn(_machine: &mut Machine, _cx: &Context, _request: EndTxnRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn write_txn_markers(_machine: &mut Machine, _cx: &Context, _request: WriteTxnMarkersRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe_transactions(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DescribeTransactionsRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn list_transactions(_machine: &mut Machine, _cx: &Context, _request: ListTransactionsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn describe_producers(_machine: &mut Machine, _cx: &Context, _request: DescribeProducersRequest) -> Outcome {
    Outcome::Close
}
