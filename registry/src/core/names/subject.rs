//! Subjects: the names under which versions of a schema are kept.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::Context;
use crate::core::refusal::{Refusal, quoted};

/// A subject in its context: `orders-value`, or `:.staging:orders-value`.
///
/// Any text without control characters that is not a word that Confluent reserves; it may be empty. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Subject(Arc<str>);

impl Subject {
    /// The longest name. Confluent's limit is that of a Kafka record; a name is part of every answer that lists it.
    pub(crate) const MAX_BYTES: usize = 32 * 1024;

    /// The name with its context, as it is listed and stored.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The name without its context.
    pub(crate) fn name(&self) -> &str {
        split(&self.0).1
    }

    pub(crate) fn context(&self) -> Context {
        split(&self.0).0.and_then(Context::named).unwrap_or(Context::DEFAULT)
    }

    /// Whether it is in the default context.
    pub(crate) fn is_unqualified(&self) -> bool {
        split(&self.0).0.is_none()
    }

    /// The subject of this name in `context`, unless the name says itself which context it is in.
    ///
    /// # Errors
    ///
    /// When it is not a name for a subject.
    pub(crate) fn within(context: &Context, name: &str) -> Result<Self, Refusal> {
        if name.starts_with(":.") { name.parse() } else { format!("{}{name}", context.qualifier()).parse() }
    }

    /// This subject's name in another context.
    pub(crate) fn moved_to(&self, context: &Context) -> Self {
        Self(format!("{}{}", context.qualifier(), self.name()).into())
    }
}

/// The context that `text` names, with its dot, and the rest.
pub(super) fn split(text: &str) -> (Option<&str>, &str) {
    let qualified = text.strip_prefix(':').filter(|rest| rest.starts_with('.'));
    match qualified.and_then(|rest| rest.split_once(':')) {
        Some((context, name)) => (Some(context), name),
        None => (None, text),
    }
}

impl FromStr for Subject {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let (context, name) = split(text);
        let why = if text.len() > Self::MAX_BYTES {
            "it is longer than 32768 bytes"
        } else if text.chars().any(char::is_control) {
            "it holds a control character"
        } else if matches!(name, "__GLOBAL" | "__EMPTY") {
            "Confluent reserves this word"
        } else if text.starts_with(":.") && context.is_none() {
            "its context does not end: write `:.context:subject`"
        } else if context == Some(".") {
            return Ok(Self(name.into()));
        } else {
            return Ok(Self(text.into()));
        };
        Err(Refusal::InvalidSubject { subject: quoted(text), why })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Subject {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Subject {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
