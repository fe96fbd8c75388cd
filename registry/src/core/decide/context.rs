//! Contexts are deleted.

use super::{Decision, Outcome, changeable};
use crate::core::names::{Context, Scope, SubjectPrefix};
use crate::core::record::Record;
use crate::core::refusal::Refusal;
use crate::core::state::{State, Visibility};

/// `DELETE /contexts/{context}`: one that has no subjects, with its settings. There is nothing to answer.
///
/// # Errors
///
/// 42211 with subjects, deleted ones included; 42205 for the default context.
pub(crate) fn delete_context(state: &State, context: &Context) -> Outcome<()> {
    if context.is_default() {
        return Err(Refusal::OperationNotPermitted("The default context cannot be deleted".to_owned()));
    }
    let scope = Scope::Context(context.clone());
    changeable(state, &scope)?;
    if !state.subjects(&SubjectPrefix::of_context(context.clone()), Visibility::All).is_empty() {
        return Err(Refusal::ContextNotEmpty(context.to_string()));
    }
    let own = state.is_declared(context).then(|| Record::Context { context: context.clone(), exists: false });
    let config = state.config(&scope).map(|_| Record::Config { scope: scope.clone(), value: None });
    let mode = state.mode(&scope).map(|_| Record::Mode { scope: scope.clone(), mode: None });
    Ok(Decision { answer: (), records: own.into_iter().chain(config).chain(mode).collect() })
}
