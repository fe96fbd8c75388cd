//! Random interleavings of producers, timeouts, crashes and fencing, each from a seed that a failure names.
//!
//! After every step, `read_committed` shows exactly the records of committed transactions below the last stable offset,
//! in order; the last stable offset never moves back; and in the end no transaction is open. Run one seed alone with
//! `TRANSACTION_SEED=n`.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;

use super::world::{PARTITIONS, TIMEOUT_MS, World};
use crate::transaction::state::{Producer, State};

const IDS: [&str; 3] = ["a", "b", "c"];

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn partition(&mut self) -> i32 {
        i32::try_from(self.below(u64::try_from(PARTITIONS).expect("it is positive"))).expect("it is small")
    }
}

/// A process that produces: two of them share each transactional id.
#[derive(Default)]
struct Client {
    producer: Option<Producer>,
    sequences: BTreeMap<i32, i32>,
}

/// A record that was acknowledged: its partition, offset and value.
type Written = (i32, i64, String);

struct Run {
    seed: u64,
    random: Random,
    world: World,
    clients: Vec<Client>,
    open: BTreeMap<&'static str, Vec<Written>>,
    committed: Vec<Written>,
    stable: BTreeMap<i32, i64>,
    count: u64,
}

impl Run {
    fn new(seed: u64) -> Self {
        let clients = (0..6).map(|_| Client::default()).collect();
        let (random, world) = (Random(seed), World::new());
        let (open, stable) = (BTreeMap::new(), BTreeMap::new());
        Self { seed, random, world, clients, open, committed: Vec::new(), stable, count: 0 }
    }

    fn step(&mut self) {
        let client = usize::try_from(self.random.below(6)).expect("it is small");
        let id = IDS[client % IDS.len()];
        match self.random.below(100) {
            0..=9 => self.init(client, id),
            10..=64 => self.produce(client, id),
            65..=84 => self.end(client, id),
            85..=89 => self.crash(client, id),
            90..=96 => self.world.pass(i64::try_from(self.random.below(5_000)).expect("it is small")),
            97 => self.world.pass(TIMEOUT_MS + 20_000),
            _ => self.world.restart(),
        }
        self.forget_aborted();
        self.check();
    }

    fn init(&mut self, client: usize, id: &'static str) {
        let answer = self.world.init(id);
        self.open.remove(id);
        match answer {
            Ok(producer) => self.clients[client] = Client { producer: Some(producer), sequences: BTreeMap::new() },
            Err(ResponseError::ConcurrentTransactions) => {}
            Err(error) => panic!("seed {}: InitProducerId of {id}: {error}", self.seed),
        }
    }

    fn produce(&mut self, client: usize, id: &'static str) {
        let Some(producer) = self.clients[client].producer else { return };
        let partition = self.random.partition();
        let sequence = self.clients[client].sequences.get(&partition).copied().unwrap_or(0);
        let value = format!("{}-{}", self.seed, self.count);
        self.count += 1;
        let is_current = self.world.machine.transactions.ids.get(id).is_some_and(|known| known.producer == producer);
        match self.world.produce(id, producer, partition, sequence, &value) {
            Ok(offset) => {
                assert!(is_current, "seed {}: a producer that was fenced has written", self.seed);
                self.clients[client].sequences.insert(partition, sequence + 1);
                self.open.entry(id).or_default().push((partition, offset, value));
            }
            Err(error) => {
                assert!(!is_current, "seed {}: the producer of {id} was refused: {error}", self.seed);
                self.clients[client].producer = None;
            }
        }
    }

    fn end(&mut self, client: usize, id: &'static str) {
        let Some(producer) = self.clients[client].producer else { return };
        let commit = self.random.below(3) > 0;
        match self.world.end(id, producer, commit) {
            Ok(next) => {
                if self.random.below(3) == 0 {
                    assert_eq!(self.world.end(id, producer, commit), Ok(next), "seed {}: a retry", self.seed);
                }
                self.ended(id, commit);
                self.clients[client] = Client { producer: Some(next), sequences: BTreeMap::new() };
            }
            Err(ResponseError::InvalidTxnState) => {}
            Err(_) => self.clients[client].producer = None,
        }
    }

    fn crash(&mut self, client: usize, id: &'static str) {
        let Some(producer) = self.clients[client].producer else { return };
        let (commit, writes) = (self.random.below(2) == 0, self.random.below(5));
        let writes = usize::try_from(writes).expect("it is small");
        if self.world.crash_in_end(id, producer, commit, writes) {
            self.ended(id, commit);
        }
        self.clients[client].producer = None;
    }

    fn ended(&mut self, id: &'static str, commit: bool) {
        let written = self.open.remove(id).unwrap_or_default();
        if commit {
            self.committed.extend(written);
        }
    }

    /// Timeouts abort without a client's doing.
    fn forget_aborted(&mut self) {
        let ids = &self.world.machine.transactions.ids;
        self.open.retain(|id, _| ids.get(*id).is_some_and(|known| known.state == State::Ongoing));
    }

    fn check(&mut self) {
        for partition in 0..PARTITIONS {
            let stable = self.world.stable(partition);
            let before = self.stable.insert(partition, stable).unwrap_or(0);
            assert!(before <= stable, "seed {}: the last stable offset moved from {before} to {stable}", self.seed);
            let own = self.committed.iter().filter(|(place, offset, _)| *place == partition && *offset < stable);
            let mut expected: Vec<(i64, &String)> = own.map(|(_, offset, value)| (*offset, value)).collect();
            expected.sort();
            let expected: Vec<&String> = expected.into_iter().map(|(_, value)| value).collect();
            let visible = self.world.visible(partition);
            assert!(visible.iter().eq(expected), "seed {}: partition {partition} shows {visible:?}", self.seed);
        }
    }

    fn finish(mut self) {
        self.world.pass(TIMEOUT_MS + 20_000);
        self.forget_aborted();
        self.check();
        for partition in 0..PARTITIONS {
            let (stable, end) = (self.world.stable(partition), self.world.end_offset(partition));
            assert_eq!(stable, end, "seed {}: a transaction is open in partition {partition}", self.seed);
        }
    }
}

#[test]
fn read_committed_shows_exactly_what_was_committed() {
    let one = std::env::var("TRANSACTION_SEED").ok().and_then(|seed| seed.parse().ok());
    for seed in one.map_or(0..150, |seed: u64| seed..seed + 1) {
        let mut run = Run::new(seed);
        for _ in 0..200 {
            run.step();
        }
        run.finish();
    }
}
