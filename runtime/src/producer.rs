//! Sending records: the handle that handlers and services use, and the service that only produces.
//!
//! The client is idempotent: within one process a record is written once and in order per partition, whatever
//! connections break meanwhile. Keys are partitioned by murmur2 like the Java client's, so that topics written from
//! both sides can be joined.

use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{BorrowedMessage, Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, DeliveryResult, Producer as _, ProducerContext, ThreadedProducer};
use rdkafka::{ClientConfig, ClientContext, Statistics};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

use crate::context::{Context, ServiceInfo};
use crate::error::{HandlerError, SendError};
use crate::format::{Format, Presence};
use crate::kafka;
use crate::message::Headers;
use crate::metrics::ProducedTopic;
use crate::panics::caught;
use crate::readiness::Readiness;
use crate::schemas::TopicSchemas;
use crate::service::{self, Ending, Service, ServiceError, ShutdownDeadline};
use crate::topic::Topic;

/// How long a sender sleeps at most before it looks again whether the client's queue has room.
const ROOM_CHECK: Duration = Duration::from_millis(50);

/// Sends records; cheap to clone, usable from any task.
#[derive(Clone)]
pub struct Producer {
    shared: Arc<Shared>,
}

struct Shared {
    client: ThreadedProducer<Deliveries>,
    topics: HashMap<&'static str, ProducedInto>,
}

struct ProducedInto {
    schemas: TopicSchemas,
    metrics: Arc<ProducedTopic>,
}

/// Where an acknowledged record stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delivery {
    /// The partition that it was written to.
    pub partition: i32,
    /// Its offset there.
    pub offset: i64,
}

/// A record as bytes, on its way to the client's queue.
#[derive(Debug)]
pub(crate) struct Outgoing<'a> {
    pub(crate) topic: &'static str,
    pub(crate) key: Option<&'a [u8]>,
    pub(crate) value: Option<&'a [u8]>,
    pub(crate) timestamp: Option<i64>,
    pub(crate) headers: Option<&'a Headers>,
}

impl Producer {
    pub(crate) fn connect(
        config: &ClientConfig,
        topics: &[TopicSchemas],
        service: &Service,
    ) -> Result<Self, ServiceError> {
        let deliveries = Deliveries {
            ending: service.ending().clone(),
            readiness: Arc::clone(service.readiness()),
            room: Arc::new(Notify::new()),
        };
        let client = config.create_with_context(deliveries).map_err(ServiceError::client)?;
        let topics = topics
            .iter()
            .map(|schemas| {
                let into =
                    ProducedInto { schemas: schemas.clone(), metrics: service.metrics().produced(schemas.topic) };
                (schemas.topic, into)
            })
            .collect();
        Ok(Self { shared: Arc::new(Shared { client, topics }) })
    }

    /// Sends one record and resolves when all in-sync replicas have it.
    ///
    /// Records of one key keep the order in which their `send` was first polled. When the client's queue is full
    /// (100,000 records or 1 GiB) it waits for room. Dropping the future before it resolves does not take the record
    /// back. For throughput, send many records concurrently; awaiting one after the other costs a round trip each.
    pub async fn send<K: Format, V: Format>(
        &self,
        topic: &Topic<K, V>,
        key: &K::Borrowed,
        value: &V::Borrowed,
    ) -> Result<Delivery, SendError> {
        let mut bytes = Vec::new();
        let (key, value) = self.encode(topic, key, value, &mut bytes)?;
        let outgoing = Outgoing {
            topic: topic.name(),
            key: key.of(&bytes),
            value: value.of(&bytes),
            timestamp: None,
            headers: None,
        };
        self.enqueue(&outgoing).await?.delivered().await
    }

    /// Appends the bytes of key and value to `out` and tells where they are.
    pub(crate) fn encode<K: Format, V: Format>(
        &self,
        topic: &Topic<K, V>,
        key: &K::Borrowed,
        value: &V::Borrowed,
        out: &mut Vec<u8>,
    ) -> Result<(Span, Span), SendError> {
        let schemas = &self.into(topic.name())?.schemas;
        let key = Span::written(out, |out| K::encode(key, &schemas.key, out));
        let value = Span::written(out, |out| V::encode(value, &schemas.value, out));
        Ok((key, value))
    }

