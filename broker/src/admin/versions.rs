//! ApiVersions: what is served, and the finalized features.

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::api_versions_response::{ApiVersion, FinalizedFeatureKey, SupportedFeatureKey};
use kafka_protocol::messages::{ApiVersionsRequest, ApiVersionsResponse};
use kafka_protocol::protocol::StrBytes;

use super::telemetry;
use crate::machine::{Connection, Context, Machine, Outcome};
use crate::wire::served::{Api, served};

/// A feature, the levels that are supported, and the level of a new cluster.
pub(crate) const FEATURES: [(&str, i16, i16); 5] = [
    ("metadata.version", 7, 30),
    ("transaction.version", 0, 2),
    ("group.version", 0, 1),
    ("share.version", 0, 1),
    ("eligible.leader.replicas.version", 0, 1),
];

/// Says what is served; remembers the client's software (KIP-511).
pub(crate) fn api_versions(
    machine: &mut Machine,
    connection: &mut Connection,
    cx: &Context,
    request: &ApiVersionsRequest,
) -> Outcome {
    if cx.version >= 3 {
        let (name, version) = (&request.client_software_name, &request.client_software_version);
        if !is_software(name) || !is_software(version) {
            return ApiVersionsResponse::default().with_error_code(ResponseError::InvalidRequest.code()).into();
        }
        machine.admin.software.insert(connection.id, (name.to_string(), version.to_string()));
    }
    let mut response = ApiVersionsResponse::default().with_api_keys(api_keys(telemetry::is_shown(machine)));
    response.finalized_features_epoch = machine.metadata.features_epoch;
    // Clients before version 4 take a lowest level of 0 for an error.
    for (name, min, max) in FEATURES.into_iter().filter(|(_, min, _)| *min > 0 || cx.version >= 4) {
        let key = SupportedFeatureKey::default().with_name(StrBytes::from_static_str(name));
        response.supported_features.push(key.with_min_version(min).with_max_version(max));
    }
    for (name, level) in machine.metadata.features.iter().filter(|(_, level)| **level > 0) {
        let key = FinalizedFeatureKey::default().with_name(StrBytes::from_string(name.clone()));
        response.finalized_features.push(key.with_min_version_level(*level).with_max_version_level(*level));
    }
    response.into()
}

/// The answer to an ApiVersions of a version that is not served: Kafka answers in version 0.
pub(crate) fn unsupported() -> ApiVersionsResponse {
    let known = api_keys(false).into_iter().filter(|api| api.api_key == 18).collect();
    ApiVersionsResponse::default().with_error_code(ResponseError::UnsupportedVersion.code()).with_api_keys(known)
}

/// `GetTelemetrySubscriptions` and `PushTelemetry`: served always, shown where clients should use them.
const TELEMETRY: [i16; 2] = [71, 72];

fn api_keys(telemetry: bool) -> Vec<ApiVersion> {
    let api =
        |(key, min, max): &Api| ApiVersion::default().with_api_key(*key).with_min_version(*min).with_max_version(*max);
    served().iter().filter(|(key, _, _)| telemetry || !TELEMETRY.contains(key)).map(api).collect()
}

/// KIP-511: `[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?`.
fn is_software(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}
