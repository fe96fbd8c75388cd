//! Produce, down to the fields of the batch.

use bytes::Bytes;
use kafka_protocol::messages::produce_request::{PartitionProduceData, TopicProduceData};
use kafka_protocol::messages::{InitProducerIdRequest, ProduceRequest, ProduceResponse, TransactionalId};

use crate::Scenario;
use crate::batch::{Batch, Entry};
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("produce: in every version", in_every_version),
    ("produce: to what is not there", to_what_is_not_there),
    ("produce: to a broker that does not lead", to_a_follower),
    ("produce: acks that are none", acks_that_are_none),
    ("produce: acks 0", without_an_answer),
    ("produce: acks 0 of what is refused", without_an_answer_refused),
    ("produce: no records", no_records),
    ("produce: a wrong checksum", wrong_checksum),
    ("produce: an old magic", old_magic),
    ("produce: cut off", cut_off),
    ("produce: two batches at once", two_batches),
    ("produce: a count that is not true", wrong_count),
    ("produce: offset deltas that are not true", wrong_deltas),
    ("produce: an unknown codec", unknown_codec),
    ("produce: compressed nonsense", compressed_nonsense),
    ("produce: a control batch", control_batch),
    ("produce: no key on a compacted topic", compacted_without_key),
    ("produce: too large", too_large),
    ("produce: timestamps out of bounds", timestamps_out_of_bounds),
    ("produce: sequences", sequences),
    ("produce: duplicates", duplicates),
    ("produce: epochs", epochs),
    ("produce: an unknown producer", unknown_producer),
    ("produce: transactional without a transaction", transactional_without_transaction),
    ("produce: a transactional batch without an id", transactional_without_id),
    ("produce: one good and one bad partition", good_and_bad),
];

/// A request for one partition of a topic of the scenario.
pub(crate) fn request(world: &World, topic: &str, partition: i32, records: Bytes) -> ProduceRequest {
    let data = PartitionProduceData::default().with_index(partition).with_records(Some(records));
    let topic = TopicProduceData::default().with_name(world.topic(topic)).with_partition_data(vec![data]);
    ProduceRequest::default().with_acks(-1).with_timeout_ms(5000).with_topic_data(vec![topic])
}

/// Produces to partition 0 at broker 1 and writes the answer down.
pub(crate) fn produce(world: &mut World, topic: &str, records: Bytes) -> ProduceResponse {
    let request = request(world, topic, 0, records);
    world.ask(1, 11, &request)
}

/// A new idempotent producer: its id and epoch.
pub(crate) fn producer(world: &mut World) -> (i64, i16) {
    let request = InitProducerIdRequest::default().with_transactional_id(None).with_transaction_timeout_ms(60_000);
    let request = request.with_producer_id((-1).into()).with_producer_epoch(-1);
    let response = world.until("a producer id", |world| {
        let response = world.quiet(1, 4, &request);
        (response.error_code == 0).then_some(response)
    });
    (response.producer_id.0, response.producer_epoch)
}

fn in_every_version(world: &mut World) {
    let id = world.create("orders", &[&[1, 2]], &[]);
    for version in 3..=13 {
        let mut request = request(world, "orders", 0, Batch::of(&["a", "b"]).bytes());
        if version == 13 {
            request.topic_data[0].name = Default::default();
            request.topic_data[0].topic_id = id;
        }
        world.ask(1, version, &request);
    }
}

fn to_what_is_not_there(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let records = Batch::of(&["a"]).bytes();
    for (topic, partition) in [("nowhere", 0), ("orders", 1), ("orders", -1)] {
        let request = request(world, topic, partition, records.clone());
        world.ask(1, 11, &request);
    }
    let mut request = request(world, "orders", 0, records);
    request.topic_data[0].name = Default::default();
    request.topic_data[0].topic_id = uuid::Uuid::from_u128(7);
    world.ask(1, 13, &request);
}

fn to_a_follower(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let request = request(world, "orders", 0, Batch::of(&["a"]).bytes());
    for broker in [2, 3] {
        for version in [9, 11] {
            world.ask(broker, version, &request);
        }
    }
}

