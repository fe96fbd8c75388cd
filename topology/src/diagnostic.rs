//! A finding about a topology: what is wrong, where, why it matters, what to do.
//!
//! Findings are values: a check returns all of them, and a renderer in `cli` shows them. Nothing here prints.

use crate::source::Location;

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes the exit code.
    Advice,
    /// Likely a mistake; the topology still runs.
    Warning,
    /// The topology cannot run; `lint` exits with 1 and nothing is generated or applied.
    Error,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The stable code, such as `topic::too-many-replicas`; `topology explain` tells more about it.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong: one lower-case phrase without a period that names the kind of thing and backticks the thing.
    pub message: String,
    /// The places, the exact one first, then its causes.
    pub labels: Vec<Label>,
    /// Why it matters, in full sentences.
    pub note: Option<String>,
    /// What to do, in the imperative.
    pub help: Option<String>,
    /// The edit that does it, where it is certain.
    pub fix: Option<Fix>,
}

/// A place and what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub location: Location,
    /// What is there.
    pub text: String,
}

/// A certain mend: the bytes at `location` become `replacement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The bytes to replace.
    pub location: Location,
    /// Their new text.
    pub replacement: String,
}

impl Diagnostic {
    /// A finding of severity error, without places yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A finding of severity warning, without places yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A finding of severity advice, without places yet.
    pub fn advice(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Advice, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self { code, severity, message: message.into(), labels: Vec::new(), note: None, help: None, fix: None }
    }

    /// Adds a place; the first one added is where the finding is reported.
    pub fn label(mut self, location: Location, text: impl Into<String>) -> Self {
        self.labels.push(Label { location, text: text.into() });
        self
    }

    /// Says why it matters.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Says what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers the edit that does it.
    pub fn fix(mut self, location: Location, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix { location, replacement: replacement.into() });
        self
    }
}
