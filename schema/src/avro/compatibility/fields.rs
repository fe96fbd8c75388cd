//! Which field of the writer's record a field of the reader's record takes its value from.
//!
//! Most fields of two versions stand in the same order and say the same, letter by letter. So the next field is looked
//! at first, and where a name, a type and a default stand in the texts is kept with each document: a history of
//! hundreds of versions is settled by comparing bytes, without a look at the trees.

use super::{Node, is_without_names};
use crate::Span;
use crate::avro::Document;
use crate::avro::model::{Field, NamedKind, Type, TypeId};
use crate::avro::name::hash;
use crate::json::Json;

/// Where the fields of one record are written, in their order.
#[derive(Debug, Default)]
pub(in crate::avro) struct Record {
    marks: Box<[Mark]>,
    /// The hash of each field's name with its position, in the order of hashes and names.
    by_name: Box<[(u64, u32)]>,
}

/// Where one field is written.
#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    name: Span,
    schema: Span,
    /// Empty if there is none.
    default: Span,
    /// Whether it has no aliases, and a type of which nothing is the name of another.
    is_plain: bool,
}

impl Record {
    /// The fields of every named type of a document; types that are no records have none.
    pub(in crate::avro) fn all(document: &Document) -> Vec<Self> {
        document.schemas().iter().map(|(id, _)| Self::of(document, id)).collect()
    }

    fn of(document: &Document, id: TypeId) -> Self {
        let node = Node { document, schema: &Type::Named(id), file: 0, json: document.definition(id) };
        let fields = node.fields();
        let marks = fields.declared.iter().zip(fields.items).map(|(field, json)| Mark::of(field, json)).collect();
        let names = fields.declared.iter().map(|field| hash(field.name.as_bytes()));
        let mut by_name: Box<[(u64, u32)]> = names.zip(0..).collect();
        let name = |position: u32| &*fields.declared[position as usize].name;
        by_name.sort_unstable_by(|left, right| left.0.cmp(&right.0).then_with(|| name(left.1).cmp(name(right.1))));
        Self { marks, by_name }
    }

    /// The position of the field of this name among the fields that this was made of.
    pub(in crate::avro) fn position(&self, fields: &[Field], name: &str) -> Option<usize> {
        let hash = hash(name.as_bytes());
        let order = |(other, position): &(u64, u32)| {
            other.cmp(&hash).then_with(|| (*fields[*position as usize].name).cmp(name))
        };
        let found = self.by_name.binary_search_by(order).ok()?;
        Some(self.by_name[found].1 as usize)
    }
}

impl Mark {
    fn of(field: &Field, json: &Json) -> Self {
        let span = |key: &str| json.get(key).map(|json| json.span).unwrap_or_default();
        let is_plain = field.aliases.is_empty() && is_without_names(&field.schema);
        Self { name: span("name"), schema: span("type"), default: span("default"), is_plain }
    }
}

/// The fields of a record and what they were read from.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a> {
    pub(super) declared: &'a [Field],
    items: &'a [Json],
    node: Node<'a>,
}

impl<'a> Fields<'a> {
    /// Of a record whose definition the node is.
    pub(super) fn of(node: Node<'a>) -> Self {
        let fields = match node.named().map(|named| &named.kind) {
            Some(NamedKind::Record(fields)) => &fields[..],
            _ => &[],
        };
        Self { declared: fields, items: node.json.get("fields").and_then(Json::as_array).unwrap_or_default(), node }
    }

    /// The field at this position, with its type.
    pub(super) fn get(&self, position: usize) -> Option<(&'a Field, Node<'a>)> {
        let (field, json) = (self.declared.get(position)?, self.items.get(position)?);
        let node = Node { schema: &field.schema, json: json.get("type").unwrap_or(json), ..self.node };
        Some((field, node))
    }

    fn record(&self) -> Option<&'a Record> {
        match self.node.schema {
            Type::Named(id) => Some(self.node.document.record(*id)),
            _ => None,
        }
    }
}

/// Finds the fields of a writer's record for those of a reader's, which are asked for in their order.
pub(super) struct Lookup<'a> {
    reader: Fields<'a>,
    writer: Fields<'a>,
    marks: [&'a [Mark]; 2],
    /// The texts of both, if they are what the types were read from, letter by letter.
    texts: Option<[&'a str; 2]>,
    next: usize,
}

/// What a reader's field finds.
#[derive(Clone, Copy)]
pub(super) enum Found {
    /// No field of its name or of one of its aliases.
    None,
    /// The field at this position.
    One(usize),
    /// Several, which leaves no answer.
    Several,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(reader: Fields<'a>, writer: Fields<'a>) -> Self {
        let marks = [reader, writer].map(|side| side.record().map_or(&[][..], |record| &record.marks));
        let text = |side: Fields<'a>| side.node.document.json_text(side.node.file);
        let texts = text(reader).zip(text(writer)).map(|(left, right)| [left, right]);
        Self { reader, writer, marks, texts, next: 0 }
    }

    /// The position of the writer's field that has the name and the type of a reader's field, letter by letter, and
    /// whether the default is the same, too. Such fields cannot differ otherwise; `None` says nothing.
    pub(super) fn same(&mut self, position: usize) -> Option<(usize, bool)> {
        let (mark, other) = (self.marks[0].get(position)?, self.marks[1].get(self.next)?);
        let [left, right] = self.texts?;
        let is_same = |mark: Span, other: Span| left.as_bytes()[mark.range()] == right.as_bytes()[other.range()];
        if !mark.is_plain || !is_same(mark.name, other.name) || !is_same(mark.schema, other.schema) {
            return None;
        }
        self.next += 1;
        Some((self.next - 1, is_same(mark.default, other.default)))
    }

    /// What the reader's field at this position finds.
    pub(super) fn find(&mut self, position: usize) -> Found {
        let Some(reader) = self.reader.declared.get(position) else { return Found::None };
        let mut found = self.position(&reader.name);
        for alias in &reader.aliases {
            match (found, self.position(alias)) {
                (Some(_), Some(_)) => return Found::Several,
                (None, one) => found = one,
                (Some(_), None) => {}
            }
        }
        found.map_or(Found::None, Found::One)
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        let fields = self.writer.declared;
        if fields.get(self.next).is_some_and(|field| &*field.name == name) {
            self.next += 1;
            return Some(self.next - 1);
        }
        let position = self.writer.record()?.position(fields, name)?;
        self.next = position + 1;
        Some(position)
    }
}
