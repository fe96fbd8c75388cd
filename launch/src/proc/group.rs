//! Process groups: every child leads one, so that its own children end with it.

use rustix::process::{Pid, Signal, kill_process_group};

use super::{Stat, all_pids};

/// A process group that is ended when this value goes away.
#[derive(Debug)]
pub struct Group {
    leader: u32,
    armed: bool,
}

impl Group {
    /// The group led by a process that was started with `process_group(0)`.
    pub fn led_by(leader: u32) -> Self {
        Self { leader, armed: true }
    }

    /// Asks every member to end.
    pub fn terminate(&self) {
        signal(self.leader, Signal::TERM);
    }

    /// Ends every member at once.
    pub fn kill(&self) {
        signal(self.leader, Signal::KILL);
    }

    /// Ends what is left after the leader has ended, and lets go of the group.
    pub fn finish(mut self) {
        self.kill();
        self.armed = false;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if self.armed {
            self.kill();
        }
    }
}

/// Signals a group. A group that has ended already is what the caller wanted.
fn signal(leader: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        let _ = kill_process_group(pid, signal);
    }
}

/// The living members of the group that `leader` leads.
pub(crate) fn members(leader: u32) -> Vec<(u32, Stat)> {
    let Ok(pids) = all_pids() else { return Vec::new() };
    let of_group =
        |pid: &u32| Stat::read(*pid).filter(|stat| i64::from(stat.group) == i64::from(leader) && !stat.zombie);
    pids.iter().filter_map(|pid| of_group(pid).map(|stat| (*pid, stat))).collect()
}
