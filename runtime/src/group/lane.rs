//! What the polling thread and the task of one partition share.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};

use crate::stopping::Stopping;

/// Above this many waiting records or bytes a partition is paused.
const FULL_RECORDS: usize = 10_000;
const FULL_BYTES: usize = 4 << 20;
/// Below this share of the limits it is resumed. Pausing throws away what was fetched ahead, so it has to be rare.
const RESUME_SHARE: usize = 4;

/// The state of one assignment of one partition. A new assignment is a new lane.
#[derive(Debug)]
pub(crate) struct Lane {
    /// The offset behind the last record that is done with; -1 before the first.
    next: AtomicI64,
    records: AtomicUsize,
    bytes: AtomicUsize,
    halted: AtomicBool,
    halt: Stopping,
}

impl Lane {
    pub(crate) fn new() -> Self {
        Self {
            next: AtomicI64::new(-1),
            records: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            halted: AtomicBool::new(false),
            halt: Stopping::new(),
        }
    }

    /// All records before `offset` are done with.
    pub(crate) fn advance_to(&self, offset: i64) {
        self.next.store(offset, Ordering::Release);
    }

    /// The offset that may be committed, if any record is done with.
    pub(crate) fn next(&self) -> Option<i64> {
        let next = self.next.load(Ordering::Acquire);
        (next >= 0).then_some(next)
    }

    /// A record of this weight was put into the queue. Says whether the queue is full now.
    pub(crate) fn queued(&self, weight: usize) -> bool {
        let records = self.records.fetch_add(1, Ordering::Relaxed) + 1;
        let bytes = self.bytes.fetch_add(weight, Ordering::Relaxed) + weight;
        records >= FULL_RECORDS || bytes >= FULL_BYTES
    }

    /// A record of this weight was taken out of the queue.
    pub(crate) fn taken(&self, weight: usize) {
        self.records.fetch_sub(1, Ordering::Relaxed);
        self.bytes.fetch_sub(weight, Ordering::Relaxed);
    }

    /// Whether a paused partition should be fetched again.
    pub(crate) fn has_drained(&self) -> bool {
        self.records.load(Ordering::Relaxed) <= FULL_RECORDS / RESUME_SHARE
            && self.bytes.load(Ordering::Relaxed) <= FULL_BYTES / RESUME_SHARE
    }

    /// Tells the task to take no further record.
    pub(crate) fn halt(&self) {
        self.halted.store(true, Ordering::Release);
        self.halt.set();
    }

    pub(crate) fn is_halted(&self) -> bool {
        self.halted.load(Ordering::Acquire)
    }

    pub(crate) async fn halted(&self) {
        self.halt.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_nothing_to_commit_before_a_record_is_done() {
        let lane = Lane::new();
        assert_eq!(lane.next(), None);
        lane.advance_to(0);
        assert_eq!(lane.next(), Some(0));
    }

    #[test]
    fn is_full_by_bytes_and_drained_below_a_quarter() {
        let lane = Lane::new();
        assert!(!lane.queued(FULL_BYTES / 2));
        assert!(lane.queued(FULL_BYTES / 2));
        lane.taken(FULL_BYTES / 2);
        assert!(!lane.has_drained());
        lane.taken(FULL_BYTES / 2);
        assert!(lane.has_drained());
    }
}
