//! Types to the text of `lib.rs` and of a file for each namespace.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use schema::avro::{NamedKind, NamedType, Schemas, TypeId};
use topology::rust::{RustType, RustTypes, TypePath, UnionId};

use super::{doc, fixed, record, symbols, union};
use crate::render;

/// What the events crate is made of.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The name of the topology, for the crate's documentation.
    pub name: &'a str,
    /// The types.
    pub avro: &'a Schemas,
    /// Their names and shapes in Rust.
    pub types: &'a RustTypes,
    /// The records that are schemas of the manifest; they get their schema's text and fingerprint.
    pub roots: &'a BTreeSet<TypeId>,
    /// What a registry holds of those that leave types to the subjects of other files.
    pub contracts: &'a BTreeMap<TypeId, TokenStream>,
    /// What else the root of the crate has: the modules of other formats, and the types that it passes on.
    pub others: &'a TokenStream,
}

/// The types of the codec that the root passes on, as far as no type of the schemas has the name.
pub(super) const LOGICAL_TYPES: [&str; 12] = [
    "Date",
    "Decimal",
    "Duration",
    "LocalTimestampMicros",
    "LocalTimestampMillis",
    "LocalTimestampNanos",
    "TimeMicros",
    "TimeMillis",
    "TimestampMicros",
    "TimestampMillis",
    "TimestampNanos",
    "Uuid",
];

/// A module: the modules in it and its types.
#[derive(Default)]
struct Module {
    children: BTreeSet<String>,
    types: BTreeMap<String, Item>,
}

/// A type that gets a definition.
#[derive(Clone, Copy)]
enum Item {
    Named(TypeId),
    Union(UnionId),
}

/// What a definition needs to know.
pub(super) struct Scope<'a> {
    pub(super) source: Source<'a>,
    /// The module that the definition is in.
    pub(super) modules: &'a [String],
}

impl Source<'_> {
    /// The files with their paths in the crate's folder.
    pub fn files(&self) -> Vec<(String, String)> {
        let modules = self.modules();
        modules.iter().map(|(path, module)| (file_path(path), render::generated(self.file(path, module)))).collect()
    }

    fn modules(&self) -> BTreeMap<Vec<String>, Module> {
        let mut modules: BTreeMap<Vec<String>, Module> = BTreeMap::from([(Vec::new(), Module::default())]);
        for (path, item) in self.items() {
            for end in 0..path.modules.len() {
                let parent = modules.entry(path.modules[..end].to_vec()).or_default();
                parent.children.insert(path.modules[end].clone());
            }
            let module = modules.entry(path.modules.clone()).or_default();
            module.types.insert(path.ident.clone(), item);
        }
        modules
    }

    fn items(&self) -> impl Iterator<Item = (&TypePath, Item)> {
        let named = self.avro.iter().map(|(id, _)| (self.types.path(id), Item::Named(id)));
        named.chain(self.types.unions().map(|(id, union)| (&union.path, Item::Union(id))))
    }

    fn file(&self, path: &[String], module: &Module) -> syn::File {
        let scope = Scope { source: *self, modules: path };
        let head = if path.is_empty() { self.root_head() } else { TokenStream::new() };
        let children = module.children.iter().map(|child| {
            let namespace: Vec<&str> = path.iter().chain([child]).map(String::as_str).collect();
            let doc = doc::lines(&format!("The types of the namespace `{}`.", namespace.join(".").replace("r#", "")));
            let child = ident(child);
            quote!(#doc pub mod #child;)
        });
        let exports = if path.is_empty() { self.exports() } else { TokenStream::new() };
        let types = module.types.values().map(|item| scope.item(*item));
        let others = if path.is_empty() { self.others } else { &TokenStream::new() };
        let tokens = quote!(#head #(#children)* #exports #others #(#types)*);
        syn::parse2(tokens).expect("what is generated is Rust")
    }

    fn root_head(&self) -> TokenStream {
        let title = format!(" The events of `{}` and their codecs.", self.name);
        quote! {
            #![doc = #title]
            #![doc = ""]
            #![doc = " Every type here is one of the topology's schemas; its fields and symbols are in the schema's order,"]
            #![doc = " which is the order of the encoding."]
            #![forbid(unsafe_code)]
            #![allow(
                clippy::approx_constant, clippy::derivable_impls, clippy::doc_lazy_continuation,
                clippy::doc_overindented_list_items, clippy::enum_variant_names, clippy::excessive_precision,
                clippy::large_enum_variant, clippy::module_inception, clippy::type_complexity, rustdoc::bare_urls,
                reason = "names, shapes and texts are the schemas'"
            )]
        }
    }

    /// What the root passes on: the codec, and every type whose name is unique.
    fn exports(&self) -> TokenStream {
        let mut exports: BTreeMap<&[String], Vec<Ident>> = BTreeMap::new();
        let mut taken = BTreeSet::new();
        for (path, _) in self.items().filter(|(path, _)| path.at_root) {
            taken.insert(path.ident.as_str());
            if !path.modules.is_empty() {
                exports.entry(&path.modules).or_default().push(ident(&path.ident));
            }
        }
        let exports = exports.into_iter().map(|(modules, mut idents)| {
            idents.sort();
            let modules = modules.iter().map(|module| ident(module));
            quote!(pub use crate::#(#modules::)*{#(#idents),*};)
        });
        let logical = LOGICAL_TYPES.iter().filter(|name| !taken.contains(**name)).map(|name| ident(name));
        quote!(#(#exports)* pub use ::topology_codec::{#(#logical),*};)
    }
}

impl<'a> Scope<'a> {
    fn item(&self, item: Item) -> TokenStream {
        match item {
            Item::Union(id) => union::definition(self, id),
            Item::Named(id) => match &self.named(id).kind {
                NamedKind::Record(fields) => record::definition(self, id, fields),
                NamedKind::Enum { symbols, .. } => symbols::definition(self, id, symbols),
                NamedKind::Fixed { size, logical } => fixed::definition(self, id, *size, *logical),
            },
        }
    }

    pub(super) fn named(&self, id: TypeId) -> &'a NamedType {
        self.source.avro.get(id)
    }

    pub(super) fn types(&self) -> &'a RustTypes {
        self.source.types
    }

    /// The name of a type as code of this module writes it.
    pub(super) fn path(&self, path: &TypePath) -> TokenStream {
        let name = ident(&path.ident);
        if path.modules == self.modules {
            return quote!(#name);
        }
        let modules = path.modules.iter().map(|module| ident(module));
        quote!(crate::#(#modules::)*#name)
    }

    /// The traits that can be derived for a type of this shape.
    pub(super) fn derives(&self, rust_type: &RustType) -> TokenStream {
        let copy = self.types().is_copy(rust_type).then(|| quote!(Copy,));
        let eq = self.types().traits().is_eq(rust_type).then(|| quote!(Eq, Hash,));
        quote!(#[derive(Clone, #copy Debug, PartialEq, #eq)])
    }
}

/// The path of a module's file.
fn file_path(modules: &[String]) -> String {
    if modules.is_empty() { "src/lib.rs".to_owned() } else { format!("src/{}.rs", modules.join("/").replace("r#", "")) }
}

/// An identifier from a name of [`RustTypes`], which are raw where they must be.
pub(super) fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, Span::call_site()),
        None => Ident::new(name, Span::call_site()),
    }
}
