//! Schemas as constants: what a service asks a registry about.

use std::collections::BTreeSet;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::Format;
use topology::Topology;
use topology::ir::{SchemaFile, SchemaId, SchemaKind};
use topology::source::FileId;

use super::record::text_literal;

/// The `Contract` of a schema.
pub(super) fn of(topology: &Topology, id: SchemaId) -> TokenStream {
    let schema = &topology[id];
    let (format, indexes) = match &schema.kind {
        SchemaKind::Avro { .. } => (quote!(Avro), &[][..]),
        SchemaKind::Protobuf { indexes, .. } => (quote!(Protobuf), indexes.as_slice()),
        SchemaKind::Json { .. } => (quote!(Json), &[][..]),
    };
    let name = topology.record_name(id).unwrap_or_default();
    let registered = topology.registered_text(id);
    let text = text_literal(&registered);
    let definition = schema.avro_root().map(|root| topology.avro.self_contained(&schema::avro::Type::Named(root)));
    let definition = text_literal(&definition.unwrap_or_default());
    let indexes = indexes.iter().map(|index| Literal::u32_unsuffixed(*index));
    let needed = needed(topology, schema.source);
    let refers_to = names(needed.last().map(|(_, file)| *file));
    let references = needed.iter().rev().skip(1).rev().map(|(name, file)| {
        let owner = topology.schemas().find(|(_, schema)| topology.files[&schema.source].path == file.path);
        let text = text_literal(&owner.map_or_else(|| file.text.clone(), |(id, _)| topology.registered_text(id)));
        let refers_to = names(Some(*file));
        quote!(::topology_codec::Reference { name: #name, text: #text, refers_to: &[#refers_to] })
    });
    quote! {
        ::topology_codec::Contract {
            format: ::topology_codec::SchemaFormat::#format,
            name: #name,
            text: #text,
            refers_to: &[#refers_to],
            references: &[#(#references),*],
            indexes: &[#(#indexes),*],
            definition: #definition,
        }
    }
}

/// Whether an Avro schema leaves types to the subjects of other files.
pub(super) fn has_references(topology: &Topology, id: SchemaId) -> bool {
    let schema = &topology[id];
    schema.format() == Format::Avro
        && topology.files.get(&schema.source).is_some_and(|file| !file.references.is_empty())
}

fn names(file: Option<&SchemaFile>) -> TokenStream {
    let names = file.into_iter().flat_map(|file| &file.references).map(|reference| &reference.name);
    quote!(#(#names),*)
}

/// A file and all that it needs, each after those that it needs itself; the file is the last, without a name.
fn needed(topology: &Topology, root: FileId) -> Vec<(&str, &SchemaFile)> {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let mut work = vec![("", root, false)];
    while let Some((name, id, is_expanded)) = work.pop() {
        let Some(file) = topology.files.get(&id) else { continue };
        if is_expanded {
            found.push((name, file));
        } else if seen.insert(name) {
            work.push((name, id, true));
            let inner = file.references.iter().rev();
            work.extend(inner.map(|reference| (reference.name.as_str(), reference.file, false)));
        }
    }
    found
}
