//! Runs a scenario on both clusters and compares what was written down.

use std::panic::{AssertUnwindSafe, catch_unwind};

use similar::{ChangeTag, TextDiff};

use crate::clusters::{Addresses, Clusters};
use crate::explained;
use crate::world::World;

/// How many equal lines are shown around a difference.
const CONTEXT: usize = 12;

/// How often a scenario is tried. A difference of behaviour shows every time; one that does not show again was Kafka
/// being late to tell its brokers something.
const ATTEMPTS: u32 = 2;

/// Runs a scenario on both.
///
/// # Errors
///
/// The difference as text, where there is one that is not explained and shows in every attempt.
pub(crate) fn run(clusters: &Clusters, name: &'static str, scenario: fn(&mut World)) -> Result<(), String> {
    let mut outcome = Ok(());
    for attempt in 0..ATTEMPTS {
        outcome = attempted(clusters, name, scenario, attempt);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

fn attempted(clusters: &Clusters, name: &'static str, scenario: fn(&mut World), attempt: u32) -> Result<(), String> {
    let [ours, kafka] = clusters.addresses();
    let (ours, kafka) = std::thread::scope(|scope| {
        let ours = scope.spawn(|| transcript(name, ours, scenario, attempt));
        let kafka = scope.spawn(|| transcript(name, kafka, scenario, attempt));
        let join = |handle: std::thread::ScopedJoinHandle<'_, String>| handle.join().unwrap_or_default();
        (join(ours), join(kafka))
    });
    let (ours, kafka) = (explained::strip(name, &ours), explained::strip(name, &kafka));
    if kafka.contains("!! ") {
        return Err(format!("the scenario does not work on Apache Kafka itself:\n{kafka}"));
    }
    if ours == kafka { Ok(()) } else { Err(difference(&kafka, &ours)) }
}

/// What a scenario wrote down; a panic is its last line.
fn transcript(name: &str, addresses: &Addresses, scenario: fn(&mut World), attempt: u32) -> String {
    let mut world = World::new(name, attempt, addresses);
    let outcome = catch_unwind(AssertUnwindSafe(|| scenario(&mut world)));
    let mut text = world.transcript();
    if let Err(panic) = outcome {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        text += &format!("!! {}\n", said.unwrap_or_default());
    }
    text
}

fn difference(kafka: &str, ours: &str) -> String {
    let diff = TextDiff::from_lines(kafka, ours);
    let mut text = String::from("- Apache Kafka, + the embedded cluster\n");
    for group in diff.grouped_ops(CONTEXT) {
        text += "  ...\n";
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let sign = match change.tag() {
                ChangeTag::Delete => '-',
                ChangeTag::Insert => '+',
                ChangeTag::Equal => ' ',
            };
            text += &format!("{sign} {}", change.value());
        }
    }
    text
}
