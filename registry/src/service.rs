//! What the HTTP side asks of the registry: reads of the state, and writes one after another.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::timeout;

use crate::Config;
use crate::core::decide::Decision;
use crate::core::refusal::Refusal;
use crate::core::state::State;
use crate::log::reader::Replica;
use crate::log::writer::{Failure, Writer};

/// The registry behind its HTTP face.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) replica: Arc<Replica>,
    writer: Arc<Mutex<Writer>>,
    write_timeout: Duration,
    pub(crate) counters: Counters,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) writes: AtomicU64,
    pub(crate) failed_writes: AtomicU64,
}

impl Service {
    pub(crate) fn new(config: &Config, replica: &Arc<Replica>) -> Self {
        Self {
            replica: Arc::clone(replica),
            writer: Arc::new(Mutex::new(Writer::new(config, replica))),
            write_timeout: config.write_timeout,
            counters: Counters::default(),
        }
    }

    /// Asks a question of the state.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&State) -> T) -> T {
        question(&self.replica.state())
    }

    /// Answers at once if nothing has to be written; otherwise writes, and answers when the write can be read.
    ///
    /// A client that goes away does not stop a write that has begun.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        decide: impl Fn(&State) -> Result<Decision<T>, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let decision = self.read(&decide)?;
        if decision.records.is_empty() {
            return Ok(decision.answer);
        }
        let deadline = Instant::now() + self.write_timeout;
        let written = self.blocking(deadline, move |writer| writer.write(deadline, decide)).await;
        let counter = if written.is_ok() { &self.counters.writes } else { &self.counters.failed_writes };
        counter.fetch_add(1, Ordering::Relaxed);
        written
    }

    /// Becomes the writer ahead of the first write, which is then quick.
    pub(crate) async fn open_writer(&self, patience: Duration) {
        let deadline = Instant::now() + patience;
        let open = move |writer: &mut Writer| writer.open(deadline).map_err(Failure::into_refusal);
        match self.blocking(deadline, open).await {
            Ok(()) => tracing::debug!("the log is open for writing"),
            Err(refusal) => tracing::warn!("the log cannot be written yet, the next write tries again: {refusal}"),
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        deadline: Instant,
        work: impl FnOnce(&mut Writer) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = Arc::clone(&self.writer).lock_owned();
        let busy = || Refusal::Timeout("earlier writes are still waiting for the Kafka cluster".to_owned());
        let remaining = deadline.saturating_duration_since(Instant::now());
        let mut writer = timeout(remaining, turn).await.map_err(|_| busy())?;
        let done = tokio::task::spawn_blocking(move || work(&mut writer)).await;
        done.unwrap_or_else(|_| Err(Refusal::Store("the write panicked".to_owned())))
    }
}
