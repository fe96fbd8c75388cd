//! Fields of the same number.

use prost_reflect::{Cardinality, FieldDescriptor, Kind as Type, MessageDescriptor};

use super::comparison::{Comparison, Path, Sides, Written, local_name};
use super::messages::{real_oneof, shown};
use super::rules::Kind;

/// How the values of a field are written, as far as Confluent's registry tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    Scalar(Scalar),
    Message,
    Group,
    Map,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scalar {
    GeneralNumber,
    SignedNumber,
    StringOrBytes,
    Fixed32,
    Fixed64,
    Float,
    Double,
}

/// Values that are compared: those of a field, or the keys or values of a map.
struct Values<'f> {
    /// The fields as they are written, which messages name and show.
    fields: &'f Sides<FieldDescriptor>,
    /// Which part of a map it is.
    part: Option<&'static str>,
    /// The fields that have the types: in a map, those of the message that stands for an entry and is written nowhere.
    types: &'f Sides<FieldDescriptor>,
}

impl Comparison<'_> {
    pub(super) fn compare_fields(&mut self, path: Path, fields: &Sides<FieldDescriptor>) {
        if fields.map(FieldDescriptor::name).differ() {
            let [new, old] = self.by_age(fields.map(shown));
            let what = format!("field {new} was written as {old}");
            self.differ(Kind::FieldNameChanged, path, what).at(&fields.map(Written::name));
        }
        self.compare_json_names(path, fields);
        if self.compare_values(path, &Values { fields, part: None, types: fields }) {
            self.compare_labels(path, fields);
            self.compare_defaults(path, fields);
        }
    }

    fn compare_json_names(&mut self, path: Path, fields: &Sides<FieldDescriptor>) {
        let names = fields.map(FieldDescriptor::json_name);
        if names.differ() {
            let ([field, _], [new, old]) = (self.by_age(fields.map(shown)), self.by_age(names));
            let what = format!("field {field} is `{new}` in JSON and was `{old}`");
            let help = format!("keep the name in JSON by `[json_name = \"{old}\"]`");
            self.differ(Kind::FieldJsonNameChanged, path, what).help(help).at(&fields.map(Written::name));
        }
    }

    /// Compares types; the answer is whether values of one can be taken for values of the other at all.
    fn compare_values(&mut self, path: Path, values: &Values<'_>) -> bool {
        let shapes = values.types.map(shape);
        match (shapes.reader, shapes.writer) {
            (Shape::Map, Shape::Map) => return self.compare_maps(path, values.types),
            (Shape::Scalar(reader), Shape::Scalar(writer)) if reader == writer => self.compare_scalars(path, values),
            (Shape::Scalar(_), Shape::Scalar(_)) => {
                return self.type_changed(Kind::FieldScalarKindChanged, path, values);
            }
            (Shape::Message, Shape::Message) | (Shape::Group, Shape::Group) => {
                return self.compare_held_messages(path, values);
            }
            _ => return self.type_changed(Kind::FieldKindChanged, path, values),
        }
        true
    }

    fn type_changed(&mut self, kind: Kind, path: Path, values: &Values<'_>) -> bool {
        let Values { fields, part, types } = values;
        let ([field, _], [new, old]) = (self.by_age(fields.map(shown)), self.by_age(types.map(type_name)));
        let what = match part {
            None => format!("field {field} is `{new}` and was written as `{old}`"),
            Some(part) => format!("the {part} of field {field} are `{new}` and were written as `{old}`"),
        };
        let help = match part {
            None => format!("keep `{old}`, or add a field with a new number"),
            Some(part) => format!("keep `{old}` for the {part}, or add a field with a new number"),
        };
        let is_wider = kind == Kind::FieldScalarTypeChanged && holds(&types.reader.kind(), &types.writer.kind());
        self.differ(kind, path, what).help(help).safe_if(is_wider).at(&fields.map(Written::kind));
        false
    }

    fn compare_scalars(&mut self, path: Path, values: &Values<'_>) {
        let kinds = values.types.map(FieldDescriptor::kind);
        let changed = match (&kinds.reader, &kinds.writer) {
            (Type::Enum(reader), Type::Enum(writer)) => {
                let names = [reader, writer].map(|one| local_name(one.full_name(), one.package_name()).to_owned());
                (names[0] != names[1]).then_some(Kind::FieldEnumChanged)
            }
            (reader, writer) => (reader != writer).then_some(Kind::FieldScalarTypeChanged),
        };
        if let Some(kind) = changed {
            self.type_changed(kind, path, values);
        }
    }

    fn compare_maps(&mut self, path: Path, fields: &Sides<FieldDescriptor>) -> bool {
        let entries = fields.map(entry);
        let (Some(reader), Some(writer)) = (&entries.reader, &entries.writer) else { return false };
        let entries = Sides { reader, writer };
        let keys = entries.map(|entry| entry.map_entry_key_field());
        let values = entries.map(|entry| entry.map_entry_value_field());
        // Both are looked at, whatever the first says.
        let keys = self.compare_values(path, &Values { fields, part: Some("keys"), types: &keys });
        self.compare_values(path, &Values { fields, part: Some("values"), types: &values }) && keys
    }

    fn compare_held_messages(&mut self, path: Path, values: &Values<'_>) -> bool {
        let (Type::Message(reader), Type::Message(writer)) = (values.types.reader.kind(), values.types.writer.kind())
        else {
            return false;
        };
        let messages = Sides { reader, writer };
        if messages.map(|message| local_name(message.full_name(), message.package_name())).differ() {
            return self.type_changed(Kind::FieldNamedTypeChanged, path, values);
        }
        self.compare_held(path, messages);
        true
    }

    fn compare_labels(&mut self, path: Path, fields: &Sides<FieldDescriptor>) {
        let labels = fields.map(FieldDescriptor::cardinality);
        let repeated = labels.map(|label| *label == Cardinality::Repeated);
        let kind = if repeated.differ() {
            repeated_kind(fields)
        } else if labels.map(|label| *label == Cardinality::Required).differ() {
            Kind::FieldRequiredChanged
        } else if is_single(&fields.reader) && is_single(&fields.writer) && fields.map(has_presence).differ() {
            Kind::FieldPresenceChanged
        } else {
            return;
        };
        let ([field, _], [new, old]) = (self.by_age(fields.map(shown)), self.by_age(fields.map(label_name)));
        let what = format!("field {field} is {new} and was written as {old}");
        let help = match kind {
            Kind::FieldPresenceChanged | Kind::FieldRequiredChanged => format!("keep it {old}"),
            _ => format!("keep it {old}, or add a field with a new number"),
        };
        let asks_for_less = kind == Kind::FieldRequiredChanged && labels.reader != Cardinality::Required;
        self.differ(kind, path, what).help(help).safe_if(asks_for_less).at(&fields.map(Written::label));
    }

    fn compare_defaults(&mut self, path: Path, fields: &Sides<FieldDescriptor>) {
        let defaults = fields.map(|field| field.field_descriptor_proto().default_value.clone());
        if !defaults.differ() {
            return;
        }
        let shown_default =
            |value: &Option<String>| value.as_ref().map_or("none".to_owned(), |value| format!("{value:?}"));
        let ([field, _], [new, old]) = (self.by_age(fields.map(shown)), self.by_age(defaults.map(shown_default)));
        let what = format!("the default of field {field} is {new} and was {old}");
        let help = format!("keep the default {old}, or write the value always");
        let places = fields.map(|field| Written::element(&field.parent_file(), field.path(), &[7, 1]));
        self.differ(Kind::FieldDefaultChanged, path, what).help(help).at(&places);
    }
}

