//! How keys and values are written as bytes: one marker type per format.
//!
//! The markers have no values; they stand in the types of [`Topic`](crate::Topic). What has a schema travels in
//! Confluent's framing (a zero byte, the schema id as four bytes big endian, for Protobuf the message's place in its
//! file, the body); everything else as Kafka's own serializers write it. The set is closed: generated code never needs another one.

use std::borrow::Borrow;
use std::marker::PhantomData;

use topology_codec::{Contract, Event};

use crate::schemas::{SideSchemas, Undecodable};

/// A way to write a key or a value. Implemented by the markers of this module only.
pub trait Format: private::Sealed + 'static {
    /// What a handler gets.
    type Value: Borrow<Self::Borrowed> + Send + Sync + 'static;
    /// What a producer takes.
    type Borrowed: ?Sized + Sync;

    /// The schemas that the registry is asked about, if any.
    #[doc(hidden)]
    const CONTRACTS: &'static [Contract] = &[];

    /// Appends a value's bytes to `out`.
    #[doc(hidden)]
    fn encode(value: &Self::Borrowed, schemas: &SideSchemas, out: &mut Vec<u8>) -> Presence;

    /// Reads a value from all of `payload`.
    #[doc(hidden)]
    fn decode(payload: Option<&[u8]>, schemas: &SideSchemas) -> Result<Self::Value, Undecodable>;
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

/// A Protobuf message behind its schema id and its place in the schema.
#[derive(Clone, Copy, Debug)]
pub struct Protobuf<T>(PhantomData<fn() -> T>);

/// A JSON document behind its schema id.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(PhantomData<fn() -> T>);

/// A record of one of several schemas, as an enum, behind the id of the one that it is of.
#[derive(Clone, Copy, Debug)]
pub struct OneOf<T>(PhantomData<fn() -> T>);

/// Another format, or null: `None` is the tombstone of a compacted topic.
#[derive(Clone, Copy, Debug)]
pub struct Nullable<F>(PhantomData<fn() -> F>);

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

    fn encode((): &(), _: &SideSchemas, _: &mut Vec<u8>) -> Presence {
        Presence::Null
    }

    fn decode(_: Option<&[u8]>, _: &SideSchemas) -> Result<(), Undecodable> {
        Ok(())
    }
}

impl private::Sealed for Bytes {}

impl Format for Bytes {
    type Value = Vec<u8>;
    type Borrowed = [u8];

    fn encode(value: &[u8], _: &SideSchemas, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(value);
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &SideSchemas) -> Result<Vec<u8>, Undecodable> {
        payload.map(<[u8]>::to_vec).ok_or(Undecodable::Null)
    }
}

impl private::Sealed for Utf8 {}

impl Format for Utf8 {
    type Value = String;
    type Borrowed = str;

    fn encode(value: &str, _: &SideSchemas, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(value.as_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &SideSchemas) -> Result<String, Undecodable> {
        let bytes = payload.ok_or(Undecodable::Null)?;
        Ok(str::from_utf8(bytes)?.to_owned())
    }
}

impl private::Sealed for Int {}

impl Format for Int {
    type Value = i32;
    type Borrowed = i32;

    fn encode(value: &i32, _: &SideSchemas, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(&value.to_be_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &SideSchemas) -> Result<i32, Undecodable> {
        fixed(payload).map(i32::from_be_bytes)
    }
}

impl private::Sealed for Long {}

impl Format for Long {
    type Value = i64;
    type Borrowed = i64;

    fn encode(value: &i64, _: &SideSchemas, out: &mut Vec<u8>) -> Presence {
        out.extend_from_slice(&value.to_be_bytes());
        Presence::Bytes
    }

    fn decode(payload: Option<&[u8]>, _: &SideSchemas) -> Result<i64, Undecodable> {
        fixed(payload).map(i64::from_be_bytes)
    }
}

fn fixed<const LENGTH: usize>(payload: Option<&[u8]>) -> Result<[u8; LENGTH], Undecodable> {
    let bytes = payload.ok_or(Undecodable::Null)?;
    bytes.try_into().map_err(|_| Undecodable::Length { expected: LENGTH, found: bytes.len() })
}

/// The four formats with schemas differ in their types alone: what is different in bytes, their schemas know.
macro_rules! formats_with_schemas {
    ($($marker:ident)*) => {$(
        impl<T: Event> private::Sealed for $marker<T> {}

        impl<T: Event> Format for $marker<T> {
            type Value = T;
            type Borrowed = T;

            const CONTRACTS: &'static [Contract] = T::CONTRACTS;

            fn encode(value: &T, schemas: &SideSchemas, out: &mut Vec<u8>) -> Presence {
                schemas.write_frame(value.contract(), out);
                value.write(out);
                Presence::Bytes
            }

            fn decode(payload: Option<&[u8]>, schemas: &SideSchemas) -> Result<T, Undecodable> {
                let bytes = payload.ok_or(Undecodable::Null)?;
                schemas.read_frame(bytes, |contract, body| T::read(contract, body).map_err(Undecodable::from))
            }
        }
    )*};
}

formats_with_schemas!(Avro Protobuf Json OneOf);

impl<F: Format> private::Sealed for Nullable<F> {}

impl<F: Format> Format for Nullable<F> {
    type Value = Option<F::Value>;
    type Borrowed = Option<F::Value>;

    const CONTRACTS: &'static [Contract] = F::CONTRACTS;

    fn encode(value: &Option<F::Value>, schemas: &SideSchemas, out: &mut Vec<u8>) -> Presence {
        match value {
            Some(value) => F::encode(value.borrow(), schemas, out),
            None => Presence::Null,
        }
    }

    fn decode(payload: Option<&[u8]>, schemas: &SideSchemas) -> Result<Option<F::Value>, Undecodable> {
        match payload {
            Some(_) => F::decode(payload, schemas).map(Some),
            None => Ok(None),
        }
    }
}
