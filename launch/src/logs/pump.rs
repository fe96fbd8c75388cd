//! Moves what a process prints into its log and to the listeners.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Child;
use tokio::sync::broadcast;
use tokio::task::JoinHandle;

use super::Sink;
use crate::supervisor::{Event, Stream};

/// A line that is longer is split, so that a process without line ends cannot fill the memory.
const MAX_LINE: usize = 64 << 10;

/// How long to wait for the last output of a process whose pipes someone else still holds.
const DRAIN: Duration = Duration::from_millis(500);

/// The tasks that read one life of a process. They end with its pipes, or when dropped.
#[derive(Debug)]
pub(crate) struct Pumps {
    tasks: Vec<JoinHandle<()>>,
}

impl Pumps {
    pub(crate) fn start(child: &mut Child, sink: &Sink, events: &broadcast::Sender<Event>) -> Self {
        let out = child.stdout.take().map(|pipe| tokio::spawn(pump(pipe, Stream::Out, sink.clone(), events.clone())));
        let error =
            child.stderr.take().map(|pipe| tokio::spawn(pump(pipe, Stream::Error, sink.clone(), events.clone())));
        Self { tasks: out.into_iter().chain(error).collect() }
    }

    /// Waits for the rest of the output.
    pub(crate) async fn finish(mut self) {
        let rest = async {
            for task in &mut self.tasks {
                drop(task.await);
            }
        };
        drop(tokio::time::timeout(DRAIN, rest).await);
    }
}

impl Drop for Pumps {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn pump(mut pipe: impl AsyncRead + Unpin, stream: Stream, sink: Sink, events: broadcast::Sender<Event>) {
    let mut lines = Lines::default();
    let mut buffer = vec![0; 16 << 10];
    let mut disk_works = true;
    loop {
        let count = pipe.read(&mut buffer).await.unwrap_or(0);
        let complete = if count == 0 { lines.finish() } else { lines.feed(&buffer[..count]) };
        if !complete.is_empty() {
            let written = sink.write(&complete);
            if let Err(error) = &written
                && disk_works
            {
                // The pipe is read on: a process must not stand still because of its log.
                let text = format!("the log of `{}` cannot be written: {error}", sink.name());
                drop(events.send(Event::Notice { text }));
            }
            disk_works = written.is_ok();
        }
        for line in complete {
            drop(events.send(Event::Log { name: sink.name().to_owned(), stream, line }));
        }
        if count == 0 {
            return;
        }
    }
}

/// Cuts bytes into lines. Bytes that are not UTF-8 are shown as replacement characters.
#[derive(Debug, Default)]
struct Lines {
    partial: Vec<u8>,
}

impl Lines {
    fn feed(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut complete = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= MAX_LINE {
                complete.push(self.take());
            }
        }
        complete
    }

    fn finish(&mut self) -> Vec<String> {
        if self.partial.is_empty() { Vec::new() } else { vec![self.take()] }
    }

    fn take(&mut self) -> String {
        let bytes = std::mem::take(&mut self.partial);
        String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_however_they_arrive() {
        let mut lines = Lines::default();
        assert_eq!(lines.feed(b"one\r\ntw"), ["one"]);
        assert_eq!(lines.feed(b"o\n\nthree"), ["two", ""]);
        assert_eq!(lines.finish(), ["three"]);
        assert_eq!(lines.finish(), [""; 0]);
    }

    #[test]
    fn an_endless_line_is_split() {
        let mut lines = Lines::default();
        let complete: usize = (0..10).map(|_| lines.feed(&[b'x'; 16 << 10]).len()).sum();
        assert_eq!(complete, 2);
    }
}
