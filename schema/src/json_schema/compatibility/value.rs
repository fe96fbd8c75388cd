//! JSON values as a validator sees them: `1` is `1.0`, and the keys of an object have no order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::json::{Json, JsonKind, Quoted};

/// The most digits with which divisibility is decided exactly: those of a 128-bit integer.
const MAX_DIGITS: i64 = 38;

/// A decimal number without rounding: `0.digits × 10^exponent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    /// Without zeros at either end; empty for zero.
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// The number, if this is one.
    pub(super) fn of(json: &Json) -> Option<Self> {
        match &json.kind {
            JsonKind::Number(text) => Some(Self::parse(text)),
            _ => None,
        }
    }

    fn parse(text: &str) -> Self {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let zeros = all.len() - significant.len();
        let digits = significant.trim_end_matches('0').to_owned();
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        let shift = offset(whole.len()) - offset(zeros);
        Self { negative, digits, exponent: power(exponent).saturating_add(shift) }
    }

    pub(super) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// A text that is equal for equal numbers.
    fn key(&self) -> String {
        format!("{}{}e{}", if self.negative { "-" } else { "" }, self.digits, self.exponent)
    }

    /// Whether this is a whole multiple of `divisor`; `None` for numbers with more digits than can be told.
    pub(super) fn is_multiple_of(&self, divisor: &Self) -> Option<bool> {
        let unit = (self.unit()).min(divisor.unit());
        let (value, divisor) = (self.scaled(unit)?, divisor.scaled(unit)?);
        value.checked_rem(divisor).map(|rest| rest == 0)
    }

    /// The power of ten of the last digit.
    fn unit(&self) -> i64 {
        self.exponent.saturating_sub(offset(self.digits.len()))
    }

    fn scaled(&self, unit: i64) -> Option<u128> {
        let zeros = self.unit().checked_sub(unit)?;
        if zeros + offset(self.digits.len()) > MAX_DIGITS {
            return None;
        }
        let digits: u128 = if self.digits.is_empty() { 0 } else { self.digits.parse().ok()? };
        digits.checked_mul(10_u128.checked_pow(u32::try_from(zeros).ok()?)?)
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

fn offset(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX / 4)
}

/// The value of an exponent, kept within bounds that can be added to.
fn power(text: &str) -> i64 {
    let bound = i64::MAX / 4;
    match text.parse::<i64>() {
        Ok(value) => value.clamp(-bound, bound),
        Err(_) if text.starts_with('-') => -bound,
        Err(_) => bound,
    }
}

/// A text that is equal for values that are equal to a validator.
pub(super) fn key(json: &Json) -> String {
    match &json.kind {
        JsonKind::Number(text) => Decimal::parse(text).key(),
        JsonKind::Array(items) => format!("[{}]", items.iter().map(key).collect::<Vec<_>>().join(",")),
        JsonKind::Object(members) => {
            let mut sorted = BTreeMap::new();
            for member in members {
                sorted.entry(&*member.key).or_insert(&member.value);
            }
            let members = sorted.into_iter().map(|(name, value)| format!("{}:{}", Quoted(name), key(value)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(","))
        }
        _ => json.to_string(),
    }
}

/// A value as it is shown in a message: compact, and cut where it is long.
pub(super) fn shown(json: &Json) -> String {
    const LONGEST: usize = 60;
    let text = json.to_string();
    if text.chars().count() <= LONGEST {
        return format!("`{text}`");
    }
    format!("`{}…`", text.chars().take(LONGEST).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::read;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text)
    }

    #[test]
    fn numbers_are_compared_without_rounding() {
        assert_eq!(number("1.50"), number("15e-1"));
        assert_eq!(number("-0"), number("0.000"));
        assert!(number("9007199254740993") > number("9007199254740992"));
        assert!(number("-2") < number("-1.5"));
        assert!(number("1e99999999999999999999") > number("1e400"));
        assert!(number("0.09") < number("0.1"));
        assert!(number("0") > number("-1e-999999999999999999999"));
    }

    #[test]
    fn multiples_are_exact() {
        assert_eq!(number("0.3").is_multiple_of(&number("0.1")), Some(true));
        assert_eq!(number("10").is_multiple_of(&number("3")), Some(false));
        assert_eq!(number("1e300").is_multiple_of(&number("7")), None);
        assert_eq!(number("0").is_multiple_of(&number("7")), Some(true));
    }

    #[test]
    fn equal_values_have_equal_keys() {
        let key = |text: &str| key(&read(text).unwrap());
        assert_eq!(key(r#"{"a":1,"b":[2.0]}"#), key(r#"{"b":[2],"a":1.0}"#));
        assert_ne!(key("1"), key("\"1\""));
        assert_ne!(key("[1,2]"), key("[2,1]"));
    }
}
