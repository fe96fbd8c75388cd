//! The name that may have been meant.

use crate::near::nearest_within;

/// The most similar of the candidates, if one is similar enough to be a slip: one of every four letters can be wrong.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    nearest_within(name, (name.len() / 4).max(1), candidates.filter(|candidate| *candidate != name))
}
