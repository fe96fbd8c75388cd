//! Values that a scaffolded producer sends: plausible, different from record to record, and whatever the schema asks.
//!
//! They are expressions over a `number: u32` in scope.

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::avro::{FixedLogical, Logical, NamedKind, TypeId};
use topology::ir::{Payload, SchemaId};
use topology::rust::RustType;

use crate::services::fields;
use crate::services::names::{Names, ident};
use crate::services::types::path;

/// How deep examples go; a schema whose records must contain themselves has no finite value.
const DEEPEST: usize = 12;

/// Makes examples for the schemas of a topology.
pub(super) struct Examples<'a> {
    names: &'a Names<'a>,
}

impl<'a> Examples<'a> {
    pub(super) fn new(names: &'a Names<'a>) -> Self {
        Self { names }
    }

    /// An example as an argument of a producer's method.
    pub(super) fn argument(&self, payload: Payload, role: &str) -> Option<TokenStream> {
        Some(match payload {
            Payload::Nothing => quote!(&()),
            Payload::Bytes => quote!(&number.to_be_bytes()),
            Payload::String => {
                let format = format!("{role}-{{number}}");
                quote!(&format!(#format))
            }
            Payload::Int => quote!(number.cast_signed()),
            Payload::Long => quote!(i64::from(number)),
            Payload::Schema(schema) => {
                let record = self.record(schema)?;
                quote!(&#record)
            }
            // One that says which it is by its type.
            Payload::OneOf(_) => {
                let schemas = self.names.topology.schemas_of(payload);
                schemas.into_iter().find_map(|schema| self.record(schema))?
            }
        })
    }

    fn record(&self, schema: SchemaId) -> Option<TokenStream> {
        let Some(root) = self.names.topology[schema].avro_root() else {
            // The types of other formats all have a default.
            let record = self.names.schema(schema);
            // A field may have a method of this name.
            let is_hidden =
                fields::seen(self.names, Payload::Schema(schema)).iter().any(|field| field.ident == "default");
            return Some(if is_hidden { quote!(<#record as Default>::default()) } else { quote!(#record::default()) });
        };
        self.named(root, 0)
    }

    fn value(&self, rust_type: &RustType, name: &str, depth: usize) -> Option<TokenStream> {
        if depth > DEEPEST {
            return None;
        }
        Some(match rust_type {
            RustType::Unit => quote!(()),
            RustType::Bool => quote!(true),
            RustType::I32 => quote!(1),
            RustType::I64 => quote!(i64::from(number)),
            RustType::F32 => quote!(1.0),
            RustType::F64 => quote!(f64::from(number)),
            RustType::Bytes | RustType::Vec(_) => quote!(Vec::new()),
            RustType::Map(_) => quote!(std::collections::BTreeMap::new()),
            RustType::String => {
                let format = format!("{name}-{{number}}");
                quote!(format!(#format))
            }
            RustType::Option(..) => quote!(None),
            RustType::Logical(
                instant @ (Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos),
            ) => self
                .names
                .passed_on(*instant)
                .map_or_else(|| quote!(Default::default()), |name| quote!(events::#name::now())),
            RustType::Logical(_) => quote!(Default::default()),
            RustType::Boxed(inner) => {
                let inner = self.value(inner, name, depth + 1)?;
                quote!(Box::new(#inner))
            }
            RustType::Named(id) => self.named(*id, depth + 1)?,
            RustType::Union(id) => {
                let union = self.names.types.union(*id);
                if union.null.is_some() {
                    return Some(quote!(None));
                }
                let enum_path = path(&union.path);
                union.variants.iter().find_map(|variant| {
                    let value = self.value(&variant.rust_type, name, depth + 1)?;
                    let variant = ident(&variant.ident);
                    Some(quote!(#enum_path::#variant(#value)))
                })?
            }
        })
    }

    fn named(&self, id: TypeId, depth: usize) -> Option<TokenStream> {
        let path = self.names.record(id);
        match &self.names.topology.avro.get(id).kind {
            NamedKind::Record(fields) => {
                let values = fields.iter().zip(self.names.types.fields(id)).map(|(field, rust_field)| {
                    let name = ident(&rust_field.ident);
                    let value = self.value(&rust_field.rust_type, &field.name, depth + 1)?;
                    Some(quote!(#name: #value))
                });
                let values: Option<Vec<TokenStream>> = values.collect();
                let values = values?;
                Some(quote!(#path { #(#values),* }))
            }
            NamedKind::Enum { .. } => {
                let first = ident(self.names.types.symbols(id).first()?);
                Some(quote!(#path::#first))
            }
            NamedKind::Fixed { logical: Some(FixedLogical::Decimal { .. }), .. } => Some(quote!(#path::default())),
            NamedKind::Fixed { logical: Some(_), .. } => Some(quote!(#path(Default::default()))),
            NamedKind::Fixed { logical: None, size } => {
                let size = Literal::u32_unsuffixed(*size);
                Some(quote!(#path([0; #size])))
            }
        }
    }
}
