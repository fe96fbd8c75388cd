//! The project that a command works on: its folder, its manifest, and what `topology` says of it.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use topology::ir::Environment;
use topology::source::Sources;
use topology::{Diagnostic, Severity, Topology};

use crate::args::Global;
use crate::failure::Failure;
use crate::terminal::Terminal;

const MANIFEST: &str = "topology.yaml";

/// More is not read; what is this long is refused as too large.
const LARGEST_FILE_BYTES: u64 = 64 * 1024 * 1024 + 1;

/// A manifest that was read, with every finding about it.
#[derive(Debug)]
pub(crate) struct Project {
    /// The folder of the manifest.
    pub(crate) root: PathBuf,
    /// The manifest's file name.
    pub(crate) manifest: PathBuf,
    pub(crate) sources: Sources,
    /// Sorted by place.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What could be understood of the manifest.
    pub(crate) topology: Option<Topology>,
}

impl Project {
    /// Finds and reads the manifest, and runs every check.
    pub(crate) fn load(global: &Global) -> Result<Self, Failure> {
        let manifest = manifest(global)?;
        let text = read_file(&manifest).map_err(|error| {
            Failure::usage(format!("the manifest `{}` could not be read", manifest.display())).because(&error)
        })?;
        let root = folder_of(&manifest)?;
        let read = |path: &str| read_file(&root.join(path));
        let loaded = topology::load(&manifest.display().to_string(), text, &read);
        let is_whole = loaded.is_whole();
        let mut diagnostics = loaded.diagnostics;
        if let Some(topology) = &loaded.topology {
            // What a broken manifest lacks may be what could not be read: only certain mistakes are added then.
            let worth = |found: &Diagnostic| is_whole || found.severity == Severity::Error;
            diagnostics.extend(topology::lint(topology).into_iter().filter(worth));
        }
        diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.location));
        let manifest = PathBuf::from(manifest.file_name().unwrap_or(OsStr::new(MANIFEST)));
        Ok(Self { root, manifest, sources: loaded.sources, diagnostics, topology: loaded.topology })
    }

    /// Whether nothing may run because of an error.
    pub(crate) fn has_errors(&self) -> bool {
        self.topology.is_none() || self.diagnostics.iter().any(|found| found.severity == Severity::Error)
    }

    /// The topology, where it has no errors; otherwise shows every finding. Commands that change something start here.
    pub(crate) fn checked(&self, terminal: Terminal) -> Result<&Topology, Failure> {
        match &self.topology {
            Some(topology) if !self.has_errors() => Ok(topology),
            _ => {
                terminal.findings(&self.sources, &self.diagnostics);
                Err(Failure::findings("the manifest has errors; nothing was changed"))
            }
        }
    }
}

/// The folder of the project, whose manifest is not read; none without a manifest.
pub(crate) fn root(global: &Global) -> Option<PathBuf> {
    folder_of(&manifest(global).ok()?).ok()
}

fn manifest(global: &Global) -> Result<PathBuf, Failure> {
    match &global.manifest {
        Some(path) => Ok(path.clone()),
        None => find_upwards(),
    }
}

fn folder_of(manifest: &Path) -> Result<PathBuf, Failure> {
    let root = match manifest.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    root.canonicalize().map_err(|error| Failure::world("the project's folder is gone").because(&error))
}

/// The environment that `--env` names, or the first.
pub(crate) fn environment<'a>(topology: &'a Topology, global: &Global) -> Result<&'a Environment, Failure> {
    topology.environment(global.env.as_deref()).ok_or_else(|| {
        let names: Vec<&str> = topology.environments.iter().map(|known| known.name.as_str()).collect();
        let wanted = global.env.as_deref().unwrap_or_default();
        Failure::usage(format!("the manifest has no environment `{wanted}`"))
            .help(format!("choose one of: {}", names.join(", ")))
    })
}

/// Reads a regular file: a pipe would wait for ever and a device never end.
pub(crate) fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    // Before it is opened: opening a pipe waits for its writer.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST_FILE_BYTES).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn find_upwards() -> Result<PathBuf, Failure> {
    let start = std::env::current_dir().map_err(|error| Failure::world("this folder is gone").because(&error))?;
    let found = start.ancestors().map(|folder| folder.join(MANIFEST)).find(|path| path.is_file());
    let Some(found) = found else {
        return Err(Failure::usage(format!("no {MANIFEST} in this folder or above it"))
            .help("go to the project, name it with `--manifest FILE`, or make one with `topology new NAME`"));
    };
    // A path as short as the user would write it: findings show it.
    Ok(if found.parent() == Some(&start) { PathBuf::from(MANIFEST) } else { found })
}
