//! Protobuf files: proto2 and proto3, as text or as a serialised descriptor.
//!
//! * [`document`]: one file with its imports, as a registry has it.
//! * [`compatibility`]: whether one file reads what another wrote.
//!
//! Reading is `protox`'s work. What it leaves to us: limits on hostile texts (`limits`), the imports that need no
//! reference (`known`), linking with every error and its place (`load`, `errors`, `validity`, `places`),
//! descriptors instead of texts (`serialized`), and printing (`print`).

pub mod document;
pub mod compatibility;
mod load;
mod limits;
mod known;
mod errors;
mod validity;
mod places;
mod serialized;
mod print;

pub use document::Document;
pub use prost_reflect::{Cardinality, FieldDescriptor, Kind, MessageDescriptor};

#[cfg(test)]
mod tests;
