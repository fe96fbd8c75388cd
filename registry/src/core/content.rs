//! What a schema is: its text, its references, its contract, and the identity that decides whether two are the same.
//!
//! Contents are immutable and shared: a text that many versions have is in memory once, compressed if that helps.

mod text;

use std::sync::{Arc, OnceLock};

use schema::Format;
use schema::contract::{Metadata, RuleSet};
use schema::identity::{Identity, ReferenceKey};
use serde::{Deserialize, Serialize};

use crate::core::names::{Context, Subject, Version, VersionSelector};
use crate::core::refusal::{Refusal, quoted};

pub(crate) use text::Text;

/// How a schema is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SchemaType {
    /// One that this registry understands.
    Known(Format),
    /// One that another registry wrote: kept and returned, not understood.
    Other(Box<str>),
}

impl SchemaType {
    /// The type of this name; none, and the empty one, mean Avro.
    pub(crate) fn named(name: Option<&str>) -> Self {
        match name.filter(|name| !name.is_empty()) {
            None => Self::Known(Format::Avro),
            Some(name) => Format::from_registry(name).map_or_else(|| Self::Other(name.into()), Self::Known),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Known(format) => format.as_str(),
            Self::Other(name) => name,
        }
    }

    /// The format.
    ///
    /// # Errors
    ///
    /// When it is not one that this registry understands.
    pub(crate) fn format(&self) -> Result<Format, Refusal> {
        match self {
            Self::Known(format) => Ok(*format),
            Self::Other(name) => Err(Refusal::InvalidSchema(format!(
                "Invalid schema type {}: this registry understands AVRO, PROTOBUF and JSON",
                quoted(name)
            ))),
        }
    }
}

/// A use of another subject's schema: `name` is how the text refers to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(crate) struct Reference {
    pub(crate) name: Box<str>,
    pub(crate) subject: Box<str>,
    /// -1 is the latest.
    pub(crate) version: i32,
}

impl Reference {
    /// The subject, in the context of the schema that refers to it unless it names one itself.
    ///
    /// # Errors
    ///
    /// When it is not a name for a subject.
    pub(crate) fn target(&self, context: &Context) -> Result<Subject, Refusal> {
        Subject::within(context, &self.subject)
    }

    /// The version.
    ///
    /// # Errors
    ///
    /// When it is neither a version nor -1.
    pub(crate) fn selector(&self) -> Result<VersionSelector, Refusal> {
        if self.version == -1 {
            return Ok(VersionSelector::Latest);
        }
        let version = Version::try_from(i64::from(self.version));
        version.map(VersionSelector::Exactly).map_err(|_| Refusal::InvalidVersion(self.version.to_string()))
    }

    fn key(&self) -> ReferenceKey<'_> {
        ReferenceKey { name: &self.name, subject: &self.subject, version: self.version }
    }
}

/// What a schema carries beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contract {
    pub(crate) metadata: Option<Metadata>,
    pub(crate) rule_set: Option<RuleSet>,
}

/// A schema as the log has it.
#[derive(Debug)]
pub(crate) struct Content {
    schema_type: SchemaType,
    text: Text,
    /// Most schemas are their text alone.
    beside: Option<Box<Beside>>,
    identity: Identity,
    /// The identity that it has in its canonical text, once that is known: see [`Content::canonical_identity`].
    canonical: OnceLock<Box<Identity>>,
}

/// What a schema has beside its text.
#[derive(Debug)]
struct Beside {
    references: Box<[Reference]>,
    contract: Contract,
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        self.identity == other.identity && self.schema_type == other.schema_type
    }
}

impl Eq for Content {}

impl Content {
    /// A schema with this text, which is never rewritten once it is in the log: ids would change owners.
    pub(crate) fn new(schema_type: SchemaType, text: &str, references: Vec<Reference>, contract: Contract) -> Self {
        let identity = identity(text, &references, &contract);
        let is_alone = references.is_empty() && contract == Contract::default();
        Self {
            schema_type,
            text: Text::new(text),
            beside: (!is_alone).then(|| Box::new(Beside { references: references.into(), contract })),
            identity,
            canonical: OnceLock::new(),
        }
    }

    pub(crate) fn schema_type(&self) -> &SchemaType {
        &self.schema_type
    }

    /// The text as it is in the log.
    pub(crate) fn text(&self) -> Arc<str> {
        self.text.to_str()
    }

    pub(crate) fn references(&self) -> &[Reference] {
        self.beside.as_ref().map_or(&[], |beside| &beside.references)
    }

    pub(crate) fn metadata(&self) -> Option<&Metadata> {
        self.beside.as_ref()?.contract.metadata.as_ref()
    }

    pub(crate) fn rule_set(&self) -> Option<&RuleSet> {
        self.beside.as_ref()?.contract.rule_set.as_ref()
    }

    /// Confluent's identity; printed, it is the GUID.
    pub(crate) fn identity(&self) -> Identity {
        self.identity
    }

    /// The identity that it would have if it were in canonical text, which other registries do not write.
    ///
    /// It takes a parser to know, so it is asked for rarely and remembered. `None` if `canonical` has no answer now:
    /// what the schema refers to may come yet.
    pub(crate) fn canonical_identity(&self, canonical: impl FnOnce() -> Option<Identity>) -> Option<Identity> {
        if let Some(known) = self.canonical.get() {
            return Some(**known);
        }
        let found = canonical()?;
        Some(**self.canonical.get_or_init(|| Box::new(found)))
    }
}

/// The identity of a schema with this text.
pub(crate) fn identity(text: &str, references: &[Reference], contract: &Contract) -> Identity {
    let Contract { metadata, rule_set } = contract;
    Identity::of(text, references.iter().map(Reference::key), metadata.as_ref(), rule_set.as_ref())
}
