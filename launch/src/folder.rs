//! Where a project keeps its local state: the folder `.topology/` beside its manifest.
//!
//! ```text
//! .topology/
//!   lock, state.json             one supervisor per project
//!   <environment>/
//!     ports.json                 the ports that clients know
//!     logs/NAME.log              one log per process
//!     cluster/                   the embedded cluster's data
//!     kafka/<node>/, zookeeper/<node>/
//! ```
//! This module builds paths and folders. It does not know what is in the files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Error;

/// The local state of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The state of the project whose manifest is in `folder`.
    pub fn new(folder: impl AsRef<Path>) -> Self {
        let folder = folder.as_ref();
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self { root: folder.join(".topology") }
    }

    /// The folder `.topology`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The folder `.topology` by the one name that every command sees, whether it exists or not.
    pub(crate) fn canonical_root(&self) -> PathBuf {
        let parent = self.root.parent().and_then(|parent| parent.canonicalize().ok());
        parent.map_or_else(|| self.root.clone(), |parent| parent.join(".topology"))
    }

    /// The state of one environment of the project.
    pub fn environment(&self, name: &str) -> EnvironmentFolder {
        EnvironmentFolder { root: self.root.join(name), name: name.to_owned() }
    }

    /// The file that the running supervisor locks.
    pub fn lock_file(&self) -> PathBuf {
        self.root.join("lock")
    }

    /// The file that lists what the supervisor has started.
    pub fn state_file(&self) -> PathBuf {
        self.root.join("state.json")
    }

    /// Creates the folder, with a `.gitignore` that keeps it out of version control.
    pub fn create(&self) -> Result<(), Error> {
        create_folder(&self.root)?;
        let ignore = self.root.join(".gitignore");
        if ignore.exists() { Ok(()) } else { fs::write(&ignore, "*\n").map_err(Error::file("write", &ignore)) }
    }
}

/// The local state of one environment: data, logs and ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentFolder {
    root: PathBuf,
    name: String,
}

impl EnvironmentFolder {
    /// The environment's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder `.topology/<environment>`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file with the ports of the last run.
    pub fn ports_file(&self) -> PathBuf {
        self.root.join("ports.json")
    }

    /// The folder with one log file per process.
    pub fn logs(&self) -> PathBuf {
        self.root.join("logs")
    }

    /// The log file of one process.
    pub fn log(&self, process: &str) -> PathBuf {
        self.logs().join(format!("{process}.log"))
    }

    /// The folder of the embedded cluster.
    pub fn cluster(&self) -> PathBuf {
        self.root.join("cluster")
    }

    /// The folder of the Kafka nodes.
    pub fn kafka(&self) -> PathBuf {
        self.root.join("kafka")
    }

    /// The folder of the ZooKeeper nodes.
    pub fn zookeeper(&self) -> PathBuf {
        self.root.join("zookeeper")
    }

    /// Creates the folder and the one for logs.
    pub fn create(&self) -> Result<(), Error> {
        create_folder(&self.logs())
    }

    /// Deletes everything the environment has on disk. Absent folders are no error.
    pub fn purge(&self) -> Result<(), Error> {
        match fs::remove_dir_all(&self.root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("delete", &self.root)(error)),
            _ => Ok(()),
        }
    }
}

pub(crate) fn create_folder(path: &Path) -> Result<(), Error> {
    fs::create_dir_all(path).map_err(Error::file("create the folder", path))
}

/// Replaces a file in one step, so that a reader or a crash never sees half of it.
pub(crate) fn write_atomically(path: &Path, content: &[u8]) -> Result<(), Error> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    fs::write(&temporary, content).map_err(Error::file("write", &temporary))?;
    fs::rename(&temporary, path).map_err(Error::file("write", path))
}
