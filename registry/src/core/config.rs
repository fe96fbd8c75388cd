//! How the schemas of a scope are treated: compatibility, normalisation, what is added to each.

mod update;

use schema::compatibility::{Level, Policy};
use schema::contract::{Metadata, RuleSet, effective_metadata, effective_rule_set};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::core::names::Scope;
use crate::core::state::State;

pub(crate) use update::{ConfigUpdate, Field};

/// The level of a registry that was never configured.
pub(crate) const DEFAULT_LEVEL: Level = Level::Backward;

/// The configuration of one scope. What is absent is left to the next wider scope.
///
/// It is read from the log, and answers `GET /config`. Levels and policies are kept as they are written: another
/// registry may know more of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alias: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) alias_for_deks: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) normalize: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validate_fields: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validate_new_schemas: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) validate_rules: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compatibility_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compatibility_policy: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) compatibility_group: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) override_metadata: Option<Metadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) default_rule_set: Option<RuleSet>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) override_rule_set: Option<RuleSet>,
    /// Fields of other versions of the format; `subject` is not among them.
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl Config {
    /// What counts in a scope: its own fields, then those of each wider scope, then the defaults.
    pub(crate) fn effective(state: &State, scope: &Scope) -> Self {
        let scopes = std::iter::successors(Some(scope.clone()), Scope::wider);
        let mut merged = scopes
            .filter_map(|scope| state.config(&scope))
            .fold(Self::default(), |narrow, wide| Self::merged(wide, &narrow));
        merged.compatibility_level.get_or_insert_with(|| DEFAULT_LEVEL.as_str().to_owned());
        merged
    }

    /// What `wide` and `narrow` say together; `narrow` wins.
    fn merged(wide: &Self, narrow: &Self) -> Self {
        fn either<T: Clone>(narrow: Option<&T>, wide: Option<&T>) -> Option<T> {
            narrow.or(wide).cloned()
        }
        let mut other = wide.other.clone();
        other.extend(narrow.other.clone());
        Self {
            // An alias is for one subject: a wider scope has none to give.
            alias: narrow.alias.clone(),
            alias_for_deks: narrow.alias_for_deks.clone(),
            normalize: narrow.normalize.or(wide.normalize),
            validate_fields: narrow.validate_fields.or(wide.validate_fields),
            validate_new_schemas: narrow.validate_new_schemas.or(wide.validate_new_schemas),
            validate_rules: narrow.validate_rules.or(wide.validate_rules),
            compatibility_level: either(narrow.compatibility_level.as_ref(), wide.compatibility_level.as_ref()),
            compatibility_policy: either(narrow.compatibility_policy.as_ref(), wide.compatibility_policy.as_ref()),
            compatibility_group: either(narrow.compatibility_group.as_ref(), wide.compatibility_group.as_ref()),
            default_metadata: effective_metadata(
                wide.default_metadata.as_ref(),
                narrow.default_metadata.as_ref(),
                None,
            ),
            override_metadata: effective_metadata(
                wide.override_metadata.as_ref(),
                narrow.override_metadata.as_ref(),
                None,
            ),
            default_rule_set: effective_rule_set(
                wide.default_rule_set.as_ref(),
                narrow.default_rule_set.as_ref(),
                None,
            ),
            override_rule_set: effective_rule_set(
                wide.override_rule_set.as_ref(),
                narrow.override_rule_set.as_ref(),
                None,
            ),
            other,
        }
    }

    /// The level; the default if another registry wrote one that is not known here.
    pub(crate) fn level(&self) -> Level {
        self.compatibility_level.as_deref().and_then(Level::from_name).unwrap_or(DEFAULT_LEVEL)
    }

    pub(crate) fn policy(&self) -> Policy {
        match self.compatibility_policy.as_deref() {
            Some(policy) if policy.eq_ignore_ascii_case("LENIENT") => Policy::Lenient,
            _ => Policy::Strict,
        }
    }

    /// Whether it adds metadata or rules to schemas.
    pub(crate) fn adds_to_schemas(&self) -> bool {
        self.default_metadata.is_some()
            || self.override_metadata.is_some()
            || self.default_rule_set.is_some()
            || self.override_rule_set.is_some()
    }
}