    /// Hands a record to the client, waiting while its queue is full.
    pub(crate) async fn enqueue(&self, outgoing: &Outgoing<'_>) -> Result<Acknowledgement, SendError> {
        let metrics = Arc::clone(&self.into(outgoing.topic)?.metrics);
        let (ticket, receiver) = oneshot::channel();
        let mut ticket = Box::new(Ticket { sender: ticket, metrics });
        loop {
            let room = self.shared.client.client().context().room.notified();
            match self.shared.client.send(outgoing.record(ticket)) {
                Ok(()) => return Ok(Acknowledgement { topic: outgoing.topic, receiver }),
                Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                    ticket = back.delivery_opaque;
                    // Another sender may have taken the room that woke us; the time limit keeps that from
                    // becoming a hang.
                    timeout(ROOM_CHECK, room).await.ok();
                }
                Err((error, back)) => {
                    back.delivery_opaque.metrics.failed();
                    return Err(refusal(outgoing.topic, &error));
                }
            }
        }
    }

    /// Waits until everything sent was acknowledged or refused, at most until `deadline`. Blocks.
    pub(crate) fn flush(&self, deadline: Duration) -> Result<(), ServiceError> {
        self.shared.client.flush(deadline).map_err(|_| ServiceError::Unflushed {
            records: self.shared.client.in_flight_count().unsigned_abs(),
            waited: deadline,
        })
    }

    /// Waits until the cluster knows all topics that this producer sends to.
    pub(crate) async fn await_topics(&self, service: &Service) -> Result<(), ServiceError> {
        let names: Vec<&'static str> = self.shared.topics.keys().copied().collect();
        let producer = self.clone();
        kafka::await_topics(service, names, move |topic| kafka::topic_state(producer.shared.client.client(), topic))
            .await
    }

    fn into(&self, topic: &str) -> Result<&ProducedInto, SendError> {
        self.shared.topics.get(topic).ok_or_else(|| SendError::UndeclaredTopic { topic: topic.to_owned() })
    }
}

impl fmt::Debug for Producer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producer").field("topics", &self.shared.topics.keys()).finish_non_exhaustive()
    }
}

impl<'a> Outgoing<'a> {
    fn record(&self, ticket: Box<Ticket>) -> BaseRecord<'a, [u8], [u8], Box<Ticket>> {
        BaseRecord {
            topic: self.topic,
            partition: None,
            payload: self.value,
            key: self.key,
            timestamp: self.timestamp,
            headers: self.headers.filter(|headers| !headers.is_empty()).map(owned),
            delivery_opaque: ticket,
        }
    }
}

fn owned(headers: &Headers) -> OwnedHeaders {
    headers
        .iter()
        .fold(OwnedHeaders::new_with_capacity(headers.len()), |all, (key, value)| all.insert(Header { key, value }))
}

/// Where in a buffer the bytes of a key or value are; null has no place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span(Option<(usize, usize)>);

impl Span {
    fn written(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>) -> Presence) -> Self {
        let start = out.len();
        match write(out) {
            Presence::Null => Self(None),
            Presence::Bytes => Self(Some((start, out.len()))),
        }
    }

    pub(crate) fn of(self, buffer: &[u8]) -> Option<&[u8]> {
        self.0.and_then(|(start, end)| buffer.get(start..end))
    }
}

/// The promise that a record in the client's queue will be acknowledged or refused.
#[derive(Debug)]
pub(crate) struct Acknowledgement {
    topic: &'static str,
    receiver: oneshot::Receiver<Result<Delivery, KafkaError>>,
}

impl Acknowledgement {
    /// One that a test answers by hand.
    #[cfg(test)]
    pub(crate) fn by_hand() -> (oneshot::Sender<Result<Delivery, KafkaError>>, Self) {
        let (sender, receiver) = oneshot::channel();
        (sender, Self { topic: "sink", receiver })
    }

    /// Resolves with the record's place, or with why it has none. Cancel-safe.
    pub(crate) async fn delivered(&mut self) -> Result<Delivery, SendError> {
        match (&mut self.receiver).await {
            Ok(Ok(delivery)) => Ok(delivery),
            Ok(Err(error)) => Err(refusal(self.topic, &error)),
            Err(_) => Err(SendError::Closed { topic: self.topic.to_owned() }),
        }
    }
}

fn refusal(topic: &str, error: &KafkaError) -> SendError {
    use RDKafkaErrorCode::{
        InvalidRecord, InvalidTimestamp, MessageSizeTooLarge, MessageTimedOut, PurgeInflight, PurgeQueue,
        RequestTimedOut,
    };
    let topic = topic.to_owned();
    match error.rdkafka_error_code() {
        Some(MessageSizeTooLarge | InvalidRecord | InvalidTimestamp) => {
            SendError::Refused { topic, reason: error.to_string() }
        }
        Some(MessageTimedOut | RequestTimedOut) => SendError::TimedOut { topic, reason: error.to_string() },
        Some(PurgeQueue | PurgeInflight) => SendError::Closed { topic },
        _ => SendError::Unavailable { topic, reason: error.to_string() },
    }
}

