//! Finds what a topology says that cannot work, loses data or is likely a mistake.
//!
//! Each module is a family of rules and holds their explanations. A rule sees the resolved topology only and returns
//! its findings as values; rules do not know each other, and what a manifest must be to have a meaning at all is the
//! business of `resolve`. One cause is one finding: topics that share a default are named together.

mod flows;
mod near;
mod usage;
mod topics;
mod replication;
mod config;
mod services;
mod cycle;
mod stages;
mod cluster;
mod contracts;
mod json;
mod expression;
#[cfg(test)]
mod tests;

use crate::diagnostic::Diagnostic;
use crate::explain::Rule;
use crate::ir::{Topic, Topology};

/// Every finding about a topology, in the order of the places that they are about.
///
/// If reading the manifest found errors, findings about what is absent may follow from what could not be read.
pub fn lint(topology: &Topology) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let flows = flows::Flows::of(topology);
    usage::check(topology, &flows, &mut findings);
    topics::check(topology, &mut findings);
    replication::check(topology, &mut findings);
    config::check(topology, &mut findings);
    services::check(topology, &mut findings);
    cycle::check(topology, &flows, &mut findings);
    stages::check(topology, &mut findings);
    cluster::check(topology, &mut findings);
    contracts::check(topology, &mut findings);
    json::check(topology, &mut findings);
    expression::check(topology, &mut findings);
    findings.sort_by_key(|finding| finding.labels.first().map(|label| label.location));
    findings
}

/// The rules of all families.
pub(crate) fn rules() -> impl Iterator<Item = &'static Rule> {
    [
        usage::RULES,
        topics::RULES,
        replication::RULES,
        config::RULES,
        services::RULES,
        cycle::RULES,
        stages::RULES,
        cluster::RULES,
        contracts::RULES,
        json::RULES,
        expression::RULES,
    ]
    .into_iter()
    .flatten()
}

/// Topics that have one finding in common, as the subject of a sentence.
fn subject(topics: &[&Topic]) -> String {
    match topics {
        [one] => format!("topic `{}`", one.name),
        [first, second] => format!("topics `{}` and `{}`", first.name, second.name),
        [first, second, others @ ..] => {
            let noun = if others.len() == 1 { "other" } else { "others" };
            format!("topics `{}`, `{}` and {} {noun}", first.name, second.name, others.len())
        }
        [] => "no topic".to_owned(),
    }
}

/// The verb after [`subject`].
fn verb<'a>(topics: &[&Topic], one: &'a str, many: &'a str) -> &'a str {
    if topics.len() == 1 { one } else { many }
}
