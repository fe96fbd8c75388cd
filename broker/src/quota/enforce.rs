//! Enforces quotas: what was used is counted, and who used too much is told to wait and is not listened to meanwhile.

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::time::Duration;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{FetchResponse, ProduceRequest, RequestKind, ResponseKind};

use super::limits::{self, Limit};
use super::rate::{Bucket, Rate};
use super::throttle;
use crate::machine::{Context, Machine, Outcome, Ticket};

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Use {
    Produce,
    Fetch,
    /// Nanoseconds of the broker's threads.
    Time,
    Mutations,
    Connections,
}

impl Use {
    fn key(self) -> &'static str {
        match self {
            Self::Produce => "producer_byte_rate",
            Self::Fetch => "consumer_byte_rate",
            Self::Time => "request_percentage",
            Self::Mutations => "controller_mutation_rate",
            Self::Connections => "connection_creation_rate",
        }
    }
}

/// Whose use is counted together. Each broker counts for itself; mutations are counted by the controller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Meter {
    broker: i32,
    of: Use,
    user: Option<String>,
    client_id: Option<String>,
}

/// A request whose use is counted when its reply is there.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    cx: Context,
    produced: usize,
}

/// Nanoseconds to percent of one thread.
const PERCENT: f64 = 100.0 / 1e9;

/// Takes note of a request before it is handled; `None` while no quota is set. `spent` is what handling the requests
/// before it took of the broker's time, in nanoseconds.
pub(crate) fn begin(machine: &mut Machine, cx: &Context, body: &mut RequestKind, spent: u64) -> Option<Pending> {
    if machine.metadata.quotas.is_empty() {
        return None;
    }
    machine.quotas.mutation_throttle = 0;
    if spent > 0 {
        #[expect(clippy::cast_precision_loss, reason = "a share of time needs no precision")]
        charge(machine, cx, Use::Time, spent as f64 * PERCENT);
    }
    let produced = match body {
        RequestKind::Produce(body) => produced_bytes(body),
        RequestKind::Fetch(body) => {
            let bound = fetch_bound(machine, cx).unwrap_or(i32::MAX);
            body.max_bytes = body.max_bytes.min(bound);
            0
        }
        _ => 0,
    };
    Some(Pending { cx: cx.clone(), produced })
}

/// Counts what a request used once its outcome is there. The milliseconds are for a connection that gets no reply.
pub(crate) fn end(machine: &mut Machine, ticket: Ticket, pending: Pending, outcome: &mut Outcome) -> i64 {
    match outcome {
        Outcome::Reply(response) => {
            settle(machine, &pending, response);
            0
        }
        Outcome::Parked => {
            machine.quotas.parked.insert(ticket, pending);
            0
        }
        Outcome::Silent => bytes(machine, &pending.cx, Use::Produce, pending.produced),
        Outcome::Close | Outcome::Last { .. } => 0,
    }
}

/// Counts what a parked request used, now that its reply is there.
pub(crate) fn end_parked(machine: &mut Machine, ticket: Ticket, response: &mut ResponseKind) {
    if machine.quotas.parked.is_empty() {
        return;
    }
    if let Some(pending) = machine.quotas.parked.remove(&ticket) {
        settle(machine, &pending, response);
    }
}

/// Forgets the requests of a connection that is gone.
pub(crate) fn forget(machine: &mut Machine, connection: crate::machine::ConnectionId) {
    machine.quotas.parked.retain(|_, pending| pending.cx.connection != connection);
}

/// Counts, and writes the throttle time into the reply. A fetch that is over its quota gets nothing, and it counts for
/// nothing: the client asks again later.
fn settle(machine: &mut Machine, pending: &Pending, response: &mut ResponseKind) {
    let cx = &pending.cx;
    let time = standing(machine, cx, Use::Time).min(machine.quotas.windows.size);
    let own = match response {
        ResponseKind::Produce(_) => bytes(machine, cx, Use::Produce, pending.produced),
        ResponseKind::Fetch(fetch) => {
            let fetched = fetched_bytes(fetch);
            let over = bytes(machine, cx, Use::Fetch, fetched);
            if over.max(time) > 0 {
                take_back(machine, cx, Use::Fetch, fetched);
                *fetch = FetchResponse::default().with_session_id(fetch.session_id);
            }
            over
        }
        ResponseKind::CreateTopics(_) | ResponseKind::DeleteTopics(_) | ResponseKind::CreatePartitions(_) => {
            std::mem::take(&mut machine.quotas.mutation_throttle)
        }
        _ => 0,
    };
    let millis = own.max(time);
    if millis > 0 {
        throttle::say(response, i32::try_from(millis).unwrap_or(i32::MAX));
    }
}

/// The most bytes that a fetch may ask for at once: what its quota lets it save up.
fn fetch_bound(machine: &Machine, cx: &Context) -> Option<i32> {
    let limit = limit(machine, cx, Use::Fetch)?.value * machine.quotas.windows.whole_seconds();
    #[expect(clippy::cast_possible_truncation, reason = "a bound beyond the type's range is none")]
    Some((limit as i64).clamp(0, i64::from(i32::MAX)) as i32)
}

