//! Random appends, reads, truncations and restarts against a list of offsets.

use proptest::prelude::*;

use super::{KEY, batch, in_memory, opened, ranges};
use crate::log::recovery::Stop;
use crate::log::{Log, Rolling};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<i64>, usize),
    Read(i64, i64, usize),
    DeleteBefore(i64),
    Find(i64),
    Restart(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (prop::collection::vec(0_i64..100, 1..5), 0_usize..200).prop_map(|(times, size)| Step::Append(times, size)),
        4 => (0_i64..80, 0_i64..80, 0_usize..2_000).prop_map(|(from, bound, max)| Step::Read(from, bound, max)),
        1 => (0_i64..60).prop_map(Step::DeleteBefore),
        2 => (0_i64..110).prop_map(Step::Find),
        1 => any::<bool>().prop_map(Step::Restart),
    ]
}

fn count(times: &[i64]) -> i64 {
    i64::try_from(times.len()).unwrap()
}

/// What a log should hold: each batch's first offset, its size in bytes, and its records' times.
#[derive(Debug, Default)]
struct Model {
    start: i64,
    batches: Vec<(i64, usize, Vec<i64>)>,
}

impl Model {
    fn end(&self) -> i64 {
        self.batches.last().map_or(0, |(first, _, times)| first + count(times))
    }

    fn readable(&self, from: i64, bound: i64) -> Vec<(i64, i64)> {
        let range = |(first, _, times): &(i64, usize, Vec<i64>)| (*first, first + count(times) - 1);
        self.batches.iter().map(range).filter(|(first, last)| *last >= from && *first < bound).collect()
    }

    fn find(&self, timestamp: i64) -> Option<(i64, i64)> {
        let records = self.batches.iter().flat_map(|(first, _, times)| (*first..).zip(times.iter().copied()));
        records.into_iter().find(|(offset, time)| *time >= timestamp && *offset >= self.start)
    }

    fn check(&mut self, log: &mut Log, step: &Step) {
        match step {
            Step::Append(times, padding) => {
                let bytes = batch(times, *padding);
                assert_eq!(log.append(&bytes, 0).unwrap(), self.end());
                self.batches.push((self.end(), bytes.len(), times.clone()));
            }
            Step::Read(from, bound, max) if *from >= self.start => {
                let got = ranges(&log.read(*from, (*bound).min(self.end()), *max).unwrap());
                let all = self.readable(*from, (*bound).min(self.end()));
                assert!(all.starts_with(&got), "{got:?} of {all:?}");
                assert_eq!(got.is_empty(), all.is_empty() || *from >= *bound);
            }
            Step::DeleteBefore(offset) => {
                log.delete_before(*offset).unwrap();
                self.start = self.start.max((*offset).min(self.end()));
            }
            Step::Find(timestamp) => {
                let found = log.at_time(*timestamp).unwrap();
                assert_eq!(found.map(|found| (found.offset, found.timestamp)), self.find(*timestamp));
            }
            Step::Read(..) | Step::Restart(_) => {}
        }
        assert_eq!((log.start_offset(), log.end_offset()), (self.start, self.end()));
    }
}

const ROLLING: Rolling = Rolling { bytes: 600, ms: i64::MAX };

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_log_in_memory_is_a_list_of_batches(steps in prop::collection::vec(step(), 1..60)) {
        let mut logs = in_memory();
        let log = logs.get_mut(KEY).unwrap();
        log.set_rolling(ROLLING);
        let mut model = Model::default();
        for step in &steps {
            model.check(log, step);
        }
    }

    #[test]
    fn a_log_on_disk_is_a_list_of_batches(steps in prop::collection::vec(step(), 1..60)) {
        let folder = tempfile::tempdir().unwrap();
        let mut logs = opened(folder.path(), Stop::Clean).0;
        let mut model = Model::default();
        for step in &steps {
            if let Step::Restart(clean) = step {
                let (again, truncated) = opened(folder.path(), if *clean { Stop::Clean } else { Stop::Unclean });
                assert_eq!(truncated, []);
                logs = again;
            }
            let log = logs.get_mut(KEY).unwrap();
            log.set_rolling(ROLLING);
            model.check(log, step);
        }
    }
}
