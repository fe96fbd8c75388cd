//! Opens logs that a folder has, and checks them after a stop that was not clean.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Logs;
use super::body::{Body, Chunks};
use super::common::Common;
use super::home::{self, Home};
use super::partition::Log;
use super::segment::{Segment, marker};
use crate::metadata::{Metadata, TopicPartition};
use crate::records::Header;

/// How the last run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    Clean,
    /// Killed, or the machine went down: the last segments are checked byte by byte.
    Unclean,
}

/// What was cut off a log because it was no whole batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Truncated {
    /// The topic's name.
    pub topic: String,
    /// The partition.
    pub partition: i32,
    /// The offset at which the log, or the damaged segment of it, ends now.
    pub offset: i64,
    /// How many bytes were cut off.
    pub bytes: u64,
}

impl Logs {
    /// Opens the logs of every partition in a folder that this process holds.
    ///
    /// # Errors
    ///
    /// When the folder cannot be read or changed.
    pub(crate) fn open(folder: &Path, metadata: &Metadata, stop: Stop, now: i64) -> io::Result<(Self, Vec<Truncated>)> {
        let path = folder.join("logs");
        fs::create_dir_all(&path)?;
        let mut logs = Self { folder: Some(path.clone()), ..Self::default() };
        logs.set_now(now);
        let there = folders(&path)?;
        let (mut truncated, mut known) = (Vec::new(), BTreeSet::new());
        for topic in metadata.topics() {
            for (partition, state) in (0..).zip(&topic.partitions) {
                let name = format!("{}-{partition}", topic.name);
                let mut home = Home::new(&path, topic.id, &topic.name, partition);
                let mut log = if there.contains(&name) && home.find()? {
                    open(&home, &logs.common, stop, &mut truncated)?
                } else {
                    Log::new(&logs.common, Some(home))
                };
                log.lead(state.leader_epoch);
                known.insert(name);
                logs.insert(TopicPartition { topic: topic.id, partition }, log);
            }
        }
        for name in there.difference(&known) {
            home::stray(&path.join(name))?;
        }
        Ok((logs, truncated))
    }
}

/// The folders of logs, once those are removed whose removal was begun.
fn folders(path: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if name.ends_with(home::DELETED) {
            fs::remove_dir_all(entry.path())?;
        } else if !name.ends_with(home::STRAY) {
            names.insert(name);
        }
    }
    Ok(names)
}

fn open(home: &Home, common: &Arc<Common>, stop: Stop, truncated: &mut Vec<Truncated>) -> io::Result<Log> {
    let (topic, partition) = (home.topic_name().to_owned(), home.partition());
    let bases = home.segments()?;
    let start = home.read_start()?;
    let mut log = Log::new(common, Some(home.clone()));
    log.end = bases.first().copied().unwrap_or(start);
    for (index, base) in bases.iter().enumerate() {
        let path = home.segment(*base);
        let file = fs::metadata(&path)?;
        let written = file.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let written = written.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or_else(|| common.now());
        let mut segment = Segment::new(*base, Body::file(path, common), written);
        segment.size = file.len();
        let last = index + 1 == bases.len();
        let whole = if stop == Stop::Unclean && last { Check::Whole } else { Check::Headers };
        let bytes = log.take_segment(segment, whole)?;
        if bytes > 0 {
            truncated.push(Truncated { topic: topic.clone(), partition, offset: log.end, bytes });
        }
    }
    log.start = start.max(bases.first().copied().unwrap_or(0)).min(log.end);
    log.cleaned = home.read_cleaned()?.min(log.end);
    log.producers.trim(log.start);
    log.epochs.trim(log.start);
    Ok(log)
}

/// How closely batches are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Check {
    Headers,
    /// Their checksums too.
    Whole,
}

impl Log {
    /// Takes in a segment that was found, up to its first batch that is none. Returns how many bytes were cut off.
    fn take_segment(&mut self, found: Segment, check: Check) -> io::Result<u64> {
        let mut next = self.end.max(found.base);
        let mut segment = Segment::new(found.base, Body::Memory(Chunks::default()), found.created);
        let mut walk = found.walk();
        while let Some(located) = walk.next()? {
            let header = located.header;
            let backwards = header.base_offset < next || header.last_offset_delta < 0;
            if backwards || (check == Check::Whole && Header::check(&walk.batch(&located)?).is_err()) {
                break;
            }
            let marker = if header.is_control() { marker(&header, &walk.batch(&located)?) } else { None };
            next = header.next_offset();
            segment.note(&header);
            self.epochs.begin(header.leader_epoch, header.base_offset);
            self.producers.observe(&header, marker, header.base_offset, self.common.now());
        }
        let cut = found.size - segment.size;
        segment.body = found.body;
        if cut > 0 {
            segment.body.truncate(segment.size)?;
        }
        self.end = next;
        self.segments.push(segment);
        self.common.set_used();
        Ok(cut)
    }
}
