//! Reads JSON text: a recursive descent with a limit on depth, so that no text can exhaust the stack.

use std::sync::Arc;

use thiserror::Error;

use super::scan::plain_length;
use super::words::common_word;
use super::{Json, JsonKind, Member, Text};
use crate::Span;

/// How deep arrays and objects may nest. Real schemas stay under 20.
pub const MAX_DEPTH: usize = 128;

/// The byte order mark, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// Why a text is not JSON, and where reading stopped.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct JsonError {
    /// What was expected and what is there instead.
    pub message: String,
    /// The first bytes that do not fit; empty at the end of the text.
    pub span: Span,
    /// The bracket that was still open, where one is missing.
    pub opened: Option<Span>,
}

/// Reads one JSON value that is the whole text, but for a byte order mark at its start.
///
/// The mark is no JSON. Avro's and Jackson's parsers skip it in files all the same, and so does `protoc`.
///
/// # Errors
///
/// With the first place that is not JSON, or that nests deeper than [`MAX_DEPTH`].
pub fn read(text: &str) -> Result<Json, JsonError> {
    read_shared(&text.into())
}

/// The same of a text that the value may keep: its strings are parts of it.
///
/// # Errors
///
/// As [`read`].
pub fn read_shared(text: &Arc<str>) -> Result<Json, JsonError> {
    read_text(Reader { whole: text, text, at: 0, depth: 0, has_comments: false })
}

/// The same with comments in the manner of Java, which its Avro parser takes before the end of the value.
pub(crate) fn read_with_comments(text: &Arc<str>) -> Result<Json, JsonError> {
    read_text(Reader { whole: text, text, at: 0, depth: 0, has_comments: true })
}

fn read_text(mut reader: Reader<'_>) -> Result<Json, JsonError> {
    if reader.text.starts_with(MARK) {
        reader.at = MARK.len_utf8();
    }
    reader.skip_whitespace();
    let value = reader.value()?;
    reader.has_comments = false;
    reader.skip_whitespace();
    if reader.at < reader.text.len() {
        return Err(reader.expected("the end of the text after the value"));
    }
    Ok(value)
}

struct Reader<'a> {
    whole: &'a Arc<str>,
    text: &'a str,
    at: usize,
    depth: usize,
    has_comments: bool,
}

