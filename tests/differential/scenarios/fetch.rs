//! Fetch, ListOffsets, OffsetForLeaderEpoch, DeleteRecords.

use kafka_protocol::messages::delete_records_request::{DeleteRecordsPartition, DeleteRecordsTopic};
use kafka_protocol::messages::fetch_request::{FetchPartition, FetchTopic, ForgottenTopic};
use kafka_protocol::messages::list_offsets_request::{ListOffsetsPartition, ListOffsetsTopic};
use kafka_protocol::messages::offset_for_leader_epoch_request::{OffsetForLeaderPartition, OffsetForLeaderTopic};
use kafka_protocol::messages::{
    DeleteRecordsRequest, FetchRequest, FetchResponse, ListOffsetsRequest, OffsetForLeaderEpochRequest,
};
use uuid::Uuid;

use super::produce::request as produce_request;
use crate::Scenario;
use crate::batch::Batch;
use crate::world::World;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("fetch: in every version", in_every_version),
    ("fetch: from every offset", from_every_offset),
    ("fetch: what is not there", what_is_not_there),
    ("fetch: from a follower", from_a_follower),
    ("fetch: leader epochs", leader_epochs),
    ("fetch: less than the first batch", less_than_the_first_batch),
    ("fetch: less than two batches", less_than_two_batches),
    ("fetch: limits over partitions", limits_over_partitions),
    ("fetch: an empty log waits", an_empty_log_waits),
    ("fetch: a session", a_session),
    ("fetch: a session with a wrong epoch", a_session_with_a_wrong_epoch),
    ("fetch: an unknown session", an_unknown_session),
    ("fetch: a session forgets", a_session_forgets),
    ("fetch: by rack", by_rack),
    ("list offsets: in every version", offsets_in_every_version),
    ("list offsets: every kind of time", every_kind_of_time),
    ("list offsets: what is not there", offsets_of_what_is_not_there),
    ("list offsets: leader epochs", offsets_with_epochs),
    ("offset for leader epoch: known and unknown", epoch_ends),
    ("delete records: to before and beyond", records_deleted),
    ("delete records: from a follower", records_deleted_at_a_follower),
    ("delete records: of a compacted topic", records_deleted_when_compacted),
];

fn partition(index: i32, offset: i64) -> FetchPartition {
    FetchPartition::default().with_partition(index).with_fetch_offset(offset).with_partition_max_bytes(1_048_576)
}

/// A fetch without a session.
fn request(world: &World, topic: (&str, Uuid), partitions: Vec<FetchPartition>) -> FetchRequest {
    let topic =
        FetchTopic::default().with_topic(world.topic(topic.0)).with_topic_id(topic.1).with_partitions(partitions);
    FetchRequest::default()
        .with_replica_id((-1).into())
        .with_max_wait_ms(0)
        .with_min_bytes(0)
        .with_session_epoch(-1)
        .with_topics(vec![topic])
}

/// The request as a version has it: topics by name before 13, by id from then on.
fn fit(mut request: FetchRequest, version: i16) -> FetchRequest {
    for topic in &mut request.topics {
        if version >= 13 {
            topic.topic = Default::default();
        } else {
            topic.topic_id = Uuid::nil();
        }
    }
    request
}

