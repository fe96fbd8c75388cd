//! The schema that a topology declares for each subject, with the files that it is from.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use schema::{Document, Referenced, Source, Strictness};

use crate::ir::{Schema, Side, Subject, Topology};
use crate::name::TopicName;
use crate::source::FileId;

/// The subjects of a topology, by name.
#[derive(Debug)]
pub struct Declared<'t> {
    topology: &'t Topology,
    subjects: BTreeMap<String, Subject>,
}

/// A schema that can be compared, and its files: 0 is the schema itself, the others are what it refers to.
#[derive(Debug)]
pub struct Compared<'t> {
    /// The schema.
    pub document: Arc<Document>,
    /// Its files.
    pub files: Cow<'t, [FileId]>,
}

impl<'t> Declared<'t> {
    /// The subjects of a topology.
    pub fn of(topology: &'t Topology) -> Self {
        let subjects = topology.subjects().into_iter().map(|subject| (subject.name.clone(), subject));
        Self { topology, subjects: subjects.collect() }
    }

    /// A subject.
    pub fn get(&self, name: &str) -> Option<&Subject> {
        self.subjects.get(name)
    }

    /// Every subject, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.values()
    }

    /// The schema of the manifest that a subject has; `None` where its file is only imported.
    pub fn schema(&self, subject: &Subject) -> Option<&'t Schema> {
        subject.schema.map(|schema| &self.topology[schema])
    }

    /// The topic whose key or value each subject is of: the first, where there are several.
    pub(super) fn topics(&self) -> BTreeMap<String, &'t TopicName> {
        let mut topics = BTreeMap::new();
        for topic in &self.topology.topics {
            for side in [Side::Key, Side::Value] {
                for (schema, _) in self.topology.named(topic, side) {
                    if let Some(subject) = self.topology.subject_name(topic, side, schema) {
                        topics.entry(subject).or_insert(&topic.name);
                    }
                }
            }
        }
        topics
    }

    /// What a subject holds. `None` where an imported file cannot be understood alone.
    pub fn compared(&self, subject: &Subject) -> Option<Compared<'t>> {
        if let Some(schema) = self.schema(subject) {
            let (document, files) = (schema.document.clone(), Cow::Borrowed(schema.document_files.as_slice()));
            return Some(Compared { document, files });
        }
        let (references, files) = self.referenced(subject)?;
        let source = Source { format: subject.format, text: subject.text.clone(), references };
        let document = Document::parse(&source, Strictness::Lenient).document?;
        Some(Compared { document: Arc::new(document), files: Cow::Owned(files) })
    }

    /// Whether a subject is the same here and in an earlier state: its text, and the texts of what it refers to.
    pub fn is_same(&self, subject: &Subject, earlier: &Declared<'_>, then: &Subject) -> bool {
        match (self.schema(subject), earlier.schema(then)) {
            (Some(now), Some(then)) => now.document.source() == then.document.source(),
            _ => {
                subject.format == then.format
                    && subject.text == then.text
                    && self.referenced(subject).map(|(texts, _)| texts)
                        == earlier.referenced(then).map(|(texts, _)| texts)
            }
        }
    }

    /// What a subject refers to, each text after those that it refers to itself, and all its files.
    fn referenced(&self, subject: &Subject) -> Option<(Vec<Referenced>, Vec<FileId>)> {
        let mut texts = Vec::new();
        let mut files = vec![subject.file];
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut work: Vec<(&str, &str, bool)> = steps(subject);
        while let Some((name, target, is_expanded)) = work.pop() {
            let target = self.get(target)?;
            if is_expanded {
                files.push(target.file);
                texts.push(Referenced {
                    name: name.into(),
                    subject: target.name.as_str().into(),
                    version: 0,
                    text: target.text.clone(),
                });
            } else if seen.insert(&target.name) {
                work.push((name, &target.name, true));
                work.extend(steps(target));
            }
        }
        Some((texts, files))
    }
}

fn steps(subject: &Subject) -> Vec<(&str, &str, bool)> {
    subject.references.iter().rev().map(|(name, target)| (name.as_str(), target.as_str(), false)).collect()
}
