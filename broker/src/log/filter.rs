//! What stays of a batch when its log is compacted, as Kafka decides it.
//!
//! Records without a key, records of aborted transactions, and records whose key has a later one go. A tombstone stays until
//! `delete.retention.ms` after it was first compacted, which its batch notes down (the delete horizon); so does the marker
//! of a transaction of which nothing is left. The last batch of a producer stays, empty if need be: its sequence must not
//! be forgotten. Offsets never change.

use std::collections::{HashMap, HashSet};
use std::io;

use bytes::Bytes;

use super::compact::LastOffsets;
use super::partition::Log;
use super::producers::Aborted;
use crate::machine::Timestamp;
use crate::records::build;
use crate::records::header::Compression;
use crate::records::walk::RecordView;
use crate::records::{Header, read};

/// The bit of a batch whose base timestamp is the time at which its tombstones go.
const HORIZON: i16 = 0b100_0000;

/// What becomes of a batch.
#[derive(Debug)]
pub(crate) enum Verdict {
    Keep,
    Drop,
    Replace(Header, Vec<u8>),
}

/// What is known about the transactions and producers of the part that is compacted.
#[derive(Debug)]
pub(crate) struct Filter {
    now: Timestamp,
    delete_retention_ms: i64,
    aborted: Vec<Aborted>,
    /// Where each producer's last batch begins.
    last_batches: HashMap<i64, i64>,
    /// Producers with a batch since their last marker.
    with_data: HashSet<i64>,
}

impl Filter {
    pub(crate) fn new(log: &Log, until: i64, delete_retention_ms: i64, now: Timestamp) -> Self {
        let last = |(id, producer): (i64, &super::producers::Producer)| Some((id, producer.last_batch_offset()?));
        Self {
            now,
            delete_retention_ms,
            aborted: log.producers.aborted(0, until),
            last_batches: log.producers.iter().filter_map(last).collect(),
            with_data: HashSet::new(),
        }
    }

    /// Whether a batch belongs to a transaction that was aborted.
    pub(crate) fn is_aborted(&self, header: &Header) -> bool {
        let within = |aborted: &Aborted| {
            aborted.producer_id == header.producer_id
                && (aborted.first_offset..aborted.last_offset).contains(&header.base_offset)
        };
        header.is_transactional() && !header.is_control() && self.aborted.iter().any(within)
    }

    /// What becomes of the next batch; all of a log's come here in order.
    ///
    /// # Errors
    ///
    /// When its records cannot be read.
    pub(crate) fn judge(&mut self, header: &Header, batch: &Bytes, last: &LastOffsets) -> io::Result<Verdict> {
        let idle = if header.is_control() { !self.with_data.remove(&header.producer_id) } else { false };
        if header.is_transactional() && !header.is_control() {
            self.with_data.insert(header.producer_id);
        }
        if header.count == 0 {
            return Ok(if self.is_last_of_producer(header) { Verdict::Keep } else { Verdict::Drop });
        }
        let horizon = (header.attributes & HORIZON != 0).then_some(header.base_timestamp);
        let expired = horizon.is_some_and(|horizon| horizon <= self.now);
        if header.is_control() {
            return Ok(match (idle, horizon) {
                (true, None) => self.rewritten(header, batch, |_| true, true)?,
                (true, Some(_)) if expired => self.emptied(header),
                _ => Verdict::Keep,
            });
        }
        if self.is_aborted(header) {
            return Ok(self.emptied(header));
        }
        let stays = |record: &RecordView<'_>| {
            let Some(key) = record.key else { return false };
            last.is_last(key, record.offset(header)) && (record.value.is_some() || !expired)
        };
        self.rewritten(header, batch, stays, false)
    }

    fn is_last_of_producer(&self, header: &Header) -> bool {
        header.producer_id >= 0 && self.last_batches.get(&header.producer_id) == Some(&header.base_offset)
    }

    /// Nothing of the batch's records stays.
    fn emptied(&self, header: &Header) -> Verdict {
        if !self.is_last_of_producer(header) {
            return Verdict::Drop;
        }
        let attributes = header.attributes & 0b11_1000;
        let empty = Header { attributes, base_timestamp: -1, count: 0, ..*header };
        replaced(&empty, Compression::None, &[]).unwrap_or(Verdict::Keep)
    }

    /// The batch with the records that stay, and a delete horizon where it has something that goes later.
    fn rewritten(
        &self,
        header: &Header,
        batch: &Bytes,
        stays: impl Fn(&RecordView<'_>) -> bool,
        marker: bool,
    ) -> io::Result<Verdict> {
        let section = read::section(batch, header).map_err(io::Error::other)?;
        let mut kept = Vec::new();
        read::each(&section, header, |record| {
            if stays(&record) {
                kept.push(record);
            }
        })
        .map_err(io::Error::other)?;
        if kept.is_empty() {
            return Ok(self.emptied(header));
        }
        let tombstones = marker || kept.iter().any(|record| record.value.is_none());
        let begins = tombstones && header.attributes & HORIZON == 0;
        if kept.len() == usize::try_from(header.count).unwrap_or(0) && !begins {
            return Ok(Verdict::Keep);
        }
        let mut new = *header;
        let own = |record: &RecordView<'_>| header.base_timestamp.wrapping_add(record.timestamp_delta);
        if begins {
            new.attributes |= HORIZON;
            new.base_timestamp = self.now.saturating_add(self.delete_retention_ms);
        } else if header.attributes & HORIZON == 0 {
            new.base_timestamp = own(&kept[0]);
        }
        new.count = i32::try_from(kept.len()).unwrap_or(i32::MAX);
        if header.attributes & 0b1000 == 0 {
            new.max_timestamp = kept.iter().map(own).max().unwrap_or(-1);
        }
        let mut records = Vec::new();
        for record in &kept {
            let timestamp_delta = own(record).wrapping_sub(new.base_timestamp);
            build::write(&mut records, &RecordView { timestamp_delta, ..*record });
        }
        replaced(&new, header.compression().unwrap_or(Compression::None), &records)
    }
}

fn replaced(header: &Header, codec: Compression, records: &[u8]) -> io::Result<Verdict> {
    let bytes = build::pack(header, codec, records)?;
    let header = Header::parse(&bytes).map_err(io::Error::other)?;
    Ok(Verdict::Replace(header, bytes))
}
