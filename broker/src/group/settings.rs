//! The configs that groups go by, with Kafka's defaults.

use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// A broker config: the cluster-wide dynamic value, else what the cluster was started with, else the default.
pub(crate) fn number(machine: &Machine, name: &str, default: i64) -> i64 {
    text(machine, name).and_then(|value| value.parse().ok()).unwrap_or(default)
}

/// As [`number`], for text.
pub(crate) fn text<'a>(machine: &'a Machine, name: &str) -> Option<&'a str> {
    let dynamic = machine.metadata.config(ConfigResource::BROKER, "", name);
    dynamic.or_else(|| machine.settings.configs.get(name).map(String::as_str))
}
