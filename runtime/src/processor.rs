//! A service that turns records into other records.
//!
//! Many records of a partition are on their way at once: a record's outputs are handed to the producer in order, and
//! its offset counts only after every output was acknowledged. A crash in between repeats outputs; it loses none.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::Arc;

use crate::context::{Context, ServiceInfo};
use crate::error::HandlerError;
use crate::format::Format;
use crate::group::{self, Acknowledgements, Failure, Handle, Raw, Route};
use crate::kafka;
use crate::message::Message;
use crate::panics;
use crate::policy::{OnError, Start};
use crate::producer::{Outgoing, Producer, Span};
use crate::schemas::TopicSchemas;
use crate::service::{self, ShutdownDeadline};
use crate::topic::Topic;

/// The function of one source: reads a message, writes any number of records.
type Flow<K, V> = fn(&Message<<K as Format>::Value, <V as Format>::Value>, &mut Output) -> Result<(), HandlerError>;

/// Makes a source's route once the producer exists.
type Plumb = Box<dyn FnOnce(Producer) -> Arc<dyn Route> + Send>;

/// Consumes topics as a member of a group and produces what its flow functions make of each record.
///
/// At least once; outputs keep their inputs' order per partition, timestamps and headers.
pub struct Processor {
    info: ServiceInfo,
    group: &'static str,
    start: Start,
    on_error: OnError,
    sources: Vec<(TopicSchemas, Plumb)>,
    sinks: Vec<TopicSchemas>,
}

impl Processor {
    /// Begins a processor of the group `group`.
    pub fn new(info: ServiceInfo, group: &'static str) -> Self {
        Self {
            info,
            group,
            start: Start::default(),
            on_error: OnError::default(),
            sources: Vec::new(),
            sinks: Vec::new(),
        }
    }

    /// Where the group begins when it has no committed offset. Default: [`Start::Earliest`].
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// What happens to records that fail. Default: [`OnError::default`].
    #[must_use]
    pub fn on_error(mut self, on_error: OnError) -> Self {
        self.on_error = on_error;
        self
    }

    /// Subscribes to `topic` and applies `flow` to its records.
    ///
    /// The function must not block. A panic in it is not tried again: the same input would panic again.
    #[must_use]
    pub fn source<K: Format, V: Format>(mut self, topic: Topic<K, V>, flow: Flow<K, V>) -> Self {
        let schemas = TopicSchemas::of(topic);
        let own = schemas.clone();
        self.sources
            .push((schemas, Box::new(move |producer| Arc::new(Source { topic, schemas: own, flow, producer }))));
        self
    }

    /// Names a topic that the flow functions write to.
    #[must_use]
    pub fn sink<K: Format, V: Format>(mut self, topic: Topic<K, V>) -> Self {
        self.sinks.push(TopicSchemas::of(topic));
        self
    }

    /// Runs the processor until the process is asked to end (exit code 0) or a record stops it (exit code 1).
    pub fn run(self) -> ExitCode {
        service::run(self.info, async |service| {
            service.look_up(&self.sinks).await?;
            let sources: Vec<TopicSchemas> = self.sources.iter().map(|(schemas, _)| schemas.clone()).collect();
            service.look_up_optional(&sources).await?;
            let config = kafka::processor_config(&service);
            let producer = Producer::connect(&config, &self.sinks, &service)?;
            producer.await_topics(&service).await?;
            let routes = self.sources.into_iter().map(|(_, plumb)| plumb(producer.clone())).collect();
            let membership = group::Membership { group: self.group, start: self.start, on_error: self.on_error };
            let outcome = group::run(&service, membership, routes).await;
            let flushed = tokio::task::block_in_place(|| producer.flush(ShutdownDeadline::FLUSH));
            outcome.and(flushed)
        })
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Processor").field("info", &self.info).field("group", &self.group).finish_non_exhaustive()
    }
}

/// Collects what a flow function writes for one record.
///
/// Nothing leaves before the function returned `Ok`: a record is processed whole or not at all.
#[derive(Debug)]
pub struct Output {
    producer: Producer,
    bytes: Vec<u8>,
    records: Vec<(&'static str, Span, Span)>,
}

impl Output {
    /// Writes one record to `topic`.
    ///
    /// # Errors
    ///
    /// When `topic` was not named with [`Processor::sink`].
    pub fn send<K: Format, V: Format>(
        &mut self,
        topic: &Topic<K, V>,
        key: &K::Borrowed,
        value: &V::Borrowed,
    ) -> Result<(), HandlerError> {
        let (key, value) = self.producer.encode(topic, key, value, &mut self.bytes).map_err(HandlerError::reject)?;
        self.records.push((topic.name(), key, value));
        Ok(())
    }

    async fn enqueue(&self, raw: &Raw) -> Result<Acknowledgements, Failure> {
        let mut promised = Acknowledgements::with_capacity(self.records.len());
        for &(topic, key, value) in &self.records {
            let outgoing = Outgoing {
                topic,
                key: key.of(&self.bytes),
                value: value.of(&self.bytes),
                timestamp: raw.timestamp,
                headers: Some(&raw.headers),
            };
            promised.push(self.producer.enqueue(&outgoing).await?);
        }
        Ok(promised)
    }
}

struct Source<K: Format, V: Format> {
    topic: Topic<K, V>,
    schemas: TopicSchemas,
    flow: Flow<K, V>,
    producer: Producer,
}

impl<K: Format, V: Format> Handle for Source<K, V> {
    fn schemas(&self) -> &TopicSchemas {
        &self.schemas
    }

    async fn handle(&self, raw: &Raw, _: &Context) -> Result<Acknowledgements, Failure> {
        let message = raw.decode(&self.topic, &self.schemas)?;
        let mut output = Output { producer: self.producer.clone(), bytes: Vec::new(), records: Vec::new() };
        let applied = catch_unwind(AssertUnwindSafe(|| (self.flow)(&message, &mut output)));
        drop(message);
        match applied {
            Ok(Ok(())) => output.enqueue(raw).await,
            Ok(Err(error)) => Err(Failure::Handler(error)),
            Err(payload) => Err(Failure::Handler(HandlerError::reject(panics::message(&*payload)))),
        }
    }
}
