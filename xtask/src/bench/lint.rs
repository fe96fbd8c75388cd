//! `lint` of a manifest of 10,000 topics, whole process. Goal: under 0.3 s and 100 MB.

use std::fmt::Write as _;
use std::fs;

use super::measure;
use crate::shell;

const TOPICS: usize = 10_000;

pub(super) fn run() -> Result<(), String> {
    let folder = shell::target().join("bench-lint");
    let unwritable = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(unwritable)?;
    let manifest = folder.join("topology.yaml");
    fs::write(&manifest, text()).map_err(unwritable)?;
    fs::write(folder.join("order.avsc"), include_str!("../../../examples/shop/schemas/order.avsc"))
        .map_err(unwritable)?;
    let topology = shell::target().join("release/topology");
    let words = ["lint", "--manifest", &manifest.to_string_lossy(), "--quiet"];
    let cost = measure::median(7, &topology, &words)?;
    let megabytes = fs::metadata(&manifest).map_err(unwritable)?.len() as f64 / 1e6;
    println!("\nlint of {TOPICS} topics ({megabytes:.1} MB of YAML), whole process, median of 7:");
    println!(
        "  {:.3} s wall, {:.3} s processor, {:.0} MB at the peak",
        cost.wall_seconds, cost.cpu_seconds, cost.peak_megabytes
    );
    println!("  goal: 0.3 s and 100 MB");
    Ok(())
}

/// A manifest as a large company has it: every topic has a producer, a consumer and some settings.
fn text() -> String {
    let mut text = String::from("topology: large\nversion: 1\nschemas:\n  order: { file: order.avsc }\ntopics:\n");
    let mut line = |line: String| writeln!(text, "{line}").expect("a String takes every write");
    for topic in 0..TOPICS {
        line(format!(
            "  team-{}.orders-{topic}:\n    doc: Orders of shop {topic}, keyed by their id.\n    key: string\n    \
             value: order\n    partitions: {}\n    retention: 7d\n    config: {{ min.insync.replicas: 2 }}",
            topic % 97,
            3 + topic % 10
        ));
    }
    for (section, prefix) in [("producers", "writer"), ("consumers", "reader")] {
        line(format!("{section}:"));
        for service in 0..TOPICS / 10 {
            let topics: Vec<String> =
                (service * 10..service * 10 + 10).map(|topic| format!("team-{}.orders-{topic}", topic % 97)).collect();
            line(format!("  {prefix}-{service}: {{ topics: [{}] }}", topics.join(", ")));
        }
    }
    text
}
