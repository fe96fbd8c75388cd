//! The Rust names and types of schemas.
//!
//! Generated code, lint and the code of services must agree on what a field is called and what type it has; they ask
//! here. It is a pass of its own because names are where generators break: keywords, two names that become one in
//! Rust's case, a record called `String`.
//!
//! * [`ident`]: one name from one case to another, and names that are taken.
//! * [`shape`]: the Rust type of each field; unions become enums named after the field.
//! * [`traits`]: which types can be `Copy` and `Eq`, and which contain themselves.
//! * [`json`]: the types of JSON Schemas.
//! * [`record`]: the fields of records of every format.
//!
//! The result depends on the names of the types only, not on the order of the files. This module writes no code.

pub mod ident;
pub mod shape;
mod allocate;
pub mod traits;
pub mod json;
pub mod record;

pub use allocate::TypePath;
pub use shape::{NullPlace, RustField, RustType, Union, UnionId, Variant};

use std::collections::BTreeMap;

use schema::avro::{Schemas, TypeId};
use traits::Traits;

/// What every Avro type of a project is in Rust.
#[derive(Clone, Debug)]
pub struct RustTypes {
    paths: BTreeMap<TypeId, TypePath>,
    fields: BTreeMap<TypeId, Vec<RustField>>,
    symbols: BTreeMap<TypeId, Vec<String>>,
    unions: Vec<Union>,
    traits: Traits,
}

impl RustTypes {
    /// Names everything.
    pub fn new(avro: &Schemas) -> Self {
        let recursion = traits::recursion(avro);
        let mut shapes = shape::shapes(avro, &recursion);
        let paths = allocate::types(avro, &mut shapes.unions);
        shape::name_variants(&mut shapes.unions, &paths);
        let traits = Traits::new(avro, &shapes, recursion);
        Self { paths, fields: shapes.fields, symbols: allocate::symbols(avro), unions: shapes.unions, traits }
    }

    /// Where a named type is in the events crate.
    pub fn path(&self, id: TypeId) -> &TypePath {
        &self.paths[&id]
    }

    /// The fields of a record in the order of the schema; none for other types.
    pub fn fields(&self, id: TypeId) -> &[RustField] {
        self.fields.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The variants of an enum in the order of its symbols; none for other types.
    pub fn symbols(&self, id: TypeId) -> &[String] {
        self.symbols.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The enum that a union became.
    pub fn union(&self, id: UnionId) -> &Union {
        &self.unions[id.0]
    }

    /// Every union with its id, in the order of their records and fields.
    pub fn unions(&self) -> impl Iterator<Item = (UnionId, &Union)> {
        self.unions.iter().enumerate().map(|(index, union)| (UnionId(index), union))
    }

    /// Which traits the types have.
    pub fn traits(&self) -> &Traits {
        &self.traits
    }

    /// Whether values of this type are `Copy`.
    pub fn is_copy(&self, rust_type: &RustType) -> bool {
        self.traits.is_copy(rust_type)
    }

    /// The type as a person would write it, for messages: `Option<Region>`.
    pub fn display(&self, rust_type: &RustType) -> String {
        let of = |wrapper: &str, inner: &RustType| format!("{wrapper}<{}>", self.display(inner));
        match rust_type {
            RustType::Unit => "()".to_owned(),
            RustType::Bool => "bool".to_owned(),
            RustType::I32 => "i32".to_owned(),
            RustType::I64 => "i64".to_owned(),
            RustType::F32 => "f32".to_owned(),
            RustType::F64 => "f64".to_owned(),
            RustType::Bytes => "Vec<u8>".to_owned(),
            RustType::String => "String".to_owned(),
            RustType::Logical(logical) => shape::logical_text(*logical),
            RustType::Option(inner, _) => of("Option", inner),
            RustType::Vec(inner) => of("Vec", inner),
            RustType::Map(inner) => format!("BTreeMap<String, {}>", self.display(inner)),
            RustType::Boxed(inner) => of("Box", inner),
            RustType::Named(id) => self.path(*id).ident.clone(),
            RustType::Union(id) => match self.union(*id) {
                Union { null: Some(_), path, .. } => format!("Option<{}>", path.ident),
                Union { null: None, path, .. } => path.ident.clone(),
            },
        }
    }
}

#[cfg(test)]
mod tests;
