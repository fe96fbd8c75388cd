//! Everything that a registry holds, taken out and put into another one with the same ids and versions.
//!
//! What is there already is left alone, and what contradicts it is found before anything is written: a subject is put
//! into mode IMPORT only while its missing versions are written. A copy that was broken off goes on when it is asked for
//! again.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use schema::Format;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use topology::ir::Mode;

use super::{Client, Config, Listing, NewSchema, Refusal, SchemaVersion, Scope};

/// How many requests run side by side.
const SIDE_BY_SIDE: usize = 16;

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

/// A subject.
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

impl Settings {
    /// What a request has to say so that these follow `others`: what is not named stays, and `null` takes away.
    fn over(&self, others: &Self) -> Self {
        let gone = others.config.keys().filter(|key| !self.config.contains_key(*key));
        let config = self.config.clone().into_iter().chain(gone.map(|key| (key.clone(), Value::Null)));
        Self { config: config.collect(), mode: self.mode.clone() }
    }
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

impl Archive {
    /// How many versions there are.
    pub fn version_count(&self) -> usize {
        self.subjects.values().map(|subject| subject.versions.len()).sum()
    }

    /// What `target` lacks of this.
    pub fn missing_in(&self, target: &Self) -> ImportPlan {
        let mut plan = ImportPlan::default();
        let ids = target.by_id();
        let mut missing = BTreeMap::new();
        let mut deleted = BTreeMap::new();
        for (name, number, version) in self.versions() {
            let there = target.version(name, number);
            if version.deleted && there.is_none_or(|there| !there.deleted) {
                deleted.insert((name, number), version);
            }
            let Some(there) = there else {
                plan.conflicts.extend(taken(version, ids.get(&(context(name), version.id)).copied()));
                plan.conflicts.extend(self.nowhere(version, target));
                missing.insert((name, number), version);
                continue;
            };
            match contradiction(version, there) {
                Some(how) => plan.conflicts.push(format!("version {number} of subject `{name}` is there {how}")),
                None => plan.present += 1,
            }
        }
        plan.settings = self.settings_missing_in(target);
        plan.left_open = self.left_open(target);
        plan.steps = steps(&missing);
        let in_order = steps(&deleted).into_iter().flatten().rev();
        plan.deletions = in_order.map(|version| (version.subject, version.version)).collect();
        plan
    }

    fn versions(&self) -> impl Iterator<Item = (&str, u32, &SchemaVersion)> {
        self.subjects.iter().flat_map(|(name, subject)| {
            subject.versions.iter().map(move |(number, version)| (name.as_str(), *number, version))
        })
    }

    fn version(&self, subject: &str, number: u32) -> Option<&SchemaVersion> {
        self.subjects.get(subject)?.versions.get(&number)
    }

    /// The references of a version to what is neither here nor in `target`.
    fn nowhere(&self, version: &SchemaVersion, target: &Self) -> Vec<String> {
        let is_somewhere = |subject: &str, number: i32| match u32::try_from(number) {
            Ok(number) => [self, target].iter().any(|archive| archive.version(subject, number).is_some()),
            // The latest one.
            Err(_) => [self, target].iter().any(|archive| archive.subjects.contains_key(subject)),
        };
        let lost = version
            .references
            .iter()
            .filter(|to| !is_somewhere(&qualified(&version.subject, &to.subject), to.version))
            .map(|to| {
                format!(
                    "version {} of subject `{}` refers to version {} of subject `{}`, which is neither in the export nor \
                     in the registry",
                    version.version, version.subject, to.version, to.subject
                )
            });
        lost.collect()
    }

    fn left_open(&self, target: &Self) -> BTreeSet<String> {
        let is_import = |archive: &Self, name: &str| {
            let mode = archive.subjects.get(name).and_then(|subject| subject.settings.mode.as_deref());
            mode == Some(Mode::Import.as_str())
        };
        self.subjects.keys().filter(|name| is_import(target, name) && !is_import(self, name)).cloned().collect()
    }

