//! Whether the configs of a topic, a group or a metrics subscription can stand together, checked in Kafka's order.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;

use super::definition::{Scope, definitions};
use super::{broker_bool, broker_i64, check};
use crate::machine::Machine;
use crate::wire::refusal::Refusal;

/// The configs that a resource sets itself.
pub(crate) type Set = BTreeMap<String, String>;

/// The longest value that Kafka's metadata log takes.
const LONGEST_VALUE: usize = 32_767;

/// Checks a topic's configs.
///
/// # Errors
///
/// What Kafka says to the first thing that is wrong.
pub(crate) fn topic(machine: &Machine, set: &Set) -> Result<(), Refusal> {
    known(Scope::Topic, set, "Unknown topic config name: ")?;
    values(Scope::Topic, set)?;
    let number = |name: &str| {
        let value = set.get(name).map(|value| value.trim().parse::<i64>());
        let default = || super::topic::inherited_number(machine, name);
        value.and_then(Result::ok).unwrap_or_else(default)
    };
    let (min, max) = (number("min.compaction.lag.ms"), number("max.compaction.lag.ms"));
    if min > max {
        return Err(invalid(format!(
            "conflict topic config setting min.compaction.lag.ms ({min}) > max.compaction.lag.ms ({max})"
        )));
    }
    let remote = set.get("remote.storage.enable").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    if remote && !broker_bool(machine, "remote.log.storage.system.enable") {
        return Err(invalid(
            "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
        ));
    }
    Ok(())
}

/// Checks a group's configs, against the bounds that the broker sets.
///
/// # Errors
///
/// What Kafka says to the first thing that is wrong.
pub(crate) fn group(machine: &Machine, set: &Set) -> Result<(), Refusal> {
    known(Scope::Group, set, "Unknown group config name: ")?;
    values(Scope::Group, set)?;
    let value = |name: &str| {
        let own = set.get(name).and_then(|value| value.trim().parse::<i64>().ok());
        own.unwrap_or_else(|| broker_i64(machine, &format!("group.{name}")))
    };
    for name in BOUNDED {
        let (kind, rest) = name.split_once('.').unwrap_or((name, ""));
        for (end, broken) in [("min", i64::lt as fn(&i64, &i64) -> bool), ("max", i64::gt)] {
            let bound = format!("group.{kind}.{end}.{rest}");
            if definitions(Scope::Broker).get(&bound).is_some() && broken(&value(name), &broker_i64(machine, &bound)) {
                let words = if end == "min" { "greater than or equal to" } else { "less than or equal to" };
                return Err(invalid(format!("{name} must be {words} {bound}")));
            }
        }
    }
    if value("streams.num.standby.replicas") > broker_i64(machine, "group.streams.max.standby.replicas") {
        let words = "streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas";
        return Err(invalid(words));
    }
    for kind in ["consumer", "share", "streams"] {
        let (session, heartbeat) = (format!("{kind}.session.timeout.ms"), format!("{kind}.heartbeat.interval.ms"));
        if value(&session) <= value(&heartbeat) {
            return Err(invalid(format!("{session} must be greater than {heartbeat}")));
        }
    }
    Ok(())
}

/// The group configs that the broker bounds, in the order in which Kafka looks at them.
const BOUNDED: [&str; 12] = [
    "consumer.heartbeat.interval.ms",
    "consumer.session.timeout.ms",
    "consumer.assignment.interval.ms",
    "share.heartbeat.interval.ms",
    "share.session.timeout.ms",
    "share.record.lock.duration.ms",
    "share.delivery.count.limit",
    "share.partition.max.record.locks",
    "share.assignment.interval.ms",
    "streams.heartbeat.interval.ms",
    "streams.session.timeout.ms",
    "streams.assignment.interval.ms",
];

/// Checks a metrics subscription's configs.
///
/// # Errors
///
/// What Kafka says to the first thing that is wrong.
pub(crate) fn client_metrics(set: &Set) -> Result<(), Refusal> {
    for (name, value) in set {
        match name.as_str() {
            "interval.ms" => {
                let interval: i64 = definitions(Scope::ClientMetrics)
                    .get(name)
                    .map_or(Ok(String::new()), |definition| definition.normal(value))
                    .map_err(invalid)?
                    .parse()
                    .unwrap_or(0);
                if !(100..=3_600_000).contains(&interval) {
                    let words = format!(
                        "Invalid value {value} for interval.ms, interval must be between 100 and 3600000 (1 hour)"
                    );
                    return Err(Refusal::new(ResponseError::InvalidRequest, words));
                }
            }
            "match" => check::list(value).into_iter().try_for_each(matches)?,
            "metrics" => {}
            _ => {
                let words = format!("Unknown client metrics configuration: {name}");
                return Err(Refusal::new(ResponseError::InvalidRequest, words));
            }
        }
    }
    values(Scope::ClientMetrics, set)
}

/// What a subscription may choose clients by.
const SELECTORS: [&str; 6] = [
    "client_instance_id",
    "client_id",
    "client_software_name",
    "client_software_version",
    "client_source_address",
    "client_source_port",
];

fn matches(pattern: &str) -> Result<(), Refusal> {
    let refuse = |words: String| Err(Refusal::new(ResponseError::InvalidConfig, words));
    match pattern.split_once('=') {
        Some((name, value)) if !value.contains('=') => {
            if SELECTORS.contains(&name.trim()) && regex_lite::Regex::new(value.trim()).is_ok() {
                Ok(())
            } else {
                refuse(format!("Illegal client matching pattern: {pattern}"))
            }
        }
        _ => refuse(format!("Illegal client matching pattern: {pattern}")),
    }
}

fn known(scope: Scope, set: &Set, words: &str) -> Result<(), Refusal> {
    let unknown = set.keys().find(|name| definitions(scope).get(name).is_none());
    unknown.map_or(Ok(()), |name| Err(invalid(format!("{words}{name}"))))
}

fn values(scope: Scope, set: &Set) -> Result<(), Refusal> {
    for definition in definitions(scope).iter() {
        if let Some(value) = set.get(definition.name) {
            definition.normal(value).map_err(invalid)?;
        }
    }
    Ok(())
}

/// Checks the length of a value.
///
/// # Errors
///
/// When Kafka's metadata log could not hold it.
pub(crate) fn length(value: &str) -> Result<(), Refusal> {
    if value.len() <= LONGEST_VALUE {
        return Ok(());
    }
    Err(invalid(format!(
        "The configuration value cannot be added because it exceeds the maximum value size of {LONGEST_VALUE} bytes."
    )))
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new(ResponseError::InvalidConfig, words)
}
