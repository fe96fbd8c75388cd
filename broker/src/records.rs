//! Record batches of format v2 (magic 2): the header, reading and building records, compression.
//!
//! Older formats are refused, as Kafka 4 does. Nothing here knows partitions or offsets beyond what a batch says.

pub(crate) mod build;
pub(crate) mod header;
pub(crate) mod read;

pub(crate) use header::Header;
