//! Where the types of every schema are in the events crate, whatever the format.
//!
//! Types of Protobuf and JSON Schema lie below modules of their own, so that they never meet those of Avro's
//! namespaces; the root passes on those that are keys or values, where the name is free.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use schema::Format;
use topology::Topology;
use topology::ir::{ChoiceId, Payload, SchemaId, SchemaKind, Side};
use topology::rust::ident::{allocate, upper_camel_case};
use topology::rust::json::Kind;
use topology::rust::{RustTypes, TypePath};

use super::json::{Json, ObjectMember};
use super::protobuf::{MessageField, Protobuf};
use super::source::{LOGICAL_TYPES, ident};
use super::{contract, one_of};
use crate::project::package::Dependency;
use crate::render;

/// Names that people mean something else by, where they import the root with a glob.
const PRELUDE: [&str; 18] = [
    "Box", "Clone", "Copy", "Debug", "Default", "Drop", "Eq", "Fn", "From", "Future", "Hash", "Into", "Option", "Ord",
    "Result", "String", "ToString", "Vec",
];

/// The events crate besides its Avro types.
#[derive(Debug)]
pub(crate) struct Catalog {
    protobuf: Protobuf,
    json: Json,
    /// The modules of the formats, and that of the enums over several schemas.
    modules: [String; 3],
    schemas: BTreeMap<SchemaId, TypePath>,
    choices: BTreeMap<ChoiceId, TypePath>,
}

impl Catalog {
    /// Finds a place for everything.
    pub(crate) fn new(topology: &Topology, types: &RustTypes) -> Self {
        let avro: Vec<&TypePath> = topology
            .avro
            .iter()
            .map(|(id, _)| types.path(id))
            .chain(types.unions().map(|(_, union)| &union.path))
            .collect();
        let roots: BTreeSet<String> = avro.iter().filter_map(|path| path.modules.first().cloned()).collect();
        let names = ["protobuf", "json", "one_of"];
        let modules = allocate(&names, str::to_owned, &roots).try_into().unwrap_or(names.map(str::to_owned));
        let mut catalog = Self {
            protobuf: Protobuf::new(topology),
            json: Json::new(topology),
            modules,
            schemas: BTreeMap::new(),
            choices: BTreeMap::new(),
        };
        for (id, schema) in topology.schemas() {
            let path = match &schema.kind {
                SchemaKind::Avro { root } => Some(types.path(*root).clone()),
                SchemaKind::Protobuf { message, .. } => {
                    catalog.protobuf.message(message).map(|(modules, name)| below(&catalog.modules[0], modules, name))
                }
                SchemaKind::Json { .. } => {
                    catalog.json.root(id).map(|(module, name)| below(&catalog.modules[1], &[module], &name))
                }
            };
            catalog.schemas.extend(path.map(|path| (id, path)));
        }
        catalog.name_choices(topology);
        catalog.export(&avro);
        catalog
    }

    fn name_choices(&mut self, topology: &Topology) {
        let mut choices: Vec<(ChoiceId, String)> = Vec::new();
        for topic in &topology.topics {
            for side in [Side::Key, Side::Value] {
                let Payload::OneOf(choice) = topic.payload(side).value else { continue };
                if choices.iter().all(|(known, _)| *known != choice) {
                    let key = if side == Side::Key { "-key" } else { "" };
                    choices.push((choice, format!("{}{key}", topic.name)));
                }
            }
        }
        let names: Vec<&str> = choices.iter().map(|(_, name)| name.as_str()).collect();
        let names = allocate(&names, upper_camel_case, &BTreeSet::new());
        let module = &self.modules[2];
        self.choices =
            choices.iter().zip(names).map(|((choice, _), name)| (*choice, below(module, &[], &name))).collect();
    }

    /// Lets the root pass on what has a name that nothing else has.
    fn export(&mut self, avro: &[&TypePath]) {
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        let fixed = LOGICAL_TYPES.iter().chain(&PRELUDE).map(ToString::to_string);
        for name in fixed.chain(avro.iter().filter(|path| path.at_root).map(|path| path.ident.clone())) {
            taken.insert(name, 2);
        }
        let mine = |path: &&mut TypePath| path.modules.first().is_some_and(|module| self.modules.contains(module));
        let mut paths: Vec<&mut TypePath> =
            self.schemas.values_mut().chain(self.choices.values_mut()).filter(mine).collect();
        let distinct: BTreeSet<TypePath> = paths.iter().map(|path| (**path).clone()).collect();
        for path in distinct {
            *taken.entry(path.ident).or_default() += 1;
        }
        for path in &mut paths {
            path.at_root = taken.get(&path.ident) == Some(&1);
        }
    }

    /// Where the type of a schema is; `None` for one that could not be generated.
    pub(crate) fn schema(&self, id: SchemaId) -> Option<&TypePath> {
        self.schemas.get(&id)
    }

