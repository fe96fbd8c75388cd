//! An embedded Kafka cluster for development and tests: one process that answers as N brokers, without a JVM.
//!
//! Never for production: there is one store, and replication is logical. What a client can observe follows Apache
//! Kafka 4.3. In reading order:
//!
//! - `cluster`: the door: builds, starts and stops a cluster
//! - `wire`: frames, and what is served of Kafka's protocol
//! - `machine`: the pure state machine: a request in, a reply and effects out, time as a parameter
//! - `metadata`: brokers, topics, partitions, and the journal that keeps them
//! - `folder`: where a cluster's data is: whose, in use by whom, left how
//! - `config`: the settings of Kafka 4.3: types, defaults, ranges
//! - `records`: record batches
//! - `log`: segments, recovery, retention, compaction
//! - `data`: Produce, Fetch, ListOffsets and what belongs to them
//! - `contract`: records held to the schemas of a registry
//! - `group`: consumer groups, classic and KIP-848, and committed offsets
//! - `share`: share groups (KIP-932)
//! - `transaction`: the transaction coordinator
//! - `admin`: topics, configs, log directories, and the cluster's description
//! - `control`: leaders, replicas, reassignments, elections
//! - `quota`: client quotas, described, altered and enforced
//! - `security`: SASL, SCRAM users, ACLs
//! - `fault`: what can be made to fail on demand
//! - `net`: sockets, TLS, and the clock that drives the machine
//! - `status`: how a cluster is
//! - `remote`: a cluster that runs as a process, and how it is asked and told from outside

mod wire;
mod machine;
mod metadata;
mod folder;
mod config;
mod records;
mod log;
mod data;
mod contract;
mod group;
mod share;
mod transaction;
mod admin;
mod control;
mod quota;
mod security;
mod fault;
mod net;

mod error;
mod status;
pub mod remote;
mod cluster;

pub use cluster::{BrokerHandle, Builder, Cluster, Listener, Protocol, Started};
pub use error::{Error, FaultError};
pub use fault::{Action, Coordinator, Fault, FaultInForce, Mishap, RequestFault};
pub use folder::Recovery;
pub use log::recovery::Truncated;
pub use net::tls::{ClientCertificates, Tls, TlsError};
pub use remote::serve;
pub use status::{BrokerState, BrokerStatus, Status};
