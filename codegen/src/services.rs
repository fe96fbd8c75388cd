//! One library crate for each service, and the scaffold of its binary.

use topology::Topology;

use crate::file::{File, Options};

/// The files of every service.
pub fn files(_topology: &Topology, _options: &Options) -> Vec<File> {
    Vec::new()
}
