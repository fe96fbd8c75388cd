//! A cluster's folder: whose it is, who uses it, and how the last run ended.
//!
//! | name | what it is |
//! |---|---|
//! | `topology-cluster` | says that the folder is ours, and in which format |
//! | `cluster.lock` | held while a process uses the folder; has its pid |
//! | `clean-shutdown` | there while nothing need be checked |
//! | `metadata.log` | the [`Journal`] |
//! | `logs` | a folder for each partition that has records |
//!
//! A folder that holds anything else and not the first of these is refused: nothing of anybody's is overwritten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock, syncfs};

use crate::error::Error;
use crate::log::Logs;
use crate::log::home::replace;
use crate::log::recovery::{Stop, Truncated};
use crate::machine::Timestamp;
use crate::metadata::Metadata;
use crate::metadata::journal::Journal;

const MARK: &str = "topology-cluster";
const LOCK: &str = "cluster.lock";
const CLEAN: &str = "clean-shutdown";
/// The format of everything below a folder.
const FORMAT: u32 = 1;

/// What others of this program put beside it before a cluster is opened: remembered ports, the control socket, the log of a
/// cluster in the background and its record.
const BESIDE: [&str; 6] = [LOCK, "lock", "ports.json", "control.sock", "cluster.log", "served.json"];

/// What opening a folder had to mend.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// Whether the last run had not ended cleanly.
    pub unclean: bool,
    /// How many bytes at the end of the journal of metadata were no whole change. They are kept in `metadata.cut`.
    pub journal_cut: u64,
    /// Logs that ended in something that is no whole batch.
    pub truncated: Vec<Truncated>,
}

/// A folder that this process holds.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Locked while it is open.
    _lock: File,
}

/// What is in a folder; of a cluster in memory, nothing.
#[derive(Debug, Default)]
pub(crate) struct Opened {
    pub(crate) folder: Option<Folder>,
    pub(crate) metadata: Metadata,
    pub(crate) journal: Journal,
    pub(crate) logs: Logs,
    pub(crate) recovery: Recovery,
}

/// Takes a folder, which is made if it is not there, and reads what is in it.
///
/// # Errors
///
/// When it is somebody else's, in use, or cannot be read and written.
pub(crate) fn open(path: &Path, now: Timestamp) -> Result<Opened, Error> {
    let failed = |source| Error::Folder { folder: path.to_owned(), source };
    fs::create_dir_all(path).map_err(failed)?;
    check(path)?;
    let folder = Folder { path: path.to_owned(), _lock: lock(path)? };
    read(folder, now).map_err(failed)
}

fn read(folder: Folder, now: Timestamp) -> io::Result<Opened> {
    let path = folder.path.as_path();
    if !path.join(MARK).exists() {
        replace(&path.join(MARK), format!("{FORMAT}\n").as_bytes())?;
    }
    let (journal, found) = Journal::open(&path.join("metadata.log"))?;
    let mut metadata = Metadata::default();
    for change in &found.changes {
        metadata.apply(change);
    }
    let fresh = found.changes.is_empty() && found.cut == 0;
    let stop = match fs::remove_file(path.join(CLEAN)) {
        Ok(()) => Stop::Clean,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Stop::Unclean,
        Err(error) => return Err(error),
    };
    let (logs, truncated) = Logs::open(path, &metadata, stop, now)?;
    let unclean = stop == Stop::Unclean && !fresh;
    let recovery = Recovery { unclean, journal_cut: found.cut, truncated };
    Ok(Opened { folder: Some(folder), metadata, journal, logs, recovery })
}

/// Whether the folder is ours, or nobody's.
fn check(path: &Path) -> Result<(), Error> {
    let folder = path.to_owned();
    match fs::read_to_string(path.join(MARK)) {
        Ok(format) if format.trim() == FORMAT.to_string() => Ok(()),
        Ok(found) => Err(Error::FolderFormat { folder, found: found.trim().to_owned(), known: FORMAT }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match is_free(path) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Error::FolderForeign { folder }),
            Err(source) => Err(Error::Folder { folder, source }),
        },
        Err(source) => Err(Error::Folder { folder, source }),
    }
}

fn is_free(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        if !BESIDE.iter().any(|name| entry.as_ref().is_ok_and(|entry| entry.file_name() == *name)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn lock(path: &Path) -> Result<File, Error> {
    let folder = path.to_owned();
    match try_lock(&path.join(LOCK)) {
        Ok(Ok(file)) => Ok(file),
        Ok(Err(pid)) => Err(Error::FolderInUse { folder, pid }),
        Err(source) => Err(Error::Folder { folder, source }),
    }
}

/// The locked file, or who has locked it: 0 where that one has not said so yet.
fn try_lock(path: &Path) -> io::Result<Result<File, u32>> {
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {
            file.set_len(0)?;
            file.write_all(format!("{}\n", std::process::id()).as_bytes())?;
            Ok(Ok(file))
        }
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let mut pid = String::new();
            file.read_to_string(&mut pid)?;
            Ok(Err(pid.trim().parse().unwrap_or(0)))
        }
        Err(error) => Err(error.into()),
    }
}

impl Folder {
    /// Ends cleanly: everything is on the disk, and the next run need not check. Nothing may be written afterwards.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then the next run checks.
    pub(crate) fn close(self) -> io::Result<()> {
        syncfs(File::open(&self.path)?)?;
        fs::write(self.path.join(CLEAN), [])
    }
}

#[cfg(test)]
mod tests;
