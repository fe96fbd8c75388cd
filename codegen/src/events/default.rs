//! Values of defaults.
//!
//! A default is JSON that was checked against its type. Two kinds of it have no value here, and then there is no
//! `Default`: text that is not what its logical type says, and a default that would contain itself forever.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream};
use quote::quote;
use schema::avro::{FixedLogical, Logical, NamedKind, TypeId};
use schema::json::{Json, JsonKind, Member};
use topology::rust::{RustType, UnionId};

use super::source::{Scope, ident};

/// Makes values for one field.
pub(super) struct Defaults<'a> {
    scope: &'a Scope<'a>,
    /// What is known of a JSON value as a named type. A union tries its branches, which could be tried again and
    /// again without; and what is being made is `None`, which ends a default that contains itself.
    known: BTreeMap<(*const Json, TypeId), Option<TokenStream>>,
}

impl<'a> Defaults<'a> {
    pub(super) fn new(scope: &'a Scope<'a>) -> Self {
        Self { scope, known: BTreeMap::new() }
    }

    /// The expression for a default.
    pub(super) fn value(&mut self, rust_type: &RustType, json: &Json) -> Option<TokenStream> {
        match (rust_type, &json.kind) {
            (RustType::Unit, JsonKind::Null) => Some(quote!(())),
            (RustType::Bool, JsonKind::Bool(value)) => Some(quote!(#value)),
            (RustType::I32, JsonKind::Number(text)) => text.parse::<i32>().ok().map(|value| integer(value.into())),
            (RustType::I64, JsonKind::Number(text)) => text.parse::<i64>().ok().map(|value| integer(value.into())),
            (RustType::F32, JsonKind::Number(text)) => single(text.parse().ok()?),
            (RustType::F64, JsonKind::Number(text)) => double(text.parse().ok()?),
            (RustType::Bytes, JsonKind::String(text)) => {
                let items: Vec<TokenStream> = bytes(text)?.into_iter().map(byte).collect();
                Some(vec_of(&items))
            }
            (RustType::String, JsonKind::String(text)) => Some(string(text)),
            (RustType::Logical(logical), _) => logical_value(*logical, json),
            (RustType::Option(..), JsonKind::Null) => Some(quote!(None)),
            (RustType::Option(inner, _), _) => self.value(inner, json).map(|value| quote!(Some(#value))),
            (RustType::Vec(inner), JsonKind::Array(items)) => {
                let items: Option<Vec<TokenStream>> = items.iter().map(|item| self.value(inner, item)).collect();
                items.map(|items| vec_of(&items))
            }
            (RustType::Map(inner), JsonKind::Object(members)) => self.map(inner, members),
            (RustType::Boxed(inner), _) => self.value(inner, json).map(|value| quote!(::std::boxed::Box::new(#value))),
            (RustType::Named(id), _) => self.named(*id, json),
            (RustType::Union(id), _) => self.union(*id, json),
            _ => None,
        }
    }

    fn map(&mut self, inner: &RustType, members: &[Member]) -> Option<TokenStream> {
        if members.is_empty() {
            return Some(quote!(::std::collections::BTreeMap::new()));
        }
        let mut entries = Vec::with_capacity(members.len());
        for member in members {
            let (key, value) = (string(&member.key), self.value(inner, &member.value)?);
            entries.push(quote!((#key, #value)));
        }
        Some(quote!(::std::collections::BTreeMap::from([#(#entries),*])))
    }

    fn union(&mut self, id: UnionId, json: &Json) -> Option<TokenStream> {
        let union = self.scope.types().union(id);
        if union.null.is_some() && json.kind == JsonKind::Null {
            return Some(quote!(None));
        }
        let path = self.scope.path(&union.path);
        let value = union.variants.iter().find_map(|variant| {
            let (name, value) = (ident(&variant.ident), self.value(&variant.rust_type, json)?);
            Some(quote!(#path::#name(#value)))
        })?;
        Some(if union.null.is_some() { quote!(Some(#value)) } else { value })
    }

    fn named(&mut self, id: TypeId, json: &Json) -> Option<TokenStream> {
        let key = (std::ptr::from_ref(json), id);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        self.known.insert(key, None);
        let value = self.definition(id, json);
        self.known.insert(key, value.clone());
        value
    }

    fn definition(&mut self, id: TypeId, json: &Json) -> Option<TokenStream> {
        let scope = self.scope;
        let path = scope.path(scope.types().path(id));
        match (&scope.named(id).kind, &json.kind) {
            (NamedKind::Record(fields), JsonKind::Object(_)) => {
                let mut members = Vec::with_capacity(fields.len());
                for (field, rust_field) in fields.iter().zip(scope.types().fields(id)) {
                    let member = json.get(&field.name).or(field.default.as_ref())?;
                    let (name, value) = (ident(&rust_field.ident), self.value(&rust_field.rust_type, member)?);
                    members.push(quote!(#name: #value));
                }
                Some(quote!(#path { #(#members),* }))
            }
            (NamedKind::Enum { symbols, .. }, JsonKind::String(text)) => {
                let position = symbols.iter().position(|symbol| *symbol.name == **text)?;
                let variant = ident(scope.types().symbols(id).get(position)?);
                Some(quote!(#path::#variant))
            }
            (NamedKind::Fixed { size, logical }, JsonKind::String(text)) => {
                let bytes = bytes(text).filter(|bytes| bytes.len() == *size as usize)?;
                fixed_value(*logical, &bytes).map(|value| quote!(#path(#value)))
            }
            _ => None,
        }
    }
}

fn logical_value(logical: Logical, json: &Json) -> Option<TokenStream> {
    let scalar = |name: &str| {
        let JsonKind::Number(text) = &json.kind else { return None };
        let (name, value) = (ident(name), integer(text.parse().ok()?));
        Some(quote!(::topology_codec::#name(#value)))
    };
    match logical {
        Logical::Date => scalar("Date"),
        Logical::TimeMillis => scalar("TimeMillis"),
        Logical::TimeMicros => scalar("TimeMicros"),
        Logical::TimestampMillis => scalar("TimestampMillis"),
        Logical::TimestampMicros => scalar("TimestampMicros"),
        Logical::TimestampNanos => scalar("TimestampNanos"),
        Logical::LocalTimestampMillis => scalar("LocalTimestampMillis"),
        Logical::LocalTimestampMicros => scalar("LocalTimestampMicros"),
        Logical::LocalTimestampNanos => scalar("LocalTimestampNanos"),
        Logical::Uuid => {
            let number: Literal = format!("0x{:032x}", uuid_number(json.as_str()?)?).parse().ok()?;
            Some(quote!(::topology_codec::Uuid::from_u128(#number)))
        }
        Logical::Decimal { .. } => {
            let number = integer(from_be_bytes(&bytes(json.as_str()?)?)?);
            Some(quote!(::topology_codec::Decimal::from_unscaled(#number)))
        }
    }
}

/// What a fixed's newtype holds; the one of a decimal cannot be made without a check.
fn fixed_value(logical: Option<FixedLogical>, bytes: &[u8]) -> Option<TokenStream> {
    let array = bytes.iter().map(|value| byte(*value));
    match logical {
        None => Some(quote!([#(#array),*])),
        Some(FixedLogical::Uuid) => Some(quote!(::topology_codec::Uuid::from_bytes([#(#array),*]))),
        Some(FixedLogical::Duration) => {
            let part = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes);
            let [months, days, millis] = [part(0)?, part(4)?, part(8)?].map(Literal::u32_unsuffixed);
            Some(quote!(::topology_codec::Duration { months: #months, days: #days, millis: #millis }))
        }
        Some(FixedLogical::Decimal { .. }) => None,
    }
}

/// Bytes are written as text whose characters are the bytes.
fn bytes(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}

fn byte(value: u8) -> TokenStream {
    let value = Literal::u8_unsuffixed(value);
    quote!(#value)
}

fn vec_of(items: &[TokenStream]) -> TokenStream {
    if items.is_empty() { quote!(::std::vec::Vec::new()) } else { quote!(::std::vec::Vec::from([#(#items),*])) }
}

fn string(text: &str) -> TokenStream {
    if text.is_empty() { quote!(::std::string::String::new()) } else { quote!(::std::string::String::from(#text)) }
}

fn integer(value: i128) -> TokenStream {
    let magnitude = Literal::u128_unsuffixed(value.unsigned_abs());
    if value < 0 { quote!(-#magnitude) } else { quote!(#magnitude) }
}

fn single(value: f32) -> Option<TokenStream> {
    // The shortest text that is this `f32` and no other.
    number(value.is_finite(), value.is_sign_negative(), &format!("{:?}", value.abs()))
}

fn double(value: f64) -> Option<TokenStream> {
    number(value.is_finite(), value.is_sign_negative(), &format!("{:?}", value.abs()))
}

fn number(is_finite: bool, is_negative: bool, magnitude: &str) -> Option<TokenStream> {
    let magnitude: Literal = if is_finite { magnitude.parse().ok()? } else { return None };
    Some(if is_negative { quote!(-#magnitude) } else { quote!(#magnitude) })
}

fn uuid_number(text: &str) -> Option<u128> {
    let groups: Vec<&str> = text.split('-').collect();
    let is_uuid = groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) && !text.contains('+');
    if is_uuid { u128::from_str_radix(&groups.concat(), 16).ok() } else { None }
}

fn from_be_bytes(bytes: &[u8]) -> Option<i128> {
    if bytes.len() > 16 {
        return None;
    }
    let is_negative = bytes.first().is_some_and(|first| *first >= 0x80);
    Some(bytes.iter().fold(if is_negative { -1 } else { 0 }, |number, byte| number << 8 | i128::from(*byte)))
}
