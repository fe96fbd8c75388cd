//! Server-side assignors: who of a consumer group reads which partition.
//!
//! Each is a pure function from subscriptions, partitions and the last assignment to the next one.

pub(crate) mod range;
pub(crate) mod uniform;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use crate::metadata::TopicPartition;

/// Partitions of one member.
pub(crate) type Partitions = BTreeSet<TopicPartition>;

/// What an assignor goes by.
#[derive(Clone, Debug, Default)]
pub(crate) struct Input {
    /// Each member's topics, by member id.
    pub(crate) subscriptions: BTreeMap<String, BTreeSet<Uuid>>,
    /// The instance ids of static members: they sort by these, so that their share outlives their member id.
    pub(crate) instances: BTreeMap<String, String>,
    /// How many partitions each topic has.
    pub(crate) topics: BTreeMap<Uuid, i32>,
    /// The last assignment.
    pub(crate) last: BTreeMap<String, Partitions>,
}

/// The assignors that there are, the default first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assignor {
    Uniform,
    Range,
}

impl Assignor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Range => "range",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        [Self::Uniform, Self::Range].into_iter().find(|assignor| assignor.name() == name)
    }

    /// The next assignment; every member has an entry.
    pub(crate) fn assign(self, input: &Input) -> BTreeMap<String, Partitions> {
        match self {
            Self::Uniform => uniform::assign(input),
            Self::Range => range::assign(input),
        }
    }
}

#[cfg(test)]
mod tests;
