//! A share-partition: which records of a partition a share group has yet to deal with, and who holds which.
//!
//! Pure: time and limits are parameters. Records before the start are dealt with; from the end on nobody has had one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use kafka_protocol::error::ResponseError;

use crate::machine::Timestamp;

/// Where one record stands; the numbers of the resting states are Kafka's.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Available,
    Acquired { member: Arc<str>, until: Timestamp },
    Acknowledged,
    Archived,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Slot {
    state: State,
    deliveries: i16,
}

impl Slot {
    fn is_over(&self) -> bool {
        matches!(self.state, State::Acknowledged | State::Archived)
    }

    fn is_held_by(&self, member: &str) -> bool {
        matches!(&self.state, State::Acquired { member: holder, .. } if **holder == *member)
    }

    /// Gives the record back; after its last delivery it is given up.
    fn free(&mut self, limit: i16) {
        self.state = if self.deliveries >= limit { State::Archived } else { State::Available };
    }
}

/// Records with the same number of deliveries that a member has got, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Acquired {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) deliveries: i16,
}

/// Records that rest in one state, as the log keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Resting {
    pub(super) first: i64,
    pub(super) last: i64,
    /// 0 available, 2 acknowledged, 4 archived.
    pub(super) state: u8,
    pub(super) deliveries: i16,
}

/// What a member says of records that it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) first: i64,
    pub(super) last: i64,
    /// One for all, or one for each: 0 gap, 1 accept, 2 release, 3 reject.
    pub(super) kinds: Vec<i8>,
}

impl Verdict {
    fn kind(&self, offset: i64) -> i8 {
        let index = if self.kinds.len() == 1 { 0 } else { usize::try_from(offset - self.first).unwrap_or(0) };
        self.kinds.get(index).copied().unwrap_or(0)
    }

    /// # Errors
    ///
    /// `INVALID_REQUEST` for a batch that contradicts itself.
    pub(super) fn check(&self) -> Result<(), ResponseError> {
        let count = usize::try_from(self.last - self.first + 1).unwrap_or(0);
        let fits = self.kinds.len() == 1 || self.kinds.len() == count;
        let known = self.kinds.iter().all(|kind| (0..=3).contains(kind));
        if count > 0 && fits && known { Ok(()) } else { Err(ResponseError::InvalidRequest) }
    }
}

/// The records of one share-partition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Queue {
    start: i64,
    end: i64,
    slots: BTreeMap<i64, Slot>,
}

impl Queue {
    pub(super) fn new(start: i64) -> Self {
        Self { start, end: start, slots: BTreeMap::new() }
    }

    /// As it was stored.
    pub(super) fn restored(start: i64, resting: &[Resting]) -> Self {
        let mut queue = Self::new(start);
        for range in resting {
            let state = match range.state {
                0 => State::Available,
                2 => State::Acknowledged,
                _ => State::Archived,
            };
            for offset in range.first.max(start)..=range.last {
                queue.slots.insert(offset, Slot { state: state.clone(), deliveries: range.deliveries });
            }
            queue.end = queue.end.max(range.last + 1);
        }
        queue.advance();
        queue
    }

    /// The first record that is not dealt with.
    pub(super) fn start(&self) -> i64 {
        self.start
    }

    /// The first record that can be acquired; `None` while too many are in flight.
    pub(super) fn next(&self, most: usize) -> Option<i64> {
        let free = self.slots.iter().find(|(_, slot)| slot.state == State::Available).map(|(offset, _)| *offset);
        free.or_else(|| (self.slots.len() < most).then_some(self.end))
    }

    /// The log begins at `start` now: what was before is gone.
    pub(super) fn trim(&mut self, start: i64) {
        if start > self.start {
            self.slots = self.slots.split_off(&start);
            self.start = start;
            self.end = self.end.max(start);
            self.advance();
        }
    }

    /// Gives up records that nobody may see, such as those of aborted transactions.
    pub(super) fn archive(&mut self, offsets: Range<i64>) {
        for offset in offsets {
            let slot = self.slots.entry(offset).or_insert(Slot { state: State::Available, deliveries: 0 });
            if slot.state == State::Available {
                slot.state = State::Archived;
            }
            self.end = self.end.max(offset + 1);
        }
        self.advance();
    }

