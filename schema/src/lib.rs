//! Schemas as text, data and identity: parse with spans, canonical form, fingerprints.
//!
//! In reading order:
//! * [`span`]: a range of bytes in a source text.
//! * [`json`]: a JSON reader whose every value knows its span.
//! * [`finding`]: what is wrong with a schema, and where.
//! * [`avro`]: Avro schemas.
//!
//! This crate touches memory only. It never sees generated code: services do not compile the compiler.

pub mod span;
pub mod json;
pub mod finding;
pub mod avro;

pub use finding::{Finding, Severity};
pub use span::Span;
