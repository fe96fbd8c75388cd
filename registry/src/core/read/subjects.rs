//! Subjects, their versions, and listings of both.

use std::collections::BTreeSet;

use crate::core::answer::{Page, SchemaAnswer};
use crate::core::content::Content;
use crate::core::engine::{Engine, Presentation};
use crate::core::names::{Context, SchemaId, Subject, SubjectPrefix, VersionSelector};
use crate::core::read::candidates;
use crate::core::refusal::Refusal;
use crate::core::state::{Entry, State, Visibility};

/// `GET /subjects`
pub(crate) fn subjects(state: &State, prefix: &SubjectPrefix, visibility: Visibility, page: Page) -> Vec<Subject> {
    page.of(state.subjects(prefix, visibility).into_iter().cloned())
}

/// `GET /contexts`: those whose names, with or without their dot, begin so.
pub(crate) fn contexts(state: &State, prefix: &str, page: Page) -> Vec<Context> {
    let prefix = prefix.strip_prefix(':').unwrap_or(prefix);
    let mut contexts = state.contexts();
    contexts.retain(|context| context.as_str().starts_with(prefix));
    page.of(contexts)
}

/// How soft-deleted versions are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Marking {
    /// Like the others.
    #[default]
    Unmarked,
    /// With a minus sign (`deletedAsNegative`).
    Negative,
}

/// `GET /subjects/{subject}/versions`
pub(crate) fn versions(
    state: &State,
    subject: &Subject,
    visibility: Visibility,
    marking: Marking,
    page: Page,
) -> Result<Vec<i64>, Refusal> {
    let subject = with_versions(state, subject, visibility)?;
    let number = |entry: &Entry| {
        let version = i64::from(entry.version.get());
        if entry.deleted && marking == Marking::Negative { -version } else { version }
    };
    Ok(page.of(state.versions(&subject, visibility).map(number)))
}

/// The subject that a request is about, with at least one version to show.
fn with_versions(state: &State, subject: &Subject, visibility: Visibility) -> Result<Subject, Refusal> {
    let shown = |one: &Subject| state.versions(one, visibility).next().is_some();
    let found = candidates(state, subject).into_iter().find(shown);
    found.ok_or_else(|| Refusal::SubjectNotFound(subject.clone()))
}

/// The version of a subject that is selected, and the subject that has it.
///
/// # Errors
///
/// 40401 without such a subject, 40402 without such a version.
pub(crate) fn find<'a>(
    state: &'a State,
    subject: &Subject,
    selector: VersionSelector,
    visibility: Visibility,
) -> Result<(Subject, &'a Entry), Refusal> {
    let mut refusal = Refusal::SubjectNotFound(subject.clone());
    for one in candidates(state, subject) {
        match find_exactly(state, &one, selector, visibility) {
            Ok(entry) => return Ok((one, entry)),
            Err(missing @ Refusal::VersionNotFound(_)) => refusal = missing,
            Err(_) => {}
        }
    }
    Err(refusal)
}

/// The version of exactly this subject that is selected.
///
/// # Errors
///
/// 40401 without such a subject, 40402 without such a version.
pub(crate) fn find_exactly<'a>(
    state: &'a State,
    subject: &Subject,
    selector: VersionSelector,
    visibility: Visibility,
) -> Result<&'a Entry, Refusal> {
    let latest = state.versions(subject, visibility).next_back();
    let latest = latest.ok_or_else(|| Refusal::SubjectNotFound(subject.clone()))?;
    let VersionSelector::Exactly(version) = selector else { return Ok(latest) };
    let entry = state.version(subject, version).filter(|entry| visibility.shows(entry.deleted));
    entry.ok_or_else(|| Refusal::VersionNotFound(version.to_string()))
}

/// When the version of a subject that was just registered was written.
pub(crate) fn written_at(state: &State, subject: &Subject, registered: &SchemaAnswer) -> Option<i64> {
    state.version(&state.target(subject), registered.version?)?.timestamp
}

