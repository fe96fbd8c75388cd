//! Every scenario, by area.

mod clients;
mod cluster;
mod topics;

use crate::Scenario;

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Scenario> {
    [cluster::SCENARIOS, topics::SCENARIOS, clients::SCENARIOS].into_iter().flatten().copied()
}
