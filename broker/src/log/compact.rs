//! Compaction of one log: of each key only the last record stays, at its offset.
//!
//! A compaction goes through the dirty part once, to learn the last offset of each key, and then through everything before
//! the end of that part, to write each segment anew. The new file takes the old one's place at one stroke, so that a crash
//! leaves one or the other. The active segment, open transactions and what is younger than `min.compaction.lag.ms` are
//! left alone. Which records and batches stay is decided in [`filter`](super::filter).

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;

use bytes::Bytes;

use super::body::{Body, Chunks};
use super::filter::{Filter, Verdict};
use super::partition::Log;
use super::segment::{Segment, Walk};
use crate::config::TopicConfig;
use crate::machine::Timestamp;
use crate::metadata::TopicPartition;
use crate::records::read;

/// How many keys one compaction keeps in memory, which takes about 32 MB; a log with more is compacted in several.
const KEYS: usize = 1 << 19;

/// What there is to compact in a log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dirt {
    /// The offset before which it may be compacted: the base of a segment.
    pub(crate) until: i64,
    /// How much of that was written since the last compaction.
    pub(crate) ratio: f64,
    /// Whether some of it has waited for longer than `max.compaction.lag.ms`.
    pub(crate) overdue: bool,
}

impl Log {
    /// What there is to compact; `None` where that is nothing.
    pub(crate) fn dirt(&self, settings: &TopicConfig, now: Timestamp) -> Option<Dirt> {
        let until = self.compactable_until(settings.min_compaction_lag_ms, now);
        let clean = self.clean_until();
        let size = |from: i64, to: i64| -> u64 {
            self.segments.iter().filter(|segment| segment.base >= from && segment.base < to).map(|s| s.size).sum()
        };
        let (before, dirty) = (size(0, clean), size(clean, until));
        if dirty == 0 {
            return None;
        }
        let mut waiting = self.segments.iter().filter(|segment| segment.base >= clean && segment.base < until);
        let latest = now.saturating_sub(settings.max_compaction_lag_ms);
        let overdue = waiting.any(|segment| segment.first_timestamp.is_some_and(|first| first > 0 && first < latest));
        #[expect(clippy::cast_precision_loss, reason = "a ratio of sizes need not be exact")]
        let ratio = dirty as f64 / (before + dirty) as f64;
        Some(Dirt { until, ratio, overdue })
    }

    /// Up to where the log was compacted.
    fn clean_until(&self) -> i64 {
        self.cleaned.max(self.start)
    }

    /// The base of the first segment that must be left alone.
    fn compactable_until(&self, min_lag_ms: i64, now: Timestamp) -> i64 {
        let Some(active) = self.segments.last() else { return self.start };
        let clean = self.clean_until();
        let young = |segment: &&Segment| {
            min_lag_ms > 0 && segment.base >= clean && segment.newest() > now.saturating_sub(min_lag_ms)
        };
        let first_young = self.segments.iter().find(young).map_or(i64::MAX, |segment| segment.base);
        let bound = self.last_stable_offset().min(active.base).min(first_young);
        // Whole segments only.
        let whole = self.segments.iter().zip(self.segments.iter().skip(1));
        whole.map(|(_, next)| next.base).take_while(|base| *base <= bound).last().unwrap_or(self.start)
    }

    /// Ends the active segment, so that it can be compacted.
    pub(crate) fn roll_for_cleaning(&mut self) -> io::Result<()> {
        if self.segments.last().is_none_or(|active| active.size == 0) {
            return Ok(());
        }
        self.roll()?;
        self.segments.last_mut().map_or(Ok(()), |active| active.body.touch())
    }
}

/// Whether a compaction has come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    More,
    Done,
}

/// A key, as good as certain to be another one's never.
type KeyHash = [u64; 2];

fn hash(key: &[u8]) -> KeyHash {
    [0, 1].map(|seed| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(seed);
        hasher.write(key);
        hasher.finish()
    })
}

/// The last offset of every key of the dirty part.
#[derive(Debug, Default)]
pub(crate) struct LastOffsets {
    offsets: HashMap<KeyHash, i64>,
}

impl LastOffsets {
    /// Whether no later record of the same key is known.
    pub(crate) fn is_last(&self, key: &[u8], offset: i64) -> bool {
        self.offsets.get(&hash(key)).is_none_or(|last| offset >= *last)
    }

    fn learn(&mut self, key: &[u8], offset: i64) {
        self.offsets.insert(hash(key), offset);
    }
}

/// What a compaction does next.
#[derive(Debug)]
enum Phase {
    Learn { offset: i64 },
    Write { base: i64, position: u64, new: Option<New> },
}

/// A segment that is being written anew.
#[derive(Debug)]
struct New {
    segment: Segment,
    changed: bool,
}

/// The compaction of one log, in steps.
#[derive(Debug)]
pub(crate) struct Compaction {
    key: TopicPartition,
    log: u64,
    until: i64,
    last: LastOffsets,
    filter: Filter,
    phase: Phase,
}

impl Compaction {
    /// Of a log up to the base of one of its segments.
    pub(crate) fn new(key: TopicPartition, log: &Log, until: i64, delete_retention_ms: i64, now: Timestamp) -> Self {
        let filter = Filter::new(log, until, delete_retention_ms, now);
        let phase = Phase::Learn { offset: log.clean_until() };
        Self { key, log: log.id, until, last: LastOffsets::default(), filter, phase }
    }

    pub(crate) fn key(&self) -> TopicPartition {
        self.key
    }

