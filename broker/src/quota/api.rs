//! DescribeClientQuotas and AlterClientQuotas.

use std::collections::BTreeMap;
use std::net::IpAddr;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_client_quotas_request::EntryData as Alteration;
use kafka_protocol::messages::alter_client_quotas_response::{EntityData as AlteredEntity, EntryData as Altered};
use kafka_protocol::messages::describe_client_quotas_request::ComponentData;
use kafka_protocol::messages::describe_client_quotas_response::{
    EntityData as DescribedEntity, EntryData as Described, ValueData,
};
use kafka_protocol::messages::{
    AlterClientQuotasRequest, AlterClientQuotasResponse, DescribeClientQuotasRequest, DescribeClientQuotasResponse,
};
use kafka_protocol::protocol::StrBytes;

use super::Entity;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

fn wrong<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::new(ResponseError::InvalidRequest, message))
}

/// What an entity's part must be like.
enum Component {
    Is(Option<String>),
    Any,
}

/// Lists the quotas of the entities that a filter means.
pub(crate) fn describe_client_quotas(
    machine: &mut Machine,
    cx: &Context,
    request: &DescribeClientQuotasRequest,
) -> Outcome {
    let response = DescribeClientQuotasResponse::default();
    let allowed = cx.may(machine, Operation::DescribeConfigs, ResourceType::Cluster, CLUSTER);
    let denied = || Refusal::new(ResponseError::ClusterAuthorizationFailed, "");
    let filter = if allowed { filter(&request.components) } else { Err(denied()) };
    let filter = match filter {
        Ok(filter) => filter,
        Err(why) => {
            // Of a denial Kafka says no more than the code.
            let words = why.text().filter(|text| !text.is_empty());
            let response = response.with_error_code(why.code()).with_error_message(words);
            return response.with_entries(None).into();
        }
    };
    let means = |(entity, _): &(&Entity, _)| {
        (!request.strict || entity.len() == filter.len())
            && filter.iter().all(|(kind, component)| {
                let part = entity.iter().find(|(known, _)| known == kind);
                part.is_some_and(|(_, name)| match component {
                    Component::Is(wanted) => wanted == name,
                    Component::Any => true,
                })
            })
    };
    let entries = machine.metadata.quotas.iter().filter(means).map(described).collect();
    response.with_entries(Some(entries)).into()
}

fn described((entity, quotas): (&Entity, &BTreeMap<String, f64>)) -> Described {
    let part = |(kind, name): &(String, Option<String>)| {
        let name = name.clone().map(StrBytes::from_string);
        DescribedEntity::default().with_entity_type(StrBytes::from_string(kind.clone())).with_entity_name(name)
    };
    let value = |(key, value): (&String, &f64)| {
        ValueData::default().with_key(StrBytes::from_string(key.clone())).with_value(*value)
    };
    Described::default().with_entity(entity.iter().map(part).collect()).with_values(quotas.iter().map(value).collect())
}

fn filter(components: &[ComponentData]) -> Result<BTreeMap<String, Component>, Refusal> {
    let mut filter: BTreeMap<String, Component> = BTreeMap::new();
    for component in components {
        let kind = component.entity_type.as_str();
        if kind.is_empty() {
            return wrong("Invalid empty entity type.");
        }
        if filter.contains_key(kind) {
            return wrong(format!("Entity type {kind} cannot appear more than once in the filter."));
        }
        if !["ip", "user", "client-id"].contains(&kind) {
            return Err(Refusal::new(ResponseError::UnsupportedVersion, format!("Unsupported entity type {kind}")));
        }
        let also = |what: &str| wrong(format!("Request specified {what}, but also specified a match string."));
        let part = match (component.match_type, &component._match) {
            (0, Some(name)) => Component::Is(Some(name.to_string())),
            (0, None) => return wrong("Request specified MATCH_TYPE_EXACT, but set match string to null."),
            (1, None) => Component::Is(None),
            (1, Some(_)) => return also("MATCH_TYPE_DEFAULT"),
            (2, None) => Component::Any,
            (2, Some(_)) => return also("MATCH_TYPE_SPECIFIED"),
            (other, _) => return wrong(format!("Unknown match type {other}")),
        };
        filter.insert(kind.to_owned(), part);
    }
    if filter.contains_key("ip") && filter.len() > 1 {
        return wrong(
            "Invalid entity filter component combination. IP filter component should not be used with user or clientId \
             filter component.",
        );
    }
    Ok(filter)
}

/// Sets and removes quotas, each entity on its own.
pub(crate) fn alter_client_quotas(machine: &mut Machine, cx: &Context, request: &AlterClientQuotasRequest) -> Outcome {
    let allowed = cx.may(machine, Operation::AlterConfigs, ResourceType::Cluster, CLUSTER);
    let mut results: BTreeMap<Entity, Result<(), Refusal>> = BTreeMap::new();
    let mut changes = Vec::new();
    for entry in &request.entries {
        let entity = entity(entry);
        let judged = if !allowed {
            Err(ResponseError::ClusterAuthorizationFailed.into())
        } else if results.contains_key(&entity) || has_duplicate_key(entry) {
            wrong(format!("Ignoring duplicate entity ClientQuotaEntity(entries={})", shown(&entity)))
        } else {
            judge(machine, &entity, entry).map(|wanted| changes.extend(wanted))
        };
        results.insert(entity, judged);
    }
    if !request.validate_only && machine.commit(changes).is_err() {
        return Outcome::Close;
    }
    AlterClientQuotasResponse::default().with_entries(results.into_iter().map(altered).collect()).into()
}

