//! Turns a decision into records of the log, fenced against other registries on the same topic.
//!
//! Every write is one transaction under one transactional id. Opening a writer fences the previous one, reads the log
//! to its end (a NOOP record shows where that is), and only then decides. So whoever commits has seen everything that
//! was committed before, and two registries on one topic cannot give one id to two schemas: the fenced one opens
//! again, catches up and decides anew.
//!
//! The transaction is never aborted by hand: a producer that failed is dropped, and the next one to open settles what
//! it left behind.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message as _};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _, ProducerContext};

use super::reader::Replica;
use super::{PARTITION, Quiet, client_config};
use crate::Config;
use crate::core::decide::Decision;
use crate::core::record::{Encoded, Record};
use crate::core::refusal::Refusal;
use crate::core::state::State;

/// How often a write is tried while other registries fence this one.
const ATTEMPTS: u32 = 3;

/// A message and its transaction are small; the broker may wait this long for a writer that is gone.
const TRANSACTION_TIMEOUT_MS: &str = "15000";

/// Above every request body, so that the topic's own limit decides what is too large.
const MESSAGE_MAX_BYTES: &str = "16000000";

/// The only way to change the log.
pub(crate) struct Writer {
    config: Config,
    replica: Arc<Replica>,
    producer: Option<BaseProducer<Acks>>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("is_open", &self.producer.is_some()).finish_non_exhaustive()
    }
}

impl Writer {
    pub(crate) fn new(config: &Config, replica: &Arc<Replica>) -> Self {
        Self { config: config.clone(), replica: Arc::clone(replica), producer: None }
    }

    /// Decides on a state that has caught up with the log, writes what was decided, and returns the answer once the
    /// reader has applied it.
    ///
    /// Blocks until then, at the longest until `deadline` and the time that closing a client takes.
    pub(crate) fn write<T>(
        &mut self,
        deadline: Instant,
        decide: impl Fn(&State) -> Result<Decision<T>, Refusal>,
    ) -> Result<T, Refusal> {
        for attempt in 1.. {
            let written = self.open(deadline).map_err(Failure::before_writing).and_then(|()| {
                let decided = decide(&self.replica.state());
                let Decision { answer, records } = decided.map_err(Failure::Refused)?;
                self.append(&records, deadline)?;
                Ok(answer)
            });
            match written {
                Ok(answer) => return Ok(answer),
                Err(Failure::Refused(refusal)) => return Err(refusal),
                Err(Failure::Fenced) if attempt < ATTEMPTS => {
                    tracing::warn!(topic = %self.config.topic, "another registry writes to the log, catching up with it");
                    self.producer = None;
                }
                Err(failure) => {
                    self.producer = None;
                    let refusal = failure.into_refusal();
                    tracing::warn!(topic = %self.config.topic, "a write was not confirmed: {refusal}");
                    return Err(refusal);
                }
            }
        }
        unreachable!("the last attempt returns")
    }

