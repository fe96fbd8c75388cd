//! The errors that cross the border to a person's code: what a handler returns and what sending returns.

use std::error::Error;
use std::fmt;

/// Why a handler could not handle a record, and whether trying again can help.
///
/// Every [`Error`] converts into one that is retried, so `?` works in handlers. Like `anyhow::Error` it does not
/// implement `Error` itself.
///
/// ```
/// use topology_runtime::HandlerError;
///
/// fn amount(text: &str) -> Result<i64, HandlerError> {
///     text.parse().map_err(HandlerError::reject)
/// }
/// assert!(!amount("ten").unwrap_err().is_retryable());
/// ```
pub struct HandlerError {
    retryable: bool,
    cause: Box<dyn Error + Send + Sync>,
}

impl HandlerError {
    /// A failure that may pass: the record is tried again as the service's `on_error` says.
    pub fn retry(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { retryable: true, cause: cause.into() }
    }

    /// A failure that will not pass: the record is not tried again; `on_error.then` follows at once.
    pub fn reject(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { retryable: false, cause: cause.into() }
    }

    /// Whether the record is tried again.
    pub fn is_retryable(&self) -> bool {
        self.retryable
    }

    /// What went wrong.
    pub fn cause(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.cause
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for HandlerError {
    fn from(cause: E) -> Self {
        Self::retry(cause)
    }
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Chain(&*self.cause))
    }
}

impl fmt::Debug for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.retryable { "retry" } else { "reject" };
        write!(f, "HandlerError::{word}({:?})", self.cause)
    }
}

/// Why a record could not be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The topic was not named with `topic` or `sink` when the service was built.
    #[error("topic `{topic}` is not one that this service produces to")]
    UndeclaredTopic {
        /// The topic that was sent to.
        topic: String,
    },
    /// The cluster or the client refused this record: it is too large, or has a timestamp or a key that the topic
    /// does not allow.
    #[error("topic `{topic}` did not accept the record: {reason}")]
    Refused {
        /// The topic that was sent to.
        topic: String,
        /// Kafka's reason.
        reason: String,
    },
    /// The record was not written for a reason that lies outside of it: not authorized, the topic is gone, another
    /// record of its batch was refused.
    #[error("topic `{topic}` cannot be written to: {reason}")]
    Unavailable {
        /// The topic that was sent to.
        topic: String,
        /// Kafka's reason.
        reason: String,
    },
    /// The brokers did not acknowledge in time (2 minutes by default); whether the record was written is unknown.
    #[error("topic `{topic}` did not acknowledge the record in time: {reason}")]
    TimedOut {
        /// The topic that was sent to.
        topic: String,
        /// Kafka's reason.
        reason: String,
    },
    /// The producer was closed before the record was acknowledged.
    #[error("the producer was closed before topic `{topic}` acknowledged the record")]
    Closed {
        /// The topic that was sent to.
        topic: String,
    },
}

impl SendError {
    /// Whether sending the same record again can succeed.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::TimedOut { .. } | Self::Closed { .. })
    }
}

/// Displays an error with its causes, each after a colon.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(cause) = source {
            write!(f, ": {cause}")?;
            source = cause.source();
        }
        Ok(())
    }
}