impl Reader<'_> {
    fn value(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => JsonKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => JsonKind::Number(self.number()?),
            Some(b'n') if self.eat_word("null") => JsonKind::Null,
            Some(b't') if self.eat_word("true") => JsonKind::Bool(true),
            Some(b'f') if self.eat_word("false") => JsonKind::Bool(false),
            _ => return Err(self.expected("a value")),
        };
        Ok(Json { span: self.span_from(start), kind })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<JsonKind, JsonError>) -> Result<JsonKind, JsonError> {
        if self.depth == MAX_DEPTH {
            let span = Span::from(self.at..self.at + 1);
            return Err(JsonError {
                message: format!("JSON nested deeper than {MAX_DEPTH} levels"),
                span,
                opened: None,
            });
        }
        self.depth += 1;
        let kind = read(self);
        self.depth -= 1;
        kind
    }

    fn object(&mut self) -> Result<JsonKind, JsonError> {
        let open = self.at;
        let mut members = Vec::new();
        self.at += 1;
        self.skip_whitespace();
        if self.eat(b'}') {
            return Ok(JsonKind::Object(members));
        }
        loop {
            members.push(self.object_member(open)?);
            if self.eat(b'}') {
                return Ok(JsonKind::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.expected_in(open, "`,` or `}`"));
            }
            self.skip_whitespace();
        }
    }

    fn object_member(&mut self, open: usize) -> Result<Member, JsonError> {
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.expected_in(open, "a key in double quotes"));
        }
        let key = self.string()?;
        let key_span = self.span_from(start);
        self.skip_whitespace();
        if !self.eat(b':') {
            return Err(self.expected_in(open, "`:`"));
        }
        self.skip_whitespace();
        let value = self.value()?;
        self.skip_whitespace();
        Ok(Member { key, key_span, value })
    }

    fn array(&mut self) -> Result<JsonKind, JsonError> {
        let open = self.at;
        let mut items = Vec::new();
        self.at += 1;
        self.skip_whitespace();
        if self.eat(b']') {
            return Ok(JsonKind::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.skip_whitespace();
            if self.eat(b']') {
                return Ok(JsonKind::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.expected_in(open, "`,` or `]`"));
            }
            self.skip_whitespace();
        }
    }

    fn string(&mut self) -> Result<Text, JsonError> {
        let open = self.at;
        self.at += 1;
        let rest = &self.text.as_bytes()[self.at..];
        let length = plain_length(rest);
        if rest.get(length) == Some(&b'"') {
            let start = self.at;
            self.at += length + 1;
            let word = common_word(&rest[..length]);
            return Ok(word.map_or_else(|| Text::part(self.whole, start..start + length), Text::word));
        }
        self.string_with_escapes(open).map(Text::from)
    }

    fn string_with_escapes(&mut self, open: usize) -> Result<String, JsonError> {
        let mut value = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = plain_length(rest.as_bytes());
            value.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(value);
                }
                Some(b'\\') => value.push(self.escape()?),
                _ => return Err(self.expected_in(open, "the closing `\"` of the string")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        self.at += 1;
        let plain = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err(self.expected("one of `\"\\/bfnrtu` after `\\`")),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Result<char, JsonError> {
        let start = self.at - 1;
        self.at += 1;
        let first = self.four_digits()?;
        let mut code = first;
        if (0xd800..0xdc00).contains(&first) && self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            let second = self.four_digits()?;
            if (0xdc00..0xe000).contains(&second) {
                code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            }
        }
        char::from_u32(code).ok_or_else(|| JsonError {
            message: "not JSON: a `\\u` escape that is half of a surrogate pair".to_owned(),
            span: self.span_from(start),
            opened: None,
        })
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            let Some(value) = char::from(*digit).to_digit(16) else { break };
            code = code * 16 + value;
            self.at += 1;
        }
        let is_complete = digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
        if is_complete { Ok(code) } else { Err(self.expected("four hexadecimal digits after `\\u`")) }
    }

    fn number(&mut self) -> Result<Text, JsonError> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _sign = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        Ok(Text::part(self.whole, start..self.at))
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { Err(self.expected("a digit")) } else { Ok(()) }
    }

    fn skip_whitespace(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => {}
                Some(b'/') if self.has_comments && self.skip_comment() => {}
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Goes to the last byte of the comment that starts here, if one does and ends.
    fn skip_comment(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len() - 1)
        } else if let Some(end) = rest.strip_prefix("/*").and_then(|inner| inner.find("*/")) {
            end + 3
        } else {
            return false;
        };
        self.at += length;
        true
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        self.at += usize::from(is_there);
        is_there
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let rest = &self.text[self.at..];
        let is_there = rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric());
        if is_there {
            self.at += word.len();
        }
        is_there
    }

    fn span_from(&self, start: usize) -> Span {
        Span::from(start..self.at)
    }

    fn expected_in(&self, open: usize, what: &str) -> JsonError {
        JsonError { opened: Some(Span::from(open..open + 1)), ..self.expected(what) }
    }

    fn expected(&self, what: &str) -> JsonError {
        let (found, length) = match self.text[self.at..].chars().next() {
            None => ("the end of the text".to_owned(), 0),
            Some('\n') => ("the end of the line".to_owned(), 1),
            Some(MARK) => ("a byte order mark, which only the start of a text may have".to_owned(), MARK.len_utf8()),
            Some(other) if other.is_control() => (format!("the control character {other:?}"), other.len_utf8()),
            Some(other) => (format!("`{other}`"), other.len_utf8()),
        };
        JsonError {
            message: format!("not JSON: expected {what}, found {found}"),
            span: Span::from(self.at..self.at + length),
            opened: None,
        }
    }
}
