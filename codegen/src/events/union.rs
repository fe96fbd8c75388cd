//! A union of a schema as an enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use topology::rust::{RustType, Union, UnionId, Variant};

use super::doc;
use super::source::{Scope, ident};
use super::value::Place;

/// The enum and its codec. A null among the branches is not a variant: the field is an `Option` of the enum then.
pub(super) fn definition(scope: &Scope<'_>, id: UnionId) -> TokenStream {
    let union = scope.types().union(id);
    let name = ident(&union.path.ident);
    let doc = doc::lines(&format!("What `{}` can be.", union.place));
    let derives = scope.derives(&RustType::Union(id));
    let variants = union.variants.iter().map(|variant| {
        let (doc, ident) = (doc::lines(&format!("Branch {} of the union.", variant.branch)), ident(&variant.ident));
        let rust_type = scope.rust_type(&variant.rust_type);
        quote!(#doc #ident(#rust_type))
    });
    let conversions = union.variants.iter().map(|variant| conversion(scope, union, variant));
    let codec = if union.null.is_some() { nullable_codec(scope, union) } else { codec(scope, union) };
    quote! {
        #doc
        #derives
        pub enum #name {
            #(#variants,)*
        }

        #(#conversions)*

        #codec
    }
}

fn conversion(scope: &Scope<'_>, union: &Union, variant: &Variant) -> TokenStream {
    let (name, variant_name) = (ident(&union.path.ident), ident(&variant.ident));
    let rust_type = scope.rust_type(&variant.rust_type);
    quote! {
        impl ::std::convert::From<#rust_type> for #name {
            fn from(value: #rust_type) -> Self {
                Self::#variant_name(value)
            }
        }
    }
}

fn codec(scope: &Scope<'_>, union: &Union) -> TokenStream {
    let name = ident(&union.path.ident);
    let (place, count) = (&union.place, Literal::usize_unsuffixed(union.branches));
    let write = write_arms(scope, union);
    // A `match` with one arm would be a warning.
    let read = if let [only] = union.variants.as_slice() {
        let (name, read) = (ident(&only.ident), scope.read(&only.rust_type, place));
        quote!(cursor.branch(#place, #count)?; Ok(Self::#name(#read)))
    } else {
        let read = read_arms(scope, union);
        quote!(Ok(match cursor.branch(#place, #count)? { #read }))
    };
    quote! {
        impl ::topology_codec::Encode for #name {
            fn encode(&self, out: &mut ::std::vec::Vec<u8>) {
                match self {
                    #write
                }
            }
        }

        impl ::topology_codec::Decode for #name {
            fn decode(
                cursor: &mut ::topology_codec::Cursor<'_>,
            ) -> ::std::result::Result<Self, ::topology_codec::DecodeError> {
                #read
            }
        }
    }
}

fn nullable_codec(scope: &Scope<'_>, union: &Union) -> TokenStream {
    let name = ident(&union.path.ident);
    let (place, count) = (&union.place, Literal::usize_unsuffixed(union.branches));
    let null = Literal::usize_unsuffixed(union.null.unwrap_or_default());
    let (write, read) = (write_arms(scope, union), read_arms(scope, union));
    quote! {
        impl #name {
            #[doc = " Writes the union, whose null is `None`."]
            fn encode_option(value: ::std::option::Option<&Self>, out: &mut ::std::vec::Vec<u8>) {
                let Some(value) = value else {
                    return ::topology_codec::encode::index(#null, out);
                };
                match value {
                    #write
                }
            }

            #[doc = " Reads the union, whose null is `None`."]
            fn decode_option(
                cursor: &mut ::topology_codec::Cursor<'_>,
            ) -> ::std::result::Result<::std::option::Option<Self>, ::topology_codec::DecodeError> {
                Ok(Some(match cursor.branch(#place, #count)? {
                    #null => return Ok(None),
                    #read
                }))
            }
        }
    }
}

fn write_arms(scope: &Scope<'_>, union: &Union) -> TokenStream {
    let arms = union.variants.iter().map(|variant| {
        let (name, branch) = (ident(&variant.ident), Literal::usize_unsuffixed(variant.branch));
        let pattern = if variant.rust_type == RustType::Unit { quote!(()) } else { quote!(value) };
        let write = scope.write(&variant.rust_type, &Place::reference());
        quote! {
            Self::#name(#pattern) => {
                ::topology_codec::encode::index(#branch, out);
                #write
            }
        }
    });
    quote!(#(#arms)*)
}

/// The last arm takes every other index: the cursor has checked that there is none beyond it.
fn read_arms(scope: &Scope<'_>, union: &Union) -> TokenStream {
    let last = union.variants.len().saturating_sub(1);
    let arms = union.variants.iter().enumerate().map(|(position, variant)| {
        let name = ident(&variant.ident);
        let read = scope.read(&variant.rust_type, &union.place);
        let branch = Literal::usize_unsuffixed(variant.branch);
        let pattern = if position == last { quote!(_) } else { quote!(#branch) };
        quote!(#pattern => Self::#name(#read),)
    });
    quote!(#(#arms)*)
}
