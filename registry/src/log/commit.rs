//! Decides what clients ask for and writes it, on a thread of its own, many requests to a transaction.
//!
//! While one transaction is under way, requests gather; the next transaction takes all of them. Each is decided on a
//! state that has the records of those before it already, so that together they are what they would have been one
//! after another. Nobody gets an answer before the commit: not even a refusal, which may be due to a record that is
//! not written in the end.
//!
//! When a transaction is not confirmed, the log tells what became of it: once a newer claim has been read, its records
//! have been read before, or never will be. Then the requests are answered, or decided again.
//!
//! Only a leader writes: the registry whose claim is the last one in the log. Others refuse with 50004, for which the
//! HTTP side asks the leader (see `forward`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::{oneshot, watch};

use super::claim::Instance;
use super::reader::Replica;
use super::writer::{Broken, Failure, Message, Session};
use crate::core::decide::Decision;
use crate::core::record::{Encoded, Record};
use crate::core::refusal::Refusal;
use crate::core::state::State;
use crate::{Config, Error};

/// How many requests one transaction takes at the most: its records are decided one after another.
const MOST: usize = 500;

/// How often requests are decided again because their transaction came to nothing.
const ATTEMPTS: u32 = 3;

/// The only way to change the log. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Committer {
    orders: Sender<Order>,
    me: Instance,
    replica: Arc<Replica>,
    leads: Arc<AtomicBool>,
    /// Closed when the thread has ended.
    thread: watch::Receiver<()>,
}

enum Order {
    Write(Box<dyn Job>),
    Claim { over: Option<i64>, reply: oneshot::Sender<Result<(), Failure>> },
}

impl Committer {
    /// # Errors
    ///
    /// When no thread can be started.
    pub(crate) fn start(config: &Config, me: &Instance, replica: &Arc<Replica>) -> Result<Self, Error> {
        let (orders, receiver) = mpsc::channel();
        let leads = Arc::new(AtomicBool::new(false));
        let worker = Worker {
            config: config.clone(),
            me: me.clone(),
            replica: Arc::clone(replica),
            session: None,
            leads: Arc::clone(&leads),
            claimed: Instant::now(),
        };
        let (running, thread) = watch::channel(());
        let body = move || {
            worker.run(&receiver);
            drop(running);
        };
        thread::Builder::new().name("log-writer".to_owned()).spawn(body).map_err(Error::Thread)?;
        Ok(Self { orders, me: me.clone(), replica: Arc::clone(replica), leads, thread })
    }

    /// Waits until nothing can be written any more, which only a mistake in this crate brings about.
    pub(crate) async fn failure(&self) {
        let mut thread = self.thread.clone();
        while thread.changed().await.is_ok() {}
    }

    /// Whether this registry is the one that writes, as far as it knows.
    pub(crate) fn leads(&self) -> bool {
        // Another one's claim may have been read before a write of this one met its fence.
        self.leads.load(Ordering::Acquire) && self.replica.claim().is_some_and(|claim| claim.instance == self.me)
    }

    /// Decides, writes what was decided, and gives the answer once the reader has applied it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        decide: impl Fn(&State) -> Result<Decision<T>, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let (reply, answer) = oneshot::channel();
        let job = Request { decide, decided: None, reply: Some(reply) };
        let ended = || Refusal::Store("the registry is stopping".to_owned());
        self.orders.send(Order::Write(Box::new(job))).map_err(|_| ended())?;
        answer.await.unwrap_or_else(|_| Err(ended()))
    }

    /// Makes this registry the leader and its state current, if the last claim is still the one at `over`.
    pub(crate) async fn claim(&self, over: Option<i64>) -> Result<(), Failure> {
        let (reply, answer) = oneshot::channel();
        self.orders.send(Order::Claim { over, reply }).map_err(|_| Failure::Late)?;
        answer.await.unwrap_or(Err(Failure::Late))
    }
}

/// A request that waits for its turn, whatever its answer is.
trait Job: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
    /// Decides, and gives what has to be written before the answer; forgets what was decided before.
    fn decide(&mut self, state: &State) -> Vec<Record>;
    /// Answers what was decided.
    fn answer(&mut self);
    fn refuse(&mut self, refusal: Refusal);
}

struct Request<T, F> {
    decide: F,
    decided: Option<Result<T, Refusal>>,
    reply: Option<oneshot::Sender<Result<T, Refusal>>>,
}

impl<T: Send, F: Fn(&State) -> Result<Decision<T>, Refusal> + Send> Request<T, F> {
    fn reply(&mut self, answer: Result<T, Refusal>) {
        if let Some(reply) = self.reply.take() {
            // A client that went away does not stop a write that has begun.
            drop(reply.send(answer));
        }
    }
}

