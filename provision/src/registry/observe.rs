//! What `plan` needs to know of a registry.
//!
//! The latest versions come in pages where the registry lists them and most of its subjects are declared; otherwise each
//! subject is asked for. What a changed schema must fit is read for changed subjects only.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

use schema::compatibility::{Level, Policy};
use schema::{Document, Referenced, Source, Strictness};
use topology::ir::{Metadata, RuleSet};

use super::{Against, Client, Config, Listing, NewSchema, Refusal, SchemaReference, SchemaVersion, Scope, Verdict};
use crate::desired::{DesiredSubject, Subject};
use crate::error::{Error, Reason};
use crate::observe::{Earlier, EarlierReference, ObservedRegistry, ObservedSubject};
use crate::plan::Registered;

/// How many requests read side by side.
const READERS: usize = 8;

/// How long to wait before a registry that is starting is asked again.
const PAUSE: Duration = Duration::from_millis(200);

/// How many texts one version may refer to, directly or through others.
const REFERENCED: usize = 1000;

/// A registry with more subjects than this many for each declared one is asked for each.
const BULK_SHARE: usize = 8;

/// What holds for every subject.
#[derive(Clone, Copy, Debug)]
struct Defaults {
    level: Level,
    policy: Policy,
}

/// A subject to look at.
struct Task {
    subject: Subject,
    wanted: DesiredSubject,
    exists: bool,
    latest: Option<SchemaVersion>,
    /// The registered versions of what the declared schema refers to; `None` if one of them is not registered.
    references: Option<Vec<SchemaReference>>,
    defaults: Defaults,
}

impl Client {
    /// What the registry has of these subjects.
    ///
    /// # Errors
    ///
    /// When it cannot be reached or refuses to tell.
    pub async fn observe(&self, desired: &BTreeMap<Subject, DesiredSubject>) -> Result<ObservedRegistry, Error> {
        let wanted = desired.len();
        let (defaults, existing, mut latest) = self
            .blocking(move |client| {
                let defaults = client.defaults()?;
                let existing: BTreeSet<String> = client.subjects(Listing::default())?.into_iter().collect();
                let latest = client.bulk(existing.len(), wanted);
                Ok((defaults, existing, latest))
            })
            .await
            .map_err(|refusal| self.error("list its subjects", refusal))?;
        let mut found: BTreeMap<Subject, ObservedSubject> = BTreeMap::new();
        for wave in waves(desired) {
            let tasks: Vec<_> = wave
                .into_iter()
                .map(|(subject, wanted)| Task {
                    subject: subject.clone(),
                    wanted: wanted.clone(),
                    exists: existing.contains(subject.as_str()),
                    latest: latest.remove(subject.as_str()),
                    references: registered_references(wanted, &found),
                    defaults,
                })
                .collect();
            let asked = tasks.into_iter().map(|task| {
                move |client: &Self| {
                    let observed = client.subject(&task);
                    (task.subject, observed)
                }
            });
            for (subject, observed) in self.side_by_side(READERS, asked).await {
                let observed =
                    observed.map_err(|refusal| self.error(&format!("describe subject `{subject}`"), refusal))?;
                found.insert(subject, observed);
            }
        }
        found.retain(|_, observed| *observed != ObservedSubject::default());
        let url = self.url().to_owned();
        Ok(ObservedRegistry { url, compatibility: defaults.level, policy: defaults.policy, subjects: found })
    }

    /// The first thing asked: a registry that has just started gets the time to read its log.
    fn defaults(&self) -> Result<Defaults, Refusal> {
        let deadline = Instant::now() + self.transport.patience;
        loop {
            match self.get::<Config>("/config") {
                Err(Refusal { reason: Reason::NotReady(_), .. }) if Instant::now() < deadline => thread::sleep(PAUSE),
                answer => {
                    let config = answer?;
                    let level = config.compatibility.unwrap_or(Level::Backward);
                    return Ok(Defaults { level, policy: config.policy.unwrap_or_default() });
                }
            }
        }
    }

    /// The latest versions by subject, if it is worth the answer and the registry can list them.
    fn bulk(&self, existing: usize, wanted: usize) -> BTreeMap<String, SchemaVersion> {
        const FEW: usize = 16;
        if wanted < FEW || existing > wanted.saturating_mul(BULK_SHARE) {
            return BTreeMap::new();
        }
        // What this misses is asked for one by one, so a refusal is no matter.
        let listed = self.schemas(Listing { latest_only: true, ..Listing::default() }).unwrap_or_default();
        let mut latest: BTreeMap<String, SchemaVersion> = BTreeMap::new();
        for version in listed.into_iter().filter(|version| version.version > 0 && !version.schema.is_empty()) {
            match latest.get(&version.subject) {
                Some(known) if known.version > version.version => {}
                _ => drop(latest.insert(version.subject.clone(), version)),
            }
        }
        latest
    }

