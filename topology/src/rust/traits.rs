//! Which types can be `Copy` and `Eq`, and which contain themselves.
//!
//! A type has a trait if everything in it has; types refer to one another, so the answer is the greatest fixed point:
//! all have it until something speaks against it.

use std::collections::{BTreeMap, BTreeSet};

use schema::avro::{NamedKind, Schemas, Type, TypeId};

use super::shape::{RustType, Shapes, UnionId};

/// Which traits the generated types have.
#[derive(Clone, Debug)]
pub struct Traits {
    not_copy: BTreeSet<Item>,
    not_eq: BTreeSet<Item>,
    recursion: Recursion,
}

/// A generated type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    Named(TypeId),
    Union(UnionId),
}

impl Traits {
    pub(super) fn new(avro: &Schemas, shapes: &Shapes, recursion: Recursion) -> Self {
        let parts = parts(avro, shapes);
        let not_copy = without(&parts, is_copy);
        let not_eq = without(&parts, is_eq);
        Self { not_copy, not_eq, recursion }
    }

    /// Whether the type is `Copy`.
    pub fn is_copy(&self, rust_type: &RustType) -> bool {
        is_copy(rust_type, &self.not_copy)
    }

    /// Whether the type is `Eq` and `Hash`: whether it holds no floating-point number.
    pub fn is_eq(&self, rust_type: &RustType) -> bool {
        is_eq(rust_type, &self.not_eq)
    }

    /// Whether values of the type can hold values of the same type, at whatever depth.
    pub fn is_recursive(&self, id: TypeId) -> bool {
        self.recursion.nesting.is_recursive(id)
    }
}

/// What each generated type is made of.
fn parts<'a>(avro: &Schemas, shapes: &'a Shapes) -> BTreeMap<Item, Vec<&'a RustType>> {
    let mut parts = BTreeMap::new();
    for (id, _) in avro.iter() {
        let fields = shapes.fields.get(&id).into_iter().flatten();
        parts.insert(Item::Named(id), fields.map(|field| &field.rust_type).collect());
    }
    for (index, union) in shapes.unions.iter().enumerate() {
        let variants = union.variants.iter().map(|variant| &variant.rust_type);
        parts.insert(Item::Union(UnionId(index)), variants.collect());
    }
    parts
}

/// The items that lack a trait.
fn without(parts: &BTreeMap<Item, Vec<&RustType>>, has: impl Fn(&RustType, &BTreeSet<Item>) -> bool) -> BTreeSet<Item> {
    let mut lacking = BTreeSet::new();
    loop {
        let before = lacking.len();
        for (item, parts) in parts {
            if !parts.iter().all(|part| has(part, &lacking)) {
                lacking.insert(*item);
            }
        }
        if lacking.len() == before {
            return lacking;
        }
    }
}

fn is_copy(rust_type: &RustType, not_copy: &BTreeSet<Item>) -> bool {
    match rust_type {
        RustType::Bytes | RustType::String | RustType::Vec(_) | RustType::Map(_) | RustType::Boxed(_) => false,
        RustType::Option(inner, _) => is_copy(inner, not_copy),
        RustType::Named(id) => !not_copy.contains(&Item::Named(*id)),
        RustType::Union(id) => !not_copy.contains(&Item::Union(*id)),
        _ => true,
    }
}

fn is_eq(rust_type: &RustType, not_eq: &BTreeSet<Item>) -> bool {
    match rust_type {
        RustType::F32 | RustType::F64 => false,
        RustType::Option(inner, _) | RustType::Vec(inner) | RustType::Map(inner) | RustType::Boxed(inner) => {
            is_eq(inner, not_eq)
        }
        RustType::Named(id) => !not_eq.contains(&Item::Named(*id)),
        RustType::Union(id) => !not_eq.contains(&Item::Union(*id)),
        _ => true,
    }
}

