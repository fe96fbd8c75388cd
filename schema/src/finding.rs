//! What is wrong with a schema, where, why it matters and what to do.
//!
//! `topology` turns each into one of its diagnostics word by word; nothing here prints.

use crate::span::Place;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Advice,
    /// Likely a mistake; the schema can be used.
    Warning,
    /// The file cannot be used.
    Error,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code, such as `schema::unknown-type`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: one lower-case phrase without a period.
    pub message: String,
    /// The exact place.
    pub place: Place,
    /// What is to be seen there.
    pub label: String,
    /// Why it matters, in full sentences.
    pub note: Option<String>,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// The causes: other places and what is to be seen there.
    pub secondary: Vec<(Place, String)>,
}

impl Finding {
    pub(crate) fn new(severity: Severity, code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            place,
            label: String::new(),
            note: None,
            help: None,
            secondary: Vec::new(),
        }
    }

    pub(crate) fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, place, message)
    }

    pub(crate) fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, place, message)
    }

    pub(crate) fn label(mut self, text: impl Into<String>) -> Self {
        self.label = text.into();
        self
    }

    pub(crate) fn note(mut self, text: impl Into<String>) -> Self {
        self.note = Some(text.into());
        self
    }

    pub(crate) fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    pub(crate) fn also(mut self, place: Place, text: impl Into<String>) -> Self {
        self.secondary.push((place, text.into()));
        self
    }
}
