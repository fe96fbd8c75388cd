//! What the processes write, on this terminal: one line each, with the process's name in its colour before it.

use std::time::Duration;

use launch::state::Phase;
use launch::supervisor::{Event, Events};

use crate::terminal::{Terminal, Verbosity};

/// Colours that are legible on light and on dark grounds.
const COLORS: [&str; 6] = ["\x1b[36m", "\x1b[35m", "\x1b[34m", "\x1b[32m", "\x1b[33m", "\x1b[96m"];

/// Shows events and log lines.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    terminal: Terminal,
    /// The processes whose lines are shown. Brokers and ZooKeeper write much that only matters when they fail;
    /// `logs` and `--verbose` show it.
    shown: Vec<String>,
    /// The width of the names' column.
    width: usize,
}

impl Console {
    /// A console that shows the lines of these processes.
    pub(crate) fn new(terminal: Terminal, shown: Vec<String>) -> Self {
        let width = shown.iter().map(String::len).max().unwrap_or(8);
        Self { terminal, shown, width }
    }

    /// Shows what happens until the supervisor is gone.
    pub(crate) async fn follow(self, mut events: Events) {
        let mut waiting: Vec<String> = Vec::new();
        while let Some(event) = events.next().await {
            match event {
                Event::Log { name, line, .. } => {
                    if self.terminal.verbosity == Verbosity::Verbose || self.shown.contains(&name) {
                        self.line(&name, &line);
                    }
                }
                Event::State { name, old, new, detail, lines } => {
                    self.state(&name, old, new, detail.as_deref(), &lines);
                }
                // Told every second; worth a line only when it changes.
                Event::WaitingFor { names } if names != waiting => {
                    self.terminal.step("Waiting for", &names.join(", "));
                    waiting = names;
                }
                Event::WaitingFor { .. } => {}
                Event::Notice { text } => self.terminal.report(&text),
            }
        }
    }

    /// Shows one line of one process.
    pub(crate) fn line(&self, name: &str, line: &str) {
        let width = self.width;
        if self.terminal.color {
            let sum: usize = name.bytes().map(usize::from).sum();
            self.terminal.report(&format!("{}{name:<width$}\x1b[0m | {line}", COLORS[sum % COLORS.len()]));
        } else {
            self.terminal.report(&format!("{name:<width$} | {line}"));
        }
    }

    fn state(&self, name: &str, old: Phase, new: Phase, detail: Option<&str>, lines: &[String]) {
        let detail = detail.map(|detail| format!(": {detail}")).unwrap_or_default();
        match new {
            Phase::CrashLooping => {
                self.terminal.report(&format!("{name} is crash-looping and is not started again{detail}"));
                for line in lines {
                    self.line(name, line);
                }
            }
            Phase::Ready if old != Phase::Ready => self.terminal.step("Ready", name),
            Phase::Waiting if old != Phase::Waiting => {
                self.terminal.say(&format!("{name} will be started again{detail}"));
            }
            Phase::Unready => self.terminal.say(&format!("{name} is not ready any more{detail}")),
            Phase::Exited if old != Phase::Stopping => self.terminal.say(&format!("{name} ended{detail}")),
            _ => {}
        }
    }
}

/// A duration for people.
pub(crate) fn seconds(duration: Duration) -> String {
    format!("{:.1} s", duration.as_secs_f64())
}
