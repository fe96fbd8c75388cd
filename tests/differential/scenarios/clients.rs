//! What whole clients do: each scenario is the same program on both clusters.

use crate::Scenario;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("java: a topic from birth to death", |world| world.java("a topic from birth to death")),
    ("java: topics that are refused", |world| world.java("topics that are refused")),
    ("java: partitions are added", |world| world.java("partitions are added")),
    ("java: topic configs are altered", |world| world.java("topic configs are altered")),
    ("java: configs that are refused", |world| world.java("configs that are refused")),
    ("java: broker configs are altered", |world| world.java("broker configs are altered")),
    ("java: records are deleted", |world| world.java("records are deleted")),
    ("java: offsets by time", |world| world.java("offsets by time")),
    ("java: quotas are altered", |world| world.java("quotas are altered")),
    ("java: scram users are altered", |world| world.java("scram users are altered")),
    ("java: acls are altered", |world| world.java("acls are altered")),
    ("java: a partition is reassigned", |world| world.java("a partition is reassigned")),
    ("java: leaders are elected", |world| world.java("leaders are elected")),
    ("java: what the cluster says", |world| world.java("what the cluster says")),
    ("java: features", |world| world.java("features")),
    ("java: producing what is refused", |world| world.java("producing what is refused")),
    ("java: every codec", |world| world.java("every codec")),
    ("java: headers nulls and timestamps", |world| world.java("headers nulls and timestamps")),
    ("java: a compacted topic wants keys", |world| world.java("a compacted topic wants keys")),
    ("java: log append time", |world| world.java("log append time")),
    ("java: two consumers share a topic", |world| world.java("two consumers share a topic")),
    ("java: two cooperative consumers share a topic", |world| world.java("two cooperative consumers share a topic")),
    ("java: two consumers of the new protocol share a topic", |world| {
        world.java("two consumers of the new protocol share a topic");
    }),
    ("java: a static member comes back", |world| world.java("a static member comes back")),
    ("java: group offsets", |world| world.java("group offsets")),
    ("java: groups that are refused", |world| world.java("groups that are refused")),
    ("java: a transaction is committed and one is aborted", |world| {
        world.java("a transaction is committed and one is aborted");
    }),
    ("java: a fenced producer", |world| world.java("a fenced producer")),
    ("java: offsets in a transaction", |world| world.java("offsets in a transaction")),
    ("java: a transaction that times out", |world| world.java("a transaction that times out")),
    ("java: producers are described", |world| world.java("producers are described")),
];
