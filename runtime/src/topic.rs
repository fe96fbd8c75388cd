//! A topic as generated code names it: its name, and the formats of key and value in its type.

use std::fmt;
use std::marker::PhantomData;

use crate::format::Format;

/// A topic whose keys are written as `K` and whose values as `V`.
///
/// ```
/// use topology_runtime::Topic;
/// use topology_runtime::format::{Long, Utf8};
///
/// const COUNTS: Topic<Utf8, Long> = Topic::new("counts");
/// assert_eq!(COUNTS.name(), "counts");
/// ```
pub struct Topic<K: Format, V: Format> {
    name: &'static str,
    key_subjects: &'static [&'static str],
    value_subjects: &'static [&'static str],
    formats: PhantomData<fn() -> (K, V)>,
}

impl<K: Format, V: Format> Topic<K, V> {
    /// Names a topic. Its schemas are registered as `<topic>-key` and `<topic>-value`, unless it is said otherwise.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, key_subjects: &[], value_subjects: &[], formats: PhantomData }
    }

    /// Names the subjects of the keys' schemas, in the order of the schemas.
    #[must_use]
    pub const fn with_key_subjects(self, subjects: &'static [&'static str]) -> Self {
        Self { key_subjects: subjects, ..self }
    }

    /// Names the subjects of the values' schemas, in the order of the schemas.
    #[must_use]
    pub const fn with_value_subjects(self, subjects: &'static [&'static str]) -> Self {
        Self { value_subjects: subjects, ..self }
    }

    /// The topic's name on the cluster.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn key_subjects(&self) -> &'static [&'static str] {
        self.key_subjects
    }

    pub(crate) const fn value_subjects(&self) -> &'static [&'static str] {
        self.value_subjects
    }
}

impl<K: Format, V: Format> Clone for Topic<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Format, V: Format> Copy for Topic<K, V> {}

impl<K: Format, V: Format> fmt::Debug for Topic<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Topic").field(&self.name).finish()
    }
}
