//! The binary without services: what it finds, writes and refuses, and its cluster by itself.
//!
//! Snapshots hold whole runs: exit code, stdout, stderr. Temporary paths are filtered.

mod cluster;
mod commands;
mod formats;
mod generate;
mod hostile;
mod lint;
mod registered;
mod schema;

use std::path::Path;

use topology_tests::binary::{self, Outcome};

/// Runs `topology WORDS` in `folder` and gives the transcript with the folder's path taken out.
fn transcript(folder: &Path, words: &[&str]) -> String {
    stable(folder, &binary::run(folder, words))
}

/// An outcome's transcript without what differs between machines.
fn stable(folder: &Path, outcome: &Outcome) -> String {
    let canonical = folder.canonicalize().expect("the folder exists");
    let text = outcome.transcript().replace(&*canonical.to_string_lossy(), "[PROJECT]");
    text.replace(&*folder.to_string_lossy(), "[PROJECT]")
}
