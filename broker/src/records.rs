//! Record batches of format v2 (magic 2): the header, reading, checking and building records, compression.
//!
//! Older formats are refused, as Kafka 4 does. Nothing here knows partitions or offsets beyond what a batch says.

pub(crate) mod build;
pub(crate) mod compression;
pub(crate) mod header;
pub(crate) mod read;
pub(crate) mod validate;
pub(crate) mod walk;

#[cfg(test)]
mod tests;

pub(crate) use header::Header;
