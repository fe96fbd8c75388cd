//! What the tests drive the binary with.
//!
//! * [`binary`]: where `topology` is, and one run of it with everything that it said.
//! * [`project`]: copies of the example project that a test may change.
//! * [`up`]: a running `topology up`, its lines, and how it is stopped.
//! * [`kafka`]: Apache Kafka itself, to be compared with.
//! * [`jars`]: Java libraries, to be compared with.
//! * [`poll`]: waiting for a condition with a deadline; nothing here sleeps for a fixed time and hopes.

pub mod binary;
pub mod jars;
pub mod kafka;
pub mod poll;
pub mod project;
pub mod up;
