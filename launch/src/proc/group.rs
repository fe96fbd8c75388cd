//! Process groups: every child leads one, so that its own children end with it.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

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
        signal_group(self.leader, Signal::TERM);
    }

    /// Ends every member at once.
    pub fn kill(&self) {
        signal_group(self.leader, Signal::KILL);
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
pub(crate) fn signal_group(leader: u32, signal: Signal) {
    if let Some(pid) = pid(leader) {
        let _ = kill_process_group(pid, signal);
    }
}

/// Signals one process.
pub(crate) fn signal_process(process: u32, signal: Signal) {
    if let Some(pid) = pid(process) {
        let _ = kill_process(pid, signal);
    }
}

fn pid(number: u32) -> Option<Pid> {
    i32::try_from(number).ok().and_then(Pid::from_raw)
}
