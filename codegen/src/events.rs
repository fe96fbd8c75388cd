//! The crate of event types with their codecs.

use topology::Topology;

use crate::file::File;

/// The files of the events crate.
pub fn files(_topology: &Topology) -> Vec<File> {
    Vec::new()
}