/// Confluent compares labels only where both are written.
fn repeated_kind(fields: &Sides<FieldDescriptor>) -> Kind {
    let written = fields.map(has_label);
    if !(written.reader && written.writer) {
        return Kind::FieldLabelChanged;
    }
    match shape(&fields.reader) {
        Shape::Scalar(Scalar::StringOrBytes) => Kind::FieldStringOrBytesLabelChanged,
        Shape::Scalar(_) => Kind::FieldNumericLabelChanged,
        _ => Kind::FieldLabelChanged,
    }
}

/// Whether a label is written: not in a proto3 field without `optional`, and never in a oneof.
fn has_label(field: &FieldDescriptor) -> bool {
    let proto = field.field_descriptor_proto();
    field.cardinality() != Cardinality::Optional
        || proto.proto3_optional()
        || (field.parent_file().syntax() == prost_reflect::Syntax::Proto2 && real_oneof(field).is_none())
}

/// Whether a field is alone: moves into and out of oneofs are another matter.
fn is_single(field: &FieldDescriptor) -> bool {
    real_oneof(field).is_none()
}

fn has_presence(field: &FieldDescriptor) -> bool {
    field.supports_presence()
}

fn label_name(field: &FieldDescriptor) -> &'static str {
    match field.cardinality() {
        Cardinality::Repeated => "`repeated`",
        Cardinality::Required => "`required`",
        Cardinality::Optional if has_label(field) => "`optional`",
        Cardinality::Optional => "a single field without a label",
    }
}

