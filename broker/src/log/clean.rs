//! The cleaner: retention by time and size, compaction; on a schedule and on request.

use crate::machine::Machine;

/// Cleans what has come due.
pub(crate) fn tick(_machine: &mut Machine) {}

/// Cleans everything that can be cleaned, due or not.
pub(crate) fn now(_machine: &mut Machine) {}
