//! The file of metadata changes: appended before a change is true, read at start, rewritten when it has grown.
//!
//! A line is a unit: the length of its JSON, the JSON's CRC-32C (both as eight hexadecimal digits), the JSON of the changes.
//! A unit that was torn by a crash has a wrong length or checksum; from there on the file is cut, and the cut bytes are
//! kept beside it. Nothing waits for the disk: what the process wrote survives the process, not a power cut.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::metadata::change::Change;

/// Below this size the journal is never rewritten.
const SMALL: u64 = 256 * 1024;
/// How often larger than after its last rewrite it may be.
const GROWTH: u64 = 4;
/// Two numbers of eight digits with a blank behind each.
const FRONT: usize = 18;

/// Where changes are kept; in memory they are not.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    open: Option<Open>,
    closed: bool,
}

#[derive(Debug)]
struct Open {
    file: File,
    path: PathBuf,
    size: u64,
    /// Its size when it was last rewritten.
    settled: u64,
}

/// What a journal's file said.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) changes: Vec<Change>,
    /// How many bytes at the end were no whole unit.
    pub(crate) cut: u64,
}

impl Journal {
    /// Opens the file, making it if it is not there.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or cut.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Found)> {
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let bytes = fs::read(path)?;
        let (changes, good) = parse(&bytes);
        let cut = (bytes.len() - good) as u64;
        if cut > 0 {
            fs::write(path.with_extension("cut"), &bytes[good..])?;
            file.set_len(good as u64)?;
        }
        let open = Open { file, path: path.to_owned(), size: good as u64, settled: 0 };
        Ok((Self { open: Some(open), closed: false }, Found { changes, cut }))
    }

    /// Writes changes as one unit: after a crash either all of them are found or none.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub(crate) fn append(&mut self, changes: &[Change]) -> io::Result<()> {
        if self.closed {
            return Err(io::Error::other("the cluster has stopped"));
        }
        let Some(open) = &mut self.open else { return Ok(()) };
        let line = line(changes)?;
        if let Err(error) = open.file.write_all_at(&line, open.size) {
            open.file.set_len(open.size)?;
            return Err(error);
        }
        open.size += line.len() as u64;
        Ok(())
    }

    /// Refuses whatever would still be appended.
    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    /// Whether it is time to [`rewrite`](Self::rewrite) it.
    pub(crate) fn has_grown(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.size > SMALL.max(open.settled.saturating_mul(GROWTH)))
    }

    /// Puts a file in the place of this one that holds these changes alone, at one stroke.
    ///
    /// # Errors
    ///
    /// When the new file cannot be written; then the old one stays.
    pub(crate) fn rewrite(&mut self, changes: &[Change]) -> io::Result<()> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let new = open.path.with_extension("new");
        let line = line(changes)?;
        fs::write(&new, &line)?;
        let file = OpenOptions::new().read(true).write(true).open(&new)?;
        file.sync_data()?;
        fs::rename(&new, &open.path)?;
        (open.file, open.size, open.settled) = (file, line.len() as u64, line.len() as u64);
        Ok(())
    }
}

fn line(changes: &[Change]) -> io::Result<Vec<u8>> {
    let json = serde_json::to_vec(changes).map_err(io::Error::other)?;
    let mut line = format!("{:08x} {:08x} ", json.len(), crc32c::crc32c(&json)).into_bytes();
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

/// The changes of every whole unit from the front, and how many bytes those take.
fn parse(bytes: &[u8]) -> (Vec<Change>, usize) {
    let (mut changes, mut at) = (Vec::new(), 0);
    while let Some((unit, length)) = unit(&bytes[at..]) {
        changes.extend(unit);
        at += length;
    }
    (changes, at)
}

fn unit(bytes: &[u8]) -> Option<(Vec<Change>, usize)> {
    let front = std::str::from_utf8(bytes.get(..FRONT)?).ok()?;
    let length = usize::from_str_radix(front.get(..8)?, 16).ok()?;
    let checksum = u32::from_str_radix(front.get(9..17)?, 16).ok()?;
    let json = bytes.get(FRONT..FRONT.checked_add(length)?)?;
    let ended = bytes.get(FRONT + length) == Some(&b'\n');
    if !ended || crc32c::crc32c(json) != checksum {
        return None;
    }
    Some((serde_json::from_slice(json).ok()?, FRONT + length + 1))
}

#[cfg(test)]
mod tests;
