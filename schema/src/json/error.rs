//! Texts that are no JSON, and what is to be done about them.

use thiserror::Error;

use super::MAX_DEPTH;
use crate::span::Place;
use crate::{Finding, Severity, Span};

/// Why a text is not JSON, and where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct JsonError {
    /// What kind of mistake it is.
    pub fault: JsonFault,
    /// What was expected and what is there instead.
    pub message: String,
    /// The first bytes that do not fit; empty at the end of the text.
    pub span: Span,
    /// The bracket that was still open, where one is missing.
    pub opened: Option<Span>,
}

/// The mistakes that need different advice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    /// The text breaks the grammar of RFC 8259.
    Syntax,
    /// Its arrays and objects nest deeper than [`MAX_DEPTH`].
    TooDeep,
    /// A string has half of a surrogate pair, for which there is no character.
    HalfOfPair,
}

impl JsonError {
    /// The finding about a text that should be JSON. `message` says which text that is, and `rules` what such a text is,
    /// for the case that its syntax is wrong.
    pub(crate) fn finding(&self, file: usize, severity: Severity, message: String, rules: &'static str) -> Finding {
        let place = Place { file, span: self.span };
        let finding = |code| Finding::new(severity, code, place, message);
        let finding = match self.fault {
            JsonFault::Syntax => finding("schema::not-json").label("reading stopped here").note(rules),
            JsonFault::TooDeep => finding("schema::too-deep")
                .label(format!("level {} begins here", MAX_DEPTH + 1))
                .note("Texts that nest without end would exhaust the stack of whoever reads them.")
                .help("close the brackets before, or give the inner parts names and refer to those"),
            JsonFault::HalfOfPair => finding("schema::not-json")
                .label("the other half is missing")
                .note("Half of a pair is no character, so no program can keep or print this text.")
                .help("write both halves, or the character itself"),
        };
        match self.opened {
            Some(span) if self.span.start == self.span.end => {
                finding.also(Place { file, span }, "opened here").help("close what is opened there")
            }
            Some(span) => finding.also(Place { file, span }, "opened here"),
            None => finding,
        }
    }
}
