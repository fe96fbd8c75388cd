//! Sockets, and the clock that drives the machine.

pub(crate) mod connection;
pub(crate) mod door;
pub(crate) mod faults;
pub(crate) mod shared;
pub(crate) mod tls;
