//! The newest batches of all logs together, so that consumers at the end of a log cost no read of a file.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use super::slices;

/// How many bytes of batches are kept in memory, with what keeping them costs: 32 MiB.
const LIMIT: usize = 32 * 1024 * 1024;
/// What one entry costs beside its bytes.
const OVERHEAD: usize = 128;

/// One append, as it was written.
#[derive(Clone, Debug)]
struct Entry {
    first_offset: i64,
    next_offset: i64,
    bytes: Bytes,
}

/// Recent appends by log, and the order in which they leave.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    logs: HashMap<u64, VecDeque<Entry>>,
    order: VecDeque<(u64, i64)>,
    size: usize,
}

impl Tail {
    /// Keeps what was just appended to a log from `first_offset` to before `next_offset`.
    pub(crate) fn push(&mut self, log: u64, first_offset: i64, next_offset: i64, bytes: Bytes) {
        self.size += bytes.len() + OVERHEAD;
        self.logs.entry(log).or_default().push_back(Entry { first_offset, next_offset, bytes });
        self.order.push_back((log, first_offset));
        while self.size > LIMIT {
            let Some((log, first_offset)) = self.order.pop_front() else { break };
            self.drop_oldest(log, first_offset);
        }
    }

    /// Only if it is still that entry: a log that was forgotten meanwhile begins anew.
    fn drop_oldest(&mut self, log: u64, first_offset: i64) {
        let Some(entries) = self.logs.get_mut(&log) else { return };
        if entries.front().is_none_or(|entry| entry.first_offset != first_offset) {
            return;
        }
        if let Some(entry) = entries.pop_front() {
            self.size -= entry.bytes.len() + OVERHEAD;
        }
        if entries.is_empty() {
            self.logs.remove(&log);
        }
    }

    /// As [`Log::read`](super::Log::read), where the log's newest appends reach back to `from`.
    pub(crate) fn read(&self, log: u64, from: i64, bound: i64, max_bytes: usize) -> Option<Bytes> {
        let entries = self.logs.get(&log)?;
        if entries.front()?.first_offset > from {
            return None;
        }
        let first = entries.partition_point(|entry| entry.next_offset <= from);
        let parts = entries.range(first..).map(|entry| &entry.bytes);
        Some(slices::whole_batches(parts, from, bound, max_bytes))
    }

    /// Drops everything of a log.
    pub(crate) fn forget(&mut self, log: u64) {
        for entry in self.logs.remove(&log).unwrap_or_default() {
            self.size -= entry.bytes.len() + OVERHEAD;
        }
        self.order.retain(|(known, _)| *known != log);
    }

    #[cfg(test)]
    pub(crate) fn size(&self) -> usize {
        self.size
    }
}