fn acks_that_are_none(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    for acks in [2, -2] {
        let request = request(world, "orders", 0, Batch::of(&["a"]).bytes()).with_acks(acks);
        world.ask(1, 11, &request);
    }
}

fn without_an_answer(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let blind = request(world, "orders", 0, Batch::of(&["a"]).bytes()).with_acks(0);
    world.connection(1).send(11, &blind);
    // The next answer on the connection is that of the next request.
    produce(world, "orders", Batch::of(&["b"]).bytes());
}

fn without_an_answer_refused(world: &mut World) {
    let mut connection = world.connect(1);
    connection.send(11, &request(world, "nowhere", 0, Batch::of(&["a"]).bytes()).with_acks(0));
    world.note("the answer", &connection.frame());
}

fn no_records(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    produce(world, "orders", Bytes::new());
    let mut empty = Batch::of(&[]);
    empty.last_offset_delta = 0;
    produce(world, "orders", empty.bytes());
}

fn wrong_checksum(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let mut bytes = Batch::of(&["a"]).bytes().to_vec();
    bytes[20] ^= 1;
    produce(world, "orders", bytes.into());
}

fn old_magic(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    for magic in [0, 1, 3] {
        let batch = Batch { magic, ..Batch::of(&["a"]) };
        let mut connection = world.connect(1);
        let answer = connection.ask(11, &request(world, "orders", 0, batch.bytes()));
        world.note(&format!("magic {magic}"), &answer);
    }
}

fn cut_off(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let bytes = Batch::of(&["a", "b"]).bytes();
    for length in [5, 20, 61, bytes.len() - 1] {
        let mut connection = world.connect(1);
        let answer = connection.ask(11, &request(world, "orders", 0, bytes.slice(..length)));
        world.note(&format!("{length} bytes"), &answer);
    }
}

fn two_batches(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let bytes = [Batch::of(&["a"]).bytes(), Batch::of(&["b"]).bytes()].concat();
    let mut connection = world.connect(1);
    let answer = connection.ask(11, &request(world, "orders", 0, bytes.into()));
    world.note("the answer", &answer);
}

fn wrong_count(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    for count in [1, 3, -1] {
        produce(world, "orders", Batch { count, ..Batch::of(&["a", "b"]) }.bytes());
    }
    produce(world, "orders", Batch { count: 1, last_offset_delta: 0, ..Batch::of(&["a", "b"]) }.bytes());
    produce(world, "orders", Batch { count: 3, last_offset_delta: 2, ..Batch::of(&["a", "b"]) }.bytes());
}

fn wrong_deltas(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let mut batch = Batch::of(&["a", "b", "c"]);
    batch.entries[1].offset_delta = 2;
    produce(world, "orders", batch.bytes());
    produce(world, "orders", Batch { last_offset_delta: 5, ..Batch::of(&["a", "b"]) }.bytes());
}

fn unknown_codec(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let mut connection = world.connect(1);
    let answer = connection.ask(11, &request(world, "orders", 0, Batch { attributes: 5, ..Batch::of(&["a"]) }.bytes()));
    world.note("the answer", &answer);
}

fn compressed_nonsense(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    for codec in 1..=4 {
        let response = produce_quietly(world, Batch { attributes: codec, ..Batch::of(&["a"]) }.bytes());
        world.note(&format!("codec {codec}"), &response);
    }
}

/// The error code alone: texts of decompressors are their own.
fn produce_quietly(world: &mut World, records: Bytes) -> Option<i16> {
    let mut connection = world.connect(1);
    let answer = connection.ask(11, &request(world, "orders", 0, records));
    answer.map(|answer| answer.responses[0].partition_responses[0].error_code)
}

fn control_batch(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    produce(world, "orders", Batch { attributes: 0b10_0000, ..Batch::of(&["a"]) }.bytes());
}

fn compacted_without_key(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[("cleanup.policy", "compact")]);
    let mut batch = Batch::of(&["a", "b", "c"]);
    batch.entries[1].key = None;
    batch.entries[2].key = None;
    produce(world, "orders", batch.bytes());
    produce(world, "orders", Batch::of(&["a"]).bytes());
}

fn too_large(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[("max.message.bytes", "100")]);
    produce(world, "orders", Batch::of(&["a value that makes the batch as long as it may not be"]).bytes());
    produce(world, "orders", Batch::of(&["a"]).bytes());
}

