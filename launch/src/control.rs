//! The socket by which another command talks to a running supervisor: one JSON value per line, each way.
//!
//! A client sends one request per connection; the server answers with any number of events and one last answer. The socket
//! is the user's alone (mode 0600). Its path is in `state.json`, and follows from the project when that file is lost.

mod client;
mod server;
mod socket;

pub use client::{Client, connect};
pub use server::{ProbeFactory, Server, serve};

use serde::{Deserialize, Serialize};

use crate::state::State;
use crate::status::Status;
use crate::supervisor::{Changes, Event, Others, ProcessSpec, Urgency};

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
enum Request {
    State,
    Status,
    Events,
    Stop { urgency: Urgency },
    Reconcile { specs: Vec<ProcessSpec>, others: Others, limit_ms: u64 },
    Restart { name: String },
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "answer")]
enum Answer {
    Happened { happened: Event },
    State { state: State },
    Status { status: Status },
    Changes { changes: Changes },
    Done,
    Refused { message: String, help: Option<String> },
}
