//! The data plane as clients meet it, under simulated time. `world` is the cluster and the clients.

mod fetch;
mod produce;
mod offsets;
mod sessions;
pub(crate) mod world;
