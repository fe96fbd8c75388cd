//! One segment of a log: its bytes, and a sparse index of them that is kept in memory and made anew from headers.

use std::io;

use bytes::Bytes;

use super::body::Body;
use super::producers::Marker;
use crate::machine::Timestamp;
use crate::records::header::HEADER_LENGTH;
use crate::records::{Header, read};

/// How many bytes lie between two entries of an index at least: Kafka's default of `log.index.interval.bytes`.
const INDEX_INTERVAL: u64 = 4096;
/// How much is read at once when a segment is walked.
const WINDOW: usize = 128 * 1024;

/// Where a batch begins, and the largest timestamp of everything before it in the segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Entry {
    offset: i64,
    position: u64,
    max_before: Timestamp,
}

/// A batch where it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Located {
    pub(crate) header: Header,
    pub(crate) position: u64,
}

/// One segment.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) base: i64,
    /// The offset behind the last batch; `base` while there is none.
    pub(crate) end: i64,
    pub(crate) size: u64,
    pub(crate) body: Body,
    index: Vec<Entry>,
    /// The largest timestamp, and where the first batch that has it lies; −1 without.
    pub(crate) max_timestamp: Timestamp,
    max_position: u64,
    /// Of its first batch: what `segment.ms` is counted from.
    pub(crate) first_timestamp: Option<Timestamp>,
    pub(crate) created: Timestamp,
    pub(crate) last_append: Timestamp,
}

impl Segment {
    pub(crate) fn new(base: i64, body: Body, now: Timestamp) -> Self {
        Self {
            base,
            end: base,
            size: 0,
            body,
            index: Vec::new(),
            max_timestamp: -1,
            max_position: 0,
            first_timestamp: None,
            created: now,
            last_append: now,
        }
    }

    /// The time of its newest record, or of its last write where records have none.
    pub(crate) fn newest(&self) -> Timestamp {
        if self.max_timestamp >= 0 { self.max_timestamp } else { self.last_append }
    }

    /// Takes note of a batch behind the last one.
    pub(crate) fn note(&mut self, header: &Header) {
        let position = self.size;
        if self.index.last().is_none_or(|entry| position - entry.position >= INDEX_INTERVAL) {
            self.index.push(Entry { offset: header.base_offset, position, max_before: self.max_timestamp });
        }
        if header.max_timestamp > self.max_timestamp {
            (self.max_timestamp, self.max_position) = (header.max_timestamp, position);
        }
        self.first_timestamp.get_or_insert(header.max_timestamp);
        self.size += header.size as u64;
        self.end = header.next_offset();
    }

    /// Whole batches from the one that holds `from`, as [`Log::read`](super::Log::read) gives them.
    pub(crate) fn read(&self, from: i64, bound: i64, max_bytes: usize) -> io::Result<Bytes> {
        let entry = self.index.partition_point(|entry| entry.offset <= from).saturating_sub(1);
        let mut at = self.index.get(entry).map_or(0, |entry| entry.position);
        loop {
            let want = max_bytes.max(HEADER_LENGTH).saturating_add(WINDOW / 8);
            let bytes = self.bytes(at, want)?;
            let cut = super::slices::whole_batches(std::iter::once(&bytes), from, bound, max_bytes);
            if !cut.is_empty() {
                return Ok(cut);
            }
            // Nothing whole: the batch is larger than what was read, or lies further on.
            match first_from(at, &bytes, from) {
                Some(found) if found.header.base_offset < bound => {
                    return self.bytes(found.position, found.header.size);
                }
                Some(_) => return Ok(Bytes::new()),
                None if at + bytes.len() as u64 >= self.size => return Ok(Bytes::new()),
                None => at = after(at, &bytes)?,
            }
        }
    }

