//! Transactions, request by request.

use bytes::Bytes;
use kafka_protocol::messages::add_partitions_to_txn_request::{AddPartitionsToTxnTopic, AddPartitionsToTxnTransaction};
use kafka_protocol::messages::describe_producers_request::TopicRequest;
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic};
use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kafka_protocol::messages::txn_offset_commit_request::{
    TxnOffsetCommitRequestPartition, TxnOffsetCommitRequestTopic,
};
use kafka_protocol::messages::write_txn_markers_request::{WritableTxnMarker, WritableTxnMarkerTopic};
use kafka_protocol::messages::{
    AddOffsetsToTxnRequest, AddPartitionsToTxnRequest, DescribeProducersRequest, DescribeTransactionsRequest,
    EndTxnRequest, EndTxnResponse, FetchRequest, FindCoordinatorRequest, GroupId, InitProducerIdRequest,
    ListOffsetsRequest, ListTransactionsRequest, ProduceRequest, TransactionalId, TxnOffsetCommitRequest,
    WriteTxnMarkersRequest,
};

use super::groups::{alone, group};
use super::offsets;
use crate::Scenario;
use crate::batch::Batch;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("init producer id: in every version", initialised_in_every_version),
    ("init producer id: what it refuses", init_refused),
    ("init producer id: with an id and an epoch", initialised_with_epoch),
    ("init producer id: fences", init_fences),
    ("add partitions: in every version", added_in_every_version),
    ("add partitions: what it refuses", add_refused),
    ("add partitions: several transactions and only verified", added_in_batches),
    ("add offsets: of a group", offsets_added),
    ("txn offset commit: in every version", offsets_committed),
    ("txn offset commit: what it refuses", offset_commit_refused),
    ("txn offset commit: pending and stable", pending_offsets),
    ("end txn: commit and abort", committed_and_aborted),
    ("end txn: commit and abort of version 5", ended_with_new_epochs),
    ("end txn: what it refuses", end_refused),
    ("end txn: again", ended_again),
    ("transactions: records without a partition", records_without_partition),
    ("transactions: what is read while one is open", read_while_open),
    ("transactions: offsets while one is open", offsets_while_open),
    ("transactions: described", described),
    ("transactions: listed", listed),
    ("transactions: producers described", producers_described),
    ("transactions: markers that are refused", markers_refused),
];

/// `CONCURRENT_TRANSACTIONS`: the last transaction is still being ended.
const CONCURRENT: i16 = 51;

/// The broker that coordinates a transactional id.
pub(crate) fn coordinator(world: &mut World, id: &str) -> i32 {
    coordinator_of(world, id, 1)
}

/// The broker that coordinates a key of this type: 0 a group, 1 a transactional id.
pub(crate) fn coordinator_of(world: &mut World, key: &str, kind: i8) -> i32 {
    let request = FindCoordinatorRequest::default().with_key_type(kind).with_coordinator_keys(vec![text(key)]);
    world.until("a coordinator", |world| {
        let response = world.quiet(1, 4, &request);
        let found = &response.coordinators[0];
        (found.error_code == 0).then_some(found.node_id.0)
    })
}

/// A transactional producer: what it sends all the time, and the broker that coordinates it.
#[derive(Clone)]
struct Producer {
    id: TransactionalId,
    broker: i32,
    number: i64,
    epoch: i16,
}

fn init(id: &TransactionalId) -> InitProducerIdRequest {
    InitProducerIdRequest::default()
        .with_transactional_id(Some(id.clone()))
        .with_transaction_timeout_ms(60_000)
        .with_producer_id((-1).into())
        .with_producer_epoch(-1)
}

/// An id of the scenario, and its coordinator.
fn transactional(world: &mut World, name: &str) -> (TransactionalId, i32) {
    let id = TransactionalId(text(&world.name(name)));
    let broker = coordinator(world, &id.0);
    (id, broker)
}

