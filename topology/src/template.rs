//! Text with `${VARIABLE}`s of the process environment.
//!
//! Secrets are written as variables so that a manifest can be committed; they are filled in by whoever connects and
//! are never printed, planned or logged.

use std::fmt;

use thiserror::Error;

use crate::source::Location;

/// A text that may hold `${VARIABLE}`s. It is a secret as far as printing goes: `Debug` shows the names of its
/// variables only.
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    location: Location,
}

/// A `${VARIABLE}` that the process environment does not have.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the environment variable `{name}` is not set")]
pub struct MissingVariable {
    /// Its name.
    pub name: String,
}

impl Template {
    /// The text as written and its place.
    pub fn new(text: impl Into<String>, location: Location) -> Self {
        Self { text: text.into(), location }
    }

    /// Where it is written.
    pub fn location(&self) -> Location {
        self.location
    }

    /// The names of its variables, in order.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.text.split("${").skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
    }

    /// The text with every variable replaced by what `lookup` says.
    pub fn fill(&self, lookup: impl Fn(&str) -> Option<String>) -> Result<String, MissingVariable> {
        let mut pieces = self.text.split("${");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            if let Some((name, rest)) = piece.split_once('}') {
                filled += &lookup(name).ok_or_else(|| MissingVariable { name: name.to_owned() })?;
                filled += rest;
            } else {
                filled += "${";
                filled += piece;
            }
        }
        Ok(filled)
    }
}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.variables()).finish()
    }
}