fn orders(world: &mut World, batches: &[&[&'static str]]) -> (&'static str, Uuid) {
    let id = world.create("orders", &[&[1, 2]], &[]);
    for batch in batches {
        put(world, 0, batch);
    }
    ("orders", id)
}

/// Writes a batch to a partition of `orders`. A leader is known a moment before it takes records.
fn put(world: &mut World, index: i32, values: &[&'static str]) {
    let request = produce_request(world, "orders", index, Batch::of(values).bytes());
    world.until("the leader takes records", |world| {
        let response = world.quiet(1, 11, &request);
        (response.responses[0].partition_responses[0].error_code == 0).then_some(())
    });
}

fn in_every_version(world: &mut World) {
    let topic = orders(world, &[&["a", "b"], &["c"]]);
    for version in 4..=18 {
        let request = fit(request(world, topic, vec![partition(0, 0)]), version);
        world.ask(1, version, &request);
    }
}

fn from_every_offset(world: &mut World) {
    let topic = orders(world, &[&["a", "b"], &["c"], &["d", "e"]]);
    for offset in [0, 1, 2, 3, 4, 5, 6, -1, i64::MAX] {
        let request = fit(request(world, topic, vec![partition(0, offset)]), 16);
        world.ask(1, 16, &request);
    }
}

fn what_is_not_there(world: &mut World) {
    let topic = orders(world, &[]);
    let by_name = fit(request(world, ("nowhere", Uuid::nil()), vec![partition(0, 0)]), 12);
    world.ask(1, 12, &by_name);
    let by_id = fit(request(world, ("", Uuid::from_u128(7)), vec![partition(0, 0)]), 16);
    world.ask(1, 16, &by_id);
    let no_partition = fit(request(world, topic, vec![partition(1, 0), partition(-1, 0)]), 16);
    world.ask(1, 16, &no_partition);
}

fn from_a_follower(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    // A broker without a replica refuses; a follower serves consumers (KIP-392).
    for (broker, version) in [(3, 10), (3, 16)] {
        let request = fit(request(world, topic, vec![partition(0, 0)]), version);
        world.ask(broker, version, &request);
    }
    world.until("the follower has the record", |world| {
        let request = fit(request(world, topic, vec![partition(0, 0)]), 16);
        let response = world.quiet(2, 16, &request);
        (response.responses[0].partitions[0].records.as_ref().is_some_and(|records| !records.is_empty())).then_some(())
    });
    let request = fit(request(world, topic, vec![partition(0, 0)]), 16);
    world.ask(2, 16, &request);
}

fn leader_epochs(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    for (current, last) in [(0, -1), (1, -1), (-1, 0), (-1, 1), (0, 5)] {
        let asked = partition(0, 1).with_current_leader_epoch(current).with_last_fetched_epoch(last);
        let request = fit(request(world, topic, vec![asked]), 16);
        world.ask(1, 16, &request);
    }
}

fn less_than_the_first_batch(world: &mut World) {
    let topic = orders(world, &[&["a", "b"], &["c"]]);
    for max in [0, 1, 10] {
        let request = fit(request(world, topic, vec![partition(0, 0).with_partition_max_bytes(max)]), 16);
        world.ask(1, 16, &request);
        let request = fit(request.with_max_bytes(max), 16);
        world.ask(1, 16, &request);
    }
}

fn less_than_two_batches(world: &mut World) {
    let topic = orders(world, &[&["a", "b"], &["c"]]);
    let first = i32::try_from(Batch::of(&["a", "b"]).bytes().len()).expect("batches are short");
    for max in [first, first + 1, 10_000] {
        let request = fit(request(world, topic, vec![partition(0, 0).with_partition_max_bytes(max)]), 16);
        let response = world.quiet(1, 16, &request);
        let records = response.responses[0].partitions[0].records.clone().unwrap_or_default();
        // What is cut inside a batch differs by reader: whole batches count.
        let whole = [first].iter().filter(|size| records.len() >= usize::try_from(**size).unwrap_or(0)).count();
        world.note(&format!("{max} bytes"), &(whole, records.len() > usize::try_from(first).unwrap_or(0) + 60));
    }
}

fn limits_over_partitions(world: &mut World) {
    let id = world.create("orders", &[&[1, 2], &[1, 2], &[1, 3]], &[]);
    for index in 0..3 {
        put(world, index, &["a", "b"]);
    }
    let all = || vec![partition(0, 0), partition(1, 0), partition(2, 0)];
    let size = i32::try_from(Batch::of(&["a", "b"]).bytes().len()).expect("batches are short");
    for max in [1, size, 2 * size, 10 * size] {
        let request = fit(request(world, ("orders", id), all()).with_max_bytes(max), 16);
        let response = world.quiet(1, 16, &request);
        world.note(&format!("at most {max} bytes"), &sizes(&response));
    }
}

/// Each partition's index, error and number of bytes.
fn sizes(response: &FetchResponse) -> Vec<(i32, i16, usize)> {
    let partitions = response.responses.iter().flat_map(|topic| &topic.partitions);
    partitions
        .map(|one| (one.partition_index, one.error_code, one.records.as_ref().map_or(0, bytes::Bytes::len)))
        .collect()
}

fn an_empty_log_waits(world: &mut World) {
    let topic = orders(world, &[]);
    let request = fit(request(world, topic, vec![partition(0, 0)]).with_min_bytes(1).with_max_wait_ms(300), 16);
    let began = std::time::Instant::now();
    world.ask(1, 16, &request);
    let waited = began.elapsed().as_millis();
    world.note("waited", &(250..5000).contains(&waited));
}

fn a_session(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    let first = fit(request(world, topic, vec![partition(0, 0)]).with_session_epoch(0), 16);
    let session = opened(world, &first);
    let mut next = fit(request(world, topic, vec![]).with_session_id(session).with_session_epoch(1), 16);
    next.topics.clear();
    let short = |world: &mut World, what: &str, request: &FetchRequest| {
        let response = world.quiet(1, 16, request);
        let same = response.session_id == session;
        world.note(what, &(response.error_code, same, sizes(&response)));
    };
    short(world, "the same records again: the position has not moved", &next);
    let moved = fit(request(world, topic, vec![partition(0, 1)]).with_session_id(session).with_session_epoch(2), 16);
    short(world, "at the end", &moved);
    put(world, 0, &["b"]);
    next.session_epoch = 3;
    short(world, "a new record", &next);
    next.session_epoch = -1;
    let response = world.quiet(1, 16, &next);
    world.note("closed", &(response.error_code, response.session_id, sizes(&response)));
    next.session_epoch = 4;
    let response = world.quiet(1, 16, &next);
    world.note("after it was closed", &(response.error_code, response.session_id));
}

/// Opens a session and gives its id.
fn opened(world: &mut World, request: &FetchRequest) -> i32 {
    let response = world.quiet(1, 16, request);
    world.note("opened", &(response.error_code, response.session_id > 0, sizes(&response)));
    response.session_id
}

fn a_session_with_a_wrong_epoch(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    let first = fit(request(world, topic, vec![partition(0, 0)]).with_session_epoch(0), 16);
    let session = opened(world, &first);
    for epoch in [5, 1, 1, -2] {
        let mut next = first.clone().with_session_id(session).with_session_epoch(epoch);
        next.topics.clear();
        let response = world.quiet(1, 16, &next);
        world.note(&format!("epoch {epoch}"), &(response.error_code, sizes(&response)));
    }
}

fn an_unknown_session(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    let lost = fit(request(world, topic, vec![partition(0, 0)]).with_session_id(12_345).with_session_epoch(1), 16);
    world.ask(1, 16, &lost);
}

fn a_session_forgets(world: &mut World) {
    let id = world.create("orders", &[&[1, 2], &[1, 2]], &[]);
    let first = request(world, ("orders", id), vec![partition(0, 0), partition(1, 0)]).with_session_epoch(0);
    let session = opened(world, &fit(first, 16));
    for index in 0..2 {
        put(world, index, &["a"]);
    }
    let mut next = fit(request(world, ("orders", id), vec![]).with_session_id(session).with_session_epoch(1), 16);
    next.topics.clear();
    next.forgotten_topics_data = vec![ForgottenTopic::default().with_topic_id(id).with_partitions(vec![0])];
    let response = world.quiet(1, 16, &next);
    world.note("after forgetting one", &sizes(&response));
}

fn by_rack(world: &mut World) {
    let topic = orders(world, &[&["a"]]);
    for rack in ["az-1", "az-2", "az-3", "az-9"] {
        let request = fit(request(world, topic, vec![partition(0, 0)]).with_rack_id(crate::world::text(rack)), 16);
        let response = world.until("the follower is in sync", |world| {
            let response = world.quiet(1, 16, &request);
            let wanted = if rack == "az-2" { 2 } else { -1 };
            (response.responses[0].partitions[0].preferred_read_replica.0 == wanted).then_some(response)
        });
        world.note(rack, &response);
    }
}

fn times(world: &World, topic: &str, partitions: &[(i32, i64)]) -> ListOffsetsRequest {
    let partitions = partitions.iter().map(|(index, time)| {
        ListOffsetsPartition::default().with_partition_index(*index).with_timestamp(*time).with_current_leader_epoch(-1)
    });
    let topic = ListOffsetsTopic::default().with_name(world.topic(topic)).with_partitions(partitions.collect());
    ListOffsetsRequest::default().with_replica_id((-1).into()).with_topics(vec![topic])
}

fn offsets_in_every_version(world: &mut World) {
    orders(world, &[&["a", "b"], &["c"]]);
    for version in 1..=10 {
        let request = times(world, "orders", &[(0, -1)]);
        world.ask(1, version, &request);
    }
}

fn every_kind_of_time(world: &mut World) {
    orders(world, &[&["a", "b"], &["c"]]);
    for time in [-1, -2, -3, -4, -5, -6, -7, 0, 999, 1000, 1001, i64::MAX] {
        for isolation in [0, 1] {
            let request = times(world, "orders", &[(0, time)]).with_isolation_level(isolation);
            world.ask(1, 10, &request);
        }
    }
    let request = times(world, "orders", &[(0, -3)]);
    world.ask(1, 6, &request);
}

fn offsets_of_what_is_not_there(world: &mut World) {
    orders(world, &[]);
    for request in [
        times(world, "nowhere", &[(0, -1)]),
        times(world, "orders", &[(4, -1)]),
        times(world, "orders", &[(0, -1), (0, -2)]),
    ] {
        world.ask(1, 10, &request);
    }
    let request = times(world, "orders", &[(0, -1)]);
    world.ask(2, 10, &request);
    world.ask(3, 10, &request);
}

fn offsets_with_epochs(world: &mut World) {
    orders(world, &[&["a"]]);
    for epoch in [0, 1, 7] {
        let mut request = times(world, "orders", &[(0, -1)]);
        request.topics[0].partitions[0].current_leader_epoch = epoch;
        world.ask(1, 10, &request);
    }
}

fn epoch_ends(world: &mut World) {
    orders(world, &[&["a"]]);
    let request = |world: &World, topic: &str, index: i32, current: i32, epoch: i32| {
        let partition = OffsetForLeaderPartition::default()
            .with_partition(index)
            .with_current_leader_epoch(current)
            .with_leader_epoch(epoch);
        let topic = OffsetForLeaderTopic::default().with_topic(world.topic(topic)).with_partitions(vec![partition]);
        OffsetForLeaderEpochRequest::default().with_replica_id((-1).into()).with_topics(vec![topic])
    };
    for (topic, index, current, epoch) in [
        ("orders", 0, -1, 0),
        ("orders", 0, 0, 1),
        ("orders", 0, 5, 0),
        ("orders", 0, -1, -1),
        ("orders", 3, -1, 0),
        ("nowhere", 0, -1, 0),
    ] {
        for version in [2, 4] {
            let request = request(world, topic, index, current, epoch);
            world.ask(1, version, &request);
        }
    }
    let request = request(world, "orders", 0, -1, 0);
    world.ask(2, 4, &request);
}

fn deletion(world: &World, topic: &str, index: i32, offset: i64) -> DeleteRecordsRequest {
    let partition = DeleteRecordsPartition::default().with_partition_index(index).with_offset(offset);
    let topic = DeleteRecordsTopic::default().with_name(world.topic(topic)).with_partitions(vec![partition]);
    DeleteRecordsRequest::default().with_timeout_ms(5000).with_topics(vec![topic])
}

fn records_deleted(world: &mut World) {
    let topic = orders(world, &[&["a", "b"], &["c"]]);
    for offset in [1, 0, -2, 9, 2, -1] {
        let request = deletion(world, "orders", 0, offset);
        world.ask(1, 2, &request);
    }
    let request = fit(request(world, topic, vec![partition(0, 0)]), 16);
    world.ask(1, 16, &request);
    for (topic, index) in [("nowhere", 0), ("orders", 5)] {
        let request = deletion(world, topic, index, 0);
        world.ask(1, 2, &request);
    }
}

fn records_deleted_at_a_follower(world: &mut World) {
    orders(world, &[&["a"]]);
    for broker in [2, 3] {
        let request = deletion(world, "orders", 0, 1);
        world.ask(broker, 2, &request);
    }
}

fn records_deleted_when_compacted(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[("cleanup.policy", "compact")]);
    let request = deletion(world, "orders", 0, 0);
    world.ask(1, 2, &request);
}
