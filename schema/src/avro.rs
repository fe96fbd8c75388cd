//! Avro: files of `.avsc` JSON or `.avdl` IDL to typed schemas, and what is derived from them.
//!
//! * [`model`]: the types as data.
//! * `tree` and `idl` make JSON of a file in any notation.
//! * [`parse()`] reads all files of a project at once and links names across them.
//! * `print` writes a schema back as self-contained text for a registry.
//! * `canonical` writes the Parsing Canonical Form and its fingerprint, the identity of a schema.
//! * `text` writes a document back as the texts that registries store.
//! * [`document`]: one schema with its references, as a registry has it.
//! * [`compatibility`]: whether one schema reads what another wrote.

pub mod model;
mod name;
mod tree;
mod idl;
mod parse;
mod print;
pub mod canonical;
mod text;
pub mod document;
pub mod compatibility;
#[cfg(test)]
mod tests;

pub use document::{Document, Fingerprints};
pub(crate) use idl::imports;
pub use model::{Field, FixedLogical, FullName, Logical, NamedKind, NamedType, Place, Schemas, Symbol, Type, TypeId};
pub use parse::{File, Parsed, parse};
pub use tree::Notation;
