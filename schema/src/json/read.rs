//! Reads JSON text: a recursive descent with a limit on depth, so that no text can exhaust the stack.

mod string;

use std::sync::Arc;

use super::{Json, JsonError, JsonFault, JsonKind, Member, Text};
use crate::Span;

/// How deep arrays and objects may nest. Real schemas stay under 20.
pub const MAX_DEPTH: usize = 128;

/// The byte order mark, with which some editors begin a file.
const MARK: char = '\u{feff}';

/// What reading gives. The error is boxed so that a value is moved and not copied around it.
type Read<T> = Result<T, Box<JsonError>>;

/// A value, and what was noticed on the way.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) json: Json,
    /// Whether some object may have a key twice; if not, none has.
    pub(crate) may_repeat_keys: bool,
}

/// Whether a text may have comments in the manner of Java, which its Avro parser takes before the end of the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comments {
    Refused,
    Skipped,
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
    read_noticing(text, Comments::Refused).map(|reading| reading.json)
}

/// The same, and what is noticed on the way.
pub(crate) fn read_noticing(text: &Arc<str>, comments: Comments) -> Result<Reading, JsonError> {
    let mut reader = Reader { whole: text, text, at: 0, depth: 0, comments, may_repeat_keys: false };
    let json = reader.whole_text().map_err(|error| *error)?;
    Ok(Reading { json, may_repeat_keys: reader.may_repeat_keys })
}

struct Reader<'a> {
    whole: &'a Arc<str>,
    text: &'a str,
    at: usize,
    depth: usize,
    comments: Comments,
    may_repeat_keys: bool,
}

impl Reader<'_> {
    fn whole_text(&mut self) -> Read<Json> {
        if self.text.starts_with(MARK) {
            self.at = MARK.len_utf8();
        }
        self.skip_whitespace();
        let value = self.value()?;
        self.comments = Comments::Refused;
        self.skip_whitespace();
        if self.at < self.text.len() {
            return self.expected("the end of the text after the value");
        }
        Ok(value)
    }

    fn value(&mut self) -> Read<Json> {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => JsonKind::String(self.string()?),
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'-' | b'0'..=b'9') => JsonKind::Number(self.number()?),
            Some(b'n') if self.eat_word("null") => JsonKind::Null,
            Some(b't') if self.eat_word("true") => JsonKind::Bool(true),
            Some(b'f') if self.eat_word("false") => JsonKind::Bool(false),
            _ => return self.expected("a value"),
        };
        Ok(Json { span: self.span_from(start), kind })
    }

    #[inline]
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Read<JsonKind>) -> Read<JsonKind> {
        if self.depth == MAX_DEPTH {
            return self.too_deep();
        }
        self.depth += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self) -> Read<JsonKind> {
        let open = self.at;
        let mut members = Vec::new();
        let mut keys = 0;
        self.at += 1;
        self.skip_whitespace();
        if self.eat(b'}') {
            return Ok(JsonKind::Object(members));
        }
        loop {
            let start = self.at;
            if self.peek() != Some(b'"') {
                return self.expected_in(open, "a key in double quotes");
            }
            let key = self.string()?;
            let key_span = self.span_from(start);
            let bit = key_bit(&self.text.as_bytes()[start + 1..self.at - 1]);
            self.may_repeat_keys |= keys & bit != 0;
            keys |= bit;
            self.skip_whitespace();
            if !self.eat(b':') {
                return self.expected_in(open, "`:`");
            }
            self.skip_whitespace();
            members.push(Member { key, key_span, value: self.value()? });
            self.skip_whitespace();
            if self.eat(b'}') {
                return Ok(JsonKind::Object(members));
            }
            if !self.eat(b',') {
                return self.expected_in(open, "`,` or `}`");
            }
            self.skip_whitespace();
        }
    }

    fn array(&mut self) -> Read<JsonKind> {
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
                return self.expected_in(open, "`,` or `]`");
            }
            self.skip_whitespace();
        }
    }

    fn number(&mut self) -> Read<Text> {
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

    fn digits(&mut self) -> Read<()> {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at == start { self.expected("a digit") } else { Ok(()) }
    }

    #[inline]
    fn skip_whitespace(&mut self) {
        // A text that a program wrote has none: most calls end here.
        if self.peek().is_some_and(|byte| byte <= b' ' || byte == b'/') {
            self.skip_blank();
        }
    }

    fn skip_blank(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => {}
                Some(b'/') if self.comments == Comments::Skipped && self.skip_comment() => {}
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

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
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

    #[cold]
    fn too_deep<T>(&self) -> Read<T> {
        Err(Box::new(JsonError {
            fault: JsonFault::TooDeep,
            message: format!("JSON nested deeper than {MAX_DEPTH} levels"),
            span: Span::from(self.at..self.at + 1),
            opened: None,
        }))
    }

    #[cold]
    fn expected_in<T>(&self, open: usize, what: &str) -> Read<T> {
        self.unexpected(what, Some(Span::from(open..open + 1)))
    }

    #[cold]
    fn expected<T>(&self, what: &str) -> Read<T> {
        self.unexpected(what, None)
    }

    fn unexpected<T>(&self, what: &str, opened: Option<Span>) -> Read<T> {
        let (found, length) = match self.text[self.at..].chars().next() {
            None => ("the end of the text".to_owned(), 0),
            Some('\n') => ("the end of the line".to_owned(), 1),
            Some(MARK) => ("a byte order mark, which only the start of a text may have".to_owned(), MARK.len_utf8()),
            Some(other) if other.is_control() => (format!("the control character {other:?}"), other.len_utf8()),
            Some(other) => (format!("`{other}`"), other.len_utf8()),
        };
        Err(Box::new(JsonError {
            fault: JsonFault::Syntax,
            message: format!("not JSON: expected {what}, found {found}"),
            span: Span::from(self.at..self.at + length),
            opened,
        }))
    }
}

/// One of 64 bits for a key: keys of different bits are different keys. The factors keep Avro's attributes apart.
fn key_bit(key: &[u8]) -> u64 {
    let [first, .., last] = key else { return 1 };
    1 << ((key.len() + usize::from(*first) * 5 + usize::from(*last)) % 64)
}
