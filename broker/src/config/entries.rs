//! Configs as clients are shown them: a value, where it was set, and every other place that has one.

use std::collections::BTreeSet;

use kafka_protocol::messages::describe_configs_response::DescribeConfigsSynonym;
use kafka_protocol::protocol::StrBytes;

use super::definition::{Definition, Scope, definitions};
use super::sources::{self, Held, Source};
use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// One config with its value.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) definition: &'static Definition,
    pub(crate) value: Option<StrBytes>,
    pub(crate) source: Source,
    pub(crate) synonyms: Vec<DescribeConfigsSynonym>,
}

impl Entry {
    pub(crate) fn name(&self) -> StrBytes {
        StrBytes::from_static_str(self.definition.name)
    }

    /// The entry where the resource itself may have set a value.
    pub(crate) fn overridden(&self, own: Option<&String>, source: Source) -> Self {
        let mut entry = self.clone();
        if let Some(own) = own {
            let value = StrBytes::from_string(self.definition.normal(own).unwrap_or_else(|_| own.clone()));
            entry.synonyms.insert(0, synonym(self.name(), Some(value.clone()), source));
            (entry.value, entry.source) = (Some(value), source);
        }
        entry
    }
}

/// What a topic shows that sets nothing itself, by name. The same for every topic, so that many are cheap.
pub(crate) fn inherited_by_topics(machine: &Machine, broker: i32) -> Vec<Entry> {
    inherited(machine, broker, Scope::Topic)
}

/// What a group shows that sets nothing itself, by name.
pub(crate) fn inherited_by_groups(machine: &Machine, broker: i32) -> Vec<Entry> {
    let mut entries = inherited(machine, broker, Scope::Group);
    for entry in entries.iter_mut().filter(|entry| entry.synonyms.is_empty()) {
        entry.synonyms.push(synonym(entry.name(), entry.value.clone(), Source::Default));
    }
    entries
}

fn inherited(machine: &Machine, broker: i32, scope: Scope) -> Vec<Entry> {
    let entry = |definition| {
        let (value, held) = sources::inherited(machine, broker, definition);
        of(definition, value, held)
    };
    sorted(definitions(scope).iter().filter(|definition| !definition.internal).map(entry).collect())
}

/// What a metrics subscription shows that sets nothing itself.
pub(crate) fn client_metrics() -> Vec<Entry> {
    let entry =
        |definition: &'static Definition| of(definition, definition.default.map(StrBytes::from_static_str), Vec::new());
    sorted(definitions(Scope::ClientMetrics).iter().map(entry).collect())
}

/// Every config of a broker, by name.
pub(crate) fn of_broker(machine: &Machine, broker: i32) -> Vec<Entry> {
    let entry = |definition: &'static Definition| {
        let held = sources::told_of_broker(machine, broker, definition.name);
        let own = held.iter().find(|held| *held.name == *definition.name).map(|held| held.value.clone());
        let normal = own.map(|own| definition.normal(&own).map_or(own, StrBytes::from_string));
        of(definition, normal, held)
    };
    let shown = |definition: &&Definition| !definition.internal && !QUOTAS.contains(&definition.name);
    sorted(definitions(Scope::Broker).iter().filter(shown).map(entry).collect())
}

/// A config that a broker has set though its table does not show it.
#[derive(Clone, Debug)]
pub(crate) struct Other {
    pub(crate) name: String,
    /// What it is like, where its name, or its name behind a listener's, is known.
    pub(crate) definition: Option<&'static Definition>,
    pub(crate) value: Option<StrBytes>,
    pub(crate) source: Source,
    pub(crate) synonyms: Vec<DescribeConfigsSynonym>,
}

/// What is set for all brokers together.
pub(crate) fn cluster_wide(machine: &Machine) -> Vec<Other> {
    let resource = ConfigResource { kind: ConfigResource::BROKER, name: String::new() };
    let set = machine.metadata.configs.get(&resource).into_iter().flatten();
    let other = |(name, value): (&String, &String)| {
        let (name_told, value) = (StrBytes::from_string(name.clone()), StrBytes::from_string(value.clone()));
        other(name, vec![Held { name: name_told, value, source: Source::DynamicDefaultBroker }])
    };
    set.map(other).collect()
}

/// What is set for a broker beyond the configs of its table.
pub(crate) fn others_of_broker(machine: &Machine, broker: i32) -> Vec<Other> {
    let mut names: BTreeSet<&String> = machine.settings.configs.keys().collect();
    for resource in [String::new(), broker.to_string()] {
        let resource = ConfigResource { kind: ConfigResource::BROKER, name: resource };
        names.extend(machine.metadata.configs.get(&resource).into_iter().flat_map(|set| set.keys()));
    }
    let unshown = |name: &&String| {
        QUOTAS.contains(&name.as_str()) || definitions(Scope::Broker).get(name).is_none_or(|known| known.internal)
    };
    names.into_iter().filter(unshown).map(|name| other(name, sources::told_of_broker(machine, broker, name))).collect()
}

fn other(name: &str, held: Vec<Held>) -> Other {
    let table = definitions(Scope::Broker);
    let base = || sources::listener_config(name).and_then(|base| table.get(base));
    let definition = table.get(name).or_else(base);
    let hidden = definition.is_none_or(Definition::is_sensitive);
    let value = held.first().map(|held| held.value.clone()).filter(|_| !hidden);
    let source = held.first().map_or(Source::Default, |held| held.source);
    let tell = |held: Held| synonym(held.name, Some(held.value).filter(|_| !hidden), held.source);
    Other { name: name.to_owned(), definition, value, source, synonyms: held.into_iter().map(tell).collect() }
}

/// A topic's config that is shown only where it is set.
pub(crate) fn internal_of_topic(name: &str, value: &str) -> Option<Entry> {
    let definition = definitions(Scope::Topic).get(name).filter(|definition| definition.internal)?;
    let (name, value) = (StrBytes::from_static_str(definition.name), StrBytes::from_string(value.to_owned()));
    let held = Held { name, value: value.clone(), source: Source::Topic };
    Some(of(definition, Some(value), vec![held]))
}

/// Configs of brokers that only exist once they are set.
const QUOTAS: [&str; 3] = [
    "follower.replication.throttled.rate",
    "leader.replication.throttled.rate",
    "replica.alter.log.dirs.io.max.bytes.per.second",
];

fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_by_key(|entry| entry.definition.name);
    entries
}

fn of(definition: &'static Definition, value: Option<StrBytes>, held: Vec<Held>) -> Entry {
    let hidden = definition.is_sensitive();
    let source = held.first().map_or(Source::Default, |held| held.source);
    let tell = |held: Held| synonym(held.name, Some(held.value).filter(|_| !hidden), held.source);
    let synonyms = held.into_iter().map(tell).collect();
    Entry { definition, value: value.filter(|_| !hidden), source, synonyms }
}

fn synonym(name: StrBytes, value: Option<StrBytes>, source: Source) -> DescribeConfigsSynonym {
    DescribeConfigsSynonym::default().with_name(name).with_value(value).with_source(source as i8)
}
