//! Which leader epoch began at which offset.

/// The epochs of a log, oldest first; both numbers only grow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Epochs {
    known: Vec<(i32, i64)>,
}

impl Epochs {
    /// From `offset` on, records belong to `epoch`. An epoch without records gives way to the next one.
    pub(crate) fn begin(&mut self, epoch: i32, offset: i64) {
        if epoch < 0 || self.known.last().is_some_and(|(latest, _)| *latest >= epoch) {
            return;
        }
        while self.known.last().is_some_and(|(_, start)| *start >= offset) {
            self.known.pop();
        }
        self.known.push((epoch, offset));
    }

    /// The latest epoch that is known.
    pub(crate) fn latest(&self) -> Option<i32> {
        self.known.last().map(|(epoch, _)| *epoch)
    }

    /// The epoch at an offset.
    pub(crate) fn at(&self, offset: i64) -> Option<i32> {
        let after = self.known.partition_point(|(_, start)| *start <= offset);
        self.known.get(after.checked_sub(1)?).map(|(epoch, _)| *epoch)
    }

    /// The largest epoch known up to the one asked for, and the offset where the next begins, which for the latest is the
    /// log's end.
    pub(crate) fn end(&self, asked: i32, log_end: i64) -> Option<(i32, i64)> {
        let after = self.known.partition_point(|(epoch, _)| *epoch <= asked);
        match self.known.get(after) {
            None if self.latest() == Some(asked) => Some((asked, log_end)),
            Some((_, next_start)) if asked >= 0 => {
                let epoch = after.checked_sub(1).map_or(asked, |before| self.known[before].0);
                Some((epoch, *next_start))
            }
            _ => None,
        }
    }

    /// The log begins at `offset` now.
    pub(crate) fn trim(&mut self, offset: i64) {
        let after = self.known.partition_point(|(_, start)| *start <= offset);
        if let Some(last) = after.checked_sub(1) {
            self.known[last].1 = offset;
            self.known.drain(..last);
        }
    }
}
