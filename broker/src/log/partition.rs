//! The log of one partition: segments, and what is known from their batches.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::body::{Body, Chunks};
use super::common::Common;
use super::epochs::Epochs;
use super::home::Home;
use super::producers::Producers;
use super::segment::{self, Segment};
use crate::machine::Timestamp;
use crate::records::Header;
use crate::records::header::place;

/// How much of a log is read at once by who reads all of it.
const STRETCH: usize = 1 << 20;

/// When a segment is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rolling {
    /// `segment.bytes`.
    pub(crate) bytes: u64,
    /// `segment.ms`.
    pub(crate) ms: i64,
}

impl Default for Rolling {
    fn default() -> Self {
        Self { bytes: 1 << 30, ms: 7 * 24 * 3_600_000 }
    }
}

/// One partition's log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(super) id: u64,
    pub(super) common: Arc<Common>,
    /// Its folder; in memory it has none.
    pub(super) home: Option<Home>,
    /// By base offset; empty until something is appended.
    pub(super) segments: Vec<Segment>,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) producers: Producers,
    pub(super) epochs: Epochs,
    pub(super) rolling: Rolling,
    /// Up to where it was compacted.
    pub(super) cleaned: i64,
    /// Appends are refused, since somebody wants to see what comes of that.
    pub(super) disk_full: bool,
}

impl Log {
    pub(super) fn new(common: &Arc<Common>, home: Option<Home>) -> Self {
        Self {
            id: common.next_id(),
            common: Arc::clone(common),
            home,
            segments: Vec::new(),
            start: 0,
            end: 0,
            producers: Producers::default(),
            epochs: Epochs::default(),
            rolling: Rolling::default(),
            cleaned: 0,
            disk_full: false,
        }
    }

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

    /// As [`producers`](Self::producers), to forget silent ones.
    pub(crate) fn producers_mut(&mut self) -> &mut Producers {
        &mut self.producers
    }

    /// Whether it never had a record.
    pub(crate) fn is_bare(&self) -> bool {
        self.segments.is_empty()
    }

    /// How many bytes it takes.
    pub(crate) fn size(&self) -> u64 {
        self.segments.iter().map(|segment| segment.size).sum()
    }

    /// When its segments are full, from the topic's configs.
    pub(crate) fn set_rolling(&mut self, rolling: Rolling) {
        self.rolling = rolling;
    }

    /// A leader takes over with a new epoch: what is appended from now on belongs to it.
    pub(crate) fn lead(&mut self, epoch: i32) {
        self.epochs.begin(epoch, self.end);
    }

    /// The largest leader epoch known up to the one asked for, and the offset at which the next one began; `None` for an
    /// epoch that is yet to come.
    pub(crate) fn epoch_end(&self, asked: i32) -> Option<(i32, i64)> {
        self.epochs.end(asked, self.end)
    }

    /// The leader epoch of the record at an offset.
    pub(crate) fn epoch_at(&self, offset: i64) -> Option<i32> {
        self.epochs.at(offset)
    }

    /// Appends whole, checked batches, giving them offsets and the leader epoch. Returns the first offset.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then nothing was appended.
    pub(crate) fn append(&mut self, batches: &[u8], leader_epoch: i32) -> io::Result<i64> {
        let first = self.end;
        let mut bytes = batches.to_vec();
        let (mut headers, mut at, mut next) = (Headers::default(), 0, first);
        while at < bytes.len() {
            place(&mut bytes[at..], next, leader_epoch);
            let header = Header::parse(&bytes[at..]).map_err(io::Error::other)?;
            if at + header.size > bytes.len() {
                return Err(io::Error::other("a batch to append is cut off"));
            }
            next = header.next_offset();
            at += header.size;
            headers.push(header);
        }
        if headers.is_empty() {
            return Ok(first);
        }
        let bytes = Bytes::from(bytes);
        self.write(&bytes, headers.max_timestamp())?;
        self.epochs.begin(leader_epoch, first);
        self.take_in(headers.as_slice(), &bytes);
        if self.home.is_some() {
            self.common.tail().push(self.id, first, next, bytes);
        }
        Ok(first)
    }

    fn write(&mut self, bytes: &Bytes, max_timestamp: Timestamp) -> io::Result<()> {
        if self.disk_full {
            return Err(io::ErrorKind::StorageFull.into());
        }
        if self.is_full(bytes.len() as u64, max_timestamp) {
            self.roll()?;
        }
        let now = self.common.now();
        let Some(active) = self.segments.last_mut() else { return Err(io::Error::other("a log has no segment")) };
        let at = active.size;
        active.body.write(at, bytes)?;
        active.last_append = now;
        Ok(())
    }

    /// Takes note of batches that the last segment's bytes have now.
    fn take_in(&mut self, headers: &[Header], bytes: &Bytes) {
        let (now, mut at) = (self.common.now(), 0);
        let Some(active) = self.segments.last_mut() else { return };
        for header in headers {
            active.note(header);
            let marker =
                if header.is_control() { segment::marker(header, &bytes.slice(at..at + header.size)) } else { None };
            self.producers.observe(header, marker, header.base_offset, now);
            at += header.size;
            self.end = header.next_offset();
        }
    }

