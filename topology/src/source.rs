//! The texts that a topology was read from, and places in them.

use std::fmt;
use std::sync::OnceLock;

use schema::Span;

/// How many bytes are counted at once.
const STRIDE: usize = 1024;

/// One file of the project: its name as the user knows it, and its text.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as given or as written in the manifest, for messages.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The offset of each line's first byte, found when first asked for.
    line_starts: OnceLock<Vec<usize>>,
    /// How many characters come before every [`STRIDE`]th byte: lines may be megabytes long, and have thousands of
    /// findings.
    characters: OnceLock<Vec<usize>>,
}

/// The identity of a [`Source`] in [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// Every text that was read. The first is the manifest.
#[derive(Clone, Debug, Default)]
pub struct Sources(Vec<Source>);

/// A place in one of the [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// The file.
    pub file: FileId,
    /// The bytes in it.
    pub span: Span,
}

/// A value and the place where it was written; for a default, the place that caused it.
#[derive(Clone, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub location: Location,
}

/// A line and a column, both from 1; columns count characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Sources {
    /// Adds a text.
    ///
    /// # Panics
    ///
    /// After 4 billion files.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.0.len()).expect("a project has fewer than 2^32 files"));
        self.0.push(Source {
            name: name.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
        });
        id
    }

    /// The text of an id of this set.
    pub fn get(&self, id: FileId) -> &Source {
        &self.0[id.0 as usize]
    }

    /// Every text with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.0)
    }

    /// The text at a location; shorter where the location passes the end.
    pub fn slice(&self, location: Location) -> &str {
        let text = &self.get(location.file).text;
        text.get(location.span.range()).unwrap_or_default()
    }

    /// The line and column of the start of a location.
    pub fn line_column(&self, location: Location) -> LineColumn {
        self.get(location.file).line_column(location.span.start as usize)
    }

    /// The line and column after the end of a location.
    pub fn end_line_column(&self, location: Location) -> LineColumn {
        self.get(location.file).line_column(location.span.end as usize)
    }
}

impl Source {
    /// The line and column of a byte; of the end of the text if the byte lies behind it.
    pub fn line_column(&self, byte: usize) -> LineColumn {
        let mut byte = byte.min(self.text.len());
        while !self.text.is_char_boundary(byte) {
            byte -= 1;
        }
        let starts = self.line_starts.get_or_init(|| {
            std::iter::once(0).chain(self.text.match_indices('\n').map(|(newline, _)| newline + 1)).collect()
        });
        let line = starts.partition_point(|start| *start <= byte);
        LineColumn { line, column: self.characters_before(byte) - self.characters_before(starts[line - 1]) + 1 }
    }

    /// How many characters begin before a byte.
    fn characters_before(&self, byte: usize) -> usize {
        let bytes = self.text.as_bytes();
        let count = |bytes: &[u8]| bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
        let sums = self.characters.get_or_init(|| {
            let mut total = 0;
            let before = bytes.chunks(STRIDE).map(|chunk| {
                let before = total;
                total += count(chunk);
                before
            });
            before.collect()
        });
        let stride = byte / STRIDE;
        match sums.get(stride) {
            Some(before) => before + count(&bytes[stride * STRIDE..byte]),
            // The end of a text that fills its last stride.
            None => sums.last().map_or(0, |before| before + count(&bytes[(stride - 1) * STRIDE..byte])),
        }
    }
}

impl<T> Spanned<T> {
    /// A value and its place.
    pub fn new(value: T, location: Location) -> Self {
        Self { value, location }
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
