//! Compares what is declared with what is there, and says which steps lead from one to the other.
//!
//! [`plan`] is pure: it sees two values. Everything that could be decided is decided here, so that `apply` has no
//! choices left and a reviewed plan is what runs. The rules:
//!
//! * **The manifest is the truth for the topics and subjects that it names, and silent about all others.** A dynamic
//!   override on a declared topic that the manifest does not name goes back to the broker's default; a compatibility
//!   level that it does not name goes back to the registry's. What other tools own is left alone: see [`KEPT_CONFIG`].
//! * **Nothing is deleted.** Without state, a topic that left the manifest cannot be told from somebody else's:
//!   topics that the manifest does not name are listed as [`Notice`]s.
//! * **What cannot be done is a [`Problem`]**: fewer partitions, another replication factor, more replicas than
//!   brokers. The rest of the plan is shown, but does not run while there are problems.
//! * **A contract that would break is a problem**: a changed schema must fit the registered versions by the engine's
//!   judgement and by the registry's, so that nothing is written before it is known that everything can be.
//! * **Order**: topics, partitions, configuration, then for each subject modes that open, levels that get looser, other
//!   settings, schemas, levels that get stricter, modes that close. A schema comes after those that it refers to.

use schema::Format;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use topology::ir::{Metadata, Mode, RuleSet};
use topology::name::TopicName;

use crate::desired::{Desired, Level, Subject};
use crate::error::Error;
use crate::observe::Observed;

mod subjects;
mod topics;
mod value;

#[cfg(test)]
mod tests;

pub use topics::KEPT_CONFIG;
pub(crate) use value::{same_config, same_value};

/// The version of a plan's JSON form. It grows when a reader of the old form would misunderstand the new one.
pub const FORMAT_VERSION: u32 = 1;

/// The steps from what is there to what is declared.
///
/// Its JSON form is stable: fields are added, never renamed or removed, within one [`FORMAT_VERSION`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// [`FORMAT_VERSION`].
    pub format_version: u32,
    /// The cluster that was observed. `apply` refuses to run on another.
    pub cluster_id: String,
    /// The base URL of the registry that was observed. `apply` refuses to run on another.
    pub registry: Option<String>,
    /// [`Desired::digest`] of what was declared.
    pub desired_sha256: String,
    /// What `apply` does, in this order.
    pub steps: Vec<Step>,
    /// What cannot be done. `apply` refuses to run while there are any.
    pub problems: Vec<Problem>,
    /// What one should know.
    pub notices: Vec<Notice>,
    /// How many declared topics and subjects need nothing.
    pub unchanged: usize,
}

/// One thing that `apply` does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its identity in this plan, such as `topic/orders/create`.
    pub id: String,
    /// Why it is needed: a phrase.
    pub reason: String,
    /// Whether planning and applying the old manifest again would not bring the old state back.
    pub irreversible: bool,
    /// What may go wrong for data or services: full sentences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<String>,
    /// What is done.
    #[serde(flatten)]
    pub change: Change,
}

/// What a step does, with the state before and after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "a plan has few steps, and most of the large ones register a schema")]
pub enum Change {
    /// Creates a topic.
    CreateTopic {
        /// Its name.
        topic: TopicName,
        /// The number of partitions.
        partitions: u32,
        /// The number of replicas of each.
        replication_factor: u32,
        /// Its overrides.
        config: BTreeMap<String, String>,
    },
    /// Adds partitions to a topic.
    AddPartitions {
        /// Its name.
        topic: TopicName,
        /// The number of partitions that it has.
        before: u32,
        /// The number that it shall have; more than `before`.
        after: u32,
    },
    /// Sets and resets overrides of a topic, together.
    AlterConfig {
        /// Its name.
        topic: TopicName,
        /// The overrides by key; keys that stay are not here.
        config: BTreeMap<String, Override>,
    },
    /// Sets or resets a subject's compatibility level.
    SetCompatibility {
        /// The subject.
        subject: Subject,
        /// Its own level; the registry's default if absent.
        before: Option<Level>,
        /// The level that it shall have; back to the registry's default if absent.
        after: Option<Level>,
        /// Whether this comes before the subject's schema (looser) or after it (stricter).
        order: CompatibilityOrder,
    },
    /// Sets and resets other settings of a subject, together: `compatibilityPolicy`, `compatibilityGroup`, `normalize`.
    ConfigureSubject {
        /// The subject.
        subject: Subject,
        /// The settings by Confluent's names; those that stay are not here.
        config: BTreeMap<String, Override>,
    },
    /// Sets a subject's mode.
    SetMode {
        /// The subject.
        subject: Subject,
        /// Its own mode; that of its context if absent.
        before: Option<String>,
        /// The mode that it shall have.
        after: Mode,
    },
    /// Registers a schema as the newest version of a subject.
    RegisterSchema {
        /// The subject.
        subject: Subject,
        /// The newest version that it has.
        before: Option<Registered>,
        /// The text to register.
        schema: String,
        /// The rest of what is registered, where there is more than an Avro text.
        #[serde(flatten)]
        contract: Box<Contract>,
    },
}

/// What is registered beside the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contract {
    /// How the text is written.
    #[serde(default = "avro", skip_serializing_if = "is_avro")]
    pub format: Format,
    /// What the text refers to, in its order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<PlannedReference>,
    /// What is stored beside it; left as it is if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// What serializers do; left as it is if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<RuleSet>,
    /// Whether the registry shall normalise the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub normalize: Option<bool>,
}

/// A name in a text and the version that it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedReference {
    /// The name in the text.
    pub name: String,
    /// The subject.
    pub subject: Subject,
    /// Its version; absent where this plan registers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl Default for Contract {
    fn default() -> Self {
        Self { format: avro(), references: Vec::new(), metadata: None, rules: None, normalize: None }
    }
}

