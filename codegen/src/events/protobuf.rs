//! Protobuf files as Rust, by `prost`.
//!
//! The files of all schemas and everything that they import are generated in one go, each once: messages refer to each
//! other by paths between the modules of their packages, and what contains itself is boxed. All of it lies below one
//! module of the crate, so that a package may have the name of an Avro namespace.
//!
//! * `case`: how `prost` writes names.
//! * `names`: other names for what would meet.
//! * `restore`: the names of schemas where they are said.
//! * `fields`: the fields of messages, as expressions of flows make them.

mod case;
mod fields;
mod names;
mod restore;

use std::collections::BTreeMap;

use prost_build::{Config, Module};
use prost_types::FileDescriptorProto;
use quote::quote;
use schema::Document;
use syn::{Item, ItemMod, parse_quote};
use topology::Topology;

use names::Names;

use super::source::ident;
use crate::render;

pub(crate) use fields::{MessageField, Takes};

/// The generated modules.
#[derive(Debug, Default)]
pub(crate) struct Protobuf {
    /// The items of each package, by its modules below the root of all.
    packages: BTreeMap<Vec<String>, Vec<Item>>,
    /// Where each message is, by its full name: modules below the root of all, and its type.
    messages: BTreeMap<String, (Vec<String>, String)>,
    names: Names,
    /// Whether well-known types are used.
    pub(crate) uses_known_types: bool,
}

impl Protobuf {
    /// Generates everything that the topology's Protobuf schemas are made of.
    pub(crate) fn new(topology: &Topology) -> Self {
        let mut files: Vec<FileDescriptorProto> = files(topology).into_values().collect();
        let names = names::rename(&mut files);
        let requests = files.into_iter();
        let requests = requests.map(|file| (Module::from_protobuf_package_name(file.package()), file)).collect();
        let mut config = Config::new();
        config.enable_type_names();
        config.btree_map(["."]);
        let generated = config.generate(requests).expect("the paths of well-known types are valid");
        let mut protobuf = Self { names, ..Self::default() };
        // The well-known types are those of `prost-types`; `prost` has to know what they are made of all the same.
        for (module, text) in generated.into_iter().filter(|(_, text)| !text.trim().is_empty()) {
            let modules: Vec<String> = module.parts().map(str::to_owned).collect();
            protobuf.uses_known_types |= text.contains("::prost_types::");
            let mut items = syn::parse_file(&text).expect("prost writes Rust").items;
            protobuf.names.restore(&mut items, &modules);
            document(&mut items);
            find_messages(&items, &modules, &mut protobuf.messages);
            protobuf.packages.insert(modules, items);
        }
        protobuf
    }

    /// Whether no schema is Protobuf.
    pub(crate) fn is_empty(&self) -> bool {
        self.packages.is_empty()
    }

    /// The modules and the type of a message.
    pub(crate) fn message(&self, full_name: &str) -> Option<&(Vec<String>, String)> {
        self.messages.get(full_name)
    }

    /// The files, below the module `root` of the crate.
    pub(crate) fn files(&self, root: &str) -> Vec<(String, String)> {
        let mut packages = self.packages.clone();
        let below: Vec<Vec<String>> = packages.keys().cloned().collect();
        for package in below {
            for end in 0..package.len() {
                packages.entry(package[..end].to_vec()).or_default();
            }
        }
        let paths: Vec<Vec<String>> = packages.keys().cloned().collect();
        for path in paths.into_iter().rev() {
            let Some((child, parent)) = path.split_last() else { continue };
            let items = packages.get(&path).cloned().unwrap_or_default();
            let siblings = packages.get_mut(parent).expect("the parents of all packages are there");
            // A package can have the name of the module that holds what is nested in a message.
            let nested = siblings.iter_mut().find_map(|item| module_of(item, child));
            if let Some((_, nested)) = nested.and_then(|module| module.content.as_mut()) {
                nested.extend(items);
                packages.remove(&path);
                continue;
            }
            let name = ident(child);
            let doc = format!(" The package `{}`.", path.join(".").replace("r#", ""));
            siblings.insert(0, parse_quote!(#[doc = #doc] pub mod #name;));
        }
        if self.uses_known_types {
            let known = parse_quote!(
                #[doc(no_inline)]
                pub use ::prost_types;
            );
            packages.entry(Vec::new()).or_default().insert(0, known);
        }
        let file = |(modules, items): (Vec<String>, Vec<Item>)| {
            let path = std::iter::once(root).chain(modules.iter().map(String::as_str)).collect::<Vec<_>>().join("/");
            let file = syn::File { shebang: None, attrs: Vec::new(), items, frontmatter: None };
            (format!("src/{}.rs", path.replace("r#", "")), render::generated(file))
        };
        packages.into_iter().map(file).collect()
    }
}

fn module_of<'a>(item: &'a mut Item, name: &str) -> Option<&'a mut ItemMod> {
    match item {
        Item::Mod(module) if module.ident == name => Some(module),
        _ => None,
    }
}

