//! The shapes of requests, and the walk over a frame that comes before it is decoded.
//!
//! A decoder that trusts the length of an array reserves what a hostile frame of fifty bytes asks for. The walk follows
//! Kafka's own schemas, refuses every length that the frame cannot hold, and counts what would be allocated.
//! It does not look at values: a wrong enum or a string that is not UTF-8 is for the decoder to refuse.

use std::collections::HashMap;
use std::sync::LazyLock;

/// How many array elements and tagged fields one request may hold. A decoded element takes some hundred bytes, so this
/// bounds what a frame can make us allocate; a request about every partition of a large cluster is far below.
const MOST_ELEMENTS: usize = 400_000;

/// Why a frame cannot be what its header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ShapeError {
    #[error("a field reaches {beyond} bytes beyond the end of the frame")]
    CutOff { beyond: usize },
    #[error("a length of {0} cannot be")]
    Length(i64),
    #[error("a field that cannot be null is null")]
    Null,
    #[error("a variable-length number has more than five bytes")]
    Varint,
    #[error("there are more than {MOST_ELEMENTS} elements")]
    TooMany,
    #[error("no shape is known for version {version} of API {key}")]
    Unknown { key: i16, version: i16 },
}

/// How a length is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Short,
    Int,
    Compact,
}

#[derive(Debug)]
enum Shape {
    Fixed(usize),
    Bytes { length: Length, nullable: bool },
    Array { length: Length, nullable: bool, element: Box<Shape> },
    Struct(Vec<Shape>),
    NullableStruct(Vec<Shape>),
    Tags(Vec<(u32, Shape)>),
}

/// Versions that look alike: from, to, and how.
type Versions = (i16, i16, Shape);

/// Version ranges and their shapes, by API key.
static SHAPES: LazyLock<HashMap<i16, Vec<Versions>>> = LazyLock::new(|| {
    let mut all: HashMap<i16, Vec<Versions>> = HashMap::new();
    for line in include_str!("shapes.txt").lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        let mut number = || words.next().and_then(|word| word.parse().ok()).expect("shapes.txt: key, from, to");
        let (key, from, to) = (number(), number(), number());
        let text = words.next().expect("shapes.txt: a shape in each line");
        all.entry(key).or_default().push((from, to, parse(&mut text.as_bytes())));
    }
    all
});

/// Walks a request's body and checks that it can be what its header says.
///
/// # Errors
///
/// When a length or a count cannot be; such a frame must not be decoded.
pub(crate) fn check(key: i16, version: i16, body: &[u8]) -> Result<(), ShapeError> {
    let fits = |(from, to, _): &&Versions| (*from..=*to).contains(&version);
    let known = SHAPES.get(&key).and_then(|shapes| shapes.iter().find(fits));
    let (_, _, shape) = known.ok_or(ShapeError::Unknown { key, version })?;
    Walk { rest: body, elements: 0 }.walk(shape)
}

/// Checks a request header after its client id: tagged fields, none of which is known.
///
/// # Errors
///
/// As [`check`].
pub(crate) fn check_header(header: &[u8], version: i16) -> Result<(), ShapeError> {
    let mut walk = Walk { rest: header, elements: 0 };
    walk.walk(&Shape::Fixed(8))?;
    walk.walk(&Shape::Bytes { length: Length::Short, nullable: true })?;
    if version >= 2 { walk.walk(&Shape::Tags(Vec::new())) } else { Ok(()) }
}

/// Where a walk over a frame stands.
struct Walk<'a> {
    rest: &'a [u8],
    elements: usize,
}

impl<'a> Walk<'a> {
    fn walk(&mut self, shape: &Shape) -> Result<(), ShapeError> {
        match shape {
            Shape::Fixed(size) => self.take(*size).map(drop),
            Shape::Bytes { length, nullable } => match self.length(*length, *nullable)? {
                Some(size) => self.take(size).map(drop),
                None => Ok(()),
            },
            Shape::Array { length, nullable, element } => {
                let count = self.length(*length, *nullable)?.unwrap_or(0);
                self.count(count)?;
                (0..count).try_for_each(|_| self.walk(element))
            }
            Shape::Struct(fields) => fields.iter().try_for_each(|field| self.walk(field)),
            Shape::NullableStruct(fields) => match self.take(1)? {
                [128..=255] => Ok(()),
                _ => fields.iter().try_for_each(|field| self.walk(field)),
            },
            Shape::Tags(known) => self.tags(known),
        }
    }

