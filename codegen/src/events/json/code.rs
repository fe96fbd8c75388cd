//! Shapes to Rust.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::rust::ident::allocate;
use topology::rust::json::{Definition, DefinitionId, Field, Kind, Shape, camel_case};

use super::Json;
use crate::events::doc;
use crate::events::source::ident;

impl Json {
    /// One file of types.
    pub(super) fn module(&self, module: &str) -> syn::File {
        let inside = self.types.definitions().iter().enumerate().filter(|(_, definition)| definition.module == module);
        let types = inside.map(|(id, definition)| self.definition(id, definition));
        let title = format!(" The types of `{}`.", module.replace("r#", ""));
        parse_quote! {
            #![doc = #title]

            #(#types)*
        }
    }

    fn definition(&self, id: DefinitionId, definition: &Definition) -> TokenStream {
        match &definition.kind {
            Kind::Struct { fields, rest } => self.structure(id, fields, rest.as_ref()),
            Kind::Enum(values) => enumeration(definition, values),
            Kind::OneOf(branches) => self.one_of(id, branches),
            Kind::Wrapper(shape) => self.wrapper(id, shape),
        }
    }

    fn structure(&self, id: DefinitionId, fields: &[Field], rest: Option<&(String, Shape)>) -> TokenStream {
        let definition = &self.types.definitions()[id];
        let (doc, name) = (documentation(definition, &Shape::Null), ident(&definition.name));
        let rest = rest.map(|(name, shape)| {
            let name = ident(name);
            let values = self.rust_type(id, shape, Place::Indirect);
            quote! {
                /// Members that the schema does not name.
                #[serde(flatten)]
                pub #name: ::std::collections::BTreeMap<::std::string::String, #values>,
            }
        });
        let members = fields.iter().map(|field| self.member(id, field));
        let derives = derives();
        quote! {
            #doc
            #derives
            pub struct #name {
                #(#members)*
                #rest
            }
        }
    }

    fn member(&self, owner: DefinitionId, field: &Field) -> TokenStream {
        let name = &field.ident;
        let fallback = format!("The member `{}`.", field.key.replace('`', "'"));
        let doc = doc::of(field.doc.as_deref(), &fallback);
        let reason = reason(&field.shape);
        let rename = (name.trim_start_matches("r#") != field.key).then(|| {
            let key = &field.key;
            quote!(#[serde(rename = #key)])
        });
        let rust_type = self.rust_type(owner, &field.shape, Place::Direct);
        let name = ident(name);
        if field.is_required {
            return quote!(#doc #reason #rename pub #name: #rust_type,);
        }
        let is_nullable = matches!(field.shape, Shape::Option(_));
        let rust_type = if is_nullable { rust_type } else { quote!(::std::option::Option<#rust_type>) };
        quote! {
            #doc
            #reason
            #rename
            #[serde(default, skip_serializing_if = "::std::option::Option::is_none")]
            pub #name: #rust_type,
        }
    }

    fn one_of(&self, id: DefinitionId, branches: &[(String, Shape)]) -> TokenStream {
        let definition = &self.types.definitions()[id];
        let (doc, name) = (documentation(definition, &Shape::Null), ident(&definition.name));
        let wanted: Vec<&str> = branches.iter().map(|(wanted, _)| wanted.as_str()).collect();
        let variants: Vec<_> = allocate(&wanted, camel_case, &BTreeSet::new()).iter().map(|name| ident(name)).collect();
        let docs = (1..=branches.len()).map(|number| format!(" Branch {number} of the schema."));
        let types: Vec<_> = branches.iter().map(|(_, shape)| self.rust_type(id, shape, Place::Direct)).collect();
        let first = variants.first();
        quote! {
            #doc
            #[derive(Clone, Debug, PartialEq, ::serde::Deserialize, ::serde::Serialize)]
            #[serde(untagged)]
            pub enum #name {
                #(#[doc = #docs] #variants(#types),)*
            }

            impl ::std::default::Default for #name {
                #[doc = " The first branch."]
                fn default() -> Self {
                    Self::#first(::std::default::Default::default())
                }
            }
        }
    }

    fn wrapper(&self, id: DefinitionId, shape: &Shape) -> TokenStream {
        let definition = &self.types.definitions()[id];
        let (doc, name) = (documentation(definition, shape), ident(&definition.name));
        let rust_type = self.rust_type(id, shape, Place::Direct);
        let derives = derives();
        quote! {
            #doc
            #derives
            #[serde(transparent)]
            pub struct #name(
                /// The value.
                pub #rust_type,
            );
        }
    }

    /// A type in the definition of `owner`.
    fn rust_type(&self, owner: DefinitionId, shape: &Shape, place: Place) -> TokenStream {
        self.written(owner, shape, place, None)
    }

    /// A type of `owner`, in its module or below a `root`.
    fn written(&self, owner: DefinitionId, shape: &Shape, place: Place, root: Option<&TokenStream>) -> TokenStream {
        match shape {
            Shape::Any(_) => quote!(#root::serde_json::Value),
            Shape::Null => quote!(()),
            Shape::Bool => quote!(bool),
            Shape::Signed => quote!(i64),
            Shape::Unsigned => quote!(u64),
            Shape::Number => quote!(f64),
            Shape::Text => quote!(::std::string::String),
            Shape::List(inner) => {
                let inner = self.written(owner, inner, Place::Indirect, root);
                quote!(::std::vec::Vec<#inner>)
            }
            Shape::Map(inner) => {
                let inner = self.written(owner, inner, Place::Indirect, root);
                quote!(::std::collections::BTreeMap<::std::string::String, #inner>)
            }
            Shape::Option(inner) => {
                let inner = self.written(owner, inner, place, root);
                quote!(::std::option::Option<#inner>)
            }
            Shape::Named(id) => {
                let path = root.map_or_else(|| self.path(owner, *id), |root| self.path_below(root, *id));
                if place == Place::Direct && self.contains(*id, owner) {
                    quote!(::std::boxed::Box<#path>)
                } else {
                    path
                }
            }
        }
    }

    /// The type of a field of `owner`, where `root` is the module around those of all files.
    pub(super) fn outside(&self, owner: DefinitionId, shape: &Shape, root: &TokenStream) -> TokenStream {
        self.written(owner, shape, Place::Direct, Some(root))
    }

    fn path(&self, owner: DefinitionId, id: DefinitionId) -> TokenStream {
        let (module, name) = (ident(&self.types.definitions()[id].module), ident(&self.types.definitions()[id].name));
        if self.types.definitions()[id].module == self.types.definitions()[owner].module {
            quote!(#name)
        } else {
            quote!(super::#module::#name)
        }
    }

    fn path_below(&self, root: &TokenStream, id: DefinitionId) -> TokenStream {
        let (module, name) = (ident(&self.types.definitions()[id].module), ident(&self.types.definitions()[id].name));
        quote!(#root::#module::#name)
    }

    /// Whether a value of `outer` has one of `inner` in itself, with no vector or map between them.
    fn contains(&self, outer: DefinitionId, inner: DefinitionId) -> bool {
        let mut seen = BTreeSet::new();
        let mut work = vec![outer];
        while let Some(id) = work.pop() {
            if id == inner {
                return true;
            }
            if seen.insert(id) {
                let shapes: Vec<&Shape> = match &self.types.definitions()[id].kind {
                    Kind::Struct { fields, .. } => fields.iter().map(|field| &field.shape).collect(),
                    Kind::Enum(_) => Vec::new(),
                    Kind::OneOf(branches) => branches.iter().map(|(_, shape)| shape).collect(),
                    Kind::Wrapper(shape) => vec![shape],
                };
                work.extend(shapes.into_iter().filter_map(direct));
            }
        }
        false
    }
}

/// Where a type stands: in its owner itself, or behind a pointer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Direct,
    Indirect,
}

fn direct(shape: &Shape) -> Option<DefinitionId> {
    match shape {
        Shape::Named(id) => Some(*id),
        Shape::Option(inner) => direct(inner),
        _ => None,
    }
}

fn derives() -> TokenStream {
    quote!(#[derive(Clone, Debug, Default, PartialEq, ::serde::Deserialize, ::serde::Serialize)])
}

fn enumeration(definition: &Definition, values: &[String]) -> TokenStream {
    let (doc, name) = (documentation(definition, &Shape::Null), ident(&definition.name));
    let wanted: Vec<&str> = values.iter().map(String::as_str).collect();
    let variants = allocate(&wanted, camel_case, &BTreeSet::new());
    let variants = values.iter().zip(&variants).enumerate().map(|(position, (value, variant))| {
        let doc = doc::lines(&format!("The text `{}`.", doc::plain_text(value).replace('`', "'")));
        let default = (position == 0).then(|| quote!(#[default]));
        let rename = (variant != value).then(|| quote!(#[serde(rename = #value)]));
        let variant = ident(variant);
        quote!(#doc #default #rename #variant,)
    });
    quote! {
        #doc
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, ::serde::Deserialize, ::serde::Serialize,
        )]
        pub enum #name {
            #(#variants)*
        }
    }
}

fn documentation(definition: &Definition, shape: &Shape) -> TokenStream {
    let fallback = format!("The type of `{}` in the schema.", doc::plain_text(&definition.wanted).replace('`', "'"));
    let doc = doc::of(definition.doc.as_deref(), &fallback);
    let reason = reason(shape);
    quote!(#doc #reason)
}

/// Why a value is any JSON.
fn reason(shape: &Shape) -> Option<TokenStream> {
    let reason = match shape {
        Shape::Any(reason) => *reason,
        Shape::List(inner) | Shape::Map(inner) | Shape::Option(inner) => return self::reason(inner),
        _ => "",
    };
    let text = format!(" Any JSON: {reason}.");
    (!reason.is_empty()).then(|| quote!(#[doc = ""] #[doc = #text]))
}
