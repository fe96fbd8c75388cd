//! Follows logs as they grow, across rotations and restarts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::sink::numbered;
use crate::Error;
use crate::folder::EnvironmentFolder;

/// How often the files are looked at.
const POLL: Duration = Duration::from_millis(200);

/// The lines that processes log from now on.
#[derive(Debug)]
pub struct Follow {
    files: Vec<Followed>,
    pending: std::collections::VecDeque<(String, String)>,
}

#[derive(Debug)]
struct Followed {
    name: String,
    path: PathBuf,
    file: Option<File>,
    partial: Vec<u8>,
}

impl Follow {
    /// Follows the logs of the named processes from their ends. A log that does not exist yet is followed once it does.
    pub fn new<S: AsRef<str>>(folder: &EnvironmentFolder, names: &[S]) -> Result<Self, Error> {
        let follow = |name: &S| Followed::at_end(name.as_ref(), folder.log(name.as_ref()));
        let files = names.iter().map(follow).collect::<Result<_, _>>()?;
        Ok(Self { files, pending: std::collections::VecDeque::new() })
    }

    /// The next line: the process's name and the text. Waits as long as it takes; may be cancelled at any time.
    pub async fn next(&mut self) -> Result<(String, String), Error> {
        loop {
            if let Some(line) = self.pending.pop_front() {
                return Ok(line);
            }
            for followed in &mut self.files {
                let lines = followed.poll().map_err(Error::file("read the log", &followed.path))?;
                self.pending.extend(lines.into_iter().map(|line| (followed.name.clone(), line)));
            }
            if self.pending.is_empty() {
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

impl Followed {
    fn at_end(name: &str, path: PathBuf) -> Result<Self, Error> {
        let mut followed = Self { name: name.to_owned(), path, file: None, partial: Vec::new() };
        followed.file = open(&followed.path).map_err(Error::file("read the log", &followed.path))?;
        if let Some(file) = &mut followed.file {
            file.seek(SeekFrom::End(0)).map_err(Error::file("read the log", &followed.path))?;
        }
        Ok(followed)
    }

    /// What is new: the rest of the file that was read so far, then those that have followed it.
    fn poll(&mut self) -> io::Result<Vec<String>> {
        let newer = self.newer_files()?;
        let mut bytes = Vec::new();
        if let Some(file) = &mut self.file {
            file.read_to_end(&mut bytes)?;
        }
        for mut file in newer.into_iter().rev() {
            file.read_to_end(&mut bytes)?;
            self.file = Some(file);
        }
        self.partial.append(&mut bytes);
        Ok(self.complete_lines())
    }

    /// The files younger than the one that is read, youngest first.
    fn newer_files(&self) -> io::Result<Vec<File>> {
        let mut newer: Vec<File> = Vec::new();
        for number in 0.. {
            let path = if number == 0 { self.path.clone() } else { numbered(&self.path, number) };
            let Some(file) = open(&path)? else { break };
            if is_same(self.file.as_ref(), &file)? {
                break;
            }
            // A rotation between two looks shows the same file under two names.
            if !is_same(newer.last(), &file)? {
                newer.push(file);
            }
        }
        Ok(newer)
    }

    fn complete_lines(&mut self) -> Vec<String> {
        let Some(end) = self.partial.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.partial.split_off(end + 1);
        let complete = std::mem::replace(&mut self.partial, rest);
        String::from_utf8_lossy(&complete).lines().map(str::to_owned).collect()
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn is_same(old: Option<&File>, new: &File) -> io::Result<bool> {
    let Some(old) = old else { return Ok(false) };
    let (old, new) = (old.metadata()?, new.metadata()?);
    Ok((old.dev(), old.ino()) == (new.dev(), new.ino()))
}
