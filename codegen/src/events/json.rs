//! JSON Schemas as Rust: structs and enums with `serde`.
//!
//! What each schema is was decided before, in [`topology::rust::json`]; here it is written down.

mod code;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::Topology;
use topology::ir::SchemaId;
use topology::rust::json::{Field, JsonTypes, Kind, Shape};

use super::source::ident;
use crate::render;

/// A member of an object.
#[derive(Clone, Debug)]
pub(crate) struct ObjectMember {
    /// Its name in the schema.
    pub(crate) key: String,
    /// The field of the struct.
    pub(crate) ident: String,
    /// What it is, `Option` where it may be left out.
    pub(crate) shape: Shape,
    /// The type of the field.
    pub(crate) rust_type: TokenStream,
    /// Whether values of it are `Copy`.
    pub(crate) is_copy: bool,
}

/// The types of all JSON Schemas of a topology.
#[derive(Debug)]
pub(crate) struct Json {
    pub(crate) types: JsonTypes,
}

impl Json {
    /// Reads every schema.
    pub(crate) fn new(topology: &Topology) -> Self {
        Self { types: JsonTypes::new(topology) }
    }

    /// Whether no schema is a JSON Schema.
    pub(crate) fn is_empty(&self) -> bool {
        self.types.is_empty()
    }

    /// The module and the type of a schema's records.
    pub(crate) fn root(&self, id: SchemaId) -> Option<(String, String)> {
        let definition = self.types.root(id)?;
        Some((definition.module.clone(), definition.name.clone()))
    }

    /// The members of the objects of a schema; `root` is where the modules are for whoever asks.
    pub(crate) fn members(&self, schema: SchemaId, root: &TokenStream) -> Vec<ObjectMember> {
        let Some((owner, fields)) = self.types.fields(schema) else { return Vec::new() };
        let member = |field: &Field| {
            let rust_type = self.outside(owner, &field.shape, root);
            let is_optional = !field.is_required && !matches!(field.shape, Shape::Option(_));
            ObjectMember {
                key: field.key.clone(),
                ident: field.ident.clone(),
                is_copy: self.is_copy(&field.shape),
                rust_type: if is_optional { quote!(::std::option::Option<#rust_type>) } else { rust_type },
                shape: if is_optional { Shape::Option(Box::new(field.shape.clone())) } else { field.shape.clone() },
            }
        };
        fields.iter().map(member).collect()
    }

    fn is_copy(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Null | Shape::Bool | Shape::Signed | Shape::Unsigned | Shape::Number => true,
            Shape::Option(inner) => self.is_copy(inner),
            Shape::Named(id) => matches!(self.types.definitions()[*id].kind, Kind::Enum(_)),
            Shape::Any(_) | Shape::Text | Shape::List(_) | Shape::Map(_) => false,
        }
    }

    /// The files, below the module `root` of the crate.
    pub(crate) fn files(&self, root: &str) -> Vec<(String, String)> {
        let modules: BTreeSet<&str> =
            self.types.definitions().iter().map(|definition| definition.module.as_str()).collect();
        if modules.is_empty() {
            return Vec::new();
        }
        let declared = modules.iter().map(|module| {
            let (name, doc) = (ident(module), format!(" The types of `{}`.", module.replace("r#", "")));
            quote!(#[doc = #doc] pub mod #name;)
        });
        let index = parse_quote! {
            #![doc = " The types of JSON Schemas, a module for each file."]

            #[doc(no_inline)]
            pub use ::serde_json;

            #(#declared)*
        };
        let file = |module: &&str| {
            let path = format!("src/{root}/{}.rs", module.replace("r#", ""));
            (path, render::generated(self.module(module)))
        };
        let files: Vec<_> = modules.iter().map(file).collect();
        [(format!("src/{root}.rs"), render::generated(index))].into_iter().chain(files).collect()
    }
}
