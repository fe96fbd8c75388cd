//! A change of a configuration, field by field.

use schema::compatibility::Level;
use schema::contract::{Metadata, RuleSet};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Config;
use crate::core::names::Subject;
use crate::core::refusal::{Refusal, quoted};

/// What an update says about one field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Field<T> {
    /// Nothing: it stays as it is.
    #[default]
    Absent,
    /// `null`: it is cleared.
    Null,
    Value(T),
}

impl<T> Field<T> {
    fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    fn says_nothing(&self) -> bool {
        self.value().is_none()
    }
}

impl<T: Clone> Field<T> {
    fn update(&self, field: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *field = None,
            Self::Value(value) => *field = Some(value.clone()),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

impl<T: Serialize> Serialize for Field<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

/// The body of `PUT /config`, which is also its answer: absent fields stay as they are, `null` clears.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ConfigUpdate {
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) alias: Field<String>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) alias_for_deks: Field<String>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) normalize: Field<bool>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) validate_fields: Field<bool>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) validate_new_schemas: Field<bool>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) validate_rules: Field<bool>,
    #[serde(alias = "compatibilityLevel", skip_serializing_if = "Field::says_nothing")]
    pub(crate) compatibility: Field<String>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) compatibility_policy: Field<String>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) compatibility_group: Field<String>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) default_metadata: Field<Metadata>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) override_metadata: Field<Metadata>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) default_rule_set: Field<RuleSet>,
    #[serde(skip_serializing_if = "Field::says_nothing")]
    pub(crate) override_rule_set: Field<RuleSet>,
}

impl ConfigUpdate {
    /// The configuration after the update.
    pub(crate) fn apply(&self, to: &Config) -> Config {
        let mut config = to.clone();
        self.alias.update(&mut config.alias);
        self.alias_for_deks.update(&mut config.alias_for_deks);
        self.normalize.update(&mut config.normalize);
        self.validate_fields.update(&mut config.validate_fields);
        self.validate_new_schemas.update(&mut config.validate_new_schemas);
        self.validate_rules.update(&mut config.validate_rules);
        self.compatibility.update(&mut config.compatibility_level);
        self.compatibility_policy.update(&mut config.compatibility_policy);
        self.compatibility_group.update(&mut config.compatibility_group);
        self.default_metadata.update(&mut config.default_metadata);
        self.override_metadata.update(&mut config.override_metadata);
        self.default_rule_set.update(&mut config.default_rule_set);
        self.override_rule_set.update(&mut config.override_rule_set);
        config
    }

    /// The update with levels and policies in capitals.
    ///
    /// # Errors
    ///
    /// When it has a level, a policy, an alias or rules that cannot be.
    pub(crate) fn checked(mut self) -> Result<Self, Refusal> {
        if let Field::Value(level) = &mut self.compatibility {
            let known = Level::from_name(level).ok_or_else(|| Refusal::InvalidCompatibilityLevel(quoted(level)))?;
            known.as_str().clone_into(level);
        }
        if let Field::Value(policy) = &mut self.compatibility_policy {
            policy.make_ascii_uppercase();
            if !matches!(policy.as_str(), "STRICT" | "LENIENT") {
                return Err(Refusal::InvalidCompatibilityPolicy(quoted(policy)));
            }
        }
        for alias in [&self.alias, &self.alias_for_deks].into_iter().filter_map(Field::value) {
            alias.parse::<Subject>()?;
        }
        let rules = [&self.default_rule_set, &self.override_rule_set];
        let fault = rules.into_iter().filter_map(Field::value).find_map(RuleSet::fault);
        fault.map_or(Ok(self), |fault| Err(Refusal::InvalidRuleSet(fault)))
    }
}
