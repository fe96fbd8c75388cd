//! How keys and values are written as bytes: one marker type per format.
//!
//! The markers have no values; they stand in the types of [`Topic`](crate::Topic). Avro travels in Confluent's
//! framing (a zero byte, the schema id as four bytes big endian, the Avro bytes); everything else as Kafka's own
//! serializers write it. The set is closed: generated code never needs another one.

use std::borrow::Borrow;
use std::marker::PhantomData;

use topology_codec::Record;

use crate::schemas::{Subject, Undecodable};

/// A way to write a key or a value. Implemented by the markers of this module only.
pub trait Format: private::Sealed + 'static {
    /// What a handler gets.
    type Value: Borrow<Self::Borrowed> + Send + Sync + 'static;
    /// What a producer takes.
    type Borrowed: ?Sized + Sync;

    /// The schema that the registry is asked about, if any.
    #[doc(hidden)]
    const SCHEMA: Option<Schema> = None;

    /// Appends a value's bytes to `out`.
    #[doc(hidden)]
    fn encode(value: &Self::Borrowed, subject: &Subject, out: &mut Vec<u8>) -> Presence;

    /// Reads a value from all of `payload`.
    #[doc(hidden)]
    fn decode(payload: Option<&[u8]>, subject: &Subject) -> Result<Self::Value, Undecodable>;
}

/// No key, or no value: written as null; whatever is read is ignored.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

/// Bytes as they are.
#[derive(Clone, Copy, Debug)]
pub struct Bytes;

/// UTF-8 text without framing, as Kafka's `StringSerializer` writes it.
#[derive(Clone, Copy, Debug)]
pub struct Utf8;

/// A 32-bit number, four bytes big endian, as Kafka's `IntegerSerializer` writes it.
#[derive(Clone, Copy, Debug)]
pub struct Int;

/// A 64-bit number, eight bytes big endian, as Kafka's `LongSerializer` writes it.
#[derive(Clone, Copy, Debug)]
pub struct Long;

/// An Avro record behind its schema id.
#[derive(Clone, Copy, Debug)]
pub struct Avro<T>(PhantomData<fn() -> T>);

/// Another format, or null: `None` is the tombstone of a compacted topic.
#[derive(Clone, Copy, Debug)]
pub struct Nullable<F>(PhantomData<fn() -> F>);

/// The Avro schema that a format reads and writes.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
}

/// Whether anything was written: a null and an empty value are different things in Kafka.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The record carries no bytes at all.
    Null,
    /// The record carries the bytes written, none if nothing was.
    Bytes,
}

mod private {
    /// Keeps the set of formats closed.
    pub trait Sealed {}
}

impl private::Sealed for Nothing {}

impl Format for Nothing {
    type Value = ();
    type Borrowed = ();

    fn encode((): &(), _: &Subject, _: &mut Vec<u8>) -> Presence {
        Presence::Null
    }

    fn decode(_: Option<&[u8]>, _: &Subject) -> Result<(), Undecodable> {
        Ok(())
    }
}

impl private::Sealed for Bytes {}

impl Format for Bytes {
    type Value = Vec<u8>;
    type Borrowed = [u8];

    fn encode(value: &[u8], _: &Subject, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(value);
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &Subject) -> Result<Vec<u8>, Undecodable> {
        payload.map(<[u8]>::to_vec).ok_or(Undecodable::Null)
    }
}

impl private::Sealed for Utf8 {}

impl Format for Utf8 {
    type Value = String;
    type Borrowed = str;

    fn encode(value: &str, _: &Subject, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(value.as_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &Subject) -> Result<String, Undecodable> {
        let bytes = payload.ok_or(Undecodable::Null)?;
        Ok(str::from_utf8(bytes)?.to_owned())
    }
}

impl private::Sealed for Int {}

impl Format for Int {
    type Value = i32;
    type Borrowed = i32;

    fn encode(value: &i32, _: &Subject, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(&value.to_be_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &Subject) -> Result<i32, Undecodable> {
        fixed(payload).map(i32::from_be_bytes)
    }
}

impl private::Sealed for Long {}

impl Format for Long {
    type Value = i64;
    type Borrowed = i64;

    fn encode(value: &i64, _: &Subject, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(&value.to_be_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &Subject) -> Result<i64, Undecodable> {
        fixed(payload).map(i64::from_be_bytes)
    }
}

fn fixed<const LENGTH: usize>(payload: Option<&[u8]>) -> Result<[u8; LENGTH], Undecodable> {
    let bytes = payload.ok_or(Undecodable::Null)?;
    bytes.try_into().map_err(|_| Undecodable::Length { expected: LENGTH, found: bytes.len() })
}

impl<T: Record> private::Sealed for Avro<T> {}

impl<T: Record> Format for Avro<T> {
    type Value = T;
    type Borrowed = T;

    const SCHEMA: Option<Schema> = Some(Schema { name: T::NAME, text: T::SCHEMA });

    fn encode(value: &T, subject: &Subject, out: &mut Vec<u8>) -> Presence {
        subject.write_frame(out);
        value.encode(out);
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, subject: &Subject) -> Result<T, Undecodable> {
        let bytes = payload.ok_or(Undecodable::Null)?;
        subject.read_frame(bytes, |body| topology_codec::from_bytes::<T>(body).map_err(Undecodable::from))
    }
}

impl<F: Format> private::Sealed for Nullable<F> {}

impl<F: Format> Format for Nullable<F> {
    type Value = Option<F::Value>;
    type Borrowed = Option<F::Value>;

    const SCHEMA: Option<Schema> = F::SCHEMA;

    fn encode(value: &Option<F::Value>, subject: &Subject, out: &mut Vec<u8>) -> Presence {
        match value {
            Some(value) => F::encode(value.borrow(), subject, out),
            None => Presence::Null,
        }
    }

    fn decode(payload: Option<&[u8]>, subject: &Subject) -> Result<Option<F::Value>, Undecodable> {
        match payload {
            Some(_) => F::decode(payload, subject).map(Some),
            None => Ok(None),
        }
    }
}
