//! What a schema carries beside its text: metadata and rules, as Confluent's registry stores them.
//!
//! They are data contracts: clients interpret them, a registry keeps them, merges them with what a subject's
//! configuration gives to all its schemas, and makes them part of a schema's identity. Fields that this crate does not
//! know are kept and returned.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// The property in which a registry notes the version of a schema.
pub const VERSION_PROPERTY: &str = "confluent:version";

/// The property that names fields, separated by commas, that no version may use or stop to reserve.
pub const RESERVED_PROPERTY: &str = "confluent:reserved";

/// Tags of parts of a schema, properties of the whole, and which of those are secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Tags by path, for example `**.ssn` to `PII`.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, BTreeSet<String>>,
    /// Properties of the schema, by name.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, String>,
    /// The names of properties whose values must not be shown.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeSet::is_empty")]
    pub sensitive: BTreeSet<String>,
    /// Fields of other versions of the format.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// The rules of a schema, by when they apply.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleSet {
    /// Rules between versions.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub migration_rules: Vec<Rule>,
    /// Rules on the data of one version.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub domain_rules: Vec<Rule>,
    /// Rules on encoded bytes.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "Vec::is_empty")]
    pub encoding_rules: Vec<Rule>,
    /// From when on they apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enable_at: Option<String>,
    /// Fields of other versions of the format.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// One rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    /// The name, unique in its rule set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
    /// What it does to data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RuleKind>,
    /// When it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<RuleMode>,
    /// Who runs it, for example `CEL`.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub rule_type: Option<String>,
    /// The tags of the fields that it is for.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<String>,
    /// Parameters of whoever runs it.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
    /// The expression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expr: Option<String>,
    /// The action after success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_success: Option<String>,
    /// The action after failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_failure: Option<String>,
    /// Whether it is off.
    #[serde(default, deserialize_with = "or_default", skip_serializing_if = "std::ops::Not::not")]
    pub disabled: bool,
    /// Fields of other versions of the format.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$of])* $variant,)*
            /// A word of another version of the format.
            Other(String),
        }

        impl $name {
            /// The registry's word.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<String> for $name {
            fn from(word: String) -> Self {
                match word.as_str() {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word),
                }
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }
    };
}

words! {
    /// What a rule does to data.
    RuleKind {
        /// Changes it.
        Transform = "TRANSFORM",
        /// Judges it.
        Condition = "CONDITION",
    }
}

words! {
    /// When a rule runs.
    RuleMode {
        /// From an older version to a newer one.
        Upgrade = "UPGRADE",
        /// From a newer version to an older one.
        Downgrade = "DOWNGRADE",
        /// Both.
        UpDown = "UPDOWN",
        /// Before data is written.
        Write = "WRITE",
        /// After data is read.
        Read = "READ",
        /// Both.
        WriteRead = "WRITEREAD",
    }
}

/// Clients write `null` for what they leave out.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Metadata {
    /// What `self` and `over` say together; `over` wins.
    #[must_use]
    pub fn merged(&self, over: &Self) -> Self {
        let mut merged = self.clone();
        merged.tags.extend(over.tags.iter().map(|(path, tags)| (path.clone(), tags.clone())));
        merged.properties.extend(over.properties.iter().map(|(name, value)| (name.clone(), value.clone())));
        merged.sensitive.extend(over.sensitive.iter().cloned());
        merged.other.extend(over.other.iter().map(|(name, value)| (name.clone(), value.clone())));
        merged
    }

    /// A property's value.
    pub fn property(&self, name: &str) -> Option<&str> {
        self.properties.get(name).map(String::as_str)
    }

    /// The same with the note of the version that it is.
    #[must_use]
    pub fn with_version(mut self, version: u32) -> Self {
        self.properties.insert(VERSION_PROPERTY.to_owned(), version.to_string());
        self
    }

    /// The same without the note of the version; `None` if nothing else is in it.
    pub fn without_version(&self) -> Option<Self> {
        let mut rest = self.clone();
        rest.properties.remove(VERSION_PROPERTY);
        (!rest.is_empty()).then_some(rest)
    }

    /// The names that no field may have.
    pub fn reserved(&self) -> BTreeSet<&str> {
        let names = self.property(RESERVED_PROPERTY).into_iter().flat_map(|names| names.split(','));
        names.map(str::trim).filter(|name| !name.is_empty()).collect()
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.properties.is_empty() && self.sensitive.is_empty() && self.other.is_empty()
    }
}

