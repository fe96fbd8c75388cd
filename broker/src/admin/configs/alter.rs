//! AlterConfigs and IncrementalAlterConfigs: what a resource sets itself is computed anew, checked as a whole, and what
//! is different is written.

use std::collections::{BTreeMap, HashSet};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_configs_response::AlterConfigsResourceResponse;
use kafka_protocol::messages::incremental_alter_configs_response::AlterConfigsResourceResponse as Incremental;
use kafka_protocol::messages::{
    AlterConfigsRequest, AlterConfigsResponse, IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse,
};
use kafka_protocol::protocol::StrBytes;

use super::{brokers, guard, is_kind, loggers};
use crate::admin::topic_name;
use crate::config::check;
use crate::config::definition::{Scope, Type, definitions};
use crate::config::validate::{self, Set};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::ConfigResource;
use crate::metadata::change::Change;
use crate::security::acl::Operation;
use crate::wire::refusal::Refusal;

/// What is done to one config; the numbers are Kafka's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) name: String,
    pub(super) operation: i8,
    pub(super) value: Option<String>,
}

impl Step {
    pub(super) const SET: i8 = 0;
    pub(super) const DELETE: i8 = 1;
    pub(super) const APPEND: i8 = 2;
    pub(super) const SUBTRACT: i8 = 3;
}

/// How a request's steps are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Manner {
    /// What is not named stays.
    Incremental,
    /// What is not named is taken away.
    Whole,
}

/// One resource of a request.
struct Asked {
    kind: i8,
    name: StrBytes,
    steps: Vec<Step>,
}

/// Replaces what resources set themselves.
pub(crate) fn alter_configs(machine: &mut Machine, cx: &Context, request: AlterConfigsRequest) -> Outcome {
    let asked: Vec<Asked> = (request.resources.into_iter())
        .map(|resource| Asked {
            kind: resource.resource_type,
            name: resource.resource_name,
            steps: (resource.configs.into_iter()).map(|c| step(&c.name, Step::SET, c.value.as_ref())).collect(),
        })
        .collect();
    let results = alter(machine, cx, &asked, Manner::Whole, request.validate_only);
    let answer = |(asked, result): (Asked, Result<(), Refusal>)| {
        let response = AlterConfigsResourceResponse::default()
            .with_resource_type(asked.kind)
            .with_resource_name(asked.name)
            .with_error_message(None);
        match result {
            Ok(()) => response,
            Err(why) => response.with_error_code(why.code()).with_error_message(words(&why)),
        }
    };
    let responses = asked.into_iter().zip(results).map(answer).collect();
    AlterConfigsResponse::default().with_responses(responses).into()
}

/// Changes single configs of resources.
pub(crate) fn incremental_alter_configs(
    machine: &mut Machine,
    cx: &Context,
    request: IncrementalAlterConfigsRequest,
) -> Outcome {
    let asked: Vec<Asked> = (request.resources.into_iter())
        .map(|resource| Asked {
            kind: resource.resource_type,
            name: resource.resource_name,
            steps: (resource.configs.into_iter())
                .map(|c| step(&c.name, c.config_operation, c.value.as_ref()))
                .collect(),
        })
        .collect();
    let results = alter(machine, cx, &asked, Manner::Incremental, request.validate_only);
    let answer = |(asked, result): (Asked, Result<(), Refusal>)| {
        let response = Incremental::default()
            .with_resource_type(asked.kind)
            .with_resource_name(asked.name)
            .with_error_message(None);
        match result {
            Ok(()) => response,
            Err(why) => response.with_error_code(why.code()).with_error_message(words(&why)),
        }
    };
    let responses = asked.into_iter().zip(results).map(answer).collect();
    IncrementalAlterConfigsResponse::default().with_responses(responses).into()
}

fn step(name: &StrBytes, operation: i8, value: Option<&StrBytes>) -> Step {
    Step { name: name.to_string(), operation, value: value.map(ToString::to_string) }
}

fn words(why: &Refusal) -> Option<StrBytes> {
    why.text().filter(|text| !text.is_empty())
}

fn alter(
    machine: &mut Machine,
    cx: &Context,
    asked: &[Asked],
    manner: Manner,
    validate_only: bool,
) -> Vec<Result<(), Refusal>> {
    let mut times: BTreeMap<(i8, &str), usize> = BTreeMap::new();
    for one in asked {
        *times.entry((one.kind, one.name.as_str())).or_default() += 1;
    }
    let mut changes = Vec::new();
    let mut results = Vec::new();
    for one in asked {
        let planned = if times[&(one.kind, one.name.as_str())] > 1 {
            Err(invalid("Each resource must appear at most once."))
        } else {
            plan(machine, cx, one, manner, validate_only)
        };
        results.push(planned.map(|mut planned| changes.append(&mut planned)));
    }
    if !validate_only && !changes.is_empty() && machine.commit(changes).is_err() {
        return asked.iter().map(|_| Err(ResponseError::KafkaStorageError.into())).collect();
    }
    results
}

