//! Partition logs: record batches on disk or in memory, and what is known from them.
//!
//! One log a partition, whatever the replication factor: replication is logical. In reading order:
//!
//! - [`partition`]: appends and reads
//! - [`segment`]: one file of a log, with its sparse index; [`body`] is where its bytes are
//! - [`lookup`]: records by time
//! - [`epochs`], [`producers`]: what batches say about leaders and producers
//! - [`recovery`]: opening, and checking after a crash; [`home`] is a log's folder
//! - [`clean`]: when what is cleaned; [`retain`]: retention; [`compact`], [`filter`]: compaction
//! - [`common`], [`files`], [`tail`], [`slices`]: what logs share

pub(crate) mod partition;
pub(crate) mod segment;
pub(crate) mod body;
pub(crate) mod lookup;
pub(crate) mod epochs;
pub(crate) mod producers;
pub(crate) mod recovery;
pub(crate) mod home;
pub(crate) mod clean;
pub(crate) mod retain;
pub(crate) mod compact;
pub(crate) mod filter;
pub(crate) mod common;
pub(crate) mod files;
pub(crate) mod tail;
pub(crate) mod slices;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

use crate::machine::Timestamp;
use crate::metadata::TopicPartition;
use common::Common;
use home::Home;
pub(crate) use lookup::Found;
pub(crate) use partition::Log;
#[cfg(test)]
use partition::Rolling;

/// Every log of the cluster.
#[derive(Debug, Default)]
pub(crate) struct Logs {
    all: HashMap<TopicPartition, Log>,
    common: Arc<Common>,
    /// Where logs' folders are; in memory there are none.
    folder: Option<PathBuf>,
    cleaner: clean::Cleaner,
}

impl Logs {
    /// Makes the log of a new partition; one that is there already stays as it is. Files come with the first append.
    pub(crate) fn create(&mut self, topic: Uuid, name: &str, partition: i32) -> io::Result<()> {
        let key = TopicPartition { topic, partition };
        if self.all.contains_key(&key) {
            return Ok(());
        }
        let home = match &self.folder {
            None => None,
            Some(folder) => {
                let mut home = Home::new(folder, topic, name, partition);
                // A topic of this name may be gone whose folder could not be removed; `find` moves that away.
                home.find()?;
                Some(home)
            }
        };
        self.insert(key, Log::new(&self.common, home));
        Ok(())
    }

    fn insert(&mut self, key: TopicPartition, log: Log) {
        self.all.insert(key, log);
    }

    /// Removes every log of a topic, with its files.
    pub(crate) fn delete(&mut self, topic: Uuid) -> io::Result<()> {
        let keys: Vec<TopicPartition> = self.all.keys().filter(|key| key.topic == topic).copied().collect();
        for key in keys {
            if let Some(log) = self.all.remove(&key) {
                log.remove()?;
            }
        }
        Ok(())
    }

    pub(crate) fn get(&self, key: TopicPartition) -> Option<&Log> {
        self.all.get(&key)
    }

    pub(crate) fn get_mut(&mut self, key: TopicPartition) -> Option<&mut Log> {
        self.all.get_mut(&key)
    }

    /// Every log, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (TopicPartition, &Log)> {
        self.all.iter().map(|(key, log)| (*key, log))
    }

    /// Whether any log ever had a record.
    pub(crate) fn hold_records(&self) -> bool {
        self.common.is_used()
    }

    /// The machine's time, which appends are stamped with.
    pub(crate) fn set_now(&self, now: Timestamp) {
        self.common.set_now(now);
    }

    /// From now on appends to these logs are refused as by a full disk, and to the others not.
    pub(crate) fn set_full(&mut self, is_full: impl Fn(TopicPartition) -> bool) {
        for (key, log) in &mut self.all {
            log.disk_full = is_full(*key);
        }
    }
}
