//! A record of a schema as a struct.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::avro::{Field, Type, TypeId};
use topology::rust::{RustField, RustType};

use super::default::Defaults;
use super::doc;
use super::source::{Scope, ident};
use super::value::Place;

/// The struct, its codec, its schema if it is one of the manifest's, and its default if every field has one.
pub(super) fn definition(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TokenStream {
    let named = scope.named(id);
    let doc = doc::of(named.doc.as_deref(), &format!("The record `{}`.", named.name));
    let derives = scope.derives(&RustType::Named(id));
    let name = ident(&scope.types().path(id).ident);
    let rust_fields = scope.types().fields(id);
    let members = fields.iter().zip(rust_fields).map(|(field, rust_field)| member(scope, field, rust_field));
    let default = default(scope, id, fields);
    let codec = codec(scope, id, fields);
    let record = scope.source.roots.contains(&id).then(|| record(scope, id));
    quote! {
        #doc
        #derives
        pub struct #name {
            #(#members,)*
        }

        #default

        #codec

        #record
    }
}

fn member(scope: &Scope<'_>, field: &Field, rust_field: &RustField) -> TokenStream {
    let doc = doc::of(field.doc.as_deref(), &format!("The field `{}`.", field.name));
    let name = ident(&rust_field.ident);
    let rust_type = scope.rust_type(&rust_field.rust_type);
    quote!(#doc pub #name: #rust_type)
}

fn codec(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> TokenStream {
    let name = ident(&scope.types().path(id).ident);
    let rust_fields = scope.types().fields(id);
    let writes = rust_fields.iter().map(|field| {
        let name = ident(&field.ident);
        scope.write(&field.rust_type, &Place::owned(&quote!(self.#name)))
    });
    let writes: Vec<TokenStream> = writes.filter(|write| !write.is_empty()).collect();
    let reads = fields.iter().zip(rust_fields).map(|(field, rust_field)| {
        let name = ident(&rust_field.ident);
        let read = scope.read(&rust_field.rust_type, &format!("{}.{}", scope.named(id).name, field.name));
        quote!(#name: #read)
    });
    let reads = quote!(Ok(Self { #(#reads),* }));
    let reads_bytes = rust_fields.iter().any(|field| field.rust_type != RustType::Unit);
    let (out, cursor) = (unused_unless(!writes.is_empty(), "out"), unused_unless(reads_bytes, "cursor"));
    let is_recursive = scope.types().traits().is_recursive(id);
    let reads = if is_recursive { quote!(cursor.nested(|cursor| #reads)) } else { reads };
    quote! {
        impl ::topology_codec::Encode for #name {
            fn encode(&self, #out: &mut ::std::vec::Vec<u8>) {
                #(#writes;)*
            }
        }

        impl ::topology_codec::Decode for #name {
            fn decode(
                #cursor: &mut ::topology_codec::Cursor<'_>,
            ) -> ::std::result::Result<Self, ::topology_codec::DecodeError> {
                #reads
            }
        }
    }
}

/// The name of a parameter, or `_` for one that a record without bytes does not use.
fn unused_unless(is_used: bool, name: &str) -> TokenStream {
    let name = ident(name);
    if is_used { quote!(#name) } else { quote!(_) }
}

fn record(scope: &Scope<'_>, id: TypeId) -> TokenStream {
    let name = ident(&scope.types().path(id).ident);
    let full_name = scope.named(id).name.to_string();
    let schema = text_literal(&scope.source.avro.self_contained(&Type::Named(id)));
    let fingerprint = hexadecimal(scope.source.avro.fingerprint(&Type::Named(id)));
    let contract = scope.source.contracts.get(&id);
    let contract = contract.map(|contract| quote!(const CONTRACT: ::topology_codec::Contract = #contract;));
    quote! {
        impl ::topology_codec::Record for #name {
            const NAME: &'static str = #full_name;
            const SCHEMA: &'static str = #schema;
            const FINGERPRINT: u64 = #fingerprint;
            #contract
        }
    }
}

fn default(scope: &Scope<'_>, id: TypeId, fields: &[Field]) -> Option<TokenStream> {
    let rust_fields = scope.types().fields(id);
    let values: Option<Vec<TokenStream>> = fields
        .iter()
        .zip(rust_fields)
        .map(|(field, rust_field)| Defaults::new(scope).value(&rust_field.rust_type, field.default.as_ref()?))
        .collect();
    let values = values?;
    let name = ident(&scope.types().path(id).ident);
    let idents = rust_fields.iter().map(|field| ident(&field.ident));
    Some(quote! {
        impl ::std::default::Default for #name {
            #[doc = " The defaults of the schema."]
            fn default() -> Self {
                Self { #(#idents: #values),* }
            }
        }
    })
}

/// A schema as a raw string, which is read without counting backslashes; one of several lines in one line, because what
/// lays the code out looks at lines.
pub(super) fn text_literal(json: &str) -> Literal {
    if json.chars().any(|c| c.is_control() || doc::changes_direction(c)) {
        return Literal::string(json);
    }
    let mut hashes = "#".to_owned();
    while json.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{json}\"{hashes}").parse().unwrap_or_else(|_| Literal::string(json))
}

fn hexadecimal(number: u64) -> Literal {
    let [a, b, c, d] = [48, 32, 16, 0].map(|shift| (number >> shift) & 0xffff);
    let text = format!("0x{a:04x}_{b:04x}_{c:04x}_{d:04x}");
    text.parse().unwrap_or_else(|_| Literal::u64_unsuffixed(number))
}
