//! Client telemetry (KIP-714).

use kafka_protocol::messages::{GetTelemetrySubscriptionsRequest, PushTelemetryRequest};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn get_subscriptions(
    _machine: &mut Machine,
    _cx: &Context,
    _request: GetTelemetrySubscriptionsRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn push(_machine: &mut Machine, _cx: &Context, _request: PushTelemetryRequest) -> Outcome {
    Outcome::Close
}
