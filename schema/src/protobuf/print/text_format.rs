//! The values of options in braces, which the compiler hands on as tokens with spaces between.

use super::literal;
use super::options::OptionValue;

/// Reads `key : value` pairs. The compiler has checked them, or will: what is not understood ends the value.
pub(super) fn parse(text: &str) -> OptionValue {
    let mut reader = Reader { tokens: tokens(text), at: 0 };
    OptionValue::Map(reader.members())
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Text(Vec<u8>),
    Word(String),
    Mark(u8),
}

fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let (mut tokens, mut at) = (Vec::new(), 0);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let (value, next) = string(bytes, at + 1);
                tokens.push(Token::Text(value));
                at = next;
            }
            _ if is_word(byte) => {
                let end = bytes[at..].iter().position(|&byte| !is_word(byte)).map_or(bytes.len(), |end| at + end);
                tokens.push(Token::Word(text[at..end].to_owned()));
                at = end;
            }
            _ if byte.is_ascii_whitespace() => at += 1,
            _ => {
                tokens.push(Token::Mark(byte));
                at += 1;
            }
        }
    }
    tokens
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

/// The escapes are those of Rust's `escape_default`, which is what the compiler writes.
fn string(bytes: &[u8], mut at: usize) -> (Vec<u8>, usize) {
    let mut value = Vec::new();
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                let escape = bytes.get(at).copied().unwrap_or(b'\\');
                at += 1;
                match escape {
                    b'n' => value.push(b'\n'),
                    b'r' => value.push(b'\r'),
                    b't' => value.push(b'\t'),
                    b'x' => {
                        let digits = bytes.get(at..at + 2).and_then(|digits| std::str::from_utf8(digits).ok());
                        value.extend(digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()));
                        at += 2;
                    }
                    other => value.push(other),
                }
            }
            other => value.push(other),
        }
    }
    (value, at)
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
}

impl Reader {
    fn is_mark(&self, mark: u8) -> bool {
        self.tokens.get(self.at) == Some(&Token::Mark(mark))
    }

    fn skip(&mut self, mark: u8) -> bool {
        let found = self.is_mark(mark);
        self.at += usize::from(found);
        found
    }

    fn members(&mut self) -> Vec<(String, OptionValue)> {
        let mut members = Vec::new();
        while let Some(key) = self.key() {
            self.skip(b':');
            let Some(value) = self.value() else { break };
            members.push((key, value));
            while self.skip(b',') || self.skip(b';') {}
        }
        members
    }

    /// A field's name, or an extension's or a type's in brackets.
    fn key(&mut self) -> Option<String> {
        if self.skip(b'[') {
            let mut key = "[".to_owned();
            while !self.skip(b']') {
                match self.tokens.get(self.at)? {
                    Token::Word(word) => key.push_str(word),
                    Token::Mark(mark) => key.push(char::from(*mark)),
                    Token::Text(_) => return None,
                }
                self.at += 1;
            }
            key.push(']');
            return Some(key);
        }
        let Some(Token::Word(word)) = self.tokens.get(self.at) else { return None };
        let word = word.clone();
        self.at += 1;
        Some(word)
    }

    fn value(&mut self) -> Option<OptionValue> {
        for (open, close) in [(b'{', b'}'), (b'<', b'>')] {
            if self.skip(open) {
                let members = self.members();
                self.skip(close);
                return Some(OptionValue::Map(members));
            }
        }
        if self.skip(b'[') {
            let mut values = Vec::new();
            while !self.skip(b']') {
                values.push(self.value()?);
                self.skip(b',');
            }
            return Some(OptionValue::List(values));
        }
        let sign = if self.skip(b'-') { "-" } else { "" };
        match self.tokens.get(self.at)?.clone() {
            Token::Word(word) => {
                self.at += 1;
                Some(OptionValue::Literal(format!("{sign}{word}")))
            }
            Token::Text(mut text) => {
                self.at += 1;
                while let Some(Token::Text(more)) = self.tokens.get(self.at) {
                    text.extend(more);
                    self.at += 1;
                }
                Some(OptionValue::Literal(literal::text(&text)))
            }
            Token::Mark(_) => None,
        }
    }
}
