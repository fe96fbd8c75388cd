//! Text to resolved topology, and every pure question about it.
//!
//! In reading order:
//! * [`source`]: the texts and places in them.
//! * [`diagnostic`]: a finding, as a value.
//! * [`name`]: names with the rules that Kafka and Rust set.
//! * [`template`]: text with variables of the process environment; secrets.
//! * [`expression`]: a Rust expression written in the manifest.
//! * [`ir`]: the resolved topology, which everything downstream reads.
//!
//! This crate touches memory only: no network, no files, no clock.

pub mod source;
pub mod diagnostic;
pub mod name;
pub mod template;
pub mod expression;
pub mod ir;

pub use diagnostic::{Diagnostic, Severity};
pub use ir::Topology;
