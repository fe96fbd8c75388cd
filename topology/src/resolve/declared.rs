//! What a section of the manifest declares, and references to it.

use indexmap::IndexMap;

use super::fields::{Field, Shortened, either};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::source::{Location, Spanned};
use crate::syntax::Value;

/// The names that a section declares. A name whose declaration is broken is known, so that references to it are
/// not reported as well, but leads nowhere.
#[derive(Debug)]
pub(super) struct Declared<'t, Id> {
    noun: &'static str,
    section: &'static str,
    names: IndexMap<&'t str, (Location, Option<Id>)>,
    /// False if the section itself could not be read.
    is_known: bool,
}

impl<'t, Id: Copy> Declared<'t, Id> {
    /// A section that declares nothing yet.
    pub(super) fn new(noun: &'static str, section: &'static str) -> Self {
        Self { noun, section, names: IndexMap::new(), is_known: true }
    }

    /// A section that could not be read: every name may be in it.
    pub(super) fn unknown(noun: &'static str, section: &'static str) -> Self {
        Self { is_known: false, ..Self::new(noun, section) }
    }

    /// Declares a name; `None` if its declaration is broken.
    pub(super) fn declare(&mut self, key: Value<'t>, id: Option<Id>) {
        self.names.insert(key.text(), (key.location(), id));
    }

    /// Where a name is declared, if it is.
    pub(super) fn place(&self, name: &str) -> Option<Location> {
        self.names.get(name).map(|(location, _)| *location)
    }

    /// What a field's value names.
    pub(super) fn find(&self, field: &Field<'t>, findings: &mut Findings) -> Option<Spanned<Id>> {
        let text = field.text(&format!("the name of a {}", self.noun), findings)?;
        let id = self.find_or(text.value, field, &[], findings)?;
        Some(Spanned::new(id, text.location))
    }

    /// What a name stands for, where some words stand for something else and `words` are among what was possible.
    pub(super) fn find_or(
        &self,
        name: &str,
        field: &Field<'t>,
        words: &[&'static str],
        findings: &mut Findings,
    ) -> Option<Id> {
        if let Some((_, id)) = self.names.get(name) {
            return *id;
        }
        if self.is_known {
            let finding = self.unresolved(name, field, words, findings);
            findings.push_absence(finding);
        }
        None
    }

    fn unresolved(&self, name: &str, field: &Field<'t>, words: &[&'static str], findings: &mut Findings) -> Diagnostic {
        let noun = self.noun;
        let message = format!("{noun} `{}` is not declared", Shortened(name));
        let finding = field.point(Diagnostic::error("reference::unresolved", message), format!("no such {noun}"));
        let candidates = words.iter().copied().chain(self.names.keys().copied());
        let Some(nearest) = findings.nearest(name, candidates) else {
            return finding.help(self.known(words));
        };
        let finding = match self.place(nearest) {
            Some(place) => finding.label(place, format!("`{nearest}` is declared here")),
            None => finding,
        };
        let finding = finding.help(format!("did you mean `{nearest}`?"));
        if is_spelling(name, nearest) { finding.fix(field.location(), nearest) } else { finding }
    }

    fn known(&self, words: &[&'static str]) -> String {
        const SHOWN: usize = 12;
        let (section, count) = (self.section, self.names.len());
        let names: Vec<_> = words.iter().copied().chain(self.names.keys().copied()).take(SHOWN).collect();
        match count {
            0 if words.is_empty() => format!("declare it under `{section}`, which declares nothing yet"),
            _ if words.len() + count > SHOWN => format!("declare it under `{section}`, which declares {count} others"),
            _ => format!("declare it under `{section}`, or write {}", either(&names)),
        }
    }
}

/// Whether two names differ in case and separators only, so that one is certainly meant for the other.
pub(super) fn is_spelling(name: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_ascii_lowercase().replace(['-', '.'], "_");
    plain(name) == plain(other)
}
