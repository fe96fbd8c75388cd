//! Schemas parsed and compared, and remembered for as long as there is room.
//!
//! An engine holds no truth: without it every answer is the same and takes longer. It is shared by all requests.

mod references;
mod documents;
mod draft;
mod candidate;
mod verdicts;
mod compare;
mod present;

use std::sync::Arc;

use quick_cache::sync::Cache;
use schema::Document;

pub(crate) use self::candidate::Candidate;
pub(crate) use self::documents::Unparsed;
use self::documents::{Key, Weigher};
pub(crate) use self::present::Presentation;
pub(crate) use self::references::resolve;
use self::verdicts::Verdicts;

/// How much memory parsed schemas may take, by a rough count.
const DOCUMENT_BYTES: u64 = 16 * 1024 * 1024;

/// The shared memory of parsed schemas.
pub(crate) struct Engine {
    documents: Cache<Key, Arc<Document>, Weigher>,
    verdicts: Verdicts,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("documents", &self.documents.len()).finish_non_exhaustive()
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self { documents: Cache::with_weighter(1_000, DOCUMENT_BYTES, Weigher), verdicts: Verdicts::default() }
    }
}

#[cfg(test)]
impl Engine {
    /// How many verdicts are remembered.
    pub(in crate::core) fn verdict_count(&self) -> usize {
        self.verdicts.count()
    }
}
