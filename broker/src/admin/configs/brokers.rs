//! What a broker takes while it runs.

use kafka_protocol::error::ResponseError;

use super::alter::Step;
use crate::config::definition::{Scope, Type, Update, definitions};
use crate::config::sources::{self, listener_config};
use crate::config::validate::Set;
use crate::machine::{Context, Machine};
use crate::wire::refusal::Refusal;

/// Listener configs that all brokers may share.
const OF_ALL_LISTENERS: [&str; 3] = ["max.connections", "max.connection.creation.rate", "num.network.threads"];

/// Pools of threads, which grow to twice their size at most and shrink to half of it.
const THREADS: [&str; 5] = [
    "num.io.threads",
    "num.network.threads",
    "num.replica.fetchers",
    "num.recovery.threads.per.data.dir",
    "background.threads",
];

/// Checks that the broker that was asked is the one that is meant, or all are.
///
/// # Errors
///
/// When it is another.
pub(super) fn check_name(cx: &Context, name: &str) -> Result<(), Refusal> {
    if name.is_empty() {
        return Ok(());
    }
    let id: i32 = name.parse().map_err(|_| invalid(format!("Node id must be an integer, but it is: {name}")))?;
    if id == cx.broker {
        return Ok(());
    }
    Err(invalid(format!("Unexpected broker id, expected {}, but received {name}", cx.broker)))
}

/// Checks that only lists are appended to or subtracted from.
///
/// # Errors
///
/// When a config is not a list.
pub(super) fn check_lists(steps: &[Step]) -> Result<(), Refusal> {
    for step in steps {
        let verb = match step.operation {
            Step::APPEND => "append",
            Step::SUBTRACT => "subtract",
            Step::SET | Step::DELETE => continue,
            other => return Err(invalid(format!("Unknown operations type {other}"))),
        };
        let words = match definitions(Scope::Broker).get(&step.name) {
            Some(definition) if definition.kind == Type::List => continue,
            Some(_) => format!("Config value {verb} is not allowed for config key: {}", step.name),
            None => format!("Unknown config name: {}", step.name),
        };
        return Err(Refusal::new(ResponseError::InvalidConfig, words));
    }
    Ok(())
}

/// Checks what a broker would have set: one (`name` is its id) or all (`name` is empty).
///
/// # Errors
///
/// What Kafka says to the first thing that is wrong.
pub(super) fn check(machine: &Machine, broker: i32, name: &str, set: &Set) -> Result<(), Refusal> {
    let table = definitions(Scope::Broker);
    let fixed = |name: &&String| table.get(name).is_some_and(|definition| definition.update == Update::ReadOnly);
    refuse_all("Cannot update these configs dynamically", set.keys().filter(fixed).collect())?;
    let security = |name: &&String| name.starts_with("ssl.") && is_per_broker(name);
    let words = "These security configs can be dynamically updated only per-listener using the listener prefix";
    refuse_all(words, set.keys().filter(security).collect())?;
    for (name, value) in set {
        if let Some(definition) = table.get(listener_config(name).unwrap_or(name)) {
            definition.normal(value).map_err(invalid)?;
        }
    }
    if name.is_empty() {
        let one_broker = |name: &&String| match listener_config(name) {
            Some(base) => !OF_ALL_LISTENERS.contains(&base),
            None => is_per_broker(name),
        };
        let words = "Cannot update these configs at default cluster level, broker id must be specified";
        refuse_all(words, set.keys().filter(one_broker).collect())?;
    }
    check_threads(machine, broker, set)?;
    check_cleaner(machine, broker, set)?;
    check_local_retention(machine, broker, set)
}

fn is_per_broker(name: &str) -> bool {
    definitions(Scope::Broker).get(name).is_some_and(|definition| definition.update == Update::PerBroker)
}

fn refuse_all(words: &str, names: Vec<&String>) -> Result<(), Refusal> {
    if names.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = names.into_iter().map(String::as_str).collect();
    Err(invalid(format!("{words}: [{}]", names.join(", "))))
}

fn number(set: &Set, name: &str) -> Option<i64> {
    set.get(name)?.trim().parse().ok()
}

fn current(machine: &Machine, broker: i32, name: &str) -> i64 {
    let held = sources::of_broker(machine, broker, name);
    held.first().and_then(|held| held.value.trim().parse().ok()).unwrap_or(0)
}

fn check_threads(machine: &Machine, broker: i32, set: &Set) -> Result<(), Refusal> {
    for name in THREADS {
        let Some(new) = number(set, name) else { continue };
        let now = current(machine, broker, name);
        let failed = format!("Dynamic thread count update validation failed for {name}={new}");
        if new < now / 2 {
            return Err(nested(&format!("{failed}, value should be at least half the current value {now}")));
        }
        if new > now * 2 {
            return Err(nested(&format!("{failed}, value should not be greater than double the current value {now}")));
        }
    }
    Ok(())
}

fn check_cleaner(machine: &Machine, broker: i32, set: &Set) -> Result<(), Refusal> {
    let value = |name| number(set, name).unwrap_or_else(|| current(machine, broker, name));
    let (buffer, threads) = (value("log.cleaner.dedupe.buffer.size"), value("log.cleaner.threads"));
    if threads > 0 && buffer / threads <= 1 << 20 {
        return Err(invalid(
            "requirement failed: log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
        ));
    }
    Ok(())
}

fn check_local_retention(machine: &Machine, broker: i32, set: &Set) -> Result<(), Refusal> {
    for (local, whole) in
        [("log.local.retention.ms", "log.retention.ms"), ("log.local.retention.bytes", "log.retention.bytes")]
    {
        let Some(new) = number(set, local) else { continue };
        let bound = number(set, whole).unwrap_or_else(|| match whole {
            "log.retention.ms" => crate::config::topic::inherited_number(machine, "retention.ms"),
            _ => current(machine, broker, whole),
        });
        if bound != -1 && new > bound {
            let words = format!("Value must not be more than {whole} property value: {bound}");
            return Err(nested(&format!("Invalid value {new} for configuration {local}: {words}")));
        }
    }
    Ok(())
}

/// Kafka wraps what its reconfigurable parts say in another of its exceptions.
fn nested(words: &str) -> Refusal {
    invalid(format!(
        "Invalid value org.apache.kafka.common.config.ConfigException: {words} for configuration Invalid dynamic \
         configuration"
    ))
}

/// With eligible leader replicas, `min.insync.replicas` is one for the whole cluster.
///
/// # Errors
///
/// When one broker's would be set, or the cluster's taken away.
pub(super) fn check_in_sync(machine: &Machine, name: &str, now: &Set, then: &Set) -> Result<(), Refusal> {
    const IN_SYNC: &str = "min.insync.replicas";
    if machine.metadata.features.get("eligible.leader.replicas.version").is_none_or(|level| *level < 1) {
        return Ok(());
    }
    let words = if !name.is_empty() && now.get(IN_SYNC) != then.get(IN_SYNC) {
        "Broker-level min.insync.replicas cannot be altered while ELR is enabled."
    } else if name.is_empty() && now.contains_key(IN_SYNC) && !then.contains_key(IN_SYNC) {
        "Cluster-level min.insync.replicas cannot be removed while ELR is enabled."
    } else {
        return Ok(());
    };
    Err(Refusal::new(ResponseError::InvalidConfig, words))
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new(ResponseError::InvalidRequest, words)
}
