//! Words that are like another: what somebody may have meant.

use rapidfuzz::distance::osa;

/// Longer words are compared with none: no name is so long, and the time grows with the product of the lengths.
const LONGEST: usize = 256;
/// How many candidates are looked at for one word.
const MOST: usize = 10_000;

/// How many bytes are added, removed, replaced or swapped with their neighbour between two words, if that are no more
/// than the limit (optimal string alignment distance).
pub(crate) fn distance(left: &[u8], right: &[u8], limit: usize) -> Option<usize> {
    let limit = osa::Args::default().score_cutoff(limit);
    osa::distance_with_args(left.iter().copied(), right.iter().copied(), &limit)
}

/// The candidate that a mistyped word most likely means: at most a third of it differs, and something is the same.
pub(crate) fn nearest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    nearest_within(word, (word.len() / 3).max(1), candidates)
}

/// The same with a limit of one's own to how many bytes may differ.
pub(crate) fn nearest_within<'c>(
    word: &str,
    limit: usize,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    if word.len() > LONGEST {
        return None;
    }
    let candidates = candidates.into_iter().take(MOST).filter(|candidate| candidate.len() <= LONGEST);
    let near = candidates
        .filter_map(|candidate| Some((distance(word.as_bytes(), candidate.as_bytes(), limit)?, candidate)))
        .min()?;
    (near.0 < near.1.len()).then_some(near.1)
}
