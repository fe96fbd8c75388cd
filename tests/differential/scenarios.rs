//! Every scenario, by area.

mod admin;
mod clients;
mod cluster;
mod configs;
mod consumer_groups;
mod control;
mod fetch;
mod groups;
mod offsets;
mod produce;
mod quotas;
mod security;
mod share;
mod topics;
mod transactions;

use crate::Scenario;

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Scenario> {
    [
        cluster::SCENARIOS,
        configs::SCENARIOS,
        admin::SCENARIOS,
        control::SCENARIOS,
        quotas::SCENARIOS,
        security::SCENARIOS,
        topics::SCENARIOS,
        produce::SCENARIOS,
        fetch::SCENARIOS,
        groups::SCENARIOS,
        consumer_groups::SCENARIOS,
        offsets::SCENARIOS,
        share::SCENARIOS,
        transactions::SCENARIOS,
        clients::SCENARIOS,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// Whether a scenario needs a listener at which clients say who they are.
pub(crate) fn need_sasl(name: &str) -> bool {
    security::SCENARIOS.iter().any(|(known, _)| *known == name)
}
