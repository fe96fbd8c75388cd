//! An archive of a registry as files that people can read and git can compare.
//!
//! ```text
//! registry.json                       format version, settings of the registry and of contexts
//! subjects/<subject>/subject.json     the subject's name and settings
//! subjects/<subject>/<version>.json   id, GUID, references, metadata, rules
//! subjects/<subject>/<version>.avsc   the text as it is stored; .proto, .schema.json
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use provision::registry::{Archive, ArchivedSubject, SchemaVersion, Settings};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::failure::Failure;
use crate::project::read_file;

/// Changes when older programs cannot read what is written.
const FORMAT_VERSION: u32 = 1;

const HEAD: &str = "registry.json";

#[derive(Serialize, Deserialize)]
struct Head {
    format_version: u32,
    #[serde(default)]
    global: Settings,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    contexts: BTreeMap<String, Settings>,
}

#[derive(Serialize, Deserialize)]
struct SubjectHead {
    subject: String,
    #[serde(flatten)]
    settings: Settings,
}

/// Writes an archive. The folder is replaced as a whole, after everything is on disk beside it.
pub(super) fn write(folder: &Path, archive: &Archive) -> Result<(), Failure> {
    may_replace(folder)?;
    let beside = beside(folder, "partial");
    let written = write_files(&beside, archive).and_then(|()| swap(folder, &beside));
    written.map_err(|error| {
        // The error matters; what is left of the attempt is named by it.
        drop(fs::remove_dir_all(&beside));
        Failure::world(format!("the export could not be written to `{}`", folder.display())).because(&error)
    })
}

/// Only what an export wrote may be replaced by one.
fn may_replace(folder: &Path) -> Result<(), Failure> {
    let is_free = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none() || folder.join(HEAD).is_file(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    if is_free {
        return Ok(());
    }
    Err(Failure::usage(format!("`{}` is not an earlier export, so it is not replaced", folder.display()))
        .help("name a folder that does not exist yet"))
}

fn beside(folder: &Path, word: &str) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{word}.{}", std::process::id()));
    folder.with_file_name(name)
}

fn swap(folder: &Path, fresh: &Path) -> io::Result<()> {
    let old = beside(folder, "old");
    let had = folder.exists();
    if had {
        fs::rename(folder, &old)?;
    }
    if let Err(error) = fs::rename(fresh, folder) {
        if had {
            fs::rename(&old, folder)?;
        }
        return Err(error);
    }
    if had { fs::remove_dir_all(&old) } else { Ok(()) }
}

fn write_files(folder: &Path, archive: &Archive) -> io::Result<()> {
    fs::create_dir_all(folder.join("subjects"))?;
    let head =
        Head { format_version: FORMAT_VERSION, global: archive.global.clone(), contexts: archive.contexts.clone() };
    write_json(&folder.join(HEAD), &head)?;
    for (name, subject) in &archive.subjects {
        let folder = folder.join("subjects").join(file_name(name));
        fs::create_dir_all(&folder)?;
        let head = SubjectHead { subject: name.clone(), settings: subject.settings.clone() };
        write_json(&folder.join("subject.json"), &head)?;
        for (number, version) in &subject.versions {
            fs::write(folder.join(format!("{number}.{}", extension(version))), &version.schema)?;
            let mut head = serde_json::to_value(version).map_err(io::Error::other)?;
            if let Some(fields) = head.as_object_mut() {
                // The text has a file of its own.
                fields.remove("schema");
            }
            write_json(&folder.join(format!("{number}.json")), &head)?;
        }
    }
    Ok(())
}

fn write_json(path: &Path, value: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value).map_err(io::Error::other)?;
    fs::write(path, text + "\n")
}

fn extension(version: &SchemaVersion) -> &'static str {
    match version.schema_type.as_deref() {
        None | Some("AVRO") => "avsc",
        Some("PROTOBUF") => "proto",
        Some("JSON") => "schema.json",
        Some(_) => "schema.txt",
    }
}

/// A subject as the name of a folder. What file systems may not take is written as in URLs; capitals too, because some
/// systems take `A` and `a` for one.
fn file_name(subject: &str) -> String {
    const LONGEST: usize = 200;
    let mut name = String::new();
    for (position, byte) in subject.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => name.push(char::from(byte)),
            b'.' if position > 0 => name.push('.'),
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    if name.is_empty() {
        return "%".to_owned();
    }
    if name.len() > LONGEST {
        // Longer than file systems take: the beginning for people, the hash for being unique.
        let hash = schema::identity::Identity::of(subject, [], None, None);
        let mut front: String = name.chars().take(LONGEST - 40).collect();
        front.push_str(&format!("%%{hash}"));
        return front;
    }
    name
}