    /// Goes on for about so many bytes of log.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then every segment is the old one or the new one.
    pub(crate) fn step(&mut self, log: &mut Log, budget: u64) -> io::Result<Progress> {
        // The topic may have been deleted and made again meanwhile.
        if log.id != self.log {
            return Ok(Progress::Done);
        }
        match &mut self.phase {
            Phase::Learn { offset } => {
                let from = *offset;
                match self.learn(log, from, budget)? {
                    Some(next) => self.phase = Phase::Learn { offset: next },
                    None => match log.segments.first() {
                        Some(first) => self.phase = Phase::Write { base: first.base, position: 0, new: None },
                        None => return Ok(Progress::Done),
                    },
                }
                Ok(Progress::More)
            }
            Phase::Write { base, position, new } => {
                let (base, position, new) = (*base, *position, new.take());
                self.write(log, (base, position), new, budget)
            }
        }
    }

    /// Learns keys from an offset on; where to go on, or `None` when all is learnt.
    fn learn(&mut self, log: &Log, from: i64, budget: u64) -> io::Result<Option<i64>> {
        let Some(segment) = log.segments.iter().find(|s| s.end > from && s.base < self.until) else { return Ok(None) };
        let mut walk = segment.walk();
        let mut read = 0;
        while let Some(located) = walk.next()? {
            let header = located.header;
            if header.next_offset() <= from {
                continue;
            }
            if read >= budget {
                return Ok(Some(header.base_offset));
            }
            read += header.size as u64;
            if header.is_control() || self.filter.is_aborted(&header) {
                continue;
            }
            let section = read::section(&walk.batch(&located)?, &header).map_err(io::Error::other)?;
            read::each(&section, &header, |record| {
                if let Some(key) = record.key {
                    self.last.learn(key, record.offset(&header));
                }
            })
            .map_err(io::Error::other)?;
        }
        if self.last.offsets.len() >= KEYS {
            // Enough for now: what comes after this segment is for another time.
            self.until = log.segments.iter().map(|s| s.base).find(|base| *base >= segment.end).unwrap_or(self.until);
        }
        Ok(Some(segment.end).filter(|end| *end < self.until))
    }

    fn write(&mut self, log: &mut Log, at: (i64, u64), new: Option<New>, budget: u64) -> io::Result<Progress> {
        let (base, position) = at;
        let Some(index) = log.segments.iter().position(|s| s.base >= base && s.base < self.until) else {
            return self.finish(log);
        };
        let old = &log.segments[index];
        // Retention may have taken the segment away that was being written.
        let (position, new) = if old.base == base { (position, new) } else { (0, None) };
        let mut new = match new {
            Some(new) => new,
            None => New { segment: Segment::new(old.base, cleaned_body(log, old), old.created), changed: false },
        };
        let next = self.copy(old, &mut new, position, budget)?;
        if let Some(position) = next {
            self.phase = Phase::Write { base: old.base, position, new: Some(new) };
            return Ok(Progress::More);
        }
        let next = log.segments.get(index + 1).map_or(i64::MAX, |next| next.base);
        replace(log, index, new)?;
        self.phase = Phase::Write { base: next, position: 0, new: None };
        Ok(Progress::More)
    }

    /// Copies what stays of a segment; where to go on, or `None` at its end.
    fn copy(&mut self, old: &Segment, new: &mut New, from: u64, budget: u64) -> io::Result<Option<u64>> {
        let mut walk = Walk::new(old, from);
        let mut out = Vec::new();
        let mut headers = Vec::new();
        while walk.position() - from < budget
            && let Some(located) = walk.next()?
        {
            let batch = walk.batch(&located)?;
            match self.filter.judge(&located.header, &batch, &self.last)? {
                Verdict::Keep => {
                    out.extend_from_slice(&batch);
                    headers.push(located.header);
                }
                Verdict::Drop => new.changed = true,
                Verdict::Replace(header, bytes) => {
                    new.changed = true;
                    out.extend_from_slice(&bytes);
                    headers.push(header);
                }
            }
        }
        if !out.is_empty() {
            new.segment.body.write(new.segment.size, &Bytes::from(out))?;
            for header in &headers {
                new.segment.note(header);
            }
        }
        Ok(Some(walk.position()).filter(|position| *position < old.size && *position > from))
    }

    fn finish(&mut self, log: &mut Log) -> io::Result<Progress> {
        log.cleaned = log.cleaned.max(self.until);
        if let Some(home) = &mut log.home {
            home.write_cleaned(log.cleaned)?;
        }
        Ok(Progress::Done)
    }
}

fn cleaned_body(log: &Log, old: &Segment) -> Body {
    match &log.home {
        None => Body::Memory(Chunks::default()),
        Some(home) => Body::file(home.segment(old.base).with_extension("cleaned"), &log.common),
    }
}

/// Puts a segment that was written anew in its place; an empty one goes, unless the log begins with it.
fn replace(log: &mut Log, index: usize, new: New) -> io::Result<()> {
    let New { mut segment, changed } = new;
    if !changed {
        return segment.body.remove();
    }
    log.common.tail().forget(log.id);
    if segment.size == 0 && index > 0 {
        segment.body.remove()?;
        return log.segments.remove(index).body.remove();
    }
    if let Some(home) = &log.home {
        segment.body.touch()?;
        segment.body.rename(home.segment(segment.base))?;
    }
    segment.last_append = log.segments[index].last_append;
    let old = std::mem::replace(&mut log.segments[index], segment);
    old.body.close();
    Ok(())
}
