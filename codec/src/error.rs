//! What input can break, and at which byte.

use std::fmt;

/// Why bytes are not the encoding of a value. Offsets count bytes from the start of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The input ends inside a value.
    EndOfInput {
        /// Where the value's next bytes should be.
        offset: usize,
        /// How many bytes it needs there.
        needed: usize,
    },
    /// A variable-length number does not end within 64 bits.
    VarintTooLong {
        /// Where the number starts.
        offset: usize,
    },
    /// A number is outside the 32 bits of an `int`.
    IntOutOfRange {
        /// Where the number starts.
        offset: usize,
        /// The number.
        value: i64,
    },
    /// A length or a block size is negative.
    NegativeLength {
        /// Where the length starts.
        offset: usize,
        /// The length.
        length: i64,
    },
    /// A length says more than the input holds.
    LengthBeyondInput {
        /// Where the length starts.
        offset: usize,
        /// The length in bytes, or the number of items that need a byte each.
        length: u64,
        /// The bytes that follow it.
        remaining: usize,
    },
    /// A collection claims so many items without bytes that reading them would be an attack.
    TooManyItems {
        /// Where the collection's block starts.
        offset: usize,
    },
    /// A string is not UTF-8.
    NotUtf8 {
        /// Where the first byte that does not fit is.
        offset: usize,
    },
    /// A boolean is neither 0 nor 1.
    NotBoolean {
        /// Where it is.
        offset: usize,
        /// What it is.
        byte: u8,
    },
    /// An enum has no symbol of this index.
    UnknownSymbol {
        /// Where the index starts.
        offset: usize,
        /// The enum.
        name: &'static str,
        /// The index.
        index: i64,
    },
    /// A union has no branch of this index.
    UnknownBranch {
        /// Where the index starts.
        offset: usize,
        /// The union.
        name: &'static str,
        /// The index.
        index: i64,
    },
    /// Records are nested deeper than the cursor allows.
    TooDeep {
        /// Where the record starts that is one too many.
        offset: usize,
        /// The depth that is allowed.
        limit: u32,
    },
    /// A string is not a UUID.
    NotUuid {
        /// Where the string's length starts.
        offset: usize,
    },
    /// A decimal does not fit into 128 bits.
    DecimalTooLarge {
        /// Where the decimal's bytes start.
        offset: usize,
        /// How many bytes it has.
        length: usize,
    },
    /// The input goes on after the value.
    TrailingBytes {
        /// Where the value ends.
        offset: usize,
        /// How many bytes follow.
        count: usize,
    },
}

impl DecodeError {
    /// The byte of the input at which it shows.
    pub fn offset(&self) -> usize {
        match *self {
            Self::EndOfInput { offset, .. }
            | Self::VarintTooLong { offset }
            | Self::IntOutOfRange { offset, .. }
            | Self::NegativeLength { offset, .. }
            | Self::LengthBeyondInput { offset, .. }
            | Self::TooManyItems { offset }
            | Self::NotUtf8 { offset }
            | Self::NotBoolean { offset, .. }
            | Self::UnknownSymbol { offset, .. }
            | Self::UnknownBranch { offset, .. }
            | Self::TooDeep { offset, .. }
            | Self::NotUuid { offset }
            | Self::DecimalTooLarge { offset, .. }
            | Self::TrailingBytes { offset, .. } => offset,
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EndOfInput { needed, .. } => write!(f, "the input ends where {needed} more bytes are needed"),
            Self::VarintTooLong { .. } => f.write_str("a number does not end within 64 bits"),
            Self::IntOutOfRange { value, .. } => write!(f, "{value} is outside the 32 bits of an int"),
            Self::NegativeLength { length, .. } => write!(f, "the length {length} is negative"),
            Self::LengthBeyondInput { length, remaining, .. } => {
                write!(f, "the length {length} is more than the {remaining} bytes that follow")
            }
            Self::TooManyItems { .. } => f.write_str("a collection has too many items that take no bytes"),
            Self::NotUtf8 { .. } => f.write_str("a string is not UTF-8"),
            Self::NotBoolean { byte, .. } => write!(f, "a boolean is {byte:#04x}, neither 0 nor 1"),
            Self::UnknownSymbol { name, index, .. } => write!(f, "the enum `{name}` has no symbol {index}"),
            Self::UnknownBranch { name, index, .. } => write!(f, "the union `{name}` has no branch {index}"),
            Self::TooDeep { limit, .. } => write!(f, "records are nested more than {limit} deep"),
            Self::NotUuid { .. } => f.write_str("a string is not a UUID"),
            Self::DecimalTooLarge { length, .. } => write!(f, "a decimal of {length} bytes does not fit into 128 bits"),
            Self::TrailingBytes { count, .. } => write!(f, "{count} bytes follow the value"),
        }?;
        write!(f, ", at byte {}", self.offset())
    }
}

impl std::error::Error for DecodeError {}

/// A text is not a symbol of an enum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseSymbolError {
    name: &'static str,
}

impl ParseSymbolError {
    /// The text is not a symbol of the enum of this name.
    pub const fn new(name: &'static str) -> Self {
        Self { name }
    }
}

impl fmt::Display for ParseSymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the enum `{}` has no such symbol", self.name)
    }
}

impl std::error::Error for ParseSymbolError {}

/// A decimal needs more bytes than a fixed has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecimalTooLongError {
    size: usize,
}

impl DecimalTooLongError {
    /// The decimal does not fit into this many bytes.
    pub const fn new(size: usize) -> Self {
        Self { size }
    }
}

impl fmt::Display for DecimalTooLongError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the decimal does not fit into {} bytes", self.size)
    }
}

impl std::error::Error for DecimalTooLongError {}