/// Reads what [`write`] wrote.
pub(super) fn read(folder: &Path) -> Result<Archive, Failure> {
    let head: Head = read_json(&folder.join(HEAD))?;
    if head.format_version != FORMAT_VERSION {
        let message = format!("`{}` has the format version {}", folder.display(), head.format_version);
        return Err(Failure::usage(message).help(format!("this program reads version {FORMAT_VERSION}")));
    }
    let mut archive = Archive { global: head.global, contexts: head.contexts, ..Archive::default() };
    for folder in entries(&folder.join("subjects"))? {
        let head: SubjectHead = read_json(&folder.join("subject.json"))?;
        let versions = versions(&folder, &head.subject)?;
        let twice =
            archive.subjects.insert(head.subject.clone(), ArchivedSubject { settings: head.settings, versions });
        if twice.is_some() {
            return Err(Failure::usage(format!("subject `{}` is in the export twice", head.subject)));
        }
    }
    Ok(archive)
}

fn versions(folder: &Path, subject: &str) -> Result<BTreeMap<u32, SchemaVersion>, Failure> {
    let mut versions = BTreeMap::new();
    for path in entries(folder)? {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let Some(number) = name.strip_suffix(".json").and_then(|number| number.parse::<u32>().ok()) else { continue };
        let head: SchemaVersion = read_json(&path)?;
        let text = folder.join(format!("{number}.{}", extension(&head)));
        let bytes = read_file(&text).map_err(|error| unreadable(&text).because(&error))?;
        let schema = String::from_utf8(bytes).map_err(|error| unreadable(&text).because(&error))?;
        if head.subject != subject || head.version != number {
            return Err(Failure::usage(format!(
                "`{}` says that it is version {} of subject `{}`, which is not where it lies",
                path.display(),
                head.version,
                head.subject
            )));
        }
        versions.insert(number, SchemaVersion { schema, ..head });
    }
    Ok(versions)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let list = fs::read_dir(folder).and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect());
    let mut paths: Vec<PathBuf> = list.map_err(|error: io::Error| unreadable(folder).because(&error))?;
    paths.sort();
    Ok(paths)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let bytes = read_file(path).map_err(|error| unreadable(path).because(&error))?;
    serde_json::from_slice(&bytes).map_err(|error| unreadable(path).because(&error))
}

fn unreadable(path: &Path) -> Failure {
    Failure::usage(format!("`{}` could not be read as a part of an export", path.display()))
        .help("`topology registry export` writes such folders")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive() -> Archive {
        let config = serde_json::json!({ "compatibility": "FULL" });
        let settings =
            Settings { config: config.as_object().cloned().unwrap_or_default(), mode: Some("READONLY".to_owned()) };
        let mut archive = Archive { global: settings.clone(), ..Archive::default() };
        archive.contexts.insert(":.c:".to_owned(), settings.clone());
        let long = "x".repeat(5_000);
        for (id, name) in
            [(1, "orders-value"), (2, "Orders-value"), (3, ":.c:a/../b%\n\""), (4, ""), (5, ".."), (6, &long)]
        {
            let version = SchemaVersion {
                subject: name.to_owned(),
                version: 3,
                id,
                schema_type: (id == 2).then(|| "PROTOBUF".to_owned()),
                schema: format!("text {id}\r\n"),
                deleted: id == 3,
                ..SchemaVersion::default()
            };
            let versions = BTreeMap::from([(3, version)]);
            archive.subjects.insert(name.to_owned(), ArchivedSubject { settings: settings.clone(), versions });
        }
        archive
    }

    #[test]
    fn whatever_is_written_can_be_read() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("backup");
        for _ in 0..2 {
            write(&folder, &archive()).unwrap();
            assert_eq!(read(&folder).unwrap(), archive());
        }
        let left: Vec<_> = fs::read_dir(home.path()).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_folder_of_something_else_is_not_replaced() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("mine.txt"), "x").unwrap();
        assert!(write(home.path(), &archive()).is_err());
        assert_eq!(fs::read_to_string(home.path().join("mine.txt")).unwrap(), "x");
    }

    #[test]
    fn what_was_moved_by_hand_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("backup");
        write(&folder, &archive()).unwrap();
        let subject = folder.join("subjects/orders-value");
        fs::rename(subject.join("3.json"), subject.join("4.json")).unwrap();
        fs::rename(subject.join("3.avsc"), subject.join("4.avsc")).unwrap();
        assert!(read(&folder).unwrap_err().render(false).contains("not where it lies"));
    }
}
