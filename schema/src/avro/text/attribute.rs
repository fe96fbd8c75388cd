//! The attributes that follow the structure of a type or a field: docs, defaults, aliases and properties.

use super::{Style, Writer, qualified};
use crate::avro::model::{Field, FixedLogical, FullName, Logical, NamedKind, NamedType, Type};
use crate::json::{Json, JsonKind, Keys, Member, java_double, write_double, write_float, write_jackson, write_quoted};

/// Attributes with a meaning of their own; the others are properties.
pub(super) fn is_reserved(key: &str) -> bool {
    matches!(
        key,
        "type" | "name" | "namespace" | "doc" | "fields" | "items" | "values" | "symbols" | "size" | "aliases"
    )
}

fn is_reserved_in_enums(key: &str) -> bool {
    is_reserved(key) || key == "default"
}

fn is_reserved_in_fields(key: &str) -> bool {
    matches!(key, "name" | "type" | "doc" | "default" | "order" | "aliases")
}

/// What a valid logical type puts before the other properties when they are sorted.
const LOGICAL: [&str; 3] = ["logicalType", "precision", "scale"];

/// Whether a primitive has to be written as an object.
pub(super) fn has_properties(json: &Json) -> bool {
    members(json).iter().any(|member| !is_reserved(&member.key))
}

