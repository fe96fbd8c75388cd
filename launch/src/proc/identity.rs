//! Who a process is, beyond a number that the system hands out again.

use std::fs;

use serde::{Deserialize, Serialize};

use super::Stat;
use crate::Error;

/// The environment variable that marks everything one run of a supervisor started.
pub const RUN_VARIABLE: &str = "TOPOLOGY_RUN";

/// The environment variable that marks everything the supervisors of one project started: holds its `.topology` folder.
///
/// By it, processes are found when the state that lists them is lost. Helpers do not carry it: a build may leave a daemon
/// (sccache) on purpose, and the helper itself ends by itself.
pub const PROJECT_VARIABLE: &str = "TOPOLOGY_PROJECT";

/// The environment variable that holds a supervised process's name.
pub const PROCESS_VARIABLE: &str = "TOPOLOGY_PROCESS";

/// A process: its id and when it started. Two processes never share both within one boot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The process id.
    pub pid: u32,
    /// The start time in clock ticks since boot, field 22 of `/proc/<pid>/stat`.
    pub start_ticks: u64,
}

impl Identity {
    /// The identity of a process that runs now.
    pub fn of(pid: u32) -> Option<Self> {
        Stat::read(pid).map(|stat| Self { pid, start_ticks: stat.start_ticks })
    }

    /// Whether this very process still runs (a zombie does not).
    pub fn is_alive(self) -> bool {
        Stat::read(self.pid).is_some_and(|stat| stat.start_ticks == self.start_ticks && !stat.zombie)
    }
}

/// A name that no other run of any supervisor has: 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

impl RunId {
    /// A new name, from the system's random numbers.
    pub fn new() -> Result<Self, Error> {
        let bytes: [u8; 16] = random()?;
        Ok(Self(hexadecimal(&bytes)))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of this boot of the machine. Identities of another boot mean nothing.
pub fn boot_id() -> Result<String, Error> {
    let path = "/proc/sys/kernel/random/boot_id";
    fs::read_to_string(path).map(|id| id.trim().to_owned()).map_err(Error::ProcUnavailable)
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

/// Random bytes from the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let mut filled = 0;
    while filled < N {
        match rustix::rand::getrandom(&mut bytes[filled..], rustix::rand::GetRandomFlags::empty()) {
            Ok(count) => filled += count,
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(Error::file("read random numbers from", "/dev/urandom".as_ref())(errno.into())),
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_with_another_start_time_is_someone_else() {
        let me = Identity::of(std::process::id()).unwrap();
        assert!(me.is_alive());
        assert!(!Identity { start_ticks: me.start_ticks + 1, ..me }.is_alive());
    }

    #[test]
    fn run_ids_differ() {
        assert_ne!(RunId::new().unwrap(), RunId::new().unwrap());
    }
}
