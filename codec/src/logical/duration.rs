//! `duration`: an amount of months, days and milliseconds.

use std::fmt;

use crate::{Cursor, Decode, DecodeError, Encode};

/// `duration`: three numbers that do not convert into one another, because months and days vary in length.
///
/// It has no order: nobody can say whether a month is longer than 30 days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Duration {
    /// The number of months.
    pub months: u32,
    /// The number of days.
    pub days: u32,
    /// The number of milliseconds.
    pub millis: u32,
}

impl Encode for Duration {
    #[inline]
    fn encode(&self, out: &mut Vec<u8>) {
        for part in [self.months, self.days, self.millis] {
            out.extend_from_slice(&part.to_le_bytes());
        }
    }
}

impl Decode for Duration {
    #[inline]
    fn decode(cursor: &mut Cursor<'_>) -> Result<Self, DecodeError> {
        let mut part = || cursor.fixed().map(u32::from_le_bytes);
        Ok(Self { months: part()?, days: part()?, millis: part()? })
    }
}

impl fmt::Display for Duration {
    /// ISO 8601, such as `P1M2DT3.500S`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { months, days, millis } = self;
        write!(f, "P{months}M{days}DT{}.{:03}S", millis / 1_000, millis % 1_000)
    }
}
