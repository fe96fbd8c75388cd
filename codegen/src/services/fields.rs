//! The fields of records of every format: what an expression sees of a value, and what a map makes.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use schema::avro::NamedKind;
use topology::ir::{Payload, SchemaId, SchemaKind};
use topology::rust::json::Shape;
use topology::rust::{RustField, RustType};

use super::names::{Names, ident};
use crate::events::json::ObjectMember;
use crate::events::protobuf::{MessageField, Takes};

/// A field of a record.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Its name in the schema.
    pub(crate) name: String,
    /// The field of the struct.
    pub(crate) ident: String,
    /// How an expression gets it.
    pub(crate) bound: Bound,
    /// What an expression for it gives.
    pub(crate) made: TokenStream,
    /// Whether that becomes the type of the field by `into`.
    pub(crate) is_converted: bool,
    /// The variant of a `oneof` that it is, and whether that is boxed. Expressions see the `oneof` instead.
    variant: Option<(TokenStream, bool)>,
    /// Whether the schema marks it as deprecated.
    pub(crate) is_deprecated: bool,
}

/// How an expression gets a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// As a `&str`.
    Text,
    /// As a copy.
    Copy,
    /// As a reference.
    Reference,
}

/// The fields of a payload that expressions can name.
pub(crate) fn seen(names: &Names<'_>, payload: Payload) -> Vec<Field> {
    let Payload::Schema(schema) = payload else { return Vec::new() };
    let mut fields = all(names, schema);
    fields.retain(|field| field.variant.is_none());
    fields
}

/// The field of a record that has this name in the schema.
pub(crate) fn target(names: &Names<'_>, record: SchemaId, name: &str) -> Option<Field> {
    all(names, record).into_iter().find(|field| field.name == name)
}

/// Whether a record has fields besides these.
pub(crate) fn has_others(names: &Names<'_>, record: SchemaId, made: &BTreeSet<String>) -> bool {
    let others = all(names, record).iter().any(|field| !made.contains(&field.ident));
    others || names.catalog.has_rest(record)
}

/// Every field of a record; those in a `oneof` too, beside it.
fn all(names: &Names<'_>, schema: SchemaId) -> Vec<Field> {
    match &names.topology[schema].kind {
        SchemaKind::Avro { root } => {
            let NamedKind::Record(declared) = &names.topology.avro.get(*root).kind else { return Vec::new() };
            let fields = declared.iter().zip(names.types.fields(*root));
            fields.map(|(declared, field)| of_avro(names, &declared.name, field)).collect()
        }
        SchemaKind::Protobuf { message, .. } => {
            names.catalog.message_fields(message).into_iter().map(of_message).collect()
        }
        SchemaKind::Json { .. } => names.catalog.object_members(schema).into_iter().map(of_object).collect(),
    }
}

impl Field {
    fn new(name: &str, ident: &str, bound: Bound, made: TokenStream) -> Self {
        Self {
            name: name.to_owned(),
            ident: ident.to_owned(),
            bound,
            made,
            is_converted: false,
            variant: None,
            is_deprecated: false,
        }
    }

    fn converted(self, made: TokenStream) -> Self {
        Self { made, is_converted: true, ..self }
    }

    /// Whether an expression for it may give a text of any kind.
    pub(crate) fn is_text(&self) -> bool {
        self.bound == Bound::Text
    }

    /// What the struct gets of the value that an expression gave.
    pub(crate) fn initializer(&self, value: &TokenStream) -> TokenStream {
        let name = ident(&self.ident);
        let value = if self.is_converted { quote!(#value.into()) } else { value.clone() };
        match &self.variant {
            None => quote!(#name: #value),
            Some((path, false)) => quote!(#name: Some(#path(#value))),
            Some((path, true)) => quote!(#name: Some(#path(Box::new(#value)))),
        }
    }
}

fn of_avro(names: &Names<'_>, name: &str, field: &RustField) -> Field {
    let rust_type = names.rust_type(&field.rust_type);
    let bound = match &field.rust_type {
        RustType::String => Bound::Text,
        rust_type if names.types.is_copy(rust_type) => Bound::Copy,
        _ => Bound::Reference,
    };
    let made = Field::new(name, &field.ident, bound, rust_type);
    // The function yields anything that becomes a `String`, so that `&str` fields need no `.to_owned()`.
    if bound == Bound::Text { made.converted(quote!(impl Into<String>)) } else { made }
}

fn of_message(field: MessageField) -> Field {
    let bound = match field.takes {
        Takes::Text => Bound::Text,
        Takes::Copy | Takes::Enum => Bound::Copy,
        Takes::Itself => Bound::Reference,
    };
    let made = Field::new(&field.name, &field.ident, bound, field.rust_type);
    let made = match field.takes {
        Takes::Text => made.converted(quote!(impl Into<String>)),
        Takes::Enum => made.converted(quote!(impl Into<i32>)),
        Takes::Copy | Takes::Itself => made,
    };
    Field { variant: field.variant, is_deprecated: field.is_deprecated, ..made }
}

fn of_object(member: ObjectMember) -> Field {
    let bound = match &member.shape {
        Shape::Text => Bound::Text,
        _ if member.is_copy => Bound::Copy,
        _ => Bound::Reference,
    };
    let rust_type = member.rust_type;
    let made = Field::new(&member.key, &member.ident, bound, rust_type.clone());
    match &member.shape {
        Shape::Text => made.converted(quote!(impl Into<String>)),
        Shape::Any(_) => made.converted(quote!(impl Into<#rust_type>)),
        _ => made,
    }
}
