//! The fields of a schema's records by their names in the schema, whatever the format: what a `map` can make.

use schema::Document;
use schema::avro::NamedKind;
use schema::protobuf::{self, Cardinality, FieldDescriptor, Kind};

use super::json::{self, Shape};
use super::{NullPlace, RustType};
use crate::ir::{Schema, SchemaKind};
use crate::source::Location;

/// A field of a record.
#[derive(Clone, Debug)]
pub struct RecordField {
    /// Its name in the schema.
    pub name: String,
    /// Where the schema declares it.
    pub location: Option<Location>,
    /// Whether a record cannot be made without it.
    pub is_required: bool,
    /// The `oneof` that it is in or is: at most one of these can be made.
    pub one_of: Option<String>,
    /// Its type, where Avro has the same.
    pub rust_type: Option<RustType>,
}

/// The fields of a schema's records; `None` if they have no names: an Avro enum, a JSON Schema that is not an object
/// with `properties`. Types of Avro are not known here.
pub fn fields(schema: &Schema, avro: &schema::avro::Schemas) -> Option<Vec<RecordField>> {
    match (&schema.kind, &*schema.document) {
        (SchemaKind::Avro { root }, _) => {
            let NamedKind::Record(fields) = &avro.get(*root).kind else { return None };
            let field = |field: &schema::avro::Field| RecordField {
                name: field.name.to_string(),
                location: None,
                is_required: true,
                one_of: None,
                rust_type: None,
            };
            Some(fields.iter().map(field).collect())
        }
        (SchemaKind::Protobuf { message, .. }, Document::Protobuf(document)) => {
            let message = document.file().parent_pool().get_message_by_name(message)?;
            let mut found: Vec<_> = message.fields().map(|field| of_message(schema, document, &field)).collect();
            for one_of in message.oneofs().filter(|one_of| !one_of.is_synthetic()) {
                let place = document.place(one_of.parent_file().name(), one_of.path());
                found.push(RecordField {
                    name: one_of.name().to_owned(),
                    location: place.and_then(|place| schema.location(place)),
                    is_required: false,
                    one_of: Some(one_of.name().to_owned()),
                    rust_type: None,
                });
            }
            Some(found)
        }
        (SchemaKind::Json { .. }, Document::Json(document)) => {
            let fields = json::fields(schema, document)?;
            Some(fields.into_iter().map(of_object).collect())
        }
        _ => None,
    }
}

fn of_message(schema: &Schema, document: &protobuf::Document, field: &FieldDescriptor) -> RecordField {
    let place = document.place(field.parent_file().name(), field.path());
    let one_of = field.containing_oneof().filter(|one_of| !one_of.is_synthetic());
    let rust_type = match field.kind() {
        Kind::Double => Some(RustType::F64),
        Kind::Float => Some(RustType::F32),
        Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Some(RustType::I32),
        Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Some(RustType::I64),
        Kind::Bool => Some(RustType::Bool),
        Kind::String => Some(RustType::String),
        Kind::Bytes => Some(RustType::Bytes),
        Kind::Uint32 | Kind::Uint64 | Kind::Fixed32 | Kind::Fixed64 | Kind::Enum(_) | Kind::Message(_) => None,
    };
    // In a `oneof` it is the value of its variant.
    let is_optional = field.supports_presence() && field.cardinality() != Cardinality::Required && one_of.is_none();
    let rust_type = rust_type.filter(|_| !field.is_map()).map(|rust_type| match rust_type {
        listed if field.is_list() => RustType::Vec(Box::new(listed)),
        optional if is_optional => RustType::Option(Box::new(optional), NullPlace::First),
        plain => plain,
    });
    RecordField {
        name: field.name().to_owned(),
        location: place.and_then(|place| schema.location(place)),
        is_required: field.cardinality() == Cardinality::Required,
        one_of: one_of.map(|one_of| one_of.name().to_owned()),
        rust_type,
    }
}

fn of_object(field: json::Field) -> RecordField {
    let rust_type = of_shape(&field.shape);
    let rust_type = match rust_type {
        Some(rust_type @ RustType::Option(..)) => Some(rust_type),
        Some(rust_type) if !field.is_required => Some(RustType::Option(Box::new(rust_type), NullPlace::First)),
        other => other,
    };
    RecordField { name: field.key, location: field.location, is_required: field.is_required, one_of: None, rust_type }
}

fn of_shape(shape: &Shape) -> Option<RustType> {
    Some(match shape {
        Shape::Bool => RustType::Bool,
        Shape::Signed => RustType::I64,
        Shape::Number => RustType::F64,
        Shape::Text => RustType::String,
        Shape::List(inner) => RustType::Vec(Box::new(of_shape(inner)?)),
        Shape::Map(inner) => RustType::Map(Box::new(of_shape(inner)?)),
        Shape::Option(inner) => RustType::Option(Box::new(of_shape(inner)?), NullPlace::First),
        Shape::Any(_) | Shape::Null | Shape::Unsigned | Shape::Named(_) => return None,
    })
}
