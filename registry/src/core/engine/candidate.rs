//! A schema that a client sent, in the form in which it would be stored.

use std::sync::Arc;

use schema::{Document, Strictness};

use super::documents::referable;
use super::draft::Draft;
use super::{Engine, Unparsed, resolve};
use crate::core::config::Config;
use crate::core::content::{Content, Reference};
use crate::core::names::{Context, Subject};
use crate::core::refusal::Refusal;
use crate::core::request::SchemaRequest;
use crate::core::state::{Entry, State, Visibility};

/// A schema that a client sent, understood, and its content in canonical text.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) content: Arc<Content>,
    pub(crate) document: Arc<Document>,
}

/// How a candidate is made.
#[derive(Clone, Copy, Debug)]
struct Making {
    strictness: Strictness,
    normalize: bool,
}

impl Candidate {
    /// The next version of a subject: with what it takes over from the one before, and what the configuration adds.
    ///
    /// # Errors
    ///
    /// With everything that is wrong with it.
    pub(crate) fn new(
        state: &State,
        engine: &Engine,
        subject: &Subject,
        config: &Config,
        request: &SchemaRequest,
        normalize: bool,
    ) -> Result<Self, Refusal> {
        let making = Making { strictness: strictness(config), normalize };
        Self::make(state, engine, &subject.context(), Draft::next(state, subject, config, request)?, making)
    }

    /// A schema as it is: one that may be in the log already, or comes from another registry, and need not be as a new
    /// one must be.
    ///
    /// # Errors
    ///
    /// When it cannot be understood.
    pub(crate) fn as_it_is(
        state: &State,
        engine: &Engine,
        subject: &Subject,
        request: &SchemaRequest,
        normalize: bool,
    ) -> Result<Self, Refusal> {
        let making = Making { strictness: Strictness::Lenient, normalize };
        Self::make(state, engine, &subject.context(), Draft::of(request)?, making)
    }

    fn make(
        state: &State,
        engine: &Engine,
        context: &Context,
        draft: Draft<'_>,
        making: Making,
    ) -> Result<Self, Refusal> {
        let format = draft.schema_type.format()?;
        let mut references = numbered(state, context, draft.references, referable(making.strictness))?;
        let unparsed = Unparsed { context, format, text: &draft.text, references: &references };
        let document = engine.submitted(state, unparsed, making.strictness)?;
        let text = if making.normalize { document.normalized() } else { document.canonical() };
        if making.normalize {
            references.sort();
            references.dedup();
        }
        let content = Content::new(draft.schema_type.clone(), &text, references, draft.contract);
        Ok(Self { content: Arc::new(content), document })
    }
}

/// How much is asked of new schemas.
fn strictness(config: &Config) -> Strictness {
    if config.validate_new_schemas == Some(false) { Strictness::Lenient } else { Strictness::Strict }
}

/// The references with the latest version in the place of -1.
fn numbered(
    state: &State,
    context: &Context,
    references: &[Reference],
    visibility: Visibility,
) -> Result<Vec<Reference>, Refusal> {
    let number = |reference: &Reference| {
        let (_, entry) = resolve(state, context, reference, visibility)?;
        let version = i32::try_from(entry.version.get()).unwrap_or(i32::MAX);
        Ok(Reference { version, ..reference.clone() })
    };
    references.iter().map(number).collect()
}

impl Engine {
    /// The newest version of a subject with this schema.
    ///
    /// Other registries print the same schema in other ways, so what is not found by identity is compared in canonical
    /// text.
    pub(crate) fn find<'a>(
        &self,
        state: &'a State,
        subject: &Subject,
        candidate: &Candidate,
        visibility: Visibility,
    ) -> Option<&'a Entry> {
        let wanted = &candidate.content;
        let newest_first = || state.versions(subject, visibility).rev();
        let identical = newest_first().find(|entry| *entry.content == **wanted);
        identical.or_else(|| {
            let text = wanted.text();
            let text_identity = text_identity(&text);
            let same = Same { engine: self, state, context: &subject.context(), wanted, text: &text, text_identity };
            newest_first().find(|entry| same.as_stored(&entry.content))
        })
    }
}

/// Whether a stored schema is the candidate in other words.
struct Same<'a> {
    engine: &'a Engine,
    state: &'a State,
    context: &'a Context,
    wanted: &'a Content,
    /// The text of `wanted`, which takes time to unpack.
    text: &'a str,
    text_identity: schema::identity::Identity,
}

impl Same<'_> {
    fn as_stored(&self, stored: &Content) -> bool {
        let wanted = self.wanted;
        if stored.schema_type() != wanted.schema_type() || !same_contract(stored, wanted) {
            return false;
        }
        if wanted.references().is_empty() && !stored.references().is_empty() {
            return self.with_references_resolved(stored);
        }
        self.same_references(stored) && self.same_text(stored)
    }

    fn same_references(&self, stored: &Content) -> bool {
        let numbered = numbered(self.state, self.context, stored.references(), Visibility::All);
        numbered.is_ok_and(|references| references == self.wanted.references())
    }

    fn same_text(&self, stored: &Content) -> bool {
        let canonical = stored.canonical_identity(|| {
            let document = self.engine.stored(self.state, self.context, stored).ok()?;
            Some(text_identity(&document.canonical()))
        });
        canonical == Some(self.text_identity)
    }

    /// A client that has the whole schema need not know that it was registered in parts.
    fn with_references_resolved(&self, stored: &Content) -> bool {
        let document = self.engine.stored(self.state, self.context, stored);
        let resolved = document.ok().and_then(|document| document.formatted("resolved"));
        resolved.is_some_and(|resolved| resolved == self.text)
    }
}

fn text_identity(text: &str) -> schema::identity::Identity {
    schema::identity::Identity::of(text, [], None, None)
}

/// Whether both carry the same, apart from the version that a registry noted.
fn same_contract(one: &Content, other: &Content) -> bool {
    let metadata = |content: &Content| content.metadata().and_then(schema::contract::Metadata::without_version);
    one.rule_set() == other.rule_set() && metadata(one) == metadata(other)
}
