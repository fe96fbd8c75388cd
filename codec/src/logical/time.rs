//! Dates, times of day and timestamps.
//!
//! Each is a newtype of the number that is encoded; `Display` is ISO 8601 in the proleptic Gregorian calendar.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::{Cursor, Decode, DecodeError, Encode, encode};

macro_rules! newtype {
    ($(#[$doc:meta])* $name:ident($number:ty), $codec:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $number);

        impl Encode for $name {
            #[inline]
            fn encode(&self, out: &mut Vec<u8>) {
                encode::$codec(self.0, out);
            }
        }

        impl Decode for $name {
            #[inline]
            fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
                cursor.$codec().map(Self)
            }
        }

        impl From<$number> for $name {
            fn from(number: $number) -> Self {
                Self(number)
            }
        }

        impl From<$name> for $number {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

newtype! {
    /// `date`: days since 1970-01-01, in no time zone.
    Date(i32), int
}
newtype! {
    /// `time-millis`: milliseconds since midnight, in no time zone.
    TimeMillis(i32), int
}
newtype! {
    /// `time-micros`: microseconds since midnight, in no time zone.
    TimeMicros(i64), long
}

/// A number of units since an instant that is written as `1970-01-01T00:00:00`.
macro_rules! timestamp {
    ($(#[$doc:meta])* $name:ident, $per_second:literal, $suffix:literal) => {
        newtype! {
            $(#[$doc])*
            $name(i64), long
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let second = self.0.div_euclid($per_second);
                write_date(second.div_euclid(SECONDS_PER_DAY), f)?;
                f.write_str("T")?;
                let second = second.rem_euclid(SECONDS_PER_DAY);
                write_time(second, self.0.rem_euclid($per_second), $per_second, f)?;
                f.write_str($suffix)
            }
        }
    };
}

/// A timestamp that is an instant, which the system's clock can tell.
macro_rules! instant {
    ($(#[$doc:meta])* $name:ident, $per_second:literal) => {
        timestamp! {
            $(#[$doc])*
            $name, $per_second, "Z"
        }

        impl $name {
            /// What the system's clock says.
            pub fn now() -> Self {
                SystemTime::now().into()
            }

            /// The instant as the system's clock knows it, unless that cannot tell it.
            pub fn to_system_time(self) -> Option<SystemTime> {
                let distance = self.0.unsigned_abs();
                let nanos = u32::try_from(distance % $per_second).ok()? * (1_000_000_000 / $per_second);
                let distance = Duration::new(distance / $per_second, nanos);
                if self.0 < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) }
            }
        }

        impl From<SystemTime> for $name {
            /// The last representable instant that is not after this one; the nearest one if it is out of range.
            fn from(time: SystemTime) -> Self {
                let nanos_per_unit: i128 = 1_000_000_000 / $per_second;
                let nanos = nanos_since_epoch(time).div_euclid(nanos_per_unit);
                Self(i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX }))
            }
        }
    };
}

instant! {
    /// `timestamp-millis`: an instant, in milliseconds since 1970-01-01T00:00:00Z.
    TimestampMillis, 1_000
}
instant! {
    /// `timestamp-micros`: an instant, in microseconds since 1970-01-01T00:00:00Z.
    TimestampMicros, 1_000_000
}
instant! {
    /// `timestamp-nanos`: an instant, in nanoseconds since 1970-01-01T00:00:00Z; it reaches from 1677 to 2262.
    TimestampNanos, 1_000_000_000
}
timestamp! {
    /// `local-timestamp-millis`: a date and time in no time zone, in milliseconds since 1970-01-01T00:00:00.
    LocalTimestampMillis, 1_000, ""
}
timestamp! {
    /// `local-timestamp-micros`: a date and time in no time zone, in microseconds since 1970-01-01T00:00:00.
    LocalTimestampMicros, 1_000_000, ""
}
timestamp! {
    /// `local-timestamp-nanos`: a date and time in no time zone, in nanoseconds since 1970-01-01T00:00:00.
    LocalTimestampNanos, 1_000_000_000, ""
}

const SECONDS_PER_DAY: i64 = 86_400;

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_date(self.0.into(), f)
    }
}

impl fmt::Display for TimeMillis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = i64::from(self.0);
        write_time(millis.div_euclid(1_000), millis.rem_euclid(1_000), 1_000, f)
    }
}

impl fmt::Display for TimeMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_time(self.0.div_euclid(1_000_000), self.0.rem_euclid(1_000_000), 1_000_000, f)
    }
}

fn nanos_since_epoch(time: SystemTime) -> i128 {
    let nanos = |distance: Duration| i128::try_from(distance.as_nanos()).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => nanos(after),
        Err(before) => -nanos(before.duration()),
    }
}

/// Writes the date of a day counted from 1970-01-01. Years outside 0 to 9999 get a sign, as ISO 8601 expands them.
///
/// The algorithm shifts the year's start to March, so that the leap day is the last of a year, and counts in eras of
/// 400 years (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
fn write_date(day: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    match year {
        0..=9_999 => write!(f, "{year:04}-{month:02}-{day:02}"),
        _ => write!(f, "{year:+05}-{month:02}-{day:02}"),
    }
}

/// Writes a time of day and as many digits of its fraction as the unit has.
fn write_time(second: i64, fraction: i64, per_second: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (hour, minute, second) =
        (second.div_euclid(3_600), second.div_euclid(60).rem_euclid(60), second.rem_euclid(60));
    let digits = match per_second {
        1_000 => 3,
        1_000_000 => 6,
        _ => 9,
    };
    write!(f, "{hour:02}:{minute:02}:{second:02}.{fraction:0digits$}")
}
