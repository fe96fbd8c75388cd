//! `lint --against` of 5,000 subjects of which 10 have changed, whole process. Goal: under 1 s.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::measure;
use crate::shell;

const SUBJECTS: usize = 5_000;
const CHANGED: usize = 10;

pub(super) fn run() -> Result<(), String> {
    let folder = shell::target().join("bench-against");
    let unwritable = |error: std::io::Error| format!("{}: {error}", folder.display());
    if folder.exists() {
        fs::remove_dir_all(&folder).map_err(unwritable)?;
    }
    fs::create_dir_all(folder.join("schemas")).map_err(unwritable)?;
    let manifest = folder.join("topology.yaml");
    fs::write(&manifest, text()).map_err(unwritable)?;
    for subject in 0..SUBJECTS {
        fs::write(file(&folder, subject), schema(subject, "")).map_err(unwritable)?;
    }
    for words in [&["init", "-q"][..], &["add", "."], &["commit", "-q", "-m", "before"]] {
        let identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "commit.gpgsign=false"];
        shell::output(Command::new("git").current_dir(&folder).args(identity).args(words))?;
    }
    for subject in (0..SUBJECTS).step_by(SUBJECTS / CHANGED) {
        let added = r#",{"name":"note","type":["null","string"],"default":null}"#;
        fs::write(file(&folder, subject), schema(subject, added)).map_err(unwritable)?;
    }
    let topology = shell::target().join("release/topology");
    let manifest = manifest.to_string_lossy().into_owned();
    let alone = measure::median(5, &topology, &["lint", "--manifest", &manifest, "--quiet"])?;
    let cost = measure::median(5, &topology, &["lint", "--manifest", &manifest, "--quiet", "--against", "HEAD"])?;
    println!("\nlint --against HEAD, {SUBJECTS} subjects of which {CHANGED} have changed, median of 5:");
    println!(
        "  {:.3} s wall, {:.3} s processor, {:.0} MB at the peak; without --against {:.3} s wall",
        cost.wall_seconds, cost.cpu_seconds, cost.peak_megabytes, alone.wall_seconds
    );
    println!("  goal: 1 s");
    Ok(())
}

fn file(folder: &Path, subject: usize) -> std::path::PathBuf {
    folder.join(format!("schemas/event-{subject}.avsc"))
}

fn schema(subject: usize, more: &str) -> String {
    let fields: Vec<String> = (0..12)
        .map(|field| format!("{{\"name\":\"field_{field}\",\"type\":\"string\",\"doc\":\"Number {field}.\"}}"))
        .collect();
    format!(
        "{{\"type\":\"record\",\"name\":\"Event{subject}\",\"namespace\":\"shop\",\"fields\":[{}{more}]}}\n",
        fields.join(",")
    )
}

/// A schema and a topic for each subject, a producer for each ten.
fn text() -> String {
    let mut text = String::from("topology: large\nversion: 1\nschemas:\n");
    let mut line = |line: String| writeln!(text, "{line}").expect("a String takes every write");
    for subject in 0..SUBJECTS {
        line(format!("  event-{subject}: {{ file: schemas/event-{subject}.avsc }}"));
    }
    line("topics:".to_owned());
    for subject in 0..SUBJECTS {
        line(format!("  events-{subject}:\n    doc: Events {subject}.\n    key: string\n    value: event-{subject}"));
    }
    for (section, prefix) in [("producers", "writer"), ("consumers", "reader")] {
        line(format!("{section}:"));
        for service in 0..SUBJECTS / 10 {
            let topics: Vec<String> =
                (service * 10..service * 10 + 10).map(|topic| format!("events-{topic}")).collect();
            line(format!("  {prefix}-{service}: {{ topics: [{}] }}", topics.join(", ")));
        }
    }
    text
}
