//! A schema that a client sent, checked: valid Avro in canonical text, its references resolved.
//!
//! The check takes as long as the schema is large, so it runs once, before and outside of everything that others wait
//! for. What it found out about references can be outdated when the schema is registered; `decide` looks again.

use std::sync::Arc;

use crate::avro;
use crate::content::{Content, Identity, Reference};
use crate::decide;
use crate::names::Version;
use crate::refusal::Refusal;
use crate::request::{RequestedReference, SchemaRequest};
use crate::state::{State, Visibility};

/// A checked schema.
#[derive(Debug)]
pub(crate) struct Submission {
    pub(crate) content: Content,
    pub(crate) identity: Identity,
    /// The version that the client expects its schema to get.
    pub(crate) version: Option<Version>,
}

/// What a schema refers to.
#[derive(Debug)]
pub(crate) struct Resolved {
    references: Vec<Reference>,
    /// The texts of all schemas that the references lead to.
    texts: Vec<Arc<str>>,
}

impl Submission {
    /// Checks the schema of a request whose references were resolved.
    pub(crate) fn check(request: &SchemaRequest, resolved: Resolved) -> Result<Self, Refusal> {
        let canonical = avro::checked_canonical(&request.text, &resolved.texts)?;
        let content = Content::avro(&canonical, resolved.references);
        Ok(Self { identity: content.identity(), content, version: request.version })
    }
}

impl Resolved {
    /// Finds what a request refers to.
    pub(crate) fn find(state: &State, request: &SchemaRequest) -> Result<Self, Refusal> {
        let references = request.references.iter().map(|reference| resolve(state, reference));
        let references: Vec<_> = references.collect::<Result<_, _>>()?;
        let mut texts = Vec::new();
        collect_texts(state, &references, &mut texts)?;
        Ok(Self { references, texts })
    }
}

fn resolve(state: &State, reference: &RequestedReference) -> Result<Reference, Refusal> {
    let RequestedReference { name, subject, version: selector } = reference;
    let found = decide::version(state, &subject.parse()?, *selector, Visibility::Live);
    let found = found.map_err(|refusal| Refusal::InvalidSchema(format!("reference `{name}`: {refusal}")))?;
    Ok(Reference { name: name.clone(), subject: subject.clone(), version: found.version })
}

/// Collects each text once, so that a cycle in a foreign log ends.
fn collect_texts(state: &State, references: &[Reference], texts: &mut Vec<Arc<str>>) -> Result<(), Refusal> {
    for Reference { name, subject, version } in references {
        let missing =
            || Refusal::InvalidSchema(format!("reference `{name}`: subject '{subject}' has no version {version}"));
        let entry = state.version(&subject.parse()?, *version).ok_or_else(missing)?;
        if !texts.contains(&entry.content.text) {
            texts.push(Arc::clone(&entry.content.text));
            collect_texts(state, &entry.content.references, texts)?;
        }
    }
    Ok(())
}
