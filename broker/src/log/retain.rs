//! Which segments a log need not keep, by age and by size, as Kafka decides it.

use std::io;

use super::partition::Log;
use super::segment::Segment;
use crate::machine::Timestamp;

impl Log {
    /// Removes whole segments from the front that are too old, or too many; −1 stands for no bound.
    ///
    /// # Errors
    ///
    /// When the disk refuses.
    pub(crate) fn retain(&mut self, ms: i64, bytes: i64, now: Timestamp) -> io::Result<()> {
        let gone = self.too_large(bytes).max(self.too_old(ms, now));
        if gone == 0 {
            return Ok(());
        }
        let until = self.segments.get(gone).map_or(self.end, |next| next.base);
        self.delete_before(until)
    }

    fn too_large(&self, bytes: i64) -> usize {
        let Ok(bound) = u64::try_from(bytes) else { return 0 };
        let mut over = self.size().saturating_sub(bound);
        let mut gone = 0;
        for segment in &self.segments {
            if over == 0 || segment.size > over {
                break;
            }
            over -= segment.size;
            gone += 1;
        }
        gone
    }

    fn too_old(&self, ms: i64, now: Timestamp) -> usize {
        if ms < 0 {
            return 0;
        }
        let old = |segment: &&Segment| now.saturating_sub(segment.newest()) > ms;
        let gone = self.segments.iter().take_while(old).count();
        // An empty segment at the end keeps the end.
        let bare = gone == self.segments.len() && self.segments.last().is_some_and(|last| last.size == 0);
        if bare { gone - 1 } else { gone }
    }
}
