//! What a configuration or a mode is for.

use super::{Context, Subject};
use crate::core::refusal::Refusal;

/// The subjects that a setting applies to, unless a narrower one does.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scope {
    /// The default context; what `/config` and `/mode` without a subject are about.
    Global,
    /// Another context (`:.name:`), or all of them (`:.__GLOBAL:`).
    Context(Context),
    /// One subject.
    Subject(Subject),
}

impl Scope {
    /// The scope that the path segment after `/config` and `/mode` names: a subject, or a context with nothing after.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        text.parse().map(|subject: Subject| Self::of(&subject, text))
    }

    /// The same below `/contexts/{context}`; nothing after `/config` means the context.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub(crate) fn within(context: &Context, text: Option<&str>) -> Result<Self, Refusal> {
        match text {
            None if context.is_default() => Ok(Self::Global),
            None => Ok(Self::Context(context.clone())),
            Some(text) => Subject::within(context, text).map(|subject| Self::of(&subject, text)),
        }
    }

    fn of(subject: &Subject, text: &str) -> Self {
        match subject.context() {
            context if !context.is_default() && subject.name().is_empty() => Self::Context(context),
            // `:.:` names the default context; the empty subject has an empty name.
            context if context.is_default() && text == ":.:" => Self::Global,
            _ => Self::Subject(subject.clone()),
        }
    }

    /// What the log has in the place of a subject.
    pub(crate) fn key(&self) -> Option<String> {
        match self {
            Self::Global => None,
            Self::Context(context) => Some(context.qualifier()),
            Self::Subject(subject) => Some(subject.to_string()),
        }
    }

    /// The next wider scope that has a say when this one says nothing.
    pub(crate) fn wider(&self) -> Option<Self> {
        match self {
            Self::Subject(subject) if subject.is_unqualified() => Some(Self::Global),
            Self::Subject(subject) => Some(Self::Context(subject.context())),
            Self::Context(context) if context.is_global() => None,
            Self::Context(_) | Self::Global => Some(Self::Context(Context::global())),
        }
    }

    /// Whether a subject is in it.
    pub(crate) fn covers(&self, subject: &Subject) -> bool {
        match self {
            Self::Global => subject.is_unqualified(),
            Self::Context(context) => context.is_global() || subject.context() == *context,
            Self::Subject(own) => own == subject,
        }
    }
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Global => f.write_str("null"),
            Self::Context(context) => f.write_str(&context.qualifier()),
            Self::Subject(subject) => subject.fmt(f),
        }
    }
}
