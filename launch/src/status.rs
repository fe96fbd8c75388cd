//! What a person sees of the running processes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::proc::usage::{SAMPLE_INTERVAL, Sample, Usage};
use crate::state::{ProcessRecord, State, now_millis};

/// An environment at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The environment's name.
    pub environment: String,
    /// The process id of the supervisor.
    pub supervisor: u32,
    /// The name of the run.
    pub run: crate::proc::identity::RunId,
    /// How long the supervisor has run, in milliseconds.
    pub uptime_ms: u64,
    /// Where the environment is reached.
    pub endpoints: BTreeMap<String, String>,
    /// Every process, by name.
    pub processes: Vec<ProcessStatus>,
}

/// A process at one moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProcessStatus {
    /// What the supervisor knows.
    #[serde(flatten)]
    pub record: ProcessRecord,
    /// How long the process has run since it was last started, in milliseconds.
    pub uptime_ms: Option<u64>,
    /// What its group uses; none if it does not run.
    pub usage: Option<Usage>,
}

impl Status {
    /// Looks at the processes of a state twice, one sample interval apart.
    pub async fn observe(state: State) -> Self {
        let earlier = Sample::take();
        tokio::time::sleep(SAMPLE_INTERVAL).await;
        let later = Sample::take();
        let now = now_millis();
        let observe = |record: ProcessRecord| {
            let running = record.identity.filter(|identity| identity.is_alive());
            ProcessStatus {
                uptime_ms: running.and(record.started_at).map(|started| now.saturating_sub(started)),
                usage: running.and_then(|identity| later.usage_since(&earlier, identity.pid)),
                record,
            }
        };
        Self {
            environment: state.environment,
            supervisor: state.supervisor.pid,
            run: state.run,
            uptime_ms: now.saturating_sub(state.started_at),
            endpoints: state.endpoints,
            processes: state.processes.into_values().map(observe).collect(),
        }
    }
}
