//! DescribeConfigs.

use std::cell::OnceCell;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::describe_configs_request::DescribeConfigsResource;
use kafka_protocol::messages::describe_configs_response::{DescribeConfigsResourceResult, DescribeConfigsResult};
use kafka_protocol::messages::{DescribeConfigsRequest, DescribeConfigsResponse};
use kafka_protocol::protocol::StrBytes;

use super::{guard, is_kind, loggers};
use crate::admin::topic_name;
use crate::config::definition::{Type, Update};
use crate::config::documentation;
use crate::config::entries::{self, Entry};
use crate::config::sources::Source;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::ConfigResource;
use crate::security::acl::Operation;
use crate::wire::refusal::Refusal;

/// Tells configs, each resource by itself.
pub(crate) fn describe_configs(machine: &mut Machine, cx: &Context, request: DescribeConfigsRequest) -> Outcome {
    let view = View {
        machine,
        cx,
        synonyms: request.include_synonyms,
        documentation: request.include_documentation,
        topics: OnceCell::new(),
    };
    let strange = request.resources.iter().any(|resource| !is_kind(resource.resource_type));
    let results = request.resources.into_iter().map(|resource| {
        let told = if strange { Err(ResponseError::InvalidRequest.into()) } else { view.resource(&resource) };
        let result = DescribeConfigsResult::default()
            .with_resource_type(resource.resource_type)
            .with_resource_name(resource.resource_name);
        match told {
            Ok(configs) => result.with_configs(configs).with_error_message(Some(StrBytes::default())),
            Err(why) => result.with_error_code(why.code()).with_error_message(why.text()),
        }
    });
    DescribeConfigsResponse::default().with_results(results.collect()).into()
}

struct View<'a> {
    machine: &'a Machine,
    cx: &'a Context,
    synonyms: bool,
    documentation: bool,
    /// The same for every topic: made once.
    topics: OnceCell<Vec<Entry>>,
}

