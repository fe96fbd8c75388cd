//! What of an archive a registry lacks, and what stands in the way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use topology::ir::Mode;

use super::same::Essence;
use super::{Archive, ImportPlan, Settings, context, qualified};
use crate::registry::SchemaVersion;

impl Archive {
    /// What `target` lacks of this.
    pub fn missing_in(&self, target: &Self) -> ImportPlan {
        let mut plan = ImportPlan::default();
        let mut claims = Claims::of(target, self);
        let mut missing = BTreeMap::new();
        let mut deleted = BTreeMap::new();
        for (name, number, version) in self.versions() {
            let there = target.version(name, number);
            if version.deleted && there.is_none_or(|there| !there.deleted) {
                deleted.insert((name, number), version);
            }
            let essence = Essence::of(version, self, target);
            let Some(there) = there else {
                plan.conflicts.extend(claims.against(version, &essence));
                plan.conflicts.extend(self.nowhere(version, target));
                claims.note(version, essence);
                missing.insert((name, number), version);
                continue;
            };
            match contradiction((version, &essence), (there, &Essence::of(there, target, self))) {
                Some(how) => plan.conflicts.push(format!("version {number} of subject `{name}` is there {how}")),
                None => plan.present += 1,
            }
        }
        let written: BTreeSet<&str> = missing.keys().map(|(name, _)| *name).collect();
        plan.conflicts.extend(written.into_iter().filter_map(|name| elsewhere(name, target)));
        plan.settings = self.settings_missing_in(target);
        plan.left_open = self.left_open(target);
        plan.steps = steps(&missing);
        let in_order = steps(&deleted).into_iter().flatten().rev();
        plan.deletions = in_order.map(|version| (version.subject, version.version)).collect();
        plan
    }

    /// The references of a version to what is neither here nor in `target`.
    fn nowhere(&self, version: &SchemaVersion, target: &Self) -> Vec<String> {
        let is_somewhere = |subject: &str, number: i32| match u32::try_from(number) {
            Ok(number) => [self, target].iter().any(|archive| archive.version(subject, number).is_some()),
            // The latest one.
            Err(_) => [self, target]
                .iter()
                .any(|archive| archive.subjects.get(subject).is_some_and(|one| !one.versions.is_empty())),
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
        let changes = scopes.chain(contexts).chain(subjects).map(|(name, ours, theirs)| (name, ours.over(theirs)));
        changes.filter(|(_, change)| *change != none).collect()
    }
}

impl Settings {
    /// What a request has to say so that these follow `others`, which is nothing where they are the same: what is not
    /// named stays, and `null` takes away. Scopes that the archive says nothing about stay as they are.
    fn over(&self, others: &Self) -> Self {
        let mode = self.mode.clone().filter(|_| self.mode != others.mode);
        if self.config.is_empty() || self.config == others.config {
            return Self { config: Map::new(), mode };
        }
        let gone = others.config.keys().filter(|key| !self.config.contains_key(*key));
        let config = self.config.clone().into_iter().chain(gone.map(|key| (key.clone(), Value::Null)));
        Self { config: config.collect(), mode }
    }
}

/// Which ids belong to which schemas already.
#[derive(Default)]
struct Claims<'a> {
    by_id: BTreeMap<(&'a str, u32), (&'a SchemaVersion, Essence)>,
    /// By context; with several ids a schema has the lowest.
    by_schema: BTreeMap<(&'a str, Essence), &'a SchemaVersion>,
}

impl<'a> Claims<'a> {
    fn of(archive: &'a Archive, beside: &Archive) -> Self {
        let mut claims = Self::default();
        for (_, _, version) in archive.versions() {
            claims.note(version, Essence::of(version, archive, beside));
        }
        claims
    }

    fn note(&mut self, version: &'a SchemaVersion, essence: Essence) {
        let context = context(&version.subject);
        let first = self.by_schema.entry((context, essence.clone())).or_insert(version);
        if version.id < first.id {
            *first = version;
        }
        self.by_id.entry((context, version.id)).or_insert((version, essence));
    }

    /// What keeps a version from getting its id.
    fn against(&self, version: &SchemaVersion, essence: &Essence) -> Option<String> {
        let SchemaVersion { subject, version: number, id, .. } = version;
        let context = context(subject);
        if let Some((other, known)) = self.by_id.get(&(context, *id))
            && known != essence
        {
            let what = if known.differs_in_contract_alone(essence) {
                "the same schema with other metadata or rules"
            } else {
                "another schema"
            };
            let whose = &other.subject;
            return Some(format!(
                "id {id} of version {number} of subject `{subject}` is taken by {what}, of subject `{whose}`"
            ));
        }
        let other = self.by_schema.get(&(context, essence.clone())).filter(|other| other.id != *id)?;
        Some(format!(
            "version {number} of subject `{subject}` has id {id}, but the same schema has id {} as version {} of subject \
             `{}`: a schema has one id in a context",
            other.id, other.version, other.subject
        ))
    }
}

/// How a version differs from the one that is there under its number.
fn contradiction(
    (version, essence): (&SchemaVersion, &Essence),
    (there, known): (&SchemaVersion, &Essence),
) -> Option<String> {
    if there.id != version.id {
        return Some(format!("with id {} instead of {}", there.id, version.id));
    }
    if known.differs_in_contract_alone(essence) {
        return Some("with other metadata or rules".to_owned());
    }
    if known != essence {
        return Some("with another schema".to_owned());
    }
    // Registries have no way back.
    (there.deleted && !version.deleted).then(|| "and softly deleted, which cannot be undone".to_owned())
}

/// The subject that would get what is written to this one.
fn elsewhere(name: &str, target: &Archive) -> Option<String> {
    let alias = target.subjects.get(name)?.settings.config.get("alias")?.as_str().filter(|alias| !alias.is_empty())?;
    (qualified(name, alias) != name)
        .then(|| format!("subject `{name}` is an alias of `{alias}` in the registry, which would get its versions"))
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

#[cfg(test)]
mod tests;
