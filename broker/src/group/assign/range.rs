//! `range`: of each topic by itself, every subscriber gets a run of neighbouring partitions.

use std::collections::BTreeMap;

use super::{Input, Partitions};
use crate::metadata::TopicPartition;

/// Topics with the same number of partitions and the same subscribers are cut alike, so that they can be joined.
pub(crate) fn assign(input: &Input) -> BTreeMap<String, Partitions> {
    let mut out: BTreeMap<String, Partitions> =
        input.subscriptions.keys().map(|member| (member.clone(), Partitions::new())).collect();
    for (topic, count) in &input.topics {
        let mut readers: Vec<&String> =
            input.subscriptions.iter().filter(|(_, topics)| topics.contains(topic)).map(|(member, _)| member).collect();
        readers.sort_by_key(|member| input.instances.get(*member).unwrap_or(member));
        let mut next = 0;
        let mut left = i32::try_from(readers.len()).unwrap_or(i32::MAX);
        for reader in readers {
            let share = (count - next).div_euclid(left) + i32::from((count - next).rem_euclid(left) > 0);
            let run = (next..next + share).map(|partition| TopicPartition { topic: *topic, partition });
            out.entry(reader.clone()).or_default().extend(run);
            next += share;
            left -= 1;
        }
    }
    out
}
