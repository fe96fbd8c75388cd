//! Names of types where they are used.

use super::{Demand, Parser, Scope};
use crate::Finding;
use crate::avro::model::{FullName, Place, Type, TypeId};
use crate::avro::name::PRIMITIVES;
use crate::json::Json;
use crate::near::nearest;

/// How many unknown names are compared with every known one.
const MAX_SUGGESTIONS: usize = 20;

impl Parser<'_> {
    /// A primitive, or a named type of any file.
    pub(super) fn reference(&mut self, written: &str, json: &Json, scope: Scope<'_>) -> Type {
        if let Some(primitive) = primitive(written) {
            return primitive;
        }
        let name = FullName::resolve(written, scope.namespace);
        if let Some(id) = self.names.get(&name) {
            return Type::Named(*id);
        }
        if let Some(id) = self.without_namespace(&name, written, scope.place(json.span)) {
            return Type::Named(id);
        }
        let finding =
            Finding::error("schema::unknown-type", scope.place(json.span), format!("unknown type `{written}`")).label(
                if self.demand.is_registry() {
                    format!("neither the schema nor its references define `{name}`")
                } else {
                    format!("no schema file defines `{name}`")
                },
            );
        let finding = match self.hint(written, &name) {
            Some(hint) => finding.help(hint),
            None if self.demand.is_registry() => {
                finding.help("give the schema that defines it among the references, or correct the name")
            }
            None => finding.help("list the file that defines it under `schemas`, or correct the name"),
        };
        self.report(finding);
        Type::Null
    }

    /// Java looks for a simple name without a namespace too, where the one around it has no such type. Since 1.12 the
    /// definition must have ended before; versions before that may have registered a schema in which it has not.
    fn without_namespace(&self, name: &FullName, written: &str, at: Place) -> Option<TypeId> {
        if !self.demand.is_registry() || written.contains('.') || self.is_idl[at.file] {
            return None;
        }
        let id = self.names.get(&FullName { namespace: None, name: name.name.clone() }).copied()?;
        let file = self.types[id.0 as usize].place.file;
        let has_ended = file != at.file || self.definitions[id.0 as usize].span.end <= at.span.start;
        (has_ended || self.demand == Demand::Stored).then_some(id)
    }

    fn hint(&mut self, written: &str, name: &FullName) -> Option<String> {
        if let Some(hint) = foreign_name(written) {
            return Some(hint);
        }
        self.suggestions += 1;
        if self.suggestions > MAX_SUGGESTIONS {
            return None;
        }
        let elsewhere = self.names.keys().filter(|known| known.name == name.name).min();
        if let Some(known) = elsewhere {
            return Some(match &known.namespace {
                Some(_) => {
                    format!("did you mean `{known}`? A name without a namespace is looked up in the one around it.")
                }
                None => format!("`{known}` is defined without a namespace; give its definition one, and use it here."),
            });
        }
        let known: Vec<String> = self.names.keys().map(ToString::to_string).collect();
        let full = name.to_string();
        let near = nearest(written, PRIMITIVES).or_else(|| nearest(&full, known.iter().map(String::as_str)))?;
        Some(format!("did you mean `{near}`?"))
    }
}

fn primitive(name: &str) -> Option<Type> {
    Some(match name {
        "null" => Type::Null,
        "boolean" => Type::Boolean,
        "int" => Type::Int,
        "long" => Type::Long,
        "float" => Type::Float,
        "double" => Type::Double,
        "bytes" => Type::Bytes,
        "string" => Type::String,
        _ => return None,
    })
}

/// Help for words that mean a type elsewhere.
fn foreign_name(written: &str) -> Option<String> {
    let avro = match written {
        "bool" => "boolean",
        "integer" | "int32" | "i32" | "short" | "byte" => "int",
        "int64" | "i64" | "bigint" => "long",
        "float32" | "f32" => "float",
        "float64" | "f64" | "number" => "double",
        "str" | "text" | "String" | "varchar" => "string",
        "binary" | "blob" => "bytes",
        _ => return logical_name(written),
    };
    Some(format!("did you mean `{avro}`?"))
}

fn logical_name(written: &str) -> Option<String> {
    let base = match written {
        "date" | "time-millis" => "int",
        "uuid" => "string",
        "decimal" => "bytes",
        _ if written.contains("time") && (written.ends_with("-millis") || written.ends_with("-micros")) => "long",
        _ => return None,
    };
    Some(format!("`{written}` is a logical type; write `{{\"type\": \"{base}\", \"logicalType\": \"{written}\"}}`."))
}
