//! Generated files on disk: writes what changed, removes what is left over, never touches what a person owns.

use std::collections::BTreeSet;
use std::fs::Permissions;
use std::io;
use std::path::{Path, PathBuf};

use codegen::{File, Ownership};

use crate::failure::Failure;

/// What writing did.
#[derive(Debug, Default)]
pub(crate) struct Written {
    pub(crate) created: Vec<String>,
    pub(crate) updated: Vec<String>,
    pub(crate) removed: Vec<String>,
    pub(crate) unchanged: usize,
}

/// Makes the project's folder hold `files`. A file is replaced whole or not at all.
pub(crate) fn write(root: &Path, files: &[File]) -> Result<Written, Failure> {
    let mut written = Written::default();
    for file in files {
        let path = root.join(&file.path);
        let old = read(&path)?;
        match (&old, file.ownership) {
            (Some(_), Ownership::Scaffold) => written.unchanged += 1,
            (Some(old), Ownership::Generated) if *old == file.text => written.unchanged += 1,
            _ => {
                replace(&path, &file.text).map_err(|error| cannot_write(&path, &error))?;
                let list = if old.is_some() { &mut written.updated } else { &mut written.created };
                list.push(file.path.clone());
            }
        }
    }
    let kept: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    for path in generated_files(root)?.into_iter().filter(|path| !kept.contains(path.as_str())) {
        std::fs::remove_file(root.join(&path)).map_err(|error| cannot_write(&root.join(&path), &error))?;
        remove_empty_parents(root, &path);
        written.removed.push(path);
    }
    Ok(written)
}

/// The text of a file; `None` if there is none.
pub(crate) fn read(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read(path) {
        // What is not UTF-8 was not written by the generator, so it differs from everything that is.
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::world(format!("`{}` could not be read", path.display())).because(&error)),
    }
}

/// Every file under `generated/`, as paths from `root`, sorted. Cargo's own `target/` is none of ours.
pub(crate) fn generated_files(root: &Path) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("generated")];
    while let Some(folder) = folders.pop() {
        let entries = match std::fs::read_dir(root.join(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(cannot_list(&folder, &error)),
        };
        for entry in entries {
            let entry = entry.map_err(|error| cannot_list(&folder, &error))?;
            let path = folder.join(entry.file_name());
            let kind = entry.file_type().map_err(|error| cannot_list(&path, &error))?;
            if kind.is_dir() && entry.file_name() != "target" {
                folders.push(path);
            } else if !kind.is_dir() {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Gives a file of the user another text, at once or not at all. It keeps its permissions, and a link stays a link.
pub(crate) fn rewrite(path: &Path, text: &str) -> io::Result<()> {
    let path = path.canonicalize()?;
    let permissions = std::fs::metadata(&path)?.permissions();
    if permissions.readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    put(&path, text, Some(permissions))
}

/// Writes beside the file and renames over it, so that no reader and no crash sees half of it.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    put(path, text, None)
}

fn put(path: &Path, text: &str, permissions: Option<Permissions>) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.tmp", std::process::id()));
    let written = std::fs::write(&beside, text)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| std::fs::set_permissions(&beside, permissions)))
        .and_then(|()| std::fs::rename(&beside, path));
    written.inspect_err(|_| {
        // The original error is what matters; a leftover that cannot be removed is named by it.
        drop(std::fs::remove_file(&beside));
    })
}

fn remove_empty_parents(root: &Path, path: &str) {
    let generated = root.join("generated");
    let mut folder = root.join(path);
    while folder.pop() && folder != generated && folder.starts_with(&generated) {
        if std::fs::remove_dir(&folder).is_err() {
            return;
        }
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::world(format!("`{}` could not be written", path.display()))
        .because(error)
        .help("check that the folder exists, that it is writable, and that the disk has space")
}

fn cannot_list(folder: &Path, error: &io::Error) -> Failure {
    Failure::world(format!("the folder `{}` could not be listed", folder.display())).because(error)
}