fn producer(world: &mut World, name: &str) -> Producer {
    let (id, broker) = transactional(world, name);
    let response = world.until("a producer id", |world| {
        let response = world.quiet(broker, 4, &init(&id));
        (response.error_code == 0).then_some(response)
    });
    Producer { id, broker, number: response.producer_id.0, epoch: response.producer_epoch }
}

fn topic(world: &World, name: &str, partitions: &[i32]) -> AddPartitionsToTxnTopic {
    AddPartitionsToTxnTopic::default().with_name(world.topic(name)).with_partitions(partitions.to_vec())
}

fn add(producer: &Producer, topics: Vec<AddPartitionsToTxnTopic>) -> AddPartitionsToTxnRequest {
    AddPartitionsToTxnRequest::default()
        .with_v3_and_below_transactional_id(producer.id.clone())
        .with_v3_and_below_producer_id(producer.number.into())
        .with_v3_and_below_producer_epoch(producer.epoch)
        .with_v3_and_below_topics(topics)
}

fn adding(producer: &Producer, topics: Vec<AddPartitionsToTxnTopic>) -> AddPartitionsToTxnTransaction {
    AddPartitionsToTxnTransaction::default()
        .with_transactional_id(producer.id.clone())
        .with_producer_id(producer.number.into())
        .with_producer_epoch(producer.epoch)
        .with_topics(topics)
}

/// Kafka keeps partitions in maps.
fn in_order(response: &mut kafka_protocol::messages::AddPartitionsToTxnResponse) {
    let transactions = response.results_by_transaction.iter_mut().map(|result| &mut result.topic_results);
    for topics in transactions.chain([&mut response.results_by_topic_v3_and_below]) {
        topics.sort_by_key(|topic| topic.name.clone());
        for topic in topics {
            topic.results_by_partition.sort_by_key(|partition| partition.partition_index);
        }
    }
    response.results_by_transaction.sort_by_key(|result| result.transactional_id.clone());
}

/// Adds partition 0 of `orders`, as soon as the transaction before has ended.
fn begin(world: &mut World, producer: &Producer) {
    let request = add(producer, vec![topic(world, "orders", &[0])]);
    world.until("the partition is added", |world| {
        let response = world.quiet(producer.broker, 3, &request);
        (response.results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code == 0).then_some(())
    });
}

fn batch(producer: &Producer, sequence: i32, value: &'static str) -> Batch {
    Batch::of(&[value]).by(producer.number, producer.epoch, sequence).transactional()
}

fn produce(world: &World, producer: &Producer, batch: &Batch) -> ProduceRequest {
    super::produce::request(world, "orders", 0, batch.bytes()).with_transactional_id(Some(producer.id.clone()))
}

/// A record in the transaction that has begun.
fn put(world: &mut World, producer: &Producer, sequence: i32, value: &'static str) {
    let request = produce(world, producer, &batch(producer, sequence, value));
    world.until("the record is taken", |world| {
        let response = world.quiet(1, 11, &request);
        (response.responses[0].partition_responses[0].error_code == 0).then_some(())
    });
}

fn end(producer: &Producer, committed: bool) -> EndTxnRequest {
    EndTxnRequest::default()
        .with_transactional_id(producer.id.clone())
        .with_producer_id(producer.number.into())
        .with_producer_epoch(producer.epoch)
        .with_committed(committed)
}

/// Asks until the end of the transaction before is no longer what is in the way, and writes the last answer down.
fn ended(world: &mut World, version: i16, producer: &Producer, request: &EndTxnRequest) -> EndTxnResponse {
    let response = world.until("the last transaction has ended", |world| {
        let response = world.quiet(producer.broker, version, request);
        (response.error_code != CONCURRENT).then_some(response)
    });
    world.note(&format!("EndTxn v{version}"), &response);
    response
}

