//! Questions to a state: what each `GET` answers, and the look-ups of a `POST` that changes nothing.
//!
//! * [`subjects`]: subjects, versions, listings. * [`ids`]: schemas by id and by GUID.
//! * [`settings`]: configurations and modes. * [`lookup`]: which version has this schema.
//! * [`compatibility`]: would a schema fit.
//!
//! A subject without a context is looked for in the default one, and then in all others, as Confluent does.

pub(crate) mod subjects;
pub(crate) mod ids;
pub(crate) mod settings;
pub(crate) mod lookup;
pub(crate) mod compatibility;

use crate::core::names::Subject;
use crate::core::state::State;

/// The subjects that a request for `subject` can be about: its alias or itself, and then, if it names no context, the
/// same name in every other context.
pub(crate) fn candidates(state: &State, subject: &Subject) -> Vec<Subject> {
    let target = state.target(subject);
    if !target.is_unqualified() {
        return vec![target];
    }
    let elsewhere = state.contexts().into_iter().filter(|context| !context.is_default());
    let elsewhere: Vec<_> = elsewhere.map(|context| target.moved_to(&context)).collect();
    std::iter::once(target).chain(elsewhere).collect()
}
