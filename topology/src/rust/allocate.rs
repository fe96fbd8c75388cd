//! Gives every type a place in the events crate: a module for each part of its namespace, and a name there.

use std::collections::{BTreeMap, BTreeSet};

use schema::avro::{NamedKind, Schemas, TypeId};

use super::ident;
use super::shape::Union;

/// Where a type is in the events crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TypePath {
    /// The modules from the crate's root, raw where they must be.
    pub modules: Vec<String>,
    /// Its name.
    pub ident: String,
    /// Whether the crate's root has it by its name alone.
    pub at_root: bool,
}

impl TypePath {
    /// A name that is not settled yet.
    pub(super) fn wanted(ident: String) -> Self {
        Self { modules: Vec::new(), ident, at_root: false }
    }

    /// The shortest path from the crate's root: `Order`, or `shop::Order` where the simple name is not unique.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        let modules = if self.at_root { &[][..] } else { &self.modules[..] };
        modules.iter().chain([&self.ident]).map(String::as_str)
    }
}

/// Names that every Rust file has in scope. A type of such a name stays out of the root, which people import with a
/// glob, so that it does not hide what they mean.
const PRELUDE: [&str; 28] = [
    "AsMut",
    "AsRef",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Box",
    "Clone",
    "Copy",
    "Default",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Future",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "Option",
    "Result",
    "String",
    "Vec",
];

/// Names of the prelude that are values too: a `fixed` of such a name would hide `Ok` and its like from the code
/// beside it.
const PRELUDE_VALUES: [&str; 4] = ["Err", "None", "Ok", "Some"];

/// Files and folders that Cargo or the compiler give a meaning of their own.
const SPECIAL_FILES: [&str; 4] = ["bin", "lib", "main", "r#mod"];

/// The places of all named types; unions get theirs in place.
pub(super) fn types(avro: &Schemas, unions: &mut [Union]) -> BTreeMap<TypeId, TypePath> {
    let tree = Tree::of(avro);
    let mut paths = BTreeMap::new();
    for (namespace, ids) in &tree.types {
        let names: Vec<&str> = ids.iter().map(|id| &*avro.get(*id).name.name).collect();
        let modules = &tree.modules[namespace];
        let taken = reserved().chain(tree.children(namespace)).collect();
        for (id, ident) in ids.iter().zip(ident::allocate(&names, ident::type_name, &taken)) {
            paths.insert(*id, TypePath { modules: modules.clone(), ident, at_root: false });
        }
    }
    place_unions(&paths, unions);
    let mut all: Vec<&mut TypePath> =
        paths.values_mut().chain(unions.iter_mut().map(|union| &mut union.path)).collect();
    mark_unique(&mut all);
    paths
}

/// The variants of every enum.
pub(super) fn symbols(avro: &Schemas) -> BTreeMap<TypeId, Vec<String>> {
    let mut variants = BTreeMap::new();
    for (id, named) in avro.iter() {
        if let NamedKind::Enum { symbols, .. } = &named.kind {
            let names: Vec<&str> = symbols.iter().map(|symbol| &*symbol.name).collect();
            variants.insert(id, ident::allocate(&names, ident::upper_camel_case, &BTreeSet::new()));
        }
    }
    variants
}

fn reserved() -> impl Iterator<Item = String> {
    PRELUDE_VALUES.into_iter().map(str::to_owned)
}

/// A namespace as its parts.
type Namespace = Vec<String>;

/// The modules of the namespaces.
struct Tree {
    /// The module path of every namespace and of everything above it.
    modules: BTreeMap<Namespace, Vec<String>>,
    /// The types of every namespace.
    types: BTreeMap<Namespace, Vec<TypeId>>,
}

impl Tree {
    fn of(avro: &Schemas) -> Self {
        let mut types: BTreeMap<Namespace, Vec<TypeId>> = BTreeMap::new();
        for (id, named) in avro.iter() {
            let namespace = named.name.namespace.as_deref().unwrap_or_default();
            let parts = namespace.split('.').filter(|part| !part.is_empty()).map(str::to_owned);
            types.entry(parts.collect()).or_default().push(id);
        }
        let namespaces: BTreeSet<Namespace> =
            types.keys().flat_map(|namespace| (0..=namespace.len()).map(|end| namespace[..end].to_vec())).collect();
        let mut tree = Self { modules: BTreeMap::from([(Namespace::new(), Vec::new())]), types };
        // A namespace sorts before what is below it, so that its module is known by then.
        for namespace in &namespaces {
            tree.name_children(namespace, &namespaces);
        }
        tree
    }

    fn name_children(&mut self, parent: &Namespace, namespaces: &BTreeSet<Namespace>) {
        let below = namespaces.range(parent.clone()..).skip(1).take_while(|namespace| namespace.starts_with(parent));
        let children: Vec<&Namespace> = below.filter(|namespace| namespace.len() == parent.len() + 1).collect();
        let names: Vec<&str> = children.iter().filter_map(|child| child.last().map(String::as_str)).collect();
        let path = self.modules[parent].clone();
        for (child, ident) in children.into_iter().zip(ident::allocate(&names, module_name, &BTreeSet::new())) {
            let path = path.iter().cloned().chain([ident]).collect();
            self.modules.insert(child.clone(), path);
        }
    }

    /// The modules directly in the module of a namespace.
    fn children(&self, namespace: &Namespace) -> impl Iterator<Item = String> {
        let is_child = |other: &&Namespace| other.len() == namespace.len() + 1 && other.starts_with(namespace);
        let children = self.modules.keys().filter(is_child).filter_map(|child| self.modules[child].last().cloned());
        children.collect::<Vec<_>>().into_iter()
    }
}

fn module_name(part: &str) -> String {
    let ident = ident::snake_case(part);
    if SPECIAL_FILES.contains(&ident.as_str()) { format!("{}_", ident.trim_start_matches("r#")) } else { ident }
}

/// Puts every union beside its record, under a name that no type there has.
fn place_unions(paths: &BTreeMap<TypeId, TypePath>, unions: &mut [Union]) {
    let mut taken: BTreeMap<&[String], BTreeSet<String>> = BTreeMap::new();
    for path in paths.values() {
        let in_module = taken.entry(&path.modules).or_insert_with(|| reserved().collect());
        in_module.insert(path.ident.clone());
    }
    for union in unions {
        let modules = &paths[&union.record].modules;
        let Some(in_module) = taken.get_mut(modules.as_slice()) else { continue };
        let ident: String = ident::allocate(&[&union.path.ident], str::to_owned, in_module).concat();
        in_module.insert(ident.clone());
        union.path = TypePath { modules: modules.clone(), ident, at_root: false };
    }
}

/// Marks the types whose names are unique; the root has those.
fn mark_unique(paths: &mut [&mut TypePath]) {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for path in paths.iter() {
        *count.entry(path.ident.clone()).or_default() += 1;
    }
    for path in paths {
        let ident = path.ident.as_str();
        // `_1` may be a module of the root, too.
        let is_free = count[ident] == 1 && !PRELUDE.contains(&ident) && !ident.starts_with('_');
        path.at_root = path.modules.is_empty() || is_free;
    }
}
