//! Why a request is refused, with Confluent's error codes.
//!
//! Clients decide by the code, people by the message. The HTTP status is the code's first three digits.
//! Messages of codes that clients are known to match on are worded as Confluent words them.

use thiserror::Error;

use crate::names::{SchemaId, Subject, Version};

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
    NoSubjectCompatibility(Subject),
    #[error("Subject '{0}' does not have subject-level mode configured")]
    NoSubjectMode(Subject),
    #[error("Modes are read-only in this version of the registry: GET /mode and GET /mode/{{subject}} are served")]
    ModeIsReadOnly,
    #[error("The request body is not the JSON that this path takes: {0}")]
    MalformedBody(String),
    #[error("{0}")]
    InvalidSchema(String),
    #[error("schema type {0} is not served by this version of the registry: it serves AVRO")]
    UnsupportedSchemaType(String),
    #[error(
        "The specified version '{0}' is not a valid version id. \
         Allowed values are between [1, 2^31-1] and the string \"latest\""
    )]
    InvalidVersion(String),
    #[error(
        "`{0}` is not a compatibility level. Valid values are none, backward, forward, full, backward_transitive, \
         forward_transitive and full_transitive"
    )]
    InvalidCompatibilityLevel(String),
    #[error("{0}")]
    OperationNotPermitted(String),
    #[error("One or more references exist to the schema of subject '{0}' version {1}: {2}")]
    ReferenceExists(Subject, Version, SchemaId),
    #[error("The subject '{subject}' cannot be used: {why}")]
    InvalidSubject { subject: String, why: &'static str },
    #[error("The schema is larger than the log accepts: raise max.message.bytes of its topic to store it")]
    SchemaTooLarge,
    #[error("`{0}` is not served by this version of the registry and would be lost: leave it out")]
    UnsupportedField(String),
    #[error("Error in the backend data store: {0}")]
    Store(String),
    #[error(
        "The write was not confirmed in time: {0}. It may or may not have been written; \
         sending the same request again is safe"
    )]
    Timeout(String),
    #[error("{0}")]
    NotImplemented(&'static str),
    #[error("The registry is still reading its log: {0}")]
    NotReady(String),
}

impl Refusal {
    /// Confluent's error code.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::SubjectNotFound(_) => 40401,
            Self::VersionNotFound(_) => 40402,
            Self::SchemaNotFound(_) => 40403,
            Self::SubjectSoftDeleted(_) => 40404,
            Self::SubjectNotSoftDeleted(_) => 40405,
            Self::VersionSoftDeleted(..) => 40406,
            Self::VersionNotSoftDeleted(..) => 40407,
            Self::NoSubjectCompatibility(_) => 40408,
            Self::NoSubjectMode(_) => 40409,
            Self::ModeIsReadOnly => 405,
            Self::MalformedBody(_) => 400,
            Self::InvalidSchema(_) | Self::UnsupportedSchemaType(_) => 42201,
            Self::InvalidVersion(_) => 42202,
            Self::InvalidCompatibilityLevel(_) => 42203,
            Self::OperationNotPermitted(_) => 42205,
            Self::ReferenceExists(..) => 42206,
            Self::InvalidSubject { .. } => 42208,
            Self::SchemaTooLarge => 42209,
            Self::UnsupportedField(_) => 422,
            Self::Store(_) => 50001,
            Self::Timeout(_) => 50002,
            Self::NotImplemented(_) => 501,
            Self::NotReady(_) => 503,
        }
    }
}