fn avro() -> Format {
    Format::Avro
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_avro(format: &Format) -> bool {
    *format == Format::Avro
}

/// A value of an override before and after; absent means that the broker's default applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    /// What it is.
    pub before: Option<String>,
    /// What it shall be.
    pub after: Option<String>,
}

/// When a subject's level changes, seen from its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CompatibilityOrder {
    /// Before it: the level gets looser, or neither looser nor stricter.
    BeforeSchema,
    /// After it: the level gets stricter.
    AfterSchema,
}

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The id that records carry.
    pub id: u32,
    /// The version within the subject, from 1.
    pub version: u32,
    /// The text.
    pub schema: String,
    /// What is stored beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Metadata>,
    /// What serializers do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<RuleSet>,
}

/// Something declared that this version cannot do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What it is about, such as `topic/orders`.
    pub about: String,
    /// What is the matter: a phrase with the numbers.
    pub what: String,
    /// Why it cannot be done: a sentence.
    pub why: String,
    /// What to do: an imperative sentence.
    pub help: String,
    /// Everything that it consists of, such as each difference that breaks a contract: phrases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

/// Something that one should know and that needs no step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Notice {
    /// Topics of the cluster that the manifest does not name. Nothing happens to them.
    TopicsNotInManifest {
        /// Their names, sorted.
        topics: Vec<String>,
    },
    /// A schema is registered, but a newer version follows it.
    NewerVersion {
        /// The subject.
        subject: Subject,
        /// The version that the manifest's schema is.
        declared: u32,
        /// The newest version.
        latest: u32,
    },
    /// The engine refuses a schema that the registry would take.
    RegistryDisagrees {
        /// The subject.
        subject: Subject,
    },
    /// The registry takes the name of a subject for another's, so what is declared goes there.
    Alias {
        /// The name in the manifest.
        subject: Subject,
        /// The subject that is meant.
        target: String,
    },
    /// A registry took a schema and dropped what is declared beside it.
    NotKept {
        /// The subject.
        subject: Subject,
        /// What it dropped: `metadata` or `rules`.
        what: String,
    },
}

/// The steps from `observed` to `desired`.
pub fn plan(desired: &Desired, observed: &Observed) -> Plan {
    let mut findings = Findings::default();
    topics::compare(desired, observed, &mut findings);
    subjects::compare(desired, observed, &mut findings);
    findings.steps.sort_by_key(|step| step.change.phase());
    Plan {
        format_version: FORMAT_VERSION,
        cluster_id: observed.cluster_id.clone(),
        registry: observed.registry.as_ref().map(|registry| registry.url.clone()),
        desired_sha256: desired.digest(),
        steps: findings.steps,
        problems: findings.problems,
        notices: findings.notices,
        unchanged: findings.unchanged,
    }
}

/// What the comparisons find.
#[derive(Debug, Default)]
struct Findings {
    steps: Vec<Step>,
    problems: Vec<Problem>,
    notices: Vec<Notice>,
    unchanged: usize,
}

/// Steps of one phase do not depend on each other; a phase runs after the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    CreateTopics,
    AddPartitions,
    AlterConfigs,
    OpenSubjects,
    LoosenCompatibility,
    ConfigureSubjects,
    RegisterSchemas,
    TightenCompatibility,
    CloseSubjects,
}

impl Plan {
    /// Whether there is nothing to do and nothing in the way.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.problems.is_empty()
    }

    /// Whether something declared cannot be done, so that `apply` refuses the plan.
    pub fn is_blocked(&self) -> bool {
        !self.problems.is_empty()
    }

    /// How many things are added and how many are changed. Nothing is ever destroyed.
    pub fn counts(&self) -> Counts {
        let added = self.steps.iter().filter(|step| step.change.adds()).count();
        Counts { add: added, change: self.steps.len() - added }
    }

    /// The plan as JSON, for `--format json` and for saving.
    ///
    /// # Panics
    ///
    /// Never: a plan always has a JSON form.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a plan has a JSON form")
    }

    /// A plan that [`Plan::to_json`] wrote.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Head {
            format_version: u32,
        }
        let damaged = |error: serde_json::Error| Error::SavedPlan { detail: error.to_string() };
        let head: Head = serde_json::from_str(text).map_err(damaged)?;
        if head.format_version != FORMAT_VERSION {
            let detail =
                format!("it has format {} and this version reads format {FORMAT_VERSION}", head.format_version);
            return Err(Error::SavedPlan { detail });
        }
        serde_json::from_str(text).map_err(damaged)
    }
}

/// How much a plan does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Topics created and subjects that get their first schema.
    pub add: usize,
    /// Everything else.
    pub change: usize,
}

impl Change {
    /// Whether something comes into being, as opposed to being changed.
    fn adds(&self) -> bool {
        matches!(self, Self::CreateTopic { .. } | Self::RegisterSchema { before: None, .. })
    }

    pub(crate) fn phase(&self) -> Phase {
        match self {
            Self::CreateTopic { .. } => Phase::CreateTopics,
            Self::AddPartitions { .. } => Phase::AddPartitions,
            Self::AlterConfig { .. } => Phase::AlterConfigs,
            Self::SetCompatibility { order: CompatibilityOrder::BeforeSchema, .. } => Phase::LoosenCompatibility,
            Self::ConfigureSubject { .. } => Phase::ConfigureSubjects,
            Self::SetMode { after: Mode::ReadOnly, .. } => Phase::CloseSubjects,
            Self::SetMode { .. } => Phase::OpenSubjects,
            Self::RegisterSchema { .. } => Phase::RegisterSchemas,
            Self::SetCompatibility { order: CompatibilityOrder::AfterSchema, .. } => Phase::TightenCompatibility,
        }
    }
}
