//! An archive taken out of a registry, and what another one lacks written to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::{Map, Value};
use topology::ir::Mode;

use super::{Archive, ImportPlan, Imported, Settings, Watch};
use crate::error::Reason;
use crate::registry::{Client, Config, Listing, NewSchema, Refusal, SchemaVersion, Scope};

/// How many requests run at once.
const SIDE_BY_SIDE: usize = 16;

impl Client {
    /// Takes out everything whose subject begins with `prefix`, which may name a context; `:*:` is all of them. The
    /// aliases of these subjects come with them, where the registry tells them.
    pub fn archive(&self, prefix: &str) -> Result<Archive, Refusal> {
        let mut archive = Archive { global: self.settings(Scope::Global)?, ..Archive::default() };
        for mut version in self.every_version(prefix)? {
            // Most have no versions of their own, so no listing has them.
            for alias in std::mem::take(&mut version.aliases) {
                archive.subjects.entry(alias).or_default();
            }
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
        for (name, settings) in until_refused(&names, |name| self.settings(Scope::Subject(name)))? {
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
        let listing = Listing { prefix: Some(prefix), deleted: true, aliases: true, latest_only: false };
        match self.schemas(listing) {
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => {}
            answer => return answer,
        }
        let subjects = self.subjects(listing)?;
        let versions = until_refused(&subjects, |subject| {
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
        let before = until_refused(&names, |name| {
            let mode = self.mode(Scope::Subject(name))?;
            Ok(mode.filter(|_| !plan.left_open.contains(name)))
        })?;
        let opened =
            until_refused(&names, |name| self.set_mode(Scope::Subject(name), Mode::Import.as_str(), true)).map(drop);
        let written = opened.and_then(|()| self.write(plan, watch));
        // Each of them, whatever becomes of the others.
        let closed = until_refused(&before, |(name, mode)| Ok(self.put_back(name, mode.as_deref())))?;
        let left: Vec<_> =
            closed.into_iter().filter_map(|((name, _), closed)| Some((name.as_str(), closed.err()?))).collect();
        if let Some((_, first)) = left.first() {
            return Err(written.err().unwrap_or_else(|| first.clone()).with(&left_in_import(&left)));
        }
        if written? == Imported::Stopped {
            return Ok(Imported::Stopped);
        }
        for subject in plan.left_open.iter().filter(|subject| !names.contains(subject)) {
            self.delete_mode(Scope::Subject(subject))?;
        }
        self.put_settings(&plan.settings)?;
        Ok(Imported::Whole)
    }

    fn write(&self, plan: &ImportPlan, watch: &Watch<'_>) -> Result<Imported, Refusal> {
        let written = AtomicUsize::new(0);
        for step in &plan.steps {
            until_refused(step, |version| {
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
        match mode {
            Some(mode) => self.set_mode(Scope::Subject(subject), mode, true),
            None => self.delete_mode(Scope::Subject(subject)),
        }
    }

    /// Modes come last: one that is read-only would keep the configurations of narrower scopes from being written.
    fn put_settings(&self, settings: &BTreeMap<String, Settings>) -> Result<(), Refusal> {
        for (name, settings) in settings.iter().filter(|(_, settings)| !settings.config.is_empty()) {
            self.set_config(scope(name), settings.config.clone())?;
        }
        for (name, mode) in settings.iter().filter_map(|(name, settings)| Some((name, settings.mode.as_deref()?))) {
            self.set_mode(scope(name), mode, true)?;
        }
        Ok(())
    }
}

/// A scope by the name that it has in a plan.
fn scope(name: &str) -> Scope<'_> {
    if name.is_empty() { Scope::Global } else { Scope::Subject(name) }
}

/// Whoever is to take modes away must know of which subjects.
fn left_in_import(left: &[(&str, Refusal)]) -> String {
    const SHOWN: usize = 10;
    let shown: Vec<_> =
        left.iter().take(SHOWN).map(|(name, refusal)| format!("`{name}` ({})", refusal.reason)).collect();
    let more = left.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("; the mode IMPORT could not be taken back from {}{more}", shown.join(", "))
}

impl Refusal {
    /// The same, and `more` to say about it.
    fn with(self, more: &str) -> Self {
        let reason = match self.reason {
            Reason::Tls(text) => Reason::Tls(text + more),
            Reason::Authentication(text) => Reason::Authentication(text + more),
            Reason::Authorization(text) => Reason::Authorization(text + more),
            Reason::NotReady(text) => Reason::NotReady(text + more),
            other => Reason::Other(format!("{other}{more}")),
        };
        Self { reason, ..self }
    }
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

/// Asks for each input on a few threads; the answers in the order of the inputs, or the first refusal, after which
/// nothing more is asked. [`Client::side_by_side`] is for the runtime of `plan` and `apply`, where every answer counts.
fn until_refused<I: Sync, R: Send>(
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
