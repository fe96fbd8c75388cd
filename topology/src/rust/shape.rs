//! The Rust type of each field.
//!
//! A union of null and one other type is an `Option`; any other union is an enum that is named after its record and
//! field (`OrderPayment`), because a name made of its branches would change when a branch joins. A record that
//! contains itself other than through an array or a map is boxed there.

use std::collections::{BTreeMap, BTreeSet};

use schema::avro::{Field, Logical, NamedKind, NamedType, Schemas, Type, TypeId};

use super::TypePath;
use super::ident;
use super::traits::Recursion;

/// The Rust type of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// `()`, from `null`.
    Unit,
    /// `bool`, from `boolean`.
    Bool,
    /// `i32`, from `int`.
    I32,
    /// `i64`, from `long`.
    I64,
    /// `f32`, from `float`.
    F32,
    /// `f64`, from `double`.
    F64,
    /// `Vec<u8>`, from `bytes`.
    Bytes,
    /// `String`, from `string`.
    String,
    /// A type of the codec, from a logical type on a primitive.
    Logical(Logical),
    /// `Option`, from a union of null and one other type.
    Option(Box<RustType>, NullPlace),
    /// `Vec`, from `array`.
    Vec(Box<RustType>),
    /// `BTreeMap` with `String` keys, from `map`.
    Map(Box<RustType>),
    /// `Box`, where a record contains itself.
    Boxed(Box<RustType>),
    /// A generated struct or enum, from a record, an enum or a fixed.
    Named(TypeId),
    /// A generated enum, from a union; in an `Option` if the union has a null.
    Union(UnionId),
}

/// Where the null of a union of two is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullPlace {
    /// Branch 0.
    First,
    /// Branch 1.
    Last,
}

/// A field of a record.
#[derive(Clone, Debug)]
pub struct RustField {
    /// Its name in Rust, raw if it must be.
    pub ident: String,
    /// Its type.
    pub rust_type: RustType,
}

/// The identity of a [`Union`] in [`RustTypes`](super::RustTypes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnionId(pub(super) usize);

/// A union that is an enum.
#[derive(Clone, Debug)]
pub struct Union {
    /// The record that has the field.
    pub record: TypeId,
    /// Where the union is, for messages: `shop.Order.payment`.
    pub place: String,
    /// The enum.
    pub path: TypePath,
    /// How many branches the union has, with the null.
    pub branches: usize,
    /// The index of the null branch. Then the type is an `Option` of the enum.
    pub null: Option<usize>,
    /// The branches that are variants, in their order.
    pub variants: Vec<Variant>,
}

/// A branch of a union that is a variant.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The index of the branch.
    pub branch: usize,
    /// The variant's name.
    pub ident: String,
    /// What it holds.
    pub rust_type: RustType,
}

/// The fields of all records and the unions in them.
pub(super) struct Shapes {
    pub(super) fields: BTreeMap<TypeId, Vec<RustField>>,
    pub(super) unions: Vec<Union>,
}

/// The shapes of all records. The unions' enums have the names that they want; `allocate` settles them.
pub(super) fn shapes(avro: &Schemas, recursion: &Recursion) -> Shapes {
    let mut shapes = Shapes { fields: BTreeMap::new(), unions: Vec::new() };
    let mut records: Vec<(TypeId, &NamedType)> = avro.iter().collect();
    records.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name));
    for (id, named) in records {
        if let NamedKind::Record(fields) = &named.kind {
            let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
            let idents = ident::allocate(&names, ident::snake_case, &BTreeSet::new());
            let rust_fields = fields.iter().zip(idents).map(|(field, ident)| {
                let mut record = Shaper { record: id, recursion, unions: &mut shapes.unions };
                RustField { ident, rust_type: record.shape(&field.schema, &Position::of_field(named, field)) }
            });
            let rust_fields = rust_fields.collect();
            shapes.fields.insert(id, rust_fields);
        }
    }
    shapes
}

/// A place inside a record's field, and what an enum there would be called.
#[derive(Clone)]
struct Position {
    place: String,
    enum_name: String,
    in_union: bool,
    in_collection: bool,
}

impl Position {
    fn of_field(record: &NamedType, field: &Field) -> Self {
        let enum_name = ident::type_name(&record.name.name) + ident::upper_camel_case(&field.name).trim_matches('_');
        Self { place: format!("{}.{}", record.name, field.name), enum_name, in_union: false, in_collection: false }
    }

    /// Inside a collection. Only a union in a union needs another name than the field gives.
    fn inside(&self, step: &str) -> Self {
        let enum_name = if self.in_union { format!("{}{step}", self.enum_name) } else { self.enum_name.clone() };
        Self { place: self.place.clone(), enum_name, in_union: self.in_union, in_collection: true }
    }

    fn in_union(&self) -> Self {
        Self { in_union: true, ..self.clone() }
    }
}