/// The descriptor of every file, by its path: those of the schemas, and what they import.
fn files(topology: &Topology) -> BTreeMap<String, FileDescriptorProto> {
    let mut files = BTreeMap::new();
    let mut symbols: BTreeMap<String, String> = BTreeMap::new();
    for schema in &topology.schemas {
        let Document::Protobuf(document) = &*schema.document else { continue };
        let root = document.file();
        let path = |number: usize, name: &str| {
            let file = schema.document_files.get(number).and_then(|file| topology.files.get(file));
            file.map_or_else(|| name.to_owned(), |file| file.path.clone())
        };
        for file in root.parent_pool().files() {
            let reference = document.source().references.iter().position(|reference| *reference.name == *file.name());
            let number = if file == *root { Some(0) } else { reference.map(|reference| reference + 1) };
            let path = number.map_or_else(|| file.name().to_owned(), |number| path(number, file.name()));
            // Two copies of a file declare the same types, which can be in the crate once.
            let names = file.messages().map(|message| message.full_name().to_owned());
            let names: Vec<String> =
                names.chain(file.enums().map(|declared| declared.full_name().to_owned())).collect();
            if names.iter().any(|name| symbols.get(name).is_some_and(|owner| *owner != path)) {
                continue;
            }
            symbols.extend(names.into_iter().map(|name| (name, path.clone())));
            files.entry(path).or_insert_with(|| file.file_descriptor_proto().clone());
        }
    }
    files
}

/// Says of every message which one it is; the texts themselves have gone with their comments.
fn document(items: &mut [Item]) {
    let names = full_names(items);
    for item in items {
        match item {
            Item::Struct(message) => {
                let name = message.ident.to_string();
                let doc = format!(" The message `{}`.", names.get(&name).unwrap_or(&name));
                message.attrs.insert(0, parse_quote!(#[doc = #doc]));
            }
            Item::Mod(ItemMod { content: Some((_, items)), .. }) => document(items),
            _ => {}
        }
    }
}

fn find_messages(items: &[Item], modules: &[String], messages: &mut BTreeMap<String, (Vec<String>, String)>) {
    for (rust_name, full_name) in full_names(items) {
        messages.insert(full_name, (modules.to_vec(), rust_name));
    }
    for item in items {
        if let Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) = item {
            let inner = modules.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
            find_messages(items, &inner, messages);
        }
    }
}

/// The full names of the messages in a module, by their types: each has an `impl Name` that says it.
fn full_names(items: &[Item]) -> BTreeMap<String, String> {
    let mut names = BTreeMap::new();
    for item in items {
        let Item::Impl(implementation) = item else { continue };
        let syn::Type::Path(rust_type) = &*implementation.self_ty else { continue };
        let Some(rust_name) = rust_type.path.get_ident() else { continue };
        names.extend(full_name(implementation).map(|full_name| (rust_name.to_string(), full_name)));
    }
    names
}

/// The full name of a message, where this is its `impl Name`.
fn full_name(implementation: &syn::ItemImpl) -> Option<String> {
    let block = implementation.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(function) if function.sig.ident == "full_name" => Some(&function.block),
        _ => None,
    })?;
    let mut text = None;
    find_text(quote!(#block), &mut text);
    text
}

fn find_text(tokens: proc_macro2::TokenStream, found: &mut Option<String>) {
    for token in tokens {
        match token {
            proc_macro2::TokenTree::Group(group) => find_text(group.stream(), found),
            proc_macro2::TokenTree::Literal(literal) if found.is_none() => {
                *found = Some(literal.to_string().trim_matches('"').to_owned());
            }
            _ => {}
        }
    }
}
