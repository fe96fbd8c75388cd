//! Whether brokers answer, and how far consumer groups are behind.
//!
//! Both are asked often, by readiness checks and by `status`, so they give up early: see [`PROBE_DEADLINE`] and
//! [`LAG_TIMEOUTS`]. Nothing is written here.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use topology::name::GroupId;

use crate::cluster::Cluster;
use crate::connection::{Connection, Timeouts};
use crate::error::Error;

/// How long [`probe`] waits for the slowest broker.
pub const PROBE_DEADLINE: Duration = Duration::from_millis(1_500);

/// How long [`group_lag`] waits at most, where the connection's own timeouts are longer: a frozen broker then costs a
/// `status` a few seconds, and its partitions are shown without an end.
pub const LAG_TIMEOUTS: Timeouts = Timeouts { request: Duration::from_millis(1_500), call: Duration::from_secs(3) };

/// How far a consumer group is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupStatus {
    /// Its id.
    pub group: String,
    /// Kafka's word for its state, such as `Stable`, `Empty` or `PreparingRebalance`; `Absent` if Kafka does not know it.
    pub state: String,
    /// How many consumers are in it.
    pub members: usize,
    /// Each partition that it committed or has assigned, sorted.
    pub partitions: Vec<PartitionLag>,
    /// Records that are not yet committed, over all partitions; absent if no partition has both offsets.
    pub lag: Option<u64>,
    /// Why something is missing above: a phrase.
    pub problem: Option<String>,
}

/// How far a consumer group is on one partition.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PartitionLag {
    /// The topic.
    pub topic: String,
    /// The partition, from 0.
    pub partition: i32,
    /// The offset of the next record to handle; absent if none was committed yet.
    pub committed: Option<i64>,
    /// The offset that the next record written will get; absent if the leader does not answer.
    pub end: Option<i64>,
    /// `end` minus `committed`, at least 0.
    pub lag: Option<u64>,
}

/// How far these groups are, in the given order.
///
/// A group that cannot be read is in the answer with a `problem`; an error means that no broker answers at all.
pub async fn group_lag(connection: &Connection, groups: &[GroupId]) -> Result<Vec<GroupStatus>, Error> {
    let Timeouts { request, call } = connection.timeouts;
    let timeouts = Timeouts { request: request.min(LAG_TIMEOUTS.request), call: call.min(LAG_TIMEOUTS.call) };
    let cluster = Cluster::connect(&connection.clone().with_timeouts(timeouts)).await?;
    let names: Vec<&str> = groups.iter().map(GroupId::as_str).collect();
    cluster.groups(&names).await
}

/// Whether each of the connection's bootstrap servers answers, knows at least `brokers` live brokers, and a controller.
///
/// The error is a phrase for people, such as `127.0.0.1:9094: connection refused`. Takes at most [`PROBE_DEADLINE`].
pub async fn probe(connection: &Connection, brokers: usize) -> Result<(), String> {
    crate::cluster::probe(connection, brokers, PROBE_DEADLINE).await
}
