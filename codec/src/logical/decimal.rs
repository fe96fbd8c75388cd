//! `decimal`: numbers with a fixed number of digits after the point.

use std::fmt;
use std::str::FromStr;

use crate::{Cursor, Decode, DecodeError, Encode, encode};

/// `decimal`: a number with `SCALE` digits after the point, exact.
///
/// It holds what 128 bits can; Avro can encode more, which is an error when it is read. Its precision (how many
/// digits it may have) is the writer's business and not checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal<const SCALE: u32>(i128);

/// A text is not a decimal of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseDecimalError {
    scale: u32,
}

impl<const SCALE: u32> Decimal<SCALE> {
    /// The number without its point: `Decimal::<2>::from_unscaled(1234)` is 12.34.
    pub const fn from_unscaled(unscaled: i128) -> Self {
        Self(unscaled)
    }

    /// The number without its point.
    pub const fn unscaled(self) -> i128 {
        self.0
    }

    /// The number as `N` bytes, two's complement, most significant first, if they can hold it.
    pub fn to_fixed<const N: usize>(self) -> Option<[u8; N]> {
        let bytes = self.low_bytes();
        (from_be_bytes(&bytes) == Some(self.0)).then_some(bytes)
    }

    /// The lowest `N` bytes of the number, two's complement, most significant first.
    pub fn low_bytes<const N: usize>(self) -> [u8; N] {
        let bytes = self.0.to_be_bytes();
        let mut low = [sign_byte(self.0); N];
        for (low, byte) in low.iter_mut().rev().zip(bytes.iter().rev()) {
            *low = *byte;
        }
        low
    }

    /// Reads a `fixed` of `N` bytes.
    pub fn decode_fixed<const N: usize>(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let offset = cursor.offset();
        let bytes = cursor.fixed::<N>()?;
        Self::from_be_bytes(&bytes).ok_or(DecodeError::DecimalTooLarge { offset, length: N })
    }

    /// The number of these bytes, two's complement, most significant first, if 128 bits can hold it.
    pub fn from_be_bytes(bytes: &[u8]) -> Option<Self> {
        from_be_bytes(bytes).map(Self)
    }
}

/// The byte that continues the number on its left.
fn sign_byte(number: i128) -> u8 {
    if number < 0 { 0xff } else { 0 }
}

fn from_be_bytes(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let mut number: i128 = if negative { -1 } else { 0 };
    let (padding, significant) = bytes.split_at(bytes.len().saturating_sub(16));
    for byte in significant {
        number = number << 8 | i128::from(*byte);
    }
    let fits = (number < 0) == negative && padding.iter().all(|byte| *byte == sign_byte(number));
    fits.then_some(number)
}

impl<const SCALE: u32> Encode for Decimal<SCALE> {
    /// As `bytes`, as few as the number needs.
    fn encode(&self, out: &mut Vec<u8>) {
        let bytes = self.0.to_be_bytes();
        let magnitude = if self.0 < 0 { !self.0 } else { self.0 };
        // One bit more than the magnitude, for the sign.
        let needed = (128 - magnitude.leading_zeros()) / 8 + 1;
        encode::bytes(&bytes[bytes.len() - needed as usize..], out);
    }
}

impl<const SCALE: u32> Decode for Decimal<SCALE> {
    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let bytes = cursor.byte_slice()?;
        let offset = cursor.offset() - bytes.len();
        Self::from_be_bytes(bytes).ok_or(DecodeError::DecimalTooLarge { offset, length: bytes.len() })
    }
}

impl<const SCALE: u32> fmt::Display for Decimal<SCALE> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = SCALE as usize;
        let digits = format!("{:0width$}", self.0.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        let point = if scale == 0 { "" } else { "." };
        f.pad_integral(self.0 >= 0, "", &format!("{whole}{point}{fraction}"))
    }
}

impl<const SCALE: u32> FromStr for Decimal<SCALE> {
    type Err = ParseDecimalError;

    /// Reads an optional sign, digits, and up to `SCALE` digits after a point.
    fn from_str(text: &str) -> Result<Self, ParseDecimalError> {
        let error = ParseDecimalError { scale: SCALE };
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let missing = (SCALE as usize).checked_sub(fraction.len()).ok_or(error)?;
        if whole.is_empty() || unsigned.ends_with('.') {
            return Err(error);
        }
        let mut unscaled: i128 = 0;
        for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', missing)) {
            let digit = char::from(digit).to_digit(10).ok_or(error)?;
            let digit = if text.starts_with('-') { -i128::from(digit) } else { i128::from(digit) };
            unscaled = unscaled.checked_mul(10).and_then(|tens| tens.checked_add(digit)).ok_or(error)?;
        }
        Ok(Self(unscaled))
    }
}

impl fmt::Display for ParseDecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a decimal is digits with at most {} of them after a point, within 128 bits", self.scale)
    }
}

impl std::error::Error for ParseDecimalError {}
