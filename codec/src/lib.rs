//! What generated event types link: Avro's binary encoding, and what types of all formats have in common; with no Kafka
//! and no dependencies.
//!
//! Generated code writes and reads each field directly, in the order of the schema; this crate holds the pieces that
//! it is made of. In reading order:
//! * [`Encode`], [`Decode`], [`Record`]: what a generated type can do.
//! * [`cursor`]: reads values from a slice, and lets nothing in the input reserve memory or time that it does not
//!   pay for in bytes.
//! * [`encode`]: writes values to a buffer.
//! * [`error`]: what input can break, and at which byte.
//! * [`logical`]: dates, times, timestamps, decimals, UUIDs and durations.
//! * [`contract`]: what every generated key or value has, of whatever format: its schemas and its bytes.
//!
//! It does not know schemas as data, and it does not resolve a writer's schema against a reader's.
//!
//! The encoding is that of the
//! [Avro 1.12 specification](https://avro.apache.org/docs/1.12.0/specification/#binary-encoding).

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod cursor;
pub mod encode;
pub mod error;
pub mod logical;
pub mod contract;

pub use contract::{Contract, Event, ReadError, Reference, SchemaFormat};
pub use cursor::Cursor;
pub use error::{DecimalTooLongError, DecodeError, ParseSymbolError};
pub use logical::{
    Date, Decimal, Duration, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis,
    TimestampMicros, TimestampMillis, TimestampNanos, Uuid,
};

/// A value that has an Avro encoding.
pub trait Encode {
    /// Appends the value's bytes to `out`.
    fn encode(&self, out: &mut Vec<u8>);
}

/// A value that can be read from its Avro encoding.
pub trait Decode: Sized {
    /// Reads one value and leaves the cursor behind it.
    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError>;
}

impl<T: Encode> Encode for Box<T> {
    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        T::encode(self, out);
    }
}

impl<T: Decode> Decode for Box<T> {
    #[inline]
    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        T::decode(cursor).map(Self::new)
    }
}

/// A generated record: its encoding and the schema that it is the encoding of.
pub trait Record: Encode + Decode + Send + Sync + 'static {
    /// The full name of the record in its schema.
    const NAME: &'static str;
    /// The schema as JSON, with the definition of every type that it uses.
    const SCHEMA: &'static str;
    /// The CRC-64-AVRO fingerprint of the schema's Parsing Canonical Form.
    const FINGERPRINT: u64;
    /// What a registry holds: the schema, unless the manifest keeps the types of other files in subjects of their own.
    const CONTRACT: Contract = Contract::avro(Self::NAME, Self::SCHEMA);
}

/// The record that the bytes are the encoding of. Bytes after it are an error.
pub fn from_bytes<T: Record>(bytes: &[u8]) -> Result<T, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let value = T::decode(&mut cursor)?;
    cursor.finish()?;
    Ok(value)
}

/// The encoding of the record.
///
/// To encode many records, call [`Encode::encode`] with a buffer that is cleared and used again.
pub fn to_bytes<T: Record>(value: &T) -> Vec<u8> {
    let mut out = Vec::with_capacity(size_of::<T>().max(64));
    value.encode(&mut out);
    out
}

#[cfg(test)]
mod tests;
