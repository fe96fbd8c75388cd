//! Text to syntax.
//!
//! The parser recurses, and so does everything that later walks the tree or drops it. Nesting comes from brackets,
//! operators and keywords only, so these are counted in the tokens first, which are read without recursion.

use std::ops::Range;

use proc_macro2::{TokenStream, TokenTree};

use super::rules::{SYNTAX, TOO_COMPLEX};
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;

/// The most bytes of an expression.
const MAX_BYTES: usize = 10_000;
/// How deep brackets may nest.
const MAX_BRACKETS: usize = 64;
/// How many operators and keywords may be inside of each other.
const MAX_OPERATORS: usize = 200;
/// How many operators a `<` counts for: as a list of types it takes the parser far deeper than any operator.
const ANGLE_WEIGHT: usize = 8;

/// The expression as syntax, or what keeps it from being one.
pub(super) fn parse(expression: &Expression) -> Result<syn::Expr, Box<Diagnostic>> {
    let text = &expression.text;
    if text.len() > MAX_BYTES {
        return Err(too_complex(expression, format!("{} bytes; {MAX_BYTES} are allowed", text.len())));
    }
    if bracket_depth(text) > MAX_BRACKETS {
        return Err(too_complex(expression, format!("brackets nest deeper than {MAX_BRACKETS}")));
    }
    let tokens: TokenStream = text.parse().map_err(|error: proc_macro2::LexError| {
        let at = error.span().byte_range();
        unparsable(expression, at, "this is not a token of Rust")
    })?;
    let operators = nesting(tokens.clone());
    if operators > MAX_OPERATORS {
        let label = format!("{operators} operators inside of each other; {MAX_OPERATORS} are allowed");
        return Err(too_complex(expression, label));
    }
    syn::parse2(tokens).map_err(|error| {
        let message = error.to_string();
        let at = if message.starts_with("unexpected end of input") {
            text.len()..text.len()
        } else {
            error.span().byte_range()
        };
        unparsable(expression, at, &message)
    })
}

fn too_complex(expression: &Expression, label: String) -> Box<Diagnostic> {
    let finding = TOO_COMPLEX
        .finding("expression is too large")
        .label(expression.location, label)
        .note("An expression is a line of logic; what needs more is easier to read, and to test, as code of a service.")
        .help("split the stage into several, or write a service");
    Box::new(finding)
}

fn unparsable(expression: &Expression, at: Range<usize>, problem: &str) -> Box<Diagnostic> {
    let word = expression.text.get(at.clone()).unwrap_or_default();
    let finding = SYNTAX.finding("expression is not Rust").label(expression.locate(at), problem);
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    Box::new(match word {
        "and" => finding.help("write `&&`"),
        "or" => finding.help("write `||`"),
        _ if is_word && syn::parse_str::<syn::Ident>(word).is_err() => {
            finding.help(format!("a field named `{word}` is `r#{word}` in Rust"))
        }
        _ => finding,
    })
}

/// How deep brackets nest, counting those in texts too: a limit needs no more.
fn bracket_depth(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// How many operators and keywords stand on the way to the innermost one. Those behind a comma or a semicolon are
/// beside it, except where `<` opens a list that has no brackets in the tokens.
fn nesting(tokens: TokenStream) -> usize {
    const NESTING: [&str; 16] = [
        "as", "async", "await", "box", "break", "const", "else", "for", "if", "let", "loop", "match", "move", "return",
        "unsafe", "while",
    ];
    let mut deepest = 0;
    let (mut here, mut within) = (0, 0);
    let mut has_angle = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => within = within.max(nesting(group.stream())),
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') && !has_angle => (here, within) = (0, 0),
            TokenTree::Punct(punct) if punct.as_char() == '<' => {
                here += ANGLE_WEIGHT;
                has_angle = true;
            }
            TokenTree::Punct(_) => here += 1,
            TokenTree::Ident(ident) => here += usize::from(NESTING.iter().any(|word| ident == word)),
            TokenTree::Literal(_) => {}
        }
        deepest = deepest.max(here + within);
    }
    deepest
}
