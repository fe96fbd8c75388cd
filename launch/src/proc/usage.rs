//! CPU and memory of process groups.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::{Stat, all_pids};

/// What a process and its descendants in the same group use.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Usage {
    /// Share of one core, in percent, over the time between two samples. Above 100 with several busy threads.
    pub cpu_percent: f64,
    /// Resident memory in bytes; memory that members share counts once per member.
    pub resident_bytes: u64,
}

/// The time between the two samples behind [`Usage::cpu_percent`].
pub const SAMPLE_INTERVAL: Duration = Duration::from_millis(200);

/// Totals per process group at one moment.
#[derive(Debug)]
pub(crate) struct Sample {
    at: Instant,
    groups: BTreeMap<i32, (u64, u64)>,
}

impl Sample {
    pub(crate) fn take() -> Self {
        let mut groups: BTreeMap<i32, (u64, u64)> = BTreeMap::new();
        for stat in all_pids().unwrap_or_default().into_iter().filter_map(Stat::read) {
            let (ticks, pages) = groups.entry(stat.group).or_default();
            *ticks += stat.cpu_ticks;
            *pages += stat.resident_pages;
        }
        Self { at: Instant::now(), groups }
    }

    /// The usage of the group of `leader` between `earlier` and this sample.
    pub(crate) fn usage_since(&self, earlier: &Self, leader: u32) -> Option<Usage> {
        let group = i32::try_from(leader).ok()?;
        let (ticks, pages) = *self.groups.get(&group)?;
        let before = earlier.groups.get(&group).map_or(ticks, |(ticks, _)| *ticks);
        let used = u32::try_from(ticks.saturating_sub(before)).unwrap_or(u32::MAX);
        let elapsed = self.at.duration_since(earlier.at).as_secs_f64().max(0.001);
        let per_second = u32::try_from(rustix::param::clock_ticks_per_second()).unwrap_or(100);
        let cpu_percent = 100.0 * f64::from(used) / f64::from(per_second) / elapsed;
        Some(Usage { cpu_percent, resident_bytes: pages * rustix::param::page_size() as u64 })
    }
}
