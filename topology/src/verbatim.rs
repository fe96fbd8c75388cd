//! Where the letters of a YAML scalar are in the file.
//!
//! YAML folds lines, strips indentation and resolves escapes, so that the text of a scalar is not always a piece of
//! the file. A finding about one word of it must point at that word all the same.

use std::ops::Range;

use schema::Span;

/// The places in the file of a scalar's text: it stands there in pieces, letter for letter.
///
/// Each piece is where its text begins in the scalar, and where it begins in the file. There is at least one, and the
/// first begins at 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verbatim {
    first: u32,
    others: Box<[(u32, u32)]>,
}

/// The quotes around a scalar, which say what its escapes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quotes {
    /// None, and no escapes.
    None,
    /// `'`, which is written twice inside.
    Single,
    /// `"`, with `\\` before what it escapes.
    Double,
}

impl Verbatim {
    /// Finds `text` in `written`, which begins at `base` in the file and holds no quotes around it. White space may
    /// differ; an escape may stand only for the character that it shows.
    pub(crate) fn find(text: &str, written: &str, base: u32, quotes: Quotes) -> Option<Self> {
        let mut pieces = Vec::new();
        if written.starts_with(text) && !(quotes == Quotes::Double && text.contains('\\')) {
            return Some(Self { first: base, others: Box::default() });
        }
        let mut rest = written;
        let mut last = None;
        for (at, letter) in text.char_indices().filter(|(_, letter)| !letter.is_whitespace()) {
            rest = after_gap(rest, quotes);
            rest = after_escape(rest, letter, quotes);
            let place = written.len() - rest.len();
            if last != Some(place.wrapping_sub(at)) {
                last = Some(place.wrapping_sub(at));
                pieces.push((u32::try_from(at).ok()?, base.checked_add(u32::try_from(place).ok()?)?));
            }
            rest = rest.strip_prefix(letter)?;
        }
        let first = pieces.first()?.1;
        Some(Self { first, others: pieces.into_iter().skip(1).collect() })
    }

    /// Whether the text stands in the file in one piece.
    pub fn is_unbroken(&self) -> bool {
        self.others.is_empty()
    }

    /// The bytes in the file of a range of bytes of the text: from its first letter to its last.
    pub(crate) fn span(&self, range: Range<usize>) -> Span {
        let start = self.offset(range.start);
        // The end belongs to the piece of the last letter: the next piece may begin lines below.
        let end = if range.is_empty() { start } else { self.offset(range.end - 1).saturating_add(1) };
        Span::new(start, end)
    }

    fn offset(&self, at: usize) -> u32 {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let piece = self.others.partition_point(|(text, _)| *text <= at).checked_sub(1).map(|index| self.others[index]);
        let (text, file) = piece.unwrap_or((0, self.first));
        file.saturating_add(at - text)
    }
}

/// What follows white space, and ends of lines that are escaped.
fn after_gap(written: &str, quotes: Quotes) -> &str {
    let rest = written.trim_start();
    match rest.strip_prefix('\\') {
        Some(line) if quotes == Quotes::Double && line.starts_with(['\n', '\r']) => after_gap(line, quotes),
        _ => rest,
    }
}

/// The letter that an escape shows, without what makes it one.
fn after_escape(written: &str, letter: char, quotes: Quotes) -> &str {
    let escape = match quotes {
        Quotes::None => None,
        Quotes::Single => (letter == '\'').then_some('\''),
        Quotes::Double => matches!(letter, '"' | '\\' | '/').then_some('\\'),
    };
    let escaped = escape.and_then(|escape| written.strip_prefix(escape));
    escaped.filter(|rest| rest.starts_with(letter)).unwrap_or(written)
}

#[cfg(test)]
mod tests {
    use super::{Quotes, Verbatim};

    /// What stands in the file for a part of the text.
    fn shown<'w>(text: &str, written: &'w str, quotes: Quotes, part: &str) -> Option<&'w str> {
        let start = text.find(part).expect("the text has the part");
        let found = Verbatim::find(text, written, 0, quotes)?;
        written.get(found.span(start..start + part.len()).range())
    }

    #[test]
    fn finds_words_in_blocks_and_folds() {
        let block = "a > 1\n    // why\n      && b\n";
        assert_eq!(shown("a > 1\n// why\n  && b\n", block, Quotes::None, "b"), Some("b"));
        assert_eq!(shown("a > 1\n// why\n  && b\n", block, Quotes::None, "1\n// why"), Some("1\n    // why"));
        assert_eq!(shown("a > 1 && b", "a >\n  1\n  && b", Quotes::None, "1 && b"), Some("1\n  && b"));
        assert_eq!(shown("é > ü", "é\n  > ü", Quotes::None, "ü"), Some("ü"));
    }

    #[test]
    fn finds_words_beside_escapes() {
        assert_eq!(shown(r#"a == "x" && b"#, r#"a == \"x\" && b"#, Quotes::Double, "b"), Some("b"));
        assert_eq!(shown(r#"a == "x""#, r#"a == \"x\""#, Quotes::Double, r#""x""#), Some(r#""x\""#));
        assert_eq!(shown("a == 'x' && b", "a == ''x'' && b", Quotes::Single, "b"), Some("b"));
        assert_eq!(shown("a && b", "a && \\\n  b", Quotes::Double, "b"), Some("b"));
        assert_eq!(shown(r"a \d b", r"a \\d b", Quotes::Double, "d b"), Some("d b"));
    }

    #[test]
    fn gives_up_where_an_escape_shows_something_else() {
        assert_eq!(Verbatim::find("a é", r"a \xe9", 0, Quotes::Double), None);
        assert_eq!(Verbatim::find("a b", r"a\tb", 0, Quotes::Double), None);
    }
}
