//! Client telemetry (KIP-714): clients are told what to measure and push it; what they push is taken and dropped.
//!
//! Kafka shows these APIs only where a plugin wants the metrics. Here they show once there is a subscription, so that
//! clients of a plain cluster do not spend time on them.

use std::collections::{BTreeMap, BTreeSet};

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse, PushTelemetryRequest, PushTelemetryResponse,
};
use kafka_protocol::protocol::StrBytes;
use regex_lite::Regex;
use uuid::Uuid;

use crate::config::{self, check};
use crate::machine::{Context, Machine, Outcome, Timestamp};
use crate::metadata::ConfigResource;

/// Zstandard, LZ4, gzip, Snappy: the order in which the broker likes them.
const COMPRESSION: [i8; 4] = [4, 3, 1, 2];
/// How often clients push where no subscription says otherwise.
const INTERVAL_MS: i32 = 300_000;
/// What a subscription names to have every metric.
const ALL: &str = "*";
/// Clients that were not seen for longer are forgotten when there are many.
const FORGET_MS: Timestamp = 3_600_000;
const MANY: usize = 16_384;

/// What clients have asked and pushed, by the id that each of them got.
pub(crate) type Instances = BTreeMap<Uuid, Instance>;

/// One client.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    wanted: Wanted,
    asked: Option<Timestamp>,
    pushed: Option<Timestamp>,
    ended: bool,
    /// It was told that it is not up to date: it may ask again at once.
    may_ask: bool,
}

/// What one client is to push.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted {
    id: i32,
    metrics: Vec<String>,
    interval_ms: i32,
}

/// Whether clients should be told of these APIs.
pub(super) fn is_shown(machine: &Machine) -> bool {
    machine.metadata.configs.keys().any(|resource| resource.kind == ConfigResource::CLIENT_METRICS)
}

/// Tells a client what to push, and how often.
pub(crate) fn get_subscriptions(
    machine: &mut Machine,
    cx: &Context,
    request: &GetTelemetrySubscriptionsRequest,
) -> Outcome {
    let id = if request.client_instance_id.is_nil() { Uuid::new_v4() } else { request.client_instance_id };
    let wanted = wanted(machine, cx, id);
    let response = GetTelemetrySubscriptionsResponse::default();
    let instance = instance(machine, cx, id, &wanted);
    let last = instance.asked.max(instance.pushed);
    let early = last.is_some_and(|last| cx.now - last < Timestamp::from(instance.wanted.interval_ms));
    if early && !instance.may_ask && instance.wanted == wanted {
        return response.with_error_code(ResponseError::ThrottlingQuotaExceeded.code()).into();
    }
    instance.asked = Some(cx.now);
    instance.may_ask = false;
    instance.wanted = wanted.clone();
    response
        .with_client_instance_id(id)
        .with_subscription_id(wanted.id)
        .with_accepted_compression_types(COMPRESSION.to_vec())
        .with_push_interval_ms(wanted.interval_ms)
        .with_telemetry_max_bytes(max_bytes(machine))
        .with_delta_temporality(true)
        .with_requested_metrics(wanted.metrics.into_iter().map(StrBytes::from_string).collect())
        .into()
}

/// Takes what a client measured.
pub(crate) fn push(machine: &mut Machine, cx: &Context, request: &PushTelemetryRequest) -> Outcome {
    let answer = |error: Option<ResponseError>| {
        PushTelemetryResponse::default().with_error_code(error.map_or(0, |error| error.code())).into()
    };
    if request.client_instance_id.is_nil() {
        return answer(Some(ResponseError::InvalidRequest));
    }
    let wanted = wanted(machine, cx, request.client_instance_id);
    let most = max_bytes(machine);
    let instance = instance(machine, cx, request.client_instance_id, &wanted);
    let error = refusal(instance, cx, request, &wanted, most);
    instance.may_ask =
        matches!(error, Some(ResponseError::UnknownSubscriptionId | ResponseError::UnsupportedCompressionType));
    answer(error)
}

