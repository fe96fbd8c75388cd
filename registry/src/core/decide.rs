//! What a request changes: pure functions of the state.
//!
//! A writer calls them on a state that has caught up with the log and with the decisions before (see
//! [`crate::core::state`]), and writes exactly the records that they return. They may be called any number of times
//! before, on any state: what they had to parse is remembered by the engine, so that the call that counts is short.
//!
//! * [`register`]: a schema gets a version. * [`delete`]: versions and subjects are deleted.
//! * [`settings`]: configurations and modes. * [`context`]: contexts are deleted.

pub(crate) mod register;
pub(crate) mod delete;
pub(crate) mod settings;
pub(crate) mod context;

use crate::core::mode::Mode;
use crate::core::names::Scope;
use crate::core::record::Record;
use crate::core::refusal::Refusal;
use crate::core::state::State;

pub(crate) use delete::Deletion;

/// An answer, and the records that must be in the log, in one transaction, before it is given.
#[derive(Debug)]
pub(crate) struct Decision<T> {
    pub(crate) answer: T,
    pub(crate) records: Vec<Record>,
}

/// A decision, or the reason why nothing is done.
pub(crate) type Outcome<T> = Result<Decision<T>, Refusal>;

impl<T> Decision<T> {
    /// An answer that needs nothing to be written.
    pub(crate) fn known(answer: T) -> Self {
        Self { answer, records: Vec::new() }
    }
}

/// Records that take versions away or put others in their place, and what keeps their ids from being given again.
fn keeping_ids(state: &State, mut records: Vec<Record>) -> Vec<Record> {
    records.extend(state.highest_ids_without(&records));
    records
}

/// Refuses changes in a scope that is read-only.
fn changeable(state: &State, scope: &Scope) -> Result<(), Refusal> {
    let mode = Mode::effective(state, scope);
    if mode.is_read_only() { Err(not_permitted(scope, "in read-only mode")) } else { Ok(()) }
}

fn not_permitted(scope: &Scope, why: &str) -> Refusal {
    Refusal::OperationNotPermitted(match scope {
        Scope::Subject(subject) => format!("Subject {subject} is {why}"),
        Scope::Context(context) => format!("Context {context} is {why}"),
        Scope::Global => format!("Subject null is {why}"),
    })
}