/// Whether one scalar type has every value of another that is written in the same way.
fn holds(reader: &Type, writer: &Type) -> bool {
    match writer {
        Type::Bool => matches!(reader, Type::Int32 | Type::Int64 | Type::Uint32 | Type::Uint64),
        Type::Int32 => *reader == Type::Int64,
        Type::Uint32 => matches!(reader, Type::Int64 | Type::Uint64),
        Type::Enum(_) => matches!(reader, Type::Int32 | Type::Int64),
        Type::Sint32 => *reader == Type::Sint64,
        Type::String => *reader == Type::Bytes,
        _ => false,
    }
}

fn shape(field: &FieldDescriptor) -> Shape {
    if field.is_map() {
        return Shape::Map;
    }
    match field.kind() {
        Type::Message(_) if field.is_group() => Shape::Group,
        Type::Message(_) => Shape::Message,
        Type::Int32 | Type::Int64 | Type::Uint32 | Type::Uint64 | Type::Bool | Type::Enum(_) => {
            Shape::Scalar(Scalar::GeneralNumber)
        }
        Type::Sint32 | Type::Sint64 => Shape::Scalar(Scalar::SignedNumber),
        Type::String | Type::Bytes => Shape::Scalar(Scalar::StringOrBytes),
        Type::Fixed32 | Type::Sfixed32 => Shape::Scalar(Scalar::Fixed32),
        Type::Fixed64 | Type::Sfixed64 => Shape::Scalar(Scalar::Fixed64),
        Type::Float => Shape::Scalar(Scalar::Float),
        Type::Double => Shape::Scalar(Scalar::Double),
    }
}

fn entry(field: &FieldDescriptor) -> Option<MessageDescriptor> {
    match field.kind() {
        Type::Message(message) if field.is_map() => Some(message),
        _ => None,
    }
}

/// A type as it is written.
pub(super) fn type_name(field: &FieldDescriptor) -> String {
    match field.kind() {
        Type::Message(entry) if field.is_map() => {
            format!("map<{}, {}>", type_name(&entry.map_entry_key_field()), type_name(&entry.map_entry_value_field()))
        }
        Type::Message(message) if field.is_group() => format!("group {}", message.name()),
        Type::Message(message) => message.full_name().to_owned(),
        Type::Enum(one) => one.full_name().to_owned(),
        scalar => format!("{scalar:?}").to_lowercase(),
    }
}
