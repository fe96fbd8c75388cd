//! A topology to the files of Rust crates.
//!
//! In reading order:
//! * [`mod@file`]: what generation yields, and who owns each file.
//! * [`events`]: the crate of event types with their codecs.
//! * [`services`]: one library crate for each service, and the scaffold of its binary.
//! * [`project`]: the workspace around them.
//! * [`lock`]: the hashes of what was generated.
//! * [`compare`]: what is on disk against what should be.
//! * [`locate`]: from a place in generated code back to the manifest.
//!
//! [`generate`] is a function of its inputs: it touches no disk, and the same topology gives the same bytes.

pub mod file;
pub mod events;
pub mod services;
pub mod project;
pub mod lock;
pub mod compare;
pub mod locate;
mod render;

use topology::Topology;
use topology::ir::RuntimeSource;

pub use file::{File, Options, Ownership};

/// Every file of the topology's project, sorted by path: its crates and their lock, and the scaffold around them.
pub fn generate(topology: &Topology, options: &Options) -> Vec<File> {
    let mut files = events::files(topology);
    files.extend(services::files(topology));
    if topology.runtime == RuntimeSource::Vendored {
        files.extend(options.vendored.iter().cloned());
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.push(lock::file(topology, &files));
    files.extend(project::files(topology));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
