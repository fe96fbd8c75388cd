//! A transactional producer for the log, fenced against other registries.
//!
//! Every write is one transaction under one transactional id. Opening a session fences the session before it, whoever
//! has that. So whoever commits is the last who opened, and two registries on one topic cannot give one id to two
//! schemas.
//!
//! A transaction is never aborted by hand: a session that failed is dropped, and the next one to open settles what it
//! left behind.
//!
//! # After a writer that was killed
//!
//! A broker that is asked for a session while a transaction of the one before is open aborts that and answers
//! `CONCURRENT_TRANSACTIONS`: ask again. librdkafka does so after half a second, whatever is configured, and the abort
//! takes milliseconds. So a session that does not open soon is asked for by a new client, which asks at once.
//!
//! # Where the time goes
//!
//! A transaction is three requests after another: the partition joins it, the records are appended, it is committed.
//! On a broker nearby that is 2 to 3 ms. The commit flushes first, and its flush waits in steps of 100 ms when the
//! reports of the deliveries are not all collected: so a session collects them, on a thread of its own, before it
//! commits.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseRecord, Producer as _, ProducerContext, ThreadedProducer};

use super::reader::Replica;
use super::{PARTITION, Quiet, client_config, denied, transactional_id};
use crate::Config;
use crate::core::record::Encoded;
use crate::core::refusal::Refusal;

/// A transaction is small; the broker may wait this long for a writer that is gone.
const TRANSACTION_TIMEOUT_MS: &str = "15000";

/// Above every request body, so that the topic's own limit decides what is too large.
const MESSAGE_MAX_BYTES: &str = "16000000";

/// How long a session may take to open before another client tries. What nothing stands in the way of, not even one of
/// librdkafka's pauses, takes half of this.
const PATIENCE: Duration = Duration::from_millis(120);
/// How many clients are given no more than that; the next one has all the time that is left.
const IMPATIENT: usize = 4;

/// How long a delivery that is reported may still count as under way: the time of a few instructions.
const COLLECTING: Duration = Duration::from_micros(20);

/// A message for the log.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) encoded: Encoded,
    pub(crate) headers: Option<OwnedHeaders>,
}

/// The one writer of the log, until another one opens.
pub(crate) struct Session {
    producer: ThreadedProducer<Acks>,
    config: Config,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("topic", &self.config.topic).finish_non_exhaustive()
    }
}

impl Session {
    /// Fences every other session on the topic, and settles the transaction that it may have left open.
    pub(crate) fn open(config: &Config, deadline: Instant) -> Result<Self, Failure> {
        let opened = (0..IMPATIENT).find_map(|_| match Self::opened(config, deadline, PATIENCE) {
            Err(Failure::Kafka(error)) if is_not_yet(&error) => None,
            opened => Some(opened),
        });
        let opened = opened.unwrap_or_else(|| Self::opened(config, deadline, Duration::MAX));
        opened.map_err(|failure| failure.with_advice(config))
    }

    fn opened(config: &Config, deadline: Instant, patience: Duration) -> Result<Self, Failure> {
        let producer: ThreadedProducer<Acks> = client_config(config)
            .set("transactional.id", transactional_id(config))
            .set("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS)
            .set("message.timeout.ms", config.write_timeout.as_millis().min(15_000).to_string())
            .set("message.max.bytes", MESSAGE_MAX_BYTES)
            .set("linger.ms", "0")
            .set("retry.backoff.ms", "20")
            .create_with_context(Acks::default())?;
        // Looked up first: without a broker at hand the search for the coordinator pauses for half a second.
        producer.client().fetch_metadata(Some(&config.topic), remaining(deadline)?)?;
        producer.init_transactions(remaining(deadline)?.min(patience))?;
        Ok(Self { producer, config: config.clone() })
    }

    /// Commits the messages as one transaction, and gives the offset of the last one.
    ///
    /// Before the commit is asked for, `replica` is told which offset to look out for.
    pub(crate) fn commit(&self, messages: &[Message], replica: &Replica, deadline: Instant) -> Result<i64, Broken> {
        self.transact(messages, replica, deadline, |offset| replica.look_out_for(offset))
    }

    /// Commits a claim. What `replica` looks out for stays as it is: a claim is made to learn what became of that.
    pub(crate) fn claim(&self, claim: Message, replica: &Replica, deadline: Instant) -> Result<i64, Broken> {
        self.transact(&[claim], replica, deadline, |_| ())
    }

    fn transact(
        &self,
        messages: &[Message],
        replica: &Replica,
        deadline: Instant,
        appended: impl FnOnce(i64),
    ) -> Result<i64, Broken> {
        let unsent = |failure| Broken { failure: self.fenced_or(failure), offset: None };
        let offset = self.append(messages, replica, deadline).map_err(unsent)?;
        appended(offset);
        let committed = remaining(deadline).and_then(|left| Ok(self.producer.commit_transaction(left)?));
        committed.map_err(|failure| Broken { failure: self.fenced_or(failure), offset: Some(offset) })?;
        Ok(offset)
    }

    fn append(&self, messages: &[Message], replica: &Replica, deadline: Instant) -> Result<i64, Failure> {
        self.producer.begin_transaction()?;
        let acks = self.producer.context();
        acks.expect(messages.len());
        for Message { encoded, headers } in messages {
            let mut record = BaseRecord::to(&self.config.topic).partition(PARTITION).key(&encoded.key);
            if let Some(value) = &encoded.value {
                record = record.payload(value);
            }
            if let Some(headers) = headers {
                record = record.headers(headers.clone());
            }
            self.producer.send(record).map_err(|(error, _)| error)?;
        }
        let offset = acks.wait(replica, deadline)?;
        while self.producer.in_flight_count() > 0 {
            remaining(deadline)?;
            thread::sleep(COLLECTING);
        }
        Ok(offset)
    }

    /// A fenced producer purges its messages, and their delivery reports name the purge: the cause is in the client.
    fn fenced_or(&self, failure: Failure) -> Failure {
        match self.producer.client().fatal_error() {
            Some((code, _)) if is_fencing(code) => Failure::Fenced,
            _ => failure.with_advice(&self.config),
        }
    }
}

/// A transaction that was not confirmed.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) failure: Failure,
    /// The last message's offset if a commit was asked for, which may have happened. `None`: it did not happen.
    pub(crate) offset: Option<i64>,
}

