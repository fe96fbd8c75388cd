//! Configurations and modes are set and removed.

use super::{Decision, Outcome, changeable, keeping_ids};
use crate::core::answer::ModeAnswer;
use crate::core::config::{Config, ConfigUpdate};
use crate::core::mode::Mode;
use crate::core::names::{Context, Scope, SubjectPrefix};
use crate::core::record::Record;
use crate::core::refusal::Refusal;
use crate::core::state::{State, Visibility};

/// `PUT /config` and `PUT /config/{subject}`: what is absent stays, what is `null` is cleared. Answers the update.
///
/// # Errors
///
/// 42205 in a scope that is read-only.
pub(crate) fn set_config(state: &State, scope: &Scope, update: &ConfigUpdate) -> Outcome<ConfigUpdate> {
    changeable(state, scope)?;
    let config = update.apply(&state.config(scope).cloned().unwrap_or_default());
    let record = Record::Config { scope: scope.clone(), value: Some(Box::new(config)) };
    Ok(Decision { answer: update.clone(), records: vec![record] })
}

/// `DELETE /config` and `DELETE /config/{subject}`: answers what was configured.
///
/// # Errors
///
/// 40408 where nothing was, 42205 in a scope that is read-only.
pub(crate) fn delete_config(state: &State, scope: &Scope) -> Outcome<Config> {
    changeable(state, scope)?;
    let Some(config) = state.config(scope) else {
        return match scope {
            Scope::Global => Ok(Decision::known(Config::effective(state, scope))),
            _ => Err(Refusal::NoSubjectCompatibility(scope.to_string())),
        };
    };
    Ok(Decision { answer: config.clone(), records: vec![Record::Config { scope: scope.clone(), value: None }] })
}

/// Whether a mode is set over objections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Insistence {
    #[default]
    Ask,
    /// `force=true`
    Force,
}

/// `PUT /mode` and `PUT /mode/{subject}`
///
/// # Errors
///
/// 42205 when a scope with live subjects is to be imported into, 42204 for a mode that the scope cannot have.
pub(crate) fn set_mode(state: &State, scope: &Scope, mode: Mode, insistence: Insistence) -> Outcome<ModeAnswer> {
    let is_global = match scope {
        Scope::Global => true,
        Scope::Context(context) => context.is_global(),
        Scope::Subject(_) => false,
    };
    if mode == Mode::Forward && !is_global {
        return Err(Refusal::ModeOutOfPlace { mode: mode.as_str(), scope: scope.to_string() });
    }
    let mut records = Vec::new();
    let begins_import = mode == Mode::Import && Mode::effective(state, scope) != Mode::Import;
    if begins_import && insistence == Insistence::Ask {
        records = cleared(state, scope)?;
    }
    records.push(Record::Mode { scope: scope.clone(), mode: Some(mode) });
    Ok(Decision { answer: ModeAnswer { mode }, records })
}

/// What makes room for an import: soft-deleted versions would keep their ids and numbers.
fn cleared(state: &State, scope: &Scope) -> Result<Vec<Record>, Refusal> {
    let subjects: Vec<_> = match scope {
        Scope::Subject(subject) => state.subject(subject).map(|_| subject).into_iter().collect(),
        Scope::Global => state.subjects(&SubjectPrefix::of_context(Context::DEFAULT), Visibility::All),
        Scope::Context(context) if context.is_global() => state.subjects(&SubjectPrefix::all(), Visibility::All),
        Scope::Context(context) => state.subjects(&SubjectPrefix::of_context(context.clone()), Visibility::All),
    };
    let live: Vec<_> = subjects.iter().filter(|subject| state.has(subject, Visibility::Live)).collect();
    if let Some(first) = live.first() {
        return Err(Refusal::OperationNotPermitted(format!(
            "Cannot import since found existing subjects: {} of them, such as '{first}'. Delete them, or set \
             force=true if what is imported has no id or version in common with them",
            live.len()
        )));
    }
    let removals = subjects.iter().flat_map(|subject| {
        let versions = state.versions(subject, Visibility::All).rev();
        versions.map(|entry| Record::Schema { subject: (*subject).clone(), version: entry.version, value: None })
    });
    let mut records: Vec<_> = removals.collect();
    records.push(Record::ClearSubject { scope: scope.clone() });
    Ok(keeping_ids(state, records))
}

/// Whether the modes of subjects are removed with that of their context (`recursive=true`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    #[default]
    Own,
    Recursive,
}

/// `DELETE /mode` and `DELETE /mode/{subject}`: answers the mode that was set.
///
/// # Errors
///
/// 40409 where none was.
pub(crate) fn delete_mode(state: &State, scope: &Scope, reach: Reach) -> Outcome<ModeAnswer> {
    let own = state.mode(scope);
    let below: Vec<_> = match reach {
        Reach::Own => Vec::new(),
        Reach::Recursive => state.modes_within(scope).filter(|one| *one != scope).cloned().collect(),
    };
    if own.is_none() && below.is_empty() && *scope != Scope::Global {
        return Err(Refusal::NoSubjectMode(scope.to_string()));
    }
    let answer = ModeAnswer { mode: own.unwrap_or_else(|| Mode::effective(state, scope)) };
    let scopes = own.map(|_| scope.clone()).into_iter().chain(below);
    Ok(Decision { answer, records: scopes.map(|scope| Record::Mode { scope, mode: None }).collect() })
}
