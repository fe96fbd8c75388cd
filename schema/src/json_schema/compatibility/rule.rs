//! Every rule: Confluent's by its names, and ours for what Confluent does not compare.
//!
//! A rule that Confluent accepts and that may break a reader all the same is [`Risky`](Effect::Risky), whoever named it.
//! The texts are in modules by what they are about; this one has what they have in common.

/// Declares rules and the table of them.
macro_rules! rules {
    ($($name:ident $effect:ident [$($text:expr),* $(,)?])*) => {
        $(pub(in super::super) const $name: &crate::compatibility::Rule = &super::rule(
            stringify!($name),
            crate::compatibility::Effect::$effect,
            &[$($text),*],
        );)*

        pub(super) const LIST: &[crate::compatibility::Rule] =
            &[$(super::rule(stringify!($name), crate::compatibility::Effect::$effect, &[$($text),*])),*];
    };
}

pub(super) mod describing;
mod bounds;
pub(super) mod scalar;
pub(super) mod object;
pub(super) mod property;
pub(super) mod array;
pub(super) mod combination;
#[expect(dead_code, reason = "they are explained and not found")]
mod elsewhere;
pub(super) mod own;

use crate::Format;
use crate::compatibility::{Effect, Policy, Rule};

pub(super) use bounds::Family;

/// Every rule, in the order of the explanation, by what they are about.
pub const RULES: &[&[Rule]] = &[
    describing::LIST,
    bounds::LIST,
    scalar::LIST,
    object::LIST,
    property::LIST,
    array::LIST,
    combination::LIST,
    elsewhere::LIST,
    own::LIST,
];

const fn rule(name: &'static str, effect: Effect, texts: &[&'static str]) -> Rule {
    Rule::new(name, Format::Json, effect, texts)
}

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
