//! One JSON Schema with its references, as a registry has it.

use crate::json::Json;
use crate::span::Place;
use crate::{Finding, Source, Strictness};

/// A version of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Draft {
    /// Draft 4.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7; what a text without `$schema` is.
    Draft7,
    /// 2019-09.
    Draft2019,
    /// 2020-12.
    Draft2020,
}

/// A parsed JSON Schema.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    root: Json,
}

/// A schema or subschema inside a [`Document`], with the base URI that references in it are relative to.
#[derive(Clone, Copy, Debug)]
pub struct Node<'a> {
    document: &'a Document,
    json: &'a Json,
    file: usize,
}

impl Document {
    pub(crate) fn parse(_source: &Source, _strictness: Strictness, _findings: &mut Vec<Finding>) -> Option<Self> {
        None
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The version that `$schema` names, or draft 7.
    pub fn draft(&self) -> Draft {
        Draft::Draft7
    }

    /// The whole schema.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, json: &self.root, file: 0 }
    }

    /// The text as Jackson writes it again: without white space, the keys in their order.
    pub fn canonical(&self) -> String {
        self.source.text.to_string()
    }

    /// Confluent's normalised form: keys are sorted.
    pub fn normalized(&self) -> String {
        self.canonical()
    }

    /// The `title`.
    pub fn record_name(&self) -> Option<String> {
        Some(self.root.get("title")?.as_str()?.to_owned())
    }
}

impl<'a> Node<'a> {
    /// What is written here: an object or a boolean.
    pub fn json(self) -> &'a Json {
        self.json
    }

    /// Where.
    pub fn place(self) -> Place {
        Place { file: self.file, span: self.json.span }
    }

    /// A keyword's value.
    pub fn get(self, keyword: &str) -> Option<&'a Json> {
        self.json.get(keyword)
    }

    /// A subschema: `json` is a part of this node's value. Its own `$id` becomes the base of its references.
    pub fn child(self, json: &'a Json) -> Self {
        Self { json, ..self }
    }

    /// What `reference` (the value of a `$ref`, `$dynamicRef` or `$recursiveRef` in this node) names: a JSON pointer,
    /// an anchor, a `$id`, or another text. `None` if there is no such thing.
    pub fn resolve(self, _reference: &str) -> Option<Self> {
        None
    }
}