    fn subject(&self, task: &Task) -> Result<ObservedSubject, Refusal> {
        let (name, wanted) = (task.subject.as_str(), &task.wanted);
        let config = self.config(Scope::Subject(name))?.unwrap_or_default();
        let mut observed = ObservedSubject {
            compatibility: config.compatibility,
            policy: config.policy,
            group: config.group,
            normalize: config.normalize,
            alias: config.alias,
            ..Default::default()
        };
        if wanted.mode.is_some() {
            observed.mode = self.mode(Scope::Subject(name))?;
        }
        if task.exists || observed.alias.is_some() {
            self.versions_of(task, &mut observed)?;
        }
        if observed.declared_version.is_none() {
            observed.effective_mode = self.effective_mode(name)?;
        }
        Ok(observed)
    }

    /// What the subject has of the declared schema, and what that must fit.
    fn versions_of(&self, task: &Task, observed: &mut ObservedSubject) -> Result<(), Refusal> {
        let (name, wanted) = (task.subject.as_str(), &task.wanted);
        let latest = match &task.latest {
            Some(latest) => Some(latest.clone()),
            None => self.latest(name)?,
        };
        let Some(latest) = latest else { return Ok(()) };
        let format = latest.format();
        observed.declared_version = self.declared_version(task, &latest)?;
        if format != Some(wanted.format) {
            let foreign = || latest.schema_type.clone().unwrap_or_default();
            observed.other_format = Some(format.map_or_else(foreign, |format| format.to_string()));
        } else if observed.declared_version.is_none() {
            self.what_it_must_fit(task, &latest, observed)?;
        }
        observed.latest = Some(registered(latest));
        Ok(())
    }

    /// The version that the declared schema is. The registry decides what is the same.
    fn declared_version(&self, task: &Task, latest: &SchemaVersion) -> Result<Option<u32>, Refusal> {
        let wanted = &task.wanted;
        let Some(references) = &task.references else { return Ok(None) };
        let keeps = |declared: bool, stored: bool| !declared || stored;
        let is_kept = keeps(wanted.metadata.is_some(), typed::<Metadata>(latest.metadata.as_ref()) == wanted.metadata)
            && keeps(wanted.rules.is_some(), typed::<RuleSet>(latest.rule_set.as_ref()) == wanted.rules);
        if is_kept && latest.schema == wanted.schema && latest.references == *references {
            return Ok(Some(latest.version));
        }
        let request = request(wanted, references.clone());
        let found = self.look_up(task.subject.as_str(), &request, wanted.normalize.unwrap_or(false))?;
        if let Some(found) = found {
            return Ok(Some(found.version));
        }
        // A version with metadata is not found by its text alone, and it is what a registration would yield.
        let has_more = latest.metadata.is_some() || latest.rule_set.is_some();
        if is_kept && has_more && latest.references == *references {
            let texts = self.referenced(&latest.references)?;
            let canonical = |text: &str| {
                let source = Source { format: wanted.format, text: text.into(), references: texts.clone() };
                Document::parse(&source, Strictness::Lenient).document.map(|document| document.canonical())
            };
            let is_same = canonical(&latest.schema).is_some_and(|stored| canonical(&wanted.schema) == Some(stored));
            return Ok(is_same.then_some(latest.version));
        }
        Ok(None)
    }

    /// Reads the versions that a changed schema must fit, and asks the registry for its own opinion.
    fn what_it_must_fit(
        &self,
        task: &Task,
        latest: &SchemaVersion,
        observed: &mut ObservedSubject,
    ) -> Result<(), Refusal> {
        let (name, wanted) = (task.subject.as_str(), &task.wanted);
        let level = wanted.compatibility.unwrap_or(task.defaults.level);
        let versions = match level {
            Level::None => Vec::new(),
            _ if level.is_transitive() || wanted.group.is_some() => self.versions(name, false)?,
            _ => vec![latest.version],
        };
        for version in versions {
            let found =
                if version == latest.version { Some(latest.clone()) } else { self.version(name, version, false)? };
            let Some(found) = found else { continue };
            observed.earlier.extend(self.earlier(found)?);
        }
        let policy = |policy: Option<Policy>| policy.unwrap_or(task.defaults.policy);
        // A registry that still holds the subject to something else would answer another question.
        let is_same_question = observed.compatibility.unwrap_or(task.defaults.level) == level
            && policy(observed.policy) == policy(wanted.policy)
            && observed.group == wanted.group;
        if let (true, Some(references)) = (is_same_question && level != Level::None, &task.references) {
            let request = request(wanted, references.clone());
            observed.verdict = self.verdict(name, level, &request, wanted.normalize.unwrap_or(false))?;
        }
        Ok(())
    }