fn plan(
    machine: &mut Machine,
    cx: &Context,
    asked: &Asked,
    manner: Manner,
    validate_only: bool,
) -> Result<Vec<Change>, Refusal> {
    let mut names = HashSet::new();
    if !asked.steps.iter().all(|step| names.insert(&step.name)) {
        return Err(invalid("Error due to duplicate config keys"));
    }
    let nulls = asked.steps.iter().filter(|step| step.operation != Step::DELETE && step.value.is_none());
    let nulls: Vec<&str> = nulls.map(|step| step.name.as_str()).collect();
    if !nulls.is_empty() {
        return Err(invalid(format!("Null value not supported for : {}", nulls.join(", "))));
    }
    let known = is_kind(asked.kind) && (asked.kind != ConfigResource::BROKER_LOGGER || manner == Manner::Incremental);
    if !known {
        return Err(invalid(format!("Unknown resource type {}", asked.kind)));
    }
    let may = |machine: &Machine| {
        let (guarded, name, denied) = guard(asked.kind, &asked.name);
        if cx.may(machine, Operation::AlterConfigs, guarded, name) { Ok(()) } else { Err(Refusal::from(denied)) }
    };
    if asked.kind == ConfigResource::BROKER_LOGGER {
        may(machine)?;
        loggers::alter(machine, cx, &asked.name, &asked.steps, validate_only)?;
        return Ok(Vec::new());
    }
    let resource = ConfigResource { kind: asked.kind, name: asked.name.to_string() };
    let now = machine.metadata.configs.get(&resource).cloned().unwrap_or_default();
    if asked.kind == ConfigResource::BROKER {
        brokers::check_name(cx, &resource.name)?;
        brokers::check_lists(&asked.steps)?;
        brokers::check(machine, cx.broker, &resource.name, &after(&now, asked, manner)?)?;
    }
    may(machine)?;
    let then = after(&now, asked, manner)?;
    check(machine, &resource, &now, &then)?;
    Ok(difference(&resource, &now, &then))
}

/// What the resource sets once the steps are taken.
fn after(now: &Set, asked: &Asked, manner: Manner) -> Result<Set, Refusal> {
    let mut then = if manner == Manner::Whole { Set::new() } else { now.clone() };
    for step in &asked.steps {
        let value = step.value.as_deref().unwrap_or_default();
        match step.operation {
            Step::SET => {
                validate::length(value)?;
                then.insert(step.name.clone(), value.to_owned());
            }
            Step::DELETE => {
                then.remove(&step.name);
            }
            Step::APPEND | Step::SUBTRACT => {
                let list = joined(now.get(&step.name), asked.kind, step)?;
                validate::length(&list)?;
                then.insert(step.name.clone(), list);
            }
            _ => return Err(Refusal::new(ResponseError::UnknownServerError, "")),
        }
    }
    Ok(then)
}

/// A list with elements put to it or taken from it; one that is not set begins as its default.
fn joined(now: Option<&String>, kind: i8, step: &Step) -> Result<String, Refusal> {
    let definition = match kind {
        ConfigResource::TOPIC => definitions(Scope::Topic).get(&step.name),
        ConfigResource::BROKER => definitions(Scope::Broker).get(&step.name),
        ConfigResource::GROUP => definitions(Scope::Group).get(&step.name),
        _ => None,
    };
    let Some(definition) = definition.filter(|definition| definition.kind == Type::List) else {
        let verb = if step.operation == Step::APPEND { "APPEND" } else { "SUBTRACT" };
        let words = format!("Can't {verb} to key {} because its type is not LIST.", step.name);
        return Err(Refusal::new(ResponseError::InvalidConfig, words));
    };
    let now = now.map_or(definition.default.unwrap_or_default(), String::as_str);
    let mut items = check::list(now);
    for item in step.value.as_deref().unwrap_or_default().split(',') {
        if step.operation == Step::SUBTRACT {
            items.retain(|known| *known != item);
        } else if !items.contains(&item) {
            items.push(item);
        }
    }
    Ok(items.join(","))
}

fn check(machine: &Machine, resource: &ConfigResource, now: &Set, then: &Set) -> Result<(), Refusal> {
    match resource.kind {
        ConfigResource::TOPIC => {
            if resource.name.is_empty() {
                return Err(invalid("Default topic resources are not allowed."));
            }
            topic_name::check(&resource.name)?;
            validate::topic(machine, then)?;
            if machine.metadata.topic(&resource.name).is_none() {
                let words = format!("The topic '{}' does not exist.", resource.name);
                return Err(Refusal::new(ResponseError::UnknownTopicOrPartition, words));
            }
            Ok(())
        }
        ConfigResource::GROUP if resource.name.is_empty() => Err(invalid("Default group resources are not allowed.")),
        ConfigResource::GROUP => validate::group(machine, then),
        ConfigResource::CLIENT_METRICS if resource.name.is_empty() => Err(invalid("Subscription name can't be empty")),
        ConfigResource::CLIENT_METRICS => validate::client_metrics(then),
        _ => brokers::check_in_sync(machine, &resource.name, now, then),
    }
}

fn difference(resource: &ConfigResource, now: &Set, then: &Set) -> Vec<Change> {
    let change = |key: &String, value: Option<&String>| Change::ConfigChanged {
        resource: resource.clone(),
        key: key.clone(),
        value: value.cloned(),
    };
    let gone = now.keys().filter(|key| !then.contains_key(*key)).map(|key| change(key, None));
    let new = then.iter().filter(|(key, value)| now.get(*key) != Some(value));
    gone.chain(new.map(|(key, value)| change(key, Some(value)))).collect()
}

fn invalid(words: impl Into<String>) -> Refusal {
    Refusal::new(ResponseError::InvalidRequest, words)
}
