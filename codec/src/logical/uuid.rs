//! `uuid`: a universally unique identifier.

use std::fmt;
use std::str::FromStr;

use crate::{Cursor, Decode, DecodeError, Encode, encode};

/// `uuid`: 128 bits that are unique (RFC 9562). Its text is `8-4-4-4-12` hexadecimal digits.
///
/// As [`Encode`] it is an Avro `string`; a `fixed` of 16 bytes holds [`Uuid::to_bytes`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

/// A text is not a UUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseUuidError;

impl Uuid {
    /// The UUID of these bytes, most significant first.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes, most significant first.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The UUID of this number.
    pub const fn from_u128(number: u128) -> Self {
        Self(number.to_be_bytes())
    }

    /// It as a number.
    pub const fn to_u128(self) -> u128 {
        u128::from_be_bytes(self.0)
    }

    /// Its text in lower case.
    fn text(self) -> [u8; 36] {
        let mut text = [b'-'; 36];
        for (byte, at) in self.0.iter().zip(PAIRS) {
            text[at] = digit(byte >> 4);
            text[at + 1] = digit(byte & 15);
        }
        text
    }
}

/// Where the two digits of each byte start in the text.
const PAIRS: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

fn digit(value: u8) -> u8 {
    match value {
        0..10 => b'0' + value,
        _ => b'a' + value - 10,
    }
}

fn value(digit: u8) -> Result<u8, ParseUuidError> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        b'A'..=b'F' => Ok(digit - b'A' + 10),
        _ => Err(ParseUuidError),
    }
}

impl FromStr for Uuid {
    type Err = ParseUuidError;

    /// Reads 36 characters in either case.
    fn from_str(text: &str) -> Result<Self, ParseUuidError> {
        let text: &[u8; 36] = text.as_bytes().try_into().map_err(|_| ParseUuidError)?;
        if [8, 13, 18, 23].iter().any(|at| text[*at] != b'-') {
            return Err(ParseUuidError);
        }
        let mut bytes = [0; 16];
        for (byte, at) in bytes.iter_mut().zip(PAIRS) {
            *byte = value(text[at])? << 4 | value(text[at + 1])?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().iter().try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
    }
}

impl Encode for Uuid {
    fn encode(&self, out: &mut Vec<u8>) {
        encode::bytes(&self.text(), out);
    }
}

impl Decode for Uuid {
    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let offset = cursor.offset();
        cursor.str()?.parse().map_err(|ParseUuidError| DecodeError::NotUuid { offset })
    }
}

impl fmt::Display for ParseUuidError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a UUID is 32 hexadecimal digits in groups of 8-4-4-4-12")
    }
}

impl std::error::Error for ParseUuidError {}
