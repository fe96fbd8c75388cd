//! Whether two versions are the same schema, as a registry sees it: then they have one id in a context.
//!
//! Registries write the same schema in different words. What the text says is compared in canonical form, so that what
//! was taken from one registry is recognised in another. Where a text cannot be understood, its bytes count.

use std::collections::BTreeSet;

use schema::{Document, Format, Referenced, Source, Strictness};
use serde_json::Value;

use super::{Archive, SchemaVersion, qualified};
use crate::registry::SchemaReference;

/// How many texts one schema may lead to before its own bytes have to do.
const MAX_TEXTS: usize = 10_000;

/// What is the same in the same schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Essence {
    format: String,
    text: String,
    references: Vec<SchemaReference>,
    /// The metadata and the rules, as JSON.
    contract: [Option<String>; 2],
}

impl Essence {
    /// That of a version in `archive`, which has what it refers to, or `beside` has.
    pub(super) fn of(version: &SchemaVersion, archive: &Archive, beside: &Archive) -> Self {
        let text = canonical(version, [archive, beside]).unwrap_or_else(|| version.schema.clone());
        Self {
            format: version.schema_type.clone().unwrap_or_else(|| Format::Avro.as_str().to_owned()),
            text,
            references: version.references.clone(),
            contract: [said(version.metadata.as_ref()), said(version.rule_set.as_ref())],
        }
    }

    /// Whether metadata and rules alone tell them apart.
    pub(super) fn differs_in_contract_alone(&self, other: &Self) -> bool {
        let schema = |essence: &Self| Self { contract: [None, None], ..essence.clone() };
        self.contract != other.contract && schema(self) == schema(other)
    }
}

fn canonical(version: &SchemaVersion, archives: [&Archive; 2]) -> Option<String> {
    let mut search = Search { archives, seen: BTreeSet::new(), found: Vec::new() };
    search.follow(version)?;
    let source = Source { format: version.format()?, text: version.schema.as_str().into(), references: search.found };
    Some(Document::parse(&source, Strictness::Lenient).document?.canonical())
}

/// The texts that a schema leads to, each after those that it refers to itself.
struct Search<'a> {
    archives: [&'a Archive; 2],
    seen: BTreeSet<(String, u32, &'a str)>,
    found: Vec<Referenced>,
}

impl<'a> Search<'a> {
    fn follow(&mut self, version: &'a SchemaVersion) -> Option<()> {
        // A stack of its own: what is read from files may refer to itself any number of times.
        let mut under_way = vec![(version, 0)];
        while let Some((version, next)) = under_way.last_mut() {
            let Some(reference) = version.references.get(*next) else {
                under_way.pop();
                if let Some((parent, next)) = under_way.last_mut() {
                    let (parent, reference) = (*parent, &parent.references[*next]);
                    *next += 1;
                    self.note(parent, reference)?;
                }
                continue;
            };
            let (subject, number, target) = self.target(version, reference)?;
            if self.seen.insert((subject, number, &reference.name)) {
                under_way.push((target, 0));
            } else {
                *next += 1;
            }
            if self.seen.len() > MAX_TEXTS {
                return None;
            }
        }
        Some(())
    }

    fn note(&mut self, parent: &'a SchemaVersion, reference: &'a SchemaReference) -> Option<()> {
        let (subject, version, target) = self.target(parent, reference)?;
        let (name, text) = (reference.name.as_str().into(), target.schema.as_str().into());
        self.found.push(Referenced { name, subject: subject.into(), version, text });
        Some(())
    }

    fn target(&self, from: &SchemaVersion, to: &SchemaReference) -> Option<(String, u32, &'a SchemaVersion)> {
        let subject = qualified(&from.subject, &to.subject);
        let number = u32::try_from(to.version).ok()?;
        let target = self.archives.iter().find_map(|archive| archive.version(&subject, number))?;
        Some((subject, number, target))
    }
}

/// Metadata or rules, if they say something, in one form: some registries answer with empty ones, and in any order.
fn said(value: Option<&Value>) -> Option<String> {
    value.and_then(ordered).map(|value| value.to_string())
}

/// The value with the members of objects in the order of their names, and without those that say nothing.
fn ordered(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Array(items) if items.is_empty() => None,
        Value::Array(items) => Some(items.iter().map(|item| ordered(item).unwrap_or_default()).collect()),
        Value::Object(members) => {
            let mut members: Vec<_> =
                members.iter().filter_map(|(name, value)| Some((name.clone(), ordered(value)?))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            (!members.is_empty()).then(|| members.into_iter().collect())
        }
        other => Some(other.clone()),
    }
}