/// Waits until the coordinator has nothing more to do for a producer.
fn settled(world: &mut World, producer: &Producer) {
    let request = DescribeTransactionsRequest::default().with_transactional_ids(vec![producer.id.clone()]);
    world.until("the transaction is over", |world| {
        let response = world.quiet(producer.broker, 0, &request);
        (!response.transaction_states[0].transaction_state.starts_with("Prepare")).then_some(())
    });
}

fn fetch(id: uuid::Uuid, offset: i64) -> FetchRequest {
    let partition =
        FetchPartition::default().with_partition(0).with_fetch_offset(offset).with_partition_max_bytes(1_048_576);
    FetchRequest::default()
        .with_replica_id((-1).into())
        .with_max_wait_ms(0)
        .with_min_bytes(0)
        .with_isolation_level(1)
        .with_session_epoch(-1)
        .with_topics(vec![FetchTopic::default().with_topic_id(id).with_partitions(vec![partition])])
}

/// Fetches, and writes the answer down with batches that two clusters can share.
fn read(world: &mut World, version: i16, request: &FetchRequest) {
    world.ask_sorted(1, version, request, |response| {
        for partition in response.responses.iter_mut().flat_map(|topic| &mut topic.partitions) {
            partition.records = partition.records.take().map(|records| unmarked(&records));
        }
    });
}

/// Batches without their checksums and producer ids, and markers without their times and coordinators' epochs.
fn unmarked(records: &[u8]) -> Bytes {
    let mut out = records.to_vec();
    let mut at = 0;
    while at + 61 <= out.len() {
        let length = i32::from_be_bytes(out[at + 8..at + 12].try_into().expect("four bytes"));
        let end = at + 12 + usize::try_from(length).expect("lengths are positive");
        out[at + 17..at + 21].fill(0);
        out[at + 43..at + 51].fill(0);
        if out[at + 22] & 0b10_0000 != 0 {
            out[at + 27..at + 43].fill(0);
            out[end - 5..end - 1].fill(0);
        }
        at = end;
    }
    out.into()
}

fn initialised_in_every_version(world: &mut World) {
    let known = producer(world, "id");
    for version in 0..=5 {
        world.ask(known.broker, version, &init(&known.id));
        world.ask(1, version, &init(&known.id).with_transactional_id(None));
        let (new, broker) = transactional(world, &format!("new-{version}"));
        world.ask(broker, version, &init(&new));
    }
}

fn init_refused(world: &mut World) {
    let known = producer(world, "id");
    for timeout in [0, -1, 900_000, 900_001] {
        world.ask(known.broker, 4, &init(&known.id).with_transaction_timeout_ms(timeout));
    }
    world.ask(known.broker, 4, &init(&TransactionalId(text(""))));
    for other in 1..=2 {
        world.ask((known.broker + other - 1) % 3 + 1, 4, &init(&known.id));
    }
    // An id without an epoch, and the other way round.
    world.ask(known.broker, 4, &init(&known.id).with_producer_id(known.number.into()));
    world.ask(known.broker, 4, &init(&known.id).with_producer_epoch(1));
    let bare = init(&known.id).with_transactional_id(None);
    world.ask(1, 4, &bare.clone().with_producer_id(known.number.into()).with_producer_epoch(3));
    world.ask(1, 4, &bare.with_transaction_timeout_ms(-1));
}

fn initialised_with_epoch(world: &mut World) {
    let known = producer(world, "id");
    let request = |epoch| init(&known.id).with_producer_id(known.number.into()).with_producer_epoch(epoch);
    // The current one, the same once more (a retry), an older one, one that never was.
    for epoch in [0, 0, 1, 0, 9] {
        world.ask(known.broker, 4, &request(epoch));
    }
    world.ask(known.broker, 4, &request(0).with_producer_id(987_654.into()));
    let (new, broker) = transactional(world, "new");
    world.ask(broker, 4, &init(&new).with_producer_id(987_654.into()).with_producer_epoch(3));
}