    /// Makes this the only writer and the state current, if it is not so already.
    pub(crate) fn open(&mut self, deadline: Instant) -> Result<(), Failure> {
        if self.producer.is_some() {
            return Ok(());
        }
        let producer: BaseProducer<Acks> = client_config(&self.config)
            .set("transactional.id", format!("{}-writer", self.config.topic))
            .set("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS)
            .set("message.timeout.ms", self.config.write_timeout.as_millis().min(15_000).to_string())
            .set("message.max.bytes", MESSAGE_MAX_BYTES)
            .set("linger.ms", "0")
            .set("retry.backoff.ms", "20")
            .create_with_context(Acks::default())?;
        producer.init_transactions(remaining(deadline)?)?;
        self.producer = Some(producer);
        self.append(&[Record::Noop], deadline)?;
        self.replica.note_end();
        Ok(())
    }

    /// Commits the records as one transaction and waits until the reader has applied them.
    fn append(&self, records: &[Record], deadline: Instant) -> Result<(), Failure> {
        self.try_append(records, deadline).map_err(|failure| self.fenced_or(failure))
    }

    fn try_append(&self, records: &[Record], deadline: Instant) -> Result<(), Failure> {
        let messages: Vec<_> =
            records.iter().filter_map(Record::encode).flat_map(|one| self.with_foreign(one)).collect();
        let Some(producer) = self.producer.as_ref().filter(|_| !messages.is_empty()) else { return Ok(()) };
        producer.begin_transaction()?;
        producer.context().expect(messages.len());
        for message in &messages {
            let base = BaseRecord::to(&self.config.topic).partition(PARTITION).key(&message.key);
            let record = match &message.value {
                Some(value) => base.payload(value),
                None => base,
            };
            producer.send(record).map_err(|(error, _)| error)?;
        }
        let offset = loop {
            // Short polls: a poll always lasts its whole timeout, and the safe commit polls for 100 ms otherwise.
            producer.poll(Duration::from_millis(1));
            if let Some(delivered) = producer.context().delivered() {
                break delivered?;
            }
            remaining(deadline)?;
            if self.replica.is_stopping() {
                return Err(Failure::Late);
            }
        };
        producer.commit_transaction(remaining(deadline)?)?;
        if self.replica.wait_for(offset, deadline) { Ok(()) } else { Err(Failure::Late) }
    }

    /// A fenced producer purges its messages, and their delivery reports name the purge: the cause is in the client.
    fn fenced_or(&self, failure: Failure) -> Failure {
        let fatal = self.producer.as_ref().and_then(|producer| producer.client().fatal_error());
        match fatal {
            Some((code, _)) if is_fencing(code) => Failure::Fenced,
            _ => failure,
        }
    }

    /// A tombstone must also remove what another registry wrote under the same key in other bytes.
    fn with_foreign(&self, message: Encoded) -> Vec<Encoded> {
        let mut messages = Vec::new();
        if message.value.is_none() {
            let keys = self.replica.state().foreign_keys(&message);
            messages.extend(keys.into_iter().map(|key| Encoded { key, value: None }));
        }
        messages.push(message);
        messages
    }
}

/// Why a write did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The decision was not to write.
    Refused(Refusal),
    /// Another registry opened a writer; nothing was written.
    Fenced,
    /// The writer could not be opened, so nothing was written.
    Closed(String),
    /// The time was up.
    Late,
    Kafka(KafkaError),
}

impl Failure {
    /// The same failure when it is known that no record of the decision was sent.
    fn before_writing(self) -> Self {
        let silence = || Self::Closed("the Kafka cluster does not answer".to_owned());
        match self {
            Self::Late => silence(),
            Self::Kafka(error) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::OperationTimedOut) => silence(),
            Self::Kafka(error) => Self::Closed(error.to_string()),
            other => other,
        }
    }

    pub(crate) fn into_refusal(self) -> Refusal {
        match self {
            Self::Refused(refusal) => refusal,
            Self::Fenced => Refusal::Store("another registry writes to the same topic all the time".to_owned()),
            Self::Closed(why) => Refusal::Store(format!("nothing was written, the log cannot be opened: {why}")),
            Self::Late => Refusal::Timeout("the Kafka cluster did not answer".to_owned()),
            Self::Kafka(error) => match error.rdkafka_error_code() {
                Some(RDKafkaErrorCode::MessageSizeTooLarge) => Refusal::SchemaTooLarge,
                Some(
                    code @ (RDKafkaErrorCode::OperationTimedOut
                    | RDKafkaErrorCode::MessageTimedOut
                    | RDKafkaErrorCode::RequestTimedOut),
                ) => Refusal::Timeout(code.to_string()),
                _ => Refusal::Store(error.to_string()),
            },
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
}

#[derive(Debug, Default)]
struct Delivery {
    outstanding: usize,
    last_offset: i64,
    failure: Option<KafkaError>,
}

impl Acks {
    fn expect(&self, messages: usize) {
        let fresh = Delivery { outstanding: messages, ..Delivery::default() };
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
    }

    /// The offset of the last message once all are delivered.
    fn delivered(&self) -> Option<Result<i64, KafkaError>> {
        let progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        match &progress.failure {
            Some(error) => Some(Err(error.clone())),
            None => (progress.outstanding == 0).then_some(Ok(progress.last_offset)),
        }
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
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        progress.outstanding = progress.outstanding.saturating_sub(1);
        match result {
            Ok(message) => progress.last_offset = progress.last_offset.max(message.offset()),
            Err((error, _)) => progress.failure = Some(error.clone()),
        }
    }
}
