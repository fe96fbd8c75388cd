//! The names and numbers of a registry: contexts, subjects, scopes, versions and ids.
//!
//! A value of one of these types is usable as it stands; text from a client goes through `FromStr`.
//!
//! * [`context`]: a name space for subjects and ids.
//! * [`subject`]: a subject in its context; [`prefix`]: the beginning of subjects; [`scope`]: what a setting is for.
//! * [`number`]: versions and ids.

mod context;
mod subject;
mod prefix;
mod scope;
mod number;
#[cfg(test)]
mod tests;

pub(crate) use context::Context;
pub(crate) use number::{SchemaId, Version, VersionSelector};
pub(crate) use prefix::SubjectPrefix;
pub(crate) use scope::Scope;
pub(crate) use subject::Subject;
