//! A bounded number of open files, however many segments there are.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// How many segments are open at once. A thousand topics of eight partitions must stay far below the 1,024 descriptors
/// that a shell allows by default, beside some hundred connections; opening a file again costs microseconds.
const OPEN_LIMIT: usize = 256;

/// Open segment files, by the number of their [`Body`](super::body::Body).
#[derive(Debug, Default)]
pub(crate) struct Files {
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    files: HashMap<u64, (Arc<File>, u64)>,
    uses: u64,
}

impl Files {
    /// The file, opened for reading and writing, and made if it is not there.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub(crate) fn get(&self, id: u64, path: &Path) -> io::Result<Arc<File>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.uses += 1;
        let uses = open.uses;
        if let Some((file, used)) = open.files.get_mut(&id) {
            *used = uses;
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?);
        if open.files.len() >= OPEN_LIMIT
            && let Some(oldest) = open.files.iter().min_by_key(|(_, (_, used))| *used).map(|(id, _)| *id)
        {
            open.files.remove(&oldest);
        }
        open.files.insert(id, (Arc::clone(&file), uses));
        Ok(file)
    }

    /// Closes a file that is to be removed or replaced.
    pub(crate) fn close(&self, id: u64) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).files.remove(&id);
    }

    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.open.lock().unwrap().files.len()
    }
}
