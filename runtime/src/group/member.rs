//! The thread that owns the client: polls, hands out, pauses, commits, and answers rebalances.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::Statistics;
use rdkafka::client::ClientContext;
use rdkafka::config::{FromClientConfigAndContext as _, RDKafkaLogLevel};
use rdkafka::consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance};
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::message::Message as _;
use rdkafka::topic_partition_list::TopicPartitionList;
use tokio::runtime;
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;

use crate::group::Route;
use crate::group::assignment::{self, Assignment, Owned};
use crate::group::lane::Lane;
use crate::group::start;
use crate::group::worker::Tools;
use crate::kafka;
use crate::metrics::Metrics;
use crate::policy::{OnError, Start};
use crate::readiness::{Need, Readiness};
use crate::service::{Ending, Service, ServiceError, ShutdownDeadline};

/// How long the thread sleeps at most when no record comes. Shorter while a partition is paused.
const POLL: Duration = Duration::from_millis(100);
const POLL_WHILE_PAUSED: Duration = Duration::from_millis(10);
/// How often the tasks' progress is handed to the client, which commits it every second.
const STORE_INTERVAL: Duration = Duration::from_millis(100);

/// Which group, where it begins, and what happens to failing records.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Membership {
    pub(crate) group: &'static str,
    pub(crate) start: Start,
    pub(crate) on_error: OnError,
}

/// The client as this module uses it.
pub(crate) type Client = BaseConsumer<Member>;

/// Joins the group and handles records until the service ends.
pub(crate) async fn run(
    service: &Service,
    membership: Membership,
    routes: Vec<Arc<dyn Route>>,
) -> Result<(), ServiceError> {
    let topics: Vec<&'static str> = routes.iter().map(|route| route.schemas().topic).collect();
    let config = kafka::consumer_config(service, membership.group);
    let member = Member::new(service, membership, routes);
    let client = Arc::new(Client::from_config_and_context(&config, member).map_err(ServiceError::client)?);
    let asked = Arc::clone(&client);
    kafka::await_topics(service, topics.clone(), move |topic| kafka::topic_state(asked.client(), topic)).await?;
    start::position(service, &client, membership.start, &topics).await?;
    service.waits_quietly(Need::Group, &format!("joining group `{}`", membership.group));
    service.readiness().started();
    let ending = service.ending().clone();
    let (ended, end) = oneshot::channel();
    let polling = move || {
        let outcome = poll_until_ended(&client, &topics, &ending);
        // Leaving the group happens here, on this thread, before the service is told.
        drop(client);
        ended.send(outcome).ok();
    };
    thread::Builder::new().name("consumer".to_owned()).spawn(polling).map_err(ServiceError::Threads)?;
    end.await.unwrap_or_else(|_| Err(ServiceError::Fatal { reason: "the polling thread panicked".to_owned() }))
}

fn poll_until_ended(client: &Client, topics: &[&str], ending: &Ending) -> Result<(), ServiceError> {
    if ending.is_set() {
        return Ok(());
    }
    client.subscribe(topics).map_err(ServiceError::client)?;
    let member = Arc::clone(client.context());
    let mut stored = Instant::now();
    let mut timeout = POLL;
    while !ending.is_set() {
        match client.poll(timeout) {
            Some(Ok(message)) if member.assignment().queue(&message) => {
                let mut full = TopicPartitionList::new();
                full.add_partition(message.topic(), message.partition());
                member.log_refused("pausing", client.pause(&full));
                timeout = POLL_WHILE_PAUSED;
            }
            Some(Err(error)) => member.judge(&error)?,
            Some(Ok(_)) | None => {}
        }
        if timeout == POLL_WHILE_PAUSED {
            timeout = member.resume_drained(client);
        }
        if stored.elapsed() >= STORE_INTERVAL {
            stored = Instant::now();
            member.store_progress(client);
        }
    }
    member.give_up_all(client);
    Ok(())
}

/// Commits for the last time before partitions are given up. Blocks.
///
/// The offsets are stored as well, because the client commits what it has stored once more when partitions go: an older
/// offset there would take this commit back.
fn commit_last(client: &Client, progress: &TopicPartitionList) -> KafkaResult<()> {
    client.store_offsets(progress)?;
    client.commit(progress, CommitMode::Sync)
}

/// What the client calls back, and the state behind it.
pub(crate) struct Member {
    group: &'static str,
    assignment: Mutex<Assignment>,
    routes: HashMap<&'static str, (Arc<dyn Route>, Arc<Tools>)>,
    runtime: runtime::Handle,
    metrics: Arc<Metrics>,
    readiness: Arc<Readiness>,
}

impl Member {
    fn new(service: &Service, membership: Membership, routes: Vec<Arc<dyn Route>>) -> Self {
        let routes = routes.into_iter().map(|route| {
            let topic = route.schemas().topic;
            let tools = Tools {
                group: membership.group,
                on_error: membership.on_error,
                context: service.context(),
                ending: service.ending().clone(),
                registry: service.registry().clone(),
                readiness: Arc::clone(service.readiness()),
                metrics: service.metrics().consumed(topic),
            };
            (topic, (route, Arc::new(tools)))
        });
        Self {
            group: membership.group,
            assignment: Mutex::default(),
            routes: routes.collect(),
            runtime: runtime::Handle::current(),
            metrics: Arc::clone(service.metrics()),
            readiness: Arc::clone(service.readiness()),
        }
    }