impl RuleSet {
    /// What `self` and `over` say together: a rule of `over` replaces the one of the same name.
    #[must_use]
    pub fn merged(&self, over: &Self) -> Self {
        let mut other = self.other.clone();
        other.extend(over.other.iter().map(|(name, value)| (name.clone(), value.clone())));
        Self {
            migration_rules: merged_rules(&self.migration_rules, &over.migration_rules),
            domain_rules: merged_rules(&self.domain_rules, &over.domain_rules),
            encoding_rules: merged_rules(&self.encoding_rules, &over.encoding_rules),
            enable_at: over.enable_at.clone().or_else(|| self.enable_at.clone()),
            other,
        }
    }

    /// All rules, in the order of the kinds.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.migration_rules.iter().chain(&self.domain_rules).chain(&self.encoding_rules)
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.rules().next().is_none() && self.enable_at.is_none() && self.other.is_empty()
    }

    /// What makes it unusable, in words: rules need names that are not shared, and a mode that fits their kind of rule.
    pub fn fault(&self) -> Option<String> {
        let migration = self.migration_rules.iter().map(|rule| (rule, "migrationRules"));
        let domain = self.domain_rules.iter().map(|rule| (rule, "domainRules"));
        let encoding = self.encoding_rules.iter().map(|rule| (rule, "encodingRules"));
        let mut names = BTreeSet::new();
        migration.chain(domain).chain(encoding).find_map(|(rule, list)| rule.fault(list, &mut names))
    }
}

impl Rule {
    fn fault<'a>(&'a self, list: &'static str, names: &mut BTreeSet<(&'static str, &'a str)>) -> Option<String> {
        let Some(name) = self.name.as_deref().filter(|name| !name.is_empty()) else {
            return Some(format!("a rule of {list} has no name: give it one"));
        };
        if !names.insert((list, name)) {
            return Some(format!("two rules of {list} have the name '{name}': rename one"));
        }
        let migrates = matches!(self.mode, Some(RuleMode::Upgrade | RuleMode::Downgrade | RuleMode::UpDown));
        let known = matches!(self.mode, Some(RuleMode::Write | RuleMode::Read | RuleMode::WriteRead)) || migrates;
        let expected =
            if list == "migrationRules" { "UPGRADE, DOWNGRADE or UPDOWN" } else { "WRITE, READ or WRITEREAD" };
        let mode = self.mode.as_ref()?;
        let fits = migrates == (list == "migrationRules");
        (known && !fits)
            .then(|| format!("the rule '{name}' of {list} has the mode {}: it takes {expected}", mode.as_str()))
    }
}

/// Rules of `base` that `over` does not replace come first.
fn merged_rules(base: &[Rule], over: &[Rule]) -> Vec<Rule> {
    let replaced = |rule: &Rule| over.iter().any(|other| other.name == rule.name);
    base.iter().filter(|rule| !replaced(rule)).chain(over).cloned().collect()
}

/// What a schema gets: `default`, overruled by what it brings itself, overruled by `overriding`.
pub fn effective_metadata(
    default: Option<&Metadata>,
    specific: Option<&Metadata>,
    overriding: Option<&Metadata>,
) -> Option<Metadata> {
    let layers = [default, specific, overriding].into_iter().flatten();
    layers.fold(None, |below, layer| Some(below.map_or_else(|| layer.clone(), |below: Metadata| below.merged(layer))))
}

