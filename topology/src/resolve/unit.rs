//! Durations and sizes with their units, as people write them: `7d`, `1h30m`, `200ms..30s`, `10MiB`.

use std::time::Duration;

use thiserror::Error;

/// Why a text is no quantity; the text finishes "it ...".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(super) enum UnitError {
    /// There is no number where one must be.
    #[error("does not begin with a number")]
    NoNumber,
    /// A number stands alone.
    #[error("has no unit")]
    NoUnit,
    /// The unit is not one of those that exist.
    #[error("has the unknown unit `{0}`")]
    UnknownUnit(String),
    /// The number does not fit 64 bits.
    #[error("is too large")]
    TooLarge,
}

const MILLISECONDS: &[(&str, u64)] =
    &[("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];

const BYTES: &[(&str, u64)] = &[
    ("B", 1),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("TiB", 1 << 40),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("TB", 1_000_000_000_000),
];

/// A duration such as `1h30m`.
pub(super) fn duration(text: &str) -> Result<Duration, UnitError> {
    sum(text, MILLISECONDS).map(Duration::from_millis)
}

/// A number of bytes such as `10MiB`.
pub(super) fn bytes(text: &str) -> Result<u64, UnitError> {
    sum(text, BYTES)
}

/// The sum of numbers with units, one after the other. It fits Kafka's `long`.
fn sum(text: &str, units: &[(&str, u64)]) -> Result<u64, UnitError> {
    let mut rest = text.trim();
    let mut total = 0_u64;
    loop {
        let (number, after) = leading(rest, |c| c.is_ascii_digit());
        if number.is_empty() {
            return Err(UnitError::NoNumber);
        }
        let (unit, after) = leading(after.trim_start_matches(' '), |c| !c.is_ascii_digit());
        let factor = match units.iter().find(|(name, _)| *name == unit.trim_end()) {
            Some((_, factor)) => *factor,
            None if unit.is_empty() => return Err(UnitError::NoUnit),
            None => return Err(UnitError::UnknownUnit(unit.trim_end().to_owned())),
        };
        let number: u64 = number.parse().map_err(|_| UnitError::TooLarge)?;
        total = number.checked_mul(factor).and_then(|part| total.checked_add(part)).ok_or(UnitError::TooLarge)?;
        if i64::try_from(total).is_err() {
            return Err(UnitError::TooLarge);
        }
        if after.is_empty() {
            return Ok(total);
        }
        rest = after;
    }
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !belongs(c)).unwrap_or(text.len()))
}
