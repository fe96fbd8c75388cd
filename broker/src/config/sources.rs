//! Where a value comes from: every place that has one, nearest first, as DescribeConfigs tells it.

use kafka_protocol::protocol::StrBytes;

use super::definition::{Definition, Scope, Synonym, definitions};
use super::embedded;
use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// Where a value was set; the numbers are those of DescribeConfigs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Topic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    BrokerLogger = 6,
    ClientMetrics = 7,
    Group = 8,
}

/// A value in one of the places that may have one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    pub(crate) name: StrBytes,
    pub(crate) value: StrBytes,
    pub(crate) source: Source,
}

/// Every place that has a value for a broker config, nearest first.
pub(crate) fn of_broker(machine: &Machine, broker: i32, name: &str) -> Vec<Held> {
    let names = together(name);
    let mut held = Vec::new();
    let mut add = |name: &str, value: Option<String>, source| {
        if let Some(value) = value {
            let (name, value) = (StrBytes::from_string(name.to_owned()), StrBytes::from_string(value));
            held.push(Held { name, value, source });
        }
    };
    for (resource, source) in
        [(broker.to_string(), Source::DynamicBroker), (String::new(), Source::DynamicDefaultBroker)]
    {
        let resource = ConfigResource { kind: ConfigResource::BROKER, name: resource };
        let Some(set) = machine.metadata.configs.get(&resource) else { continue };
        for name in &names {
            add(name, set.get(*name).cloned(), source);
        }
    }
    for name in &names {
        let set = machine.settings.configs.get(*name).cloned();
        add(name, set.or_else(|| embedded::of_broker(machine, broker, name)), Source::StaticBroker);
    }
    for name in &names {
        let default = definitions(Scope::Broker).get(name).and_then(|definition| definition.default);
        add(name, default.map(str::to_owned), Source::Default);
    }
    held
}

/// The places that DescribeConfigs tells of: what comes before the first that has the config under its own name is left
/// out.
pub(crate) fn told_of_broker(machine: &Machine, broker: i32, name: &str) -> Vec<Held> {
    of_broker(machine, broker, name).into_iter().skip_while(|held| *held.name != *name).collect()
}

/// The configs that say the same thing in other units, the finest first.
fn together(name: &str) -> Vec<&str> {
    const ROLL: [&str; 2] = ["log.roll.ms", "log.roll.hours"];
    const JITTER: [&str; 2] = ["log.roll.jitter.ms", "log.roll.jitter.hours"];
    const RETENTION: [&str; 3] = ["log.retention.ms", "log.retention.minutes", "log.retention.hours"];
    match name {
        name if ROLL.contains(&name) => ROLL.to_vec(),
        name if JITTER.contains(&name) => JITTER.to_vec(),
        name if RETENTION.contains(&name) => RETENTION.to_vec(),
        "log.flush.interval.ms" => vec![name, "log.flush.scheduler.interval.ms"],
        _ => match listener_config(name) {
            Some(base) => vec![name, base],
            None => vec![name],
        },
    }
}

/// The config behind `listener.name.<listener>.<config>`.
pub(crate) fn listener_config(name: &str) -> Option<&str> {
    name.strip_prefix("listener.name.")?.split_once('.').map(|(_, config)| config)
}

/// What a topic or a group gets from the broker where it sets nothing itself, and the places that have it.
pub(crate) fn inherited(machine: &Machine, broker: i32, definition: &Definition) -> (Option<StrBytes>, Vec<Held>) {
    let held = definition.synonyms.first().map(|synonym| of_broker(machine, broker, synonym.name)).unwrap_or_default();
    let factor = |held: &Held| {
        let is = |synonym: &&Synonym| *held.name == *synonym.name;
        definition.synonyms.iter().find(is).map_or(1, |synonym| synonym.factor)
    };
    let value = match held.first() {
        Some(first) if factor(first) == 1 => Some(first.value.clone()),
        Some(first) => {
            let value = first.value.trim().parse::<i64>().unwrap_or(0).saturating_mul(factor(first));
            Some(StrBytes::from_string(value.to_string()))
        }
        None => definition.default.map(StrBytes::from_static_str),
    };
    let normal = value.map(|value| definition.normal(&value).map_or(value, StrBytes::from_string));
    let first = definition.synonyms.first().map_or("", |synonym| synonym.name);
    (normal, held.into_iter().skip_while(|held| *held.name != *first).collect())
}
