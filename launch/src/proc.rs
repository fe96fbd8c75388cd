//! What `/proc` says about processes: who they are, what they use, which ports they hold.
//!
//! A process is recognized by its id *and* its start time, because ids are reused. This module only reads; see
//! [`group`] for signals.

pub mod group;
pub mod identity;
pub mod owner;
pub mod usage;

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::Error;

/// The fields of `/proc/<pid>/stat` that this crate needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub(crate) zombie: bool,
    pub(crate) group: i32,
    pub(crate) cpu_ticks: u64,
    pub(crate) start_ticks: u64,
    pub(crate) resident_pages: u64,
}

impl Stat {
    pub(crate) fn read(pid: u32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// Reads the line. The command in parentheses may itself contain spaces and parentheses, so fields count from the last one.
    fn parse(line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
        Some(Self {
            zombie: matches!(fields.first(), Some(&("Z" | "X"))),
            group: fields.get(5 - 3)?.parse().ok()?,
            cpu_ticks: number(14)? + number(15)?,
            start_ticks: number(22)?,
            resident_pages: number(24)?,
        })
    }
}

/// The ids of all processes that this process can see.
pub(crate) fn all_pids() -> Result<Vec<u32>, Error> {
    let entries = fs::read_dir("/proc").map_err(Error::ProcUnavailable)?;
    Ok(entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
}

/// The command line of a process in one line, for people.
pub(crate) fn command_line(pid: u32) -> Option<String> {
    let raw = fs::read(format!("/proc/{pid}/cmdline")).ok()?;
    let words: Vec<_> =
        raw.split(|byte| *byte == 0).filter(|word| !word.is_empty()).map(String::from_utf8_lossy).collect();
    if words.is_empty() {
        return fs::read_to_string(format!("/proc/{pid}/comm")).ok().map(|name| name.trim().to_owned());
    }
    let line = words.join(" ");
    Some(shortened(&line))
}

/// The beginning and the end of a long line: a Java's heap settings come first, what it runs comes last.
fn shortened(line: &str) -> String {
    let characters: Vec<char> = line.chars().collect();
    let Some(end) = characters.len().checked_sub(80).filter(|end| *end > 40) else { return line.to_owned() };
    characters[..40].iter().chain(&['…']).chain(&characters[end..]).collect()
}

/// One variable of a process's environment, if it may be read.
pub(crate) fn environment_variable(pid: u32, name: &str) -> Option<String> {
    let raw = fs::read(format!("/proc/{pid}/environ")).ok()?;
    let prefix = format!("{name}=");
    let entry = raw.split(|byte| *byte == 0).find_map(|entry| entry.strip_prefix(prefix.as_bytes()))?;
    Some(String::from_utf8_lossy(entry).into_owned())
}

/// Whether a process belongs to the user of this one.
pub(crate) fn is_of_this_user(pid: u32) -> bool {
    fs::metadata(format!("/proc/{pid}")).is_ok_and(|entry| entry.uid() == rustix::process::geteuid().as_raw())
}

/// Whether a process has a file open that was deleted since.
pub(crate) fn holds_deleted(pid: u32, file: &Path) -> bool {
    let mut target = file.as_os_str().to_owned();
    target.push(" (deleted)");
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    descriptors.flatten().any(|entry| fs::read_link(entry.path()).is_ok_and(|link| link.as_os_str() == target))
}

/// Reports a missing `/proc` before anything relies on it.
pub(crate) fn check() -> Result<(), Error> {
    match Stat::read(std::process::id()) {
        Some(_) => Ok(()),
        None => Err(Error::ProcUnavailable(io::Error::other("the entry of this process does not read"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_with_parentheses_does_not_shift_the_fields() {
        let line = "42 (a ) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 10 5 0 0 20 0 1 0 9999 4096 33 0";
        let stat = Stat::parse(line).unwrap();
        assert_eq!(stat, Stat { zombie: false, group: 7, cpu_ticks: 15, start_ticks: 9999, resident_pages: 33 });
    }

    #[test]
    fn a_long_command_keeps_both_ends() {
        assert_eq!(shortened("sleep 1000"), "sleep 1000");
        let long = shortened(&format!("/usr/bin/java {} kafka.Kafka server.properties", "-Xmx ".repeat(100)));
        assert!(long.starts_with("/usr/bin/java -Xmx") && long.ends_with("kafka.Kafka server.properties"), "{long}");
        assert_eq!(long.chars().count(), 121);
    }

    #[test]
    fn this_process_is_visible() {
        assert!(check().is_ok());
        assert!(all_pids().unwrap().contains(&std::process::id()));
        assert!(command_line(std::process::id()).is_some());
    }
}
