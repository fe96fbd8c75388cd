//! What a consumer does at its beginning and when a record fails.

use std::time::Duration;

/// Where a group begins in a partition for which it has no committed offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Start {
    /// At the oldest record that the topic still holds.
    #[default]
    Earliest,
    /// Behind the newest record at the moment when the group's first member starts.
    ///
    /// The position is committed at once, so nothing that arrives afterwards is skipped by a restart. Partitions
    /// that are added later are read from their beginning.
    Latest,
}

/// What follows when a record still fails after its retries, or cannot be decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// The service ends with exit code 1; the record is not committed and comes again at the next start.
    #[default]
    Stop,
    /// The record is logged, counted in `topology_records_skipped_total` and left behind.
    Skip,
}

/// How failed records are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnError {
    /// How often a failed record is tried again. Default: 5.
    pub retries: u32,
    /// The pause before the first retry; each further one doubles. Default: 200 ms.
    pub backoff_min: Duration,
    /// The longest pause between two tries. Default: 30 s.
    pub backoff_max: Duration,
    /// What follows after the last retry. Default: [`Then::Stop`].
    pub then: Then,
}

impl Default for OnError {
    fn default() -> Self {
        Self {
            retries: 5,
            backoff_min: Duration::from_millis(200),
            backoff_max: Duration::from_secs(30),
            then: Then::Stop,
        }
    }
}
