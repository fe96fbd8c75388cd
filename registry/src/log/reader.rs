//! Applies every record of the log to the state, in order, on a thread of its own.
//!
//! The thread belongs to no consumer group: every registry reads the whole log from its beginning at each start.
//! A record that cannot be read is passed over with a warning: it must not stop all schemas after it from being served.

use std::error::Error as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::Message as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::{Offset, TopicPartitionList};
use tokio::sync::{oneshot, watch};

use super::claim::{Claim, Instance};
use super::{PARTITION, Quiet, client_config, denied};
use crate::core::record::{Poison, Position, Record};
use crate::core::state::{Oddity, State};
use crate::{Config, Error};

const POLL: Duration = Duration::from_millis(100);

/// How long the start of the log may be asked for before it is asked again.
const START_TIMEOUT: Duration = Duration::from_secs(5);

/// How long brokers may not know the log, which was there a moment ago, before it counts as lost.
const UNKNOWN_FOR: Duration = Duration::from_secs(10);

/// The state and how far the reader is, shared between the reader, the writer and the requests.
#[derive(Debug)]
pub(crate) struct Replica {
    state: RwLock<State>,
    progress: Mutex<Progress>,
    moved: Condvar,
    /// The same as in `progress`, for tasks.
    next_offset: watch::Sender<i64>,
    /// What a registry goes by when it looks for its leader.
    standing: watch::Sender<Standing>,
    stop: AtomicBool,
    poison: AtomicU64,
}

/// How far the reader is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// The offset after the last record applied.
    pub(crate) next_offset: i64,
    /// Whether the end of the log was reached once.
    pub(crate) caught_up: bool,
    /// An offset of which it must be known whether it was read or passed over.
    lookout: Option<i64>,
    seen: bool,
}

/// Whether the log was read, and whose claim in it is the last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) caught_up: bool,
    pub(crate) claim: Option<Claim>,
}

impl Default for Replica {
    fn default() -> Self {
        Self {
            state: RwLock::default(),
            progress: Mutex::default(),
            moved: Condvar::new(),
            next_offset: watch::Sender::new(0),
            standing: watch::Sender::new(Standing::default()),
            stop: AtomicBool::new(false),
            poison: AtomicU64::new(0),
        }
    }
}

