//! The fields of messages with their types, as code outside of the events crate writes them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Fields, GenericArgument, Item, ItemMod, PathArguments, Type};

use super::Protobuf;
use crate::events::source::ident;

/// Types that need no path.
const PRIMITIVES: [&str; 9] = ["bool", "f32", "f64", "i32", "i64", "u32", "u64", "u8", "str"];

/// A field of a message.
#[derive(Clone, Debug)]
pub(crate) struct MessageField {
    /// Its name in the schema.
    pub(crate) name: String,
    /// The field of the struct.
    pub(crate) ident: String,
    /// Its type; of the variant, if it is in a `oneof`.
    pub(crate) rust_type: TokenStream,
    /// What it is made of.
    pub(crate) takes: Takes,
    /// Its variant, if it is in a `oneof`: the path, and whether what is in it is boxed.
    pub(crate) variant: Option<(TokenStream, bool)>,
    /// Whether the schema marks it as deprecated.
    pub(crate) is_deprecated: bool,
}

/// What becomes the value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A value of its type.
    Itself,
    /// What becomes a `String`.
    Text,
    /// A value of an enum, or its number.
    Enum,
    /// A value of a type that is copied.
    Copy,
}

impl Protobuf {
    /// The fields of a message; `root` is where its modules are for whoever asks.
    pub(crate) fn fields(&self, full_name: &str, root: &TokenStream) -> Vec<MessageField> {
        let Some((modules, name)) = self.messages.get(full_name) else { return Vec::new() };
        let named = self.names.fields.get(full_name).map(Vec::as_slice).unwrap_or_default();
        let Some(Item::Struct(message)) = self.item(modules, name) else { return Vec::new() };
        let mut found: Vec<MessageField> = Vec::new();
        for named in named {
            let Some(field) =
                message.fields.iter().find(|field| field.ident.as_ref().is_some_and(|ident| ident == &named.ident))
            else {
                continue;
            };
            let whole = MessageField {
                name: named.name.clone(),
                ident: named.ident.clone(),
                rust_type: outside(&field.ty, modules, root),
                takes: takes(field),
                variant: None,
                is_deprecated: field.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated")),
            };
            let Some(variant) = &named.variant else {
                found.push(whole);
                continue;
            };
            if let Some(member) = self.member(&whole, &field.ty, modules, variant, root) {
                found.push(member);
            }
            if found.iter().all(|other| other.ident != whole.ident || other.variant.is_some()) {
                let name = named.one_of.clone().unwrap_or_default();
                found.push(MessageField { name, ..whole });
            }
        }
        found
    }

    /// A field of a `oneof`, whose field in the struct is `whole`.
    fn member(
        &self,
        whole: &MessageField,
        rust_type: &Type,
        modules: &[String],
        variant: &str,
        root: &TokenStream,
    ) -> Option<MessageField> {
        let path = segments(argument(rust_type)?, modules)?;
        let (enum_name, enum_modules) = path.split_last()?;
        let Some(Item::Enum(choice)) = self.item(enum_modules, enum_name) else { return None };
        let variant = choice.variants.iter().find(|other| other.ident == variant)?;
        let Fields::Unnamed(fields) = &variant.fields else { return None };
        let inner = &fields.unnamed.first()?.ty;
        let is_boxed = is_box(inner);
        let inner = if is_boxed { argument(inner)? } else { inner };
        let variant_name = &variant.ident;
        let choice = joined(&path, root);
        let field = syn::Field { attrs: variant.attrs.clone(), ty: inner.clone(), ..fields.unnamed.first()?.clone() };
        Some(MessageField {
            rust_type: outside(inner, enum_modules, root),
            takes: takes(&field),
            variant: Some((quote!(#choice::#variant_name), is_boxed)),
            is_deprecated: variant.attrs.iter().any(|attribute| attribute.path().is_ident("deprecated")),
            ..whole.clone()
        })
    }

    /// An item by its modules: those of a package, then those of messages.
    fn item(&self, modules: &[String], name: &str) -> Option<&Item> {
        (0..=modules.len()).rev().find_map(|end| {
            let items = self.packages.get(&modules[..end])?;
            find(items, &modules[end..], name)
        })
    }
}

fn find<'a>(items: &'a [Item], modules: &[String], name: &str) -> Option<&'a Item> {
    let Some((module, rest)) = modules.split_first() else {
        return items.iter().find(|item| match item {
            Item::Struct(item) => item.ident == name,
            Item::Enum(item) => item.ident == name,
            _ => false,
        });
    };
    items.iter().find_map(|item| match item {
        Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) if ident == module => find(items, rest, name),
        _ => None,
    })
}

fn takes(field: &syn::Field) -> Takes {
    let text = quote::ToTokens::to_token_stream(&field.ty).to_string();
    let is_enum = field.attrs.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) => list.tokens.to_string().starts_with("enumeration"),
        _ => false,
    });
    match text.as_str() {
        "i32" if is_enum => Takes::Enum,
        ":: prost :: alloc :: string :: String" => Takes::Text,
        text if PRIMITIVES.contains(&optional(text)) => Takes::Copy,
        _ => Takes::Itself,
    }
}

/// What is in an `Option`, or the type itself.
fn optional(text: &str) -> &str {
    let inner = text.strip_prefix(":: core :: option :: Option < ").and_then(|text| text.strip_suffix(" >"));
    inner.unwrap_or(text)
}

/// The first argument of a generic type.
fn argument(rust_type: &Type) -> Option<&Type> {
    let Type::Path(path) = rust_type else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

fn is_box(rust_type: &Type) -> bool {
    matches!(rust_type, Type::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "Box"))
        && argument(rust_type).is_some()
}

/// The modules and the name that a path of one module leads to.
fn segments(rust_type: &Type, modules: &[String]) -> Option<Vec<String>> {
    let Type::Path(path) = rust_type else { return None };
    if path.path.leading_colon.is_some() {
        return None;
    }
    let mut found = modules.to_vec();
    for segment in &path.path.segments {
        if segment.ident == "super" {
            found.pop()?;
        } else {
            found.push(segment.ident.to_string());
        }
    }
    Some(found)
}

fn joined(segments: &[String], root: &TokenStream) -> TokenStream {
    let segments = segments.iter().map(|segment| ident(segment));
    quote!(#root #(::#segments)*)
}

/// A type as it is written outside of the events crate, which alone links `prost`.
fn outside(rust_type: &Type, modules: &[String], root: &TokenStream) -> TokenStream {
    let Type::Path(path) = rust_type else { return quote!(#rust_type) };
    let path = &path.path;
    let arguments = path.segments.last().map(|last| &last.arguments);
    let arguments = match arguments {
        Some(PathArguments::AngleBracketed(arguments)) => {
            let inner = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(inner) => Some(outside(inner, modules, root)),
                _ => None,
            });
            quote!(<#(#inner),*>)
        }
        _ => TokenStream::new(),
    };
    let names: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
    if path.leading_colon.is_some() {
        let first = names[0].to_string();
        return match first.as_str() {
            "prost" => {
                let rest = &names[2..];
                quote!(::std #(::#rest)* #arguments)
            }
            "prost_types" => quote!(#root #(::#names)*),
            _ => quote!(#(::#names)* #arguments),
        };
    }
    if let [only] = names.as_slice()
        && PRIMITIVES.contains(&only.to_string().as_str())
    {
        return quote!(#only);
    }
    segments(rust_type, modules).map_or_else(|| quote!(#rust_type), |found| joined(&found, root))
}
