//! Partition logs: record batches on disk or in memory, and what is known from them.
//!
//! One log a partition, whatever the replication factor: replication is logical.

pub(crate) mod clean;
#[cfg_attr(not(test), expect(dead_code, reason = "logs and the data plane take it in next"))]
pub(crate) mod producers;

use std::collections::HashMap;
use std::io;

use bytes::Bytes;
use uuid::Uuid;

use crate::metadata::TopicPartition;
use crate::records::header::{Header, place};

/// Every log of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    logs: HashMap<TopicPartition, Log>,
}

impl Logs {
    /// Makes the log of a new partition; one that is there already stays as it is.
    pub(crate) fn create(&mut self, topic: Uuid, name: &str, partition: i32) -> io::Result<()> {
        let _ = name;
        self.logs.entry(TopicPartition { topic, partition }).or_default();
        Ok(())
    }

    /// Removes every log of a topic, with its files.
    pub(crate) fn delete(&mut self, topic: Uuid) -> io::Result<()> {
        self.logs.retain(|key, _| key.topic != topic);
        Ok(())
    }

    pub(crate) fn get(&self, key: TopicPartition) -> Option<&Log> {
        self.logs.get(&key)
    }

    pub(crate) fn get_mut(&mut self, key: TopicPartition) -> Option<&mut Log> {
        self.logs.get_mut(&key)
    }
}

/// One partition's log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    batches: Vec<(Header, Bytes)>,
    start: i64,
    end: i64,
}

impl Log {
    /// The first offset that can be read.
    pub(crate) fn start_offset(&self) -> i64 {
        self.start
    }

    /// The offset that the next record gets; also the high watermark, since replication is logical.
    pub(crate) fn end_offset(&self) -> i64 {
        self.end
    }

    /// Up to where `read_committed` may read: the first offset of the oldest open transaction, or the end.
    pub(crate) fn last_stable_offset(&self) -> i64 {
        self.end
    }

    /// Appends whole, checked batches, giving them offsets and the leader epoch. Returns the first offset.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then nothing was appended.
    pub(crate) fn append(&mut self, batches: &[u8], leader_epoch: i32) -> io::Result<i64> {
        let first = self.end;
        let mut bytes = batches.to_vec();
        let mut at = 0;
        while at < bytes.len() {
            place(&mut bytes[at..], self.end, leader_epoch);
            let header = Header::parse(&bytes[at..]).map_err(io::Error::other)?;
            self.batches.push((header, Bytes::copy_from_slice(&bytes[at..at + header.size])));
            self.end = header.next_offset();
            at += header.size;
        }
        Ok(first)
    }

    /// Whole batches from the one that holds `from`, below `bound`, up to `max_bytes`; the first one is given even when
    /// it alone is larger.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn read(&self, from: i64, bound: i64, max_bytes: usize) -> io::Result<Bytes> {
        let first = self.batches.partition_point(|(header, _)| header.last_offset() < from);
        let mut out = Vec::new();
        for (header, bytes) in &self.batches[first..] {
            if header.base_offset >= bound || (!out.is_empty() && out.len() + bytes.len() > max_bytes) {
                break;
            }
            out.extend_from_slice(bytes);
        }
        Ok(Bytes::from(out))
    }
}
