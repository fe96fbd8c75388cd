//! What may be written to a scope.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::names::Scope;
use crate::core::refusal::{Refusal, quoted};
use crate::core::state::State;

/// A mode, by Confluent's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Mode {
    /// New schemas get their ids from the registry.
    #[serde(rename = "READWRITE")]
    ReadWrite,
    /// Nothing is written.
    #[serde(rename = "READONLY")]
    ReadOnly,
    /// Nothing is written anywhere, whatever narrower scopes say. Deprecated by Confluent.
    #[serde(rename = "READONLY_OVERRIDE")]
    ReadOnlyOverride,
    /// Schemas come with their ids from elsewhere and are not judged.
    #[serde(rename = "IMPORT")]
    Import,
    /// Like `IMPORT`, for all subjects, while another registry is followed.
    #[serde(rename = "FORWARD")]
    Forward,
}

impl Mode {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "READWRITE",
            Self::ReadOnly => "READONLY",
            Self::ReadOnlyOverride => "READONLY_OVERRIDE",
            Self::Import => "IMPORT",
            Self::Forward => "FORWARD",
        }
    }

    /// Whether nothing may be changed.
    pub(crate) fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadOnlyOverride)
    }

    /// Whether schemas are taken over as they are.
    pub(crate) fn is_import(self) -> bool {
        matches!(self, Self::Import | Self::Forward)
    }

    /// The mode that counts in a scope: its own, or that of the next wider scope that has one.
    pub(crate) fn effective(state: &State, scope: &Scope) -> Self {
        let overriding = [Scope::Context(crate::core::names::Context::global()), Scope::Global];
        let is_override = |mode: &Self| matches!(mode, Self::ReadOnlyOverride | Self::Forward);
        if let Some(mode) = overriding.iter().filter_map(|scope| state.mode(scope)).find(is_override) {
            return mode;
        }
        let mut scopes = std::iter::successors(Some(scope.clone()), Scope::wider);
        scopes.find_map(|scope| state.mode(&scope)).unwrap_or(Self::ReadWrite)
    }
}

impl FromStr for Mode {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let all = [Self::ReadWrite, Self::ReadOnly, Self::ReadOnlyOverride, Self::Import, Self::Forward];
        let found = all.into_iter().find(|mode| mode.as_str().eq_ignore_ascii_case(text));
        found.ok_or_else(|| Refusal::InvalidMode(quoted(text)))
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
