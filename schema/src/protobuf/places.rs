//! Where the elements of a file are written, by their path in its descriptor.

use prost_types::FileDescriptorProto;

use crate::span::Span;

/// The spans of one text, sorted by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    spans: Vec<(Box<[i32]>, Span)>,
}

impl Places {
    /// Reads the locations of a parsed file; `text` is what it was parsed from.
    pub(super) fn new(file: &FileDescriptorProto, text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(text.match_indices('\n').map(|(newline, _)| newline + 1));
        let offset = |line: i32, column: i32| -> Option<usize> {
            let start = starts.get(usize::try_from(line).ok()?)?;
            Some((start + usize::try_from(column).ok()?).min(text.len()))
        };
        let mut spans: Vec<_> = file
            .source_code_info
            .iter()
            .flat_map(|info| &info.location)
            .filter_map(|location| {
                let (start, end) = match *location.span {
                    [line, start, end] => (offset(line, start)?, offset(line, end)?),
                    [line, start, last, end] => (offset(line, start)?, offset(last, end)?),
                    _ => return None,
                };
                Some((location.path.clone().into(), Span::from(start..end)))
            })
            .collect();
        spans.sort();
        Self { spans }
    }

    /// The span of exactly this path.
    pub(super) fn exact(&self, path: &[i32]) -> Option<Span> {
        let found = self.spans.partition_point(|(known, _)| **known < *path);
        self.spans.get(found).filter(|(known, _)| **known == *path).map(|(_, span)| *span)
    }

    /// The span of this path, or of the closest element around it.
    pub(super) fn around(&self, mut path: &[i32]) -> Option<Span> {
        loop {
            if let Some(span) = self.exact(path) {
                return Some(span);
            }
            (_, path) = path.split_last()?;
        }
    }

    /// The span of the element at this position, in the order of paths.
    pub(super) fn nth(&self, position: usize) -> Option<Span> {
        self.spans.get(position).map(|(_, span)| *span)
    }

    /// How many elements have a place.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The paths, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = &[i32]> {
        self.spans.iter().map(|(path, _)| &**path)
    }
}
