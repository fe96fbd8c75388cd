//! The records of `__consumer_offsets`, in Kafka's own formats: each key and value begins with a version, and a key's
//! version says what kind of record it is.

pub(crate) mod bytes;
pub(crate) mod classic;
pub(crate) mod consumer;
pub(crate) mod offset;

/// The version of a key: which kind of record it names (`CoordinatorRecordType`).
pub(crate) fn kind(key: &[u8]) -> Option<i16> {
    key.first_chunk::<2>().map(|bytes| i16::from_be_bytes(*bytes))
}

/// A record to write; without a value it takes the key away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Option<Vec<u8>>,
}
