//! Every rule: Confluent's by its names, and ours for what Confluent does not compare.
//!
//! A rule that Confluent accepts and that may break a reader all the same is [`Risky`](Effect::Risky), whoever named it.
//! [`lists`] has the texts; this module has what they have in common.

mod lists;

use crate::compatibility::{Effect, Policy, Rule};

pub use lists::RULES;
pub(super) use lists::{
    Family, annotation, array, combination, dependency, general, item, number, object, own, property, string,
};

/// The four ways in which a bound differs.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) keyword: &'static str,
    pub(super) is_upper: bool,
    pub(super) added: &'static Rule,
    pub(super) removed: &'static Rule,
    pub(super) increased: &'static Rule,
    pub(super) decreased: &'static Rule,
}

/// What the lenient policy forgives: changes of which properties there are, but not of what they hold.
const FORGIVEN: &[&str] = &[
    "ADDITIONAL_PROPERTIES_NARROWED",
    "ADDITIONAL_PROPERTIES_REMOVED",
    "UNEVALUATED_PROPERTIES_NARROWED",
    "UNEVALUATED_PROPERTIES_REMOVED",
    "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL",
    "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",
    "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
    "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",
];

/// What a difference of this rule does under a policy.
pub(super) fn effect(rule: &Rule, policy: Policy) -> Effect {
    match policy {
        Policy::Lenient if FORGIVEN.contains(&rule.name) => Effect::Safe,
        _ => rule.effect,
    }
}
