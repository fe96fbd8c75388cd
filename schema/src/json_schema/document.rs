//! One JSON Schema with its references, as a registry has it.
//!
//! * `draft`: the versions of JSON Schema; `keyword`: their keywords.
//! * `uri`, `index`: which names lead to which parts; `built_in`: the metaschemas.
//! * `node`: a part of the document, and how to get from one to another; `walk`: all of them.
//! * `read`: texts into an index; `check`: what is wrong with a new schema.
//! * `canonical`: the text that a registry stores.

mod draft;
mod keyword;
mod uri;
mod index;
mod built_in;
mod node;
mod walk;
mod read;
mod check;
mod canonical;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::json::Keys;
use crate::span::Place;
use crate::{Finding, Source, Strictness};

pub use draft::Draft;
use index::Index;
pub use node::Node;

/// A parsed JSON Schema.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    index: Arc<Index>,
}

impl Document {
    pub(crate) fn parse(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Self> {
        let index = read::index(source, strictness, findings)?;
        let document = Self { source: source.clone(), index: Arc::new(index) };
        if strictness == Strictness::Lenient {
            return Some(document);
        }
        let is_usable = check::check(&document, findings);
        is_usable.then_some(document)
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The version that `$schema` names, or draft 7.
    pub fn draft(&self) -> Draft {
        self.root().draft()
    }

    /// The whole schema.
    pub fn root(&self) -> Node<'_> {
        self.text(0)
    }

    /// The whole schema (0) or one of the texts that it refers to, by its position.
    fn text(&self, file: usize) -> Node<'_> {
        let json = &self.index.texts[file];
        let resource = self.index.resource_at(Place { file, span: json.span }).expect("every text is a resource");
        Node { index: &self.index, json, file, resource, entered: None }
    }

    /// The text as Jackson writes it again: without white space, the keys in their order.
    pub fn canonical(&self) -> String {
        canonical::print(self.root().json(), Keys::Kept)
    }

    /// Confluent's normalised form: keys are sorted.
    pub fn normalized(&self) -> String {
        canonical::print(self.root().json(), Keys::Sorted)
    }

    /// The `title`.
    pub fn record_name(&self) -> Option<String> {
        Some(self.root().get("title")?.as_str()?.to_owned())
    }

    /// Every reference that leaves the text: the URI or file name, without its fragment, as it is written, and where.
    /// References to metaschemas are not among them.
    pub fn references(&self) -> Vec<(String, Place)> {
        let mut found = Vec::new();
        for node in walk::schemas(self).into_iter().filter(|node| node.own_place().file == 0) {
            for member in node.references() {
                let (location, _) = uri::split_fragment(member.value.as_str().unwrap_or_default());
                let root = node.resource_root(location);
                if root.is_none_or(|root| !root.is_built_in() && root.own_place().file != 0) {
                    found.push((location.to_owned(), node.place_of(&member.value)));
                }
            }
        }
        found.sort_by_key(|(_, place)| *place);
        found
    }

    /// The schema at a JSON pointer (`/definitions/order`, or with `#` before it) of the whole text.
    #[cfg(test)]
    pub(crate) fn resolve_pointer(&self, pointer: &str) -> Option<Node<'_>> {
        let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
        if pointer.is_empty() { Some(self.root()) } else { self.root().pointer(pointer) }
    }
}