    fn verdict(
        &self,
        name: &str,
        level: Level,
        request: &NewSchema,
        normalize: bool,
    ) -> Result<Option<Verdict>, Refusal> {
        let against = if level.is_transitive() { Against::Level } else { Against::Latest };
        let answer = match self.test(name, against, request, normalize) {
            Ok(None) if against == Against::Level => self.test(name, Against::Latest, request, normalize),
            answer => answer,
        };
        match answer {
            // It does not accept the text at all: that is an opinion too.
            Err(refusal) if refusal.status == 422 => {
                Ok(Some(Verdict { is_compatible: false, messages: vec![refusal.message] }))
            }
            answer => answer,
        }
    }

    fn earlier(&self, version: SchemaVersion) -> Result<Option<Earlier>, Refusal> {
        let Some(format) = version.format() else { return Ok(None) };
        let references = self.referenced(&version.references)?;
        let properties = typed::<Metadata>(version.metadata.as_ref()).unwrap_or_default().properties;
        let references = references.into_iter().map(|text| EarlierReference {
            name: text.name.to_string(),
            subject: text.subject.to_string(),
            version: text.version,
            schema: text.text.to_string(),
        });
        let references = references.collect();
        Ok(Some(Earlier { version: version.version, format, schema: version.schema, references, properties }))
    }

    /// The texts behind references, directly or through others, each after those that it refers to itself.
    pub fn referenced(&self, references: &[SchemaReference]) -> Result<Vec<Referenced>, Refusal> {
        let mut found: Vec<Referenced> = Vec::new();
        let mut seen: BTreeSet<SchemaReference> = BTreeSet::new();
        let mut work: Vec<Step> = references.iter().rev().cloned().map(Step::Read).collect();
        while let Some(step) = work.pop() {
            match step {
                Step::Add(text) => found.push(text),
                Step::Read(reference) => {
                    if seen.len() == REFERENCED || !seen.insert(reference.clone()) {
                        continue;
                    }
                    let version = u32::try_from(reference.version).ok();
                    let version = match version {
                        Some(version) => self.version(&reference.subject, version, true)?,
                        None => self.latest(&reference.subject)?,
                    };
                    let Some(version) = version else { continue };
                    work.push(Step::Add(Referenced {
                        name: reference.name.into(),
                        subject: reference.subject.into(),
                        version: version.version,
                        text: version.schema.into(),
                    }));
                    work.extend(version.references.into_iter().rev().map(Step::Read));
                }
            }
        }
        Ok(found)
    }
}

enum Step {
    Read(SchemaReference),
    Add(Referenced),
}

/// The declared subjects, those that others refer to first.
fn waves(desired: &BTreeMap<Subject, DesiredSubject>) -> Vec<Vec<(&Subject, &DesiredSubject)>> {
    let mut waves = Vec::new();
    let mut done: BTreeSet<&Subject> = BTreeSet::new();
    let mut left: Vec<_> = desired.iter().collect();
    while !left.is_empty() {
        let is_ready = |wanted: &DesiredSubject| {
            wanted.references.iter().all(|to| done.contains(&to.subject) || !desired.contains_key(&to.subject))
        };
        let (ready, waiting): (Vec<_>, Vec<_>) = left.into_iter().partition(|(_, wanted)| is_ready(wanted));
        if ready.is_empty() {
            // Subjects that refer to each other: resolution refuses them, and a saved plan cannot hold them.
            waves.push(waiting);
            return waves;
        }
        done.extend(ready.iter().map(|(subject, _)| *subject));
        waves.push(ready);
        left = waiting;
    }
    waves
}

fn registered_references(
    wanted: &DesiredSubject,
    found: &BTreeMap<Subject, ObservedSubject>,
) -> Option<Vec<SchemaReference>> {
    let references = wanted.references.iter().map(|to| {
        let version = found.get(&to.subject)?.declared_version?;
        let version = i32::try_from(version).ok()?;
        Some(SchemaReference { name: to.name.clone(), subject: to.subject.as_str().to_owned(), version })
    });
    references.collect()
}

fn registered(version: SchemaVersion) -> Registered {
    Registered {
        id: version.id,
        version: version.version,
        metadata: typed(version.metadata.as_ref()),
        rules: typed(version.rule_set.as_ref()),
        schema: version.schema,
    }
}

/// A stored value in our words; nothing where there is none, or none that is understood here.
fn typed<T: serde::de::DeserializeOwned>(value: Option<&serde_json::Value>) -> Option<T> {
    value.filter(|value| !value.is_null()).and_then(|value| serde_json::from_value(value.clone()).ok())
}

/// A declared schema as a request.
pub(crate) fn request(wanted: &DesiredSubject, references: Vec<SchemaReference>) -> NewSchema {
    NewSchema {
        references,
        metadata: wanted.metadata.as_ref().filter(|metadata| !metadata.is_empty()).map(json),
        rule_set: wanted.rules.as_ref().filter(|rules| !rules.is_empty()).map(json),
        ..NewSchema::new(wanted.format, &wanted.schema)
    }
}

pub(crate) fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("maps with text keys have a JSON form")
}