impl Replica {
    /// The state as of the last record applied, to ask and to decide on.
    pub(crate) fn snapshot(&self) -> State {
        self.state.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn progress(&self) -> Progress {
        *self.lock()
    }

    /// The last claim that was read.
    pub(crate) fn claim(&self) -> Option<Claim> {
        self.standing.borrow().claim.clone()
    }

    /// Tells of every change of what a leader is chosen by.
    pub(crate) fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// How many records of the log could not be used.
    pub(crate) fn poison_count(&self) -> u64 {
        self.poison.load(Ordering::Relaxed)
    }

    /// Whether nobody reads the log any more, so that no write can be confirmed.
    pub(crate) fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Blocks until the record at `offset` is applied; `false` if that takes longer than until `deadline`.
    pub(crate) fn wait_for(&self, offset: i64, deadline: Instant) -> bool {
        self.wait_until(deadline, |progress| progress.next_offset > offset)
    }

    /// The same for a task, which may stop waiting.
    pub(crate) async fn applied(&self, offset: i64) {
        // The sender lives as long as this.
        drop(self.next_offset.subscribe().wait_for(|next| *next > offset).await);
    }

    fn wait_until(&self, deadline: Instant, condition: impl Fn(&Progress) -> bool) -> bool {
        let mut progress = self.lock();
        while !condition(&progress) {
            let remaining = deadline.saturating_duration_since(Instant::now());
            if remaining.is_zero() || self.is_stopping() {
                return false;
            }
            let slice = remaining.min(Duration::from_millis(100));
            progress = self.moved.wait_timeout(progress, slice).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Blocks until the last claim is not that of `me`, and was made since `me` claimed.
    pub(crate) fn wait_for_claim_of_another(&self, me: &Instance, deadline: Instant) -> bool {
        self.wait_until(deadline, |_| self.claim().is_some_and(|claim| claim.instance != *me))
    }

    /// Asks the reader to note whether it meets a record at `offset`. One offset at a time: the last one asked for.
    pub(crate) fn look_out_for(&self, offset: i64) {
        let mut progress = self.lock();
        progress.lookout = Some(offset);
        progress.seen = false;
    }

    /// Whether the record at this offset was read; if the reader is past it and has not seen it, it was aborted.
    pub(crate) fn has_seen(&self, offset: i64) -> bool {
        let progress = self.lock();
        progress.lookout == Some(offset) && progress.seen
    }

    /// Notes that everything was applied that was in the log when the registry started.
    ///
    /// The broker tells a reader only when it has waited for more in vain; a writer knows it from its own record.
    pub(crate) fn note_end(&self) {
        self.advance(|progress| progress.caught_up = true);
        self.standing.send_if_modified(|standing| !std::mem::replace(&mut standing.caught_up, true));
    }

    fn note_claim(&self, claim: Claim) {
        self.standing.send_modify(|standing| standing.claim = Some(claim));
    }

    fn advance(&self, change: impl FnOnce(&mut Progress)) {
        change(&mut self.lock());
        self.moved.notify_all();
    }
}

/// The running thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Reader {
    replica: Arc<Replica>,
    /// Gives the reason when the thread ends on its own.
    failed: oneshot::Receiver<Error>,
}

impl Reader {
    /// Starts reading the log into `replica`.
    ///
    /// # Errors
    ///
    /// When the settings of the client are refused or no thread can be started.
    pub(crate) fn start(config: &Config, replica: &Arc<Replica>) -> Result<Self, Error> {
        let consumer = consumer(config).map_err(|error| Error::settings(config, error))?;
        let (sender, failed) = oneshot::channel();
        let (shared, config) = (Arc::clone(replica), config.clone());
        let body = move || {
            if let Err(error) = read(&consumer, &shared, &config) {
                // Nobody listens any more when the registry is stopping already.
                drop(sender.send(error));
            }
        };
        thread::Builder::new().name("log-reader".to_owned()).spawn(body).map_err(Error::Thread)?;
        Ok(Self { replica: Arc::clone(replica), failed })
    }

    /// Waits until the log can no longer be read and says why.
    pub(crate) async fn failure(&mut self) -> Error {
        (&mut self.failed).await.unwrap_or(Error::ReaderEnded)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.replica.stop.store(true, Ordering::Relaxed);
    }
}

fn consumer(config: &Config) -> Result<BaseConsumer<Quiet>, KafkaError> {
    let consumer: BaseConsumer<Quiet> = client_config(config)
        .set("group.id", "topology-registry")
        .set("enable.auto.commit", "false")
        .set("enable.auto.offset.store", "false")
        .set("enable.partition.eof", "true")
        .set("isolation.level", "read_committed")
        .set("auto.offset.reset", "error")
        .set("allow.auto.create.topics", "false")
        .set("fetch.error.backoff.ms", "50")
        // A whole log would wait in memory for the one thread that applies it; this much keeps that busy.
        .set("queued.max.messages.kbytes", "4096")
        // A full queue is soon empty again; librdkafka would look after it once a second.
        .set("fetch.queue.backoff.ms", "2")
        // The end of the log is known only after a fetch that waited in vain: the start takes as long.
        .set("fetch.wait.max.ms", "100")
        .create_with_context(Quiet)?;
    Ok(consumer)
}

/// Starts reading where the log begins.
///
/// The offset is asked for here and given as a number: a consumer that is told to find the beginning itself, and does
/// not know yet which broker leads, pauses for half a second.
fn assign(consumer: &BaseConsumer<Quiet>, replica: &Replica, config: &Config) -> Result<(), Error> {
    let topic = &config.topic;
    let (begun, mut said) = (Instant::now(), String::new());
    let start = loop {
        match consumer.fetch_watermarks(topic, PARTITION, START_TIMEOUT) {
            Ok((start, _)) => break start,
            Err(_) if replica.is_stopping() => return Ok(()),
            Err(error) if denial(config, &error).is_some() => return Err(denied_or_lost(config, error)),
            Err(error) if is_loss(&error) && begun.elapsed() > UNKNOWN_FOR => {
                return Err(denied_or_lost(config, error));
            }
            Err(error) => {
                let reason = error.to_string();
                if said != reason {
                    tracing::info!("the beginning of the log is not known yet: {reason}");
                    said = reason;
                }
            }
        }
        thread::sleep(POLL);
    };
    if start > 0 {
        let lost = "records before it were deleted, and the schemas in them are lost unless they were written again";
        tracing::warn!(topic, start, "the log does not begin at offset 0: {lost}");
    }
    let mut partitions = TopicPartitionList::new();
    let added = partitions.add_partition_offset(topic, PARTITION, Offset::Offset(start));
    added.and_then(|()| consumer.assign(&partitions)).map_err(Error::Settings)
}

fn read(consumer: &BaseConsumer<Quiet>, replica: &Replica, config: &Config) -> Result<(), Error> {
    assign(consumer, replica, config)?;
    let mut trouble = false;
    while !replica.is_stopping() {
        match consumer.poll(POLL) {
            None => {}
            Some(Ok(message)) => {
                apply(replica, &message);
                note_recovery(&mut trouble);
            }
            Some(Err(KafkaError::PartitionEOF(_))) => {
                replica.note_end();
                note_recovery(&mut trouble);
            }
            // The client looks for the coordinator of a group, which nobody here is a member of.
            Some(Err(error)) if error.rdkafka_error_code() == Some(RDKafkaErrorCode::GroupAuthorizationFailed) => {}
            Some(Err(error)) => {
                let denial = denial(config, &error);
                if is_loss(&error) || (denial.is_some() && !replica.progress().caught_up) {
                    return Err(denied_or_lost(config, error));
                }
                if !trouble {
                    let reason = denial.unwrap_or_else(|| error.to_string());
                    tracing::warn!("the log cannot be read at the moment, what was read is served: {reason}");
                }
                trouble = true;
            }
        }
    }
    Ok(())
}

fn note_recovery(trouble: &mut bool) {
    if std::mem::take(trouble) {
        tracing::info!("the log can be read again");
    }
}

fn denial(config: &Config, error: &KafkaError) -> Option<String> {
    denied::advice(config, error.rdkafka_error_code()?)
}

fn denied_or_lost(config: &Config, error: KafkaError) -> Error {
    match denial(config, &error) {
        Some(advice) => Error::Denied(advice),
        None => Error::LogLost { topic: config.topic.clone(), source: error },
    }
}

/// Whether the log that was being read is no longer there.
fn is_loss(error: &KafkaError) -> bool {
    matches!(error, KafkaError::MessageConsumptionFatal(_))
        || matches!(
            error.rdkafka_error_code(),
            Some(
                RDKafkaErrorCode::AutoOffsetReset
                    | RDKafkaErrorCode::UnknownTopic
                    | RDKafkaErrorCode::UnknownPartition
                    | RDKafkaErrorCode::UnknownTopicOrPartition
            )
        )
}

fn apply(replica: &Replica, message: &BorrowedMessage<'_>) {
    let offset = message.offset();
    match Record::parse(message.key(), message.payload()) {
        Ok(record) => {
            let key = message.key().unwrap_or_default();
            if record == Record::Noop
                && let Some(claim) = message.headers().and_then(|headers| Claim::read(headers, offset))
            {
                replica.note_claim(claim);
            }
            let at = Position { offset, timestamp: message.timestamp().to_millis() };
            let mut state = replica.state.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(Oddity::IdTaken { id, .. }) = state.apply(key, record, at) {
                replica.poison.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(offset, "passed over a record of the log: id {id} belongs to another schema already");
            }
        }
        Err(poison) => warn_of(replica, offset, &poison),
    }
    replica.advance(|progress| {
        progress.next_offset = offset + 1;
        progress.seen |= progress.lookout == Some(offset);
    });
    replica.next_offset.send_replace(offset + 1);
}

fn warn_of(replica: &Replica, offset: i64, poison: &Poison) {
    replica.poison.fetch_add(1, Ordering::Relaxed);
    let cause = poison.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    tracing::warn!(offset, "passed over a record of the log: {poison}{cause}");
}
