//! Makes a cluster and a registry match the topology: observe, plan, apply.
//!
//! In reading order:
//! * [`connection`]: where the cluster and the registry are, and how to talk to them.
//! * [`desired`]: what the topology asks for, as plain data.
//! * [`observe`](mod@observe): what the cluster and the registry have, read in bulk.
//! * [`contracts`]: whether declared schemas fit the versions that are registered; pure.
//! * [`plan`](mod@plan): the steps between the two; pure.
//! * [`render`]: a plan and a report as text.
//! * [`apply`](mod@apply): runs exactly the steps of a plan.
//! * [`status`]: whether brokers answer, and how far consumer groups are behind.
//! * [`error`]: what can go wrong, in words that say what to do.
//!
//! Kafka is spoken in one private module, `cluster`, and the registry's REST API in another, [`registry`]; nothing
//! else knows how. Deletion is never implied: what the manifest does not name is reported, not removed.

pub mod connection;
mod cluster;
pub mod registry;
pub mod desired;
pub mod observe;
pub mod contracts;
pub mod plan;
pub mod render;
pub mod apply;
pub mod status;
pub mod error;

pub use apply::{Event, Outcome, Parallelism, Report, apply};
pub use connection::{Connection, Timeouts};
pub use desired::Desired;
pub use error::Error;
pub use observe::{Observed, observe};
pub use plan::{Plan, plan};
pub use status::{GroupStatus, group_lag, probe};
