//! Why a request is not answered, before or instead of the registry's own refusal.
//!
//! What the registry itself refuses is a [`Refusal`]; this is what happens around it: paths, methods, media types,
//! passwords and limits. Both leave as Confluent's `{"error_code": .., "message": ..}`, in Confluent's words first.

use std::time::Duration;

use thiserror::Error;

use crate::core::refusal::Refusal;
use crate::turns::Undone;

/// A request that was not answered.
#[derive(Debug, Error)]
pub(crate) enum Fault {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("HTTP 404 Not Found: there is nothing at this path; GET /openapi.json lists the paths")]
    UnknownPath,
    #[error("HTTP 404 Not Found: `{text}` is not a {what}")]
    NotAValue { what: &'static str, text: String },
    #[error("HTTP 404 Not Found: the parameter `{name}` must be a whole number, not `{text}`")]
    NotANumber { name: &'static str, text: String },
    #[error("HTTP 400 Bad Request: the query holds percent-encoded bytes that are not UTF-8")]
    UnreadableQuery,
    #[error("HTTP 405 Method Not Allowed: this path takes {allowed}")]
    MethodNotAllowed { allowed: String },
    #[error("HTTP 406 Not Acceptable: the answers are application/vnd.schemaregistry.v1+json or application/json")]
    NotAcceptable,
    #[error("HTTP 408 Request Timeout: the body did not arrive within {} s", .0.as_secs())]
    BodyTooSlow(Duration),
    #[error("HTTP 400 Bad Request: the body could not be read to its end")]
    BodyCutOff,
    #[error("HTTP 413 Request Entity Too Large: the body is larger than {limit} bytes; --max-body raises the limit")]
    BodyTooLarge { limit: usize },
    #[error("HTTP 414 Request-URI Too Long: the path and the query are longer than {limit} bytes")]
    UriTooLong { limit: usize },
    #[error(
        "HTTP 415 Unsupported Media Type: `{0}` is not read here; send application/vnd.schemaregistry.v1+json, \
         application/vnd.schemaregistry+json, application/json or application/octet-stream"
    )]
    UnsupportedMediaType(String),
    #[error("HTTP 415 Unsupported Media Type: a body in the encoding `{0}` is not read here; send it as it is")]
    UnsupportedEncoding(String),
    #[error("Unauthorized: this registry asks for a user name and a password (HTTP basic authentication)")]
    Unauthorized,
    #[error("Service Unavailable: {waiting} passwords wait to be checked already; try again in a moment")]
    TooManyLogins { waiting: usize },
    #[error("User is denied operation {operation}: `{user}` has the role {has} and this needs {needs}")]
    Forbidden { user: String, operation: String, has: &'static str, needs: &'static str },
    #[error("Too Many Requests: this address has used up its requests; try again in {} s", .retry_after.as_secs())]
    TooManyRequests { retry_after: Duration },
    #[error("Service Unavailable: {running} checks of schemas run and {waiting} wait already; try again in a moment")]
    Busy { running: usize, waiting: usize },
    #[error("Subject {subject} is in read-only mode: this registry was started with --read-only")]
    ReadOnly { subject: String },
    #[error("Internal Server Error: the request met a mistake in the registry, which its log describes")]
    Panicked,
}

impl From<Undone> for Fault {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Crowded { running, waiting } => Self::Busy { running, waiting },
            Undone::Panicked => Self::Panicked,
        }
    }
}

impl Fault {
    /// Confluent's error code.
    pub(crate) fn code(&self) -> u32 {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::UnknownPath | Self::NotAValue { .. } | Self::NotANumber { .. } => 404,
            Self::UnreadableQuery | Self::BodyCutOff => 400,
            Self::MethodNotAllowed { .. } => 405,
            Self::NotAcceptable => 406,
            Self::BodyTooSlow(_) => 408,
            Self::BodyTooLarge { .. } => 413,
            Self::UriTooLong { .. } => 414,
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => 415,
            Self::Unauthorized => 401,
            Self::Forbidden { .. } => 40301,
            Self::TooManyRequests { .. } => 429,
            Self::Busy { .. } | Self::TooManyLogins { .. } => 503,
            Self::ReadOnly { .. } => 42205,
            Self::Panicked => 500,
        }
    }

    /// The HTTP status that goes with the code: its first three digits.
    pub(crate) fn status(&self) -> u16 {
        let code = self.code();
        let status = if code >= 1000 { code / 100 } else { code };
        u16::try_from(status).unwrap_or(500)
    }
}
