//! The folder of one log, and the small files beside its segments.
//!
//! It is named after topic and partition, for people; `topic-id` in it says which topic of that name it belongs to, so that
//! a topic that was deleted and made again never sees old records. It is made when something is first appended.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

const TOPIC_ID: &str = "topic-id";
const START_OFFSET: &str = "start-offset";
const CLEANED_OFFSET: &str = "cleaned-offset";
/// What a folder is called while it is being removed.
pub(super) const DELETED: &str = ".deleted";
/// What a folder's name ends in that was moved out of the way.
pub(super) const STRAY: &str = ".stray";

/// The folder of one log.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    logs: PathBuf,
    topic: Uuid,
    name: String,
    partition: i32,
    made: bool,
}

impl Home {
    /// The folder of a partition's log below `logs`; nothing is touched yet.
    pub(super) fn new(logs: &Path, topic: Uuid, name: &str, partition: i32) -> Self {
        Self { logs: logs.to_owned(), topic, name: name.to_owned(), partition, made: false }
    }

    pub(super) fn topic_name(&self) -> &str {
        &self.name
    }

    pub(super) fn partition(&self) -> i32 {
        self.partition
    }

    pub(super) fn path(&self) -> PathBuf {
        self.logs.join(format!("{}-{}", self.name, self.partition))
    }

    pub(super) fn segment(&self, base: i64) -> PathBuf {
        self.path().join(format!("{base:020}.log"))
    }

    /// Makes the folder, unless it is known to be there.
    pub(super) fn make(&mut self) -> io::Result<()> {
        if self.made {
            return Ok(());
        }
        let path = self.path();
        fs::create_dir_all(&path)?;
        replace(&path.join(TOPIC_ID), self.topic.to_string().as_bytes())?;
        self.made = true;
        Ok(())
    }

    /// Whether the folder is there and is this topic's own; one of another topic is moved out of the way.
    pub(super) fn find(&mut self) -> io::Result<bool> {
        match fs::read_to_string(self.path().join(TOPIC_ID)) {
            Ok(id) if id.trim() == self.topic.to_string() => {
                self.made = true;
                Ok(true)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.path().exists() => Ok(false),
            Ok(_) => stray(&self.path()).map(|()| false),
            Err(error) if error.kind() == io::ErrorKind::NotFound => stray(&self.path()).map(|()| false),
            Err(error) => Err(error),
        }
    }

    /// The base offsets of the segments that are there, in order.
    pub(super) fn segments(&self) -> io::Result<Vec<i64>> {
        let mut bases = Vec::new();
        for entry in fs::read_dir(self.path())? {
            let path = entry?.path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<i64>().ok());
            match (stem, path.extension().and_then(|extension| extension.to_str())) {
                (Some(base), Some("log")) => bases.push(base),
                // What a cleaning that was cut short had begun.
                (_, Some("cleaned")) => fs::remove_file(&path)?,
                _ => {}
            }
        }
        bases.sort_unstable();
        Ok(bases)
    }

    /// Where records were deleted up to; 0 where none were.
    pub(super) fn read_start(&self) -> io::Result<i64> {
        self.read_offset(START_OFFSET)
    }

    pub(super) fn write_start(&mut self, offset: i64) -> io::Result<()> {
        self.write_offset(START_OFFSET, offset)
    }

    /// Up to where the log was compacted; 0 where it never was.
    pub(super) fn read_cleaned(&self) -> io::Result<i64> {
        self.read_offset(CLEANED_OFFSET)
    }

    pub(super) fn write_cleaned(&mut self, offset: i64) -> io::Result<()> {
        self.write_offset(CLEANED_OFFSET, offset)
    }

    fn read_offset(&self, name: &str) -> io::Result<i64> {
        match fs::read_to_string(self.path().join(name)) {
            Ok(text) => Ok(text.trim().parse().unwrap_or(0)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error),
        }
    }

    fn write_offset(&mut self, name: &str, offset: i64) -> io::Result<()> {
        self.make()?;
        replace(&self.path().join(name), offset.to_string().as_bytes())
    }

    /// Removes the folder: first its name, at one stroke, then what is in it.
    pub(super) fn remove(self) -> io::Result<()> {
        let path = self.path();
        let gone = self.logs.join(format!("{}-{}{DELETED}", self.topic, self.partition));
        match fs::rename(&path, &gone) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
            Ok(()) => fs::remove_dir_all(gone),
        }
    }
}

/// Moves a folder out of the way that nobody knows; nothing is deleted that was not asked for.
pub(super) fn stray(path: &Path) -> io::Result<()> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let kept: String = name.chars().take(200).collect();
    let mut to = path.with_file_name(format!("{kept}{STRAY}"));
    let mut count = 1;
    while to.exists() {
        to = path.with_file_name(format!("{kept}.{count}{STRAY}"));
        count += 1;
    }
    fs::rename(path, to)
}

/// Puts a small file in place at one stroke.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let new = path.with_extension("new");
    fs::write(&new, bytes)?;
    fs::rename(new, path)
}
