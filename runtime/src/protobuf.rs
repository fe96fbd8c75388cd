//! Which message of a Protobuf file a record is.
//!
//! A record says it by indexes: the place of the message among those of the file, then among those of the message
//! around it. Another version of the file may have them in another order, so records of a writer's file are told apart
//! by name; for that the names of a text's messages are all that is read.

/// How many indexes a record may have: messages do not nest deeper.
const MAX_INDEXES: usize = 100;

/// The messages of a file.
#[derive(Debug, Default)]
pub(crate) struct Outline {
    package: Option<String>,
    messages: Vec<Message>,
    /// Those of the file itself.
    outermost: Vec<usize>,
}

#[derive(Debug)]
struct Message {
    name: String,
    inner: Vec<usize>,
}

impl Outline {
    /// The messages of a text. What is no Protobuf has none.
    pub(crate) fn of(text: &str) -> Self {
        let mut outline = Self::default();
        let mut around: Vec<Option<usize>> = Vec::new();
        let mut statement: Vec<&str> = Vec::new();
        for token in Tokens(text) {
            match token {
                "{" => {
                    let opened = message_name(&statement).map(|name| outline.add(name, &around));
                    around.push(opened);
                    statement.clear();
                }
                "}" => {
                    around.pop();
                    statement.clear();
                }
                ";" => {
                    if let (true, ["package", name]) = (around.is_empty(), statement.as_slice()) {
                        outline.package = Some((*name).to_owned());
                    }
                    statement.clear();
                }
                token => statement.push(token),
            }
        }
        outline
    }

    fn add(&mut self, name: &str, around: &[Option<usize>]) -> usize {
        let number = self.messages.len();
        // A group in a `oneof` belongs to the message around both.
        match around.iter().rev().find_map(|around| *around) {
            Some(outer) => self.messages[outer].inner.push(number),
            None => self.outermost.push(number),
        }
        self.messages.push(Message { name: name.to_owned(), inner: Vec::new() });
        number
    }

    /// The full name of the message that indexes lead to.
    pub(crate) fn message(&self, indexes: &[u32]) -> Option<String> {
        let mut among = &self.outermost;
        let mut names: Vec<&str> = self.package.as_deref().into_iter().collect();
        for index in indexes {
            let message = &self.messages[*among.get(usize::try_from(*index).ok()?)?];
            names.push(&message.name);
            among = &message.inner;
        }
        Some(names.join("."))
    }
}

/// The name of the message that a block is, by what stands before its brace.
fn message_name<'a>(statement: &[&'a str]) -> Option<&'a str> {
    match statement {
        ["message", name] | ["group", name, "=", ..] | [_, "group", name, "=", ..] => Some(name),
        _ => None,
    }
}

/// Words, and every other character by itself; without comments, and strings as one token.
struct Tokens<'a>(&'a str);

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        loop {
            self.0 = self.0.trim_start();
            let rest = if let Some(comment) = self.0.strip_prefix("//") {
                comment.split_once('\n').map_or("", |(_, rest)| rest)
            } else if let Some(comment) = self.0.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, rest)| rest)
            } else {
                break;
            };
            self.0 = rest;
        }
        let first = self.0.chars().next()?;
        let length = match first {
            '"' | '\'' => string_length(self.0, first),
            _ if is_word(first) => self.0.find(|c| !is_word(c)).unwrap_or(self.0.len()),
            _ => first.len_utf8(),
        };
        let (token, rest) = self.0.split_at(length);
        self.0 = rest;
        Some(token)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

fn string_length(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// Indexes as they stand in a record: their number and each of them, as zigzag varints; the first message of a file is
/// a zero alone.
pub(crate) fn indexes_to_bytes(indexes: &[u32]) -> Vec<u8> {
    if indexes == [0] {
        return vec![0];
    }
    let mut bytes = Vec::new();
    let number = u64::try_from(indexes.len()).unwrap_or_default();
    for value in [number].into_iter().chain(indexes.iter().map(|index| u64::from(*index))) {
        let mut rest = value << 1;
        while let Some(low) = u8::try_from(rest & 0x7f).ok().filter(|_| rest > 0x7f) {
            bytes.push(low | 0x80);
            rest >>= 7;
        }
        bytes.extend(u8::try_from(rest));
    }
    bytes
}

/// The indexes at the begin of a record's body, and what follows them.
pub(crate) fn split_indexes(body: &[u8]) -> Option<(Vec<u32>, &[u8])> {
    let (count, mut rest) = varint(body)?;
    if count == 0 {
        return Some((vec![0], rest));
    }
    let count = usize::try_from(count).ok().filter(|count| *count <= MAX_INDEXES)?;
    let mut indexes = Vec::with_capacity(count);
    for _ in 0..count {
        let (index, after) = varint(rest)?;
        indexes.push(index);
        rest = after;
    }
    Some((indexes, rest))
}

/// A zigzag varint that is not negative.
fn varint(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let value = if value & 1 == 0 { u32::try_from(value >> 1).ok()? } else { return None };
            return Some((value, &bytes[at + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        syntax = "proto3"; // message Not {
        package shop.v1;
        /* message Neither { */
        option (note) = "message Nor { }";
        enum Kind { UNKNOWN = 0; }
        message Customer {
            message Address { message Geo {} }
            oneof way { string message = 1; group Old = 2 { } }
            message Phone {}
        }
        service Shop { rpc Find (Customer) returns (Customer) { option (x) = { a: 1 }; } }
        message Order {}
    "#;

    #[test]
    fn finds_messages_by_their_indexes() {
        let outline = Outline::of(TEXT);
        let name = |indexes: &[u32]| outline.message(indexes);
        assert_eq!(name(&[0]).as_deref(), Some("shop.v1.Customer"));
        assert_eq!(name(&[0, 0, 0]).as_deref(), Some("shop.v1.Customer.Address.Geo"));
        assert_eq!(name(&[0, 1]).as_deref(), Some("shop.v1.Customer.Old"));
        assert_eq!(name(&[0, 2]).as_deref(), Some("shop.v1.Customer.Phone"));
        assert_eq!(name(&[1]).as_deref(), Some("shop.v1.Order"));
        assert_eq!(name(&[2]), None);
        assert_eq!(Outline::of("{ \"type\": \"record\" }").message(&[0]), None);
        assert_eq!(Outline::of("message M {").message(&[0]).as_deref(), Some("M"));
    }

    #[test]
    fn writes_indexes_as_confluent_does_and_reads_them_back() {
        assert_eq!(indexes_to_bytes(&[0]), [0]);
        assert_eq!(indexes_to_bytes(&[1]), [2, 2]);
        assert_eq!(indexes_to_bytes(&[0, 2]), [4, 0, 4]);
        assert_eq!(indexes_to_bytes(&[64]), [2, 0x80, 1]);
        for indexes in [&[0][..], &[1], &[0, 2], &[64, 8191, 8192, 1_000_000]] {
            let bytes = [&indexes_to_bytes(indexes)[..], b"body"].concat();
            assert_eq!(split_indexes(&bytes), Some((indexes.to_vec(), &b"body"[..])));
        }
        // The first message written in full, as some clients do.
        assert_eq!(split_indexes(&[2, 0]), Some((vec![0], &[][..])));
    }

    #[test]
    fn refuses_indexes_that_cannot_be() {
        for bytes in [&[][..], &[2], &[1], &[2, 1], &[0x80; 9], &[0xfe, 0xff, 0x03]] {
            assert_eq!(split_indexes(bytes), None, "{bytes:?}");
        }
    }
}
