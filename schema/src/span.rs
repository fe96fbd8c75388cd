//! A range of bytes in a source text.
//!
//! Every node that a person wrote carries one, so that a finding can point at it. Which text it belongs to is
//! known to the holder: a position in a list of files here, a `FileId` in `topology`.

use std::ops::Range;

/// A half-open range of byte offsets, `start..end`, in one UTF-8 text of at most 4 GiB.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

/// The place of something in one of several texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The position of the text: 0 is the schema itself and `n` its reference `n - 1`, or the position in the files
    /// given to [`avro::parse()`](crate::avro::parse()).
    pub file: usize,
    /// The bytes in that text.
    pub span: Span,
}

impl Span {
    /// The range `start..end`.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// The range as `usize` offsets, for slicing.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl From<Range<usize>> for Span {
    /// Offsets above 4 GiB are clamped: no file of that size is read.
    fn from(range: Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: clamp(range.start), end: clamp(range.end) }
    }
}