fn timestamps_out_of_bounds(world: &mut World) {
    let bounds = [("message.timestamp.before.max.ms", "1000"), ("message.timestamp.after.max.ms", "1000")];
    world.create("orders", &[&[1, 2]], &bounds);
    let at = |timestamp| Entry { key: Some(b"k"), value: Some(b"v"), timestamp, offset_delta: 0 };
    for timestamp in [0, -1, 1000, 9_000_000_000_000] {
        let batch = Batch {
            base_timestamp: timestamp,
            max_timestamp: timestamp,
            entries: vec![at(timestamp)],
            ..Batch::of(&["v"])
        };
        let answer = world.quiet(1, 11, &request(world, "orders", 0, batch.bytes()));
        let partition = &answer.responses[0].partition_responses[0];
        let errors: Vec<i32> = partition.record_errors.iter().map(|error| error.batch_index).collect();
        world.note(&format!("{timestamp}"), &(partition.error_code, &partition.error_message, errors));
    }
}

fn sequences(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (id, epoch) = producer(world);
    for sequence in [0, 2, 5, 4, 7, 6] {
        produce(world, "orders", Batch::of(&["a", "b"]).by(id, epoch, sequence).bytes());
    }
    let (id, epoch) = producer(world);
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch, 3).bytes());
}

fn duplicates(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (id, epoch) = producer(world);
    for sequence in 0..7 {
        let request = request(world, "orders", 0, Batch::of(&["a"]).by(id, epoch, sequence).bytes());
        world.quiet(1, 11, &request);
    }
    // The last five are remembered.
    for sequence in [6, 4, 2, 1, 0] {
        produce(world, "orders", Batch::of(&["a"]).by(id, epoch, sequence).bytes());
    }
    produce(world, "orders", Batch::of(&["a", "b"]).by(id, epoch, 5).bytes());
}

fn epochs(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (id, epoch) = producer(world);
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch, 0).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch + 2, 1).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch + 2, 0).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch, 1).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(id, -1, 1).bytes());
}

fn unknown_producer(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    produce(world, "orders", Batch::of(&["a"]).by(77_777_777, 0, 0).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(77_777_778, 0, 5).bytes());
    produce(world, "orders", Batch::of(&["a"]).by(77_777_779, 0, -1).bytes());
}

fn transactional_without_transaction(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let id = TransactionalId(text(&world.name("id")));
    let init =
        InitProducerIdRequest::default().with_transactional_id(Some(id.clone())).with_transaction_timeout_ms(60_000);
    let init = init.with_producer_id((-1).into()).with_producer_epoch(-1);
    let coordinator = super::transactions::coordinator(world, &id.0);
    let known = world.until("a producer id", |world| {
        let response = world.quiet(coordinator, 4, &init);
        (response.error_code == 0).then_some(response)
    });
    let batch = Batch::of(&["a"]).by(known.producer_id.0, known.producer_epoch, 0).transactional();
    let request = request(world, "orders", 0, batch.bytes()).with_transactional_id(Some(id));
    // Before version 12 the partition has to be added first.
    world.ask(1, 11, &request);
    world.ask(1, 12, &request);
}

fn transactional_without_id(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let (id, epoch) = producer(world);
    produce(world, "orders", Batch::of(&["a"]).by(id, epoch, 0).transactional().bytes());
}

fn good_and_bad(world: &mut World) {
    world.create("orders", &[&[1, 2], &[1, 2], &[2, 1]], &[]);
    let mut request = request(world, "orders", 0, Batch::of(&["a"]).bytes());
    for index in [1, 2, 3] {
        let mut bytes = Batch::of(&["a"]).bytes().to_vec();
        if index == 1 {
            bytes[20] ^= 1;
        }
        let data = PartitionProduceData::default().with_index(index).with_records(Some(bytes.into()));
        request.topic_data[0].partition_data.push(data);
    }
    world.ask_sorted(1, 11, &request, |response| {
        response.responses[0].partition_responses.sort_by_key(|partition| partition.index);
        response.node_endpoints.sort_by_key(|endpoint| endpoint.node_id);
    });
}
