//! An enum of a schema as an enum.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::avro::{Symbol, TypeId};

use super::doc;
use super::source::{Scope, ident};

/// The enum, its symbols as text, and its codec.
pub(super) fn definition(scope: &Scope<'_>, id: TypeId, symbols: &[Symbol]) -> TokenStream {
    let named = scope.named(id);
    let full_name = named.name.to_string();
    let doc = doc::of(named.doc.as_deref(), &format!("The enum `{full_name}`."));
    let name = ident(&scope.types().path(id).ident);
    let variants: Vec<_> = scope.types().symbols(id).iter().map(|variant| ident(variant)).collect();
    let texts: Vec<&str> = symbols.iter().map(|symbol| &*symbol.name).collect();
    let variant_docs = texts.iter().map(|text| doc::lines(&format!("`{text}`")));
    let count = Literal::usize_unsuffixed(symbols.len());
    quote! {
        #doc
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum #name {
            #(#variant_docs #variants,)*
        }

        impl #name {
            #[doc = " Every symbol in the order of the schema."]
            pub const ALL: [Self; #count] = [#(Self::#variants),*];

            #[doc = " The symbol as the schema writes it."]
            pub const fn as_str(self) -> &'static str {
                match self {
                    #(Self::#variants => #texts,)*
                }
            }
        }

        impl ::std::fmt::Display for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::str::FromStr for #name {
            type Err = ::topology_codec::ParseSymbolError;

            fn from_str(text: &str) -> ::std::result::Result<Self, ::topology_codec::ParseSymbolError> {
                let symbol = Self::ALL.into_iter().find(|symbol| symbol.as_str() == text);
                symbol.ok_or(::topology_codec::ParseSymbolError::new(#full_name))
            }
        }

        impl ::topology_codec::Encode for #name {
            fn encode(&self, out: &mut ::std::vec::Vec<u8>) {
                ::topology_codec::encode::index(*self as usize, out);
            }
        }

        impl ::topology_codec::Decode for #name {
            fn decode(
                cursor: &mut ::topology_codec::Cursor<'_>,
            ) -> ::std::result::Result<Self, ::topology_codec::DecodeError> {
                let index = cursor.symbol(#full_name, Self::ALL.len())?;
                Ok(Self::ALL[index])
            }
        }
    }
}
