//! Why a request is refused, with Confluent's error codes.
//!
//! Clients decide by the code, people by the message. The HTTP status is the code's first three digits. What is wrong with
//! a request before its subject matters is a `Fault` of the HTTP side.
//! Messages begin as Confluent words them, because clients are known to match on that; what it leaves out follows.

use thiserror::Error;

use crate::core::names::{SchemaId, Subject, Version};

/// What a registry answers instead of doing what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub(crate) enum Refusal {
    #[error("Subject '{0}' not found.")]
    SubjectNotFound(Subject),
    #[error("Version {0} not found.")]
    VersionNotFound(String),
    #[error("Schema {}not found", .0.as_ref().map(|id| format!("{id} ")).unwrap_or_default())]
    SchemaNotFound(Option<String>),
    #[error("Subject '{0}' was soft deleted. Set permanent=true to delete permanently")]
    SubjectSoftDeleted(Subject),
    #[error("Subject '{0}' was not deleted first before being permanently deleted")]
    SubjectNotSoftDeleted(Subject),
    #[error("Subject '{0}' Version {1} was soft deleted. Set permanent=true to delete permanently")]
    VersionSoftDeleted(Subject, Version),
    #[error("Subject '{0}' Version {1} was not deleted first before being permanently deleted")]
    VersionNotSoftDeleted(Subject, Version),
    #[error("Subject '{0}' does not have subject-level compatibility configured")]
    NoSubjectCompatibility(String),
    #[error("Subject '{0}' does not have subject-level mode configured")]
    NoSubjectMode(String),
    #[error("{0}")]
    Incompatible(String),
    #[error("The request body is not the JSON that this path takes: {0}")]
    MalformedBody(String),
    #[error("{0}")]
    InvalidSchema(String),
    #[error(
        "The specified version '{0}' is not a valid version id. \
         Allowed values are between [1, 2^31-1] and the string \"latest\""
    )]
    InvalidVersion(String),
    #[error(
        "Invalid compatibility level `{0}`. Valid values are none, backward, forward, full, backward_transitive, \
         forward_transitive, and full_transitive"
    )]
    InvalidCompatibilityLevel(String),
    #[error("Invalid compatibility policy `{0}`. Valid values are strict and lenient")]
    InvalidCompatibilityPolicy(String),
    #[error("Invalid mode `{0}`. Valid values are READWRITE, READONLY, READONLY_OVERRIDE, IMPORT, and FORWARD")]
    InvalidMode(String),
    #[error("Invalid mode `{mode}` for {scope}: it is for the registry as a whole. Set it with PUT /mode")]
    ModeOutOfPlace { mode: &'static str, scope: String },
    #[error("{0}")]
    OperationNotPermitted(String),
    #[error(
        "One or more references exist to the schema {{magic=1,keytype=SCHEMA,subject={0},version={1}}}. \
         It is referred to by {2}: delete that first"
    )]
    ReferenceExists(Subject, Version, String),
    #[error("The schema has ID {existing} in this context already and cannot get ID {asked}: ids do not change")]
    IdDoesNotMatch { existing: SchemaId, asked: SchemaId },
    #[error("The specified subject '{subject}' is not a valid subject: {why}")]
    InvalidSubject { subject: String, why: &'static str },
    #[error("The schema is larger than the log accepts: raise max.message.bytes of its topic to store it")]
    SchemaTooLarge,
    #[error("Invalid rule set: {0}")]
    InvalidRuleSet(String),
    #[error("The specified context '{0}' is not empty: delete its subjects permanently first")]
    ContextNotEmpty(String),
    #[error("Unrecognized field: {0}. It would be lost, so nothing was done: correct its name, or leave it out")]
    UnsupportedField(String),
    #[error("Error in the backend data store: {0}")]
    Store(String),
    /// The HTTP side adds what to do about it, which depends on the request.
    #[error("The write was not confirmed in time. It may or may not have been written: {0}")]
    Timeout(String),
    #[error("Error while forwarding the request to the leader: {0}")]
    Forwarding(String),
    /// As [`Refusal::Timeout`], where the leader did not say what became of it.
    #[error("Error while forwarding the request to the leader, which may or may not have done it: {0}")]
    ForwardedInVain(String),
    #[error("{0}")]
    UnknownLeader(String),
    #[error("The registry is still reading its log: {0}")]
    NotReady(String),
}

/// A client's own words as an answer repeats them: a text of any length would be an answer of any length.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().take(200).collect()
}

impl Refusal {
    /// Confluent's error code.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::MalformedBody(_) => 400,
            Self::UnsupportedField(_) => 422,
            Self::NotReady(_) => 503,
            Self::SubjectNotFound(_) => 40401,
            Self::VersionNotFound(_) => 40402,
            Self::SchemaNotFound(_) => 40403,
            Self::SubjectSoftDeleted(_) => 40404,
            Self::SubjectNotSoftDeleted(_) => 40405,
            Self::VersionSoftDeleted(..) => 40406,
            Self::VersionNotSoftDeleted(..) => 40407,
            Self::NoSubjectCompatibility(_) => 40408,
            Self::NoSubjectMode(_) => 40409,
            Self::Incompatible(_) => 40901,
            Self::InvalidSchema(_) => 42201,
            Self::InvalidVersion(_) => 42202,
            Self::InvalidCompatibilityLevel(_) | Self::InvalidCompatibilityPolicy(_) => 42203,
            Self::InvalidMode(_) | Self::ModeOutOfPlace { .. } => 42204,
            Self::OperationNotPermitted(_) => 42205,
            Self::ReferenceExists(..) => 42206,
            Self::IdDoesNotMatch { .. } => 42207,
            Self::InvalidSubject { .. } => 42208,
            Self::SchemaTooLarge => 42209,
            Self::InvalidRuleSet(_) => 42210,
            Self::ContextNotEmpty(_) => 42211,
            Self::Store(_) => 50001,
            Self::Timeout(_) => 50002,
            Self::Forwarding(_) | Self::ForwardedInVain(_) => 50003,
            Self::UnknownLeader(_) => 50004,
        }
    }
}
