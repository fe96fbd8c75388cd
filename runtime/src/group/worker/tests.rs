//! Claims about one partition's worker: order, retries, acknowledgements and what is stored.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::context::ServiceInfo;
use crate::error::HandlerError;
use crate::format::{Bytes, Nothing};
use crate::message::Headers;
use crate::metrics::Metrics;
use crate::producer::{Acknowledgement, Delivery};
use crate::schemas::TopicSchemas;
use crate::stopping::Stopping;
use crate::topic::Topic;

/// Answers tries in the order of a script and remembers what it was asked.
struct Script {
    schemas: TopicSchemas,
    answers: Mutex<VecDeque<Result<Acknowledgements, Failure>>>,
    asked: Mutex<Vec<(i64, u32)>>,
}

impl Handle for Script {
    fn schemas(&self) -> &TopicSchemas {
        &self.schemas
    }

    async fn handle(&self, raw: &Raw, context: &Context) -> Result<Acknowledgements, Failure> {
        self.asked.lock().unwrap().push((raw.offset, context.attempt()));
        self.answers.lock().unwrap().pop_front().unwrap_or_else(|| Ok(Acknowledgements::none()))
    }
}

struct Fixture {
    script: Arc<Script>,
    lane: Arc<Lane>,
    queue: UnboundedSender<Raw>,
    ending: Ending,
    metrics: Metrics,
    task: JoinHandle<()>,
}

impl Fixture {
    /// A worker with these answers and two retries of a millisecond.
    fn new(then: Then, answers: Vec<Result<Acknowledgements, Failure>>) -> Self {
        Self::with_backoff(then, Duration::from_millis(1), answers)
    }

    fn with_backoff(then: Then, backoff: Duration, answers: Vec<Result<Acknowledgements, Failure>>) -> Self {
        let script = Arc::new(Script {
            schemas: TopicSchemas::of(Topic::<Nothing, Bytes>::new("source")),
            answers: Mutex::new(answers.into()),
            asked: Mutex::default(),
        });
        let ending = Ending::new();
        let metrics = Metrics::new();
        let tools = Tools {
            group: "group",
            on_error: OnError { retries: 2, backoff_min: backoff, backoff_max: backoff, then },
            context: Context::new(ServiceInfo { topology: "t", name: "s" }, "0".to_owned(), Stopping::new()),
            ending: ending.clone(),
            registry: Registry::new(None),
            readiness: Arc::new(Readiness::new()),
            metrics: metrics.consumed("source"),
        };
        let lane = Arc::new(Lane::new());
        let (queue, records) = unbounded_channel();
        let worker = Worker::new(Arc::clone(&script), Arc::clone(&lane), records, Arc::new(tools));
        Self { script, lane, queue, ending, metrics, task: tokio::spawn(worker.run()) }
    }

    fn send(&self, offset: i64) {
        let raw = Raw { partition: 0, offset, timestamp: None, key: None, value: None, headers: Headers::default() };
        self.lane.queued(raw.weight());
        self.queue.send(raw).unwrap();
    }

    /// No further record comes; returns when all that can be done is done.
    async fn finish(self) -> (Option<i64>, Vec<(i64, u32)>) {
        drop(self.queue);
        self.task.await.unwrap();
        let asked = std::mem::take(&mut *self.script.asked.lock().unwrap());
        (self.lane.next(), asked)
    }
}

fn retry() -> Result<Acknowledgements, Failure> {
    Err(Failure::Handler(HandlerError::retry("busy")))
}

fn reject() -> Result<Acknowledgements, Failure> {
    Err(Failure::Handler(HandlerError::reject("wrong")))
}

fn promised() -> (oneshot::Sender<Result<Delivery, KafkaError>>, Result<Acknowledgements, Failure>) {
    let (sender, acknowledgement) = Acknowledgement::by_hand();
    let mut all = Acknowledgements::none();
    all.push(acknowledgement);
    (sender, Ok(all))
}

const DELIVERED: Result<Delivery, KafkaError> = Ok(Delivery { partition: 0, offset: 0 });

fn refused(code: RDKafkaErrorCode) -> Result<Delivery, KafkaError> {
    Err(KafkaError::MessageProduction(code))
}

#[tokio::test]
async fn moves_the_offset_behind_each_record() {
    let fixture = Fixture::new(Then::Stop, vec![]);
    fixture.send(5);
    fixture.send(8);
    assert_eq!(fixture.finish().await, (Some(9), vec![(5, 1), (8, 1)]));
}

