//! What a request comes to, and what the machine wants done outside.

use std::time::Duration;

use kafka_protocol::messages::ResponseKind;

/// Names one request that waits for its reply. Unique for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ticket(pub(crate) u64);

/// What handling a request comes to.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Answer now.
    Reply(Box<ResponseKind>),
    /// The area answers later, through [`Machine::reply`](super::Machine::reply) with the request's ticket.
    Parked,
    /// No answer is wanted: Produce with `acks=0`.
    Silent,
    /// Close the connection without an answer.
    Close,
    /// Answer after a while, then close the connection: authentication failed.
    Last { response: Box<ResponseKind>, after: Duration },
}

impl<R: Into<ResponseKind>> From<R> for Outcome {
    fn from(response: R) -> Self {
        Self::Reply(Box::new(response.into()))
    }
}

/// What the machine wants done by whoever drives it.
#[derive(Debug)]
pub(crate) enum Effect {
    /// Send the answer of a parked request.
    Reply(Ticket, Box<ResponseKind>),
    /// A broker stops: close its listeners and its connections.
    StopBroker(i32),
    /// A broker starts: open its listeners on the ports it had.
    StartBroker(i32),
}
