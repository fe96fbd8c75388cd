//! Colours, or none.

use std::fmt::Display;

/// Adds ANSI colours if it was made with them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    color: bool,
}

impl Paint {
    pub(super) fn new(color: bool) -> Self {
        Self { color }
    }

    /// Green.
    pub(super) fn add(self, text: impl Display) -> String {
        self.with("32", text)
    }

    /// Yellow.
    pub(super) fn change(self, text: impl Display) -> String {
        self.with("33", text)
    }

    /// Red.
    pub(super) fn remove(self, text: impl Display) -> String {
        self.with("31", text)
    }

    fn with(self, code: &str, text: impl Display) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }
}
