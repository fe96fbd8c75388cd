//! Avro's logical types: values with a meaning beyond their encoding.
//!
//! * [`time`]: dates, times of day and timestamps, each the number that is encoded.
//! * [`decimal`]: numbers with a fixed number of digits after the point.
//! * [`uuid`] and [`duration`].
//!
//! They are thin on purpose: calendars and time zones belong to the crates for them.

pub mod time;
pub mod decimal;
pub mod uuid;
pub mod duration;

pub use decimal::Decimal;
pub use duration::Duration;
pub use time::{
    Date, LocalTimestampMicros, LocalTimestampMillis, LocalTimestampNanos, TimeMicros, TimeMillis, TimestampMicros,
    TimestampMillis, TimestampNanos,
};
pub use uuid::Uuid;
