//! What a type travels as: its schemas as a registry has them, and its bytes behind the id.
//!
//! [`Event`] is what the runtime asks of a key or value with a schema, whatever the format. Avro records have it by
//! being [`Record`]s; types of Protobuf and JSON Schema bring their own bytes, so that this crate depends on neither
//! of the two libraries.

use std::error::Error;
use std::fmt;

use crate::{DecodeError, Record, from_bytes};

/// How a schema is written, and so what its records are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchemaFormat {
    /// Avro's binary encoding.
    Avro,
    /// A Protobuf message.
    Protobuf,
    /// JSON in UTF-8.
    Json,
}

impl SchemaFormat {
    /// What registries call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
            Self::Json => "JSON",
        }
    }
}

/// A schema that records are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contract {
    /// How it is written.
    pub format: SchemaFormat,
    /// The name of its records: the full name of an Avro record or a Protobuf message, the title of a JSON Schema.
    pub name: &'static str,
    /// The text that is registered.
    pub text: &'static str,
    /// The names that the text refers to.
    pub refers_to: &'static [&'static str],
    /// Every text that it refers to, itself or through others, each after those that it refers to.
    pub references: &'static [Reference],
    /// Where a Protobuf message is in its file: among the file's messages, then among those of each message around it.
    pub indexes: &'static [u32],
    /// The schema with the definition of every type, where `text` leaves types to its references (Avro).
    pub definition: &'static str,
}

/// A text that a schema refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reference {
    /// Its name in the texts that refer to it, which is also its subject.
    pub name: &'static str,
    /// The text that is registered.
    pub text: &'static str,
    /// The names that it refers to itself.
    pub refers_to: &'static [&'static str],
}

impl Contract {
    /// An Avro schema that holds every type it uses.
    pub const fn avro(name: &'static str, text: &'static str) -> Self {
        Self { format: SchemaFormat::Avro, name, text, refers_to: &[], references: &[], indexes: &[], definition: text }
    }
}

/// A generated type that is a key or value of its own: one schema's, or an enum over several.
pub trait Event: Sized + Send + Sync + 'static {
    /// The schemas that its records may be of; one, unless it is an enum over several.
    const CONTRACTS: &'static [Contract];

    /// Which of the schemas this value is of.
    fn contract(&self) -> usize {
        0
    }

    /// Appends its bytes, without any framing.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a value of one of the schemas from all of `bytes`.
    fn read(contract: usize, bytes: &[u8]) -> Result<Self, ReadError>;
}

impl<T: Record> Event for T {
    const CONTRACTS: &'static [Contract] = &[T::CONTRACT];

    fn write(&self, out: &mut Vec<u8>) {
        self.encode(out);
    }

    fn read(_: usize, bytes: &[u8]) -> Result<Self, ReadError> {
        from_bytes(bytes).map_err(ReadError::Avro)
    }
}

/// Why bytes are not a value of their schema.
#[derive(Debug)]
pub enum ReadError {
    /// They are not Avro of this schema.
    Avro(DecodeError),
    /// They are not this Protobuf message.
    Protobuf(Box<dyn Error + Send + Sync>),
    /// They are not JSON of this shape.
    Json(Box<dyn Error + Send + Sync>),
    /// The type has no schema of this number.
    UnknownContract(usize),
}

impl ReadError {
    /// What Protobuf's decoder says.
    pub fn protobuf(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Protobuf(Box::new(error))
    }

    /// What the JSON reader says.
    pub fn json(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Json(Box::new(error))
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Avro(_) => f.write_str("its Avro bytes cannot be decoded"),
            Self::Protobuf(_) => f.write_str("its Protobuf bytes cannot be decoded"),
            Self::Json(_) => f.write_str("its JSON cannot be decoded"),
            Self::UnknownContract(number) => write!(f, "the type has no schema number {number}"),
        }
    }
}

impl Error for ReadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Avro(error) => Some(error),
            Self::Protobuf(error) | Self::Json(error) => Some(error.as_ref()),
            Self::UnknownContract(_) => None,
        }
    }
}
