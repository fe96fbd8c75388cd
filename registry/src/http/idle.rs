//! Connections that wait for a request, and which of them makes room when there is none.
//!
//! Clients keep connections for later, and some open them and say nothing. When every place is taken, whoever comes
//! next, a health check perhaps, takes the place of the connection that has waited the longest: its client opens
//! another one when it has something to ask. A connection with a request or an answer under way is left alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// All connections of a server that wait for a request.
#[derive(Debug, Default)]
pub(super) struct Idle {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    last: u64,
    /// By the order in which they began to wait.
    connections: BTreeMap<u64, Arc<Notify>>,
}

/// One connection among them.
#[derive(Debug)]
pub(super) struct Place {
    all: Arc<Idle>,
    /// Where it is in the order; `None` while it is not to be ended.
    number: Mutex<Option<u64>>,
    end: Arc<Notify>,
    is_writing: Arc<AtomicBool>,
}

/// A request under way on a connection.
#[derive(Debug)]
pub(super) struct Busy<'a>(&'a Place);

impl Idle {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the connection that has waited the longest to end.
    pub(super) fn end_one(&self) {
        if let Some((_, end)) = self.lock().connections.pop_first() {
            end.notify_one();
        }
    }
}

impl Place {
    pub(super) fn new(all: &Arc<Idle>) -> Self {
        let place =
            Self { all: Arc::clone(all), number: Mutex::default(), end: Arc::default(), is_writing: Arc::default() };
        place.wait();
        place
    }

    /// Where whoever writes to the network says whether something is on its way still.
    pub(super) fn is_writing(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_writing)
    }

    /// A request has begun; it ends with what is returned.
    pub(super) fn begin(&self) -> Busy<'_> {
        self.leave();
        Busy(self)
    }

    /// Waits until the connection is to end, and nothing would be lost.
    pub(super) async fn ended(&self) {
        loop {
            self.end.notified().await;
            let is_waiting = self.number().is_some();
            if is_waiting && !self.is_writing.load(Ordering::Relaxed) {
                return;
            }
        }
    }

    fn wait(&self) {
        let mut waiting = self.all.lock();
        waiting.last += 1;
        let number = waiting.last;
        waiting.connections.insert(number, Arc::clone(&self.end));
        *self.number() = Some(number);
    }

    fn leave(&self) {
        let number = self.number().take();
        if let Some(number) = number {
            self.all.lock().connections.remove(&number);
        }
    }

    fn number(&self) -> MutexGuard<'_, Option<u64>> {
        self.number.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.leave();
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::*;

    async fn ends(place: &Place) -> bool {
        timeout(Duration::from_millis(20), place.ended()).await.is_ok()
    }

    #[tokio::test]
    async fn who_has_waited_the_longest_makes_room() {
        let all = Arc::default();
        let [first, second, third] = [Place::new(&all), Place::new(&all), Place::new(&all)];
        drop(first.begin());
        let busy = second.begin();
        all.end_one();
        assert!(ends(&third).await && !ends(&first).await && !ends(&second).await);
        all.end_one();
        all.end_one();
        assert!(ends(&first).await && !ends(&second).await, "a request is under way on the second");
        drop(busy);
        all.end_one();
        assert!(ends(&second).await);
        drop((first, second, third));
        assert!(all.lock().connections.is_empty());
    }

    #[tokio::test]
    async fn an_answer_on_its_way_is_not_cut_off() {
        let all = Arc::default();
        let place = Place::new(&all);
        place.is_writing().store(true, Ordering::Relaxed);
        all.end_one();
        assert!(!ends(&place).await);
    }
}
