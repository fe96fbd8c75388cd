//! Which value of a config holds: dynamic over static over default.

use std::collections::BTreeMap;

use super::definition::{Scope, definitions};
use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// A cluster-wide broker config's value: dynamic over static over Kafka's default; empty where there is none.
pub(crate) fn broker_str<'a>(machine: &'a Machine, name: &str) -> &'a str {
    set(machine, name)
        .or_else(|| definitions(Scope::Broker).get(name).and_then(|definition| definition.default))
        .unwrap_or_default()
}

/// As [`broker_str`], for a config that is a number; 0 where it has no value.
pub(crate) fn broker_i64(machine: &Machine, name: &str) -> i64 {
    broker_str(machine, name).trim().parse().unwrap_or(0)
}

/// As [`broker_str`], for a config that is true or false.
pub(crate) fn broker_bool(machine: &Machine, name: &str) -> bool {
    broker_str(machine, name).trim().eq_ignore_ascii_case("true")
}

/// A broker config's value where someone has set it.
pub(crate) fn set<'a>(machine: &'a Machine, name: &str) -> Option<&'a str> {
    places(machine).into_iter().flatten().find_map(|place| place.get(name)).map(String::as_str)
}

/// Where a broker config may be set for the whole cluster, nearest first.
pub(super) fn places(machine: &Machine) -> [Option<&BTreeMap<String, String>>; 2] {
    let cluster_wide = ConfigResource { kind: ConfigResource::BROKER, name: String::new() };
    [machine.metadata.configs.get(&cluster_wide), Some(&machine.settings.configs)]
}
