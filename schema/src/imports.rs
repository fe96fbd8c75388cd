//! What a text refers to by name, before anything understands it.
//!
//! The engine needs the texts behind imports to parse a schema, so they are found by a look at the text alone. What is
//! wrong with the text is the engine's to say.

use crate::{Format, Source, Span, Strictness, avro, json_schema};

/// A name in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// An import's path (Protobuf, Avro IDL), or a URI without its fragment (JSON Schema).
    pub name: String,
    /// Where it is written, with its quotes.
    pub span: Span,
}

/// The imports of an Avro IDL text, each name once.
pub fn of_idl(text: &str) -> Vec<Import> {
    let found = avro::imports(text).into_iter();
    let mut seen = std::collections::BTreeSet::new();
    let found = found.filter(|import| seen.insert(import.name.clone()));
    found.map(|import| Import { name: import.name, span: import.span }).collect()
}

/// The imports of a text, each name once. Avro names are found in the types instead.
pub fn of(format: Format, text: &str) -> Vec<Import> {
    let mut found = match format {
        Format::Avro => Vec::new(),
        Format::Protobuf => protobuf(text),
        Format::Json => json_refs(text),
    };
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|import| seen.insert(import.name.clone()));
    found
}

fn protobuf(text: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut depth = 0_usize;
    let mut is_import = false;
    for token in (Tokens { text, at: 0 }) {
        match token {
            Token::Word("import") if depth == 0 => is_import = true,
            Token::Word("public" | "weak" | "option") if is_import => {}
            Token::String(name, span) if is_import => {
                found.push(Import { name: name.to_owned(), span });
                is_import = false;
            }
            Token::Other(b'{') => depth += 1,
            Token::Other(b'}') => depth = depth.saturating_sub(1),
            _ => is_import = false,
        }
    }
    found
}

/// The edition that a Protobuf text chooses in its first statement.
pub(crate) fn edition(text: &str) -> Option<Import> {
    let mut tokens = Tokens { text, at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } };
    let Some(Token::Word(word @ "edition")) = tokens.next() else { return None };
    let start = tokens.at - word.len();
    let (Some(Token::Other(b'=')), Some(Token::String(name, value))) = (tokens.next(), tokens.next()) else {
        return None;
    };
    Some(Import { name: name.to_owned(), span: Span::from(start..value.range().end) })
}

enum Token<'a> {
    Word(&'a str),
    /// What is between the quotes, and where it is with them. Paths need no escapes.
    String(&'a str, Span),
    Other(u8),
}

struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let rest = self.text.get(self.at..)?;
            let first = *rest.as_bytes().first()?;
            let start = self.at;
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if let Some(inside) = rest.strip_prefix("/*") {
                // The star that opens it does not close it.
                self.at += inside.find("*/").map_or(rest.len(), |end| end + 4);
            } else if first == b'"' || first == b'\'' {
                let inside = &rest[1..];
                let length = string_length(inside, first);
                self.at += (length + 2).min(rest.len());
                return Some(Token::String(&inside[..length], Span::from(start..self.at)));
            } else if first.is_ascii_alphabetic() {
                let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
                self.at += length;
                return Some(Token::Word(&rest[..length]));
            } else {
                self.at += rest.chars().next().map_or(1, char::len_utf8);
                if !first.is_ascii_whitespace() {
                    return Some(Token::Other(first));
                }
            }
        }
    }
}

fn string_length(inside: &str, quote: u8) -> usize {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != quote && bytes[at] != b'\n' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    let mut at = at.min(bytes.len());
    while !inside.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Every `$ref` that leaves the text.
/// References to the metaschemas are not among them: those need no text.
fn json_refs(text: &str) -> Vec<Import> {
    let source = Source::new(Format::Json, text);
    let document = json_schema::Document::parse(&source, Strictness::Lenient, &mut Vec::new());
    let references = document.map(|document| document.references()).unwrap_or_default();
    references.into_iter().map(|(name, place)| Import { name, span: place.span }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_does_not_end_where_it_begins() {
        let text = "/*/ import \"a.proto\"; */ import \"b.proto\"; /**/ import public \"c.proto\";";
        let names: Vec<String> = of(Format::Protobuf, text).into_iter().map(|import| import.name).collect();
        assert_eq!(names, ["b.proto", "c.proto"]);
    }
}