impl<T: Send, F: Fn(&State) -> Result<Decision<T>, Refusal> + Send> Job for Request<T, F> {
    fn is_abandoned(&self) -> bool {
        self.reply.as_ref().is_none_or(oneshot::Sender::is_closed)
    }

    fn decide(&mut self, state: &State) -> Vec<Record> {
        let panicked = |_| Err(Refusal::Store("the decision panicked".to_owned()));
        let decided = catch_unwind(AssertUnwindSafe(|| (self.decide)(state))).unwrap_or_else(panicked);
        let (answer, records) = match decided {
            Ok(Decision { answer, records }) => (Ok(answer), records),
            Err(refusal) => (Err(refusal), Vec::new()),
        };
        self.decided = Some(answer);
        records
    }

    fn answer(&mut self) {
        if let Some(answer) = self.decided.take() {
            self.reply(answer);
        }
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.reply(Err(refusal));
    }
}

/// How long a registry that was fenced waits for the claim of the one that did it, which may have died since.
const CLAIM_PATIENCE: Duration = Duration::from_secs(2);

/// How long a registry whose write failed looks whether another one leads, before it takes the lead again.
const RIVAL_PATIENCE: Duration = Duration::from_millis(500);

/// How often a leader says again that it leads: a NOOP is a tombstone, which compaction removes after a day.
const REFRESH: Duration = Duration::from_hours(1);

type Jobs = Vec<Box<dyn Job>>;

/// What became of a transaction that was not confirmed.
enum Fate {
    Written,
    /// Nothing of it is in the log, nor will be.
    Unwritten(Failure),
    Unknown(Failure),
}

struct Worker {
    config: Config,
    me: Instance,
    replica: Arc<Replica>,
    session: Option<Session>,
    leads: Arc<AtomicBool>,
    /// When it last said that it leads, or would have.
    claimed: Instant,
}