impl View<'_> {
    fn resource(&self, asked: &DescribeConfigsResource) -> Result<Vec<DescribeConfigsResourceResult>, Refusal> {
        let (kind, name) = (asked.resource_type, asked.resource_name.as_str());
        let (guarded, guarded_name, denied) = guard(kind, name);
        if !self.cx.may(self.machine, Operation::DescribeConfigs, guarded, guarded_name) {
            return Err(denied.into());
        }
        let keys = asked.configuration_keys.as_deref().filter(|keys| !keys.is_empty());
        let wanted = |name: &str| keys.is_none_or(|keys| keys.iter().any(|key| key.as_str() == name));
        match kind {
            ConfigResource::TOPIC => self.topic(name, &wanted),
            ConfigResource::BROKER => self.broker(name, &wanted),
            ConfigResource::BROKER_LOGGER => self.loggers(name, &wanted),
            ConfigResource::CLIENT_METRICS if name.is_empty() => {
                Err(invalid("Client metrics subscription name must not be empty"))
            }
            ConfigResource::CLIENT_METRICS => {
                Ok(self.own(kind, name, &entries::client_metrics(), Source::ClientMetrics, &wanted))
            }
            _ if name.is_empty() => Err(invalid("Group name must not be empty")),
            _ => {
                let inherited = entries::inherited_by_groups(self.machine, self.cx.broker);
                Ok(self.own(kind, name, &inherited, Source::Group, &wanted))
            }
        }
    }

    fn topic(&self, name: &str, wanted: &Wanted<'_>) -> Result<Vec<DescribeConfigsResourceResult>, Refusal> {
        topic_name::check(name)?;
        if self.machine.metadata.topic(name).is_none() {
            return Err(Refusal::new(ResponseError::UnknownTopicOrPartition, ""));
        }
        let inherited = self.topics.get_or_init(|| entries::inherited_by_topics(self.machine, self.cx.broker));
        let mut told = self.own(ConfigResource::TOPIC, name, inherited, Source::Topic, wanted);
        let set = self.machine.metadata.configs.get(&ConfigResource::topic(name));
        for (name, value) in set.into_iter().flatten().filter(|(name, _)| wanted(name)) {
            if let Some(hidden) = entries::internal_of_topic(name, value) {
                told.push(self.told(hidden));
            }
        }
        Ok(told)
    }

    fn own(
        &self,
        kind: i8,
        name: &str,
        inherited: &[Entry],
        source: Source,
        wanted: &Wanted<'_>,
    ) -> Vec<DescribeConfigsResourceResult> {
        let set = self.machine.metadata.configs.get(&ConfigResource { kind, name: name.to_owned() });
        let shown = inherited.iter().filter(|entry| wanted(entry.definition.name));
        let entry = |entry: &Entry| entry.overridden(set.and_then(|set| set.get(entry.definition.name)), source);
        shown.map(|inherited| self.told(entry(inherited)).with_read_only(false)).collect()
    }

    fn broker(&self, name: &str, wanted: &Wanted<'_>) -> Result<Vec<DescribeConfigsResourceResult>, Refusal> {
        if name.is_empty() {
            let entries = entries::cluster_wide(self.machine).into_iter();
            return Ok(entries.filter(|entry| wanted(&entry.name)).map(|unknown| self.unknown(unknown)).collect());
        }
        let id: i32 = name.parse().map_err(|_| invalid(format!("Broker id must be an integer, but it is: {name}")))?;
        if id != self.cx.broker {
            let here = self.cx.broker;
            return Err(invalid(format!("Unexpected broker id, expected {here} or empty string, but received {name}")));
        }
        let known = entries::of_broker(self.machine, id).into_iter();
        let mut told: Vec<_> = known.filter(|entry| wanted(entry.definition.name)).map(|e| self.told(e)).collect();
        let others = entries::others_of_broker(self.machine, id).into_iter().filter(|entry| wanted(&entry.name));
        told.extend(others.map(|other| self.unknown(other)));
        Ok(told)
    }

    fn loggers(&self, name: &str, wanted: &Wanted<'_>) -> Result<Vec<DescribeConfigsResourceResult>, Refusal> {
        let here = self.cx.broker;
        if name.is_empty() {
            return Err(invalid("Broker id must not be empty"));
        }
        let id: i32 = name.parse().map_err(|_| invalid(format!("Broker id must be an integer, but it is: {name}")))?;
        if id != here {
            return Err(invalid(format!("Unexpected broker id, expected {here} but received {name}")));
        }
        let levels = loggers::levels(self.machine, id).into_iter().filter(|(name, _)| wanted(name));
        let told = levels.map(|(name, level)| {
            DescribeConfigsResourceResult::default()
                .with_name(StrBytes::from_static_str(name))
                .with_value(Some(StrBytes::from_static_str(level)))
                .with_config_source(Source::BrokerLogger as i8)
                .with_documentation(Some(StrBytes::default()))
        });
        Ok(told.collect())
    }

    fn told(&self, entry: Entry) -> DescribeConfigsResourceResult {
        let definition = entry.definition;
        let about = || StrBytes::from_string(documentation::of(definition));
        DescribeConfigsResourceResult::default()
            .with_name(entry.name())
            .with_value(entry.value)
            .with_read_only(definition.update == Update::ReadOnly)
            .with_config_source(entry.source as i8)
            .with_is_sensitive(definition.is_sensitive())
            .with_synonyms(if self.synonyms { entry.synonyms } else { Vec::new() })
            .with_config_type(definition.kind as i8)
            .with_documentation(self.documentation.then(about))
    }

    fn unknown(&self, entry: entries::Other) -> DescribeConfigsResourceResult {
        let kind = entry.definition.map(|definition| definition.kind);
        let about = || entry.definition.map(|definition| StrBytes::from_string(documentation::of(definition)));
        DescribeConfigsResourceResult::default()
            .with_documentation(if self.documentation { about() } else { None })
            .with_is_sensitive(kind.is_none_or(|kind| kind == Type::Password))
            .with_read_only(entry.definition.is_none_or(|definition| definition.update == Update::ReadOnly))
            .with_config_type(kind.map_or(0, |kind| kind as i8))
            .with_name(StrBytes::from_string(entry.name))
            .with_value(entry.value)
            .with_config_source(entry.source as i8)
            .with_synonyms(if self.synonyms { entry.synonyms } else { Vec::new() })
    }
}

type Wanted<'a> = dyn Fn(&str) -> bool + 'a;

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new(ResponseError::InvalidRequest, words)
}
