//! Which schemas were found to fit, so that what was compared ahead of a write is not compared again when it is its turn.
//!
//! A parsed schema is one document wherever it is met, so a comparison is known by the documents in it. That a schema
//! does not fit is not remembered: nobody asks for its turn.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use schema::Document;
use schema::compatibility::{Level, Policy};

/// How many documents the verdicts may name in all.
const MOST_DOCUMENTS: usize = 16 * 1024;

/// How many verdicts there may be: more than the requests whose turn comes at once.
const MOST: usize = 1024;

/// Comparisons, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Verdicts(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    comparisons: VecDeque<Comparison>,
    named: usize,
}

/// What was compared. It keeps no document in memory, and while it is there, no other document takes one's address.
#[derive(Clone, Debug)]
pub(super) struct Comparison {
    /// The new schema and then those before it.
    documents: Vec<Weak<Document>>,
    level: Level,
    policy: Policy,
}

impl Comparison {
    pub(super) fn new(new: &Arc<Document>, older: &[Arc<Document>], level: Level, policy: Policy) -> Self {
        let documents = std::iter::once(new).chain(older).map(Arc::downgrade).collect();
        Self { documents, level, policy }
    }

    fn is(&self, other: &Self) -> bool {
        let pairs = || self.documents.iter().zip(&other.documents);
        (self.level, self.policy, self.documents.len()) == (other.level, other.policy, other.documents.len())
            && pairs().all(|(one, other)| Weak::ptr_eq(one, other))
    }
}

impl Verdicts {
    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether that was compared not long ago, and fits.
    pub(super) fn fits(&self, comparison: &Comparison) -> bool {
        self.lock().comparisons.iter().rev().any(|one| one.is(comparison))
    }

    /// Remembers that it fits.
    pub(super) fn note_fit(&self, comparison: Comparison) {
        let mut remembered = self.lock();
        remembered.named += comparison.documents.len();
        remembered.comparisons.push_back(comparison);
        while (remembered.named > MOST_DOCUMENTS || remembered.comparisons.len() > MOST)
            && let Some(oldest) = remembered.comparisons.pop_front()
        {
            remembered.named -= oldest.documents.len();
        }
    }

    /// How many are remembered.
    #[cfg(test)]
    pub(super) fn count(&self) -> usize {
        self.lock().comparisons.len()
    }
}

#[cfg(test)]
mod tests {
    use schema::{Format, Source, Strictness};

    use super::*;

    fn document() -> Arc<Document> {
        let source = Source { format: Format::Avro, text: "\"int\"".into(), references: Vec::new() };
        Arc::new(Document::parse(&source, Strictness::Strict).document.unwrap())
    }

    #[test]
    fn a_verdict_is_of_the_same_documents_in_the_same_way() {
        let (verdicts, [new, old, other]) = (Verdicts::default(), [document(), document(), document()]);
        let of = |older: &[&Arc<Document>], level, policy| {
            let older: Vec<_> = older.iter().copied().cloned().collect();
            Comparison::new(&new, &older, level, policy)
        };
        verdicts.note_fit(of(&[&old], Level::Backward, Policy::Strict));
        assert!(verdicts.fits(&of(&[&old], Level::Backward, Policy::Strict)));
        assert!(!verdicts.fits(&of(&[&old], Level::Full, Policy::Strict)));
        assert!(!verdicts.fits(&of(&[&old], Level::Backward, Policy::Lenient)));
        assert!(
            !verdicts.fits(&of(&[&other], Level::Backward, Policy::Strict)),
            "the text is the same, the document not"
        );
        assert!(!verdicts.fits(&of(&[&old, &other], Level::Backward, Policy::Strict)));
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let (verdicts, document) = (Verdicts::default(), document());
        let older = vec![Arc::clone(&document); MOST_DOCUMENTS / 2 - 1];
        let levels = [Level::Backward, Level::Forward, Level::Full];
        let of = |level| Comparison::new(&document, &older, level, Policy::Strict);
        for level in levels {
            verdicts.note_fit(of(level));
        }
        assert_eq!(levels.map(|level| verdicts.fits(&of(level))), [false, true, true]);
        let small = || Comparison::new(&document, &[], Level::None, Policy::Strict);
        (0..2 * MOST).for_each(|_| verdicts.note_fit(small()));
        assert_eq!(verdicts.count(), MOST);
    }
}
