//! Reads the end of a log.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::sink::numbered;
use crate::Error;
use crate::folder::EnvironmentFolder;

/// How much is read at a time, from the end.
const BLOCK: u64 = 64 << 10;

/// The last lines of a process's log, oldest first. Reaches into the youngest rotated file when the newest is short.
///
/// A process without a log has no lines.
pub fn tail(folder: &EnvironmentFolder, name: &str, count: usize) -> Result<Vec<String>, Error> {
    let path = folder.log(name);
    let mut lines = tail_of_file(&path, count)?;
    if lines.len() < count {
        let mut older = tail_of_file(&numbered(&path, 1), count - lines.len())?;
        older.append(&mut lines);
        lines = older;
    }
    Ok(lines)
}

fn tail_of_file(path: &Path, count: usize) -> Result<Vec<String>, Error> {
    match File::open(path).and_then(|file| read_backwards(file, count)) {
        Ok(lines) => Ok(lines),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(Error::file("read the log", path)(error)),
    }
}

fn read_backwards(mut file: File, count: usize) -> io::Result<Vec<String>> {
    let mut start = file.seek(SeekFrom::End(0))?;
    let mut content = Vec::new();
    let mut line_ends = 0;
    // One line end more than lines: the first of them ends the line before.
    while start > 0 && line_ends <= count {
        let length = BLOCK.min(start);
        start -= length;
        file.seek(SeekFrom::Start(start))?;
        let mut block = vec![0; usize::try_from(length).unwrap_or(0)];
        file.read_exact(&mut block)?;
        line_ends += block.split(|byte| *byte == b'\n').count() - 1;
        block.append(&mut content);
        content = block;
    }
    let text = String::from_utf8_lossy(&content);
    let lines: Vec<&str> = text.lines().collect();
    Ok(lines[lines.len().saturating_sub(count)..].iter().map(ToString::to_string).collect())
}
