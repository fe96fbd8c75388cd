//! The versions of a subject.

use std::sync::Arc;

use crate::core::content::Content;
use crate::core::names::{SchemaId, Version};
use crate::core::record::SchemaValue;

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) version: Version,
    pub(crate) id: SchemaId,
    pub(crate) content: Arc<Content>,
    pub(crate) deleted: bool,
    /// When the log got it, in milliseconds since 1970.
    pub(crate) timestamp: Option<i64>,
}

impl Entry {
    /// What the log says of it.
    pub(crate) fn value(&self) -> SchemaValue {
        SchemaValue { id: self.id, content: Arc::clone(&self.content), deleted: self.deleted }
    }
}

/// Which versions a question is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Visibility {
    #[default]
    Live,
    Deleted,
    All,
}

impl Visibility {
    /// Whether a version is among them.
    pub(crate) fn shows(self, deleted: bool) -> bool {
        match self {
            Self::Live => !deleted,
            Self::Deleted => deleted,
            Self::All => true,
        }
    }
}

/// All versions of a subject that were not deleted permanently, sorted.
#[derive(Clone, Debug, Default)]
pub(crate) struct Versions(Vec<Entry>);

impl Versions {
    pub(crate) fn all(&self) -> std::slice::Iter<'_, Entry> {
        self.0.iter()
    }

    pub(crate) fn get(&self, version: Version) -> Option<&Entry> {
        self.position(version).ok().map(|position| &self.0[position])
    }

    /// A subject is shown as deleted only when nothing of it is live.
    pub(crate) fn are_shown(&self, visibility: Visibility) -> bool {
        let is_live = self.0.iter().rev().any(|entry| !entry.deleted);
        match visibility {
            Visibility::Live => is_live,
            Visibility::Deleted => !is_live,
            Visibility::All => true,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn live(&self) -> usize {
        self.0.iter().filter(|entry| !entry.deleted).count()
    }

    /// Puts an entry in its place and returns the one that was there.
    pub(super) fn put(&mut self, entry: Entry) -> Option<Entry> {
        match self.position(entry.version) {
            Ok(position) => Some(std::mem::replace(&mut self.0[position], entry)),
            Err(position) => {
                if self.0.is_empty() {
                    // Most subjects have one version.
                    self.0.reserve_exact(1);
                }
                self.0.insert(position, entry);
                None
            }
        }
    }

    pub(super) fn remove(&mut self, version: Version) -> Option<Entry> {
        self.position(version).ok().map(|position| self.0.remove(position))
    }

    pub(super) fn soft_delete(&mut self, up_to: Version) {
        self.0.iter_mut().filter(|entry| entry.version <= up_to).for_each(|entry| entry.deleted = true);
    }

    fn position(&self, version: Version) -> Result<usize, usize> {
        self.0.binary_search_by_key(&version, |entry| entry.version)
    }
}
