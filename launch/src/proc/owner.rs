//! Who listens on a port.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;

use super::identity::PROCESS_VARIABLE;
use super::{all_pids, command_line, environment_variable};

/// The process that listens on a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// Its id.
    pub pid: u32,
    /// Its command line, shortened.
    pub command: String,
    /// If a supervisor of this tool started it: its name there and the folder where it runs.
    pub supervised: Option<String>,
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.supervised {
            Some(supervised) => write!(f, "process {} ({supervised})", self.pid),
            None => write!(f, "process {} (`{}`)", self.pid, self.command),
        }
    }
}

/// The owner of a listening TCP port, if this user may know it.
pub fn owner_of(port: u16) -> Option<Owner> {
    let inodes = listening_inodes(port);
    if inodes.is_empty() {
        return None;
    }
    let pid = all_pids().ok()?.into_iter().find(|pid| holds_any(*pid, &inodes))?;
    Some(Owner { pid, command: command_line(pid).unwrap_or_else(|| "unknown".to_owned()), supervised: supervised(pid) })
}

fn supervised(pid: u32) -> Option<String> {
    let name = environment_variable(pid, PROCESS_VARIABLE)?;
    let folder = fs::read_link(format!("/proc/{pid}/cwd")).ok()?;
    Some(format!("`{name}`, which another `topology up` started in `{}`", folder.display()))
}

fn listening_inodes(port: u16) -> BTreeSet<u64> {
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| fs::read_to_string(table).ok())
        .flat_map(|table| table.lines().skip(1).filter_map(|line| listening_inode(line, port)).collect::<Vec<_>>())
        .collect()
}

/// The socket of a row of `/proc/net/tcp` that listens on `port`: state is column 3 (`0A`), the inode column 9.
fn listening_inode(row: &str, port: u16) -> Option<u64> {
    let columns: Vec<&str> = row.split_ascii_whitespace().collect();
    let (_, local_port) = columns.get(1)?.rsplit_once(':')?;
    let listens = *columns.get(3)? == "0A" && u16::from_str_radix(local_port, 16).ok()? == port;
    if listens { columns.get(9)?.parse().ok() } else { None }
}

fn holds_any(pid: u32, inodes: &BTreeSet<u64>) -> bool {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fd")) else { return false };
    descriptors.flatten().filter_map(|descriptor| fs::read_link(descriptor.path()).ok()).any(|target| {
        let inode = target.to_str().and_then(|text| text.strip_prefix("socket:[")?.strip_suffix(']')?.parse().ok());
        inode.is_some_and(|inode| inodes.contains(&inode))
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn a_listening_port_has_its_owner() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let owner = owner_of(listener.local_addr().unwrap().port()).unwrap();
        assert_eq!(owner.pid, std::process::id());
    }
}
