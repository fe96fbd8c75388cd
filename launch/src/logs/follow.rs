//! Follows logs as they grow, across rotations and restarts.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::Duration;

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
        followed.file = followed.open().map_err(Error::file("read the log", &followed.path))?;
        if let Some(file) = &mut followed.file {
            file.seek(SeekFrom::End(0)).map_err(Error::file("read the log", &followed.path))?;
        }
        Ok(followed)
    }

    fn open(&self) -> io::Result<Option<File>> {
        match File::open(&self.path) {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What is new. The old file is read to its end before a rotated one is left for its successor.
    fn poll(&mut self) -> io::Result<Vec<String>> {
        let newest = self.open()?;
        let mut bytes = Vec::new();
        if let Some(file) = &mut self.file {
            file.read_to_end(&mut bytes)?;
        }
        if let Some(mut newest) = newest
            && !is_same(self.file.as_ref(), &newest)?
        {
            newest.read_to_end(&mut bytes)?;
            self.file = Some(newest);
        }
        self.partial.append(&mut bytes);
        Ok(self.complete_lines())
    }

    fn complete_lines(&mut self) -> Vec<String> {
        let Some(end) = self.partial.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.partial.split_off(end + 1);
        let complete = std::mem::replace(&mut self.partial, rest);
        String::from_utf8_lossy(&complete).lines().map(str::to_owned).collect()
    }
}

fn is_same(old: Option<&File>, new: &File) -> io::Result<bool> {
    let Some(old) = old else { return Ok(false) };
    let (old, new) = (old.metadata()?, new.metadata()?);
    Ok((old.dev(), old.ino()) == (new.dev(), new.ino()))
}
