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
    #[serde(rename = "message")]
    pub(super) text: String,
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
        self.spans.is_empty() && (self.level == "failure-note" || self.text.starts_with("aborting due to"))
    }

    /// The places with the texts that rustc would put there.
    pub(super) fn replacements(&self) -> Vec<(Range<usize>, &str)> {
        let spans = self.spans.iter();
        spans.filter_map(|span| Some((span.range(), span.suggested_replacement.as_deref()?))).collect()
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
