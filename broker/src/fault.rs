//! What can be made to fail on demand, as values: faults, which hold until they are lifted, and actions, which happen
//! once.
//!
//! Faults are state of the machine, so that a scenario with faults is as replayable as one without. Sockets only ask:
//! may this request go on ([`gate`]), is this broker's port open. What a fault does to leaders and in-sync replicas is
//! decided in [`control`](crate::control).

pub(crate) mod gate;
pub(crate) mod inject;
pub(crate) mod isolation;
pub(crate) mod refusal;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(crate) use inject::Faults;

/// Something that is wrong until it is lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// The broker was shut down: its ports refuse, its connections are cut, its leaders move at once.
    BrokerStopped {
        /// The broker.
        broker: i32,
    },
    /// The broker hangs: it accepts connections and requests and answers nothing until this is lifted. Its replicas leave
    /// the ISR after `replica.lag.time.max.ms`; after `broker.session.timeout.ms` it is fenced and its leaders move.
    BrokerFrozen {
        /// The broker.
        broker: i32,
    },
    /// The other brokers do not see the broker, but clients do: its leaders move at once; clients that ask it get the
    /// metadata as it was, and what needs the controller gets no answer until this is lifted.
    BrokerIsolated {
        /// The broker.
        broker: i32,
    },
    /// Appends fail with `KAFKA_STORAGE_ERROR`. (Apache Kafka would take the log directory offline; this does not.)
    DiskFull {
        /// The broker; every broker without it.
        broker: Option<i32>,
    },
    /// Chosen requests are delayed or fail.
    Requests(RequestFault),
}

/// Which requests meet with what. What is not given matches everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFault {
    /// The API by Kafka's name: `Produce`, `FindCoordinator`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// The broker that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broker: Option<i32>,
    /// The client's `client.id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// After how many requests the fault lifts itself. Default: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// What happens to them.
    pub mishap: Mishap,
}

impl RequestFault {
    /// Every request meets with this.
    pub fn any(mishap: Mishap) -> Self {
        Self { api: None, broker: None, client_id: None, times: None, mishap }
    }

    /// Requests of this API meet with this.
    pub fn api(api: &str, mishap: Mishap) -> Self {
        Self { api: Some(api.to_owned()), ..Self::any(mishap) }
    }

    /// Lifts itself after so many requests.
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Mishap {
    /// It is handled so much later. Requests behind it on its connection wait too, as in Kafka.
    Delay {
        /// Milliseconds.
        millis: u64,
    },
    /// It is not handled; the answer is this error wherever the response has room for one.
    Fail {
        /// Kafka's name, as `NOT_LEADER_OR_FOLLOWER`, or its number.
        error: String,
    },
    /// It is not handled, and its connection is cut.
    Disconnect,
}

/// Something that happens once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Another replica leads the partition.
    MoveLeader {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The new leader; the next in-sync replica without it.
        to: Option<i32>,
    },
    /// The coordinator of a key loses its memory and reads it back from its log, with a new leader epoch.
    ForgetCoordinator {
        /// What it coordinates.
        coordinator: Coordinator,
        /// The group or transactional id.
        key: String,
    },
    /// The cluster's clock jumps, and what is due then happens.
    ShiftClock {
        /// Milliseconds; negative goes back, and timers wait that much longer.
        millis: i64,
    },
    /// Retention and compaction run now.
    Clean,
}

/// Kinds of coordinators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coordinator {
    /// Of consumer groups.
    Group,
    /// Of transactions.
    Transaction,
    /// Of share groups' state.
    Share,
}

/// A fault that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultInForce {
    /// Its number, to lift it by.
    pub id: u32,
    /// What is wrong.
    #[serde(flatten)]
    pub fault: Fault,
    /// Since when, in milliseconds of the cluster's clock.
    pub since: i64,
    /// How many requests have met with it.
    pub hits: u64,
}
