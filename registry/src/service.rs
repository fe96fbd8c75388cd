//! What the HTTP side asks of the registry: reads of the state, writes, and writes that another registry has to do.
//!
//! # Several registries on one topic
//!
//! The one whose claim is the last in the log leads and writes; the others forward writes to it. There is no election
//! and no clock: a registry that cannot reach the leader takes its place, by opening the log, which fences the other.
//! If the leader was only slow, its next write fails before anything is in the log, and it becomes a follower. So two
//! registries that do not see each other hinder one another, but never do harm.

mod restraint;
mod search;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;
use tokio::time::{sleep, timeout, timeout_at};

use crate::core::decide::Decision;
use crate::core::refusal::Refusal;
use crate::core::state::State;
use crate::forward::{Answer, Forwarded, Forwarder, Silence};
use crate::log::claim::{Claim, Instance};
use crate::log::commit::Committer;
use crate::log::reader::{Replica, Standing};
use crate::log::writer::Failure;
use crate::service::restraint::Restraint;
use crate::service::search::{Heard, Search, Trust};
use crate::{Config, Error};

/// How often a follower looks whether its leader is there, and a registry without a leader tries to be it.
const WATCH: Duration = Duration::from_secs(2);

/// The pause before a leader that did not answer is asked again.
const PAUSE: Duration = Duration::from_millis(20);

/// How long a write waits for somebody to lead: a registry serves reads a moment before it has claimed to lead.
const INTERREGNUM: Duration = Duration::from_secs(2);

/// How long a leader that was replaced may still take to say what it did before.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The registry behind its HTTP face.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) replica: Arc<Replica>,
    committer: Committer,
    me: Instance,
    may_lead: bool,
    forwarder: Forwarder,
    /// One search for a leader at a time: what it finds, everybody can use.
    search: Mutex<()>,
    write_timeout: Duration,
    pub(crate) counters: Counters,
}

/// Counts since the start.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) writes: AtomicU64,
    pub(crate) failed_writes: AtomicU64,
}

/// Who writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Leader,
    /// With the leader's URL, if one is known.
    Follower(Option<Box<str>>),
}

/// Where a write was done, or has to be.
#[derive(Debug)]
pub(crate) enum Turn {
    /// This registry leads by now: do it here.
    Here,
    /// The leader did it, and it can be read here.
    Done(Answer),
}

enum Leader {
    /// This registry, and if that was not so before, what kept it from following another one.
    Me {
        unheard: Option<String>,
    },
    Other(Claim),
}

impl Service {
    /// # Errors
    ///
    /// When a thread or the HTTP client cannot be made.
    pub(crate) fn new(config: &Config, url: &str) -> Result<Self, Error> {
        let (replica, me) = (Arc::new(Replica::default()), Instance::new(url));
        Ok(Self {
            committer: Committer::start(config, &me, &replica)?,
            replica,
            me,
            may_lead: config.leader_eligible,
            forwarder: Forwarder::new(config.authorities.as_deref())?,
            search: Mutex::new(()),
            write_timeout: config.write_timeout,
            counters: Counters::default(),
        })
    }

    /// Asks a question of the state as it is now. However long that takes, it keeps the reader of the log from nothing.
    pub(crate) fn read<T>(&self, question: impl FnOnce(&State) -> T) -> T {
        question(&self.replica.snapshot())
    }

    /// Whether this registry writes, and who does otherwise.
    pub(crate) fn role(&self) -> Role {
        if self.committer.leads() {
            return Role::Leader;
        }
        let others = self.replica.claim().filter(|claim| claim.instance != self.me);
        Role::Follower(others.map(|claim| claim.instance.url))
    }

