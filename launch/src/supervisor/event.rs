//! What a supervisor tells about what happens.

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::state::Phase;

/// Which of its streams a process wrote to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Error,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A process wrote a line.
    Log {
        /// The process.
        name: String,
        /// Where it wrote.
        stream: Stream,
        /// The line, without its end.
        line: String,
    },
    /// A process changed its phase, or there is more to say about it.
    State {
        /// The process.
        name: String,
        /// The phase before.
        old: Phase,
        /// The phase now.
        new: Phase,
        /// Why, in words.
        detail: Option<String>,
        /// The last lines of its log, when it has ended for good.
        lines: Vec<String>,
    },
    /// A stop waits for these processes. Told at once and then every second.
    WaitingFor {
        /// Their names.
        names: Vec<String>,
    },
    /// Anything else that a person should know.
    Notice {
        /// One sentence.
        text: String,
    },
}

/// The events of a supervisor, from the moment of subscription.
#[derive(Debug)]
pub struct Events {
    receiver: Receiver<Event>,
}

impl Events {
    pub(super) fn new(receiver: Receiver<Event>) -> Self {
        Self { receiver }
    }

    /// The next event; none when the supervisor is gone. A listener that was too slow gets a notice about what it missed.
    pub async fn next(&mut self) -> Option<Event> {
        match self.receiver.recv().await {
            Ok(event) => Some(event),
            Err(RecvError::Lagged(count)) => {
                Some(Event::Notice { text: format!("{count} lines were too many to show; the log files have them") })
            }
            Err(RecvError::Closed) => None,
        }
    }

    /// The next event that is there already, without waiting.
    pub fn try_next(&mut self) -> Option<Event> {
        self.receiver.try_recv().ok()
    }
}
