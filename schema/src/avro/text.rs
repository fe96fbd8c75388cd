//! Writes a document back as the texts that registries store.
//!
//! The types and the JSON that they were read from are walked side by side: the types know what names mean, the JSON
//! has everything else (docs, defaults, properties) as it was written. Like `print`, it writes with a list of work
//! instead of recursion, because a type is written where it is first used, however long the chain.

mod attribute;

pub(super) use attribute::java_alias;

use std::collections::BTreeSet;

use super::model::{Field, FullName, NamedKind, Type, TypeId};
use super::print::primitive_name;
use super::{Document, NamedType};
use crate::json::{Json, write_quoted};

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As Java's `Schema.toString`.
    Plain,
    /// As Confluent normalises: what may be written in any order is sorted.
    Normalized,
}

/// Which named types are not written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum References {
    /// Those that are the schema of a reference.
    Kept,
    /// None: the text stands alone.
    Inlined,
}

pub(super) fn write(document: &Document, style: Style, references: References) -> String {
    let known = match references {
        References::Kept => document.referenced_roots().collect(),
        References::Inlined => BTreeSet::new(),
    };
    let mut writer = Writer { document, style, known, out: String::new(), work: Vec::with_capacity(64) };
    writer.out.reserve(document.source().text.len());
    writer.work.push(Work::Type(document.root(), document.tree(), None));
    while let Some(work) = writer.work.pop() {
        writer.step(work);
    }
    writer.out
}

/// What is still to be written, the next on top.
#[derive(Clone, Copy)]
enum Work<'a> {
    Text(&'static str),
    /// A type, its JSON, and the namespace around it.
    Type(&'a Type, &'a Json, Option<&'a str>),
    Field(&'a Field, &'a Json, Option<&'a str>),
    FieldEnd(&'a Field, &'a Json),
    ContainerEnd(&'a Json),
    NamedEnd(&'a NamedType, &'a Json),
}

struct Writer<'a> {
    document: &'a Document,
    style: Style,
    known: BTreeSet<TypeId>,
    out: String,
    work: Vec<Work<'a>>,
}

impl<'a> Writer<'a> {
    fn step(&mut self, work: Work<'a>) {
        match work {
            Work::Text(text) => self.out.push_str(text),
            Work::Type(schema, json, namespace) => self.schema(schema, json, namespace),
            Work::Field(field, json, namespace) => {
                self.out.push_str("{\"name\":");
                write_quoted(&mut self.out, &field.name);
                self.out.push_str(",\"type\":");
                self.work.push(Work::FieldEnd(field, json));
                self.work.push(Work::Type(&field.schema, json.get("type").unwrap_or(json), namespace));
            }
            Work::FieldEnd(field, json) => self.field_end(field, json),
            Work::ContainerEnd(json) => {
                self.properties(json, attribute::is_reserved);
                self.out.push('}');
            }
            Work::NamedEnd(named, json) => self.named_end(named, json),
        }
    }

    fn schema(&mut self, schema: &'a Type, json: &'a Json, namespace: Option<&'a str>) {
        match schema {
            Type::Named(id) if self.known.insert(*id) => self.definition(*id, namespace),
            Type::Named(id) => {
                let name = &self.document.schemas().get(*id).name;
                self.name(name, namespace);
            }
            Type::Array(item) => self.container("{\"type\":\"array\",\"items\":", (item, "items"), json, namespace),
            Type::Map(value) => self.container("{\"type\":\"map\",\"values\":", (value, "values"), json, namespace),
            Type::Union(branches) => {
                self.out.push('[');
                let items = json.as_array().unwrap_or_default();
                self.list(branches.iter().zip(items).map(|(branch, json)| Work::Type(branch, json, namespace)), "]");
            }
            primitive => self.primitive(primitive, json),
        }
    }

    fn primitive(&mut self, schema: &Type, json: &Json) {
        let name = primitive_name(schema);
        if !attribute::has_properties(json) {
            return write_quoted(&mut self.out, name);
        }
        self.out.push_str("{\"type\":");
        write_quoted(&mut self.out, name);
        self.primitive_properties(schema, json);
        self.out.push('}');
    }

    fn container(&mut self, start: &str, (inner, key): (&'a Type, &str), json: &'a Json, namespace: Option<&'a str>) {
        self.out.push_str(start);
        self.work.push(Work::ContainerEnd(json));
        self.work.push(Work::Type(inner, json.get(key).unwrap_or(json), namespace));
    }

    fn definition(&mut self, id: TypeId, namespace: Option<&str>) {
        let named = self.document.schemas().get(id);
        let json = self.document.definition(id);
        self.out.push_str("{\"type\":");
        write_quoted(&mut self.out, json.get("type").and_then(Json::as_str).unwrap_or("record"));
        self.out.push_str(",\"name\":");
        write_quoted(&mut self.out, &named.name.name);
        let own = named.name.namespace.as_deref();
        if own != namespace {
            self.out.push_str(",\"namespace\":");
            write_quoted(&mut self.out, own.unwrap_or_default());
        }
        self.doc(named.doc.as_deref().filter(|doc| self.style == Style::Plain || !doc.is_empty()));
        self.work.push(Work::NamedEnd(named, json));
        match &named.kind {
            NamedKind::Record(fields) => {
                self.out.push_str(",\"fields\":[");
                let items = json.get("fields").and_then(Json::as_array).unwrap_or_default();
                self.list(fields.iter().zip(items).map(|(field, json)| Work::Field(field, json, own)), "]");
            }
            NamedKind::Enum { symbols, default } => {
                self.out.push_str(",\"symbols\":");
                self.texts(symbols.iter().map(|symbol| &*symbol.name));
                if let Some(default) = default {
                    self.out.push_str(",\"default\":");
                    write_quoted(&mut self.out, default);
                }
            }
            NamedKind::Fixed { size, .. } => {
                self.out.push_str(",\"size\":");
                self.out.push_str(&size.to_string());
            }
        }
    }

    fn list(&mut self, items: impl DoubleEndedIterator<Item = Work<'a>> + ExactSizeIterator, end: &'static str) {
        self.work.push(Work::Text(end));
        for (index, item) in items.enumerate().rev() {
            self.work.push(item);
            if index > 0 {
                self.work.push(Work::Text(","));
            }
        }
    }

    fn name(&mut self, name: &FullName, namespace: Option<&str>) {
        write_quoted(&mut self.out, &qualified(name, namespace));
    }

    fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        self.out.push('[');
        for (index, text) in texts.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            write_quoted(&mut self.out, text);
        }
        self.out.push(']');
    }
}

/// A name as Java writes it in a namespace: the simple name where that means the same, and is not that of a type.
pub(super) fn qualified(name: &FullName, namespace: Option<&str>) -> String {
    const TYPES: [&str; 14] = [
        "record", "enum", "array", "map", "union", "fixed", "string", "bytes", "int", "long", "float", "double",
        "boolean", "null",
    ];
    let is_same = name.namespace.is_some() && name.namespace.as_deref() == namespace;
    if is_same && !TYPES.contains(&&*name.name) { name.name.to_string() } else { name.to_string() }
}
