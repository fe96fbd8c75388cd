//! One supervisor per project: an advisory lock on `.topology/lock`.
//!
//! The system releases the lock when the holder ends, however it ends, so a stale lock cannot exist. The file holds the
//! holder's process id, for messages only.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, Write};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::Error;
use crate::folder::Project;
use crate::state::State;

/// The right to run a project. Held until dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock without waiting.
    pub fn acquire(project: &Project) -> Result<Self, Error> {
        project.create()?;
        let path = project.lock_file();
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(Error::file("open", &path))?;
        if let Err(errno) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
            if errno != Errno::WOULDBLOCK {
                return Err(Error::file("lock", &path)(errno.into()));
            }
            let mut text = String::new();
            let holder = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
            // A state that does not read says nothing about it.
            let is_stopping = State::load(project).is_ok_and(|state| state.is_some_and(|state| state.is_stopping));
            return Err(Error::Locked { holder, is_stopping });
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        write(&mut file).map_err(Error::file("write", &path))?;
        Ok(Self { file })
    }
}

impl Drop for Lock {
    /// Releases the lock itself, not only this handle of it: a process that is being started at this very moment has a copy.
    fn drop(&mut self) {
        let _ = flock(&self.file, FlockOperation::Unlock);
    }
}
