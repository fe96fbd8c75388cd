//! Configurations and modes as they are asked for.

use crate::core::answer::ModeAnswer;
use crate::core::config::Config;
use crate::core::mode::Mode;
use crate::core::names::Scope;
use crate::core::refusal::Refusal;
use crate::core::state::State;

/// What is answered for a scope that has nothing of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Fallback {
    /// A refusal.
    #[default]
    None,
    /// What counts for it (`defaultToGlobal`).
    Effective,
}

/// `GET /config` and `GET /config/{subject}`
pub(crate) fn config(state: &State, scope: &Scope, fallback: Fallback) -> Result<Config, Refusal> {
    if fallback == Fallback::Effective || *scope == Scope::Global {
        return Ok(Config::effective(state, scope));
    }
    let own = state.config(scope).cloned();
    own.ok_or_else(|| Refusal::NoSubjectCompatibility(scope.to_string()))
}

/// `GET /mode` and `GET /mode/{subject}`
pub(crate) fn mode(state: &State, scope: &Scope, fallback: Fallback) -> Result<ModeAnswer, Refusal> {
    let mode = match fallback {
        Fallback::None if *scope != Scope::Global => {
            state.mode(scope).ok_or_else(|| Refusal::NoSubjectMode(scope.to_string()))?
        }
        _ => Mode::effective(state, scope),
    };
    Ok(ModeAnswer { mode })
}
