//! The file of metadata changes: appended before a change is true, read at start, rewritten when it has grown.

use crate::metadata::change::Change;

/// Where changes are kept; in memory they are not.
#[derive(Debug, Default)]
pub(crate) struct Journal {}

impl Journal {
    /// Writes changes as one unit: after a crash either all of them are found or none.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the file comes next")]
    pub(crate) fn append(&mut self, _changes: &[Change]) -> std::io::Result<()> {
        Ok(())
    }
}