impl<'a> Writer<'a> {
    pub(super) fn doc(&mut self, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.out.push_str(",\"doc\":");
            write_quoted(&mut self.out, doc);
        }
    }

    pub(super) fn named_end(&mut self, named: &NamedType, json: &Json) {
        let reserved = match named.kind {
            NamedKind::Enum { .. } => is_reserved_in_enums,
            _ => is_reserved,
        };
        let logical = match &named.kind {
            NamedKind::Fixed { logical: Some(logical), .. } => Some(matches!(logical, FixedLogical::Decimal { .. })),
            _ => None,
        };
        self.properties_after(json, reserved, logical);
        if !named.aliases.is_empty() {
            let namespace = named.name.namespace.as_deref();
            let mut aliases: Vec<&FullName> = named.aliases.iter().collect();
            if self.style == Style::Normalized {
                aliases.sort_by_key(|alias| java_alias(alias, namespace));
            }
            let aliases: Vec<String> = aliases.into_iter().map(|alias| qualified(alias, namespace)).collect();
            self.out.push_str(",\"aliases\":");
            self.texts(aliases.iter().map(String::as_str));
        }
        self.out.push('}');
    }

    pub(super) fn field_end(&mut self, field: &'a Field, json: &Json) {
        self.doc(field.doc.as_deref());
        if let Some(default) = &field.default {
            self.out.push_str(",\"default\":");
            self.default(default, &field.schema);
        }
        let order = json.get("order").and_then(Json::as_str).map(str::to_ascii_lowercase);
        if let Some(order) = order.filter(|order| order != "ascending") {
            self.out.push_str(",\"order\":");
            write_quoted(&mut self.out, &order);
        }
        if !field.aliases.is_empty() {
            let mut aliases: Vec<&str> = field.aliases.iter().map(|alias| &**alias).collect();
            if self.style == Style::Normalized {
                aliases.sort_unstable();
            }
            self.out.push_str(",\"aliases\":");
            self.texts(aliases.into_iter());
        }
        self.properties(json, is_reserved_in_fields);
        self.out.push('}');
    }

    fn default(&mut self, default: &Json, schema: &'a Type) {
        if self.style == Style::Normalized {
            return self.sorted_default(default, schema);
        }
        match (&default.kind, schema) {
            (JsonKind::String(text), Type::Float | Type::Double) => match java_double(text) {
                Some(number) => write_double(&mut self.out, number),
                None => write_quoted(&mut self.out, text),
            },
            _ => write_jackson(&mut self.out, default, Keys::Kept),
        }
    }

    /// The default as a value of its type: a whole number for a float is written as a float.
    fn sorted_default(&mut self, default: &Json, schema: &'a Type) {
        let schema = match schema {
            Type::Union(branches) => branches.first().unwrap_or(schema),
            other => other,
        };
        match (&default.kind, schema) {
            (JsonKind::Number(text), Type::Double) => write_double(&mut self.out, text.parse().unwrap_or(f64::NAN)),
            (JsonKind::Number(text), Type::Float) => write_float(&mut self.out, text.parse().unwrap_or(f32::NAN)),
            (JsonKind::String(text), Type::Float | Type::Double) if java_double(text).is_some() => {
                write_double(&mut self.out, java_double(text).unwrap_or(f64::NAN));
            }
            (JsonKind::Array(items), Type::Array(item)) => {
                self.out.push('[');
                for (index, value) in items.iter().enumerate() {
                    self.out.push_str(if index == 0 { "" } else { "," });
                    self.sorted_default(value, item);
                }
                self.out.push(']');
            }
            (JsonKind::Object(members), Type::Map(_) | Type::Named(_)) => self.sorted_object(members, schema),
            _ => write_jackson(&mut self.out, default, Keys::Sorted),
        }
    }

    fn sorted_object(&mut self, members: &[Member], schema: &'a Type) {
        let mut sorted: Vec<&Member> = members.iter().collect();
        sorted.sort_by(|left, right| left.key.encode_utf16().cmp(right.key.encode_utf16()));
        self.out.push('{');
        for (index, member) in sorted.into_iter().enumerate() {
            self.out.push_str(if index == 0 { "" } else { "," });
            write_quoted(&mut self.out, &member.key);
            self.out.push(':');
            match self.type_of_member(schema, &member.key) {
                Some(inner) => self.sorted_default(&member.value, inner),
                None => write_jackson(&mut self.out, &member.value, Keys::Sorted),
            }
        }
        self.out.push('}');
    }

    fn type_of_member(&self, schema: &'a Type, key: &str) -> Option<&'a Type> {
        match schema {
            Type::Map(value) => Some(value),
            Type::Named(id) => match &self.document.schemas().get(*id).kind {
                NamedKind::Record(fields) => {
                    let position = self.document.record(*id).position(fields, key)?;
                    Some(&fields[position].schema)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The properties of something that has no logical type.
    pub(super) fn properties(&mut self, json: &Json, reserved: fn(&str) -> bool) {
        self.properties_after(json, reserved, None);
    }

    /// The properties of a primitive.
    pub(super) fn primitive_properties(&mut self, schema: &Type, json: &Json) {
        let logical = match schema {
            Type::Logical(logical) => Some(matches!(logical, Logical::Decimal { .. })),
            Type::Bytes => json.get("logicalType").filter(|name| name.as_str() == Some("big-decimal")).map(|_| false),
            _ => None,
        };
        self.properties_after(json, is_reserved, logical);
    }

    /// `logical` is whether the logical type, if there is a valid one, is a decimal.
    fn properties_after(&mut self, json: &Json, reserved: fn(&str) -> bool, logical: Option<bool>) {
        let properties = members(json).iter().filter(|member| !reserved(&member.key));
        if self.style == Style::Plain {
            for member in properties {
                self.property(member, Keys::Kept);
            }
            return;
        }
        let mut sorted: Vec<&Member> = properties.collect();
        let first = match logical {
            None => 0,
            Some(false) => 1,
            Some(true) => LOGICAL.len(),
        };
        let rank = |member: &Member| LOGICAL[..first].iter().position(|key| member.key == *key).unwrap_or(first);
        sorted.sort_by(|left, right| {
            let keys = || left.key.encode_utf16().cmp(right.key.encode_utf16());
            rank(left).cmp(&rank(right)).then_with(keys)
        });
        for member in sorted {
            self.property(member, Keys::Sorted);
        }
    }

    fn property(&mut self, member: &Member, keys: Keys) {
        self.out.push(',');
        write_quoted(&mut self.out, &member.key);
        self.out.push(':');
        write_jackson(&mut self.out, &member.value, keys);
    }
}

fn members(json: &Json) -> &[Member] {
    match &json.kind {
        JsonKind::Object(members) => members,
        _ => &[],
    }
}

/// The text that Java keeps for an alias: a dot marks one without a namespace in a type that has one.
pub(in crate::avro) fn java_alias(alias: &FullName, namespace: Option<&str>) -> String {
    if alias.namespace.is_none() && namespace.is_some() { format!(".{}", alias.name) } else { alias.to_string() }
}
