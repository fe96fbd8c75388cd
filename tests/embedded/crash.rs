//! `kill -9`, a hundred times, while an idempotent and a transactional producer write.
//!
//! After every kill the same folder is served again on the same ports. At the end nothing that was acknowledged may be
//! missing, nothing may be there twice, and a reader of committed records may see no record of an aborted transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::producer::{
    BaseRecord, DefaultProducerContext, DeliveryResult, Producer, ProducerContext, ThreadedProducer,
};
use rdkafka::{ClientContext, Message, Offset, TopicPartitionList};
use topology_tests::poll;

use crate::server::Server;

const KILLS: usize = 100;
const PARTITIONS: i32 = 3;
/// Records of a transaction, over two partitions.
const RECORDS: usize = 5;
/// How long a client may take to come through a restart.
const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_hundred_kills_lose_nothing_and_double_nothing() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut server = Server::start(folder.path());
    create_topics(&server.servers);
    let stop = Arc::new(AtomicBool::new(false));
    let (acknowledged, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let idempotent = {
        let (servers, stop, acknowledged) = (server.servers.clone(), Arc::clone(&stop), Arc::clone(&acknowledged));
        thread::spawn(move || write_idempotently(&servers, &stop, &acknowledged))
    };
    let transactional = {
        let (servers, stop, ended) = (server.servers.clone(), Arc::clone(&stop), Arc::clone(&ended));
        thread::spawn(move || write_transactions(&servers, &stop, &ended))
    };
    for kill in 0..KILLS {
        let before = (acknowledged.load(Ordering::Relaxed), ended.load(Ordering::Relaxed));
        poll::until(&format!("records and a transaction after kill {kill}"), 60, || {
            let now = (acknowledged.load(Ordering::Relaxed), ended.load(Ordering::Relaxed));
            if now.0 > before.0 + 20 && now.1 > before.1 { Ok(()) } else { Err(format!("{before:?} {now:?}")) }
        });
        // The moment of the kill is what is tried: each comes elsewhere in what the producers do.
        thread::sleep(Duration::from_millis(u64::try_from(kill * 37 % 29).expect("it is small")));
        server.kill();
        server = server.again();
    }
    stop.store(true, Ordering::Relaxed);
    let written = idempotent.join().expect("the idempotent producer comes through");
    let transactions = transactional.join().expect("the transactional producer comes through");
    check_idempotent(&server.servers, written);
    check_transactions(&server.servers, &transactions);
}

fn client(servers: &str) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", servers).set("reconnect.backoff.ms", "10").set("reconnect.backoff.max.ms", "50");
    config
}

fn create_topics(servers: &str) {
    let admin: AdminClient<DefaultClientContext> = client(servers).create().expect("a client can be made");
    let topics =
        ["idempotent", "transactional"].map(|name| NewTopic::new(name, PARTITIONS, TopicReplication::Fixed(3)));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let created = runtime.block_on(admin.create_topics(&topics, &AdminOptions::new())).expect("the cluster answers");
    assert!(created.iter().all(Result::is_ok), "{created:?}");
}

/// Counts what is acknowledged.
struct Count(Arc<AtomicUsize>);

impl ClientContext for Count {}

impl ProducerContext for Count {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, record)) = result {
            panic!("record {:?} was given up: {error}", record.payload().map(String::from_utf8_lossy));
        }
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Writes numbers, each once, until told to stop; gives how many. Every one is acknowledged in the end.
fn write_idempotently(servers: &str, stop: &AtomicBool, acknowledged: &Arc<AtomicUsize>) -> usize {
    let mut config = client(servers);
    config.set("enable.idempotence", "true").set("message.timeout.ms", "120000").set("linger.ms", "1");
    let producer: ThreadedProducer<Count> =
        config.create_with_context(Count(Arc::clone(acknowledged))).expect("a client can be made");
    let mut written = 0;
    while !stop.load(Ordering::Relaxed) {
        if written - acknowledged.load(Ordering::Relaxed) > 500 {
            thread::yield_now();
            continue;
        }
        let (key, value) = ((written % 7).to_string(), written.to_string());
        let record = BaseRecord::to("idempotent").key(&key).payload(&value);
        if producer.send(record).is_ok() {
            written += 1;
        }
        if written % 10 == 0 {
            thread::sleep(Duration::from_millis(1));
        }
    }
    producer.flush(PATIENCE).expect("everything is acknowledged");
    written
}

type Transactional = ThreadedProducer<DefaultProducerContext>;

/// How a transaction ended, as far as its producer knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Committed,
    Aborted,
    Unknown,
}

/// A producer that polls by itself: an abort waits for what is in flight.
fn transactional(servers: &str) -> Transactional {
    let mut config = client(servers);
    config.set("transactional.id", "crash").set("transaction.timeout.ms", "60000").set("linger.ms", "0");
    let deadline = Instant::now() + PATIENCE;
    loop {
        let producer: Transactional = config.create().expect("a client can be made");
        match producer.init_transactions(Duration::from_secs(20)) {
            Ok(()) => return producer,
            Err(error) => assert!(Instant::now() < deadline, "the producer is not let in: {error}"),
        }
    }
}

