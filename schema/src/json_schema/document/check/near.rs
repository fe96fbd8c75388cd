//! The name that may have been meant.

/// How many candidates are looked at: a schema with a million definitions gets no suggestions from the rest.
const CANDIDATES: usize = 2_000;

/// How many letters of a name can be wrong: one of every four.
fn slips(name: &str) -> usize {
    (name.len() / 4).max(1)
}

/// The most similar of the candidates, if one is similar enough to be a slip.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > 200 {
        return None;
    }
    candidates
        .take(CANDIDATES)
        .filter(|candidate| candidate.len() <= 200 && *candidate != name)
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= slips(name))
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, _)| *distance <= slips(name))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
