//! Why a command ended without doing its work.
//!
//! Findings about the manifest are diagnostics and have a renderer of their own; this is for everything else:
//! the disk, the network, a missing program, a command line that asks for what is not there.

use std::error::Error;
use std::fmt::Write as _;

use crate::exit::ExitStatus;

/// What could not be done, its causes, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) status: ExitStatus,
    message: String,
    causes: Vec<String>,
    help: Option<String>,
    is_interrupt: bool,
}

impl Failure {
    /// The world failed: network, disk, a program that is missing or died.
    pub(crate) fn world(message: impl Into<String>) -> Self {
        Self { status: ExitStatus::World, message: message.into(), causes: Vec::new(), help: None, is_interrupt: false }
    }

    /// The command line asks for what is not there.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: ExitStatus::Usage, ..Self::world(message) }
    }

    /// The project has errors, which have been shown.
    pub(crate) fn findings(message: impl Into<String>) -> Self {
        Self { status: ExitStatus::Findings, ..Self::world(message) }
    }

    /// A signal of this name ended the command.
    pub(crate) fn interrupt(signal: &str) -> Self {
        Self { is_interrupt: true, ..Self::world(format!("stopped by {signal}")) }
    }

    /// Whether a signal ended the command, which for some is how they end.
    pub(crate) fn is_interrupt(&self) -> bool {
        self.is_interrupt
    }

    /// Adds an error and everything that caused it.
    pub(crate) fn because(mut self, error: &(dyn Error + 'static)) -> Self {
        let mut next = Some(error);
        while let Some(error) = next {
            let text = error.to_string();
            if self.causes.last() != Some(&text) {
                self.causes.push(text);
            }
            next = error.source();
        }
        self
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The failure as lines of text.
    pub(crate) fn render(&self, color: bool) -> String {
        let (red, cyan, plain) = if color { ("\x1b[1;31m", "\x1b[1;36m", "\x1b[0m") } else { ("", "", "") };
        let mut text = format!("{red}error{plain}: {}\n", self.message);
        for cause in &self.causes {
            let indented = cause.trim_end().replace('\n', "\n    ");
            writeln!(text, "  because: {indented}").expect("a String takes every write");
        }
        if let Some(help) = &self.help {
            let indented = help.trim_end().replace('\n', "\n    ");
            writeln!(text, "  {cyan}help{plain}: {indented}").expect("a String takes every write");
        }
        text
    }
}
