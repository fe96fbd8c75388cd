//! What an expression sees: the fields of the value, `event`, `key`, and the types of the events crate.

use std::collections::BTreeMap;

use schema::avro::{NamedKind, TypeId};

use crate::ir::{Payload, Topology};
use crate::rust::{RustField, RustType, RustTypes};

/// The types of the events crate by the paths that expressions can write.
pub(super) struct Types<'t> {
    pub(super) topology: &'t Topology,
    pub(super) rust: &'t RustTypes,
    by_path: BTreeMap<String, Defined>,
    /// The first enum that has a variant of this name.
    by_variant: BTreeMap<&'t str, String>,
}

/// A type that generation defines.
#[derive(Clone, Copy)]
pub(super) enum Defined {
    Record(TypeId),
    Enum(TypeId),
    Other,
}

/// What one expression sees.
pub(super) struct Scope<'s> {
    pub(super) types: &'s Types<'s>,
    pub(super) event: Payload,
    pub(super) key: Payload,
    /// The record that the event is.
    pub(super) record: Option<TypeId>,
}

impl<'t> Types<'t> {
    pub(super) fn of(topology: &'t Topology, rust: &'t RustTypes) -> Self {
        let mut types = Self { topology, rust, by_path: BTreeMap::new(), by_variant: BTreeMap::new() };
        for (id, named) in topology.avro.iter() {
            let path = rust.path(id).segments().collect::<Vec<_>>().join("::");
            let defined = match &named.kind {
                NamedKind::Record(_) => Defined::Record(id),
                NamedKind::Enum { .. } => Defined::Enum(id),
                NamedKind::Fixed { .. } => Defined::Other,
            };
            for variant in rust.symbols(id) {
                types.by_variant.entry(variant).or_insert_with(|| path.clone());
            }
            types.by_path.insert(path, defined);
        }
        for (_, union) in rust.unions() {
            types.by_path.insert(union.path.segments().collect::<Vec<_>>().join("::"), Defined::Other);
        }
        types
    }

    /// The type that a path of an expression names, if it is one of the events crate.
    pub(super) fn find<'p>(&self, segments: impl Iterator<Item = &'p syn::PathSegment>) -> Option<Defined> {
        let path: Vec<String> = segments.map(|segment| segment.ident.to_string()).collect();
        self.by_path.get(&path.join("::")).copied()
    }

    /// The path of an enum that has a variant of this name.
    pub(super) fn enum_with(&self, variant: &str) -> Option<&str> {
        self.by_variant.get(variant).map(String::as_str)
    }

    /// The name of a record or enum as messages call it.
    pub(super) fn name(&self, id: TypeId) -> String {
        self.rust.display(&RustType::Named(id))
    }
}

impl<'s> Scope<'s> {
    /// The fields of the value; none if it is no record.
    pub(super) fn fields(&self) -> &'s [RustField] {
        self.record.map_or(&[], |record| self.types.rust.fields(record))
    }

    /// Whether the type of the value or of the key is not known here.
    pub(super) fn is_opaque(&self) -> bool {
        self.payload(self.event).is_none() || self.payload(self.key).is_none()
    }

    /// The type of a name, if the scope has it.
    pub(super) fn name(&self, name: &str) -> Option<RustType> {
        if let Some(field) = self.fields().iter().find(|field| field.ident == name) {
            return Some(field.rust_type.clone());
        }
        match name {
            "event" => self.payload(self.event),
            "key" => self.payload(self.key),
            _ => None,
        }
    }

    fn payload(&self, payload: Payload) -> Option<RustType> {
        Some(match payload {
            Payload::Nothing => RustType::Unit,
            Payload::Bytes => RustType::Bytes,
            Payload::String => RustType::String,
            Payload::Int => RustType::I32,
            Payload::Long => RustType::I64,
            Payload::Schema(schema) => RustType::Named(self.types.topology[schema].avro_root()?),
            Payload::OneOf(_) => return None,
        })
    }
}
