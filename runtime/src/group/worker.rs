//! The task of one assigned partition: takes records in order, tries each until it is done with or given up, and
//! moves the committable offset behind it.
//!
//! Several records can be on their way at once when their outputs wait for acknowledgements; the offset moves only over
//! those at the front that have all of theirs.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;

use crate::backoff::Backoff;
use crate::context::Context;
use crate::error::{Chain, SendError};
use crate::group::failure::Failure;
use crate::group::lane::Lane;
use crate::group::raw::Raw;
use crate::group::{Acknowledgements, Handle};
use crate::metrics::ConsumedTopic;
use crate::policy::{OnError, Then};
use crate::readiness::Readiness;
use crate::registry::{Registry, RegistryError};
use crate::schemas::{Reading, SideSchemas};
use crate::service::{Ending, ServiceError};

/// The records of one partition that wait to be handled. The polling thread bounds it by pausing the partition.
pub(crate) type Queue = UnboundedReceiver<Raw>;

/// How many records of one partition may wait for their acknowledgements.
const MAX_IN_FLIGHT: usize = 1000;

/// What all tasks of one topic use.
#[derive(Debug)]
pub(crate) struct Tools {
    pub(crate) group: &'static str,
    pub(crate) on_error: OnError,
    pub(crate) context: Context,
    pub(crate) ending: Ending,
    pub(crate) registry: Registry,
    pub(crate) readiness: Arc<Readiness>,
    pub(crate) metrics: Arc<ConsumedTopic>,
}

/// The partition was halted, or the service ends: nothing further is handled.
#[derive(Debug)]
struct Halted;

pub(crate) struct Worker<H> {
    handle: Arc<H>,
    lane: Arc<Lane>,
    queue: Queue,
    tools: Arc<Tools>,
    in_flight: VecDeque<(Raw, Acknowledgements)>,
}

impl<H: Handle> Worker<H> {
    pub(crate) fn new(handle: Arc<H>, lane: Arc<Lane>, queue: Queue, tools: Arc<Tools>) -> Self {
        Self { handle, lane, queue, tools, in_flight: VecDeque::new() }
    }

    /// Works until the partition is halted; then waits for the acknowledgements that are still due.
    pub(crate) async fn run(mut self) {
        while self.step().await.is_ok() {}
        while let Some((raw, acknowledgements)) = self.in_flight.front_mut() {
            if acknowledgements.arrived().await.is_err() {
                break;
            }
            self.lane.advance_to(raw.offset + 1);
            self.in_flight.pop_front();
        }
    }

    /// Does the next thing there is to do: a record that arrived, or an acknowledgement.
    async fn step(&mut self) -> Result<(), Halted> {
        if self.lane.is_halted() {
            return Err(Halted);
        }
        let lane = Arc::clone(&self.lane);
        let has_room = self.in_flight.len() < MAX_IN_FLIGHT;
        let front = self.in_flight.front_mut().map(|(_, acknowledgements)| acknowledgements);
        tokio::select! {
            biased;
            arrived = arrived(front) => self.settle(arrived).await,
            raw = self.queue.recv(), if has_room => match raw {
                Some(raw) => self.take(raw).await,
                None => Err(Halted),
            },
            () = lane.halted() => Err(Halted),
        }
    }

    async fn take(&mut self, raw: Raw) -> Result<(), Halted> {
        self.lane.taken(raw.weight());
        let acknowledgements = self.attempt(&raw, None).await?;
        if acknowledgements.is_empty() && self.in_flight.is_empty() {
            self.done(&raw);
        } else {
            self.in_flight.push_back((raw, acknowledgements));
        }
        Ok(())
    }

    /// The record at the front has all its acknowledgements, or one that says no.
    async fn settle(&mut self, arrived: Result<(), SendError>) -> Result<(), Halted> {
        let Some((raw, _)) = self.in_flight.pop_front() else { return Ok(()) };
        let Err(error) = arrived else {
            self.done(&raw);
            return Ok(());
        };
        self.tools.metrics.failed();
        // Its outputs are all sent again. Those of later records may be in their topics already.
        match self.attempt(&raw, Some(error.into())).await {
            Ok(acknowledgements) => {
                self.in_flight.push_front((raw, acknowledgements));
                Ok(())
            }
            Err(halted) => {
                // Nothing behind it may be committed either.
                self.in_flight.clear();
                Err(halted)
            }
        }
    }

