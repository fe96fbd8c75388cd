//! Client quotas: described, altered, enforced.

use kafka_protocol::messages::{AlterClientQuotasRequest, DescribeClientQuotasRequest};

use crate::machine::{Context, Machine, Outcome};
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[];

/// Whom a quota is for: entity type (`user`, `client-id`, `ip`) to name, `None` for the default of that type.
pub(crate) type Entity = Vec<(String, Option<String>)>;

/// What clients have used lately.
#[derive(Debug, Default)]
pub(crate) struct Quotas {}

pub(crate) fn tick(_machine: &mut Machine) {}

pub(crate) fn describe_client_quotas(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DescribeClientQuotasRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn alter_client_quotas(
    _machine: &mut Machine,
    _cx: &Context,
    _request: AlterClientQuotasRequest,
) -> Outcome {
    Outcome::Close
}
