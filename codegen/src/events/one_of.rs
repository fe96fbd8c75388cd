//! Enums over the schemas of a topic that has several.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::Topology;
use topology::ir::{ChoiceId, Payload, SchemaId, Side};
use topology::rust::TypePath;
use topology::rust::ident::allocate;

use super::catalog::{Catalog, full};
use super::doc;
use super::source::ident;

/// One schema of a choice.
pub(crate) struct Alternative {
    /// The schema.
    pub(crate) schema: SchemaId,
    /// The variant.
    pub(crate) variant: String,
    path: TypePath,
}

/// The schemas of a choice with their variants; two that are one type are one.
pub(crate) fn alternatives(topology: &Topology, catalog: &Catalog, choice: ChoiceId) -> Vec<Alternative> {
    let mut seen = BTreeSet::new();
    let schemas = topology.schemas_of(Payload::OneOf(choice)).into_iter();
    let found = schemas.filter_map(|id| catalog.schema(id).map(|path| (id, path)));
    let found: Vec<(SchemaId, &TypePath)> = found.filter(|(_, path)| seen.insert(*path)).collect();
    let names: Vec<&str> = found.iter().map(|(_, path)| path.ident.as_str()).collect();
    let variants = allocate(&names, str::to_owned, &BTreeSet::new());
    let alternatives = found.into_iter().zip(variants);
    alternatives.map(|((schema, path), variant)| Alternative { schema, variant, path: path.clone() }).collect()
}

/// The file of all enums.
pub(super) fn module(topology: &Topology, catalog: &Catalog) -> syn::File {
    let mut done = BTreeSet::new();
    let mut enums = Vec::new();
    for topic in &topology.topics {
        for side in [Side::Key, Side::Value] {
            let Payload::OneOf(choice) = topic.payload(side).value else { continue };
            let Some(path) = catalog.choice(choice).filter(|_| done.insert(choice)) else { continue };
            let doc = doc::lines(&format!("What a {} of `{}` can be.", side.as_str(), topic.name));
            enums.push(definition(&doc, path, &alternatives(topology, catalog, choice)));
        }
    }
    parse_quote! {
        #![doc = " What topics hold that have several schemas: an enum for each, with a variant for each schema."]

        #(#enums)*
    }
}

fn definition(doc: &TokenStream, path: &TypePath, alternatives: &[Alternative]) -> TokenStream {
    let name = ident(&path.ident);
    let variants: Vec<_> = alternatives.iter().map(|alternative| ident(&alternative.variant)).collect();
    let types: Vec<_> = alternatives.iter().map(|alternative| full(&alternative.path)).collect();
    let docs: Vec<_> =
        alternatives.iter().map(|alternative| format!(" A record of `{}`.", alternative.path.ident)).collect();
    let numbers: Vec<_> = (0..alternatives.len()).map(proc_macro2::Literal::usize_unsuffixed).collect();
    quote! {
        #doc
        #[derive(Clone, Debug, PartialEq)]
        pub enum #name {
            #(#[doc = #docs] #variants(#types),)*
        }

        #(
            impl ::std::convert::From<#types> for #name {
                fn from(value: #types) -> Self {
                    Self::#variants(value)
                }
            }
        )*

        impl ::topology_codec::Event for #name {
            const CONTRACTS: &'static [::topology_codec::Contract] =
                &[#(<#types as ::topology_codec::Event>::CONTRACTS[0]),*];

            fn contract(&self) -> usize {
                match self {
                    #(Self::#variants(_) => #numbers,)*
                }
            }

            fn write(&self, out: &mut ::std::vec::Vec<u8>) {
                match self {
                    #(Self::#variants(value) => ::topology_codec::Event::write(value, out),)*
                }
            }

            fn read(
                contract: usize,
                bytes: &[u8],
            ) -> ::std::result::Result<Self, ::topology_codec::ReadError> {
                match contract {
                    #(#numbers => ::topology_codec::Event::read(0, bytes).map(Self::#variants),)*
                    other => Err(::topology_codec::ReadError::UnknownContract(other)),
                }
            }
        }
    }
}
