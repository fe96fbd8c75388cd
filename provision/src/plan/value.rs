//! Whether two texts are the same value of a topic setting.
//!
//! Kafka answers with its own spelling: `TRUE` comes back as `true`, `compact, delete` as `compact,delete`. A plan
//! that compared texts would never become empty.

use std::collections::BTreeMap;

/// Whether Kafka reads both texts as the same value.
pub(crate) fn same_value(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one == other || same_number(one, other) || same_boolean(one, other) || same_list(one, other)
}

/// Whether two sets of overrides are the same.
pub(crate) fn same_config(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> bool {
    let same = |(key, value): (&String, &String)| other.get(key).is_some_and(|other| same_value(value, other));
    one.len() == other.len() && one.iter().all(same)
}

fn same_number(one: &str, other: &str) -> bool {
    match (one.parse::<i128>(), other.parse::<i128>()) {
        (Ok(one), Ok(other)) => one == other,
        // A fraction such as `min.cleanable.dirty.ratio`, for which `.5` and `0.5` are the same text to a person.
        _ => {
            matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one.total_cmp(&other).is_eq())
        }
    }
}

fn same_boolean(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other) && matches!(one.to_ascii_lowercase().as_str(), "true" | "false")
}

fn same_list(one: &str, other: &str) -> bool {
    one.contains(',') && one.split(',').map(str::trim).eq(other.split(',').map(str::trim))
}
