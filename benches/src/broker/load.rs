//! The work: records in and out, one at a time and in bulk, transactions, administration.

use std::time::{Duration, Instant};

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use rdkafka::{Message, Offset, TopicPartitionList};

use crate::contender::Contender;
use crate::report::Report;

const RECORDS: usize = 1_000_000;
const PARTITIONS: i32 = 8;
const SIZE: usize = 100;
const PATIENCE: Duration = Duration::from_mins(2);

/// Everything, in an order in which nothing disturbs the next.
pub(crate) fn run(contender: &Contender, report: &mut Report) {
    let admin: AdminClient<DefaultClientContext> = contender.client().create().expect("a client can be made");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    create(
        &runtime,
        &admin,
        &[("warm", 1), ("latency", 1), ("transactions", PARTITIONS), ("none", PARTITIONS), ("lz4", PARTITIONS)],
    );
    // A JVM is fast once it is warm, and that is the Kafka to compare with.
    produce(contender, "warm", "none");
    consume(contender, "warm");
    for codec in ["none", "lz4"] {
        let (seconds, processor) = measured(contender, || produce(contender, codec, codec));
        report.add(
            &format!("produce, acks=all, idempotent, {codec}: thousand records/s"),
            RECORDS as f64 / seconds / 1e3,
        );
        report.add(&format!("produce, acks=all, idempotent, {codec}: CPU s per million"), processor);
        let (seconds, processor) = measured(contender, || consume(contender, codec));
        report.add(&format!("consume, {codec}: thousand records/s"), RECORDS as f64 / seconds / 1e3);
        report.add(&format!("consume, {codec}: CPU s per million"), processor);
    }
    report.add("memory after 3 million records of 100 B, MB", contender.resident_megabytes());
    percentiles(report, "produce to consume at 1,000 records/s", latencies(contender));
    percentiles(report, "commit of a transaction of 10 records", commits(contender));
    let names: Vec<String> = (0..1000).map(|number| format!("topic-{number}")).collect();
    let began = Instant::now();
    create(&runtime, &admin, &names.iter().map(|name| (name.as_str(), 1)).collect::<Vec<_>>());
    report.add("CreateTopics of 1,000 topics, s", began.elapsed().as_secs_f64());
    let resources: Vec<ResourceSpecifier<'_>> = names.iter().map(|name| ResourceSpecifier::Topic(name)).collect();
    let began = Instant::now();
    let described =
        runtime.block_on(admin.describe_configs(&resources, &AdminOptions::new().request_timeout(Some(PATIENCE))));
    assert_eq!(described.expect("the cluster answers").iter().filter(|one| one.is_ok()).count(), names.len());
    report.add("DescribeConfigs of 1,000 topics, s", began.elapsed().as_secs_f64());
}

fn create(runtime: &tokio::runtime::Runtime, admin: &AdminClient<DefaultClientContext>, topics: &[(&str, i32)]) {
    let topics: Vec<NewTopic<'_>> =
        topics.iter().map(|(name, partitions)| NewTopic::new(name, *partitions, TopicReplication::Fixed(3))).collect();
    let options = AdminOptions::new().request_timeout(Some(PATIENCE)).operation_timeout(Some(PATIENCE));
    let created = runtime.block_on(admin.create_topics(&topics, &options)).expect("the cluster answers");
    assert!(created.iter().all(Result::is_ok), "{created:?}");
}

/// Wall seconds of some work, and the brokers' processor seconds.
fn measured(contender: &Contender, work: impl FnOnce()) -> (f64, f64) {
    let (began, before) = (Instant::now(), contender.processor_seconds());
    work();
    (began.elapsed().as_secs_f64(), contender.processor_seconds() - before)
}

/// A million records of which a third of the bytes do not repeat.
fn produce(contender: &Contender, topic: &str, codec: &str) {
    let mut config = contender.client();
    config.set("enable.idempotence", "true").set("compression.type", codec).set("linger.ms", "5");
    config.set("queue.buffering.max.messages", "200000");
    let producer: BaseProducer = config.create().expect("a client can be made");
    let mut value = [b'x'; SIZE];
    for number in 0..RECORDS {
        let hash = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        value[..16].copy_from_slice(format!("{hash:016x}").as_bytes());
        value[16..32].copy_from_slice(format!("{:016x}", hash.rotate_left(17)).as_bytes());
        let mut record = BaseRecord::<(), [u8]>::to(topic).payload(&value);
        while let Err((_, again)) = producer.send(record) {
            producer.poll(Duration::from_millis(1));
            record = again;
        }
        if number % 1024 == 0 {
            producer.poll(Duration::ZERO);
        }
    }
    producer.flush(PATIENCE).expect("everything is acknowledged");
}

