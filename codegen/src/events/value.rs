//! The types, the writing and the reading of values.
//!
//! Names of the standard library and of the codec are absolute, so that a record may be called `String`.

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use schema::avro::Logical;
use topology::rust::{NullPlace, RustType};

use super::source::{Scope, ident};

/// Where a value is that is to be written.
pub(super) struct Place {
    /// As it stands: `self.id`, or `value` for a reference.
    plain: TokenStream,
    /// A reference to it.
    borrowed: TokenStream,
    /// A copy of it.
    copied: TokenStream,
}

impl Place {
    /// An expression that is the value itself.
    pub(super) fn owned(plain: &TokenStream) -> Self {
        Self { plain: plain.clone(), borrowed: quote!(&#plain), copied: plain.clone() }
    }

    /// The variable `value`, a reference.
    pub(super) fn reference() -> Self {
        Self { plain: quote!(value), borrowed: quote!(value), copied: quote!(*value) }
    }
}

impl Scope<'_> {
    /// The type as code of this module writes it.
    pub(super) fn rust_type(&self, rust_type: &RustType) -> TokenStream {
        match rust_type {
            RustType::Unit => quote!(()),
            RustType::Bool => quote!(bool),
            RustType::I32 => quote!(i32),
            RustType::I64 => quote!(i64),
            RustType::F32 => quote!(f32),
            RustType::F64 => quote!(f64),
            RustType::Bytes => quote!(::std::vec::Vec<u8>),
            RustType::String => quote!(::std::string::String),
            RustType::Logical(logical) => logical_type(*logical),
            RustType::Option(inner, _) => option(&self.rust_type(inner)),
            RustType::Vec(inner) => {
                let inner = self.rust_type(inner);
                quote!(::std::vec::Vec<#inner>)
            }
            RustType::Map(inner) => {
                let inner = self.rust_type(inner);
                quote!(::std::collections::BTreeMap<::std::string::String, #inner>)
            }
            RustType::Boxed(inner) => {
                let inner = self.rust_type(inner);
                quote!(::std::boxed::Box<#inner>)
            }
            RustType::Named(id) => self.path(self.types().path(*id)),
            RustType::Union(id) => {
                let union = self.types().union(*id);
                let path = self.path(&union.path);
                if union.null.is_some() { option(&path) } else { path }
            }
        }
    }

    /// An expression that writes the value at `place` to `out`; empty for what takes no bytes.
    pub(super) fn write(&self, rust_type: &RustType, place: &Place) -> TokenStream {
        let Place { plain, borrowed, copied } = place;
        match rust_type {
            RustType::Unit => TokenStream::new(),
            RustType::Bool => quote!(::topology_codec::encode::boolean(#copied, out)),
            RustType::I32 => quote!(::topology_codec::encode::int(#copied, out)),
            RustType::I64 => quote!(::topology_codec::encode::long(#copied, out)),
            RustType::F32 => quote!(::topology_codec::encode::float(#copied, out)),
            RustType::F64 => quote!(::topology_codec::encode::double(#copied, out)),
            RustType::Bytes => quote!(::topology_codec::encode::bytes(#borrowed, out)),
            RustType::String => quote!(::topology_codec::encode::string(#borrowed, out)),
            RustType::Logical(_) | RustType::Named(_) | RustType::Boxed(_) => {
                quote!(::topology_codec::Encode::encode(#borrowed, out))
            }
            RustType::Option(inner, null) => {
                let (write, function) = (self.writer(inner), option_function(*null));
                quote!(::topology_codec::encode::#function(#plain.as_ref(), out, #write))
            }
            RustType::Vec(inner) => {
                let write = self.writer(inner);
                quote!(::topology_codec::encode::array(#borrowed, out, #write))
            }
            RustType::Map(inner) => {
                let write = self.writer(inner);
                quote!(::topology_codec::encode::map(#borrowed, out, #write))
            }
            RustType::Union(id) => {
                let union = self.types().union(*id);
                let path = self.path(&union.path);
                if union.null.is_some() {
                    quote!(#path::encode_option(#plain.as_ref(), out))
                } else {
                    quote!(::topology_codec::Encode::encode(#borrowed, out))
                }
            }
        }
    }

    /// A function that writes a borrowed value: `fn(&T, &mut Vec<u8>)`.
    fn writer(&self, rust_type: &RustType) -> TokenStream {
        match rust_type {
            RustType::Unit => quote!(|(), _| {}),
            RustType::Logical(_) | RustType::Named(_) | RustType::Boxed(_) => quote!(::topology_codec::Encode::encode),
            RustType::Union(id) if self.types().union(*id).null.is_none() => quote!(::topology_codec::Encode::encode),
            _ => {
                let write = self.write(rust_type, &Place::reference());
                quote!(|value, out| #write)
            }
        }
    }

    /// An expression that reads a value from `cursor`. `place` names it in errors.
    pub(super) fn read(&self, rust_type: &RustType, place: &str) -> TokenStream {
        match rust_type {
            RustType::Unit => quote!(()),
            RustType::Bool => quote!(cursor.boolean()?),
            RustType::I32 => quote!(cursor.int()?),
            RustType::I64 => quote!(cursor.long()?),
            RustType::F32 => quote!(cursor.float()?),
            RustType::F64 => quote!(cursor.double()?),
            RustType::Bytes => quote!(cursor.bytes()?),
            RustType::String => quote!(cursor.string()?),
            RustType::Logical(_) | RustType::Named(_) | RustType::Boxed(_) => {
                quote!(::topology_codec::Decode::decode(cursor)?)
            }
            RustType::Option(inner, null) => {
                let (read, function) = (self.reader(inner, place), option_function(*null));
                quote!(cursor.#function(#place, #read)?)
            }
            RustType::Vec(inner) => {
                let read = self.reader(inner, place);
                quote!(cursor.array(#read)?)
            }
            RustType::Map(inner) => {
                let read = self.reader(inner, place);
                quote!(cursor.map(#read)?)
            }
            RustType::Union(id) => {
                let union = self.types().union(*id);
                let path = self.path(&union.path);
                if union.null.is_some() {
                    quote!(#path::decode_option(cursor)?)
                } else {
                    quote!(::topology_codec::Decode::decode(cursor)?)
                }
            }
        }
    }

    /// A function that reads a value: `fn(&mut Cursor) -> Result<T, DecodeError>`.
    fn reader(&self, rust_type: &RustType, place: &str) -> TokenStream {
        let read = match rust_type {
            RustType::Unit => return quote!(::topology_codec::Cursor::null),
            RustType::Bool => return quote!(::topology_codec::Cursor::boolean),
            RustType::I32 => return quote!(::topology_codec::Cursor::int),
            RustType::I64 => return quote!(::topology_codec::Cursor::long),
            RustType::F32 => return quote!(::topology_codec::Cursor::float),
            RustType::F64 => return quote!(::topology_codec::Cursor::double),
            RustType::Bytes => return quote!(::topology_codec::Cursor::bytes),
            RustType::String => return quote!(::topology_codec::Cursor::string),
            RustType::Logical(_) | RustType::Named(_) | RustType::Boxed(_) => {
                return quote!(::topology_codec::Decode::decode);
            }
            RustType::Option(inner, null) => {
                let (read, function) = (self.reader(inner, place), option_function(*null));
                quote!(cursor.#function(#place, #read))
            }
            RustType::Vec(inner) => {
                let read = self.reader(inner, place);
                quote!(cursor.array(#read))
            }
            RustType::Map(inner) => {
                let read = self.reader(inner, place);
                quote!(cursor.map(#read))
            }
            RustType::Union(id) => {
                let union = self.types().union(*id);
                let path = self.path(&union.path);
                if union.null.is_some() {
                    return quote!(#path::decode_option);
                }
                return quote!(::topology_codec::Decode::decode);
            }
        };
        quote!(|cursor| #read)
    }
}

fn option(inner: &TokenStream) -> TokenStream {
    quote!(::std::option::Option<#inner>)
}

/// The codec's function, which has the same name for both directions.
fn option_function(null: NullPlace) -> Ident {
    ident(match null {
        NullPlace::First => "option",
        NullPlace::Last => "option_null_last",
    })
}

fn logical_type(logical: Logical) -> TokenStream {
    let name = ident(codec_name(logical));
    if let Logical::Decimal { scale, .. } = logical {
        let scale = Literal::u32_unsuffixed(scale);
        return quote!(::topology_codec::#name<#scale>);
    }
    quote!(::topology_codec::#name)
}

/// What the codec calls a logical type.
pub(crate) fn codec_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Decimal { .. } => "Decimal",
        Logical::Date => "Date",
        Logical::TimeMillis => "TimeMillis",
        Logical::TimeMicros => "TimeMicros",
        Logical::TimestampMillis => "TimestampMillis",
        Logical::TimestampMicros => "TimestampMicros",
        Logical::TimestampNanos => "TimestampNanos",
        Logical::LocalTimestampMillis => "LocalTimestampMillis",
        Logical::LocalTimestampMicros => "LocalTimestampMicros",
        Logical::LocalTimestampNanos => "LocalTimestampNanos",
        Logical::Uuid => "Uuid",
    }
}