    fn done(&self, raw: &Raw) {
        self.tools.metrics.done();
        self.lane.advance_to(raw.offset + 1);
    }

    /// Tries a record until it succeeds or is given up. `failure` is how an earlier try of it ended.
    async fn attempt(&self, raw: &Raw, failure: Option<Failure>) -> Result<Acknowledgements, Halted> {
        let OnError { retries, backoff_min, backoff_max, .. } = self.tools.on_error;
        let mut backoff = Backoff::new(backoff_min, backoff_max);
        let mut tries = u32::from(failure.is_some());
        let mut last = failure;
        loop {
            if let Some(failure) = last.take() {
                if !failure.is_retryable() || tries > retries {
                    return self.give_up(raw, &failure);
                }
                let pause = backoff.pause();
                self.tools.metrics.retried();
                self.report(raw, &format!("try {tries} failed, next in {pause:?}: {failure}"));
                self.pause(pause).await?;
            }
            tries += 1;
            match self.try_once(raw, tries).await {
                Ok(acknowledgements) => return Ok(acknowledgements),
                Err(Failure::UnknownSchema { schemas, id }) => {
                    self.learn(&schemas, id).await?;
                    tries -= 1;
                }
                Err(failure) => {
                    self.tools.metrics.failed();
                    last = Some(failure);
                }
            }
        }
    }

    async fn try_once(&self, raw: &Raw, attempt: u32) -> Result<Acknowledgements, Failure> {
        let began = Instant::now();
        let outcome = self.handle.handle(raw, &self.tools.context.with_attempt(attempt)).await;
        self.tools.metrics.took(began.elapsed());
        outcome
    }

    fn give_up(&self, raw: &Raw, failure: &Failure) -> Result<Acknowledgements, Halted> {
        let topic = self.topic();
        let Raw { partition, offset, .. } = raw;
        if self.tools.on_error.then == Then::Skip && failure.is_the_records_fault() {
            self.tools.metrics.skipped();
            self.report(raw, &format!("skipped: {failure}"));
            return Ok(Acknowledgements::none());
        }
        self.tools.ending.fail(ServiceError::Record {
            record: format!("record at {topic}[{partition}] offset {offset}: {failure}"),
            help: format!(
                "repair the cause and start again: the record was not committed and comes again. To leave it behind, set \
                 `on_error: {{ then: skip }}`, or stop the service and run `kafka-consumer-groups.sh --bootstrap-server \
                 ... --group {} --topic {topic}:{partition} --reset-offsets --to-offset {} --execute`",
                self.tools.group,
                offset + 1
            ),
        });
        Err(Halted)
    }

    /// Asks the registry what `id` is until it answers. A registry that is down is no fault of the record.
    async fn learn(&self, schemas: &SideSchemas, id: u32) -> Result<(), Halted> {
        let mut backoff = Backoff::startup();
        loop {
            match self.tools.registry.schema(id).await {
                Ok(writer) => {
                    let reading = Reading::of(schemas, &writer);
                    tracing::info!(side = schemas.name(), id, "first record with another schema: {reading}");
                    schemas.learn(id, reading);
                    return Ok(());
                }
                Err(RegistryError::NotFound { .. }) => {
                    schemas.learn(id, Reading::unregistered());
                    return Ok(());
                }
                Err(error) => {
                    let reason = format!("waiting for the registry to tell schema id {id}: {}", Chain(&error));
                    tracing::warn!("{reason}");
                    self.tools.readiness.note_error(reason);
                    self.pause(backoff.pause()).await?;
                }
            }
        }
    }

    fn report(&self, raw: &Raw, what: &str) {
        tracing::warn!(topic = self.topic(), partition = raw.partition, offset = raw.offset, "{what}");
        self.tools.readiness.note_error(format!("{}[{}] offset {}: {what}", self.topic(), raw.partition, raw.offset));
    }

    /// Sleeps, unless the partition is halted.
    async fn pause(&self, pause: std::time::Duration) -> Result<(), Halted> {
        match timeout(pause, self.lane.halted()).await {
            Ok(()) => Err(Halted),
            Err(_) => Ok(()),
        }
    }

    fn topic(&self) -> &'static str {
        self.handle.schemas().topic
    }
}

/// The front's acknowledgements; never, when there is no front.
async fn arrived(front: Option<&mut Acknowledgements>) -> Result<(), SendError> {
    match front {
        Some(acknowledgements) => acknowledgements.arrived().await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