fn init_fences(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let old = producer(world, "id");
    begin(world, &old);
    put(world, &old, 0, "a");
    let response = world.until("a producer id", |world| {
        let response = world.quiet(old.broker, 4, &init(&old.id));
        (response.error_code != CONCURRENT).then_some(response)
    });
    world.note("InitProducerId", &response);
    let request = add(&old, vec![topic(world, "orders", &[0])]);
    for version in [1, 3] {
        world.ask(old.broker, version, &request);
    }
    for version in [1, 4, 5] {
        world.ask(old.broker, version, &end(&old, true));
    }
    let late = produce(world, &old, &batch(&old, 1, "late"));
    world.ask(1, 11, &late);
    world.ask(1, 12, &late);
    let with_epoch = init(&old.id).with_producer_id(old.number.into()).with_producer_epoch(old.epoch);
    for version in [3, 4] {
        world.ask(old.broker, version, &with_epoch);
    }
}

fn added_in_every_version(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 1]], &[]);
    let producer = producer(world, "id");
    for version in 0..=5 {
        let topics = vec![topic(world, "orders", &[0, 1])];
        let request = match version {
            0..=3 => add(&producer, topics),
            _ => AddPartitionsToTxnRequest::default().with_transactions(vec![adding(&producer, topics)]),
        };
        world.ask_sorted(producer.broker, version, &request, in_order);
    }
    ended(world, 4, &producer, &end(&producer, false));
}

fn add_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    for version in [1, 3] {
        let unknown = vec![topic(world, "orders", &[0, 7, -1]), topic(world, "nowhere", &[0])];
        world.ask_sorted(known.broker, version, &add(&known, unknown), in_order);
        let orders = || vec![AddPartitionsToTxnTopic::default()];
        world.ask(known.broker, version, &add(&known, orders()));
        let topics = vec![topic(world, "orders", &[0])];
        for epoch in [known.epoch + 1, known.epoch - 1] {
            world.ask(known.broker, version, &add(&Producer { epoch, ..known.clone() }, topics.clone()));
        }
        world.ask(known.broker, version, &add(&Producer { number: 987_654, ..known.clone() }, topics.clone()));
        let nobody = Producer { id: TransactionalId(text("")), ..known.clone() };
        world.ask(known.broker, version, &add(&nobody, topics.clone()));
        world.ask(known.broker % 3 + 1, version, &add(&known, topics.clone()));
        let (id, broker) = transactional(world, "never-seen");
        world.ask(broker, version, &add(&Producer { id, broker, ..known.clone() }, topics));
    }
    world.ask(known.broker, 3, &add(&known, vec![]));
}

fn added_in_batches(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    for version in [4, 5] {
        let orders = vec![topic(world, "orders", &[0])];
        let verify = adding(&known, orders.clone()).with_verify_only(true);
        let request = AddPartitionsToTxnRequest::default().with_transactions(vec![verify]);
        world.ask(known.broker, version, &request);
        let unknown = adding(&known, vec![topic(world, "nowhere", &[0])]);
        let request = AddPartitionsToTxnRequest::default().with_transactions(vec![unknown]);
        world.ask(known.broker, version, &request);
        let old = adding(&Producer { epoch: 7, ..known.clone() }, orders.clone());
        let request = AddPartitionsToTxnRequest::default().with_transactions(vec![old]);
        world.ask(known.broker, version, &request);
    }
    begin(world, &known);
    let verify = adding(&known, vec![topic(world, "orders", &[0])]).with_verify_only(true);
    let request = AddPartitionsToTxnRequest::default().with_transactions(vec![verify]);
    world.ask(known.broker, 5, &request);
    ended(world, 4, &known, &end(&known, false));
}

fn add_offsets(producer: &Producer, group: &GroupId) -> AddOffsetsToTxnRequest {
    AddOffsetsToTxnRequest::default()
        .with_transactional_id(producer.id.clone())
        .with_producer_id(producer.number.into())
        .with_producer_epoch(producer.epoch)
        .with_group_id(group.clone())
}