    /// Whether a new segment is due before so many bytes are appended.
    fn is_full(&self, bytes: u64, max_timestamp: Timestamp) -> bool {
        let Some(active) = self.segments.last() else { return true };
        active.size > 0
            && (active.size + bytes > self.rolling.bytes
                || self.waited(active, max_timestamp) > self.rolling.ms
                || self.end - active.base > i64::from(i32::MAX))
    }

    /// As Kafka counts it: from the first batch's timestamp to that of the batch at hand.
    fn waited(&self, active: &Segment, timestamp: Timestamp) -> i64 {
        match active.first_timestamp {
            Some(first) if first >= 0 && timestamp >= 0 => timestamp.saturating_sub(first),
            _ => self.common.now().saturating_sub(active.created),
        }
    }

    /// Begins a new segment at the end.
    pub(super) fn roll(&mut self) -> io::Result<()> {
        let body = self.new_body(self.end)?;
        self.segments.push(Segment::new(self.end, body, self.common.now()));
        self.common.set_used();
        Ok(())
    }

    pub(super) fn new_body(&mut self, base: i64) -> io::Result<Body> {
        match &mut self.home {
            None => Ok(Body::Memory(Chunks::default())),
            Some(home) => {
                home.make()?;
                Ok(Body::file(home.segment(base), &self.common))
            }
        }
    }

    /// Whole batches from the one that holds `from`, below `bound`, up to `max_bytes`; the first one is given even when
    /// it alone is larger.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn read(&self, from: i64, bound: i64, max_bytes: usize) -> io::Result<Bytes> {
        if from >= bound.min(self.end) {
            return Ok(Bytes::new());
        }
        if self.home.is_some()
            && let Some(bytes) = self.common.tail().read(self.id, from, bound, max_bytes)
        {
            return Ok(bytes);
        }
        let first = self.segments.partition_point(|segment| segment.end <= from);
        for segment in &self.segments[first..] {
            if segment.base >= bound {
                break;
            }
            let bytes = segment.read(from, bound, max_bytes)?;
            if !bytes.is_empty() {
                return Ok(bytes);
            }
        }
        Ok(Bytes::new())
    }

    /// The whole batches of one stretch of the log, from the one that holds `from` and below `bound`, with their
    /// headers. Empty where there are no more, or what is there is no batch.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn batches(&self, from: i64, bound: i64) -> io::Result<Vec<(Header, Bytes)>> {
        let mut bytes = self.read(from, bound, STRETCH)?;
        let mut batches = Vec::new();
        while let Ok(header) = Header::parse(&bytes) {
            let batch = bytes.split_to(header.size.min(bytes.len()));
            batches.push((header, batch));
        }
        Ok(batches)
    }

    /// Everything before `offset` is gone for readers; whole segments before it are removed. Kept over restarts.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then the log begins where it did.
    pub(crate) fn delete_before(&mut self, offset: i64) -> io::Result<()> {
        let offset = offset.min(self.end);
        if offset <= self.start {
            return Ok(());
        }
        if let Some(home) = &mut self.home {
            home.write_start(offset)?;
        }
        self.start = offset;
        self.producers.trim(offset);
        self.epochs.trim(offset);
        self.drop_before(offset)
    }

    /// Removes segments that end at `offset` or before. Where that is all of them, an empty one keeps the end.
    pub(super) fn drop_before(&mut self, offset: i64) -> io::Result<()> {
        let last = self.segments.last().is_some_and(|last| last.end <= offset && last.size > 0);
        let next_bases = self.segments.iter().skip(1).map(|segment| segment.base);
        let gone = next_bases.take_while(|base| *base <= offset).count();
        let gone = if last && gone + 1 == self.segments.len() { gone + 1 } else { gone };
        if gone == 0 {
            return Ok(());
        }
        if gone == self.segments.len() {
            self.roll()?;
            if let Some(active) = self.segments.last_mut() {
                active.body.touch()?;
            }
        }
        self.common.tail().forget(self.id);
        for segment in self.segments.drain(..gone) {
            segment.body.remove()?;
        }
        Ok(())
    }

    /// Removes the log with its files.
    pub(super) fn remove(mut self) -> io::Result<()> {
        self.common.tail().forget(self.id);
        for segment in &self.segments {
            segment.body.close();
        }
        self.home.take().map_or(Ok(()), Home::remove)
    }
}

/// The headers of one append, which is nearly always one batch.
#[derive(Debug, Default)]
struct Headers {
    first: Option<Header>,
    all: Vec<Header>,
}

impl Headers {
    fn push(&mut self, header: Header) {
        match self.first {
            None => self.first = Some(header),
            Some(first) => {
                if self.all.is_empty() {
                    self.all.push(first);
                }
                self.all.push(header);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    fn as_slice(&self) -> &[Header] {
        if self.all.is_empty() { self.first.as_slice() } else { &self.all }
    }

    fn max_timestamp(&self) -> Timestamp {
        self.as_slice().iter().map(|header| header.max_timestamp).max().unwrap_or(-1)
    }
}
