//! A Rust expression written in the manifest.
//!
//! It is parsed here, so that a syntax error is a finding at its place in the YAML, and compiled in the generated
//! crate, whose compiler errors come back to the same place through [`Expression::locate`].

use std::ops::Range;

use schema::Span;

use crate::source::Location;

/// A Rust expression and where it was written.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The expression as Rust sees it: the YAML scalar with its escapes and folds resolved.
    pub text: String,
    /// The whole scalar in the manifest, with its quotes.
    pub location: Location,
    /// Where byte 0 of `text` is in the file, if `text` stands there letter for letter; otherwise (escapes, folded
    /// lines) only the whole scalar can be pointed at.
    pub verbatim_start: Option<u32>,
}

impl Expression {
    /// The expression as syntax.
    pub fn parse(&self) -> syn::Result<syn::Expr> {
        syn::parse_str(&self.text)
    }

    /// The place in the manifest of a range of bytes of `text`.
    pub fn locate(&self, range: Range<usize>) -> Location {
        let Some(start) = self.verbatim_start else {
            return self.location;
        };
        let offset = |at: usize| start.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        let span = Span::new(offset(range.start), offset(range.end));
        Location { file: self.location.file, span }
    }
}
