//! Strings: parts of the text where they have no escapes, which almost all are.

use super::{JsonError, JsonFault, Read, Reader};
use crate::json::Text;
use crate::json::scan::plain_length;
use crate::json::words::common_word;

impl Reader<'_> {
    pub(super) fn string(&mut self) -> Read<Text> {
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
        // A key with an escape can be the same as one without.
        self.may_repeat_keys = true;
        self.string_with_escapes(open).map(Text::from)
    }

    fn string_with_escapes(&mut self, open: usize) -> Read<String> {
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
                _ => return self.expected_in(open, "the closing `\"` of the string"),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
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
            _ => return self.expected("one of `\"\\/bfnrtu` after `\\`"),
        };
        self.at += 1;
        Ok(plain)
    }

    fn unicode_escape(&mut self) -> Read<char> {
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
        char::from_u32(code).ok_or_else(|| {
            Box::new(JsonError {
                fault: JsonFault::HalfOfPair,
                message: "not JSON: a `\\u` escape that is half of a surrogate pair".to_owned(),
                span: self.span_from(start),
                opened: None,
            })
        })
    }

    fn four_digits(&mut self) -> Read<u32> {
        let digits = self.text.as_bytes().get(self.at..self.at + 4).unwrap_or_default();
        let mut code = 0;
        for digit in digits {
            let Some(value) = char::from(*digit).to_digit(16) else { break };
            code = code * 16 + value;
            self.at += 1;
        }
        let is_complete = digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit);
        if is_complete { Ok(code) } else { self.expected("four hexadecimal digits after `\\u`") }
    }
}
