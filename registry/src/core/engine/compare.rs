//! A new schema against the versions before it, in Confluent's words and in ours.

use std::collections::BTreeSet;
use std::sync::Arc;

use schema::compatibility::{Direction, Failure, Older, Report, verdict};
use schema::contract::Metadata;
use schema::{Document, Format};

use super::verdicts::Comparison;
use super::{Candidate, Engine};
use crate::core::config::Config;
use crate::core::names::Subject;
use crate::core::refusal::Refusal;
use crate::core::state::{Entry, State};

/// How much of an older schema a message shows.
const SHOWN: usize = 10 * 1024;

/// How many differences are explained.
const EXPLAINED: usize = 10;

/// Why a schema does not fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Incompatibility {
    /// In Confluent's words, about the newest version that it does not fit.
    pub(crate) messages: Vec<String>,
    /// In ours, about all of them.
    pub(crate) explanation: String,
}

impl Incompatibility {
    /// The refusal to register.
    pub(crate) fn refusal(&self, subject: &Subject) -> Refusal {
        let Self { messages, explanation } = self;
        Refusal::Incompatible(format!(
            "Schema being registered is incompatible with an earlier schema for subject \"{subject}\", \
             details: [{}]{}{explanation}",
            messages.join(", "),
            if explanation.is_empty() { "" } else { ". " },
        ))
    }
}

impl Engine {
    /// Why `candidate` cannot follow the versions `before`, which are given oldest first; `None` if it can.
    ///
    /// # Errors
    ///
    /// When a version in the log cannot be understood, so that nobody can tell.
    pub(crate) fn incompatibility(
        &self,
        state: &State,
        subject: &Subject,
        candidate: &Candidate,
        before: &[&Entry],
        config: &Config,
    ) -> Result<Option<Incompatibility>, Refusal> {
        let before = of_the_same_group(candidate, before, config);
        let mut messages = reserved(candidate, before.last().copied(), config);
        let level = config.level();
        let considered = if level.is_transitive() { before.len() } else { before.len().min(1) };
        let considered = if level.directions().is_empty() { 0 } else { considered };
        let before = &before[before.len() - considered..];
        let documents =
            before.iter().map(|entry| self.understood(state, subject, entry)).collect::<Result<Vec<_>, _>>()?;
        let comparison = Comparison::new(&candidate.document, &documents, level, config.policy());
        if messages.is_empty() && self.verdicts.fits(&comparison) {
            return Ok(None);
        }
        let older = before.iter().zip(&documents);
        let older: Vec<_> = older.map(|(entry, document)| Older { version: entry.version.get(), document }).collect();
        let report = verdict(&candidate.document, &older, level, config.policy());
        if report.failures.is_empty() && !older.is_empty() {
            self.verdicts.note_fit(comparison);
        }
        if let Some(newest) = report.failures.first() {
            messages.extend(confluent(&report, newest.version));
            let shown = before.iter().find(|entry| entry.version.get() == newest.version);
            messages.push(format!("{{oldSchemaVersion: {}}}", newest.version));
            let text: String =
                shown.map(|entry| entry.content.text().chars().take(SHOWN).collect()).unwrap_or_default();
            messages.push(format!("{{oldSchema: '{text}'}}"));
        }
        if messages.is_empty() {
            return Ok(None);
        }
        let validated = config.validate_fields == Some(true);
        messages.push(format!("{{validateFields: '{validated}', compatibility: '{level}'}}"));
        Ok(Some(Incompatibility { messages, explanation: explanation(&report) }))
    }

    fn understood(&self, state: &State, subject: &Subject, entry: &Entry) -> Result<Arc<Document>, Refusal> {
        self.stored(state, &subject.context(), &entry.content).map_err(|refusal| {
            Refusal::InvalidSchema(format!(
                "Invalid schema, details: version {} of subject \"{subject}\" in the log cannot be understood, so \
                 nobody can tell whether this one fits: {refusal}",
                entry.version
            ))
        })
    }
}