fn offsets_added(world: &mut World) {
    let (group, _) = group(world, "group");
    let known = producer(world, "id");
    for version in 0..=4 {
        world.ask(known.broker, version, &add_offsets(&known, &group));
    }
    for version in [1, 3] {
        world.ask(known.broker, version, &add_offsets(&Producer { epoch: 7, ..known.clone() }, &group));
    }
    world.ask(known.broker, 3, &add_offsets(&Producer { number: 987_654, ..known.clone() }, &group));
    world.ask(known.broker, 3, &add_offsets(&known, &GroupId(text(""))));
    world.ask(known.broker % 3 + 1, 3, &add_offsets(&known, &group));
    ended(world, 4, &known, &end(&known, true));
}

fn commit_offsets(world: &World, producer: &Producer, group: &GroupId, offset: i64) -> TxnOffsetCommitRequest {
    let partition = TxnOffsetCommitRequestPartition::default()
        .with_partition_index(0)
        .with_committed_offset(offset)
        .with_committed_metadata(Some(text("m")));
    let topic =
        TxnOffsetCommitRequestTopic::default().with_name(world.topic("orders")).with_partitions(vec![partition]);
    TxnOffsetCommitRequest::default()
        .with_transactional_id(producer.id.clone())
        .with_group_id(group.clone())
        .with_producer_id(producer.number.into())
        .with_producer_epoch(producer.epoch)
        .with_topics(vec![topic])
}

fn offsets_committed(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, coordinator) = group(world, "group");
    let known = producer(world, "id");
    world.ask(known.broker, 3, &add_offsets(&known, &group));
    for version in 0..=5 {
        world.ask(coordinator, version, &commit_offsets(world, &known, &group, i64::from(version)));
    }
    world.ask(coordinator, 9, &offsets::fetch(&group, None));
    ended(world, 4, &known, &end(&known, true));
    settled(world, &known);
    world.ask(coordinator, 9, &offsets::fetch(&group, None));
}

fn offset_commit_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, coordinator) = group(world, "group");
    let known = producer(world, "id");
    // Of a group that was not added.
    let request = commit_offsets(world, &known, &group, 1);
    world.ask(coordinator, 3, &request);
    world.ask(coordinator, 4, &request);
    world.ask(known.broker, 3, &add_offsets(&known, &group));
    for (generation, member) in [(1, "nobody"), (-1, "nobody"), (1, "")] {
        world.ask(coordinator, 4, &request.clone().with_generation_id(generation).with_member_id(text(member)));
    }
    let only = alone(world, coordinator, &group, &[]);
    for (generation, member) in [(1, &*only.id), (2, &*only.id), (1, "nobody"), (-1, "")] {
        world.ask(coordinator, 4, &request.clone().with_generation_id(generation).with_member_id(text(member)));
    }
    world.ask(coordinator, 4, &request.clone().with_group_instance_id(Some(text("one"))));
    world.ask(coordinator % 3 + 1, 4, &request);
    world.ask(coordinator, 4, &request.clone().with_producer_epoch(7));
    let mut wrong = request.clone();
    wrong.topics[0].partitions[0].partition_index = 7;
    world.ask(coordinator, 4, &wrong);
    wrong.topics[0].partitions[0].partition_index = 0;
    wrong.topics[0].partitions[0].committed_metadata = Some(text(&"m".repeat(4097)));
    world.ask(coordinator, 4, &wrong);
    wrong.topics[0].name = world.topic("nowhere");
    world.ask(coordinator, 4, &wrong);
}

fn pending_offsets(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (group, coordinator) = group(world, "group");
    let known = producer(world, "id");
    for (committed, offset) in [(true, 5), (false, 6)] {
        world.until("the group is added", |world| {
            let response = world.quiet(known.broker, 3, &add_offsets(&known, &group));
            (response.error_code == 0).then_some(())
        });
        world.ask(coordinator, 3, &commit_offsets(world, &known, &group, offset));
        for stable in [true, false] {
            for topic in [Some((world.topic("orders"), &[0, 1][..])), None] {
                let request = offsets::fetch(&group, topic).with_require_stable(stable);
                world.ask_sorted(coordinator, 9, &request, offsets::in_order);
            }
        }
        ended(world, 4, &known, &end(&known, committed));
        settled(world, &known);
        world.ask(coordinator, 9, &offsets::fetch(&group, None).with_require_stable(true));
    }
}

