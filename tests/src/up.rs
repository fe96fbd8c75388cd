//! A running `topology up`: its lines, and how it is stopped.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use rustix::process::{Pid, Signal, kill_process};

use crate::{binary, poll};

/// A running `topology up`. Dropping it kills the supervisor and has `down` end what is left.
#[derive(Debug)]
pub struct Up {
    child: Child,
    folder: PathBuf,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Up {
    /// Starts `topology up` in `folder` on free ports.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start(folder: &Path, words: &[&str]) -> Self {
        Self::start_with(folder, words, &[])
    }

    /// Starts `topology up` in `folder` on free ports, with more environment variables.
    ///
    /// # Panics
    ///
    /// If it cannot be started.
    pub fn start_with(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = binary::command();
        command.arg("up").args(words).current_dir(folder).env("TOPOLOGY_ANY_PORT", "1");
        command.env("CARGO_TARGET_DIR", binary::target()).envs(environment.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
        let lines = Arc::new(Mutex::new(Vec::new()));
        collect(child.stdout.take().expect("stdout is piped"), &lines);
        collect(child.stderr.take().expect("stderr is piped"), &lines);
        Self { child, folder: folder.to_owned(), lines }
    }

    /// The supervisor's process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Everything that it has said so far.
    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// The lines that it has said so far.
    ///
    /// # Panics
    ///
    /// If the collecting thread panicked.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no thread panics while it holds the lines").clone()
    }

    /// Waits for a line after the first `skip` ones that contains `text`, and gives its position.
    ///
    /// # Panics
    ///
    /// After `seconds`, or when the process has ended without saying it.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str, skip: usize, seconds: u64) -> usize {
        poll::until(&format!("`up` says {text:?}"), seconds, || {
            let ended = self.child.try_wait().expect("the process can be waited for");
            let lines = self.lines();
            if let Some(found) = lines.iter().skip(skip).position(|line| line.contains(text)) {
                return Ok(found + skip);
            }
            assert!(ended.is_none(), "`up` ended ({ended:?}) without saying {text:?}:\n{}", lines.join("\n"));
            Err(lines.iter().rev().take(15).rev().cloned().collect::<Vec<_>>().join("\n"))
        })
    }

    /// Sends what Ctrl-C sends, to the supervisor alone.
    ///
    /// # Panics
    ///
    /// If it is not running.
    pub fn interrupt(&self) {
        self.signal(Signal::INT);
    }

    /// Sends a signal to the supervisor alone.
    ///
    /// # Panics
    ///
    /// If it is not running.
    pub fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the supervisor is running");
    }

    /// Waits for the end and gives the exit code; -1 after a signal.
    ///
    /// # Panics
    ///
    /// After `seconds`.
    #[track_caller]
    pub fn wait_end(&mut self, seconds: u64) -> i32 {
        let status = poll::until("`up` ends", seconds, || {
            self.child.try_wait().map_err(|error| error.to_string())?.ok_or_else(|| self.text())
        });
        status.code().unwrap_or(-1)
    }
}

impl Drop for Up {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|status| status.is_none()) {
            // A failed test must leave nothing behind; its own message is the one to read.
            drop(self.child.kill());
            drop(self.child.wait());
        }
        binary::run(&self.folder, &["down", "--quiet"]);
    }
}

fn collect(pipe: impl Read + Send + 'static, lines: &Arc<Mutex<Vec<String>>>) {
    let lines = Arc::clone(lines);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            lines.lock().expect("no thread panics while it holds the lines").push(line);
        }
    });
}