/// Which records contain themselves.
#[derive(Clone, Debug)]
pub(super) struct Recursion {
    /// In place: not through an array or a map. Such a type would have no size without a box.
    in_place: Components,
    /// In any way.
    nesting: Components,
}

impl Recursion {
    /// Whether a field of `record` that is a `field` must be boxed.
    pub(super) fn needs_box(&self, record: TypeId, field: TypeId) -> bool {
        self.in_place.are_in_one_circle(record, field)
    }
}

/// Finds which records contain themselves.
pub(super) fn recursion(avro: &Schemas) -> Recursion {
    Recursion { in_place: Components::of(avro, Through::Unions), nesting: Components::of(avro, Through::Everything) }
}

/// What references are followed through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Through {
    Unions,
    Everything,
}

/// The strongly connected components of the types' references: types of one component contain each other.
#[derive(Clone, Debug)]
struct Components {
    of: BTreeMap<TypeId, TypeId>,
    recursive: BTreeSet<TypeId>,
}

impl Components {
    fn of(avro: &Schemas, through: Through) -> Self {
        let mut forward: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        let mut backward: BTreeMap<TypeId, Vec<TypeId>> = BTreeMap::new();
        for (id, named) in avro.iter() {
            let targets = forward.entry(id).or_default();
            if let NamedKind::Record(fields) = &named.kind {
                for field in fields {
                    references(&field.schema, through, targets);
                }
            }
            for target in targets {
                backward.entry(*target).or_default().push(id);
            }
        }
        Self::kosaraju(&forward, &backward)
    }

    /// Kosaraju's algorithm: what reaches a type, among what it finishes after, is its component.
    fn kosaraju(forward: &BTreeMap<TypeId, Vec<TypeId>>, backward: &BTreeMap<TypeId, Vec<TypeId>>) -> Self {
        let mut finished = Vec::new();
        let mut seen = BTreeSet::new();
        for id in forward.keys() {
            finished.extend(post_order(*id, forward, &mut seen));
        }
        let mut seen = BTreeSet::new();
        let mut components = Self { of: BTreeMap::new(), recursive: BTreeSet::new() };
        for root in finished.into_iter().rev() {
            let members = post_order(root, backward, &mut seen);
            let contains_itself = forward.get(&root).is_some_and(|targets| targets.contains(&root));
            if members.len() > 1 || contains_itself {
                components.recursive.extend(&members);
            }
            components.of.extend(members.into_iter().map(|member| (member, root)));
        }
        components
    }

    fn is_recursive(&self, id: TypeId) -> bool {
        self.recursive.contains(&id)
    }

    fn are_in_one_circle(&self, a: TypeId, b: TypeId) -> bool {
        self.is_recursive(a) && self.of.get(&a) == self.of.get(&b)
    }
}

/// What can be reached from `root` and was not seen, each after everything that it leads to. With a stack of its own:
/// a chain of types can be longer than the thread's stack is deep.
fn post_order(root: TypeId, edges: &BTreeMap<TypeId, Vec<TypeId>>, seen: &mut BTreeSet<TypeId>) -> Vec<TypeId> {
    let targets = |id: TypeId| edges.get(&id).map_or(&[][..], Vec::as_slice).iter();
    let mut order = Vec::new();
    let mut stack = Vec::new();
    if seen.insert(root) {
        stack.push((root, targets(root)));
    }
    while let Some((id, rest)) = stack.last_mut() {
        if let Some(next) = rest.find(|target| seen.insert(**target)) {
            stack.push((*next, targets(*next)));
        } else {
            order.push(*id);
            stack.pop();
        }
    }
    order
}

fn references(schema: &Type, through: Through, targets: &mut Vec<TypeId>) {
    match schema {
        Type::Named(id) => targets.push(*id),
        Type::Union(branches) => {
            for branch in branches {
                references(branch, through, targets);
            }
        }
        Type::Array(inner) | Type::Map(inner) if through == Through::Everything => {
            references(inner, through, targets);
        }
        _ => {}
    }
}