/// The same for rules.
pub fn effective_rule_set(
    default: Option<&RuleSet>,
    specific: Option<&RuleSet>,
    overriding: Option<&RuleSet>,
) -> Option<RuleSet> {
    let layers = [default, specific, overriding].into_iter().flatten();
    layers.fold(None, |below, layer| Some(below.map_or_else(|| layer.clone(), |below: RuleSet| below.merged(layer))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(text: &str) -> Metadata {
        serde_json::from_str(text).unwrap()
    }

    fn rules(text: &str) -> RuleSet {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn keeps_fields_that_it_does_not_know() {
        let text = r#"{"domainRules":[{"name":"a","kind":"CONDITION","mode":"NEWMODE","type":"CEL","expr":"x","new":1}],"later":[2]}"#;
        assert_eq!(serde_json::to_string(&rules(text)).unwrap(), text);
        let text = r#"{"properties":{"owner":"a"},"later":{"b":null}}"#;
        assert_eq!(serde_json::to_string(&metadata(text)).unwrap(), text);
    }

    #[test]
    fn null_is_as_good_as_nothing() {
        assert!(rules(r#"{"domainRules":null,"migrationRules":null,"enableAt":null}"#).is_empty());
        assert!(metadata(r#"{"tags":null,"properties":null,"sensitive":null}"#).is_empty());
    }

    #[test]
    fn the_later_layer_wins() {
        let default = metadata(r#"{"properties":{"owner":"all","team":"x"},"sensitive":["k"]}"#);
        let specific = metadata(r#"{"properties":{"owner":"me"}}"#);
        let overriding = metadata(r#"{"properties":{"team":"y"}}"#);
        let merged = effective_metadata(Some(&default), Some(&specific), Some(&overriding)).unwrap();
        assert_eq!(merged, metadata(r#"{"properties":{"owner":"me","team":"y"},"sensitive":["k"]}"#));
        assert_eq!(effective_metadata(None, None, None), None);
    }

    #[test]
    fn a_rule_replaces_its_namesake() {
        let default = rules(r#"{"domainRules":[{"name":"a","expr":"1"},{"name":"b"}],"enableAt":"soon"}"#);
        let specific = rules(r#"{"domainRules":[{"name":"a","expr":"2"}]}"#);
        let merged = effective_rule_set(Some(&default), Some(&specific), None).unwrap();
        assert_eq!(merged, rules(r#"{"domainRules":[{"name":"b"},{"name":"a","expr":"2"}],"enableAt":"soon"}"#));
    }

    #[test]
    fn says_what_is_wrong_with_rules() {
        let fault = |text| rules(text).fault();
        assert_eq!(fault(r#"{"domainRules":[{"name":"a","mode":"WRITE"}]}"#), None);
        assert!(fault(r#"{"domainRules":[{"mode":"WRITE"}]}"#).unwrap().contains("no name"));
        assert!(fault(r#"{"domainRules":[{"name":"a"},{"name":"a"}]}"#).unwrap().contains("'a'"));
        assert!(fault(r#"{"migrationRules":[{"name":"a","mode":"WRITE"}]}"#).unwrap().contains("UPGRADE"));
        assert!(fault(r#"{"encodingRules":[{"name":"a","mode":"UPDOWN"}]}"#).unwrap().contains("WRITEREAD"));
    }

    #[test]
    fn reads_reserved_names_and_the_version() {
        let with = metadata(r#"{"properties":{"confluent:reserved":"a, b,,c","confluent:version":"3"}}"#);
        assert_eq!(with.reserved().into_iter().collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(metadata(r#"{"properties":{"confluent:version":"3"}}"#).without_version(), None);
        assert_eq!(Metadata::default().with_version(4).property(VERSION_PROPERTY), Some("4"));
    }
}
