//! Everything that a registry holds, taken out and put into another one with the same ids and versions.
//!
//! What is there already is left alone, and what contradicts it is found before anything is written: a subject is put
//! into mode IMPORT only while its missing versions are written. A copy that was broken off goes on when it is asked for
//! again.
//!
//! * `same`: whether two versions are the same schema.
//! * `plan`: what of an archive a registry lacks; pure.
//! * `transfer`: what the client asks for and writes.

mod same;
mod plan;
mod transfer;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::SchemaVersion;

/// What a registry holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Archive {
    /// The settings of the registry itself.
    pub global: Settings,
    /// Those of contexts, by names such as `:.staging:`.
    pub contexts: BTreeMap<String, Settings>,
    /// The subjects, by their names with the context that they are in.
    pub subjects: BTreeMap<String, ArchivedSubject>,
}

/// A subject, or the alias of one: that has settings and no versions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArchivedSubject {
    /// Its own settings.
    pub settings: Settings,
    /// Its versions, oldest first, those that are softly deleted among them.
    pub versions: BTreeMap<u32, SchemaVersion>,
}

/// The configuration and the mode of a scope; empty and absent where it inherits them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// As the registry answers it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub config: Map<String, Value>,
    /// Confluent's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<String>,
}

/// What of an archive a registry lacks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportPlan {
    /// The versions to write; each is in a later step than those that it refers to and than its predecessors.
    pub steps: Vec<Vec<SchemaVersion>>,
    /// The versions that are softly deleted in the archive and will be live, or are, in this order: a version that is
    /// referred to cannot be deleted.
    pub deletions: Vec<(String, u32)>,
    /// The settings to write, by scope; the registry's own under the empty name.
    pub settings: BTreeMap<String, Settings>,
    /// How many versions are there already.
    pub present: usize,
    /// What is there in another way, or refers to what is nowhere, so that nothing can be written.
    pub conflicts: Vec<String>,
    /// Subjects of the archive that are in mode IMPORT there and not in the archive: an import that was killed leaves
    /// them so, and this one ends it.
    pub left_open: BTreeSet<String>,
}

impl ImportPlan {
    /// The same without configurations and modes.
    #[must_use]
    pub fn without_settings(self) -> Self {
        Self { settings: BTreeMap::new(), left_open: BTreeSet::new(), ..self }
    }

    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.deletions.is_empty() && self.settings.is_empty() && self.left_open.is_empty()
    }
}

/// How an import ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// Everything is written.
    Whole,
    /// It was asked to stop; the modes of subjects are put back.
    Stopped,
}

/// Told how many versions are written; says whether to go on. Once it has said no, it does not say yes again.
pub type Watch<'a> = dyn Fn(usize) -> ControlFlow<()> + Sync + 'a;

impl Archive {
    /// How many versions there are.
    pub fn version_count(&self) -> usize {
        self.subjects.values().map(|subject| subject.versions.len()).sum()
    }

    fn versions(&self) -> impl Iterator<Item = (&str, u32, &SchemaVersion)> {
        self.subjects.iter().flat_map(|(name, subject)| {
            subject.versions.iter().map(move |(number, version)| (name.as_str(), *number, version))
        })
    }

    fn version(&self, subject: &str, number: u32) -> Option<&SchemaVersion> {
        self.subjects.get(subject)?.versions.get(&number)
    }
}

/// The context of a qualified name.
fn context(subject: &str) -> &str {
    let rest = subject.strip_prefix(':').and_then(|rest| rest.split_once(':'));
    rest.map_or(".", |(context, _)| context)
}

/// The subject that a version of `from` means by `subject`: without a context it is one of its own context.
fn qualified(from: &str, subject: &str) -> String {
    match context(from) {
        "." => subject.to_owned(),
        _ if subject.starts_with(':') => subject.to_owned(),
        context => format!(":{context}:{subject}"),
    }
}
