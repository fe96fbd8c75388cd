//! Client quotas: described, altered, enforced.
//!
//! - [`api`]: DescribeClientQuotas and AlterClientQuotas
//! - [`rate`]: how much was used lately
//! - [`limits`]: which quota applies to whom
//! - [`enforce`]: what use comes to: a throttle time in the reply, and a connection that is not listened to for as long
//!
//! While no quota is set, a request costs one look at an empty map.

mod api;
pub(crate) mod enforce;
mod limits;
mod rate;
mod throttle;

use std::collections::{BTreeMap, HashMap};

pub(crate) use api::{alter_client_quotas, describe_client_quotas};
pub(crate) use enforce::{connection_delay, forget, mutate};
pub(crate) use throttle::throttle_time;

use crate::machine::{Machine, Ticket};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(48, 0, 1), (49, 0, 1)];

/// Whom a quota is for: entity type (`user`, `client-id`, `ip`) to name, `None` for the default of that type. Ordered by
/// type.
pub(crate) type Entity = Vec<(String, Option<String>)>;

/// What clients have used lately.
#[derive(Debug)]
pub(crate) struct Quotas {
    windows: rate::Windows,
    /// For controller mutations: `controller.quota.window.num` and its size.
    mutation_windows: rate::Windows,
    rates: HashMap<enforce::Meter, rate::Rate>,
    buckets: HashMap<enforce::Meter, rate::Bucket>,
    /// Requests that wait for their reply, whose use is not known yet.
    parked: HashMap<Ticket, enforce::Pending>,
    /// What the request under way must wait for the mutations that it asked for, in milliseconds.
    mutation_throttle: i64,
}

impl Quotas {
    /// Reads `quota.window.num`, `quota.window.size.seconds` and those of the controller.
    pub(crate) fn new(configs: &BTreeMap<String, String>) -> Self {
        Self {
            windows: rate::Windows::new(configs, "quota"),
            mutation_windows: rate::Windows::new(configs, "controller.quota"),
            rates: HashMap::new(),
            buckets: HashMap::new(),
            parked: HashMap::new(),
            mutation_throttle: 0,
        }
    }
}

/// Forgets what was used so long ago that no window knows it.
pub(crate) fn tick(machine: &mut Machine) {
    let now = machine.now();
    let quotas = &mut machine.quotas;
    quotas.rates.retain(|_, rate| !rate.is_empty(quotas.windows, now));
    if machine.metadata.quotas.is_empty() {
        quotas.buckets.clear();
        quotas.parked.clear();
    }
}
