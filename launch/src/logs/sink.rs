//! Writes the log of one process and keeps its last lines in memory.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::EXCERPT;
use crate::Error;
use crate::folder::create_folder;

/// When a log file gives way to a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rotation {
    /// The size in bytes that a file reaches at most. Default: 10 MiB. One line longer than that is kept whole.
    pub max_bytes: u64,
    /// How many older files are kept beside the newest. Default: 4.
    pub older_files: u32,
}

impl Default for Rotation {
    fn default() -> Self {
        Self { max_bytes: 10 << 20, older_files: 4 }
    }
}

/// The log of one process. Clones write to the same file.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    name: Arc<str>,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    file: File,
    size: u64,
    rotation: Rotation,
    last: VecDeque<String>,
}

impl Sink {
    pub(crate) fn open(name: &str, path: &Path, rotation: Rotation) -> Result<Self, Error> {
        if let Some(folder) = path.parent() {
            create_folder(folder)?;
        }
        let (file, size) = open(path).map_err(Error::file("write the log", path))?;
        let inner = Inner { path: path.to_owned(), file, size, rotation, last: VecDeque::new() };
        Ok(Self { name: name.into(), inner: Arc::new(Mutex::new(inner)) })
    }

    /// The process whose log this is.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Appends lines. They reach the file before this returns, so that a crash loses none that were read from the process.
    pub(crate) fn write(&self, lines: &[String]) -> io::Result<()> {
        let mut inner = self.lock();
        for line in lines {
            if inner.last.len() == EXCERPT {
                inner.last.pop_front();
            }
            inner.last.push_back(line.clone());
        }
        let mut text = lines.join("\n");
        text.push('\n');
        if inner.has_room(text.len()) {
            return inner.append(text.as_bytes());
        }
        lines.iter().try_for_each(|line| {
            if inner.size > 0 && !inner.has_room(line.len() + 1) {
                inner.rotate()?;
            }
            inner.append(format!("{line}\n").as_bytes())
        })
    }

    /// The last lines, oldest first.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.lock().last.iter().cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Whether that many bytes fit into the file.
    fn has_room(&self, length: usize) -> bool {
        self.size + length as u64 <= self.rotation.max_bytes
    }

    fn append(&mut self, text: &[u8]) -> io::Result<()> {
        self.file.write_all(text)?;
        self.size += text.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for older in (1..self.rotation.older_files).rev() {
            rename_if_there(&numbered(&self.path, older), &numbered(&self.path, older + 1))?;
        }
        if self.rotation.older_files > 0 {
            rename_if_there(&self.path, &numbered(&self.path, 1))?;
        } else {
            fs::remove_file(&self.path)?;
        }
        (self.file, self.size) = open(&self.path)?;
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<(File, u64)> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let size = file.metadata()?.len();
    Ok((file, size))
}

/// The path of an older log file: `NAME.log.1` is the youngest of them.
pub(super) fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(format!(".{number}"));
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