/// Asks for changes of `count` partitions. From the version `strict_from` on a client understands a refusal; an older one
/// is let through and must wait.
///
/// # Errors
///
/// `THROTTLING_QUOTA_EXCEEDED` when the quota is used up.
pub(crate) fn mutate(machine: &mut Machine, cx: &Context, strict_from: i16, count: usize) -> Result<(), ResponseError> {
    if machine.metadata.quotas.is_empty() {
        return Ok(());
    }
    let Some(limit) = limit(machine, cx, Use::Mutations) else { return Ok(()) };
    let (now, value) = (machine.now(), limit.value);
    let meter = Meter { broker: 0, of: Use::Mutations, user: limit.user, client_id: limit.client_id };
    let quotas = &mut machine.quotas;
    let windows = quotas.mutation_windows;
    let bucket = quotas.buckets.entry(meter).or_insert_with(|| Bucket::new(windows, now, value));
    let before = bucket.throttle(windows, now, value);
    if cx.version >= strict_from && before > 0 {
        quotas.mutation_throttle = quotas.mutation_throttle.max(before);
        return Err(ResponseError::ThrottlingQuotaExceeded);
    }
    bucket.take(amount(count));
    if cx.version < strict_from {
        quotas.mutation_throttle = quotas.mutation_throttle.max(bucket.throttle(windows, now, value));
    }
    Ok(())
}

/// Counts a new connection; where its address makes too many, for how long it hangs before it is closed.
pub(crate) fn connection_delay(machine: &mut Machine, broker: i32, peer: IpAddr) -> Option<Duration> {
    if machine.metadata.quotas.is_empty() {
        return None;
    }
    let address = peer.to_string();
    let limit = limits::of_address(&machine.metadata.quotas, &address)?;
    let (now, windows) = (machine.now(), machine.quotas.windows);
    let meter = Meter { broker, of: Use::Connections, user: None, client_id: Some(address) };
    let rate = machine.quotas.rates.entry(meter).or_default();
    rate.record(windows, now, 1.0);
    let millis = rate.throttle(windows, now, limit).min(windows.size);
    if millis == 0 {
        return None;
    }
    rate.record(windows, now, -1.0);
    u64::try_from(millis).ok().map(Duration::from_millis)
}

impl Machine {
    /// Whether it matters how long a request takes.
    pub(crate) fn times_requests(&self) -> bool {
        self.metadata.quotas.values().any(|quotas| quotas.contains_key(Use::Time.key()))
    }
}

fn limit(machine: &Machine, cx: &Context, of: Use) -> Option<Limit> {
    limits::of(&machine.metadata.quotas, of.key(), &cx.principal.name, &cx.client_id)
}

/// The rate that a use is counted in, and its limit; `None` where there is no limit.
fn meter<'a>(machine: &'a mut Machine, cx: &Context, of: Use) -> Option<(&'a mut Rate, f64)> {
    let limit = limit(machine, cx, of)?;
    let meter = Meter { broker: cx.broker, of, user: limit.user, client_id: limit.client_id };
    Some((machine.quotas.rates.entry(meter).or_default(), limit.value))
}

/// Counts bytes, and says for how many milliseconds that is too much.
fn bytes(machine: &mut Machine, cx: &Context, of: Use, count: usize) -> i64 {
    charge(machine, cx, of, amount(count))
}

fn charge(machine: &mut Machine, cx: &Context, of: Use, amount: f64) -> i64 {
    let (now, windows) = (machine.now(), machine.quotas.windows);
    let Some((rate, limit)) = meter(machine, cx, of) else { return 0 };
    rate.record(windows, now, amount);
    rate.throttle(windows, now, limit)
}

fn take_back(machine: &mut Machine, cx: &Context, of: Use, count: usize) {
    charge(machine, cx, of, -amount(count));
}

/// For how many milliseconds earlier use is too much.
fn standing(machine: &mut Machine, cx: &Context, of: Use) -> i64 {
    let (now, windows) = (machine.now(), machine.quotas.windows);
    meter(machine, cx, of).map_or(0, |(rate, limit)| rate.throttle(windows, now, limit))
}

#[expect(clippy::cast_precision_loss, reason = "bytes of one request are far below the precise range")]
fn amount(count: usize) -> f64 {
    count as f64
}

fn produced_bytes(request: &ProduceRequest) -> usize {
    let partitions = request.topic_data.iter().flat_map(|topic| &topic.partition_data);
    partitions.filter_map(|partition| partition.records.as_ref()).map(bytes::Bytes::len).sum()
}

fn fetched_bytes(response: &FetchResponse) -> usize {
    let partitions = response.responses.iter().flat_map(|topic| &topic.partitions);
    partitions.filter_map(|partition| partition.records.as_ref()).map(bytes::Bytes::len).sum()
}
