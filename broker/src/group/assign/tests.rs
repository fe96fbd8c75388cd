//! Claims about the assignors.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use uuid::Uuid;

use super::{Assignor, Input, Partitions};
use crate::metadata::TopicPartition;

fn topic(number: u8) -> Uuid {
    Uuid::from_u128(u128::from(number))
}

fn key(number: u8, partition: i32) -> TopicPartition {
    TopicPartition { topic: topic(number), partition }
}

fn input(members: &[(&str, &[u8])], topics: &[(u8, i32)]) -> Input {
    let of = |topics: &[u8]| topics.iter().map(|number| topic(*number)).collect::<BTreeSet<Uuid>>();
    Input {
        subscriptions: members.iter().map(|(id, topics)| ((*id).to_owned(), of(topics))).collect(),
        topics: topics.iter().map(|(number, count)| (topic(*number), *count)).collect(),
        ..Input::default()
    }
}

fn sizes(assignment: &BTreeMap<String, Partitions>) -> Vec<usize> {
    assignment.values().map(Partitions::len).collect()
}

#[test]
fn range_gives_runs_of_each_topic_and_the_first_members_the_rest() {
    let out = Assignor::Range.assign(&input(&[("a", &[1, 2]), ("b", &[1, 2]), ("c", &[1])], &[(1, 4), (2, 3)]));
    assert_eq!(out["a"], Partitions::from([key(1, 0), key(1, 1), key(2, 0), key(2, 1)]));
    assert_eq!(out["b"], Partitions::from([key(1, 2), key(2, 2)]));
    assert_eq!(out["c"], Partitions::from([key(1, 3)]));
}

#[test]
fn range_sorts_static_members_by_their_instance() {
    let mut input = input(&[("a", &[1]), ("b", &[1])], &[(1, 2)]);
    input.instances = BTreeMap::from([("a".to_owned(), "z".to_owned()), ("b".to_owned(), "y".to_owned())]);
    assert_eq!(Assignor::Range.assign(&input)["b"], Partitions::from([key(1, 0)]));
}

#[test]
fn uniform_spreads_over_topics() {
    let out = Assignor::Uniform.assign(&input(&[("a", &[1, 2]), ("b", &[1, 2]), ("c", &[1, 2])], &[(1, 2), (2, 2)]));
    assert_eq!(sizes(&out), [2, 1, 1]);
}

#[test]
fn a_member_whose_topics_do_not_exist_gets_nothing() {
    for assignor in [Assignor::Uniform, Assignor::Range] {
        let out = assignor.assign(&input(&[("a", &[9]), ("b", &[1])], &[(1, 2)]));
        assert_eq!((out["a"].len(), out["b"].len()), (0, 2));
    }
}

#[test]
fn uniform_moves_no_more_than_a_newcomers_share() {
    let mut input = input(&[("a", &[1]), ("b", &[1])], &[(1, 9)]);
    input.last = Assignor::Uniform.assign(&input);
    input.subscriptions.insert("c".to_owned(), BTreeSet::from([topic(1)]));
    let next = Assignor::Uniform.assign(&input);
    assert_eq!(sizes(&next), [3, 3, 3]);
    for member in ["a", "b"] {
        assert!(next[member].is_subset(&input.last[member]), "who was there only gives away");
    }
}

/// Groups of up to six members with any of four topics.
fn groups() -> impl Strategy<Value = Input> {
    let members = prop::collection::btree_map("[a-f]", prop::collection::btree_set(1..5_u8, 0..5), 1..7);
    let topics = prop::collection::btree_map(1..5_u8, 0..9_i32, 0..5);
    (members, topics).prop_map(|(members, topics)| Input {
        subscriptions: members.into_iter().map(|(id, of)| (id, of.into_iter().map(topic).collect())).collect(),
        topics: topics.into_iter().map(|(number, count)| (topic(number), count)).collect(),
        ..Input::default()
    })
}

/// Every partition that somebody reads has one owner, who reads its topic.
fn is_complete(input: &Input, out: &BTreeMap<String, Partitions>) -> bool {
    let owners = |key: TopicPartition| out.values().filter(|partitions| partitions.contains(&key)).count();
    let read = |topic: &Uuid| input.subscriptions.values().any(|topics| topics.contains(topic));
    let all = input
        .topics
        .iter()
        .flat_map(|(topic, count)| (0..*count).map(|partition| TopicPartition { topic: *topic, partition }));
    all.into_iter().all(|key| owners(key) == usize::from(read(&key.topic)))
        && out.iter().all(|(id, partitions)| partitions.iter().all(|key| input.subscriptions[id].contains(&key.topic)))
}

proptest! {
    #[test]
    fn every_partition_has_one_owner_that_reads_it(first in groups(), second in groups()) {
        for assignor in [Assignor::Uniform, Assignor::Range] {
            let out = assignor.assign(&first);
            prop_assert!(is_complete(&first, &out));
            let next = Input { last: out, ..second.clone() };
            prop_assert!(is_complete(&next, &assignor.assign(&next)));
        }
    }

    #[test]
    fn uniform_is_within_one_where_all_read_the_same(members in 1..8_usize, counts in prop::collection::vec(0..12_i32, 1..4)) {
        let topics: Vec<(u8, i32)> = (1..).zip(counts).collect();
        let all: Vec<u8> = topics.iter().map(|(number, _)| *number).collect();
        let names: Vec<String> = (0..members).map(|index| format!("m{index}")).collect();
        let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), all.as_slice())).collect();
        let sizes = sizes(&Assignor::Uniform.assign(&input(&members, &topics)));
        prop_assert!(sizes.iter().max().unwrap_or(&0) - sizes.iter().min().unwrap_or(&0) <= 1);
    }

    #[test]
    fn uniform_moves_the_least_that_balance_asks_for(before in 1..7_usize, after in 1..7_usize, count in 0..20_i32) {
        let named = |count: usize| (0..count).map(|index| format!("m{index}")).collect::<Vec<_>>();
        let of = |names: &[String]| {
            let members: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &[1_u8][..])).collect();
            input(&members, &[(1, count)])
        };
        let last = Assignor::Uniform.assign(&of(&named(before)));
        let next = Assignor::Uniform.assign(&Input { last: last.clone(), ..of(&named(after)) });
        let kept: usize = next.iter().map(|(id, now)| last.get(id).map_or(0, |was| now.intersection(was).count())).sum();
        // Whoever stays keeps all of it up to its new share, and as many shares are rounded up as there are left over.
        let (all, members) = (usize::try_from(count).unwrap_or(0), after);
        let (share, mut spare) = (all / members, all % members);
        let mut possible = 0;
        for was in named(after).iter().filter_map(|id| last.get(id)) {
            let extra = usize::from(was.len() > share && spare > 0);
            spare -= extra;
            possible += was.len().min(share + extra);
        }
        prop_assert_eq!(kept, possible);
    }

    #[test]
    fn nothing_moves_when_nothing_changes(group in groups()) {
        for assignor in [Assignor::Uniform, Assignor::Range] {
            let last = assignor.assign(&group);
            let again = assignor.assign(&Input { last: last.clone(), ..group.clone() });
            prop_assert_eq!(again, last);
        }
    }
}
