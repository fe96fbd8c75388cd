//! What all logs share: open files, the newest batches, and the time.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::files::Files;
use super::tail::Tail;
use crate::machine::Timestamp;

/// What all logs share. The machine is behind one lock, so the ones in here are never waited for.
#[derive(Debug, Default)]
pub(crate) struct Common {
    pub(crate) files: Files,
    tail: Mutex<Tail>,
    now: AtomicI64,
    used: AtomicBool,
    ids: AtomicU64,
}

impl Common {
    pub(crate) fn tail(&self) -> MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number for a log or a file.
    pub(crate) fn next_id(&self) -> u64 {
        self.ids.fetch_add(1, Ordering::Relaxed)
    }

    /// Whether there was ever a record: without one there is nothing to clean.
    pub(crate) fn is_used(&self) -> bool {
        self.used.load(Ordering::Relaxed)
    }

    pub(crate) fn set_used(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now.load(Ordering::Relaxed)
    }

    pub(crate) fn set_now(&self, now: Timestamp) {
        self.now.store(now, Ordering::Relaxed);
    }
}
