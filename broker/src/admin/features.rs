//! UpdateFeatures: the finalized levels of features (KIP-584).

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::update_features_request::FeatureUpdateKey;
use kafka_protocol::messages::update_features_response::UpdatableFeatureResult;
use kafka_protocol::messages::{UpdateFeaturesRequest, UpdateFeaturesResponse};
use kafka_protocol::protocol::StrBytes;

use super::cluster::controller;
use super::versions::FEATURES;
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::security::acl::{CLUSTER, Operation, ResourceType};
use crate::wire::refusal::Refusal;

/// How a level may move; the numbers are Kafka's upgrade types.
const UPGRADE: i8 = 1;
const SAFE_DOWNGRADE: i8 = 2;
const UNSAFE_DOWNGRADE: i8 = 3;

/// Moves levels: all that are asked for, or none.
pub(crate) fn update_features(machine: &mut Machine, cx: &Context, request: UpdateFeaturesRequest) -> Outcome {
    let refuse = |why: &Refusal| {
        UpdateFeaturesResponse::default().with_error_code(why.code()).with_error_message(why.text()).into()
    };
    if !cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER) {
        return refuse(&ResponseError::ClusterAuthorizationFailed.into());
    }
    let mut changes = Vec::new();
    for update in &request.feature_updates {
        let (name, level) = (update.feature.to_string(), update.max_version_level);
        if let Err(why) = check(machine, cx, update) {
            let words = format!(
                "The update failed for all features since the following feature had an error: Invalid update version \
                 {level} for feature {name}. {why}"
            );
            // A level of metadata says what it is about itself.
            let words = match why.strip_prefix("Unsupported metadata.version") {
                Some(_) => words.replace(&format!("Invalid update version {level} for feature {name}. "), ""),
                None => words,
            };
            return refuse(&Refusal::new(ResponseError::InvalidUpdateVersion, words));
        }
        if machine.metadata.features.get(&name) != Some(&level) {
            changes.push(Change::FeatureChanged { name, level });
        }
    }
    if !request.validate_only && !changes.is_empty() && machine.commit(changes).is_err() {
        return refuse(&ResponseError::KafkaStorageError.into());
    }
    let done = |update: FeatureUpdateKey| {
        let result = UpdatableFeatureResult::default().with_feature(update.feature);
        result.with_error_message(Some(StrBytes::from_static_str("NONE")))
    };
    let results = if cx.version < 2 { request.feature_updates.into_iter().map(done).collect() } else { Vec::new() };
    UpdateFeaturesResponse::default().with_error_message(None).with_results(results).into()
}

fn check(machine: &Machine, cx: &Context, update: &FeatureUpdateKey) -> Result<(), String> {
    let (name, level) = (update.feature.as_str(), update.max_version_level);
    let way = match (cx.version, update.allow_downgrade) {
        (0, true) => SAFE_DOWNGRADE,
        (0, false) => UPGRADE,
        _ => update.upgrade_type,
    };
    if ![UPGRADE, SAFE_DOWNGRADE, UNSAFE_DOWNGRADE].contains(&way) {
        return Err("The controller does not support the given upgrade type.".to_owned());
    }
    if level < 0 {
        return Err("A feature version cannot be less than 0.".to_owned());
    }
    let is_metadata = name == "metadata.version";
    let known = FEATURES.iter().find(|(known, _, _)| *known == name);
    let here = controller(machine);
    match known {
        None if level == 0 => return Err(format!("Feature {name} not found.")),
        None => return Err(format!("Local controller {here} does not support this feature.")),
        Some((_, min, max)) if (level != 0 || is_metadata) && !(*min..=*max).contains(&level) => {
            return Err(format!("Local controller {here} only supports versions {min}-{max}"));
        }
        Some(_) => {}
    }
    let now = machine.metadata.features.get(name).copied().unwrap_or(0);
    if level < now && way == UPGRADE {
        return Err("Can't downgrade the version of this feature without setting the upgrade type to either safe or \
                    unsafe downgrade."
            .to_owned());
    }
    if level > now && way != UPGRADE {
        return Err("Can't downgrade to a newer version.".to_owned());
    }
    if is_metadata && level < now {
        let why = match way {
            UNSAFE_DOWNGRADE => "Unsafe metadata downgrade is not supported in this version.",
            _ => "Refusing to perform the requested downgrade because it might delete metadata information.",
        };
        return Err(format!("Unsupported metadata.version downgrade from {now} to {level}. {why}"));
    }
    Ok(())
}
