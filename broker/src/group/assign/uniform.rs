//! `uniform`: everyone gets as many partitions as everyone else, within one, and keeps what it had where it can.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{Input, Partitions};
use crate::metadata::TopicPartition;

/// Keeps what is still valid, gives what is free to whoever has least, and moves what balance asks for.
pub(crate) fn assign(input: &Input) -> BTreeMap<String, Partitions> {
    let mut readers: BTreeMap<Uuid, Vec<&String>> = BTreeMap::new();
    for (member, topics) in &input.subscriptions {
        for topic in topics {
            readers.entry(*topic).or_default().push(member);
        }
    }
    let (mut out, free) = keep(input);
    give(&mut out, free, &readers);
    balance(&mut out, &readers);
    out
}

/// What members had and may keep, and the partitions that then have no owner.
fn keep(input: &Input) -> (BTreeMap<String, Partitions>, Vec<TopicPartition>) {
    let mut taken = Partitions::new();
    let mut out = BTreeMap::new();
    for (member, topics) in &input.subscriptions {
        let valid = |key: &TopicPartition| {
            topics.contains(&key.topic) && input.topics.get(&key.topic).is_some_and(|count| key.partition < *count)
        };
        let last = input.last.get(member).into_iter().flatten().copied();
        let kept: Partitions = last.filter(|key| valid(key) && taken.insert(*key)).collect();
        out.insert(member.clone(), kept);
    }
    let all = input
        .topics
        .iter()
        .flat_map(|(topic, count)| (0..*count).map(move |partition| TopicPartition { topic: *topic, partition }));
    let free = all.filter(|key| !taken.contains(key)).collect();
    (out, free)
}

/// Gives each free partition to the reader of its topic that has least; topics with few readers come first.
fn give(out: &mut BTreeMap<String, Partitions>, mut free: Vec<TopicPartition>, readers: &BTreeMap<Uuid, Vec<&String>>) {
    free.sort_by_key(|key| (readers.get(&key.topic).map_or(0, Vec::len), *key));
    for key in free {
        let candidates = readers.get(&key.topic).into_iter().flatten();
        let least = candidates.min_by_key(|member| out.get(**member).map_or(0, Partitions::len));
        if let Some(member) = least {
            out.entry((*member).clone()).or_default().insert(key);
        }
    }
}

/// Moves partitions from who has most to who may read them and has at least two fewer. Each move narrows a gap, so
/// it ends.
fn balance(out: &mut BTreeMap<String, Partitions>, readers: &BTreeMap<Uuid, Vec<&String>>) {
    while let Some((from, to, key)) = next_move(out, readers) {
        if let Some(partitions) = out.get_mut(&from) {
            partitions.remove(&key);
        }
        out.entry(to).or_default().insert(key);
    }
}

fn next_move(
    out: &BTreeMap<String, Partitions>,
    readers: &BTreeMap<Uuid, Vec<&String>>,
) -> Option<(String, String, TopicPartition)> {
    let load = |member: &String| out.get(member).map_or(0, Partitions::len);
    let mut loaded: Vec<&String> = out.keys().collect();
    loaded.sort_by_key(|member| std::cmp::Reverse(load(member)));
    for from in loaded {
        // From the back: what came last goes first, so that low partitions rest.
        for key in out.get(from).into_iter().flatten().rev() {
            let to = readers.get(&key.topic).into_iter().flatten().min_by_key(|member| load(member));
            if let Some(to) = to
                && load(to) + 1 < load(from)
            {
                return Some((from.clone(), (*to).clone(), *key));
            }
        }
    }
    None
}
