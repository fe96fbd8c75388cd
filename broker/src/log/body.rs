//! The bytes of one segment: a file, or memory.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};

use super::common::Common;

/// The bytes of one segment.
#[derive(Debug)]
pub(crate) enum Body {
    Memory(Chunks),
    File { id: u64, path: PathBuf, common: Arc<Common> },
}

impl Body {
    /// A file, which is made when it is first written.
    pub(crate) fn file(path: PathBuf, common: &Arc<Common>) -> Self {
        Self::File { id: common.next_id(), path, common: Arc::clone(common) }
    }

    /// Writes at the end, which is at `at`.
    ///
    /// # Errors
    ///
    /// When the disk refuses; then the end is where it was.
    pub(crate) fn write(&mut self, at: u64, bytes: &Bytes) -> io::Result<()> {
        match self {
            Self::Memory(chunks) => chunks.push(bytes.clone()),
            Self::File { id, path, common } => {
                let file = common.files.get(*id, path)?;
                if let Err(error) = file.write_all_at(bytes, at) {
                    // What is there beyond `at` is never read, and the next write goes over it; this is tidiness.
                    if let Err(error) = file.set_len(at) {
                        tracing::debug!(%error, "a half-written batch stays behind the end");
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// The bytes from `at` on, fewer than `length` only where the segment ends.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn read(&self, at: u64, length: usize) -> io::Result<Bytes> {
        match self {
            Self::Memory(chunks) => Ok(chunks.read(at, length)),
            Self::File { id, path, common } => {
                let file = common.files.get(*id, path)?;
                let mut bytes = vec![0; length];
                let mut filled = 0;
                while filled < length {
                    match file.read_at(&mut bytes[filled..], at + filled as u64) {
                        Ok(0) => break,
                        Ok(read) => filled += read,
                        Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                        Err(error) => return Err(error),
                    }
                }
                bytes.truncate(filled);
                Ok(Bytes::from(bytes))
            }
        }
    }

    /// Cuts everything from `to` on.
    pub(crate) fn truncate(&mut self, to: u64) -> io::Result<()> {
        match self {
            Self::Memory(chunks) => chunks.truncate(to),
            Self::File { id, path, common } => common.files.get(*id, path)?.set_len(to)?,
        }
        Ok(())
    }

    /// Makes the file of an empty segment, whose name alone says something: where the log goes on.
    pub(crate) fn touch(&mut self) -> io::Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::File { id, path, common } => common.files.get(*id, path).map(|_| ()),
        }
    }

    /// Takes the place of a file at one stroke; in memory nothing is to be done.
    pub(crate) fn rename(&mut self, to: PathBuf) -> io::Result<()> {
        if let Self::File { path, .. } = self {
            fs::rename(&*path, &to)?;
            *path = to;
        }
        Ok(())
    }

    /// Closes the file, which somebody else has put another one in the place of.
    pub(crate) fn close(&self) {
        if let Self::File { id, common, .. } = self {
            common.files.close(*id);
        }
    }

    /// Removes the bytes for good.
    pub(crate) fn remove(self) -> io::Result<()> {
        self.close();
        match self {
            Self::Memory(_) => Ok(()),
            Self::File { path, .. } => match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        }
    }
}

/// Bytes in memory, as they were appended.
#[derive(Debug, Default)]
pub(crate) struct Chunks {
    chunks: VecDeque<(u64, Bytes)>,
    end: u64,
}

impl Chunks {
    fn push(&mut self, bytes: Bytes) {
        let at = self.end;
        self.end += bytes.len() as u64;
        self.chunks.push_back((at, bytes));
    }

    fn read(&self, at: u64, length: usize) -> Bytes {
        let end = self.end.min(at.saturating_add(length as u64));
        let first = self.chunks.partition_point(|(start, bytes)| start + bytes.len() as u64 <= at);
        let mut out = BytesMut::new();
        for (start, bytes) in self.chunks.range(first..) {
            if *start >= end {
                break;
            }
            let from = usize::try_from(at.saturating_sub(*start)).unwrap_or(usize::MAX);
            let to = usize::try_from(end - start).unwrap_or(usize::MAX).min(bytes.len());
            if *start <= at && end <= start + bytes.len() as u64 {
                return bytes.slice(from..to);
            }
            out.extend_from_slice(&bytes[from..to]);
        }
        out.freeze()
    }

    fn truncate(&mut self, to: u64) {
        while let Some((start, bytes)) = self.chunks.back_mut() {
            if *start + bytes.len() as u64 <= to {
                break;
            }
            if *start >= to {
                self.chunks.pop_back();
            } else {
                bytes.truncate(usize::try_from(to - *start).unwrap_or(usize::MAX));
            }
        }
        self.end = self.end.min(to);
    }
}
