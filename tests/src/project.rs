//! Copies of the example projects that a test may change.

use std::fs;
use std::path::{Path, PathBuf};

use crate::binary::repository;

/// A fresh copy of `examples/shop` at `target/<name>`.
///
/// # Panics
///
/// If the disk refuses.
pub fn shop(name: &str) -> PathBuf {
    example("shop", name)
}

/// A fresh copy of an example at `target/<name>`, which is as deep below the repository as the original, so that its
/// relative paths hold.
///
/// # Panics
///
/// If the disk refuses.
pub fn example(example: &str, name: &str) -> PathBuf {
    let folder = repository().join("target").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("an old copy can be removed");
    }
    copy(&repository().join("examples").join(example), &folder);
    folder
}

/// A folder with one manifest, for tests that only read.
///
/// # Panics
///
/// If the disk refuses.
pub fn manifest(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join("topology.yaml"), text).expect("a temporary folder is writable");
    folder
}

/// Replaces `old`, which must be there, in a file.
///
/// # Panics
///
/// If `old` is not in the file, or the disk refuses.
#[track_caller]
pub fn edit(file: &Path, old: &str, new: &str) {
    let text = fs::read_to_string(file).expect("the file can be read");
    assert!(text.contains(old), "{} does not contain {old:?}", file.display());
    fs::write(file, text.replacen(old, new, 1)).expect("the file can be written");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).expect("the folder can be listed") {
        let entry = entry.expect("the folder can be listed");
        let name = entry.file_name();
        if name == "target" || name == ".topology" {
            continue;
        }
        let (from, to) = (entry.path(), to.join(&name));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).expect("a file can be copied");
        }
    }
}
