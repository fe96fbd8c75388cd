//! UpdateFeatures: the finalized levels of features (KIP-584).

use kafka_protocol::messages::UpdateFeaturesRequest;

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn update_features(_machine: &mut Machine, _cx: &Context, _request: UpdateFeaturesRequest) -> Outcome {
    Outcome::Close
}