/// Runs transactions, each third one aborted, until told to stop.
fn write_transactions(servers: &str, stop: &AtomicBool, ended: &AtomicUsize) -> Vec<End> {
    let mut ends = Vec::new();
    let mut producer = transactional(servers);
    while !stop.load(Ordering::Relaxed) {
        let end = transaction(&producer, ends.len());
        if end == End::Unknown {
            producer = transactional(servers);
        }
        ends.push(end);
        ended.store(ends.len(), Ordering::Relaxed);
    }
    ends
}

fn transaction(producer: &Transactional, number: usize) -> End {
    if producer.begin_transaction().is_err() {
        return End::Unknown;
    }
    for record in 0..RECORDS {
        let value = format!("{number}-{record}");
        let partition = i32::try_from(record % 2).expect("it is small");
        let record = BaseRecord::<(), _>::to("transactional").partition(partition).payload(&value);
        if producer.send(record).is_err() {
            return abort(producer);
        }
    }
    if number % 3 == 2 {
        return abort(producer);
    }
    finish(|| producer.commit_transaction(Duration::from_secs(20)), End::Committed).unwrap_or_else(|| abort(producer))
}

fn abort(producer: &Transactional) -> End {
    finish(|| producer.abort_transaction(Duration::from_secs(20)), End::Aborted).unwrap_or(End::Unknown)
}

/// Tries until the end is known; `None` where the transaction has to be aborted.
fn finish(mut attempt: impl FnMut() -> Result<(), KafkaError>, end: End) -> Option<End> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match attempt() {
            Ok(()) => return Some(end),
            Err(KafkaError::Transaction(error)) if error.txn_requires_abort() => return None,
            Err(KafkaError::Transaction(error)) if error.is_retriable() && Instant::now() < deadline => {}
            Err(_) => return Some(End::Unknown),
        }
    }
}

/// Every value of a topic that a reader of this isolation level sees, partition by partition, in order.
fn read(servers: &str, topic: &str, isolation: &str) -> BTreeMap<i32, Vec<String>> {
    let mut config = client(servers);
    config.set("group.id", "reader").set("enable.auto.commit", "false").set("enable.partition.eof", "true");
    let consumer: BaseConsumer = config.set("isolation.level", isolation).create().expect("a client can be made");
    let mut all = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        all.add_partition_offset(topic, partition, Offset::Beginning).expect("an offset is an offset");
    }
    consumer.assign(&all).expect("partitions can be assigned");
    let mut values: BTreeMap<i32, Vec<String>> = BTreeMap::new();
    let mut at_end = BTreeSet::new();
    let deadline = Instant::now() + PATIENCE;
    while at_end.len() < usize::try_from(PARTITIONS).expect("it is small") {
        assert!(Instant::now() < deadline, "{topic} is not read to its end: {at_end:?}");
        match consumer.poll(Duration::from_millis(200)) {
            Some(Ok(record)) => {
                let value = String::from_utf8_lossy(record.payload().unwrap_or_default()).into_owned();
                values.entry(record.partition()).or_default().push(value);
            }
            Some(Err(KafkaError::PartitionEOF(partition))) => {
                at_end.insert(partition);
            }
            _ => {}
        }
    }
    values
}

fn check_idempotent(servers: &str, written: usize) {
    let mut all: Vec<usize> = Vec::new();
    for (partition, values) in read(servers, "idempotent", "read_uncommitted") {
        let numbers: Vec<usize> = values.iter().map(|value| value.parse().expect("numbers were written")).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "partition {partition} is out of order or has doubles");
        all.extend(numbers);
    }
    all.sort_unstable();
    assert_eq!(all, (0..written).collect::<Vec<_>>(), "each number is there once");
}

fn check_transactions(servers: &str, ends: &[End]) {
    let mut seen: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for value in read(servers, "transactional", "read_committed").into_values().flatten() {
        let (number, record) = value.split_once('-').expect("values have two parts");
        let record = record.parse().expect("it is a number");
        seen.entry(number.parse().expect("it is a number")).or_default().push(record);
    }
    let whole: Vec<usize> = (0..RECORDS).collect();
    for (number, end) in ends.iter().enumerate() {
        let mut records = seen.remove(&number).unwrap_or_default();
        records.sort_unstable();
        match end {
            End::Committed => assert_eq!(records, whole, "transaction {number} was committed"),
            End::Aborted => assert!(records.is_empty(), "transaction {number} was aborted: {records:?}"),
            End::Unknown => {
                assert!(records.is_empty() || records == whole, "transaction {number} is torn: {records:?}");
            }
        }
    }
    let known = ends.iter().filter(|end| **end != End::Unknown).count();
    assert!(known * 2 > ends.len(), "most transactions end as their producer says: {known} of {}", ends.len());
}