fn refusal(
    instance: &mut Instance,
    cx: &Context,
    request: &PushTelemetryRequest,
    wanted: &Wanted,
    most: i32,
) -> Option<ResponseError> {
    if instance.ended {
        return Some(ResponseError::InvalidRequest);
    }
    let early = |last: Timestamp| cx.now - last < Timestamp::from(instance.wanted.interval_ms);
    if instance.pushed.is_some_and(early) && !request.terminating {
        return Some(ResponseError::ThrottlingQuotaExceeded);
    }
    instance.pushed = Some(cx.now);
    if request.subscription_id != wanted.id {
        return Some(ResponseError::UnknownSubscriptionId);
    }
    if request.compression_type != 0 && !COMPRESSION.contains(&request.compression_type) {
        return Some(ResponseError::UnsupportedCompressionType);
    }
    if i32::try_from(request.metrics.len()).map_or(true, |size| size > most) {
        return Some(ResponseError::TelemetryTooLarge);
    }
    instance.ended = request.terminating;
    None
}

fn max_bytes(machine: &Machine) -> i32 {
    i32::try_from(config::broker_i64(machine, "telemetry.max.bytes")).unwrap_or(i32::MAX)
}

fn instance<'a>(machine: &'a mut Machine, cx: &Context, id: Uuid, wanted: &Wanted) -> &'a mut Instance {
    let instances = &mut machine.admin.instances;
    if instances.len() > MANY {
        instances.retain(|_, known| known.asked.max(known.pushed).is_some_and(|last| cx.now - last < FORGET_MS));
    }
    let new = || Instance { wanted: wanted.clone(), asked: None, pushed: None, ended: false, may_ask: false };
    instances.entry(id).or_insert_with(new)
}

/// What the subscriptions want from this client: everything that any of them names, as often as the most eager.
fn wanted(machine: &Machine, cx: &Context, id: Uuid) -> Wanted {
    let mut metrics = BTreeSet::new();
    let mut interval = None::<i32>;
    for (resource, set) in &machine.metadata.configs {
        let value = |name: &str| set.get(name).map(String::as_str).unwrap_or_default();
        if resource.kind != ConfigResource::CLIENT_METRICS || !chosen(machine, cx, id, value("match")) {
            continue;
        }
        metrics.extend(check::list(value("metrics")).into_iter().map(str::to_owned));
        let own = value("interval.ms").trim().parse().unwrap_or(INTERVAL_MS);
        interval = Some(interval.map_or(own, |known| known.min(own)));
    }
    if metrics.contains(ALL) {
        metrics = BTreeSet::from([ALL.to_owned()]);
    }
    let metrics: Vec<String> = metrics.into_iter().collect();
    let interval_ms = interval.unwrap_or(INTERVAL_MS);
    let text = format!("{id}|{interval_ms}|{}", metrics.join(","));
    Wanted { id: crc32c::crc32c(text.as_bytes()).cast_signed(), metrics, interval_ms }
}

fn chosen(machine: &Machine, cx: &Context, id: Uuid, patterns: &str) -> bool {
    let software = machine.admin.software.get(&cx.connection);
    let fits = |pattern: &str| {
        let (name, regex) = pattern.split_once('=').unwrap_or((pattern, ""));
        let value = match name.trim() {
            "client_instance_id" => id.to_string(),
            "client_id" => cx.client_id.clone(),
            "client_software_name" => software.map(|(name, _)| name.clone()).unwrap_or_default(),
            "client_software_version" => software.map(|(_, version)| version.clone()).unwrap_or_default(),
            "client_source_address" => cx.peer.to_string(),
            _ => String::new(),
        };
        Regex::new(&format!("^(?:{})$", regex.trim())).is_ok_and(|regex| regex.is_match(&value))
    };
    check::list(patterns).into_iter().all(fits)
}
