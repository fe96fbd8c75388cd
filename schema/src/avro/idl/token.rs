//! Tokens of Avro IDL, each with its span and the documentation before it.

use unicode_ident::{is_xid_continue, is_xid_start};

use crate::Span;

/// One token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'t> {
    pub(super) kind: Kind,
    pub(super) text: &'t str,
    pub(super) span: Span,
    /// The last documentation comment between it and the token before.
    pub(super) documentation: Option<Span>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A keyword or an identifier: both can be names.
    Word,
    /// A string with its quotes.
    String,
    Integer,
    Float,
    Symbol,
    End,
    /// No token, and why.
    Broken(&'static str),
}

/// Finds the token after an offset. Comments that document nothing are added to the list.
pub(super) fn next<'t>(text: &'t str, mut at: usize, ignored: &mut Vec<Span>) -> Token<'t> {
    let mut documentation: Option<Span> = None;
    loop {
        let rest = &text[at..];
        let token = |kind, length: usize| {
            let span = Span::from(at..at + length);
            Token { kind, text: &rest[..length], span, documentation }
        };
        let Some(first) = rest.chars().next() else { return token(Kind::End, 0) };
        match first {
            // The character that old systems end a text with.
            '\u{1a}' => return token(Kind::End, 0),
            ' ' | '\t' | '\n' | '\r' | '\u{c}' => at += 1,
            '\u{feff}' if at == 0 => at += first.len_utf8(),
            '/' if rest.starts_with("//") => at += rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => {
                let Some(end) = rest[2..].find("*/") else {
                    return token(Kind::Broken("a comment that does not end"), 2);
                };
                let length = end + 4;
                if rest.starts_with("/**") && length > 4 {
                    ignored.extend(documentation.replace(Span::from(at..at + length)));
                }
                at += length;
            }
            '"' => return string(rest, token),
            _ => return other(rest, first, token),
        }
    }
}

fn string<'t>(rest: &'t str, token: impl Fn(Kind, usize) -> Token<'t>) -> Token<'t> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at) {
            Some(b'"') => return token(Kind::String, at + 1),
            Some(b'\\') if bytes.get(at + 1).is_some_and(u8::is_ascii) => at += 2,
            None | Some(b'\n' | b'\r') => return token(Kind::Broken("a string that does not end"), 1),
            Some(_) => at += 1,
        }
    }
}

fn other<'t>(rest: &'t str, first: char, token: impl Fn(Kind, usize) -> Token<'t>) -> Token<'t> {
    if let Some(length) = word(rest) {
        let is_number = matches!(&rest[..length], "NaN" | "Infinity");
        return token(if is_number { Kind::Float } else { Kind::Word }, length);
    }
    if let Some((kind, length)) = number(rest) {
        return token(kind, length);
    }
    if "(){}[]:;,@=?<>".contains(first) {
        return token(Kind::Symbol, 1);
    }
    let why = if first == '`' { "a backquote that encloses no name" } else { "a character that means nothing here" };
    token(Kind::Broken(why), first.len_utf8())
}

/// The length of the word at the start: parts, each in backquotes or not, joined by dots and dashes.
fn word(text: &str) -> Option<usize> {
    let mut length = part(text)?;
    while let Some(joined) = text[length..].strip_prefix(['.', '-']) {
        let Some(next) = part(joined) else { break };
        length += 1 + next;
    }
    Some(length)
}

fn part(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('`').unwrap_or(text);
    // Java's grammar has no underscore at the start of a name, but Avro has.
    inner.chars().next().filter(|first| is_xid_start(*first) || *first == '_')?;
    let length = inner.find(|c: char| !is_xid_continue(c)).unwrap_or(inner.len());
    if inner.len() == text.len() {
        return Some(length);
    }
    inner[length..].starts_with('`').then_some(length + 2)
}

/// The number at the start: everything that can be part of one, if `literal` can read it.
fn number(text: &str) -> Option<(Kind, usize)> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let sign = text.len() - unsigned.len();
    if let Some(word) = ["NaN", "Infinity"].into_iter().find(|word| unsigned.starts_with(word)) {
        return Some((Kind::Float, sign + word.len()));
    }
    let after_dot = unsigned.strip_prefix('.').unwrap_or(unsigned);
    after_dot.chars().next().filter(char::is_ascii_digit)?;
    let is_hexadecimal = unsigned.starts_with("0x") || unsigned.starts_with("0X");
    let mut before = ' ';
    let end = unsigned.find(|c: char| {
        let is_exponent = matches!(before, 'p' | 'P') || (!is_hexadecimal && matches!(before, 'e' | 'E'));
        let is_part = c.is_ascii_alphanumeric() || c == '.' || c == '_' || (is_exponent && matches!(c, '+' | '-'));
        before = c;
        !is_part
    });
    let body = &unsigned[..end.unwrap_or(unsigned.len())];
    let is_float = if is_hexadecimal {
        body.contains(['.', 'p', 'P'])
    } else {
        body.contains(['.', 'e', 'E']) || body.ends_with(['f', 'F', 'd', 'D'])
    };
    Some((if is_float { Kind::Float } else { Kind::Integer }, sign + body.len()))
}
