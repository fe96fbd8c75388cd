//! The machine behind a lock, the requests that wait for it, and its alarm clock.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use kafka_protocol::messages::ResponseKind;
use tokio::sync::{Notify, oneshot, watch};

use super::connection::Limits;
use super::door::Doors;
use crate::machine::dispatch::Request;
use crate::machine::{Connection, ConnectionId, Effect, Machine, Outcome, Ticket, Timestamp};
use crate::security::sasl;

/// How long a tick that panicked is left alone, in milliseconds.
const AFTER_PANIC: Timestamp = 1000;

/// What every connection shares.
#[derive(Debug)]
pub(crate) struct Shared {
    inner: Mutex<Inner>,
    alarm: Notify,
    tickets: AtomicU64,
    pub(super) doors: Doors,
    /// Whether any fault is in force: without one, requests need not ask.
    pub(super) faulty: AtomicBool,
    /// Counts changes of faults.
    pub(super) changes: watch::Sender<u64>,
    pub(super) stop: Notify,
    pub(super) since: Instant,
}

#[derive(Debug)]
struct Inner {
    machine: Machine,
    waiting: HashMap<Ticket, oneshot::Sender<Box<ResponseKind>>>,
}

/// What a connection does next.
#[derive(Debug)]
pub(crate) enum Answer {
    Now(Box<ResponseKind>),
    Later(oneshot::Receiver<Box<ResponseKind>>),
    Silent,
    Close,
    /// Answer after a while, then close.
    Last(Box<ResponseKind>, Duration),
}

impl Shared {
    pub(crate) fn new(machine: Machine) -> Self {
        let doors = Doors::new(machine.metadata.brokers.keys().copied());
        let inner = Mutex::new(Inner { machine, waiting: HashMap::new() });
        Self {
            inner,
            alarm: Notify::new(),
            tickets: AtomicU64::new(1),
            doors,
            faulty: AtomicBool::new(false),
            changes: watch::Sender::new(0),
            stop: Notify::new(),
            since: Instant::now(),
        }
    }

    /// A number that no other ticket or connection has.
    pub(crate) fn next_id(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }

    /// What bounds a connection.
    pub(crate) fn limits(&self) -> Limits {
        self.with(|machine| crate::data::limits(machine))
    }

    /// Handles one request. A panic in it closes the connection it came from, and nothing else: the machine goes on with
    /// what the handler had done until then.
    pub(crate) fn handle(&self, connection: &mut Connection, request: Request) -> Answer {
        let ticket = request.ticket;
        let mut inner = self.lock();
        let before = inner.machine.deadline();
        let started = inner.machine.times_requests().then(Instant::now);
        let handled = catch_unwind(AssertUnwindSafe(|| inner.machine.handle(now(), &mut *connection, request)));
        if let Some(started) = started {
            connection.spent += u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        }
        let answer = match handled {
            Ok(Outcome::Reply(response)) => Answer::Now(response),
            Ok(Outcome::Parked) => {
                let (sender, receiver) = oneshot::channel();
                inner.waiting.insert(ticket, sender);
                Answer::Later(receiver)
            }
            Ok(Outcome::Silent) => Answer::Silent,
            Ok(Outcome::Close) => Answer::Close,
            Ok(Outcome::Last { response, after }) => Answer::Last(response, after),
            Err(panic) => {
                tracing::error!(
                    reason = panicked(&*panic),
                    "a request made the broker panic; its connection is closed"
                );
                Answer::Close
            }
        };
        self.settle(&mut inner, before);
        answer
    }

    /// Handles a SASL token that came without a header: the answer, or how long to wait before the connection closes.
    pub(crate) fn raw_token(&self, connection: &mut Connection, token: &[u8]) -> Result<Vec<u8>, Duration> {
        self.with(|machine| sasl::raw_token(machine, connection, now(), token).ok_or(machine.security.failure_delay))
    }

    /// Does something to the machine outside of any request.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Machine) -> T) -> T {
        let mut inner = self.lock();
        let before = inner.machine.deadline();
        inner.machine.arrive(now());
        let result = work(&mut inner.machine);
        self.settle(&mut inner, before);
        result
    }

    /// Forgets a connection and what it waited for.
    pub(crate) fn disconnected(&self, connection: ConnectionId) {
        self.with(|machine| machine.disconnected(connection));
        self.lock().waiting.retain(|_, sender| !sender.is_closed());
    }

    /// Ticks the machine whenever it wants to be ticked; never returns.
    pub(crate) async fn keep_time(self: Arc<Self>) {
        loop {
            let ticked = catch_unwind(AssertUnwindSafe(|| self.with(|machine| machine.tick(now()))));
            let deadline = ticked.unwrap_or_else(|panic| {
                tracing::error!(reason = panicked(&*panic), "a tick made the broker panic");
                Some(now() + AFTER_PANIC)
            });
            let wait = deadline.map_or(Duration::from_hours(1), |at| {
                Duration::from_millis(u64::try_from(at - now()).unwrap_or(0).max(1))
            });
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = self.alarm.notified() => {}
            }
        }
    }

    fn settle(&self, inner: &mut Inner, before: Option<Timestamp>) {
        for effect in inner.machine.take_effects() {
            match effect {
                Effect::Reply(ticket, response) => {
                    if let Some(sender) = inner.waiting.remove(&ticket) {
                        // The connection may be gone; then nobody waits for the answer.
                        drop(sender.send(response));
                    }
                }
                Effect::StopBroker(broker) => self.doors.want(broker, false),
                Effect::StartBroker(broker) => self.doors.want(broker, true),
            }
        }
        let after = inner.machine.deadline();
        if after.is_some_and(|after| before.is_none_or(|before| after < before)) {
            self.alarm.notify_one();
        }
    }

    /// A panic inside one request must not take the cluster with it: the connection it came from is closed.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a panic said.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no reason given")
}

/// The clock on the wall.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
