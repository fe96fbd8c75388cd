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
#[derive(Clone, Debug)]
pub(crate) enum Versions {
    /// Most subjects have one version, which then needs no room of its own.
    One(Entry),
    Many {
        entries: Vec<Entry>,
        /// How many of them are live: every record of the log asks.
        live: u32,
    },
}

impl Default for Versions {
    fn default() -> Self {
        Self::Many { entries: Vec::new(), live: 0 }
    }
}

impl Versions {
    fn entries(&self) -> &[Entry] {
        match self {
            Self::One(entry) => std::slice::from_ref(entry),
            Self::Many { entries, .. } => entries,
        }
    }

    pub(crate) fn all(&self) -> std::slice::Iter<'_, Entry> {
        self.entries().iter()
    }

    pub(crate) fn get(&self, version: Version) -> Option<&Entry> {
        let entries = self.entries();
        position(entries, version).ok().map(|position| &entries[position])
    }

    /// A subject is shown as deleted only when nothing of it is live.
    pub(crate) fn are_shown(&self, visibility: Visibility) -> bool {
        match visibility {
            Visibility::Live => self.is_live(),
            Visibility::Deleted => !self.is_live(),
            Visibility::All => true,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    pub(super) fn live(&self) -> usize {
        match self {
            Self::One(entry) => usize::from(!entry.deleted),
            Self::Many { live, .. } => *live as usize,
        }
    }

    pub(super) fn is_live(&self) -> bool {
        self.live() > 0
    }

    /// Puts an entry in a place that is free.
    pub(super) fn put(&mut self, entry: Entry) {
        match std::mem::take(self) {
            Self::Many { entries, .. } if entries.is_empty() => *self = Self::One(entry),
            Self::One(one) => {
                let live = u32::from(!one.deleted);
                *self = Self::Many { entries: vec![one], live };
                self.insert(entry);
            }
            many @ Self::Many { .. } => {
                *self = many;
                self.insert(entry);
            }
        }
    }

    fn insert(&mut self, entry: Entry) {
        if let Self::Many { entries, live } = self
            && let Err(position) = position(entries, entry.version)
        {
            *live += u32::from(!entry.deleted);
            entries.insert(position, entry);
        }
    }

    pub(super) fn remove(&mut self, version: Version) -> Option<Entry> {
        match std::mem::take(self) {
            Self::One(entry) if entry.version == version => Some(entry),
            one @ Self::One(_) => {
                *self = one;
                None
            }
            Self::Many { mut entries, mut live } => {
                let removed = position(&entries, version).ok().map(|position| entries.remove(position));
                live -= removed.as_ref().map_or(0, |entry| u32::from(!entry.deleted));
                *self = Self::Many { entries, live };
                removed
            }
        }
    }

    pub(super) fn soft_delete(&mut self, up_to: Version) {
        match self {
            Self::One(entry) => entry.deleted |= entry.version <= up_to,
            Self::Many { entries, live } => {
                for entry in entries.iter_mut().filter(|entry| entry.version <= up_to) {
                    *live -= u32::from(!entry.deleted);
                    entry.deleted = true;
                }
            }
        }
    }
}

fn position(entries: &[Entry], version: Version) -> Result<usize, usize> {
    entries.binary_search_by_key(&version, |entry| entry.version)
}
