//! Log levels: Kafka treats them as configs of a broker that are forgotten when it ends.
//!
//! Nothing is logged under these names; they are here so that tools which set a level before they look for something
//! find what they expect.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;

use super::alter::Step;
use crate::machine::{Context, Machine};
use crate::wire::refusal::Refusal;

/// The loggers that people turn up.
const LOGGERS: [&str; 8] = [
    "kafka.authorizer.logger",
    "kafka.controller",
    "kafka.log.LogCleaner",
    "kafka.network.RequestChannel$",
    "kafka.request.logger",
    "kafka.server.KafkaApis",
    "root",
    "state.change.logger",
];

const LEVELS: [&str; 6] = ["DEBUG", "ERROR", "FATAL", "INFO", "TRACE", "WARN"];

/// The levels that were set, by broker and logger.
pub(crate) type Levels = BTreeMap<(i32, &'static str), &'static str>;

/// Every logger of a broker with its level.
pub(super) fn levels(machine: &Machine, broker: i32) -> Vec<(&'static str, &'static str)> {
    let root = machine.admin.levels.get(&(broker, "root")).copied().unwrap_or("INFO");
    let level = |name: &'static str| (name, machine.admin.levels.get(&(broker, name)).copied().unwrap_or(root));
    LOGGERS.into_iter().map(level).collect()
}

/// Sets and takes away levels.
///
/// # Errors
///
/// What Kafka says to the first step that cannot be taken; then none is.
pub(super) fn alter(
    machine: &mut Machine,
    cx: &Context,
    name: &str,
    steps: &[Step],
    validate_only: bool,
) -> Result<(), Refusal> {
    let id: i32 = name.parse().map_err(|_| invalid(format!("Node id must be an integer, but it is: {name}")))?;
    if id != cx.broker {
        return Err(invalid(format!("Unexpected node id. Expected {}, but received {name}", cx.broker)));
    }
    let mut levels = machine.admin.levels.clone();
    for step in steps {
        let verb = match step.operation {
            Step::SET | Step::DELETE => "",
            Step::APPEND => "APPEND",
            Step::SUBTRACT => "SUBTRACT",
            other => return Err(invalid(format!("Unknown log4j operation {other}"))),
        };
        if !verb.is_empty() {
            return Err(invalid(format!("{verb} operation is not allowed for the BROKER_LOGGER resource")));
        }
        let Some(logger) = LOGGERS.into_iter().find(|known| *known == step.name) else {
            return Err(config(format!("Logger {} does not exist!", step.name)));
        };
        if step.operation == Step::DELETE {
            if logger == "root" {
                return Err(invalid("Removing the log level of the root logger is not allowed"));
            }
            levels.remove(&(id, logger));
            continue;
        }
        let level = step.value.as_deref().unwrap_or_default();
        let Some(level) = LEVELS.into_iter().find(|known| *known == level) else {
            return Err(config(format!(
                "Cannot set the log level of {logger} to {level} as it is not a supported log level. Valid log levels \
                 are {}",
                LEVELS.join(", ")
            )));
        };
        levels.insert((id, logger), level);
    }
    if !validate_only {
        machine.admin.levels = levels;
    }
    Ok(())
}

fn config(words: String) -> Refusal {
    Refusal::new(ResponseError::InvalidConfig, words)
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new(ResponseError::InvalidRequest, words)
}
