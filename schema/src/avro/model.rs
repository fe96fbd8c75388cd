//! Avro schemas as data: an arena of named types and the types built from them.
//!
//! One [`Schemas`] holds every file of a project, so that a name written in one file can be used in another
//! (Avro 1.12 specification, "Names"). Types refer to named types by [`TypeId`], which makes recursion plain.

pub use crate::span::Place;

use crate::json::{Json, Text};

/// The identity of a named type in [`Schemas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeId(pub(super) u32);

/// A name with its namespace, as Avro's "fullname".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FullName {
    /// The dotted namespace; `None` is the null namespace.
    pub namespace: Option<Box<str>>,
    /// The simple name.
    pub name: Box<str>,
}

/// The named types of a set of files, and the root type of each file.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    pub(super) types: Vec<NamedType>,
    /// One entry for each input file; `None` where the file has no usable root.
    pub(super) roots: Vec<Option<Type>>,
}

/// A record, an enum or a fixed.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedType {
    /// Its full name, unique in [`Schemas`].
    pub name: FullName,
    /// Where its name is written.
    pub place: Place,
    /// The `doc` attribute (records and enums).
    pub doc: Option<Text>,
    /// Its other names, resolved to full names.
    pub aliases: Vec<FullName>,
    /// What it is.
    pub kind: NamedKind,
}

/// The three kinds of named types.
#[derive(Clone, Debug, PartialEq)]
pub enum NamedKind {
    /// A record and its fields in the order of encoding.
    Record(Vec<Field>),
    /// An enum.
    Enum {
        /// The symbols in the order of encoding.
        symbols: Vec<Symbol>,
        /// The symbol that a reader uses for one that it does not know.
        default: Option<Box<str>>,
    },
    /// A fixed number of bytes.
    Fixed {
        /// The number of bytes.
        size: u32,
        /// The meaning of the bytes, if the schema gives one that fits.
        logical: Option<FixedLogical>,
    },
}

/// One symbol of an enum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The symbol.
    pub name: Text,
    /// Where it is written.
    pub place: Place,
}

/// One field of a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Text,
    /// Where its name is written.
    pub place: Place,
    /// The `doc` attribute.
    pub doc: Option<Text>,
    /// Its other names.
    pub aliases: Vec<Box<str>>,
    /// Its type.
    pub schema: Type,
    /// The default for readers of data that lacks the field, as written; checked against the type when parsed.
    pub default: Option<Json>,
}

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `null`
    Null,
    /// `boolean`
    Boolean,
    /// `int`, 32 bits
    Int,
    /// `long`, 64 bits
    Long,
    /// `float`
    Float,
    /// `double`
    Double,
    /// `bytes`
    Bytes,
    /// `string`
    String,
    /// A primitive with a logical type that fits it. One that does not fit is ignored, as the specification says.
    Logical(Logical),
    /// `array` and the type of its items.
    Array(Box<Type>),
    /// `map` (keys are strings) and the type of its values.
    Map(Box<Type>),
    /// A union and its branches in the order of encoding.
    Union(Vec<Type>),
    /// A named type.
    Named(TypeId),
}

/// A logical type on a primitive (Avro 1.12 specification, "Logical Types").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logical {
    /// `date` on `int`: days since 1970-01-01.
    Date,
    /// `time-millis` on `int`.
    TimeMillis,
    /// `time-micros` on `long`.
    TimeMicros,
    /// `timestamp-millis` on `long`.
    TimestampMillis,
    /// `timestamp-micros` on `long`.
    TimestampMicros,
    /// `timestamp-nanos` on `long`.
    TimestampNanos,
    /// `local-timestamp-millis` on `long`.
    LocalTimestampMillis,
    /// `local-timestamp-micros` on `long`.
    LocalTimestampMicros,
    /// `local-timestamp-nanos` on `long`.
    LocalTimestampNanos,
    /// `uuid` on `string`.
    Uuid,
    /// `decimal` on `bytes`.
    Decimal {
        /// The number of digits, at least 1.
        precision: u32,
        /// The number of digits after the point, at most `precision`.
        scale: u32,
    },
}

/// A logical type on a fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FixedLogical {
    /// `decimal`; the precision fits the size.
    Decimal {
        /// The number of digits, at least 1.
        precision: u32,
        /// The number of digits after the point, at most `precision`.
        scale: u32,
    },
    /// `duration` on 12 bytes.
    Duration,
    /// `uuid` on 16 bytes.
    Uuid,
}

impl Schemas {
    /// The named type of an id of this set.
    pub fn get(&self, id: TypeId) -> &NamedType {
        &self.types[id.0 as usize]
    }

    /// Every named type with its id, in the order of the files and of the text.
    pub fn iter(&self) -> impl Iterator<Item = (TypeId, &NamedType)> {
        (0..).map(TypeId).zip(&self.types)
    }

    /// The root type of the file at this position of the input, unless the file could not be used.
    pub fn root(&self, file: usize) -> Option<&Type> {
        self.roots.get(file)?.as_ref()
    }
}

impl std::fmt::Display for FullName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}.")?;
        }
        f.write_str(&self.name)
    }
}