/// Finds the types of one record's fields.
struct Shaper<'a> {
    record: TypeId,
    recursion: &'a Recursion,
    unions: &'a mut Vec<Union>,
}

impl Shaper<'_> {
    fn shape(&mut self, schema: &Type, at: &Position) -> RustType {
        match schema {
            Type::Null => RustType::Unit,
            Type::Boolean => RustType::Bool,
            Type::Int => RustType::I32,
            Type::Long => RustType::I64,
            Type::Float => RustType::F32,
            Type::Double => RustType::F64,
            Type::Bytes => RustType::Bytes,
            Type::String => RustType::String,
            Type::Logical(logical) => RustType::Logical(*logical),
            Type::Array(items) => RustType::Vec(Box::new(self.shape(items, &at.inside("Item")))),
            Type::Map(values) => RustType::Map(Box::new(self.shape(values, &at.inside("Value")))),
            Type::Union(branches) => self.union(branches, at),
            // Collections hold their items elsewhere, so that nothing in them needs a box of its own.
            Type::Named(id) if !at.in_collection && self.recursion.needs_box(self.record, *id) => {
                RustType::Boxed(Box::new(RustType::Named(*id)))
            }
            Type::Named(id) => RustType::Named(*id),
        }
    }

    fn union(&mut self, branches: &[Type], at: &Position) -> RustType {
        match branches {
            [Type::Null, other] if *other != Type::Null => {
                RustType::Option(Box::new(self.shape(other, &at.in_union())), NullPlace::First)
            }
            [other, Type::Null] if *other != Type::Null => {
                RustType::Option(Box::new(self.shape(other, &at.in_union())), NullPlace::Last)
            }
            _ => self.enum_of(branches, at),
        }
    }

    fn enum_of(&mut self, branches: &[Type], at: &Position) -> RustType {
        let id = UnionId(self.unions.len());
        let null = branches.iter().position(|branch| *branch == Type::Null).filter(|_| branches.len() > 1);
        self.unions.push(Union {
            record: self.record,
            place: at.place.clone(),
            path: TypePath::wanted(at.enum_name.clone()),
            branches: branches.len(),
            null,
            variants: Vec::new(),
        });
        let variants = branches.iter().enumerate().filter(|(index, _)| Some(*index) != null).map(|(branch, schema)| {
            let rust_type = self.shape(schema, &at.in_union());
            Variant { branch, ident: String::new(), rust_type }
        });
        let variants = variants.collect();
        self.unions[id.0].variants = variants;
        RustType::Union(id)
    }
}

/// Names the variants of every union after what they hold.
pub(super) fn name_variants(unions: &mut [Union], paths: &BTreeMap<TypeId, TypePath>) {
    for union in unions {
        let names: Vec<String> = union.variants.iter().map(|variant| variant_name(&variant.rust_type, paths)).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let idents = ident::allocate(&names, str::to_owned, &BTreeSet::new());
        for (variant, ident) in union.variants.iter_mut().zip(idents) {
            variant.ident = ident;
        }
    }
}

/// What Avro calls the branch, in Rust's case.
fn variant_name(rust_type: &RustType, paths: &BTreeMap<TypeId, TypePath>) -> String {
    match rust_type {
        RustType::Unit => "Null".to_owned(),
        RustType::Bool => "Boolean".to_owned(),
        RustType::I32 => "Int".to_owned(),
        RustType::I64 => "Long".to_owned(),
        RustType::F32 => "Float".to_owned(),
        RustType::F64 => "Double".to_owned(),
        RustType::Bytes => "Bytes".to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Logical(Logical::Decimal { .. }) => "Decimal".to_owned(),
        RustType::Logical(logical) => logical_text(*logical),
        RustType::Vec(_) => "Array".to_owned(),
        RustType::Map(_) => "Map".to_owned(),
        RustType::Named(id) => paths[id].ident.clone(),
        RustType::Option(inner, _) | RustType::Boxed(inner) => variant_name(inner, paths),
        RustType::Union(_) => "Union".to_owned(),
    }
}

/// The codec's type for a logical type.
pub(super) fn logical_text(logical: Logical) -> String {
    match logical {
        Logical::Date => "Date".to_owned(),
        Logical::TimeMillis => "TimeMillis".to_owned(),
        Logical::TimeMicros => "TimeMicros".to_owned(),
        Logical::TimestampMillis => "TimestampMillis".to_owned(),
        Logical::TimestampMicros => "TimestampMicros".to_owned(),
        Logical::TimestampNanos => "TimestampNanos".to_owned(),
        Logical::LocalTimestampMillis => "LocalTimestampMillis".to_owned(),
        Logical::LocalTimestampMicros => "LocalTimestampMicros".to_owned(),
        Logical::LocalTimestampNanos => "LocalTimestampNanos".to_owned(),
        Logical::Uuid => "Uuid".to_owned(),
        Logical::Decimal { scale, .. } => format!("Decimal<{scale}>"),
    }
}