/// `GET /subjects/{subject}/versions/{version}`
pub(crate) fn version(
    state: &State,
    engine: &Engine,
    (subject, selector): (&Subject, VersionSelector),
    visibility: Visibility,
    presentation: &Presentation,
) -> Result<SchemaAnswer, Refusal> {
    let (subject, entry) = find(state, subject, selector, visibility)?;
    let answer = SchemaAnswer::version(&subject, entry);
    Ok(engine.present(state, &subject.context(), &entry.content, presentation, answer))
}

/// `GET /subjects/{subject}/versions/{version}/referencedby`
pub(crate) fn referenced_by(
    state: &State,
    subject: &Subject,
    selector: VersionSelector,
    visibility: Visibility,
    page: Page,
) -> Result<Vec<SchemaId>, Refusal> {
    let (subject, entry) = find(state, subject, selector, visibility)?;
    let referrers = state.referrers(&subject, entry.version).filter(|(_, entry)| visibility.shows(entry.deleted));
    let ids: BTreeSet<_> = referrers.map(|(_, entry)| entry.id).collect();
    Ok(page.of(ids))
}

/// `GET /subjects/{subject}/metadata`: the latest version that has all these properties.
pub(crate) fn with_metadata(
    state: &State,
    engine: &Engine,
    (subject, properties): (&Subject, &[(String, String)]),
    visibility: Visibility,
    presentation: &Presentation,
) -> Result<SchemaAnswer, Refusal> {
    let subject = with_versions(state, subject, visibility)?;
    let has_all = |content: &Content| {
        let value = |name: &str| content.metadata().and_then(|metadata| metadata.property(name));
        properties.iter().all(|(name, wanted)| value(name) == Some(wanted))
    };
    let found = state.versions(&subject, visibility).rev().find(|entry| has_all(&entry.content));
    let entry = found.ok_or(Refusal::SchemaNotFound(None))?;
    let answer = SchemaAnswer::version(&subject, entry);
    Ok(engine.present(state, &subject.context(), &entry.content, presentation, answer))
}

/// What `GET /schemas` shows.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) prefix: SubjectPrefix,
    pub(crate) visibility: Visibility,
    /// Only the latest of each subject.
    pub(crate) latest_only: bool,
    /// With the subjects whose alias each is.
    pub(crate) aliases: bool,
    /// Only schemas that have a rule of this type.
    pub(crate) rule_type: Option<String>,
    pub(crate) page: Page,
}

impl Listing {
    /// How many schemas one answer has at the most, as Confluent has it.
    pub(crate) const LIMIT: usize = 1000;
}

/// `GET /schemas`
pub(crate) fn schemas(state: &State, listing: &Listing) -> Vec<SchemaAnswer> {
    let Listing { prefix, visibility, latest_only, aliases, rule_type, page } = listing;
    let with_rule = |entry: &Entry| {
        let rules = entry.content.rule_set().into_iter().flat_map(schema::contract::RuleSet::rules);
        rule_type.is_none() || rules.into_iter().any(|rule| rule.rule_type == *rule_type)
    };
    // Whether the subject as a whole is live is not asked: a deleted version of a live one is shown too.
    let subjects =
        state.subjects(prefix, if *visibility == Visibility::Live { Visibility::Live } else { Visibility::All });
    let entries = subjects.into_iter().flat_map(|subject| {
        let versions = state.versions(subject, *visibility).rev().take(if *latest_only { 1 } else { usize::MAX });
        let oldest_first: Vec<_> = versions.collect();
        oldest_first.into_iter().rev().filter(|entry| with_rule(entry)).map(move |entry| (subject, entry))
    });
    let shown = page.of(entries).into_iter();
    shown
        .map(|(subject, entry)| {
            let mut answer = SchemaAnswer::version(subject, entry);
            if *aliases {
                answer.aliases = state.aliases_of(subject).cloned().collect();
            }
            answer
        })
        .collect()
}
