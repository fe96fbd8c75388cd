//! Runs exactly the steps of a plan.
//!
//! Steps of one kind go to Kafka together, in requests below the controller's limit; requests to the registry run side
//! by side up to [`Parallelism`]. A step that is refused does not stop the ones that do not need it. What happened
//! to each step is in the [`Report`]; planning and applying again finishes what is left.
//! This module decides nothing; see `plan`.

use serde::{Deserialize, Serialize};

use crate::connection::Connection;
use crate::error::Error;
use crate::plan::Plan;

mod batch;
mod run;

#[cfg(test)]
mod tests;

/// How many requests to the registry are under way at once. Default: 8. Range: 1 to 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parallelism(usize);

/// Something that happens while a plan runs, for progress.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A step has been sent.
    Started {
        /// Its [`id`](crate::plan::Step::id).
        step: &'a str,
    },
    /// A step has an outcome.
    Finished {
        /// Its [`id`](crate::plan::Step::id).
        step: &'a str,
        /// What came of it.
        outcome: &'a Outcome,
        /// How many steps have an outcome now.
        finished: usize,
        /// How many steps the plan has.
        total: usize,
    },
    /// Created topics exist, but not every broker knows all their leaders yet.
    Waiting {
        /// How many topics are not usable yet.
        topics: usize,
    },
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// It is done, or was done already.
    Done {
        /// What there is to say about it, such as the id that a schema got.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// It was tried and refused, or its outcome is not known.
    Failed {
        /// Why: a phrase.
        why: String,
        /// What to do: an imperative sentence.
        help: String,
    },
    /// It was not tried.
    NotAttempted {
        /// Why: a phrase.
        why: String,
    },
}

/// What happened to every step of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The steps in the order of the plan.
    pub steps: Vec<StepReport>,
}

/// What happened to a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReport {
    /// Its [`id`](crate::plan::Step::id).
    pub step: String,
    /// What came of it.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// Runs the plan's steps and says what came of each.
///
/// Returns after created topics can be used through every broker, so that a service that starts next finds them.
/// `progress` is called on the calling task and must not block.
///
/// # Errors
///
/// If the plan is blocked or was made for another cluster or registry, or if no broker answers: then nothing was done.
/// Everything that happens later is in the report.
pub async fn apply(
    connection: &Connection,
    plan: &Plan,
    parallelism: Parallelism,
    progress: impl Fn(Event<'_>) + Send + Sync,
) -> Result<Report, Error> {
    run::run(connection, plan, parallelism, &progress).await
}

impl Parallelism {
    /// This many requests at once, brought into the range.
    pub fn new(requests: usize) -> Self {
        Self(requests.clamp(1, 64))
    }

    pub(crate) fn get(self) -> usize {
        self.0
    }
}

impl Default for Parallelism {
    fn default() -> Self {
        Self(8)
    }
}

impl Outcome {
    /// Whether the step is done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }
}

impl Report {
    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        self.steps.iter().all(|step| step.outcome.is_done())
    }

    /// How many steps are done.
    pub fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.outcome.is_done()).count()
    }
}