/// What travels through the client with a record and comes back with its acknowledgement.
struct Ticket {
    sender: oneshot::Sender<Result<Delivery, KafkaError>>,
    metrics: Arc<ProducedTopic>,
}

/// Receives acknowledgements and the client's errors, on the client's polling thread.
struct Deliveries {
    ending: Ending,
    readiness: Arc<Readiness>,
    room: Arc<Notify>,
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        kafka::log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::Fatal) {
            self.ending.fail(ServiceError::Fatal { reason: reason.to_owned() });
        } else {
            kafka::note_client_error(&error, reason, &self.readiness);
        }
    }

    fn stats(&self, statistics: Statistics) {
        kafka::note_brokers(&statistics, &self.readiness);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = Box<Ticket>;

    fn delivery(&self, result: &DeliveryResult<'_>, ticket: Box<Ticket>) {
        let outcome = match result {
            Ok(message) => {
                ticket.metrics.delivered();
                Ok(place(message))
            }
            Err((error, _)) => {
                ticket.metrics.failed();
                Err(error.clone())
            }
        };
        // The sender may have stopped waiting; the record is delivered all the same.
        ticket.sender.send(outcome).ok();
        self.room.notify_one();
    }
}

fn place(message: &BorrowedMessage<'_>) -> Delivery {
    Delivery { partition: message.partition(), offset: message.offset() }
}

/// A service that produces from its own source: a timer, a socket, a file.
///
/// The function given to [`run`](Self::run) is called once the cluster knows the topics and the registry their
/// schemas. When the service is asked to end it has 10 seconds to notice through its [`Context`]; then it is dropped.
/// What was sent is flushed before the process ends.
#[derive(Debug)]
pub struct ProducerService {
    info: ServiceInfo,
    topics: Vec<TopicSchemas>,
}

impl ProducerService {
    /// Begins a service.
    pub fn new(info: ServiceInfo) -> Self {
        Self { info, topics: Vec::new() }
    }

    /// Names a topic that the service produces to.
    #[must_use]
    pub fn topic<K: Format, V: Format>(mut self, topic: Topic<K, V>) -> Self {
        self.topics.push(TopicSchemas::of(topic));
        self
    }

    /// Runs the service until its function returns or the process is asked to end.
    ///
    /// Exit code 0 when the function returned `Ok` or the process was asked to end; 1 with a message on stderr
    /// otherwise.
    pub fn run<F, Fut>(self, produce: F) -> ExitCode
    where
        F: FnOnce(Producer, Context) -> Fut,
        Fut: Future<Output = Result<(), HandlerError>> + Send,
    {
        service::run(self.info, async |service| {
            service.look_up(&self.topics).await?;
            let config = kafka::producer_config(&service);
            let producer = Producer::connect(&config, &self.topics, &service)?;
            producer.await_topics(&service).await?;
            if service.ending().is_set() {
                return Ok(());
            }
            service.readiness().started();
            let outcome = drive(&service, produce(producer.clone(), service.context())).await;
            let flushed = tokio::task::block_in_place(|| producer.flush(ShutdownDeadline::FLUSH));
            outcome.and(flushed)
        })
    }
}

async fn drive(
    service: &Service,
    produce: impl Future<Output = Result<(), HandlerError>> + Send,
) -> Result<(), ServiceError> {
    let overdue = async {
        service.ending().wait().await;
        tokio::time::sleep(ShutdownDeadline::WORK).await;
    };
    tokio::select! {
        outcome = caught(produce) => match outcome {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(ServiceError::Producing { reason: error.to_string() }),
            Err(panic) => Err(ServiceError::Panicked { message: panic }),
        },
        () = overdue => {
            tracing::warn!("the service's function did not end within {:?} and was dropped", ShutdownDeadline::WORK);
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_refused_record_from_a_topic_that_cannot_be_written_to() {
        use RDKafkaErrorCode::{InvalidDifferentRecord, InvalidRecord, TopicAuthorizationFailed, UnknownTopic};
        let of = |code| refusal("t", &KafkaError::MessageProduction(code));
        assert!(matches!(of(InvalidRecord), SendError::Refused { .. }));
        for code in [InvalidDifferentRecord, TopicAuthorizationFailed, UnknownTopic] {
            assert!(matches!(of(code), SendError::Unavailable { .. }), "{code}");
        }
    }
}
