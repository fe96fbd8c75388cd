//! A process that serves a folder without a supervisor: who it is, how it is started behind the terminal, how it is ended.
//!
//! The process writes a record into its folder once it serves, and leaves it there: whether it still runs is asked of the
//! system, so a record can be old but never wrong. It does not keep two processes off one folder; whoever owns the data
//! locks it.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::folder::{create_folder, write_atomically};
use crate::proc::group::signal_process;
use crate::proc::identity::{Identity, PROCESS_VARIABLE, boot_id};
use crate::state::now_millis;

/// How often it is looked whether a process has ended.
const PAUSE: Duration = Duration::from_millis(20);

/// The process that serves a folder, or the last one that did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The process.
    pub identity: Identity,
    boot: String,
    /// When it began to serve, in milliseconds since 1970.
    pub started_at: u64,
    /// Where clients reach it.
    pub addresses: Vec<String>,
    /// The socket over which it is asked and told.
    pub control: PathBuf,
    /// Whether its data is in memory only.
    pub ephemeral: bool,
    /// What it has to say about the data that it found, in sentences.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Whether a supervisor started it, which would start it again if it was ended from elsewhere.
    pub supervised: bool,
}

impl Record {
    /// The record of this process, which begins to serve now.
    ///
    /// # Errors
    ///
    /// When `/proc` cannot be read.
    pub fn of_this_process(addresses: Vec<String>, control: PathBuf, ephemeral: bool) -> Result<Self, Error> {
        let missing = || Error::ProcUnavailable(io::Error::other("the entry of this process does not read"));
        Ok(Self {
            identity: Identity::of(std::process::id()).ok_or_else(missing)?,
            boot: boot_id()?,
            started_at: now_millis(),
            addresses,
            control,
            ephemeral,
            notes: Vec::new(),
            supervised: std::env::var_os(PROCESS_VARIABLE).is_some(),
        })
    }

    /// Writes it into the folder that is served.
    pub fn write(&self, folder: &Path) -> Result<(), Error> {
        create_folder(folder)?;
        let path = file(folder);
        let text = serde_json::to_vec_pretty(self).map_err(|source| Error::Corrupt { path: path.clone(), source })?;
        write_atomically(&path, &text)
    }

    /// The record of the process that serves a folder now.
    pub fn running(folder: &Path) -> Result<Option<Self>, Error> {
        let boot = boot_id()?;
        Ok(Self::last(folder)?.filter(|record| record.boot == boot && record.identity.is_alive()))
    }

    /// The record of the process that served a folder last, whether it runs or not. One that does not read counts as none.
    pub fn last(folder: &Path) -> Result<Option<Self>, Error> {
        let path = file(folder);
        match fs::read(&path) {
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(Error::file("read", &path)(error)),
        }
    }

    /// Asks the process to end, and kills it after `grace`.
    pub async fn stop(&self, grace: Duration) {
        signal_process(self.identity.pid, Signal::TERM);
        if tokio::time::timeout(grace, self.gone()).await.is_err() {
            signal_process(self.identity.pid, Signal::KILL);
            self.gone().await;
        }
    }

    async fn gone(&self) {
        while self.identity.is_alive() {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The file of the record.
pub fn file(folder: &Path) -> PathBuf {
    folder.join("served.json")
}

/// Starts a program behind the terminal, with what it writes in a log file that begins anew.
///
/// # Errors
///
/// When the log cannot be written or the program not be started.
pub fn start(program: &Path, arguments: &[String], log: &Path) -> Result<Child, Error> {
    if let Some(folder) = log.parent() {
        create_folder(folder)?;
    }
    let open = OpenOptions::new().write(true).create(true).truncate(true).open(log);
    let output = open.map_err(Error::file("write", log))?;
    let errors = output.try_clone().map_err(Error::file("write", log))?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(output).stderr(errors).process_group(0);
    command.spawn().map_err(|source| Error::Spawn { program: program.display().to_string(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_record_counts_as_long_as_its_process_runs() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Record::running(folder.path()).unwrap(), None);
        let mut record = Record::of_this_process(vec!["127.0.0.1:1".to_owned()], "c.sock".into(), true).unwrap();
        record.write(folder.path()).unwrap();
        assert_eq!(Record::running(folder.path()).unwrap(), Some(record.clone()));

        let mut child = start(Path::new("sleep"), &["1000".to_owned()], &folder.path().join("log")).unwrap();
        record.identity = Identity::of(child.id()).unwrap();
        record.write(folder.path()).unwrap();
        record.stop(Duration::from_secs(5)).await;
        child.wait().unwrap();
        assert_eq!(Record::running(folder.path()).unwrap(), None);
        fs::write(file(folder.path()), "{").unwrap();
        assert_eq!(Record::running(folder.path()).unwrap(), None);
    }
}