fn committed_and_aborted(world: &mut World) {
    let id = world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    let turns = [(0, true), (1, false), (2, true), (3, false), (4, true)];
    for (sequence, (version, committed)) in (0..).zip(turns) {
        begin(world, &known);
        put(world, &known, sequence, "value");
        ended(world, version, &known, &end(&known, committed));
        settled(world, &known);
    }
    read(world, 16, &fetch(id, 0));
    read(world, 16, &fetch(id, 4));
    read(world, 16, &fetch(id, 0).with_isolation_level(0));
}

fn ended_with_new_epochs(world: &mut World) {
    let id = world.create("orders", &[&[1, 2]], &[]);
    let mut known = producer(world, "id");
    for committed in [true, false] {
        // From version 12 on a record adds its partition by itself.
        let request = produce(world, &known, &batch(&known, 0, "value"));
        world.until("the record is taken", |world| {
            let response = world.quiet(1, 12, &request);
            (response.responses[0].partition_responses[0].error_code == 0).then_some(())
        });
        let response = ended(world, 5, &known, &end(&known, committed));
        known.epoch = response.producer_epoch;
        settled(world, &known);
    }
    read(world, 16, &fetch(id, 0));
    // With nothing begun: an abort makes an epoch all the same.
    let response = ended(world, 5, &known, &end(&known, false));
    known.epoch = response.producer_epoch;
    ended(world, 5, &known, &end(&known, true));
}

fn end_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    for version in [1, 4, 5] {
        for (producer, epoch) in [(known.number, 7), (known.number, -1), (987_654, known.epoch)] {
            let wrong = Producer { number: producer, epoch, ..known.clone() };
            world.ask(known.broker, version, &end(&wrong, true));
        }
        world.ask(known.broker % 3 + 1, version, &end(&known, true));
        let (id, broker) = transactional(world, "never-seen");
        world.ask(broker, version, &end(&Producer { id, ..known.clone() }, true));
        world.ask(known.broker, version, &end(&Producer { id: TransactionalId(text("")), ..known.clone() }, true));
    }
    for (version, committed) in [(4, true), (4, false), (5, true)] {
        world.ask(known.broker, version, &end(&known, committed));
    }
}

fn ended_again(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let mut known = producer(world, "id");
    for (sequence, committed) in [(0, true), (1, false)] {
        begin(world, &known);
        put(world, &known, sequence, "value");
        ended(world, 4, &known, &end(&known, committed));
        settled(world, &known);
        ended(world, 4, &known, &end(&known, committed));
        ended(world, 4, &known, &end(&known, !committed));
    }
    begin(world, &known);
    put(world, &known, 2, "value");
    let response = ended(world, 5, &known, &end(&known, true));
    settled(world, &known);
    // The same request once more is a retry; the other result is not.
    ended(world, 5, &known, &end(&known, true));
    ended(world, 5, &known, &end(&known, false));
    known.epoch = response.producer_epoch;
    ended(world, 5, &known, &end(&known, true));
}