    /// The fields of a message, as services write them.
    pub(crate) fn message_fields(&self, full_name: &str) -> Vec<MessageField> {
        let root = ident(&self.modules[0]);
        self.protobuf.fields(full_name, &quote!(crate::events::#root))
    }

    /// The members of the objects of a schema, as services write them.
    pub(crate) fn object_members(&self, schema: SchemaId) -> Vec<ObjectMember> {
        let root = ident(&self.modules[1]);
        self.json.members(schema, &quote!(crate::events::#root))
    }

    /// Whether the objects of a schema keep members that have no field.
    pub(crate) fn has_rest(&self, schema: SchemaId) -> bool {
        self.json.types.root(schema).is_some_and(|root| matches!(root.kind, Kind::Struct { rest: Some(_), .. }))
    }

    /// Where the enum of several schemas is.
    pub(crate) fn choice(&self, id: ChoiceId) -> Option<&TypePath> {
        self.choices.get(&id)
    }

    /// What the root of the crate declares and passes on.
    pub(super) fn root(&self, topology: &Topology) -> TokenStream {
        let [protobuf, json, one_of] = self.modules.each_ref().map(|name| ident(name));
        let protobuf = (!self.protobuf.is_empty()).then(|| {
            quote! {
                /// The messages of Protobuf files, as `prost` has them.
                #[allow(
                    deprecated, missing_docs, nonstandard_style, clippy::all, clippy::pedantic, rustdoc::all,
                    reason = "prost wrote it"
                )]
                pub mod #protobuf;
            }
        });
        let json = (!self.json.is_empty()).then(|| {
            quote! {
                /// The types of JSON Schemas.
                pub mod #json;
            }
        });
        let one_of = (!self.choices.is_empty()).then(|| {
            quote! {
                /// What topics hold that have several schemas.
                pub mod #one_of;
            }
        });
        let has_contracts = topology.schemas().any(|(_, schema)| schema.format() != Format::Avro);
        let contracts = has_contracts.then(|| {
            quote!(
                mod contracts;
            )
        });
        let mine: BTreeSet<&TypePath> = self.schemas.values().chain(self.choices.values()).collect();
        let exports = mine
            .into_iter()
            .filter(|path| path.at_root && path.modules.first().is_some_and(|module| self.modules.contains(module)));
        let exports = exports.map(|path| {
            let path = full(path);
            quote!(pub use #path;)
        });
        quote!(#protobuf #json #one_of #contracts #(#exports)*)
    }

    /// The files of the crate besides those of the Avro types.
    pub(super) fn files(&self, topology: &Topology) -> Vec<(String, String)> {
        let [protobuf, json, one_of] = &self.modules;
        let mut files = if self.protobuf.is_empty() { Vec::new() } else { self.protobuf.files(protobuf) };
        files.extend(self.json.files(json));
        if !self.choices.is_empty() {
            files.push((format!("src/{one_of}.rs"), render::generated(one_of::module(topology, self))));
        }
        if let Some(contracts) = self.contracts(topology) {
            files.push(("src/contracts.rs".to_owned(), render::generated(contracts)));
        }
        files
    }

    /// What the types of other formats than Avro are as keys and values.
    fn contracts(&self, topology: &Topology) -> Option<syn::File> {
        let mut done = BTreeSet::new();
        let mut implementations = Vec::new();
        for (id, schema) in topology.schemas() {
            let Some(path) = self.schema(id).filter(|_| schema.format() != Format::Avro) else { continue };
            if !done.insert(path) {
                continue;
            }
            let (path, contract) = (full(path), contract::of(topology, id));
            let (write, read) = match schema.format() {
                Format::Protobuf => (
                    quote!(::prost::Message::encode(self, out).expect("a vector takes everything");),
                    quote!(::prost::Message::decode(bytes).map_err(::topology_codec::ReadError::protobuf)),
                ),
                _ => (
                    quote!(::serde_json::to_writer(out, self).expect("the schema's types are JSON");),
                    quote!(::serde_json::from_slice(bytes).map_err(::topology_codec::ReadError::json)),
                ),
            };
            implementations.push(quote! {
                impl ::topology_codec::Event for #path {
                    const CONTRACTS: &'static [::topology_codec::Contract] = &[#contract];

                    fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                        #write
                    }

                    fn read(_: usize, bytes: &[u8]) -> ::std::result::Result<Self, ::topology_codec::ReadError> {
                        #read
                    }
                }
            });
        }
        let tokens = quote! {
            #![doc = " What the types of Protobuf and JSON Schema are in a registry, and as bytes."]

            #(#implementations)*
        };
        (!implementations.is_empty()).then(|| syn::parse2(tokens).expect("what is generated is Rust"))
    }

    /// What the crate links for these formats.
    pub(super) fn dependencies(&self) -> Vec<Dependency> {
        let mut dependencies = Vec::new();
        if !self.protobuf.is_empty() {
            dependencies.push(Dependency::version("prost", "0.14", &[]));
        }
        if self.protobuf.uses_known_types {
            dependencies.push(Dependency::version("prost-types", "0.14", &[]));
        }
        if !self.json.is_empty() {
            dependencies.push(Dependency::version("serde", "1", &["derive"]));
            dependencies.push(Dependency::version("serde_json", "1", &[]));
        }
        dependencies
    }
}

/// A type as other modules of the crate name it.
pub(super) fn full(path: &TypePath) -> TokenStream {
    let segments = path.modules.iter().chain([&path.ident]).map(|segment| ident(segment));
    quote!(crate::#(#segments)::*)
}

fn below(root: &str, modules: &[String], name: &str) -> TypePath {
    let modules = [root.to_owned()].into_iter().chain(modules.iter().cloned()).collect();
    TypePath { modules, ident: name.to_owned(), at_root: false }
}
