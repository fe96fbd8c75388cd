//! What a handler can ask about the process in which it runs.

use std::sync::Arc;

use crate::stopping::Stopping;

/// Which service of which topology this process is; generated as a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceInfo {
    /// The topology's name in the manifest.
    pub topology: &'static str,
    /// The service's name in the manifest.
    pub name: &'static str,
}

/// Passed to every handler call; cheap to clone.
#[derive(Clone, Debug)]
pub struct Context {
    process: Arc<Process>,
    attempt: u32,
}

#[derive(Debug)]
struct Process {
    service: ServiceInfo,
    instance: String,
    stopping: Stopping,
}

impl Context {
    pub(crate) fn new(service: ServiceInfo, instance: String, stopping: Stopping) -> Self {
        Self { process: Arc::new(Process { service, instance, stopping }), attempt: 1 }
    }

    /// The same context for the given try of a record.
    pub(crate) fn with_attempt(&self, attempt: u32) -> Self {
        Self { process: Arc::clone(&self.process), attempt }
    }

    /// The service that runs.
    pub fn service(&self) -> ServiceInfo {
        self.process.service
    }

    /// Which of several instances of the service this is: `TOPOLOGY_INSTANCE`, default `0`.
    pub fn instance(&self) -> &str {
        &self.process.instance
    }

    /// Which try of this record this is: 1 at first, 2 in the first retry.
    ///
    /// It does not survive a restart or a rebalance: a record that comes again after one begins at 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether the service was asked to end.
    pub fn is_stopping(&self) -> bool {
        self.process.stopping.is_set()
    }

    /// Resolves when the service is asked to end, at once if it was. Cancel-safe.
    ///
    /// The record in work is given 10 seconds from then on.
    pub async fn stopping(&self) {
        self.process.stopping.wait().await;
    }
}
