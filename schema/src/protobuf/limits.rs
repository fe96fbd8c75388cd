//! Limits on what is handed to the Protobuf compiler: hostile texts must cost no more than their size.

use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto};

use crate::Finding;
use crate::span::{Place, Span};

/// The largest text of one file.
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
/// How deep brackets may nest: messages 31 deep, and the values of options inside them.
pub(super) const MAX_DEPTH: usize = 64;
/// How deep messages may nest; the limit of `protoc` too.
pub(super) const MAX_MESSAGE_DEPTH: usize = 31;
/// The longest dotted name.
const MAX_NAME: usize = 2048;
/// The sum of the lengths of all full names. They grow with the product of nesting and width.
const MAX_NAMES: usize = 64 * 1024 * 1024;
/// How many pairs of a number and a reserved range are compared.
const MAX_RANGE_CHECKS: usize = 50_000_000;

/// Checks a text before anything parses it.
pub(super) fn check_text(text: &str, file: usize) -> Result<(), Box<Finding>> {
    if text.len() > MAX_BYTES {
        let place = Place { file, span: Span::default() };
        return Err(too_large(place, format!("the text has {} bytes, more than {MAX_BYTES}", text.len())));
    }
    Scan { text: text.as_bytes(), at: 0, file }.run()
}

/// A pass over the tokens that matter: brackets and names, outside comments and strings.
struct Scan<'a> {
    text: &'a [u8],
    at: usize,
    file: usize,
}

impl Scan<'_> {
    fn run(mut self) -> Result<(), Box<Finding>> {
        let mut depth = 0usize;
        while let Some(&byte) = self.text.get(self.at) {
            let start = self.at;
            match byte {
                b'{' | b'[' | b'<' | b'(' => {
                    depth += 1;
                    if depth > MAX_DEPTH {
                        return Err(self.too_deep(start));
                    }
                }
                b'}' | b']' | b'>' | b')' => depth = depth.saturating_sub(1),
                b'"' | b'\'' => self.skip_string(byte),
                b'/' => self.skip_comment(),
                _ if is_name(byte) => self.check_name()?,
                _ => {}
            }
            self.at = self.at.max(start + 1);
        }
        Ok(())
    }

    fn skip_string(&mut self, quote: u8) {
        self.at += 1;
        while let Some(&byte) = self.text.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote || byte == b'\n' {
                break;
            }
        }
    }

    fn skip_comment(&mut self) {
        let rest = &self.text[self.at..];
        self.at += match rest.get(1) {
            Some(b'/') => rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len()),
            Some(b'*') => rest[2..].windows(2).position(|pair| pair == b"*/").map_or(rest.len(), |end| end + 4),
            _ => 1,
        };
    }

    fn check_name(&mut self) -> Result<(), Box<Finding>> {
        let start = self.at;
        while self.text.get(self.at).is_some_and(|&byte| is_name(byte)) {
            self.at += 1;
        }
        if self.at - start <= MAX_NAME {
            return Ok(());
        }
        let place = Place { file: self.file, span: Span::from(start..self.at) };
        Err(too_large(place, format!("a name has {} bytes, more than {MAX_NAME}", self.at - start)))
    }

    fn too_deep(&self, at: usize) -> Box<Finding> {
        let place = Place { file: self.file, span: Span::from(at..at + 1) };
        let finding = Finding::error("schema::too-deep", place, format!("brackets nest more than {MAX_DEPTH} deep"))
            .label(format!("bracket {} is opened here", MAX_DEPTH + 1))
            .note("Texts that nest without end would exhaust the stack of whoever reads them.")
            .help("close the brackets before, or define the inner messages on their own");
        Box::new(finding)
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.'
}

/// Checks a parsed file before it is linked.
pub(super) fn check_file(descriptor: &FileDescriptorProto, file: usize) -> Result<(), Box<Finding>> {
    let place = Place { file, span: Span::default() };
    let mut sums = Sums::default();
    let scope = descriptor.package().len();
    descriptor.enum_type.iter().for_each(|one| sums.add_enum(one, scope));
    let mut pending: Vec<_> = descriptor.message_type.iter().map(|message| (message, scope, 1)).collect();
    while let Some((message, scope, depth)) = pending.pop() {
        if depth > MAX_MESSAGE_DEPTH {
            let message = format!("message `{}` is nested more than {MAX_MESSAGE_DEPTH} deep", message.name());
            let finding =
                Finding::error("schema::too-deep", place, message).help("define the inner messages on their own");
            return Err(Box::new(finding));
        }
        let inner = scope + 1 + message.name().len();
        sums.add_message(message, inner);
        pending.extend(message.nested_type.iter().map(|nested| (nested, inner, depth + 1)));
    }
    if sums.names > MAX_NAMES {
        return Err(too_large(place, format!("the full names add up to more than {MAX_NAMES} bytes")));
    }
    if sums.checks > MAX_RANGE_CHECKS {
        let what = "a message has so many fields and reserved ranges that comparing them takes more than";
        return Err(too_large(place, format!("{what} {MAX_RANGE_CHECKS} steps")));
    }
    Ok(())
}

#[derive(Default)]
struct Sums {
    names: usize,
    checks: usize,
}

impl Sums {
    fn add_message(&mut self, message: &DescriptorProto, scope: usize) {
        let names = message.field.iter().chain(&message.extension).map(|field| field.name().len());
        let oneofs = message.oneof_decl.iter().map(|oneof| oneof.name().len());
        self.names += scope + names.chain(oneofs).map(|name| scope + 1 + name).sum::<usize>();
        let ranges = message.reserved_range.len() + message.extension_range.len();
        self.checks = self.checks.saturating_add(message.field.len().saturating_mul(ranges));
        message.enum_type.iter().for_each(|one| self.add_enum(one, scope));
    }

    fn add_enum(&mut self, one: &EnumDescriptorProto, scope: usize) {
        let names: usize = one.value.iter().map(|value| scope + 1 + value.name().len()).sum();
        self.names += scope + 1 + one.name().len() + names;
        self.checks = self.checks.saturating_add(one.value.len().saturating_mul(one.reserved_range.len()));
    }
}

fn too_large(place: Place, message: String) -> Box<Finding> {
    let finding = Finding::error("schema::too-large", place, message)
        .note("The limit keeps one schema from using up the memory of everything that reads it.")
        .help("split the file: what it defines can be imported");
    Box::new(finding)
}
