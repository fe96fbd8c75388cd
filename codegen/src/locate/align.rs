//! Which token of the manifest a token of the generated code came from.
//!
//! The generator keeps an expression's tokens in their order but lays them out anew, and the printer may add a comma
//! or parentheses. So the two are compared as sequences of tokens, and places are carried over token by token.

use std::ops::Range;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// A token and its bytes.
struct Token {
    text: String,
    range: Range<usize>,
}

/// The bytes of `written` whose tokens are those of `generated` in `range`. An empty range means the token that it
/// touches.
pub(super) fn align(written: &str, generated: &str, range: Range<usize>) -> Option<Range<usize>> {
    let written = tokens(written)?;
    let generated = tokens(generated)?;
    let touched = |token: &Token| token.range.start < range.end.max(range.start + 1) && range.start < token.range.end;
    let first = generated.iter().position(touched)?;
    let last = generated.iter().rposition(touched)?;
    let texts = |tokens: &[Token]| tokens.iter().map(|token| token.text.clone()).collect::<Vec<_>>();
    let mut matched: Vec<(&Token, &Token)> = Vec::new();
    for operation in capture_diff_slices(Algorithm::Myers, &texts(&generated), &texts(&written)) {
        if let DiffOp::Equal { old_index, new_index, len } = operation {
            let pairs = generated[old_index..old_index + len].iter().zip(&written[new_index..new_index + len]);
            matched.extend(pairs.zip(old_index..).filter(|(_, at)| (first..=last).contains(at)).map(|(pair, _)| pair));
        }
    }
    let (first, last) = (matched.first()?, matched.last()?);
    // The two tokens of a pair are the same text, so a part of one, such as a name in a format string, is a part of
    // the other.
    let start = first.1.range.start + range.start.saturating_sub(first.0.range.start);
    let end = last.1.range.end - last.0.range.end.saturating_sub(range.end.max(range.start + 1));
    Some(start..end)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    flatten(text.parse().ok()?, &mut tokens);
    Some(tokens)
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    for token in stream {
        let TokenTree::Group(group) = token else {
            tokens.push(Token { text: token.to_string(), range: token.span().byte_range() });
            continue;
        };
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None => ("", ""),
        };
        tokens.push(Token { text: open.to_owned(), range: group.span_open().byte_range() });
        flatten(group.stream(), tokens);
        tokens.push(Token { text: close.to_owned(), range: group.span_close().byte_range() });
    }
}

#[cfg(test)]
mod tests {
    use super::align;

    fn aligned<'a>(written: &'a str, generated: &str, part: &str) -> Option<&'a str> {
        let start = generated.find(part).unwrap_or_default();
        align(written, generated, start..start + part.len()).map(|range| &written[range])
    }

    #[test]
    fn finds_tokens_through_another_layout_and_added_punctuation() {
        let written = "lines.iter().map( |l| l.price*2.0 ).sum::<f64>() > limit(a,b)";
        let generated =
            "lines.iter().map(|l| { l.price * 2.0 }).sum::<f64>()\n    > limit(\n        a,\n        b,\n    )";
        assert_eq!(aligned(written, generated, "l.price * 2.0"), Some("l.price*2.0"));
        assert_eq!(aligned(written, generated, "limit(\n        a,\n        b,\n    )"), Some("limit(a,b)"));
        assert_eq!(aligned(written, generated, "b,"), Some("b"));
    }

    #[test]
    fn finds_a_part_of_a_token() {
        assert_eq!(aligned("f( \"{a} {b}\")", "f(\"{a} {b}\")", "b}"), Some("b}"));
    }

    #[test]
    fn counts_bytes_beyond_ascii() {
        assert_eq!(aligned("\"größe\" == größe", "\"größe\"\n    == größe", "== größe"), Some("== größe"));
    }

    #[test]
    fn has_no_place_for_a_token_that_the_printer_added() {
        assert_eq!(aligned("f(a)", "f(a,)", ","), None);
    }
}
