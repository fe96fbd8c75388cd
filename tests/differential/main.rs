//! The embedded cluster against Apache Kafka 4.3: every scenario runs on both, and the answers are compared field by
//! field.
//!
//! A scenario is a function that talks to a [`World`](world::World) and so writes a transcript: each answer with all its
//! fields, with what no two clusters share (ids, ports, times) replaced by names. The two transcripts must be equal,
//! except for lines that [`EXPLAINED`](explained::EXPLAINED) lists with the reason.
//!
//! `TOPOLOGY_TEST_KAFKA=host:port,…` uses a cluster that runs already, with the settings of [`kafka`](topology_tests::kafka), instead of a new one.

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
    let trials = scenarios::all()
        .map(|(name, scenario)| Trial::test(name, move || compare::run(clusters, name, scenario).map_err(Into::into)));
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    java::stop();
    clusters.stop();
    conclusion.exit();
}
