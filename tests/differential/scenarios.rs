//! Every scenario, by area.

mod clients;
mod cluster;
mod fetch;
mod groups;
mod offsets;
mod produce;
mod topics;
mod transactions;

use crate::Scenario;

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Scenario> {
    [
        cluster::SCENARIOS,
        topics::SCENARIOS,
        produce::SCENARIOS,
        fetch::SCENARIOS,
        groups::SCENARIOS,
        offsets::SCENARIOS,
        transactions::SCENARIOS,
        clients::SCENARIOS,
    ]
    .into_iter()
    .flatten()
    .copied()
}