    fn settings_missing_in(&self, target: &Self) -> BTreeMap<String, Settings> {
        let none = Settings::default();
        let scopes = std::iter::once((String::new(), &self.global, &target.global));
        let contexts =
            self.contexts.iter().map(|(name, ours)| (name.clone(), ours, target.contexts.get(name).unwrap_or(&none)));
        let subjects = self.subjects.iter().map(|(name, ours)| {
            let theirs = target.subjects.get(name).map_or(&none, |subject| &subject.settings);
            (name.clone(), &ours.settings, theirs)
        });
        let differs = |(name, ours, theirs): (String, &Settings, &Settings)| {
            (*ours != none && ours != theirs).then(|| (name, ours.over(theirs)))
        };
        scopes.chain(contexts).chain(subjects).filter_map(differs).collect()
    }

    fn by_id(&self) -> BTreeMap<(&str, u32), &SchemaVersion> {
        self.versions().map(|(name, _, version)| ((context(name), version.id), version)).collect()
    }
}

/// How a version differs from the one that is there under its number.
fn contradiction(version: &SchemaVersion, there: &SchemaVersion) -> Option<String> {
    if there.id != version.id {
        return Some(format!("with id {} instead of {}", there.id, version.id));
    }
    if !is_same(there, version) {
        return Some("with another schema".to_owned());
    }
    // Registries have no way back.
    (there.deleted && !version.deleted).then(|| "and softly deleted, which cannot be undone".to_owned())
}

/// The id of a version that another schema has.
fn taken(version: &SchemaVersion, other: Option<&SchemaVersion>) -> Option<String> {
    let other = other.filter(|other| !is_same(other, version))?;
    Some(format!(
        "id {} of version {} of subject `{}` is taken by another schema, of subject `{}`",
        version.id, version.version, version.subject, other.subject
    ))
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

fn is_same(left: &SchemaVersion, right: &SchemaVersion) -> bool {
    let key = |version: &SchemaVersion| {
        let format = version.schema_type.clone().unwrap_or_else(|| Format::Avro.as_str().to_owned());
        (format, version.schema.clone(), version.references.clone())
    };
    key(left) == key(right)
}

/// Puts versions into steps, each after what it needs.
fn steps(missing: &BTreeMap<(&str, u32), &SchemaVersion>) -> Vec<Vec<SchemaVersion>> {
    let keys: BTreeMap<(String, u32), (&str, u32)> =
        missing.keys().map(|key| ((key.0.to_owned(), key.1), *key)).collect();
    let mut waits: BTreeMap<(&str, u32), BTreeSet<(&str, u32)>> = BTreeMap::new();
    let mut previous: Option<(&str, u32)> = None;
    for (&key, version) in missing {
        let referred = version.references.iter().filter_map(|reference| {
            let number = u32::try_from(reference.version).ok()?;
            keys.get(&(qualified(key.0, &reference.subject), number)).copied()
        });
        let earlier = previous.filter(|(subject, _)| *subject == key.0);
        waits.insert(key, referred.chain(earlier).filter(|needed| *needed != key).collect());
        previous = Some(key);
    }
    let mut steps = Vec::new();
    while !waits.is_empty() {
        let free: Vec<_> = waits.iter().filter(|(_, needed)| needed.is_empty()).map(|(key, _)| *key).collect();
        // A circle of references cannot be registered; the registry says so of whichever comes first.
        let free = if free.is_empty() { waits.keys().copied().take(1).collect() } else { free };
        for key in &free {
            waits.remove(key);
        }
        let done: BTreeSet<_> = free.iter().copied().collect();
        for needed in waits.values_mut() {
            needed.retain(|key| !done.contains(key));
        }
        steps.push(free.iter().filter_map(|key| missing.get(key)).map(|version| (*version).clone()).collect());
    }
    steps
}

/// Told how many versions are written; says whether to go on. Once it has said no, it does not say yes again.
pub type Watch<'a> = dyn Fn(usize) -> ControlFlow<()> + Sync + 'a;

impl Client {
    /// Takes out everything whose subject begins with `prefix`, which may name a context; `:*:` is all of them.
    pub fn archive(&self, prefix: &str) -> Result<Archive, Refusal> {
        let mut archive = Archive { global: self.settings(Scope::Global)?, ..Archive::default() };
        for version in self.every_version(prefix)? {
            let subject = archive.subjects.entry(version.subject.clone()).or_default();
            subject.versions.insert(version.version, version);
        }
        let contexts = self.contexts()?;
        // What holds above all contexts is kept as if it were one, and is in no listing.
        let above = (!contexts.is_empty()).then(|| ".__GLOBAL".to_owned());
        for context in contexts.into_iter().filter(|context| context != ".").chain(above) {
            let name = format!(":{context}:");
            let settings = self.settings(Scope::Subject(&name))?;
            if settings != Settings::default() {
                archive.contexts.insert(name, settings);
            }
        }
        let names: Vec<String> = archive.subjects.keys().cloned().collect();
        for (name, settings) in side_by_side(&names, |name| self.settings(Scope::Subject(name)))? {
            if let Some(subject) = archive.subjects.get_mut(name) {
                subject.settings = settings;
            }
        }
        Ok(archive)
    }

    fn settings(&self, scope: Scope<'_>) -> Result<Settings, Refusal> {
        let config = self.config(scope)?.map(|config| fields(&config)).unwrap_or_default();
        let mode = match self.mode(scope) {
            // Karapace knows the mode of the whole registry alone.
            Err(refusal) if refusal.is_unknown_request() => None,
            answer => answer?,
        };
        Ok(Settings { config, mode })
    }

    /// Every version, in one listing where the registry has it.
    fn every_version(&self, prefix: &str) -> Result<Vec<SchemaVersion>, Refusal> {
        let listing = Listing { prefix: Some(prefix), deleted: true, latest_only: false };
        match self.schemas(listing) {
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => {}
            answer => return answer,
        }
        let subjects = self.subjects(listing)?;
        let versions = side_by_side(&subjects, |subject| {
            let live: BTreeSet<u32> = self.versions(subject, false)?.into_iter().collect();
            let mut found = Vec::new();
            for number in self.versions(subject, true)? {
                let version = self.version(subject, number, true)?;
                found.extend(version.map(|version| SchemaVersion { deleted: !live.contains(&number), ..version }));
            }
            Ok(found)
        })?;
        Ok(versions.into_iter().flat_map(|(_, versions)| versions).collect())
    }

    /// Writes what is missing. `watch` is told how many versions are written so far, and says whether to go on.
    ///
    /// # Errors
    ///
    /// With what the registry refused first. What was written stays; the modes of subjects are put back.
    pub fn import(&self, plan: &ImportPlan, watch: &Watch<'_>) -> Result<Imported, Refusal> {
        let names: BTreeSet<String> = plan.steps.iter().flatten().map(|version| version.subject.clone()).collect();
        let names: Vec<String> = names.into_iter().collect();
        let before = side_by_side(&names, |name| {
            let mode = self.mode(Scope::Subject(name))?;
            Ok(mode.filter(|_| !plan.left_open.contains(name)))
        })?;
        let opened = side_by_side(&names, |name| self.set_mode(Scope::Subject(name), Mode::Import, true)).map(drop);
        let written = opened.and_then(|()| self.write(plan, watch));
        let closed = side_by_side(&before, |(name, mode)| self.put_back(name, mode.as_deref())).map(drop);
        if written.and_then(|outcome| closed.map(|()| outcome))? == Imported::Stopped {
            return Ok(Imported::Stopped);
        }
        for subject in plan.left_open.iter().filter(|subject| !names.contains(subject)) {
            self.delete_mode(Scope::Subject(subject))?;
        }
        for (name, settings) in &plan.settings {
            self.put_settings(name, settings)?;
        }
        Ok(Imported::Whole)
    }

    fn write(&self, plan: &ImportPlan, watch: &Watch<'_>) -> Result<Imported, Refusal> {
        let written = AtomicUsize::new(0);
        for step in &plan.steps {
            side_by_side(step, |version| {
                if watch(written.load(Ordering::Relaxed)).is_continue() {
                    self.register(&version.subject, &imported(version), false)?;
                    written.fetch_add(1, Ordering::Relaxed);
                }
                Ok(())
            })?;
        }
        for (subject, version) in &plan.deletions {
            if watch(written.load(Ordering::Relaxed)).is_break() {
                return Ok(Imported::Stopped);
            }
            self.delete_version(subject, *version, false)?;
        }
        Ok(if watch(written.into_inner()).is_continue() { Imported::Whole } else { Imported::Stopped })
    }

    fn put_back(&self, subject: &str, mode: Option<&str>) -> Result<(), Refusal> {
        match mode.and_then(mode_of) {
            Some(mode) => self.set_mode(Scope::Subject(subject), mode, true),
            None => self.delete_mode(Scope::Subject(subject)),
        }
    }

    fn put_settings(&self, name: &str, settings: &Settings) -> Result<(), Refusal> {
        let scope = if name.is_empty() { Scope::Global } else { Scope::Subject(name) };
        if !settings.config.is_empty() {
            self.set_config(scope, settings.config.clone())?;
        }
        match settings.mode.as_deref().and_then(mode_of) {
            Some(mode) => self.set_mode(scope, mode, true),
            None => Ok(()),
        }
    }
}

fn mode_of(name: &str) -> Option<Mode> {
    [Mode::ReadWrite, Mode::ReadOnly, Mode::Import].into_iter().find(|mode| mode.as_str() == name)
}

/// The fields of a configuration as a request takes them: the level has another name there.
fn fields(config: &Config) -> Map<String, Value> {
    let mut fields = match serde_json::to_value(config) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.retain(|_, value| !value.is_null());
    if let Some(level) = fields.remove("compatibilityLevel") {
        fields.insert("compatibility".to_owned(), level);
    }
    fields
}

fn imported(version: &SchemaVersion) -> NewSchema {
    NewSchema {
        schema: version.schema.clone(),
        schema_type: version.schema_type.clone(),
        references: version.references.clone(),
        metadata: version.metadata.clone(),
        rule_set: version.rule_set.clone(),
        version: Some(version.version),
        id: Some(version.id),
    }
}

/// Asks for each input on a few threads; the answers in the order of the inputs, or the first refusal.
fn side_by_side<I: Sync, R: Send>(
    inputs: &[I],
    ask: impl Fn(&I) -> Result<R, Refusal> + Sync,
) -> Result<Vec<(&I, R)>, Refusal> {
    let next = AtomicUsize::new(0);
    let answers: Mutex<BTreeMap<usize, R>> = Mutex::new(BTreeMap::new());
    let refused = Mutex::new(None);
    let lock = "no thread panics while it holds the lock";
    thread::scope(|scope| {
        for _ in 0..SIDE_BY_SIDE.min(inputs.len()) {
            scope.spawn(|| {
                while refused.lock().expect(lock).is_none() {
                    let position = next.fetch_add(1, Ordering::Relaxed);
                    let Some(input) = inputs.get(position) else { return };
                    match ask(input) {
                        Ok(answer) => drop(answers.lock().expect(lock).insert(position, answer)),
                        Err(refusal) => drop(refused.lock().expect(lock).get_or_insert(refusal)),
                    }
                }
            });
        }
    });
    match refused.into_inner().expect(lock) {
        Some(refusal) => Err(refusal),
        None => Ok(inputs.iter().zip(answers.into_inner().expect(lock).into_values()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::SchemaReference;

    fn version(subject: &str, version: u32, id: u32, refers_to: &[(&str, i32)]) -> SchemaVersion {
        let references = refers_to.iter().map(|(subject, version)| SchemaReference {
            name: (*subject).to_owned(),
            subject: (*subject).to_owned(),
            version: *version,
        });
        let schema = format!("schema {id}");
        SchemaVersion {
            subject: subject.to_owned(),
            version,
            id,
            schema,
            references: references.collect(),
            ..SchemaVersion::default()
        }
    }

    fn archive(versions: &[SchemaVersion]) -> Archive {
        let mut archive = Archive::default();
        for version in versions {
            let subject = archive.subjects.entry(version.subject.clone()).or_default();
            subject.versions.insert(version.version, version.clone());
        }
        archive
    }

    fn names(plan: &ImportPlan) -> Vec<Vec<String>> {
        let name = |version: &SchemaVersion| format!("{} {}", version.subject, version.version);
        plan.steps.iter().map(|step| step.iter().map(name).collect()).collect()
    }

    #[test]
    fn what_is_referred_to_comes_first() {
        let source = archive(&[
            version("a", 1, 3, &[("b", 2)]),
            version("b", 1, 1, &[]),
            version("b", 2, 2, &[]),
            version("c", 1, 4, &[("a", 1), ("b", 1)]),
        ]);
        assert_eq!(
            names(&source.missing_in(&Archive::default())),
            [vec!["b 1"], vec!["b 2"], vec!["a 1"], vec!["c 1"]]
        );
    }

    #[test]
    fn what_is_there_is_left_alone() {
        let source = archive(&[version("a", 1, 1, &[]), version("a", 2, 2, &[])]);
        let plan = source.missing_in(&archive(&[version("a", 1, 1, &[])]));
        assert_eq!((names(&plan), plan.present, plan.conflicts.len()), (vec![vec!["a 2".to_owned()]], 1, 0));
    }

    #[test]
    fn what_contradicts_is_said_before_anything_is_written() {
        let source = archive(&[version("a", 1, 1, &[]), version("b", 1, 2, &[]), version(":.c:a", 1, 9, &[])]);
        let target = archive(&[
            version("a", 1, 7, &[]),
            SchemaVersion { schema: "other".to_owned(), ..version("z", 1, 2, &[]) },
            SchemaVersion { schema: "other".to_owned(), ..version("z", 2, 9, &[]) },
        ]);
        assert_eq!(
            source.missing_in(&target).conflicts,
            [
                "version 1 of subject `a` is there with id 7 instead of 1",
                "id 2 of version 1 of subject `b` is taken by another schema, of subject `z`",
            ]
        );
    }

    #[test]
    fn what_refers_to_nothing_is_said_before_anything_is_written() {
        let source = archive(&[version("a", 1, 1, &[("b", 1)]), version(":.c:a", 1, 1, &[("b", 1)])]);
        let conflicts = source.missing_in(&archive(&[version("b", 1, 9, &[])])).conflicts;
        assert_eq!(
            conflicts,
            [
                "version 1 of subject `:.c:a` refers to version 1 of subject `b`, which is neither in the export nor in the \
              registry"
            ]
        );
    }

    #[test]
    fn a_reference_without_a_context_is_to_the_same_context() {
        let source = archive(&[version(":.c:a", 1, 2, &[("b", 1)]), version(":.c:b", 1, 1, &[])]);
        let plan = source.missing_in(&Archive::default());
        assert_eq!(
            (names(&plan), plan.conflicts),
            (vec![vec![":.c:b 1".to_owned()], vec![":.c:a 1".to_owned()]], vec![])
        );
    }

    #[test]
    fn deletions_that_are_left_are_made_up_for() {
        let deleted = |version: SchemaVersion| SchemaVersion { deleted: true, ..version };
        let source = archive(&[
            deleted(version("a", 1, 1, &[])),
            deleted(version("b", 1, 2, &[("a", 1)])),
            version("c", 1, 3, &[]),
        ]);
        let target = archive(&[version("a", 1, 1, &[]), deleted(version("c", 1, 3, &[]))]);
        let plan = source.missing_in(&target);
        assert_eq!(plan.deletions, [("b".to_owned(), 1), ("a".to_owned(), 1)]);
        assert_eq!(plan.conflicts, ["version 1 of subject `c` is there and softly deleted, which cannot be undone"]);
    }

    #[test]
    fn a_circle_does_not_hang() {
        let source = archive(&[version("a", 1, 1, &[("b", 1)]), version("b", 1, 2, &[("a", 1)])]);
        assert_eq!(source.missing_in(&Archive::default()).steps.iter().map(Vec::len).sum::<usize>(), 2);
    }
}