fn records_without_partition(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    // Kafka holds a sequence that failed here against the producer from then on, so it is another one's.
    let hasty = producer(world, "hasty");
    world.ask(1, 11, &produce(world, &hasty, &batch(&hasty, 0, "a")));
    // A plain record of the same producer, inside and outside.
    let plain = Batch::of(&["plain"]).by(known.number, known.epoch, 0);
    world.ask(1, 11, &produce(world, &known, &plain));
    begin(world, &known);
    world.ask(1, 11, &produce(world, &known, &batch(&known, 1, "b")));
    world.ask(1, 11, &produce(world, &known, &batch(&known, 2, "c")));
    world.ask(1, 11, &produce(world, &known, &batch(&known, 2, "c")));
    world.ask(1, 11, &produce(world, &known, &batch(&known, 9, "gap")));
    world.ask(1, 11, &produce(world, &known, &Batch::of(&["plain"]).by(known.number, known.epoch, 3)));
    let wrong = Producer { id: TransactionalId(text(&world.name("other"))), ..known.clone() };
    world.ask(1, 11, &produce(world, &wrong, &batch(&known, 3, "d")));
    let ahead = Producer { epoch: 5, ..known.clone() };
    world.ask(1, 11, &produce(world, &ahead, &batch(&ahead, 0, "e")));
    ended(world, 4, &known, &end(&known, true));
    settled(world, &known);
    world.ask(1, 11, &produce(world, &known, &batch(&known, 4, "f")));
}

fn read_while_open(world: &mut World) {
    let id = world.create("orders", &[&[1, 2]], &[]);
    let aborted = producer(world, "aborted");
    let open = producer(world, "open");
    begin(world, &aborted);
    put(world, &aborted, 0, "a");
    begin(world, &open);
    put(world, &open, 0, "b");
    put(world, &aborted, 1, "c");
    read(world, 16, &fetch(id, 0));
    ended(world, 4, &aborted, &end(&aborted, false));
    settled(world, &aborted);
    for offset in [0, 1, 2] {
        read(world, 16, &fetch(id, offset));
        read(world, 16, &fetch(id, offset).with_isolation_level(0));
    }
    ended(world, 4, &open, &end(&open, true));
    settled(world, &open);
    for version in [13, 16, 17] {
        for offset in [0, 1, 3, 4, 5] {
            read(world, version, &fetch(id, offset));
        }
    }
}

fn offsets_while_open(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    super::produce::produce(world, "orders", Batch::of(&["plain"]).bytes());
    let known = producer(world, "id");
    begin(world, &known);
    put(world, &known, 0, "a");
    for open in [true, false] {
        for isolation in [0, 1] {
            for timestamp in [-1, -2, -3, 0, 1000, 1001] {
                let partition = ListOffsetsPartition::default().with_partition_index(0).with_timestamp(timestamp);
                let topic =
                    ListOffsetsTopic::default().with_name(world.topic("orders")).with_partitions(vec![partition]);
                let request = ListOffsetsRequest::default().with_replica_id((-1).into());
                let request = request.with_isolation_level(isolation).with_topics(vec![topic]);
                world.note(&format!("{timestamp} with isolation {isolation}, open {open}"), &());
                world.ask(1, 8, &request);
            }
        }
        if open {
            ended(world, 4, &known, &end(&known, true));
            settled(world, &known);
        }
    }
}

fn described(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 1]], &[]);
    let known = producer(world, "id");
    let request = DescribeTransactionsRequest::default().with_transactional_ids(vec![known.id.clone()]);
    world.ask(known.broker, 0, &request);
    let partitions = add(&known, vec![topic(world, "orders", &[0, 1])]);
    world.ask_sorted(known.broker, 3, &partitions, in_order);
    world.ask_sorted(known.broker, 0, &request, |response| {
        response.transaction_states[0].topics[0].partitions.sort_unstable();
    });
    world.ask(known.broker % 3 + 1, 0, &request);
    ended(world, 4, &known, &end(&known, false));
    settled(world, &known);
    world.ask(known.broker, 0, &request);
    let (never, broker) = transactional(world, "never-seen");
    world.ask(broker, 0, &DescribeTransactionsRequest::default().with_transactional_ids(vec![never]));
    let empty = vec![TransactionalId(text(""))];
    world.ask(1, 0, &DescribeTransactionsRequest::default().with_transactional_ids(empty));
}

