//! Avro: files of `.avsc` JSON to typed schemas, and what is derived from them.
//!
//! * [`model`]: the types as data.
//! * `parse` reads all files of a project at once and links names across them.
//! * `print` writes a schema back: self-contained text for a registry, Parsing Canonical Form for fingerprints.

pub mod model;

pub use model::{Field, FixedLogical, FullName, Logical, NamedKind, NamedType, Place, Schemas, Symbol, Type, TypeId};
