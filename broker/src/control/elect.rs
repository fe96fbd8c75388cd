//! ElectLeaders.

use kafka_protocol::messages::ElectLeadersRequest;

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn elect_leaders(_machine: &mut Machine, _cx: &Context, _request: ElectLeadersRequest) -> Outcome {
    Outcome::Close
}