fn listed(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    for open in [false, true] {
        if open {
            begin(world, &known);
        }
        let all = ListTransactionsRequest::default().with_duration_filter(-1);
        let state = |state: &str| all.clone().with_state_filters(vec![text(state)]);
        let pattern = |pattern: &str| all.clone().with_transactional_id_pattern(Some(text(pattern)));
        let name = world.name("id");
        let requests = [
            (0, all.clone()),
            (1, all.clone()),
            (2, all.clone()),
            (0, state("Ongoing")),
            (0, state("Empty")),
            (0, state("nonsense")),
            (0, all.clone().with_producer_id_filters(vec![known.number.into()])),
            (0, all.clone().with_producer_id_filters(vec![987_654.into()])),
            (1, all.clone().with_duration_filter(0)),
            (1, all.clone().with_duration_filter(3_600_000)),
            (2, pattern(&name)),
            (2, pattern(&format!("{}.*", world.prefix))),
            (2, pattern("nothing")),
            (2, pattern("")),
            (2, pattern("(")),
        ];
        for (version, request) in requests {
            world.ask_sorted(known.broker, version, &request, |response| {
                response.transaction_states.retain(|state| state.transactional_id == known.id);
            });
        }
    }
    ended(world, 4, &known, &end(&known, false));
}

fn producers_described(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    let topic = |name: &str, partitions: &[i32]| {
        TopicRequest::default().with_name(world.topic(name)).with_partition_indexes(partitions.to_vec())
    };
    let one = DescribeProducersRequest::default().with_topics(vec![topic("orders", &[0])]);
    let wrong = DescribeProducersRequest::default().with_topics(vec![topic("orders", &[7]), topic("nowhere", &[0])]);
    world.ask(1, 0, &one);
    begin(world, &known);
    put(world, &known, 0, "a");
    put(world, &known, 1, "b");
    world.ask(1, 0, &one);
    ended(world, 4, &known, &end(&known, true));
    settled(world, &known);
    // How often the coordinator's log changed its leader is the cluster's own.
    world.ask_sorted(1, 0, &one, |response| {
        response.topics[0].partitions[0].active_producers[0].coordinator_epoch = 0;
    });
    for broker in [1, 2, 3] {
        world.ask(broker, 0, &wrong);
    }
    for broker in [2, 3] {
        world.ask(broker, 0, &one);
    }
}

fn markers_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let known = producer(world, "id");
    begin(world, &known);
    put(world, &known, 0, "a");
    let marker = |producer: &Producer, name: &str, partitions: &[i32], coordinator_epoch| {
        let topic =
            WritableTxnMarkerTopic::default().with_name(world.topic(name)).with_partition_indexes(partitions.to_vec());
        let marker = WritableTxnMarker::default()
            .with_producer_id(producer.number.into())
            .with_producer_epoch(producer.epoch)
            .with_transaction_result(false)
            .with_coordinator_epoch(coordinator_epoch)
            .with_topics(vec![topic]);
        WriteTxnMarkersRequest::default().with_markers(vec![marker])
    };
    let old = Producer { epoch: -1, ..known.clone() };
    let requests = [
        marker(&known, "orders", &[7], 0),
        marker(&known, "nowhere", &[0], 0),
        marker(&old, "orders", &[0], 0),
        marker(&known, "orders", &[0], 100),
        marker(&known, "orders", &[0], 99),
    ];
    for request in requests {
        world.ask(1, 1, &request);
    }
    world.ask(2, 1, &marker_elsewhere(world, &known));
    world.ask(1, 1, &WriteTxnMarkersRequest::default());
}

/// A marker for partition 0 of `orders`, for a broker that does not lead it.
fn marker_elsewhere(world: &World, producer: &Producer) -> WriteTxnMarkersRequest {
    let topic = WritableTxnMarkerTopic::default().with_name(world.topic("orders")).with_partition_indexes(vec![0]);
    let marker = WritableTxnMarker::default()
        .with_producer_id(producer.number.into())
        .with_producer_epoch(producer.epoch)
        .with_topics(vec![topic]);
    WriteTxnMarkersRequest::default().with_markers(vec![marker])
}
