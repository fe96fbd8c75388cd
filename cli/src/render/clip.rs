//! A text whose long lines are cut to what is around the places that matter: minified schemas are one line of megabytes.

use std::ops::Range;

/// The most bytes of a line that are shown.
const LONGEST: usize = 400;
/// How many bytes of a cut line come before its first place.
const BEFORE: usize = 80;
const GAP: &str = "…";

/// A text with as many lines as the one that it was made of.
#[derive(Debug)]
pub(super) struct Clipped {
    pub(super) text: String,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    /// Where it is in the text that it was made of.
    old: Range<usize>,
    /// The part of it that is left.
    kept: Range<usize>,
    /// Where that part is now.
    new: usize,
}

impl Clipped {
    /// Cuts what is too long; `starts` are the places that must stay.
    pub(super) fn new(text: &str, starts: &[usize]) -> Self {
        let mut clipped = Self { text: String::with_capacity(text.len().min(1 << 16)), lines: Vec::new() };
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            clipped.push(text, at..at + line.len(), starts);
            at += line.len();
        }
        clipped
    }

    fn push(&mut self, text: &str, old: Range<usize>, starts: &[usize]) {
        let is_long = old.len() > LONGEST;
        let first = starts.iter().copied().filter(|start| old.contains(start)).min().unwrap_or(old.start);
        let kept = if is_long {
            let from = boundary(text, first.saturating_sub(BEFORE).max(old.start));
            from..boundary(text, (from + LONGEST).min(old.end))
        } else {
            old.clone()
        };
        if kept.start > old.start {
            self.text.push_str(GAP);
        }
        let new = self.text.len();
        self.text.push_str(&text[kept.clone()]);
        if kept.end < old.end {
            self.text.push_str(GAP);
            self.text.push_str(if text[old.clone()].ends_with('\n') { "\n" } else { "" });
        }
        self.lines.push(Line { old, kept, new });
    }

    /// Where a byte of the old text is in this one, or what is left nearest to it.
    pub(super) fn locate(&self, byte: usize) -> usize {
        let line = self.lines.partition_point(|line| line.old.end <= byte);
        match self.lines.get(line) {
            Some(line) => line.new + byte.clamp(line.kept.start, line.kept.end) - line.kept.start,
            None => self.text.len(),
        }
    }

    /// Whether the line of a byte was cut, so that its column is another one.
    pub(super) fn is_cut(&self, byte: usize) -> bool {
        let line = self.lines.partition_point(|line| line.old.end <= byte);
        self.lines.get(line).is_some_and(|line| line.kept != line.old)
    }
}

/// The next byte at or after this one where a character begins.
fn boundary(text: &str, mut byte: usize) -> usize {
    while !text.is_char_boundary(byte) {
        byte += 1;
    }
    byte
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_lines_stay_as_they_are() {
        let text = "one\ntwo\n\nlast";
        let clipped = Clipped::new(text, &[5]);
        assert_eq!(clipped.text, text);
        assert!((0..=text.len()).all(|byte| clipped.locate(byte) == byte));
    }

    #[test]
    fn a_long_line_keeps_its_place() {
        let text = format!("first\n{}HERE{}\nlast", "é".repeat(100_000), "y".repeat(100_000));
        let here = text.find("HERE").unwrap();
        let clipped = Clipped::new(&text, &[here]);
        assert!(clipped.text.len() < 1_000, "{}", clipped.text.len());
        assert_eq!(&clipped.text[clipped.locate(here)..clipped.locate(here + 4)], "HERE");
        assert_eq!((clipped.text.lines().count(), clipped.is_cut(here), clipped.is_cut(0)), (3, true, false));
        assert_eq!(clipped.locate(text.len()), clipped.text.len());
    }
}
