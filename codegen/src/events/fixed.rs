//! A fixed of a schema as a newtype: of its bytes, or of what its logical type says they are.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::avro::{FixedLogical, TypeId};

use super::doc;
use super::source::{Scope, ident};

/// The newtype and its codec.
pub(super) fn definition(scope: &Scope<'_>, id: TypeId, size: u32, logical: Option<FixedLogical>) -> TokenStream {
    let named = scope.named(id);
    let doc = doc::of(named.doc.as_deref(), &format!("The fixed `{}`.", named.name));
    let name = ident(&scope.types().path(id).ident);
    let size = Literal::usize_unsuffixed(size as usize);
    let fixed = Fixed { doc, name, size };
    match logical {
        None => fixed.bytes(),
        Some(FixedLogical::Uuid) => fixed.uuid(),
        Some(FixedLogical::Duration) => fixed.duration(),
        Some(FixedLogical::Decimal { scale, .. }) => fixed.decimal(scale),
    }
}

struct Fixed {
    doc: TokenStream,
    name: proc_macro2::Ident,
    size: Literal,
}

impl Fixed {
    fn bytes(&self) -> TokenStream {
        let size = &self.size;
        let definition = self.newtype(&quote!([u8; #size]), &quote!(PartialOrd, Ord,));
        let codec =
            self.codec(&quote!(::topology_codec::encode::fixed(&self.0, out);), &quote!(cursor.fixed().map(Self)));
        quote!(#definition #codec)
    }

    fn uuid(&self) -> TokenStream {
        let definition = self.newtype(&quote!(::topology_codec::Uuid), &quote!(PartialOrd, Ord,));
        let codec = self.codec(
            &quote!(::topology_codec::encode::fixed(&self.0.to_bytes(), out);),
            &quote!(cursor.fixed().map(|bytes| Self(::topology_codec::Uuid::from_bytes(bytes)))),
        );
        quote!(#definition #codec)
    }

    fn duration(&self) -> TokenStream {
        let definition = self.newtype(&quote!(::topology_codec::Duration), &TokenStream::new());
        let codec = self.codec(
            &quote!(::topology_codec::Encode::encode(&self.0, out);),
            &quote!(::topology_codec::Decode::decode(cursor).map(Self)),
        );
        quote!(#definition #codec)
    }

    /// The field is private, so that a number that does not fit is refused where it is made.
    fn decimal(&self, scale: u32) -> TokenStream {
        let Self { doc, name, size } = self;
        let scale = Literal::u32_unsuffixed(scale);
        let decimal = quote!(::topology_codec::Decimal<#scale>);
        let codec = self.codec(
            &quote!(::topology_codec::encode::fixed(&self.0.low_bytes::<#size>(), out);),
            &quote!(::topology_codec::Decimal::decode_fixed::<#size>(cursor).map(Self)),
        );
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct #name(#decimal);

            impl #name {
                #[doc = " The number."]
                pub const fn get(self) -> #decimal {
                    self.0
                }
            }

            impl ::std::convert::TryFrom<#decimal> for #name {
                type Error = ::topology_codec::DecimalTooLongError;

                fn try_from(
                    number: #decimal,
                ) -> ::std::result::Result<Self, ::topology_codec::DecimalTooLongError> {
                    number
                        .to_fixed::<#size>()
                        .map(|_| Self(number))
                        .ok_or(::topology_codec::DecimalTooLongError::new(#size))
                }
            }

            impl ::std::convert::From<#name> for #decimal {
                fn from(value: #name) -> Self {
                    value.0
                }
            }

            #codec
        }
    }

    fn newtype(&self, inner: &TokenStream, order: &TokenStream) -> TokenStream {
        let Self { doc, name, .. } = self;
        quote! {
            #doc
            #[derive(Clone, Copy, Debug, PartialEq, Eq, #order Hash)]
            pub struct #name(pub #inner);

            impl ::std::convert::From<#inner> for #name {
                fn from(value: #inner) -> Self {
                    Self(value)
                }
            }

            impl ::std::convert::From<#name> for #inner {
                fn from(value: #name) -> Self {
                    value.0
                }
            }
        }
    }

    fn codec(&self, write: &TokenStream, read: &TokenStream) -> TokenStream {
        let name = &self.name;
        quote! {
            impl ::topology_codec::Encode for #name {
                fn encode(&self, out: &mut ::std::vec::Vec<u8>) {
                    #write
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
}
