//! The compiler's messages as data: what is used of rustc's JSON format.

use std::ops::Range;

use serde::Deserialize;

/// One line of cargo's output.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope {
    /// What rustc said.
    pub(super) message: Message,
}

/// A message of rustc, or a part of one.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    pub(super) message: String,
    pub(super) code: Option<Code>,
    pub(super) level: String,
    pub(super) spans: Vec<RustcSpan>,
    pub(super) children: Vec<Message>,
    pub(super) rendered: Option<String>,
}

/// An error's or a lint's code.
#[derive(Debug, Deserialize)]
pub(super) struct Code {
    pub(super) code: String,
}

/// A place in a file.
#[derive(Debug, Deserialize)]
pub(super) struct RustcSpan {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
    pub(super) is_primary: bool,
    pub(super) label: Option<String>,
    suggested_replacement: Option<String>,
    expansion: Option<Box<Expansion>>,
}

/// The macro call that made a place.
#[derive(Debug, Deserialize)]
struct Expansion {
    span: RustcSpan,
}

impl Message {
    /// Whether it only counts the others: `aborting due to 2 previous errors`.
    pub(super) fn is_summary(&self) -> bool {
        self.spans.is_empty() && (self.level == "failure-note" || self.message.starts_with("aborting due to"))
    }

    /// What it says, with the replacement that it suggests.
    pub(super) fn sentence(&self) -> String {
        let replacements = self.spans.iter().filter_map(|span| span.suggested_replacement.as_deref());
        let replacements: Vec<&str> = replacements.map(str::trim).filter(|text| !text.is_empty()).collect();
        match replacements.as_slice() {
            [] => self.message.clone(),
            replacements => format!("{}: `{}`", self.message, replacements.join("` `")),
        }
    }
}

impl RustcSpan {
    /// The place that a person wrote: for what a macro made, the call of the macro.
    pub(super) fn written(&self) -> &Self {
        let mut written = self;
        while let Some(expansion) = &written.expansion {
            written = &expansion.span;
        }
        written
    }

    /// The file, relative to the project, with `/` between folders.
    pub(super) fn path(&self) -> String {
        self.file_name.replace('\\', "/")
    }

    /// The bytes in the file.
    pub(super) fn range(&self) -> Range<usize> {
        self.byte_start..self.byte_end
    }
}
