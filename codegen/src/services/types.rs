//! The Rust types of payloads and fields, as generated services write them.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use schema::Format;
use schema::avro::{Logical, TypeId};
use topology::ir::{Payload, SchemaId, TopicId};
use topology::rust::{RustType, TypePath};

use super::names::{Names, ident};
use crate::events::value::codec_name;

impl Names<'_> {
    /// The runtime's marker of a payload's format, below a `format` in scope.
    pub(super) fn format(&self, payload: Payload) -> TokenStream {
        match payload {
            Payload::Nothing => quote!(format::Nothing),
            Payload::Bytes => quote!(format::Bytes),
            Payload::String => quote!(format::Utf8),
            Payload::Int => quote!(format::Int),
            Payload::Long => quote!(format::Long),
            Payload::Schema(schema) => {
                let marker = ident(match self.topology[schema].format() {
                    Format::Avro => "Avro",
                    Format::Protobuf => "Protobuf",
                    Format::Json => "Json",
                });
                let record = self.owned(payload);
                quote!(format::#marker<#record>)
            }
            Payload::OneOf(_) => {
                let choice = self.owned(payload);
                quote!(format::OneOf<#choice>)
            }
        }
    }

    /// The type of a payload in a message.
    pub(crate) fn owned(&self, payload: Payload) -> TokenStream {
        match payload {
            Payload::Nothing => quote!(()),
            Payload::Bytes => quote!(Vec<u8>),
            Payload::String => quote!(String),
            Payload::Int => quote!(i32),
            Payload::Long => quote!(i64),
            Payload::Schema(schema) => self.schema(schema),
            Payload::OneOf(choice) => self.catalog.choice(choice).map_or_else(unsupported, path),
        }
    }

    /// The type of a topic's values in a message: an `Option` where a value may be null.
    pub(crate) fn topic_value(&self, topic: TopicId) -> TokenStream {
        let topic = &self.topology[topic];
        let value = self.owned(topic.value.value);
        if topic.tombstones { quote!(Option<#value>) } else { value }
    }

    /// What a payload is borrowed as.
    pub(super) fn borrowed(&self, payload: Payload) -> TokenStream {
        match payload {
            Payload::Bytes => quote!(&[u8]),
            Payload::String => quote!(&str),
            _ => {
                let owned = self.owned(payload);
                quote!(&#owned)
            }
        }
    }

    /// What a person passes or gets for a payload: numbers by value, anything else borrowed.
    pub(super) fn passed(&self, payload: Payload) -> TokenStream {
        match payload {
            Payload::Int | Payload::Long => self.owned(payload),
            _ => self.borrowed(payload),
        }
    }

    /// A named type of the events crate, below an `events` in scope.
    pub(crate) fn record(&self, id: TypeId) -> TokenStream {
        path(self.types.path(id))
    }

    /// The records of a schema, below an `events` in scope.
    pub(crate) fn schema(&self, schema: SchemaId) -> TokenStream {
        self.catalog.schema(schema).map_or_else(unsupported, path)
    }

    /// A payload that has a schema where the events crate is imported by a glob.
    pub(super) fn in_glob(&self, payload: Payload) -> Option<TokenStream> {
        let path = match payload {
            Payload::Schema(schema) => self.catalog.schema(schema),
            Payload::OneOf(choice) => self.catalog.choice(choice),
            _ => return None,
        };
        Some(path.map_or_else(unsupported, in_glob))
    }

    /// The codec's type for a logical type, if the events crate passes it on: not where a schema has a type of that name.
    pub(crate) fn passed_on(&self, logical: Logical) -> Option<Ident> {
        let name = codec_name(logical);
        let takes = |path: &TypePath| path.at_root && path.ident == name;
        let is_taken = self.topology.avro.iter().any(|(id, _)| takes(self.types.path(id)))
            || self.types.unions().any(|(_, union)| takes(&union.path));
        (!is_taken).then(|| ident(name))
    }

    fn logical(&self, logical: Logical) -> TokenStream {
        let path = self.passed_on(logical).map_or_else(
            || {
                let name = ident(codec_name(logical));
                quote!(::topology_runtime::codec::#name)
            },
            |name| quote!(#name),
        );
        match logical {
            Logical::Decimal { scale, .. } => {
                let scale = Literal::u32_unsuffixed(scale);
                quote!(#path<#scale>)
            }
            _ => path,
        }
    }

    /// The type of a field or of something in it, where the events crate is imported by a glob.
    pub(crate) fn rust_type(&self, rust_type: &RustType) -> TokenStream {
        match rust_type {
            RustType::Unit => quote!(()),
            RustType::Bool => quote!(bool),
            RustType::I32 => quote!(i32),
            RustType::I64 => quote!(i64),
            RustType::F32 => quote!(f32),
            RustType::F64 => quote!(f64),
            RustType::Bytes => quote!(Vec<u8>),
            RustType::String => quote!(String),
            RustType::Logical(logical) => self.logical(*logical),
            RustType::Option(inner, _) => {
                let inner = self.rust_type(inner);
                quote!(Option<#inner>)
            }
            RustType::Vec(inner) => {
                let inner = self.rust_type(inner);
                quote!(Vec<#inner>)
            }
            RustType::Map(inner) => {
                let inner = self.rust_type(inner);
                quote!(::std::collections::BTreeMap<String, #inner>)
            }
            RustType::Boxed(inner) => {
                let inner = self.rust_type(inner);
                quote!(Box<#inner>)
            }
            RustType::Named(id) => in_glob(self.types.path(*id)),
            RustType::Union(id) => {
                let union = self.types.union(*id);
                let path = in_glob(&union.path);
                if union.null.is_some() { quote!(Option<#path>) } else { path }
            }
        }
    }
}

/// A generated type, below an `events` in scope.
pub(crate) fn path(path: &TypePath) -> TokenStream {
    let segments = path.segments().map(ident);
    quote!(events::#(#segments)::*)
}

fn in_glob(path: &TypePath) -> TokenStream {
    if path.at_root {
        let name = ident(&path.ident);
        return quote!(#name);
    }
    let path = self::path(path);
    quote!(crate::#path)
}

/// A type that the compiler refuses with the reason.
fn unsupported() -> TokenStream {
    quote!(::core::compile_error!("records of this schema have no generated type"))
}