impl Worker {
    fn run(mut self, orders: &Receiver<Order>) {
        let mut jobs: Jobs = Vec::new();
        loop {
            // Also where there is always something to do: a claim that compaction removes costs a change of leaders.
            if self.claimed.elapsed() >= REFRESH {
                self.refresh();
            }
            let mut next = match orders.recv_timeout(REFRESH.saturating_sub(self.claimed.elapsed())) {
                Ok(order) => Some(order),
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            while let Some(order) = next.take() {
                match order {
                    Order::Write(job) => jobs.push(job),
                    Order::Claim { over, reply } => {
                        self.write(std::mem::take(&mut jobs));
                        // Whoever asked may have stopped waiting.
                        drop(reply.send(self.claim(over)));
                    }
                }
                if jobs.len() < MOST {
                    next = orders.try_recv().ok();
                }
            }
            self.write(std::mem::take(&mut jobs));
        }
    }

    /// Whether this registry's claim is the last one that was read.
    fn is_leader(&self) -> bool {
        let claim = self.replica.claim();
        self.session.is_some() && claim.is_some_and(|claim| claim.instance == self.me)
    }

    fn close(&mut self) {
        self.leads.store(false, Ordering::Release);
        self.session = None;
    }

    fn claim(&mut self, over: Option<i64>) -> Result<(), Failure> {
        if self.is_leader() {
            return Ok(());
        }
        if self.replica.claim().map(|claim| claim.offset) != over {
            return Err(Failure::Fenced);
        }
        self.open()
    }

    /// Opens a session, claims to lead, and reads the log up to the claim.
    fn open(&mut self) -> Result<(), Failure> {
        self.close();
        let deadline = self.deadline();
        let session = Session::open(&self.config, deadline)?;
        let claimed = session.claim(self.claim_message(), &self.replica, deadline);
        let offset = claimed.map_err(|broken| broken.failure)?;
        self.claimed = Instant::now();
        if !self.replica.wait_for(offset, deadline) {
            return Err(Failure::Late);
        }
        self.replica.note_end();
        self.session = Some(session);
        if !self.is_leader() {
            self.close();
            return Err(Failure::Fenced);
        }
        self.leads.store(true, Ordering::Release);
        tracing::info!(topic = %self.config.topic, url = %self.me.url, "this registry leads");
        Ok(())
    }

    fn refresh(&mut self) {
        // Also where this registry follows and claims nothing: the next look is a while away.
        self.claimed = Instant::now();
        let claim = self.claim_message();
        let Some(session) = self.session.as_ref().filter(|_| self.is_leader()) else { return };
        if let Err(Broken { failure, .. }) = session.claim(claim, &self.replica, self.deadline()) {
            tracing::warn!(topic = %self.config.topic, "the claim to lead was not confirmed: {failure}");
            // Whoever fenced this registry leads now; otherwise the next search for a leader opens another session.
            self.close();
        }
    }

    fn claim_message(&self) -> Message {
        let encoded = Record::Noop.encode().expect("a NOOP can be written");
        Message { encoded, headers: Some(self.me.headers()) }
    }

    fn write(&mut self, mut jobs: Jobs) {
        let mut failure = Failure::Late;
        for _ in 0..ATTEMPTS {
            jobs.retain(|job| !job.is_abandoned());
            if jobs.is_empty() {
                return;
            }
            if !self.is_leader() {
                self.close();
                let refusal =
                    Refusal::UnknownLeader("this registry does not lead, and its leader is not known".to_owned());
                return jobs.iter_mut().for_each(|job| job.refuse(refusal.clone()));
            }
            match self.attempt(&mut jobs) {
                Fate::Written => return jobs.iter_mut().for_each(|job| job.answer()),
                Fate::Unwritten(reason) if reason.is_of_the_records() && jobs.len() > 1 => {
                    // One of them is at fault; the others are not to fail with it.
                    return jobs.into_iter().for_each(|job| self.write(vec![job]));
                }
                Fate::Unwritten(reason) if reason.is_of_the_records() => {
                    return jobs.iter_mut().for_each(|job| job.refuse(reason.clone().into_refusal()));
                }
                Fate::Unwritten(reason) => failure = reason,
                Fate::Unknown(reason) => {
                    tracing::warn!(topic = %self.config.topic, "a write was not confirmed: {reason}");
                    let refusal = Refusal::Timeout(reason.to_string());
                    return jobs.iter_mut().for_each(|job| job.refuse(refusal.clone()));
                }
            }
        }
        tracing::warn!(topic = %self.config.topic, "nothing could be written: {failure}");
        for job in &mut jobs {
            job.refuse(failure.clone().into_refusal());
        }
    }

    /// Decides all jobs and writes what they need.
    fn attempt(&mut self, jobs: &mut Jobs) -> Fate {
        let messages = self.decide(jobs);
        if messages.is_empty() {
            return Fate::Written;
        }
        let deadline = self.deadline();
        let session = self.session.as_ref().expect("a leader has a session");
        match session.commit(&messages, &self.replica, deadline) {
            Ok(offset) if self.replica.wait_for(offset, deadline) => Fate::Written,
            Ok(_) => {
                // What is decided on a state without these records would give their ids again. The next session
                // begins with a claim, and is not used before the state has everything up to it.
                self.close();
                Fate::Unknown(Failure::Late)
            }
            Err(broken) => self.settle(broken),
        }
    }

    fn decide(&self, jobs: &mut Jobs) -> Vec<Message> {
        let mut ahead = self.replica.snapshot();
        let mut messages = Vec::new();
        for job in jobs {
            let records = job.decide(&ahead);
            for encoded in records.iter().filter_map(Record::encode) {
                // A tombstone must also remove what another registry wrote under the same key in other bytes.
                if encoded.value.is_none() {
                    let keys = ahead.foreign_keys(&encoded);
                    messages.extend(keys.into_iter().map(|key| message(Encoded { key, value: None })));
                }
                messages.push(message(encoded));
            }
            ahead.foresee(&records);
        }
        messages
    }

    /// Finds out what became of a transaction, and opens another session if this registry may still lead.
    fn settle(&mut self, Broken { failure, offset }: Broken) -> Fate {
        tracing::warn!(topic = %self.config.topic, "a transaction was not confirmed: {failure}");
        self.close();
        let patience = match &failure {
            // Whoever fenced this registry writes a claim; before it, the transaction has ended.
            Failure::Fenced => CLAIM_PATIENCE,
            failure if failure.is_of_the_records() => Duration::ZERO,
            // This process may have been stopped and replaced, and not have read that yet.
            _ => RIVAL_PATIENCE,
        };
        let until = Instant::now() + patience.min(self.config.write_timeout);
        // Opening a session ends the transaction too, and the claim that follows shows how.
        let settled = self.replica.wait_for_claim_of_another(&self.me, until) || self.open().is_ok();
        match offset {
            None => Fate::Unwritten(failure),
            Some(offset) if settled && self.replica.has_seen(offset) => Fate::Written,
            Some(_) if settled => Fate::Unwritten(failure),
            Some(_) => Fate::Unknown(failure),
        }
    }

    fn deadline(&self) -> Instant {
        Instant::now() + self.config.write_timeout
    }
}

fn message(encoded: Encoded) -> Message {
    Message { encoded, headers: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registry_that_follows_waits_for_orders_as_long_as_one_that_leads() {
        let long_ago = Instant::now().checked_sub(2 * REFRESH).unwrap();
        let mut worker = Worker {
            config: Config::new("localhost:9092"),
            me: Instance::new("http://localhost:8081"),
            replica: Arc::default(),
            session: None,
            leads: Arc::default(),
            claimed: long_ago,
        };
        worker.refresh();
        assert!(worker.claimed.elapsed() < REFRESH, "it would look again at once, and again");
    }
}