fn altered((entity, result): (Entity, Result<(), Refusal>)) -> Altered {
    let part = |(kind, name): (String, Option<String>)| {
        let name = name.map(StrBytes::from_string);
        AlteredEntity::default().with_entity_type(StrBytes::from_string(kind)).with_entity_name(name)
    };
    let entry = Altered::default().with_entity(entity.into_iter().map(part).collect());
    match result {
        Ok(()) => entry.with_error_message(None),
        Err(why) => entry.with_error_code(why.code()).with_error_message(why.text()),
    }
}

/// The entity of an alteration; of two parts of one type the last holds.
fn entity(entry: &Alteration) -> Entity {
    let name = |name: &Option<StrBytes>| name.as_ref().map(StrBytes::to_string);
    let parts = entry.entity.iter().map(|part| (part.entity_type.to_string(), name(&part.entity_name)));
    parts.collect::<BTreeMap<_, _>>().into_iter().collect()
}

fn has_duplicate_key(entry: &Alteration) -> bool {
    let mut keys: Vec<&str> = entry.ops.iter().map(|op| op.key.as_str()).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}

/// An entity as Java shows a map.
fn shown(entity: &Entity) -> String {
    let part = |(kind, name): &(String, Option<String>)| format!("{kind}={}", name.as_deref().unwrap_or("null"));
    format!("{{{}}}", entity.iter().map(part).collect::<Vec<_>>().join(", "))
}

/// The changes that an alteration comes to, or why it may not be.
fn judge(machine: &Machine, entity: &Entity, entry: &Alteration) -> Result<Vec<Change>, Refusal> {
    let keys = keys(entity)?;
    let known = machine.metadata.quotas.get(entity);
    let mut changes = Vec::new();
    for op in &entry.ops {
        let key = op.key.as_str();
        let had = known.and_then(|known| known.get(key)).copied();
        let value = if op.remove { None } else { Some(op.value) };
        if let Some(value) = value {
            check(keys, key, value)?;
        }
        if had != value {
            changes.push(Change::QuotaChanged { entity: entity.clone(), key: key.to_owned(), value });
        }
    }
    Ok(changes)
}

/// What a quota's value must be.
#[derive(Clone, Copy)]
enum Kind {
    Double,
    Long,
    Int,
}

const CLIENT_KEYS: &[(&str, Kind)] = &[
    ("producer_byte_rate", Kind::Long),
    ("consumer_byte_rate", Kind::Long),
    ("request_percentage", Kind::Double),
    ("controller_mutation_rate", Kind::Double),
];
const ADDRESS_KEYS: &[(&str, Kind)] = &[("connection_creation_rate", Kind::Int)];

/// The quotas that an entity can have.
fn keys(entity: &Entity) -> Result<&'static [(&'static str, Kind)], Refusal> {
    for (kind, name) in entity {
        if !["ip", "user", "client-id"].contains(&kind.as_str()) {
            return wrong(format!("Unhandled client quota entity type: {kind}"));
        }
        if name.as_ref().is_some_and(String::is_empty) {
            return wrong(format!("Empty {kind} not supported"));
        }
    }
    let Some((_, address)) = entity.iter().find(|(kind, _)| kind == "ip") else {
        return if entity.is_empty() { wrong("Invalid empty client quota entity") } else { Ok(CLIENT_KEYS) };
    };
    if entity.len() > 1 {
        return wrong("Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId");
    }
    match address {
        Some(address) if address.parse::<IpAddr>().is_err() && address != "localhost" => {
            wrong(format!("{address} is not a valid IP or resolvable host."))
        }
        _ => Ok(ADDRESS_KEYS),
    }
}

/// How far from a whole number a whole number may be.
const EPSILON: f64 = 1e-6;

fn check(keys: &[(&str, Kind)], key: &str, value: f64) -> Result<(), Refusal> {
    let Some((_, kind)) = keys.iter().find(|(known, _)| *known == key) else {
        return wrong(format!("Invalid configuration key {key}"));
    };
    if value <= 0.0 {
        return wrong(format!("Quota {key} must be greater than 0"));
    }
    let (most, named) = match kind {
        Kind::Double => return Ok(()),
        #[expect(clippy::cast_precision_loss, reason = "the nearest double is what Kafka compares with")]
        Kind::Long => (i64::MAX as f64, "a LONG"),
        Kind::Int => (f64::from(i32::MAX), "an INT"),
    };
    if value > most {
        return wrong(format!("Proposed value for {key} is too large for {named}."));
    }
    if (value - value.round()).abs() > EPSILON {
        return wrong(format!("{key} cannot be a fractional value."));
    }
    Ok(())
}