/// Why a session could not be opened or did not confirm a write.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// Another registry opened a session.
    Fenced,
    /// The time was up.
    Late,
    /// The cluster does not allow it; what to do about that.
    Denied(String),
    Kafka(KafkaError),
}

impl Failure {
    fn with_advice(self, config: &Config) -> Self {
        let advice = match &self {
            Self::Kafka(error) => error.rdkafka_error_code().and_then(|code| denied::advice(config, code)),
            _ => None,
        };
        advice.map_or(self, Self::Denied)
    }

    /// Whether what was to be written is the reason.
    pub(crate) fn is_of_the_records(&self) -> bool {
        use RDKafkaErrorCode as Code;
        let Self::Kafka(error) = self else { return false };
        matches!(
            error.rdkafka_error_code(),
            Some(Code::MessageSizeTooLarge | Code::InvalidMessageSize | Code::InvalidRecord | Code::PolicyViolation)
        )
    }

    /// What a client is told when it is known that nothing was written.
    pub(crate) fn into_refusal(self) -> Refusal {
        let unwritten = |why: &str| Refusal::Store(format!("nothing was written: {why}"));
        match self {
            Self::Fenced => unwritten("another registry writes to the same topic all the time"),
            Self::Late => unwritten("the Kafka cluster did not answer in time"),
            Self::Denied(advice) => unwritten(&advice),
            Self::Kafka(error) => match error.rdkafka_error_code() {
                Some(RDKafkaErrorCode::MessageSizeTooLarge) => Refusal::SchemaTooLarge,
                Some(RDKafkaErrorCode::OperationTimedOut) => unwritten("the Kafka cluster does not answer"),
                _ => unwritten(&error.to_string()),
            },
        }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fenced => f.write_str("another registry opened the log"),
            Self::Late => f.write_str("the Kafka cluster did not answer in time"),
            Self::Denied(advice) => f.write_str(advice),
            Self::Kafka(error) => error.fmt(f),
        }
    }
}

impl From<KafkaError> for Failure {
    fn from(error: KafkaError) -> Self {
        let code = match &error {
            KafkaError::Transaction(error) => Some(error.code()),
            other => other.rdkafka_error_code(),
        };
        if code.is_some_and(is_fencing) { Self::Fenced } else { Self::Kafka(error) }
    }
}

/// Whether a session did not open in its time: nobody answered, or what was answered last is to ask again.
fn is_not_yet(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    // The metadata come first and have their own limit: only the session is asked for again.
    let KafkaError::Transaction(error) = error else { return false };
    matches!(error.code(), Code::OperationTimedOut | Code::ConcurrentTransactions)
}

fn is_fencing(code: RDKafkaErrorCode) -> bool {
    use RDKafkaErrorCode as Code;
    matches!(code, Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch)
}

fn remaining(deadline: Instant) -> Result<Duration, Failure> {
    let remaining = deadline.saturating_duration_since(Instant::now());
    if remaining.is_zero() { Err(Failure::Late) } else { Ok(remaining) }
}

/// Collects the delivery reports of one transaction.
#[derive(Debug, Default)]
struct Acks {
    progress: Mutex<Delivery>,
    moved: Condvar,
}

#[derive(Debug, Default)]
struct Delivery {
    outstanding: usize,
    last_offset: i64,
    failure: Option<KafkaError>,
}

impl Delivery {
    fn is_done(&self) -> bool {
        self.outstanding == 0 || self.failure.is_some()
    }
}

impl Acks {
    fn lock(&self) -> MutexGuard<'_, Delivery> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn expect(&self, messages: usize) {
        *self.lock() = Delivery { outstanding: messages, ..Delivery::default() };
    }

    /// Waits until all messages are delivered, for the offset of the last one.
    fn wait(&self, replica: &Replica, deadline: Instant) -> Result<i64, Failure> {
        let mut delivery = self.lock();
        while !delivery.is_done() {
            // A registry that stops to read can confirm nothing any more.
            if replica.is_stopping() {
                return Err(Failure::Late);
            }
            let slice = remaining(deadline)?.min(Duration::from_millis(100));
            delivery = self.moved.wait_timeout(delivery, slice).unwrap_or_else(PoisonError::into_inner).0;
        }
        delivery.failure.clone().map_or(Ok(delivery.last_offset), |error| Err(error.into()))
    }
}

impl ClientContext for Acks {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Quiet.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        Quiet.error(error, reason);
    }
}

impl ProducerContext for Acks {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let mut delivery = self.lock();
        delivery.outstanding = delivery.outstanding.saturating_sub(1);
        match result {
            Ok(message) => delivery.last_offset = delivery.last_offset.max(message.offset()),
            // The first failure is the cause; what is purged after it names the purge.
            Err((error, _)) => delivery.failure = delivery.failure.take().or_else(|| Some(error.clone())),
        }
        if delivery.is_done() {
            self.moved.notify_all();
        }
    }
}
