//! Schema registries as processes, on an embedded cluster of their own: under `kill -9`, under faults of the cluster,
//! and with logs that other registries wrote.

mod crash;
mod faults;
mod foreign;
mod fleet;
