//! Helper processes: they run to their end, and they die with the future that waits for them.
//!
//! Maven, Kafka's storage tool and a build run this way, so that Ctrl-C in any phase leaves nothing behind. Long-running
//! processes are the supervisor's.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;
use tokio::sync::mpsc;

use crate::Error;
use crate::proc::group::Group;
use crate::proc::identity::{RUN_VARIABLE, RunId};
use crate::supervisor::exit_in_words;

/// How many of the last lines an [`Outcome`] keeps.
const KEPT_LINES: usize = 30;

/// A helper process to be run.
#[derive(Clone, Debug)]
pub struct Helper {
    program: OsString,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    folder: Option<PathBuf>,
    run: RunId,
}

/// How a helper ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The status.
    pub status: ExitStatus,
    /// The last lines that it printed, on either stream.
    pub lines: Vec<String>,
}

impl Outcome {
    /// How it ended, in words.
    pub fn in_words(&self) -> String {
        exit_in_words(self.status)
    }
}

/// Which of its streams a helper wrote a line to.
pub use crate::supervisor::Stream;

impl Helper {
    /// A helper of one run. `program` is looked up in PATH unless it has a slash.
    pub fn new(program: impl AsRef<OsStr>, run: &RunId) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            environment: Vec::new(),
            folder: None,
            run: run.clone(),
        }
    }

    /// Adds arguments.
    pub fn args<I: IntoIterator<Item: AsRef<OsStr>>>(mut self, arguments: I) -> Self {
        self.arguments.extend(arguments.into_iter().map(|argument| argument.as_ref().to_owned()));
        self
    }

    /// Sets a variable of its environment, over the inherited ones.
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.push((name.as_ref().to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets its working folder.
    pub fn current_dir(mut self, folder: impl AsRef<Path>) -> Self {
        self.folder = Some(folder.as_ref().to_owned());
        self
    }

    /// Runs the helper to its end and hands over each line as it comes.
    ///
    /// Dropping the future kills the helper and every process of its group.
    ///
    /// # Errors
    ///
    /// [`Error::Spawn`] when it cannot be started. A status other than 0 is not an error here.
    pub async fn run(self, mut on_line: impl FnMut(Stream, &str)) -> Result<Outcome, Error> {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments).envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.env(RUN_VARIABLE, self.run.as_str());
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).kill_on_drop(true);
        let spawn_error = |source| Error::Spawn { program: self.program.to_string_lossy().into_owned(), source };
        let mut child = command.spawn().map_err(spawn_error)?;
        let group = child.id().map(Group::led_by);

        let (sender, mut receiver) = mpsc::channel(256);
        let readers = [
            child.stdout.take().map(|pipe| tokio::spawn(read_lines(pipe, Stream::Out, sender.clone()))),
            child.stderr.take().map(|pipe| tokio::spawn(read_lines(pipe, Stream::Error, sender))),
        ];
        let mut lines = VecDeque::with_capacity(KEPT_LINES);
        let mut keep = |stream, line: String| {
            on_line(stream, &line);
            if lines.len() == KEPT_LINES {
                lines.pop_front();
            }
            lines.push_back(line);
        };
        // The pipes may outlive the helper in a daemon of its own making (Maven, sccache), so its end decides.
        let status = loop {
            tokio::select! {
                biased;
                Some((stream, line)) = receiver.recv() => keep(stream, line),
                status = child.wait() => break status.map_err(spawn_error)?,
            }
        };
        let drained = async {
            while let Some((stream, line)) = receiver.recv().await {
                keep(stream, line);
            }
        };
        drop(tokio::time::timeout(std::time::Duration::from_millis(500), drained).await);
        for reader in readers.into_iter().flatten() {
            reader.abort();
        }
        if let Some(group) = group {
            group.finish();
        }
        Ok(Outcome { status, lines: lines.into() })
    }
}

async fn read_lines(pipe: impl AsyncRead + Unpin, stream: Stream, lines: mpsc::Sender<(Stream, String)>) {
    let mut reader = BufReader::new(pipe);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => return,
            Ok(_) => {
                let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned();
                if lines.send((stream, text)).await.is_err() {
                    return;
                }
            }
        }
    }
}
