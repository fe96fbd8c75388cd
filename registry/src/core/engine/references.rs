//! The texts that a schema refers to, found in the state.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema::Referenced;
use schema::identity::Identity;

use crate::core::content::{Content, Reference};
use crate::core::names::{Context, Subject, Version, VersionSelector};
use crate::core::refusal::{Refusal, quoted};
use crate::core::state::{Entry, State, Visibility};

/// How deep references may go. Confluent's registry has no limit of its own and ends where its stack does.
const MAX_DEPTH: usize = 100;

/// How many texts one schema may lead to.
const MAX_TEXTS: usize = 10_000;

/// A text that a schema leads to.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) name: Box<str>,
    pub(super) subject: Subject,
    pub(super) version: Version,
    pub(super) content: Arc<Content>,
}

impl Found {
    pub(super) fn identity(&self) -> Identity {
        self.content.identity()
    }

    pub(super) fn text(&self) -> Referenced {
        Referenced {
            name: (*self.name).into(),
            subject: self.subject.as_str().into(),
            version: self.version.get(),
            text: self.content.text(),
        }
    }
}

/// Everything that `references` of a schema in `context` lead to, each after what it refers to itself.
///
/// # Errors
///
/// When something of it does not exist, or does not end.
pub(super) fn closure(
    state: &State,
    context: &Context,
    references: &[Reference],
    visibility: Visibility,
) -> Result<Vec<Found>, Refusal> {
    let mut search = Search { state, visibility, seen: BTreeSet::new(), found: Vec::new() };
    search.follow(context, references, 0)?;
    Ok(search.found)
}

/// The version that a reference of a schema in `context` means.
///
/// # Errors
///
/// In Confluent's words when there is none.
pub(crate) fn resolve<'a>(
    state: &'a State,
    context: &Context,
    reference: &Reference,
    visibility: Visibility,
) -> Result<(Subject, &'a Entry), Refusal> {
    let subject = reference.target(context)?;
    let found = match reference.selector()? {
        VersionSelector::Latest => state.versions(&subject, visibility).next_back(),
        VersionSelector::Exactly(version) => {
            state.version(&subject, version).filter(|entry| visibility.shows(entry.deleted))
        }
    };
    found.map(|entry| (subject.clone(), entry)).ok_or_else(|| missing(state, &subject, reference))
}

fn missing(state: &State, subject: &Subject, reference: &Reference) -> Refusal {
    let Reference { name, version, .. } = reference;
    let why = if !state.has(subject, Visibility::All) {
        "the subject does not exist: register it first".to_owned()
    } else if !state.has(subject, Visibility::Live) {
        "the subject was deleted".to_owned()
    } else {
        let versions = state.versions(subject, Visibility::Live).map(|entry| entry.version.to_string());
        let deleted = Version::try_from(i64::from(*version)).ok().and_then(|version| state.version(subject, version));
        let was = if deleted.is_some() { "this version was deleted; " } else { "" };
        let mut live: Vec<_> = versions.collect();
        let first = live.len().saturating_sub(10);
        live.drain(..first);
        format!("{was}its latest versions are {}", live.join(", "))
    };
    Refusal::InvalidSchema(format!(
        "Invalid schema, details: No schema reference found for subject \"{subject}\" and version {version} \
         (reference '{}': {why})",
        quoted(name)
    ))
}

struct Search<'a> {
    state: &'a State,
    visibility: Visibility,
    seen: BTreeSet<(Subject, Version, Box<str>)>,
    found: Vec<Found>,
}

impl Search<'_> {
    fn follow(&mut self, context: &Context, references: &[Reference], depth: usize) -> Result<(), Refusal> {
        if depth > MAX_DEPTH {
            return Err(too("deep", &format!("{MAX_DEPTH} levels")));
        }
        for reference in references {
            let (subject, entry) = resolve(self.state, context, reference, self.visibility)?;
            // A cycle in a foreign log ends here.
            if !self.seen.insert((subject.clone(), entry.version, reference.name.clone())) {
                continue;
            }
            if self.seen.len() > MAX_TEXTS {
                return Err(too("many", &format!("{MAX_TEXTS} texts")));
            }
            let content = Arc::clone(&entry.content);
            self.follow(&subject.context(), content.references(), depth + 1)?;
            let version = entry.version;
            self.found.push(Found { name: reference.name.clone(), subject, version, content });
        }
        Ok(())
    }
}

fn too(what: &str, limit: &str) -> Refusal {
    Refusal::InvalidSchema(format!("Invalid schema, details: its references lead too {what}: the limit is {limit}"))
}