    fn tags(&mut self, known: &[(u32, Shape)]) -> Result<(), ShapeError> {
        let count = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
        self.count(count)?;
        for _ in 0..count {
            let tag = self.varint()?;
            let size = usize::try_from(self.varint()?).unwrap_or(usize::MAX);
            let field = self.take(size)?;
            if let Some((_, shape)) = known.iter().find(|(number, _)| *number == tag) {
                let mut inside = Walk { rest: field, elements: self.elements };
                inside.walk(shape)?;
                self.elements = inside.elements;
            }
        }
        Ok(())
    }

    /// Each element takes at least a byte, so that a count above the rest of the frame is a lie.
    fn count(&mut self, count: usize) -> Result<(), ShapeError> {
        self.elements = self.elements.saturating_add(count);
        if count > self.rest.len() {
            return Err(ShapeError::CutOff { beyond: count - self.rest.len() });
        }
        if self.elements > MOST_ELEMENTS { Err(ShapeError::TooMany) } else { Ok(()) }
    }

    fn take(&mut self, size: usize) -> Result<&'a [u8], ShapeError> {
        let Some((taken, rest)) = self.rest.split_at_checked(size) else {
            return Err(ShapeError::CutOff { beyond: size - self.rest.len() });
        };
        self.rest = rest;
        Ok(taken)
    }

    fn length(&mut self, length: Length, nullable: bool) -> Result<Option<usize>, ShapeError> {
        let said = match length {
            Length::Short => self.signed::<2>()?,
            Length::Int => self.signed::<4>()?,
            Length::Compact => i64::from(self.varint()?) - 1,
        };
        match usize::try_from(said) {
            Ok(size) => Ok(Some(size)),
            Err(_) if said == -1 && nullable => Ok(None),
            Err(_) if said == -1 => Err(ShapeError::Null),
            Err(_) => Err(ShapeError::Length(said)),
        }
    }

    fn signed<const N: usize>(&mut self) -> Result<i64, ShapeError> {
        let bytes = self.take(N)?;
        let first = bytes.first().map_or(0, |byte| i64::from(byte.cast_signed()));
        Ok(bytes.iter().skip(1).fold(first, |value, byte| value << 8 | i64::from(*byte)))
    }

    fn varint(&mut self) -> Result<u32, ShapeError> {
        let mut value = 0;
        for index in 0..5 {
            let byte = u64::from(*self.take(1)?.first().unwrap_or(&0));
            value |= (byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                return u32::try_from(value).map_err(|_| ShapeError::Varint);
            }
        }
        Err(ShapeError::Varint)
    }
}

/// Reads one shape off the front of its text.
fn parse(text: &mut &[u8]) -> Shape {
    let array = |length, nullable, text: &mut &[u8]| Shape::Array { length, nullable, element: Box::new(parse(text)) };
    match next(text) {
        b'1' => Shape::Fixed(1),
        b'2' => Shape::Fixed(2),
        b'4' => Shape::Fixed(4),
        b'8' => Shape::Fixed(8),
        b'u' => Shape::Fixed(16),
        sign @ (b's' | b'S') => Shape::Bytes { length: Length::Short, nullable: sign == b'S' },
        sign @ (b'b' | b'B') => Shape::Bytes { length: Length::Int, nullable: sign == b'B' },
        sign @ (b'c' | b'C' | b'y' | b'Y') => {
            Shape::Bytes { length: Length::Compact, nullable: sign.is_ascii_uppercase() }
        }
        sign @ (b'a' | b'A') => array(Length::Int, sign == b'A', text),
        sign @ (b'k' | b'K') => array(Length::Compact, sign == b'K', text),
        b'(' => Shape::Struct(fields(text)),
        b'n' => {
            next(text);
            Shape::NullableStruct(fields(text))
        }
        b't' => Shape::Tags(Vec::new()),
        b'T' => Shape::Tags(tags(text)),
        sign => panic!("shapes.txt: {:?} is no sign of a shape", char::from(sign)),
    }
}

fn fields(text: &mut &[u8]) -> Vec<Shape> {
    let mut fields = Vec::new();
    while text.first() != Some(&b')') {
        fields.push(parse(text));
    }
    next(text);
    fields
}

/// Tags are small: one digit each.
fn tags(text: &mut &[u8]) -> Vec<(u32, Shape)> {
    let mut tags = Vec::new();
    next(text);
    while text.first() != Some(&b'}') {
        let tag = u32::from(next(text) - b'0');
        tags.push((tag, parse(text)));
    }
    next(text);
    tags
}

fn next(text: &mut &[u8]) -> u8 {
    let (first, rest) = text.split_first().expect("shapes.txt: every shape is whole");
    *text = rest;
    *first
}

#[cfg(test)]
pub(crate) mod generate;
#[cfg(test)]
mod tests;
