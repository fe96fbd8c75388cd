//! Text to resolved topology, and every pure question about it.
//!
//! In reading order:
//! * [`source`]: the texts and places in them.
//! * [`diagnostic`]: a finding, as a value.
//! * [`name`]: names with the rules that Kafka and Rust set.
//! * [`template`]: text with variables of the process environment; secrets.
//! * [`verbatim`]: where the letters of a YAML scalar are in the file.
//! * [`expression`]: a Rust expression written in the manifest.
//! * [`ir`]: the resolved topology, which everything downstream reads.
//! * `encoding`: bytes as text.
//! * `findings`: what is wrong, collected over a run.
//! * `syntax`: a manifest as a tree whose every node knows its place.
//! * `resolve`: that tree to a resolved topology, with everything that is wrong on the way.
//! * [`mod@load`]: the door: from the bytes of a manifest to findings and a topology.
//! * [`rust`]: the Rust names and types of schemas, as generated code has them.
//! * [`fn@lint`]: what a topology says that cannot work, loses data or is likely a mistake.
//! * [`mod@explain`]: what each finding means.
//! * [`compatibility`]: what is found between two versions of a schema.
//! * [`mod@graph`]: a picture of the whole system.
//!
//! This crate touches memory only: no network, no files, no clock.

#[cfg(test)]
mod testing;
pub mod source;
pub mod diagnostic;
pub mod name;
pub mod template;
pub mod verbatim;
pub mod expression;
pub mod ir;
mod encoding;
mod findings;
mod syntax;
mod resolve;
pub mod load;
pub mod rust;
mod lint;
pub mod explain;
pub mod compatibility;
pub mod graph;

pub use diagnostic::{Diagnostic, Severity};
pub use ir::Topology;
pub use lint::lint;
pub use load::{Loaded, load};