/// Versions are compared with those that have the same value of the property that the configuration names.
fn of_the_same_group<'a>(candidate: &Candidate, before: &[&'a Entry], config: &Config) -> Vec<&'a Entry> {
    let Some(group) = config.compatibility_group.as_deref().filter(|group| !group.is_empty()) else {
        return before.to_vec();
    };
    let own = candidate.content.metadata().and_then(|metadata| metadata.property(group));
    let value =
        |entry: &Entry| entry.content.metadata().and_then(|metadata| metadata.property(group)).map(str::to_owned);
    before.iter().copied().filter(|entry| value(entry).as_deref() == own).collect()
}

/// What Confluent's registry says about one version.
fn confluent(report: &Report, version: u32) -> Vec<String> {
    let failures = report.failures.iter().filter(|failure| failure.version == version);
    let messages = failures.flat_map(|failure| {
        let other_type =
            failure.differences.is_empty().then(|| "Incompatible because of different schema type".to_owned());
        other_type.into_iter().chain(failure.differences.iter().map(|difference| difference.message.clone()))
    });
    let mut seen = BTreeSet::new();
    messages.filter(|message| seen.insert(message.clone())).collect()
}

/// What is different, who suffers, and what to do, in sentences.
fn explanation(report: &Report) -> String {
    let sentences = report.failures.iter().flat_map(failure_in_words);
    let sentences: Vec<_> = sentences.collect();
    let more = sentences.len().saturating_sub(EXPLAINED);
    let mut text = sentences.into_iter().take(EXPLAINED).collect::<Vec<_>>().join("; ");
    if more > 0 {
        text += &format!("; and {more} more");
    }
    text
}

fn failure_in_words(failure: &Failure) -> Vec<String> {
    let version = failure.version;
    let who = match failure.direction {
        Direction::Backward => format!("the new schema cannot read data of version {version}"),
        Direction::Forward => format!("version {version} cannot read data of the new schema"),
    };
    if failure.differences.is_empty() {
        return vec![format!("{who}: they are not of the same type")];
    }
    let in_words = |difference: &schema::compatibility::Difference| {
        let suggestion = difference.suggestion(failure.direction).trim_end_matches('.');
        format!("{who}: {} ({suggestion})", difference.what)
    };
    failure.differences.iter().map(in_words).collect()
}

/// Confluent's rule for all formats under `validateFields`: names that a version reserves stay reserved and unused.
fn reserved(candidate: &Candidate, before: Option<&Entry>, config: &Config) -> Vec<String> {
    if config.validate_fields != Some(true) {
        return Vec::new();
    }
    let names = |metadata: Option<&Metadata>| -> BTreeSet<String> {
        metadata.into_iter().flat_map(Metadata::reserved).map(str::to_owned).collect()
    };
    let own = names(candidate.content.metadata());
    let earlier = names(before.and_then(|entry| entry.content.metadata()));
    let removed = earlier.difference(&own).map(|name| {
        format!(
            "{{errorType:'RESERVED_FIELD_REMOVED', description:'The new schema has reserved field {name} removed \
             from its metadata which is present in the old schema's metadata.'}}"
        )
    });
    let fields = top_level_fields(&candidate.document);
    let used = own.intersection(&fields).map(|name| {
        format!(
            "{{errorType:'FIELD_CONFLICTS_WITH_RESERVED_FIELD', description:'The new schema has field that conflicts \
             with the reserved field {name}.'}}"
        )
    });
    removed.chain(used).collect()
}

fn top_level_fields(document: &Document) -> BTreeSet<String> {
    if let Document::Protobuf(document) = document {
        let message = document.file().messages().next();
        return message
            .map(|message| message.fields().map(|field| field.name().to_owned()).collect())
            .unwrap_or_default();
    }
    let root: serde_json::Value = serde_json::from_str(&document.canonical()).unwrap_or_default();
    match document.format() {
        Format::Avro => {
            let fields = root.get("fields").and_then(serde_json::Value::as_array).into_iter().flatten();
            fields.filter_map(|field| field.get("name")?.as_str()).map(str::to_owned).collect()
        }
        Format::Json | Format::Protobuf => {
            let properties = root.get("properties").and_then(serde_json::Value::as_object);
            properties.into_iter().flat_map(serde_json::Map::keys).cloned().collect()
        }
    }
}
