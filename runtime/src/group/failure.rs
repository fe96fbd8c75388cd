//! Why one try of a record failed.

use std::fmt;
use std::sync::Arc;

use crate::error::{Chain, HandlerError, SendError};
use crate::schemas::{SideSchemas, Undecodable};

/// Which part of a record could not be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Key,
    Value,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "key",
            Self::Value => "value",
        })
    }
}

/// The outcome of a try that did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A poison record: it will be the same the next time.
    Undecodable { side: Side, cause: Undecodable },
    /// No failure yet: the registry has to be asked about a writer's schema first.
    UnknownSchema { schemas: Arc<SideSchemas>, id: u32 },
    /// The person's code said so.
    Handler(HandlerError),
    /// The person's code panicked.
    Panicked(String),
    /// An output was not acknowledged.
    Undelivered(SendError),
}

impl Failure {
    /// Whether the same record can succeed when it is tried again.
    pub(crate) fn is_retryable(&self) -> bool {
        match self {
            Self::Undecodable { .. } => false,
            Self::UnknownSchema { .. } | Self::Panicked(_) => true,
            Self::Handler(error) => error.is_retryable(),
            Self::Undelivered(error) => error.is_retryable(),
        }
    }

    /// Whether it is the record's own fault. A record is never skipped for what the cluster did.
    pub(crate) fn is_the_records_fault(&self) -> bool {
        match self {
            Self::Undelivered(error) => matches!(error, SendError::Refused { .. }),
            // A handler or a flow passes on what sending returned.
            Self::Handler(error) => {
                error.cause().downcast_ref().is_none_or(|error| matches!(error, SendError::Refused { .. }))
            }
            Self::Undecodable { .. } | Self::UnknownSchema { .. } | Self::Panicked(_) => true,
        }
    }
}

impl From<SendError> for Failure {
    fn from(error: SendError) -> Self {
        Self::Undelivered(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undecodable { side, cause } => write!(f, "its {side} cannot be decoded: {}", Chain(cause)),
            Self::UnknownSchema { schemas, id } => write!(f, "schema id {id} of {} is not known yet", schemas.name()),
            Self::Handler(error) => write!(f, "{error}"),
            Self::Panicked(message) => write!(f, "the handler {message}"),
            Self::Undelivered(error) => write!(f, "{error}"),
        }
    }
}
