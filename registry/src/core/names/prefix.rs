//! The beginning of subjects, in one context or in all.

use super::Context;
use super::subject::split;

/// What a listing is narrowed to: `:*:name` in all contexts, `:.context:name` in one, `name` in the default one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SubjectPrefix {
    /// `None`: all contexts.
    pub(crate) context: Option<Context>,
    /// What names begin with, without the context.
    pub(crate) name: String,
}

impl SubjectPrefix {
    /// Everything: what a listing without a prefix shows.
    pub(crate) fn all() -> Self {
        Self { context: None, name: String::new() }
    }

    /// Everything in one context: what a listing below `/contexts/{context}` shows.
    pub(crate) fn of_context(context: Context) -> Self {
        Self { context: Some(context), name: String::new() }
    }

    /// Reads the parameter `subjectPrefix`. A prefix that no subject can have finds nothing, which is not an error.
    pub(crate) fn parse(text: &str) -> Self {
        if let Some(name) = text.strip_prefix(":*:") {
            return Self { context: None, name: name.to_owned() };
        }
        let (context, name) = split(text);
        let context = context.and_then(Context::named).unwrap_or(Context::DEFAULT);
        Self { context: Some(context), name: name.to_owned() }
    }
}