fn assigned(contender: &Contender, topic: &str, offset: Offset) -> BaseConsumer {
    let mut config = contender.client();
    config.set("group.id", "bench").set("enable.auto.commit", "false").set("fetch.wait.max.ms", "500");
    // A full queue makes librdkafka wait for a second, which would be measured instead of the brokers.
    config.set("queued.min.messages", "1000000").set("queued.max.messages.kbytes", "1000000");
    let consumer: BaseConsumer = config.create().expect("a client can be made");
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).expect("the cluster answers");
    let mut partitions = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        partitions.add_partition_offset(topic, partition.id(), offset).expect("an offset is an offset");
    }
    consumer.assign(&partitions).expect("partitions can be assigned");
    consumer
}

fn consume(contender: &Contender, topic: &str) {
    let consumer = assigned(contender, topic, Offset::Beginning);
    let mut seen = 0;
    while seen < RECORDS {
        if let Some(record) = consumer.poll(PATIENCE) {
            record.expect("records can be read");
            seen += 1;
        }
    }
}

/// From just before a record is handed to the producer until it is in a consumer's hands.
fn latencies(contender: &Contender) -> Vec<f64> {
    const COUNT: usize = 10_000;
    let consumer = assigned(contender, "latency", Offset::End);
    let mut config = contender.client();
    config.set("enable.idempotence", "true").set("linger.ms", "0");
    let producer: BaseProducer = config.create().expect("a client can be made");
    let epoch = Instant::now();
    let reader = std::thread::spawn(move || {
        let mut found = Vec::new();
        while found.len() < COUNT {
            let Some(Ok(record)) = consumer.poll(PATIENCE) else { continue };
            let payload = record.payload().and_then(|bytes| bytes.first_chunk::<8>()).copied();
            let sent = u64::from_be_bytes(payload.expect("every record says when"));
            let now = u64::try_from(epoch.elapsed().as_nanos()).expect("this run is short");
            if sent > 0 {
                found.push((now - sent) as f64 / 1e6);
            }
        }
        found
    });
    // Records that say 0 are not counted: they bring both connections up, and the consumer to the end.
    for _ in 0..100 {
        send(&producer, 0);
        producer.poll(Duration::from_millis(20));
    }
    let began = Instant::now();
    for number in 0..COUNT {
        while began.elapsed() < Duration::from_millis(number as u64) {
            producer.poll(Duration::from_micros(100));
        }
        send(&producer, u64::try_from(epoch.elapsed().as_nanos()).expect("this run is short"));
    }
    producer.flush(PATIENCE).expect("everything is acknowledged");
    reader.join().expect("the reader ends")
}

fn send(producer: &BaseProducer, moment: u64) {
    let mut value = [0; SIZE];
    value[..8].copy_from_slice(&moment.to_be_bytes());
    producer.send(BaseRecord::<(), [u8]>::to("latency").payload(&value)).expect("the queue has room");
}

/// `commit_transaction` after a drained flush: what a processor waits for.
fn commits(contender: &Contender) -> Vec<f64> {
    let mut config = contender.client();
    config.set("transactional.id", "bench").set("linger.ms", "0");
    let producer: BaseProducer = config.create().expect("a client can be made");
    producer.init_transactions(PATIENCE).expect("the producer is let in");
    let one = || {
        producer.begin_transaction().expect("a transaction begins");
        for number in 0..10 {
            let record = BaseRecord::<(), [u8]>::to("transactions").partition(number % PARTITIONS).payload(b"record");
            producer.send(record).expect("the queue has room");
        }
        while producer.in_flight_count() > 0 {
            producer.poll(Duration::from_millis(1));
        }
        let began = Instant::now();
        producer.commit_transaction(PATIENCE).expect("the transaction is committed");
        began.elapsed().as_secs_f64() * 1e3
    };
    // The first ones warm up.
    (0..220).map(|_| one()).skip(20).collect()
}

fn percentiles(report: &mut Report, name: &str, mut figures: Vec<f64>) {
    figures.sort_by(f64::total_cmp);
    for (percent, index) in [(50, figures.len() / 2), (99, figures.len() * 99 / 100)] {
        report.add(&format!("{name}: p{percent}, ms"), figures[index]);
    }
}
