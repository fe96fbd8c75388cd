//! Schemas as text, data and identity: parse with spans, canonical form, fingerprints, compatibility.
//!
//! In reading order:
//! * [`span`]: a range of bytes in a source text.
//! * [`json`]: a JSON reader whose every value knows its span.
//! * [`finding`]: what is wrong with a schema, and where.
//! * [`mod@format`] and [`source`]: a schema as text, with the texts that it refers to.
//! * [`imports`]: what a text refers to by name.
//! * [`avro`], [`protobuf`], [`json_schema`]: the three formats.
//! * [`document`]: a schema of any format, parsed.
//! * [`compatibility`]: whether schemas of one subject can be used together.
//! * [`layout`]: schema texts laid out for people.
//! * [`contract`] and [`identity`]: what a registry keeps beside a text, and when two schemas are the same.
//!
//! This crate touches memory only. It never sees generated code: services do not compile the compiler.

pub mod span;
pub mod json;
pub mod finding;
pub mod format;
pub mod source;
pub mod imports;
mod near;
pub mod avro;
pub mod protobuf;
pub mod json_schema;
pub mod document;
pub mod compatibility;
pub mod layout;
pub mod contract;
pub mod identity;

pub use document::{Document, Parsed};
pub use finding::{Finding, Severity};
pub use format::Format;
pub use source::{Referenced, Source, Strictness};
pub use span::{Place, Span};