    /// Acquires what is free of these offsets for a member.
    pub(super) fn acquire(&mut self, member: &Arc<str>, until: Timestamp, offsets: Range<i64>) -> Vec<Acquired> {
        let mut acquired: Vec<Acquired> = Vec::new();
        for offset in offsets {
            if offset < self.start {
                continue;
            }
            if offset >= self.end {
                self.end = offset + 1;
                self.slots.insert(offset, Slot { state: State::Available, deliveries: 0 });
            }
            let Some(slot) = self.slots.get_mut(&offset).filter(|slot| slot.state == State::Available) else {
                continue;
            };
            slot.deliveries = slot.deliveries.saturating_add(1);
            slot.state = State::Acquired { member: Arc::clone(member), until };
            match acquired.last_mut() {
                Some(range) if range.last + 1 == offset && range.deliveries == slot.deliveries => range.last = offset,
                _ => acquired.push(Acquired { first: offset, last: offset, deliveries: slot.deliveries }),
            }
        }
        acquired
    }

    /// Does what a member says of its records: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// `INVALID_RECORD_STATE` where it does not hold one of them.
    pub(super) fn acknowledge(&mut self, member: &str, verdicts: &[Verdict], limit: i16) -> Result<(), ResponseError> {
        let offsets = |verdict: &Verdict| verdict.first.max(self.start)..=verdict.last;
        let held = |offset: i64| self.slots.get(&offset).is_some_and(|slot| slot.is_held_by(member));
        if verdicts.iter().any(|verdict| verdict.first >= self.end) {
            return Err(ResponseError::InvalidRequest);
        }
        if !verdicts.iter().all(|verdict| verdict.last < self.end && offsets(verdict).all(held)) {
            return Err(ResponseError::InvalidRecordState);
        }
        for verdict in verdicts {
            for (offset, slot) in self.slots.range_mut(verdict.first..=verdict.last) {
                match verdict.kind(*offset) {
                    1 => slot.state = State::Acknowledged,
                    2 => slot.free(limit),
                    _ => slot.state = State::Archived,
                }
            }
        }
        self.advance();
        Ok(())
    }

    /// A member is gone: what it held is free again, and was not delivered. Whether it held something.
    pub(super) fn release(&mut self, member: &str) -> bool {
        let mut released = false;
        for slot in self.slots.values_mut().filter(|slot| slot.is_held_by(member)) {
            (slot.state, released) = (State::Available, true);
            slot.deliveries -= 1;
        }
        released
    }

    /// Frees what was held too long. Whether there was something.
    pub(super) fn expire(&mut self, now: Timestamp, limit: i16) -> bool {
        let late = |slot: &&mut Slot| matches!(slot.state, State::Acquired { until, .. } if until <= now);
        let mut expired = false;
        for slot in self.slots.values_mut().filter(late) {
            slot.free(limit);
            expired = true;
        }
        self.advance();
        expired
    }

    /// When the next hold ends.
    pub(super) fn deadline(&self) -> Option<Timestamp> {
        let until = |slot: &Slot| match slot.state {
            State::Acquired { until, .. } => Some(until),
            _ => None,
        };
        self.slots.values().filter_map(until).min()
    }

    /// What is to be kept; a record that is held is kept as it was before.
    pub(super) fn resting(&self) -> Vec<Resting> {
        let mut all: Vec<Resting> = Vec::new();
        for (offset, slot) in &self.slots {
            let (state, deliveries) = match slot.state {
                State::Available => (0, slot.deliveries),
                State::Acquired { .. } => (0, slot.deliveries - 1),
                State::Acknowledged => (2, slot.deliveries),
                State::Archived => (4, slot.deliveries),
            };
            match all.last_mut() {
                Some(range) if range.last + 1 == *offset && (range.state, range.deliveries) == (state, deliveries) => {
                    range.last = *offset;
                }
                _ => all.push(Resting { first: *offset, last: *offset, state, deliveries }),
            }
        }
        all
    }

    fn advance(&mut self) {
        while let Some(entry) = self.slots.first_entry() {
            if !entry.get().is_over() {
                break;
            }
            entry.remove();
        }
        self.start = self.slots.first_key_value().map_or(self.end, |(offset, _)| *offset);
    }
}

#[cfg(test)]
mod tests;
