//! EndTxn, and the ends that the coordinator decides by itself: timeouts and fencing.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{EndTxnRequest, EndTxnResponse, ProducerId};

use super::state::{End, Ending, Producer, State};
use super::{coordinator, init, settings};
use crate::machine::{Context, Machine, Outcome};
use crate::security::acl::{Operation, ResourceType};

/// Commits or aborts. Everything is written before the answer.
pub(crate) fn end_txn(machine: &mut Machine, cx: &Context, request: &EndTxnRequest) -> Outcome {
    let response = EndTxnResponse::default();
    match end(machine, cx, request) {
        Ok(producer) if cx.version >= 5 => {
            response.with_producer_id(ProducerId(producer.id)).with_producer_epoch(producer.epoch).into()
        }
        Ok(_) => response.into(),
        Err(ResponseError::ProducerFenced) if cx.version < 2 => {
            response.with_error_code(ResponseError::InvalidProducerEpoch.code()).into()
        }
        Err(error) => response.with_error_code(error.code()).into(),
    }
}

/// Gives the producer id and epoch to go on with.
fn end(machine: &mut Machine, cx: &Context, request: &EndTxnRequest) -> Result<Producer, ResponseError> {
    let id = request.transactional_id.as_str();
    if !cx.may(machine, Operation::Write, ResourceType::TransactionalId, id) {
        return Err(ResponseError::TransactionalIdAuthorizationFailed);
    }
    if id.is_empty() {
        return Err(ResponseError::InvalidRequest);
    }
    coordinator::seat_at(machine, id, cx.broker)?;
    let known = machine.transactions.ids.get(id).cloned().ok_or(ResponseError::InvalidProducerIdMapping)?;
    let producer = Producer { id: request.producer_id.0, epoch: request.producer_epoch };
    let ending = Ending { producer, commit: request.committed, bumps: cx.version >= 5 };
    match known.end(ending, cx.now, || init::next_producer_id(machine))? {
        End::Done => Ok(known.producer),
        End::Prepared(prepared) => {
            let after = prepared.complete(cx.now).producer;
            coordinator::decide(machine, id, prepared)?;
            Ok(after)
        }
    }
}

/// Aborts the open transaction of an id with an epoch that fences its producer.
///
/// # Errors
///
/// When the decision cannot be stored.
pub(super) fn fence(machine: &mut Machine, id: &str) -> Result<(), ResponseError> {
    let known = machine.transactions.ids.get(id).cloned().ok_or(ResponseError::InvalidProducerIdMapping)?;
    let (bumps, now) = (settings::transaction_version(machine) >= 2, machine.now());
    let prepared = known.fence(bumps, now, || init::next_producer_id(machine))?;
    coordinator::decide(machine, id, prepared)
}

/// Aborts what is open for longer than its timeout; looks every
/// `transaction.abort.timed.out.transaction.cleanup.interval.ms`.
pub(super) fn abort_timed_out(machine: &mut Machine) {
    let now = machine.now();
    if now >= coordinator::next_check(machine) {
        machine.transactions.checked = now;
        let open = machine.transactions.ids.iter().filter(|(_, known)| known.state == State::Ongoing);
        let late = open.filter(|(_, known)| known.started + i64::from(known.timeout_ms) < now);
        for id in late.map(|(id, _)| id.clone()).collect::<Vec<_>>() {
            if let Err(error) = fence(machine, &id) {
                tracing::debug!(%error, transactional_id = id, "a transaction that timed out is still open");
            }
        }
    }
    if machine.transactions.open > 0 {
        let at = coordinator::next_check(machine);
        machine.wake_at(at);
    }
}
