//! A client with a session knows what a client without one is told.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError as E;
use kafka_protocol::messages::FetchResponse;
use kafka_protocol::messages::fetch_request::ForgottenTopic;
use kafka_protocol::messages::fetch_response::PartitionData;
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::{prop_assert_eq, proptest};

use super::world::{TOPIC, World, batch, fetch_request, from, key, name};

/// What a consumer knows of its partitions: position, high watermark, log start.
#[derive(Debug, Default)]
struct Client {
    session: i32,
    epoch: i32,
    /// Positions of the partitions that it fetches.
    positions: BTreeMap<i32, i64>,
    /// What the broker was last told of the positions.
    told: BTreeMap<i32, i64>,
    known: BTreeMap<i32, (i64, i64)>,
    forgotten: Vec<i32>,
}

impl Client {
    fn fetch(&mut self, world: &mut World) -> FetchResponse {
        let changed = |(partition, offset): (&i32, &i64)| {
            (self.told.get(partition) != Some(offset)).then(|| from(*partition, *offset))
        };
        let mut request = fetch_request(self.positions.iter().filter_map(changed).collect());
        request.session_id = self.session;
        request.session_epoch = self.epoch;
        if !self.forgotten.is_empty() {
            self.known.retain(|partition, _| !self.forgotten.contains(partition));
            let gone = ForgottenTopic::default().with_topic(name()).with_topic_id(TOPIC);
            request.forgotten_topics_data = vec![gone.with_partitions(std::mem::take(&mut self.forgotten))];
        }
        self.told.clone_from(&self.positions);
        let response = world.fetched(1, 12, request);
        self.session = response.session_id;
        self.epoch = if self.session == 0 { 0 } else { self.epoch + 1 };
        response
    }

    fn take(&mut self, data: &PartitionData) {
        self.known.insert(data.partition_index, (data.high_watermark, data.log_start_offset));
        let records = data.records.clone().unwrap_or_default();
        if let Ok(header) = crate::records::Header::parse(&records) {
            self.positions.insert(data.partition_index, header.next_offset());
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    Append(i32),
    Trim(i32),
    Add(i32),
    Remove(i32),
    Fetch,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let partition = || 0..3;
    let step = prop_oneof![
        3 => partition().prop_map(Step::Append),
        1 => partition().prop_map(Step::Trim),
        2 => partition().prop_map(Step::Add),
        1 => partition().prop_map(Step::Remove),
        5 => any::<()>().prop_map(|()| Step::Fetch),
    ];
    vec(step, 1..60)
}

/// After a fetch the client knows of each partition what a full fetch says.
fn agrees(world: &mut World, client: &mut Client) -> Result<(), proptest::test_runner::TestCaseError> {
    let asked: BTreeMap<i32, i64> = client.positions.clone();
    let full = fetch_request(asked.iter().map(|(partition, offset)| from(*partition, *offset)).collect());
    let full = world.fetched(1, 12, full);
    let response = client.fetch(world);
    prop_assert_eq!(response.error_code, 0);
    let told: Vec<&PartitionData> = response.responses.iter().flat_map(|topic| &topic.partitions).collect();
    let records = |data: &[&PartitionData], partition: i32| {
        let found = data.iter().find(|data| data.partition_index == partition);
        found.and_then(|data| data.records.clone()).unwrap_or_default()
    };
    let full: Vec<&PartitionData> = full.responses.iter().flat_map(|topic| &topic.partitions).collect();
    for partition in asked.keys() {
        prop_assert_eq!(records(&told, *partition), records(&full, *partition));
    }
    for data in &told {
        client.take(data);
    }
    for data in full {
        let known = client.known.get(&data.partition_index).copied();
        prop_assert_eq!(known, Some((data.high_watermark, data.log_start_offset)));
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_session_says_what_a_full_fetch_says(steps in steps()) {
        let mut world = World::new();
        let mut client = Client::default();
        for step in steps {
            let now = world.now;
            match step {
                Step::Append(partition) => {
                    world.machine.logs.get_mut(key(partition)).expect("there").append(&batch(now, &["a"]), 0).expect("memory");
                }
                Step::Trim(partition) => {
                    // Only what the client has read: beyond that it would have to begin anew.
                    let to = client.positions.get(&partition).copied().unwrap_or(0);
                    world.machine.logs.get_mut(key(partition)).expect("there").delete_before(to).expect("memory");
                }
                Step::Add(partition) => {
                    let start = world.machine.logs.get(key(partition)).expect("there").start_offset();
                    client.positions.entry(partition).or_insert(start);
                    client.forgotten.retain(|gone| *gone != partition);
                }
                Step::Remove(partition) => {
                    if client.positions.remove(&partition).is_some() && client.told.remove(&partition).is_some() {
                        client.forgotten.push(partition);
                    }
                }
                Step::Fetch => agrees(&mut world, &mut client)?,
            }
        }
    }
}

#[test]
fn a_session_ends_with_its_last_partition() {
    let mut world = World::new();
    let mut client = Client { positions: BTreeMap::from([(0, 0)]), ..Client::default() };
    client.fetch(&mut world);
    let id = client.session;
    assert_ne!(id, 0);
    (client.positions, client.forgotten) = (BTreeMap::new(), vec![0]);
    let last = client.fetch(&mut world);
    assert_eq!((last.error_code, last.session_id), (0, 0));
    let gone = world.fetched(1, 12, fetch_request(Vec::new()).with_session_id(id).with_session_epoch(3));
    assert_eq!(gone.error_code, E::FetchSessionIdNotFound.code());
}

#[test]
fn a_session_is_used_in_order_and_by_name_or_by_id() {
    let mut world = World::new();
    let mut client = Client { positions: BTreeMap::from([(0, 0)]), ..Client::default() };
    client.fetch(&mut world);
    let ask = |epoch| fetch_request(Vec::new()).with_session_id(client.session).with_session_epoch(epoch);
    assert_eq!(world.fetched(1, 12, ask(5)).error_code, E::InvalidFetchSessionEpoch.code());
    assert_eq!(world.fetched(1, 13, ask(1)).error_code, E::FetchSessionTopicIdError.code());
    assert_eq!(world.fetched(2, 12, ask(1)).error_code, E::FetchSessionIdNotFound.code(), "each broker has its own");
    assert_eq!(world.fetched(1, 12, ask(1)).error_code, 0);
}

#[test]
fn sessions_are_bounded_and_idle_ones_give_way() {
    let mut world = World::with(&[("max.incremental.fetch.session.cache.slots", "2")], &[]);
    let begin = |world: &mut World| {
        let mut client = Client { positions: BTreeMap::from([(0, 0)]), ..Client::default() };
        client.fetch(world);
        client.session
    };
    assert_ne!(begin(&mut world), 0);
    assert_ne!(begin(&mut world), 0);
    assert_eq!(begin(&mut world), 0, "no place");
    world.pass(120_001);
    assert_ne!(begin(&mut world), 0);
}
