//! The crate as its caller uses it, with shells in the place of brokers.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod control;
mod disk;
mod distribution;
mod fixture;
mod logs;
mod ports;
mod recovery;
mod supervisor;
