//! Whether a request goes on to be handled, and what happens to it otherwise.

use std::time::Duration;

use kafka_protocol::messages::{ApiKey, RequestKind, ResponseKind};

use super::{Fault, Mishap, RequestFault, inject, isolation, refusal};
use crate::machine::Machine;

/// What a request meets with before it is handled.
#[derive(Debug)]
pub(crate) enum Gate {
    /// It is handled.
    Pass,
    /// It waits until faults change, and asks again.
    Hold,
    /// It is handled after so much time.
    Delay(Duration),
    /// It is not handled; this is the answer.
    Answer(Box<ResponseKind>),
    /// It is not handled; the connection is cut.
    Close,
}

/// Who asks what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) broker: i32,
    pub(crate) client_id: &'a str,
    pub(crate) api: ApiKey,
    pub(crate) version: i16,
    pub(crate) body: &'a RequestKind,
}

/// Decides about a request, and counts it where it meets with a fault.
pub(crate) fn gate(machine: &mut Machine, asked: Asked<'_>) -> Gate {
    if is_held(machine, asked.broker) {
        return Gate::Hold;
    }
    if machine.faults.is_isolated(asked.broker) && isolation::needs_controller(asked.body) {
        return Gate::Hold;
    }
    let api = format!("{:?}", asked.api);
    let meets = |fault: &Fault| match fault {
        Fault::Requests(chosen) => matches(chosen, asked, &api),
        _ => false,
    };
    let Some(known) = machine.faults.standing.values_mut().find(|known| meets(&known.fault)) else { return Gate::Pass };
    known.hits += 1;
    let (id, hits) = (known.id, known.hits);
    let Fault::Requests(chosen) = known.fault.clone() else { return Gate::Pass };
    if chosen.times.is_some_and(|times| hits >= u64::from(times)) {
        // Lifting a fault on requests moves nothing, so that nothing can fail.
        drop(inject::clear(machine, id));
    }
    match chosen.mishap {
        Mishap::Delay { millis } => Gate::Delay(Duration::from_millis(millis)),
        Mishap::Disconnect => Gate::Close,
        Mishap::Fail { error } => refusal::error(&error)
            .and_then(|error| refusal::refuse(asked.body, asked.version, error))
            .map_or(Gate::Close, |response| Gate::Answer(Box::new(response))),
    }
}

/// Whether a broker answers nothing for now.
pub(crate) fn is_held(machine: &Machine, broker: i32) -> bool {
    machine.faults.is_frozen(broker)
}

fn matches(chosen: &RequestFault, asked: Asked<'_>, api: &str) -> bool {
    chosen.api.as_ref().is_none_or(|chosen| chosen == api)
        && chosen.broker.is_none_or(|chosen| chosen == asked.broker)
        && chosen.client_id.as_ref().is_none_or(|chosen| chosen == asked.client_id)
}
