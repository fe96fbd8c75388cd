//! Texts of schemas as documentation.
//!
//! A schema's `doc` is plain text that somebody wrote for people. As Rust documentation it would be Markdown, where a
//! bracket is a link, an indented line a test, and some characters end the comment; here it is made to read as it was
//! written. Code in backticks stays code.

use proc_macro2::TokenStream;
use quote::quote;

/// `#[doc]` attributes for what a schema says about something, or for `fallback` if it says nothing.
pub(crate) fn of(doc: Option<&str>, fallback: &str) -> TokenStream {
    match doc.map(str::trim) {
        Some(text) if !text.is_empty() => lines(&plain_text(text)),
        _ => lines(fallback),
    }
}

/// `#[doc]` attributes, one for each line of Markdown.
pub(crate) fn lines(markdown: &str) -> TokenStream {
    let lines = markdown.lines().map(|line| if line.is_empty() { String::new() } else { format!(" {line}") });
    quote!(#(#[doc = #lines])*)
}

/// Markdown that shows the text.
pub(crate) fn plain_text(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| plain_line(line.trim())).collect();
    lines.join("\n")
}

fn plain_line(line: &str) -> String {
    let line: String = line.chars().map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
    // Single backticks in pairs are code; anything else made of them is text.
    let has_code = line.matches('`').count().is_multiple_of(2) && !line.contains("``");
    let mut plain = String::with_capacity(line.len());
    let mut in_code = false;
    let mut before = None;
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '`' && has_code {
            in_code = !in_code;
        } else if !in_code && is_markup(before, c, chars.peek().copied()) {
            plain.push('\\');
        }
        plain.push(c);
        before = Some(c);
    }
    if let Some(at) = end_of_item_number(&plain) {
        plain.insert(at, '\\');
    }
    plain
}

/// Whether Markdown would take the character for more than itself, between these two.
fn is_markup(before: Option<char>, c: char, after: Option<char>) -> bool {
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '\\' | '`' | '*' | '[' | '<' | '~' => true,
        '_' => !(in_word(before) && in_word(after)),
        '&' => in_word(after) || after == Some('#'),
        '#' | '-' | '+' | '=' | '>' | '|' | ':' => before.is_none(),
        _ => false,
    }
}

/// Where the number ends, if the line begins like `1. `.
fn end_of_item_number(line: &str) -> Option<usize> {
    let digits = line.find(|c: char| !c.is_ascii_digit())?;
    (digits > 0 && line[digits..].starts_with(['.', ')'])).then_some(digits)
}

/// Control characters, and those that the compiler refuses in comments.
fn is_unprintable(c: char) -> bool {
    c.is_control() || changes_direction(c)
}

/// Whether the character changes the direction of text, so that code could look like what it is not.
pub(super) fn changes_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