    /// The owned partitions. Never held across a call of the client that can call back.
    fn assignment(&self) -> MutexGuard<'_, Assignment> {
        self.assignment.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn own(&self, list: &TopicPartitionList) {
        let mut assignment = self.assignment();
        for element in list.elements() {
            let Some((topic, (route, tools))) = self.routes.get_key_value(element.topic()) else { continue };
            let lane = Arc::new(Lane::new());
            let (queue, records) = unbounded_channel();
            let task = Arc::clone(route).spawn(Arc::clone(&lane), records, Arc::clone(tools), &self.runtime);
            let owned = Owned { lane, queue, task, stored: None, paused: false };
            assignment.insert(topic, element.partition(), owned);
        }
    }

    fn give_up(&self, client: &Client, list: &TopicPartitionList) {
        let removed = self.assignment().remove(list);
        self.release(client, removed);
    }

    fn give_up_all(&self, client: &Client) {
        let removed = self.assignment().remove_all();
        self.release(client, removed);
    }

    /// Finishes what is in work and commits it, unless the partitions are another's already.
    fn release(&self, client: &Client, mut partitions: Vec<(&'static str, i32, Owned)>) {
        let progress = assignment::finish(&mut partitions, ShutdownDeadline::WORK, &self.runtime);
        for (topic, partition, _) in &partitions {
            self.metrics.forget_lag(topic, *partition);
        }
        if client.assignment_lost() {
            tracing::warn!(group = self.group, "partitions were lost; records since the last commit will come again");
        } else if progress.count() > 0
            && let Err(error) = commit_last(client, &progress)
        {
            self.metrics.commit_failed();
            tracing::warn!(group = self.group, "the last commit failed, its records will come again: {error}");
        }
    }

    /// Hands progress to the client. Its own interval commits it and repeats commits that failed; an asynchronous
    /// commit of ours would fail without a word, because librdkafka reports only its own to this callback.
    fn store_progress(&self, client: &Client) {
        let progress = self.assignment().take_progress();
        if progress.count() > 0
            && let Err(error) = client.store_offsets(&progress)
        {
            self.assignment().forget_stored(&progress);
            tracing::debug!(group = self.group, "offsets cannot be stored now: {error}");
        }
    }

    /// Resumes partitions whose tasks caught up. Returns how long the next poll may sleep.
    fn resume_drained(&self, client: &Client) -> Duration {
        let drained = self.assignment().take_drained();
        if drained.count() > 0 {
            self.log_refused("resuming", client.resume(&drained));
        }
        let any_paused = self.assignment().iter().any(|(_, _, owned)| owned.paused);
        if any_paused { POLL_WHILE_PAUSED } else { POLL }
    }

    /// Errors that polling returns: most pass by themselves.
    fn judge(&self, error: &KafkaError) -> Result<(), ServiceError> {
        if let KafkaError::MessageConsumptionFatal(code) = error {
            return Err(ServiceError::Fatal { reason: code.to_string() });
        }
        kafka::note_client_error(error, &error.to_string(), &self.readiness);
        Ok(())
    }

    fn log_refused(&self, what: &str, outcome: KafkaResult<()>) {
        if let Err(error) = outcome {
            tracing::warn!(group = self.group, "{what} partitions was refused: {error}");
        }
    }

    fn describe(&self) -> String {
        let mut owned: Vec<String> =
            self.assignment().iter().map(|(topic, partition, _)| format!("{topic}[{partition}]")).collect();
        owned.sort_unstable();
        if owned.is_empty() { "no partition".to_owned() } else { owned.join(" ") }
    }
}

impl ClientContext for Member {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, line: &str) {
        kafka::log_line(level, facility, line);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        kafka::note_client_error(&error, reason, &self.readiness);
    }

    fn stats(&self, statistics: Statistics) {
        kafka::note_brokers(&statistics, &self.readiness);
        for (topic, partition, owned) in self.assignment().iter() {
            let told = statistics.topics.get(topic).and_then(|topic| topic.partitions.get(&partition));
            let Some(told) = told.filter(|told| told.hi_offset >= 0) else { continue };
            let next = owned.lane.next().unwrap_or(told.committed_offset);
            if next >= 0 {
                self.metrics.set_lag(topic, partition, (told.hi_offset - next).max(0));
            }
        }
    }
}

impl ConsumerContext for Member {
    fn pre_rebalance(&self, client: &Client, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(list) => self.own(list),
            Rebalance::Revoke(list) => self.give_up(client, list),
            Rebalance::Error(error) => tracing::warn!(group = self.group, "rebalance: {error}"),
        }
    }

    fn post_rebalance(&self, client: &Client, rebalance: &Rebalance<'_>) {
        self.metrics.rebalanced();
        if let Rebalance::Assign(list) = rebalance {
            // A pause outlives the assignment that it was for.
            if list.count() > 0 {
                self.log_refused("resuming", client.resume(list));
            }
            self.readiness.met(Need::Group);
        }
        tracing::info!(group = self.group, "owns {}", self.describe());
    }

    fn commit_callback(&self, result: KafkaResult<()>, _: &TopicPartitionList) {
        let Err(error) = result else { return };
        if error.rdkafka_error_code() == Some(RDKafkaErrorCode::NoOffset) {
            return;
        }
        self.metrics.commit_failed();
        tracing::info!(group = self.group, "a commit failed and is repeated: {error}");
    }
}
