//! Protobuf files: proto2, proto3 and editions.
//!
//! * [`document`]: one file with its imports, as a registry has it.
//! * [`compatibility`]: whether one file reads what another wrote.

pub mod document;
pub mod compatibility;

pub use document::Document;
