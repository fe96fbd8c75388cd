//! The parsed form of schemas.

use std::sync::Arc;

use md5::{Digest as _, Md5};
use schema::identity::Identity;
use schema::{Document, Finding, Format, Severity, Source, Strictness};

use super::Engine;
use super::references::{Found, closure};
use crate::core::content::{Content, Reference};
use crate::core::names::Context;
use crate::core::refusal::Refusal;
use crate::core::state::{State, Visibility};

/// What a parsed schema depends on: its text and all texts that it leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key([u8; 16]);

/// Counts what a parsed schema takes.
#[derive(Clone, Debug)]
pub(super) struct Weigher;

impl quick_cache::Weighter<Key, Arc<Document>> for Weigher {
    fn weight(&self, _: &Key, document: &Arc<Document>) -> u64 {
        let source = document.source();
        let texts = source.text.len() + source.references.iter().map(|one| one.text.len()).sum::<usize>();
        // A tree takes several times its text.
        1024 + 6 * u64::try_from(texts).unwrap_or(u64::MAX / 8)
    }
}

/// A text to parse, in the context where its references are looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unparsed<'a> {
    pub(crate) context: &'a Context,
    pub(crate) format: Format,
    pub(crate) text: &'a str,
    pub(crate) references: &'a [Reference],
}

impl Engine {
    /// A schema that the log has: what can be understood of it is, and its references may be deleted.
    ///
    /// # Errors
    ///
    /// When it is of a type that is not known here, or cannot be understood at all.
    pub(crate) fn stored(&self, state: &State, context: &Context, content: &Content) -> Result<Arc<Document>, Refusal> {
        let found = closure(state, context, content.references(), Visibility::All)?;
        let format = content.schema_type().format()?;
        let key = key(format, Strictness::Lenient, content.identity(), &found);
        self.documents.get_or_insert_with(&key, || parse(format, content.text(), &found, Strictness::Lenient))
    }

    /// A schema that a client sent.
    ///
    /// # Errors
    ///
    /// With everything that is wrong with it.
    pub(crate) fn submitted(
        &self,
        state: &State,
        unparsed: Unparsed<'_>,
        strictness: Strictness,
    ) -> Result<Arc<Document>, Refusal> {
        let Unparsed { context, format, text, references } = unparsed;
        let found = closure(state, context, references, referable(strictness))?;
        let key = key(format, strictness, Identity::of(text, [], None, None), &found);
        self.documents.get_or_insert_with(&key, || parse(format, text.into(), &found, strictness))
    }
}

/// Which versions a schema may refer to.
pub(super) fn referable(strictness: Strictness) -> Visibility {
    match strictness {
        Strictness::Strict => Visibility::Live,
        Strictness::Lenient => Visibility::All,
    }
}

fn key(format: Format, strictness: Strictness, identity: Identity, found: &[Found]) -> Key {
    let mut hash = Md5::new();
    hash.update([format as u8, u8::from(strictness == Strictness::Strict)]);
    hash.update(identity.0);
    for one in found {
        hash.update(one.name.as_bytes());
        hash.update([0]);
        hash.update(one.identity().0);
    }
    Key(hash.finalize().into())
}

fn parse(format: Format, text: Arc<str>, found: &[Found], strictness: Strictness) -> Result<Arc<Document>, Refusal> {
    let references = found.iter().map(Found::text).collect();
    let source = Source { format, text, references };
    let parsed = Document::parse(&source, strictness);
    let errors: Vec<_> =
        parsed.findings.iter().filter(|finding| finding.severity == Severity::Error).take(20).collect();
    match parsed.document {
        Some(document) => Ok(Arc::new(document)),
        None => Err(Refusal::InvalidSchema(invalid(&source, &errors))),
    }
}

/// Confluent's beginning, and every mistake with its place.
fn invalid(source: &Source, errors: &[&Finding]) -> String {
    let sentences: Vec<_> = errors.iter().map(|finding| sentence(source, finding)).collect();
    let format = source.format.as_str();
    format!("Invalid schema of type {format}, details: {}", sentences.join("; "))
}

/// What is wrong, where, and what to do, in one line.
fn sentence(source: &Source, finding: &Finding) -> String {
    let reference = finding.place.file.checked_sub(1).and_then(|position| source.references.get(position));
    let (text, whose) = match reference {
        Some(one) => (&one.text, format!("reference '{}', ", one.name)),
        None => (&source.text, String::new()),
    };
    let offset = (finding.place.span.start as usize).min(text.len());
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let help = finding.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{whose}line {line}, column {column}: {}{help}", finding.message)
}
