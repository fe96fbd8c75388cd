//! The embedded cluster against Apache Kafka 4.3: every scenario runs on both, and the answers are compared field by
//! field.
//!
//! A scenario is a function that talks to a [`World`](world::World) and so writes a transcript: each answer with all its
//! fields, with what no two clusters share (ids, ports, times) replaced by names. The two transcripts must be equal,
//! except for lines that [`EXPLAINED`](explained::EXPLAINED) lists with the reason.
//!
//! `TOPOLOGY_TEST_KAFKA=host:port,…` uses a cluster that runs already, with the settings of [`kafka`](topology_tests::kafka), instead of a new one;
//! the scenarios that need its listener with SASL are then ignored.
#![expect(clippy::type_complexity, reason = "cases are tables of tuples, which read as tables")]
#![expect(clippy::default_trait_access, reason = "an empty field of a request says all by being empty")]

mod batch;
mod clusters;
mod compare;
mod explained;
mod java;
mod normal;
mod raw;
mod scenarios;
mod world;

use libtest_mimic::{Arguments, Trial};

use crate::clusters::Clusters;
use crate::world::World;

/// A scenario: its name says what is asked.
pub(crate) type Scenario = (&'static str, fn(&mut World));

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let clusters: &'static Clusters = Box::leak(Box::default());
    // Such a cluster has no listener with SASL.
    let runs_already = std::env::var_os("TOPOLOGY_TEST_KAFKA").is_some();
    let trials = scenarios::all().map(|(name, scenario)| {
        let run = move || compare::run(clusters, name, scenario).map_err(Into::into);
        Trial::test(name, run).with_ignored_flag(runs_already && scenarios::need_sasl(name))
    });
    let trials: Vec<Trial> = trials.collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    java::stop();
    clusters.stop();
    conclusion.exit();
}
