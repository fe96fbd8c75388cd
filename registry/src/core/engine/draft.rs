//! What a schema is made of, before it is understood: what the client sent, and what comes with it from elsewhere.

use std::sync::Arc;

use schema::contract::{Metadata, VERSION_PROPERTY, effective_metadata, effective_rule_set};

use crate::core::config::Config;
use crate::core::content::{Content, Contract, Reference, SchemaType};
use crate::core::names::Subject;
use crate::core::refusal::Refusal;
use crate::core::request::SchemaRequest;
use crate::core::state::{State, Visibility};

#[derive(Clone, Debug)]
pub(super) struct Draft<'a> {
    pub(super) schema_type: &'a SchemaType,
    pub(super) text: Arc<str>,
    pub(super) references: &'a [Reference],
    pub(super) contract: Contract,
}

impl<'a> Draft<'a> {
    /// What the client sent and nothing else.
    ///
    /// # Errors
    ///
    /// When it sent no text.
    pub(super) fn of(request: &'a SchemaRequest) -> Result<Self, Refusal> {
        let SchemaRequest { schema_type, text, references, contract, .. } = request;
        let text = text.as_deref().ok_or_else(empty)?.into();
        Ok(Self { schema_type, text, references, contract: contract.clone() })
    }

    /// The next version of a subject, which has what it does not say itself from the one before.
    ///
    /// # Errors
    ///
    /// When there is no text.
    pub(super) fn next(
        state: &'a State,
        subject: &Subject,
        config: &Config,
        request: &'a SchemaRequest,
    ) -> Result<Self, Refusal> {
        let before = state.versions(subject, Visibility::Live).next_back().map(|entry| &*entry.content);
        let contract = contract(state, subject, config, request, before);
        match (&request.text, before) {
            (None, Some(before)) => {
                let (schema_type, references) = (before.schema_type(), before.references());
                Ok(Self { schema_type, text: before.text(), references, contract })
            }
            _ => Ok(Self { contract, ..Self::of(request)? }),
        }
    }
}

/// What the schema carries: what the configuration gives, its own or that of the version before, what the configuration
/// insists on, and its version if that is to be noted.
fn contract(
    state: &State,
    subject: &Subject,
    config: &Config,
    request: &SchemaRequest,
    before: Option<&Content>,
) -> Contract {
    let Contract { metadata, rule_set } = &request.contract;
    let specific = metadata.as_ref().or_else(|| before.and_then(Content::metadata));
    let metadata = effective_metadata(config.default_metadata.as_ref(), specific, config.override_metadata.as_ref());
    let specific = rule_set.as_ref().or_else(|| before.and_then(Content::rule_set));
    let rule_set = effective_rule_set(config.default_rule_set.as_ref(), specific, config.override_rule_set.as_ref());
    let is_noted = |metadata: &Metadata| metadata.property(VERSION_PROPERTY).is_some();
    let notes_version = request.version.is_some() || metadata.as_ref().is_some_and(is_noted);
    let metadata = match state.next_version(subject).filter(|_| notes_version) {
        Some(next) => Some(metadata.unwrap_or_default().with_version(next.get())),
        None => metadata,
    };
    Contract { metadata, rule_set }
}

fn empty() -> Refusal {
    Refusal::InvalidSchema("Invalid schema, details: the request has no `schema`".to_owned())
}
