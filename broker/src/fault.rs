//! What can be made to fail on demand.

/// The faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {}
