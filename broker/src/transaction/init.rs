//! InitProducerId: who a producer is, and that nobody else is it any more.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{InitProducerIdRequest, InitProducerIdResponse, ProducerId};

use super::state::{Producer, State, Transaction};
use super::{coordinator, end, settings};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::security::authorizer::allows_any;

/// How many producer ids are taken at once, as Kafka's controller gives them out.
const BLOCK: i64 = 1_000;

/// Gives a producer id and an epoch.
pub(crate) fn init_producer_id(machine: &mut Machine, cx: &Context, request: &InitProducerIdRequest) -> Outcome {
    let answer = authorize(machine, cx, request).and_then(|()| init(machine, cx, request));
    let (producer, code) = match answer {
        Ok(producer) => (producer, 0),
        Err(ResponseError::ProducerFenced) if cx.version < 4 => {
            (Producer::NONE, ResponseError::InvalidProducerEpoch.code())
        }
        Err(error) => (Producer::NONE, error.code()),
    };
    InitProducerIdResponse::default()
        .with_error_code(code)
        .with_producer_id(ProducerId(producer.id))
        .with_producer_epoch(producer.epoch)
        .into()
}

fn authorize(machine: &Machine, cx: &Context, request: &InitProducerIdRequest) -> Result<(), ResponseError> {
    let (allowed, error) = match &request.transactional_id {
        Some(id) => (
            cx.may(machine, Operation::Write, ResourceType::TransactionalId, id),
            ResponseError::TransactionalIdAuthorizationFailed,
        ),
        // KIP-679: who may write to any topic may be idempotent.
        None => (
            cx.may(machine, Operation::IdempotentWrite, ResourceType::Cluster, CLUSTER)
                || allows_any(machine, cx, Operation::Write, ResourceType::Topic),
            ResponseError::ClusterAuthorizationFailed,
        ),
    };
    if allowed { Ok(()) } else { Err(error) }
}

fn init(machine: &mut Machine, cx: &Context, request: &InitProducerIdRequest) -> Result<Producer, ResponseError> {
    let expected = match (request.producer_id.0, request.producer_epoch) {
        (-1, -1) => None,
        (-1, _) | (_, -1) => return Err(ResponseError::InvalidRequest),
        (id, epoch) => Some(Producer { id, epoch }),
    };
    let Some(id) = &request.transactional_id else {
        return Ok(Producer { id: next_producer_id(machine)?, epoch: 0 });
    };
    let timeout_ms = request.transaction_timeout_ms;
    if id.is_empty() {
        return Err(ResponseError::InvalidRequest);
    }
    if timeout_ms <= 0 || i64::from(timeout_ms) > settings::max_timeout_ms(machine) {
        return Err(ResponseError::InvalidTransactionTimeout);
    }
    coordinator::seat_at(machine, id, cx.broker)?;
    let known = match machine.transactions.ids.get(id.as_str()) {
        Some(known) => known.clone(),
        None => Transaction::new(next_producer_id(machine)?, timeout_ms, cx.now),
    };
    if expected.is_some_and(|expected| !known.expects(expected)) {
        return Err(ResponseError::ProducerFenced);
    }
    match known.state {
        State::PrepareCommit | State::PrepareAbort => return Err(ResponseError::ConcurrentTransactions),
        State::Ongoing => {
            end::fence(machine, id)?;
            return Err(ResponseError::ConcurrentTransactions);
        }
        State::Empty | State::CompleteCommit | State::CompleteAbort => {}
    }
    let next = known.init(expected, timeout_ms, cx.now, || next_producer_id(machine))?;
    let producer = next.producer;
    coordinator::store(machine, id, next)?;
    Ok(producer)
}

/// A producer id that was never given before. A block is made durable before its first id is given; a restart skips the
/// rest of it.
///
/// # Errors
///
/// `COORDINATOR_LOAD_IN_PROGRESS`, which clients retry, when the next block cannot be made durable.
pub(super) fn next_producer_id(machine: &mut Machine) -> Result<i64, ResponseError> {
    let left = machine.transactions.producer_ids.take().filter(|range| !range.is_empty());
    let mut range = if let Some(range) = left {
        range
    } else {
        let first = machine.metadata.next_producer_id;
        let taken = machine.commit(vec![Change::ProducerIdsTaken { next: first + BLOCK }]);
        taken.map_err(|_| ResponseError::CoordinatorLoadInProgress)?;
        first..first + BLOCK
    };
    let next = range.next().ok_or(ResponseError::CoordinatorLoadInProgress);
    machine.transactions.producer_ids = Some(range);
    next
}
