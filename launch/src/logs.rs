//! Log files: one per process, rotated by size, readable while they are written.
//!
//! A line goes to the file as the process wrote it. The newest file is `NAME.log`; older ones are `NAME.log.1` and so on.

mod follow;
mod pump;
mod read;
mod sink;

pub use follow::Follow;
pub(crate) use pump::Pumps;
pub use read::tail;
pub use sink::Rotation;
pub(crate) use sink::Sink;

/// How many of the last lines explain an end.
pub const EXCERPT: usize = 20;
