//! The one signal that says "end": set once, never taken back, seen by everyone who holds a clone.

use std::sync::Arc;

use tokio::sync::watch;

/// A shared flag that can be polled and awaited.
#[derive(Clone, Debug)]
pub(crate) struct Stopping(Arc<watch::Sender<bool>>);

impl Stopping {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Sets the flag and wakes everyone who waits for it.
    pub(crate) fn set(&self) {
        self.0.send_replace(true);
    }

    pub(crate) fn is_set(&self) -> bool {
        *self.0.borrow()
    }

    /// Resolves when the flag is set, at once if it is. Cancel-safe.
    pub(crate) async fn wait(&self) {
        // `wait_for` fails only when the sender is gone, and `self` holds it.
        self.0.subscribe().wait_for(|stopping| *stopping).await.ok();
    }
}