    fn bytes(&self, at: u64, length: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.size - at.min(self.size)).unwrap_or(usize::MAX);
        self.body.read(at, length.min(left))
    }

    /// The bytes of a located batch.
    pub(crate) fn batch(&self, located: &Located) -> io::Result<Bytes> {
        self.bytes(located.position, located.header.size)
    }

    /// The first batch, from the one that holds `from` on, whose largest timestamp is `timestamp` or later.
    pub(crate) fn first_at(&self, timestamp: Timestamp, from: i64) -> io::Result<Option<Located>> {
        if self.max_timestamp < timestamp {
            return Ok(None);
        }
        let by_time = self.index.partition_point(|entry| entry.max_before < timestamp);
        let by_offset = self.index.partition_point(|entry| entry.offset <= from);
        // Before the later of the two everything is too early or too old.
        let entry = by_time.max(by_offset).saturating_sub(1);
        let at = self.index.get(entry).map_or(0, |entry| entry.position);
        let mut walk = Walk::new(self, at);
        while let Some(located) = walk.next()? {
            if located.header.next_offset() > from && located.header.max_timestamp >= timestamp {
                return Ok(Some(located));
            }
        }
        Ok(None)
    }

    /// The first batch that has the largest timestamp.
    pub(crate) fn latest(&self) -> io::Result<Option<Located>> {
        if self.max_timestamp < 0 { Ok(None) } else { Walk::new(self, self.max_position).next() }
    }

    /// Every batch, in order.
    pub(crate) fn walk(&self) -> Walk<'_> {
        Walk::new(self, 0)
    }
}

/// Goes from batch to batch of a segment by their headers.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    segment: &'a Segment,
    at: u64,
    window: Bytes,
    window_at: u64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(segment: &'a Segment, at: u64) -> Self {
        Self { segment, at, window: Bytes::new(), window_at: 0 }
    }

    /// The next batch; `None` at the end, or where no batch is.
    pub(crate) fn next(&mut self) -> io::Result<Option<Located>> {
        let position = self.at;
        let bytes = self.bytes(position, HEADER_LENGTH)?;
        let Ok(header) = Header::parse(&bytes) else { return Ok(None) };
        self.at = position + header.size as u64;
        if self.at > self.segment.size { Ok(None) } else { Ok(Some(Located { header, position })) }
    }

    /// The bytes of a batch that this walk has come to; consecutive ones share what is read.
    pub(crate) fn batch(&mut self, located: &Located) -> io::Result<Bytes> {
        self.bytes(located.position, located.header.size)
    }

    /// Where the walk stands.
    pub(crate) fn position(&self) -> u64 {
        self.at
    }

    fn bytes(&mut self, at: u64, length: usize) -> io::Result<Bytes> {
        let inside = at.checked_sub(self.window_at).and_then(|start| usize::try_from(start).ok());
        if let Some(start) = inside.filter(|start| start.saturating_add(length) <= self.window.len()) {
            return Ok(self.window.slice(start..start + length));
        }
        self.window = self.segment.bytes(at, length.max(WINDOW))?;
        self.window_at = at;
        Ok(self.window.slice(..length.min(self.window.len())))
    }
}

/// The batch with `from` or what follows it, if its header is in `bytes`, which lie at `at`.
fn first_from(at: u64, bytes: &[u8], from: i64) -> Option<Located> {
    let mut position = 0;
    while let Some(header) = bytes.get(position..).and_then(|bytes| Header::parse(bytes).ok()) {
        if header.next_offset() > from {
            return Some(Located { header, position: at + position as u64 });
        }
        position += header.size;
    }
    None
}

/// Where the first batch that does not begin in `bytes` lies.
fn after(at: u64, bytes: &[u8]) -> io::Result<u64> {
    let mut position = 0;
    while let Some(header) = bytes.get(position..).and_then(|bytes| Header::parse(bytes).ok()) {
        position += header.size;
    }
    let moved = (position > 0).then(|| at + position as u64);
    moved.ok_or_else(|| io::Error::other("a segment holds no batch where one was"))
}

/// What a control batch says, if it ends a transaction.
pub(crate) fn marker(header: &Header, batch: &Bytes) -> Option<Marker> {
    if !header.is_control() {
        return None;
    }
    let records = read::records(batch).ok()?;
    let record = records.first()?;
    let key = record.key.as_ref()?;
    let kind = i16::from_be_bytes([*key.get(2)?, *key.get(3)?]);
    let value = record.value.as_ref()?;
    let coordinator_epoch = i32::from_be_bytes(*value.get(2..)?.first_chunk::<4>()?);
    matches!(kind, 0 | 1).then_some(Marker { commit: kind == 1, coordinator_epoch })
}
