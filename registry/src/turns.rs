//! Work that takes a processor for long: so much at once, so much more waiting, and the rest refused.
//!
//! A place is held by the work and not by whoever asked for it: a client that hangs up does not end what a thread does
//! for it, and must not make room for more of that.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// The turns of one kind of work.
#[derive(Debug)]
pub(crate) struct Turns {
    running: Arc<Semaphore>,
    places: Arc<Semaphore>,
    most_running: usize,
    most_waiting: usize,
}

/// Why work was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undone {
    /// Nothing of it was begun: so much runs and waits already.
    Crowded {
        running: usize,
        waiting: usize,
    },
    Panicked,
}

impl Turns {
    /// At least one at once.
    pub(crate) fn new(most_running: usize, most_waiting: usize) -> Self {
        let most_running = most_running.max(1);
        let semaphore = |permits: usize| Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS)));
        Self {
            running: semaphore(most_running),
            places: semaphore(most_running.saturating_add(most_waiting)),
            most_running,
            most_waiting,
        }
    }

    /// Does `work` when it is its turn, on a thread where it keeps nobody waiting; refuses at once when too much waits.
    pub(crate) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Undone> {
        let crowded = Undone::Crowded { running: self.most_running, waiting: self.most_waiting };
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| crowded)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| crowded)?;
        let held = move || {
            let _until_done = (place, turn);
            work()
        };
        tokio::task::spawn_blocking(held).await.map_err(|_| Undone::Panicked)
    }
}

/// How many processors there are for this process.
pub(crate) fn processors() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn what_is_refused_never_runs() {
        let turns = Turns::new(1, 1);
        let (end, ended) = mpsc::channel::<()>();
        let has_run = Arc::new(AtomicBool::new(false));
        let runs = Arc::clone(&has_run);
        let (first, second, third, ()) = tokio::join!(
            turns.run(move || ended.recv().is_ok()),
            turns.run(|| true),
            turns.run(move || runs.store(true, Ordering::SeqCst)),
            async { end.send(()).unwrap() },
        );
        assert_eq!((first, second), (Ok(true), Ok(true)));
        assert_eq!(third, Err(Undone::Crowded { running: 1, waiting: 1 }));
        assert!(!has_run.load(Ordering::SeqCst));
        assert_eq!(turns.run(|| 1).await, Ok(1), "the places are free again");
    }

    #[tokio::test]
    async fn a_client_that_hangs_up_frees_no_place_while_its_work_goes_on() {
        let turns = Turns::new(1, 0);
        let (end, ended) = mpsc::channel::<()>();
        let (begin, mut begun) = tokio::sync::mpsc::channel(1);
        let work = turns.run(move || {
            begin.blocking_send(()).unwrap();
            ended.recv().unwrap();
        });
        tokio::select! {
            _ = work => panic!("it waits"),
            _ = begun.recv() => {}
        }
        assert!(matches!(turns.run(|| ()).await, Err(Undone::Crowded { .. })));
        end.send(()).unwrap();
        while turns.run(|| ()).await.is_err() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn work_that_panics_gives_its_turn_back() {
        let turns = Turns::new(1, 0);
        assert_eq!(turns.run(|| panic!("a mistake")).await, Err::<(), _>(Undone::Panicked));
        assert_eq!(turns.run(|| 1).await, Ok(1));
    }
}
