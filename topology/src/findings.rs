//! Collects the findings of one run.
//!
//! A broken value is reported once, where it is written, however often an alias repeats it. When the text of the
//! manifest breaks off, what is absent may stand behind the break: findings about absence are then left out.

use indexmap::IndexSet;

use crate::diagnostic::Diagnostic;
use crate::source::Location;
use crate::syntax::limit;

/// The findings so far.
#[derive(Debug)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    seen: IndexSet<(&'static str, Location, String)>,
    uncounted: usize,
    comparisons_left: usize,
    is_complete: bool,
}

impl Findings {
    /// No findings yet, about a text that is complete as far as is known.
    pub(crate) fn new() -> Self {
        Self {
            list: Vec::new(),
            seen: IndexSet::new(),
            uncounted: 0,
            comparisons_left: limit::COMPARISONS,
            is_complete: true,
        }
    }

    /// From here on things may be missing that the person has written.
    pub(crate) fn break_off(&mut self) {
        self.is_complete = false;
    }

    /// Adds a finding, unless it is there already.
    pub(crate) fn push(&mut self, mut finding: Diagnostic) {
        if self.list.len() == limit::FINDINGS {
            self.uncounted += 1;
            return;
        }
        let key = finding.labels.first().map(|label| (finding.code, label.location, label.text.clone()));
        if key.is_none_or(|key| self.seen.insert(key)) {
            make_printable(&mut finding);
            self.list.push(finding);
        }
    }

    /// Whether nothing is wrong so far.
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a finding about something that is not there, unless the text breaks off.
    pub(crate) fn push_absence(&mut self, finding: Diagnostic) {
        if self.is_complete {
            self.push(finding);
        }
    }

    /// The candidate that somebody likely meant by `word`.
    pub(crate) fn nearest<'c>(&mut self, word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
        let budget = self.comparisons_left;
        let mut compared = 0;
        let lower = word.to_ascii_lowercase();
        let best = candidates
            .take(budget)
            .inspect(|_| compared += 1)
            .map(|candidate| (distance(&lower, candidate), candidate))
            .min_by_key(|(distance, _)| *distance);
        self.comparisons_left -= compared;
        let longest = |candidate: &str| candidate.chars().count().max(word.chars().count());
        best.filter(|(distance, candidate)| distance * 5 <= longest(candidate) * 2).map(|(_, candidate)| candidate)
    }

    /// All of them, in the order of the places that they are about.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        self.list.sort_by_key(|finding| finding.labels.first().map(|label| label.location));
        if self.uncounted > 0 {
            let message = format!("{} findings more are not shown", self.uncounted);
            self.list.push(
                Diagnostic::error("manifest::too-many-findings", message)
                    .note(format!("The first {} are shown.", limit::FINDINGS))
                    .help("mend these first"),
            );
        }
        self.list
    }
}

/// Escapes control characters, which names in quotes may hold: a manifest shall not command the terminal of who
/// reads its findings.
fn make_printable(finding: &mut Diagnostic) {
    let labels = finding.labels.iter_mut().map(|label| &mut label.text);
    for text in labels.chain([&mut finding.message]).chain(&mut finding.note).chain(&mut finding.help) {
        if text.contains(char::is_control) {
            *text =
                text.chars().map(|c| if c.is_control() { c.escape_default().to_string() } else { c.into() }).collect();
        }
    }
}

/// How many edits are between two words, a pair of swapped letters counting as one. Words that are far longer than
/// any name are not compared: the time grows with the product of the lengths.
fn distance(word: &str, candidate: &str) -> usize {
    const LONGEST: usize = 256;
    if word.len() > LONGEST || candidate.len() > LONGEST {
        return usize::MAX / 8;
    }
    strsim::osa_distance(word, &candidate.to_ascii_lowercase())
}
