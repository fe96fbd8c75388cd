//! Whether an Avro schema reads what another wrote.
//!
//! * `rules`: every rule, with what it means and what to do.
//! * `check`: the comparison of Java's `SchemaCompatibility`, difference by difference.
//! * `fields`: which field of the writer a field of the reader takes.
//! * `location`: where in the reader's schema, in Java's notation.
//! * `hazard`: what Java does not look at, and what goes wrong all the same.
//! * `words`: differences as they are told.

mod rules;
mod check;
mod fields;
mod location;
mod hazard;
mod words;
#[cfg(test)]
mod tests;

use super::Document;
use super::model::{NamedKind, Place, Symbol, Type};
use crate::compatibility::{Difference, Direction};
use crate::json::Json;

use fields::Fields;
pub(super) use fields::Record;
pub use rules::RULES;

/// Every difference between the reader's and the writer's schema: first those of Java in its order, then the hazards.
pub(crate) fn compare(reader: &Document, writer: &Document, direction: Direction) -> Vec<Difference> {
    let mut differences = failures(reader, writer, direction);
    differences.extend(hazard::differences(reader, writer, direction));
    differences
}

/// Those of Java alone, each of which breaks.
pub(crate) fn failures(reader: &Document, writer: &Document, direction: Direction) -> Vec<Difference> {
    check::differences(reader, writer, direction)
}

/// A type in a document, with the JSON that it was read from.
#[derive(Clone, Copy)]
struct Node<'a> {
    document: &'a Document,
    schema: &'a Type,
    file: usize,
    json: &'a Json,
}

impl<'a> Node<'a> {
    fn root(document: &'a Document) -> Self {
        Self { document, schema: document.root(), file: 0, json: document.tree() }
    }

    /// The type as its definition writes it, if it is a named one, and not the place where its name is used.
    fn definition(self) -> Self {
        let Type::Named(id) = self.schema else { return self };
        Self { file: self.document.definition_place(*id).file, json: self.document.definition(*id), ..self }
    }

    fn named(self) -> Option<&'a super::NamedType> {
        match self.schema {
            Type::Named(id) => Some(self.document.schemas().get(*id)),
            _ => None,
        }
    }

    /// The symbols of an enum.
    fn symbols(self) -> &'a [Symbol] {
        match self.named().map(|named| &named.kind) {
            Some(NamedKind::Enum { symbols, .. }) => symbols,
            _ => &[],
        }
    }

    /// The items of an array or the values of a map.
    fn inner(self, schema: &'a Type) -> Self {
        let json = self.json.get("items").or_else(|| self.json.get("values"));
        Self { schema, json: json.unwrap_or(self.json), ..self }
    }

    fn branches(self) -> impl DoubleEndedIterator<Item = Self> + ExactSizeIterator {
        let branches = match self.schema {
            Type::Union(branches) => &branches[..],
            _ => &[],
        };
        let items = self.json.as_array().unwrap_or_default();
        branches.iter().zip(items).map(move |(schema, json)| Self { schema, json, ..self })
    }

    fn branch(self, position: usize) -> Option<Self> {
        let Type::Union(branches) = self.schema else { return None };
        let json = self.json.as_array()?.get(position)?;
        Some(Self { schema: branches.get(position)?, json, ..self })
    }

    /// The fields of a record whose definition this is.
    fn fields(self) -> Fields<'a> {
        Fields::of(self)
    }

    /// Whether both say the same and none of it is the name of a type: such types cannot differ.
    ///
    /// Most fields of two versions are so, and need no more than this.
    fn is_same_without_names(self, other: Self) -> bool {
        is_without_names(self.schema) && self.says_the_same(other)
    }

    fn says_the_same(self, other: Self) -> bool {
        let text = |node: Self| node.document.json_text(node.file).and_then(|text| text.get(node.json.span.range()));
        text(self).is_some_and(|left| text(other) == Some(left)) || self.json.same(other.json)
    }

    fn place(self) -> Place {
        Place { file: self.file, span: self.json.span }
    }

    /// The place of an attribute of the definition.
    fn attribute(self, key: &str) -> Place {
        let definition = self.definition();
        let span = definition.json.get(key).map_or(definition.json.span, |json| json.span);
        Place { file: definition.file, span }
    }

    fn kind(self) -> Kind {
        Kind::of(self.schema, self.document)
    }
}

fn is_without_names(schema: &Type) -> bool {
    match schema {
        Type::Named(_) => false,
        Type::Array(inner) | Type::Map(inner) => is_without_names(inner),
        Type::Union(branches) => branches.iter().all(is_without_names),
        _ => true,
    }
}

/// The types that matter for compatibility; logical types do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Array,
    Map,
    Union,
    Record,
    Enum,
    Fixed,
}

impl Kind {
    fn of(schema: &Type, document: &Document) -> Self {
        match schema {
            Type::Null => Self::Null,
            Type::Boolean => Self::Boolean,
            Type::Int => Self::Int,
            Type::Long => Self::Long,
            Type::Float => Self::Float,
            Type::Double => Self::Double,
            Type::Bytes => Self::Bytes,
            Type::String => Self::String,
            Type::Logical(logical) => match super::parse::base_name(*logical) {
                "int" => Self::Int,
                "long" => Self::Long,
                "bytes" => Self::Bytes,
                _ => Self::String,
            },
            Type::Array(_) => Self::Array,
            Type::Map(_) => Self::Map,
            Type::Union(_) => Self::Union,
            Type::Named(id) => match document.schemas().get(*id).kind {
                NamedKind::Record(_) => Self::Record,
                NamedKind::Enum { .. } => Self::Enum,
                NamedKind::Fixed { .. } => Self::Fixed,
            },
        }
    }

    /// As Java's messages write it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Boolean => "BOOLEAN",
            Self::Int => "INT",
            Self::Long => "LONG",
            Self::Float => "FLOAT",
            Self::Double => "DOUBLE",
            Self::Bytes => "BYTES",
            Self::String => "STRING",
            Self::Array => "ARRAY",
            Self::Map => "MAP",
            Self::Union => "UNION",
            Self::Record => "RECORD",
            Self::Enum => "ENUM",
            Self::Fixed => "FIXED",
        }
    }

    /// Whether a value of the other primitive can be read as this one.
    fn reads(self, writer: Self) -> bool {
        match self {
            Self::Long => writer == Self::Int,
            Self::Float => matches!(writer, Self::Int | Self::Long),
            Self::Double => matches!(writer, Self::Int | Self::Long | Self::Float),
            Self::Bytes => writer == Self::String,
            Self::String => writer == Self::Bytes,
            _ => false,
        }
    }
}