    /// Answers at once if nothing has to be written; otherwise writes, and answers when the write can be read.
    ///
    /// Refuses with [`Refusal::UnknownLeader`] what another registry has to decide: see [`Service::forward`]. A client
    /// that goes away does not stop a write that has begun.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        decide: impl Fn(&State) -> Result<Decision<T>, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let decided = self.read(&decide);
        match decided {
            Ok(decision) if decision.records.is_empty() => Ok(decision.answer),
            // A follower may not know yet what would make the leader accept.
            _ if !self.committer.leads() => Err(unknown_leader()),
            Err(refusal) => Err(refusal),
            Ok(_) => self.commit(decide).await,
        }
    }

    /// The same for what was decided once on the state as it is: only the writer decides again.
    pub(crate) async fn commit<T: Send + 'static>(
        &self,
        decide: impl Fn(&State) -> Result<Decision<T>, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        if !self.committer.leads() {
            return Err(unknown_leader());
        }
        let late = || Refusal::Timeout("earlier writes are still waiting for the Kafka cluster".to_owned());
        let written = timeout(self.write_timeout, self.committer.write(decide)).await;
        let written = written.unwrap_or_else(|_| Err(late()));
        if !matches!(written, Err(Refusal::UnknownLeader(_))) {
            let counter = if written.is_ok() { &self.counters.writes } else { &self.counters.failed_writes };
            counter.fetch_add(1, Ordering::Relaxed);
        }
        written
    }

    /// Has the leader do what [`Service::write`] refused with [`Refusal::UnknownLeader`], and waits until this
    /// registry knows what the leader wrote. If there is no leader, this registry becomes it.
    pub(crate) async fn forward(&self, request: &Forwarded) -> Result<Turn, Refusal> {
        let begun = Instant::now();
        let deadline = begun + self.write_timeout;
        let mut search = Search::default();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let late = |_| Refusal::UnknownLeader("no leader was found in time".to_owned());
            let claim = match timeout(left, self.leader(search.trust())).await.map_err(late)? {
                Ok(Leader::Me { .. }) => return Ok(Turn::Here),
                Ok(Leader::Other(claim)) => claim,
                Err(Refusal::UnknownLeader(_)) if begun.elapsed() < INTERREGNUM => {
                    sleep(PAUSE).await;
                    continue;
                }
                Err(refusal) => return Err(refusal),
            };
            let left = deadline.saturating_duration_since(Instant::now());
            let answer = tokio::select! {
                answer = self.forwarder.send(&claim.instance.url, request, left) => answer,
                () = self.replaced(&claim.instance) => Err(Silence::Lost("another registry leads by now".to_owned())),
            };
            match search.hear(&claim, request, answer, Instant::now()) {
                Heard::Answer(answer) => return Ok(self.known_here(answer, deadline).await),
                Heard::Refusal(refusal) => return Err(refusal),
                Heard::Nothing(reason) if Instant::now() >= deadline => return Err(search.in_vain(reason)),
                Heard::Nothing(_) => sleep(PAUSE).await,
            }
        }
    }

    /// Waits until another registry than `leader` leads, and it had time to say what it did before.
    ///
    /// A leader whose process was stopped takes a request and does not answer. Once another one's claim has been read,
    /// what the first one did is in the log before it, or never will be.
    async fn replaced(&self, leader: &Instance) {
        let is_another = |standing: &Standing| standing.claim.as_ref().is_some_and(|claim| claim.instance != *leader);
        // The sender lives as long as this registry.
        drop(self.replica.standing().wait_for(is_another).await);
        sleep(LAST_WORDS).await;
    }

    /// Waits until the reader of this registry has applied what the leader wrote.
    async fn known_here(&self, answer: Answer, deadline: Instant) -> Turn {
        if let Some(applied) = answer.applied
            && timeout_at(deadline.into(), self.replica.applied(applied - 1)).await.is_err()
        {
            tracing::warn!("the leader's write could not be read here in time");
        }
        Turn::Done(answer)
    }

    /// Who leads; this registry, if nobody else does.
    async fn leader(&self, trust: Trust) -> Result<Leader, Refusal> {
        let _turn = self.search.lock().await;
        loop {
            if self.committer.leads() {
                return Ok(Leader::Me { unheard: None });
            }
            let claim = self.replica.claim();
            let mut unheard = None;
            if let Some(claim) = claim.as_ref().filter(|claim| claim.instance != self.me) {
                match self.is_believed(claim, trust).await {
                    Ok(()) => return Ok(Leader::Other(claim.clone())),
                    Err(why) => unheard = Some(why),
                }
            }
            if !self.may_lead {
                let why = unheard.map(|why| format!(": {why}")).unwrap_or_default();
                return Err(Refusal::UnknownLeader(format!("no registry that may lead can be reached{why}")));
            }
            match self.committer.claim(claim.map(|claim| claim.offset)).await {
                Ok(()) => return Ok(Leader::Me { unheard }),
                // Another one was faster; its claim is read, or soon will be.
                Err(Failure::Fenced) => sleep(PAUSE).await,
                Err(failure) => return Err(failure.into_refusal()),
            }
        }
    }

    /// Whether another registry leads as it claims to; if not, why that is thought.
    async fn is_believed(&self, claim: &Claim, trust: Trust) -> Result<(), String> {
        let url = &claim.instance.url;
        match trust {
            Trust::Denied(offset) if offset == claim.offset => Err(format!("{url} says that it does not lead")),
            // Its address is this registry's own by now: it was the one that ran here before.
            _ if *url == self.me.url => Err(format!("{url} is this registry's own address")),
            Trust::Doubted(offset) if offset == claim.offset => {
                self.forwarder.probe(url).await.map_err(|why| format!("{url}: {why}"))
            }
            _ => Ok(()),
        }
    }

    /// Waits until nothing can be written any more.
    pub(crate) async fn writer_failure(&self) {
        self.committer.failure().await;
    }

    /// Sees to it that there is a leader, so that the next write is quick.
    pub(crate) async fn keep_a_leader(&self) {
        let mut standing = self.replica.standing();
        // The sender lives as long as this registry.
        drop(standing.wait_for(|standing| standing.caught_up).await);
        let (mut said, mut warned, mut restraint) = (None, None, Restraint::default());
        loop {
            let led = self.committer.leads();
            if !led {
                sleep(restraint.left(Instant::now())).await;
            }
            let claim = standing.borrow_and_update().claim.clone();
            let trust = claim.as_ref().map_or(Trust::Full, |claim| Trust::Doubted(claim.offset));
            match self.leader(trust).await {
                Ok(Leader::Me { unheard }) => {
                    if !led && restraint.note(Instant::now()) {
                        self.warn_of_a_rival(claim.as_ref(), &unheard.unwrap_or_default());
                    }
                    (said, warned) = (None, None);
                }
                Ok(Leader::Other(claim)) => {
                    if said.as_ref() != Some(&claim) {
                        tracing::info!(leader = %claim.instance.url, "this registry follows");
                    }
                    (said, warned) = (Some(claim), None);
                }
                Err(refusal) if warned.as_ref() != Some(&refusal) => {
                    tracing::warn!("there is no leader: {refusal}");
                    warned = Some(refusal);
                }
                Err(_) => {}
            }
            drop(timeout(WATCH, standing.changed()).await);
        }
    }

    /// Says why the lead may be changing hands all the time, and what to do.
    fn warn_of_a_rival(&self, claim: Option<&Claim>, unheard: &str) {
        let Some(Claim { instance: Instance { url, id }, .. }) = claim.filter(|claim| claim.instance != self.me) else {
            return;
        };
        if *url == self.me.url {
            tracing::warn!(
                %url, instance = %id,
                "another registry on the same topic says that it is at the address of this one: \
                 start each with its own --advertise"
            );
        } else {
            tracing::warn!(
                %url, instance = %id,
                "this registry took the lead again from one that does not answer ({unheard}): if that one lives, \
                 start it with --advertise and an address that reaches it from here"
            );
        }
    }
}

fn unknown_leader() -> Refusal {
    Refusal::UnknownLeader("this registry does not lead".to_owned())
}
