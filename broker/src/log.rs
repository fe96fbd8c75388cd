//! Partition logs: record batches on disk or in memory, and what is known from them.
//!
//! One log a partition, whatever the replication factor: replication is logical.

pub(crate) mod clean;
pub(crate) mod producers;

use std::collections::HashMap;
use std::io;

use bytes::Bytes;
use uuid::Uuid;

use crate::metadata::TopicPartition;
use crate::records::header::{Header, place};
use crate::records::read;

use producers::{Marker, Producers};

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

/// A record found by its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) offset: i64,
    pub(crate) timestamp: i64,
    pub(crate) leader_epoch: i32,
}

/// One partition's log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    batches: Vec<(Header, Bytes)>,
    producers: Producers,
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
        self.producers.first_open_offset().unwrap_or(self.end)
    }

    /// Who has produced here.
    pub(crate) fn producers(&self) -> &Producers {
        &self.producers
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
            let batch = Bytes::copy_from_slice(&bytes[at..at + header.size]);
            self.producers.observe(&header, marker(&header, &batch), header.base_offset, header.max_timestamp);
            self.batches.push((header, batch));
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

    /// The first record at or after a time.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn at_time(&self, timestamp: i64) -> io::Result<Option<Found>> {
        let late =
            |(header, _): &&(Header, Bytes)| header.max_timestamp >= timestamp && header.last_offset() >= self.start;
        for (header, bytes) in self.batches.iter().filter(late) {
            let records = read::records(bytes).map_err(io::Error::other)?;
            let mut readable = records.iter().filter(|record| record.offset >= self.start);
            if let Some(record) = readable.find(|record| record.timestamp >= timestamp) {
                let (offset, leader_epoch) = (record.offset, header.leader_epoch);
                return Ok(Some(Found { offset, timestamp: record.timestamp, leader_epoch }));
            }
        }
        Ok(None)
    }

    /// The first record that has the latest time of all.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn latest_time(&self) -> io::Result<Option<Found>> {
        match self.batches.iter().map(|(header, _)| header.max_timestamp).max() {
            Some(timestamp) => self.at_time(timestamp),
            None => Ok(None),
        }
    }

    /// The largest leader epoch that wrote here and is not above `epoch`, with the offset at which the next one began.
    pub(crate) fn epoch_end(&self, epoch: i32) -> Option<(i32, i64)> {
        let next = self.batches.iter().find(|(header, _)| header.leader_epoch > epoch);
        let end = next.map_or(self.end, |(header, _)| header.base_offset);
        let known = self.batches.iter().rev().map(|(header, _)| header.leader_epoch).find(|known| *known <= epoch);
        known.map(|known| (known, end))
    }

    /// The leader epoch that wrote the record at an offset.
    pub(crate) fn epoch_at(&self, offset: i64) -> Option<i32> {
        let index = self.batches.partition_point(|(header, _)| header.last_offset() < offset);
        self.batches.get(index).map(|(header, _)| header.leader_epoch)
    }

    /// Takes away every record below an offset, which is not beyond the end.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then nothing was taken away.
    pub(crate) fn delete_before(&mut self, offset: i64) -> io::Result<()> {
        self.start = self.start.max(offset.min(self.end));
        let gone = self.batches.partition_point(|(header, _)| header.last_offset() < self.start);
        self.batches.drain(..gone);
        self.producers.trim(self.start);
        Ok(())
    }
}

/// What a control batch of a transaction says.
fn marker(header: &Header, batch: &Bytes) -> Option<Marker> {
    if !header.is_control() {
        return None;
    }
    let records = read::records(batch).ok()?;
    let record = records.first()?;
    let kind = record.key.as_ref()?.get(2..4)?;
    let epoch = record.value.as_ref()?.get(2..6)?;
    Some(Marker { commit: kind == [0, 1], coordinator_epoch: i32::from_be_bytes(epoch.try_into().ok()?) })
}