#[tokio::test]
async fn tries_again_and_counts_the_tries() {
    let fixture = Fixture::new(Then::Stop, vec![retry(), Err(Failure::Panicked("panicked: boom".to_owned()))]);
    fixture.send(0);
    assert_eq!(fixture.finish().await, (Some(1), vec![(0, 1), (0, 2), (0, 3)]));
}

#[tokio::test]
async fn stops_the_service_after_the_last_retry_and_does_not_commit() {
    let fixture = Fixture::new(Then::Stop, vec![retry(), retry(), retry()]);
    fixture.send(0);
    fixture.send(1);
    let ending = fixture.ending.clone();
    assert_eq!(fixture.finish().await, (None, vec![(0, 1), (0, 2), (0, 3)]));
    let message = ending.error().unwrap().to_string();
    assert!(message.starts_with("record at source[0] offset 0: busy\n  help: "), "{message}");
    assert!(message.contains("--group group --topic source:0 --reset-offsets --to-offset 1 "), "{message}");
}

#[tokio::test]
async fn skips_a_rejected_record_at_once() {
    let fixture = Fixture::new(Then::Skip, vec![reject()]);
    fixture.send(0);
    fixture.send(1);
    assert_eq!(fixture.finish().await, (Some(2), vec![(0, 1), (1, 1)]));
}

#[tokio::test]
async fn leaves_a_record_that_waits_for_its_retry_when_halted() {
    let fixture = Fixture::with_backoff(Then::Skip, Duration::from_hours(1), vec![retry()]);
    fixture.send(0);
    while fixture.script.asked.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    fixture.lane.halt();
    assert_eq!(fixture.finish().await, (None, vec![(0, 1)]));
}

#[tokio::test]
async fn moves_the_offset_only_over_acknowledged_records_at_the_front() {
    let ((first, a), (second, b)) = (promised(), promised());
    let fixture = Fixture::new(Then::Stop, vec![a, b]);
    (0..3).for_each(|offset| fixture.send(offset));
    second.send(DELIVERED).unwrap();
    while fixture.script.asked.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    assert_eq!(fixture.lane.next(), None);
    first.send(DELIVERED).unwrap();
    assert_eq!(fixture.finish().await.0, Some(3));
}

#[tokio::test]
async fn waits_for_outstanding_acknowledgements_when_halted() {
    let (sender, answer) = promised();
    let fixture = Fixture::new(Then::Stop, vec![answer]);
    fixture.send(0);
    while fixture.script.asked.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    fixture.lane.halt();
    tokio::task::yield_now().await;
    sender.send(DELIVERED).unwrap();
    assert_eq!(fixture.finish().await.0, Some(1));
}

#[tokio::test]
async fn sends_the_outputs_again_when_one_was_not_acknowledged() {
    let (sender, answer) = promised();
    let fixture = Fixture::new(Then::Stop, vec![answer]);
    fixture.send(0);
    fixture.send(1);
    sender.send(refused(RDKafkaErrorCode::MessageTimedOut)).unwrap();
    while fixture.script.asked.lock().unwrap().len() < 3 {
        tokio::task::yield_now().await;
    }
    let metrics = fixture.metrics.text();
    assert!(metrics.contains("topology_records_failed_total{topic=\"source\"} 1\n"), "{metrics}");
    let (next, mut asked) = fixture.finish().await;
    asked.sort_unstable();
    assert_eq!((next, asked), (Some(2), vec![(0, 1), (0, 2), (1, 1)]));
}

#[tokio::test]
async fn never_skips_a_record_for_what_the_cluster_did() {
    let (topic, reason) = (String::new(), String::new());
    let errors = [
        SendError::TimedOut { topic: topic.clone(), reason: reason.clone() },
        SendError::Unavailable { topic: topic.clone(), reason },
        SendError::UndeclaredTopic { topic },
    ];
    for error in errors {
        let by_the_client = || Err(Failure::Undelivered(error.clone()));
        let by_a_handler = || Err(Failure::Handler(HandlerError::reject(error.clone())));
        for answers in [vec![by_the_client(), by_the_client(), by_the_client()], vec![by_a_handler()]] {
            let fixture = Fixture::new(Then::Skip, answers);
            fixture.send(0);
            let ending = fixture.ending.clone();
            assert_eq!(fixture.finish().await.0, None, "{error}");
            assert!(ending.error().is_some(), "{error}");
        }
    }
}

#[tokio::test]
async fn skips_a_record_whose_output_is_refused() {
    let (sender, answer) = promised();
    let fixture = Fixture::new(Then::Skip, vec![answer]);
    fixture.send(0);
    sender.send(refused(RDKafkaErrorCode::MessageSizeTooLarge)).unwrap();
    assert_eq!(fixture.finish().await.0, Some(1));
}
