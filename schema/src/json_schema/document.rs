//! One JSON Schema with its references, as a registry has it.
//!
//! * [`draft`]: the versions of JSON Schema; [`keyword`]: their keywords.
//! * [`uri`], [`index`]: which names lead to which parts; [`built_in`]: the metaschemas.
//! * [`node`]: a part of the document, and how to get from one to another.
//! * [`read`]: texts into an index.

mod draft;
mod keyword;
mod uri;
mod index;
mod built_in;
mod node;
mod read;

use std::sync::Arc;

use crate::json::{Json, JsonKind, Member};
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
        Some(Self { source: source.clone(), index: Arc::new(index) })
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
        self.root().json().to_string()
    }

    /// Confluent's normalised form: keys are sorted.
    pub fn normalized(&self) -> String {
        sorted(self.root().json()).to_string()
    }

    /// The `title`.
    pub fn record_name(&self) -> Option<String> {
        Some(self.root().get("title")?.as_str()?.to_owned())
    }

    /// The schema at a JSON pointer (`/definitions/order`, or with `#` before it) of the whole text.
    pub fn resolve_pointer(&self, pointer: &str) -> Option<Node<'_>> {
        let pointer = pointer.strip_prefix('#').unwrap_or(pointer);
        if pointer.is_empty() { Some(self.root()) } else { self.root().pointer(pointer) }
    }
}

/// The value with the keys of every object in order.
fn sorted(json: &Json) -> Json {
    let kind = match &json.kind {
        JsonKind::Array(items) => JsonKind::Array(items.iter().map(sorted).collect()),
        JsonKind::Object(members) => {
            let mut members: Vec<Member> =
                members.iter().map(|member| Member { value: sorted(&member.value), ..member.clone() }).collect();
            members.sort_by(|left, right| left.key.cmp(&right.key));
            JsonKind::Object(members)
        }
        other => other.clone(),
    };
    Json { span: json.span, kind }
}
