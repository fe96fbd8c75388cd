//! A Rust expression written in the manifest.
//!
//! It is parsed here, so that a syntax error is a finding at its place in the YAML, and compiled in the generated
//! crate, whose compiler errors come back to the same place through [`Expression::locate`].

use std::ops::Range;

use crate::source::Location;
use crate::verbatim::Verbatim;

/// A Rust expression and where it was written.
#[derive(Clone, Debug)]
pub struct Expression {
    /// The expression as Rust sees it: the YAML scalar with its escapes and folds resolved.
    pub text: String,
    /// The whole scalar in the manifest, with its quotes.
    pub location: Location,
    /// Where the letters of `text` are in the file. Where they cannot be found (escapes such as `\x20`), only the whole
    /// scalar can be pointed at.
    pub verbatim: Option<Verbatim>,
}

impl Expression {
    /// The expression as syntax.
    pub fn parse(&self) -> syn::Result<syn::Expr> {
        syn::parse_str(&self.text)
    }

    /// The place in the manifest of a range of bytes of `text`.
    pub fn locate(&self, range: Range<usize>) -> Location {
        let Some(verbatim) = &self.verbatim else {
            return self.location;
        };
        Location { file: self.location.file, span: verbatim.span(range) }
    }
}
