//! JSON Schema: drafts 4, 6, 7, 2019-09 and 2020-12.
//!
//! * [`document`]: one schema with its references, as a registry has it.
//! * [`compatibility`]: whether everything that one schema accepts is accepted by another.

pub mod document;
pub mod compatibility;

pub use document::{Document, Draft, Node};
