//! Records of the `_schemas` topic, in Confluent's format.
//!
//! Keys are written byte for byte as Confluent writes them, because compaction compares bytes. Reading is generous:
//! keys count by their value whatever the order of their properties, unknown properties are ignored, and an empty
//! value is a tombstone (Karapace writes those). Types of records that this version does not know are passed over.
//!
//! What only this registry says must be nothing to the others, and Confluent's reader stops at a type of key that it
//! does not know. So it is the value of a NOOP, which nobody else reads, and its key has a blank that Confluent's has
//! not: for compaction it is a key of its own.

mod json;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use crate::core::config::Config;
use crate::core::content::Content;
use crate::core::mode::Mode;
use crate::core::names::{Context, SchemaId, Scope, Subject, Version};

/// One change of the registry's state.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record {
    /// A version of a subject; `None` removes it for good.
    Schema { subject: Subject, version: Version, value: Option<SchemaValue> },
    /// The configuration of a scope.
    Config { scope: Scope, value: Option<Box<Config>> },
    /// The mode of a scope.
    Mode { scope: Scope, mode: Option<Mode> },
    /// Soft-deletes all versions of a subject up to this one.
    DeleteSubject { subject: Subject, up_to: Version },
    /// Forgets the soft-deleted versions of a scope.
    ClearSubject { scope: Scope },
    /// A context exists, or no longer does.
    Context { context: Context, exists: bool },
    /// Changes nothing; its offset shows a writer where the log ends.
    Noop,
    /// The highest ids that were given in contexts whose schemas with these ids are deleted for good: nothing else in
    /// the log tells once it is compacted.
    HighestIds(BTreeMap<Context, SchemaId>),
    /// A type of record that other registries write and this one does not interpret.
    Unknown,
}

/// What a version of a subject is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SchemaValue {
    pub(crate) id: SchemaId,
    pub(crate) content: Arc<Content>,
    /// Soft-deleted: hidden from listings, still readable by id.
    pub(crate) deleted: bool,
}

/// Where in the log a record is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) offset: i64,
    /// Milliseconds since 1970, where the broker says.
    pub(crate) timestamp: Option<i64>,
}

/// The key and the value of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Encoded {
    pub(crate) key: Vec<u8>,
    /// `None` is a tombstone.
    pub(crate) value: Option<Vec<u8>>,
}

/// Why a record of the log says nothing to this registry.
#[derive(Debug, Error)]
pub(crate) enum Poison {
    #[error("it has no key")]
    NoKey,
    #[error("its key is not one of this log")]
    Key(#[source] serde_json::Error),
    #[error("its key lacks {0}")]
    Lacks(&'static str),
    #[error("its value is not what its key announces")]
    Value(#[source] serde_json::Error),
    #[error("its key has the magic number {0}")]
    Magic(i64),
    #[error("{0}")]
    Number(String),
    #[error("its subject cannot be used: {0}")]
    Subject(String),
    #[error("its mode is not known here: {0}")]
    Mode(String),
}

impl Record {
    /// Reads a message of the log.
    ///
    /// # Errors
    ///
    /// With the reason why it says nothing; the log after it is read all the same.
    pub(crate) fn parse(key: Option<&[u8]>, value: Option<&[u8]>) -> Result<Self, Poison> {
        json::parse(key.ok_or(Poison::NoKey)?, value.filter(|bytes| !bytes.is_empty()))
    }

    /// The message that says this; `None` for a record that is only ever read.
    pub(crate) fn encode(&self) -> Option<Encoded> {
        json::encode(self)
    }

    /// The key of that message.
    pub(crate) fn key(&self) -> Option<Vec<u8>> {
        json::key(self)
    }

    /// Whether the message has no value.
    pub(crate) fn is_tombstone(&self) -> bool {
        match self {
            Self::Schema { value, .. } => value.is_none(),
            Self::Config { value, .. } => value.is_none(),
            Self::Mode { mode, .. } => mode.is_none(),
            Self::Context { exists, .. } => !exists,
            Self::Noop => true,
            Self::DeleteSubject { .. } | Self::ClearSubject { .. } | Self::HighestIds(_) | Self::Unknown => false,
        }
    }
}
