//! Options, as they are written or as they are linked.

use std::borrow::Cow;

use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MapKey, ReflectMessage as _, Value};
use prost_types::UninterpretedOption;

use super::layout::indented;
use super::{literal, text_format};

/// An option: its name as it is written, and its value.
#[derive(Clone, Debug)]
pub(super) struct OptionLine {
    pub(super) name: String,
    pub(super) value: OptionValue,
}

/// A value, with its literals written already.
#[derive(Clone, Debug)]
pub(super) enum OptionValue {
    Literal(String),
    Map(Vec<(String, OptionValue)>),
    List(Vec<OptionValue>),
}

impl OptionValue {
    fn print(&self) -> String {
        match self {
            Self::Literal(literal) => literal.clone(),
            Self::Map(entries) => {
                let entries = entries.iter().map(|(key, value)| format!("{key}: {}", value.print()));
                format!("{{\n{}}}", lines(entries))
            }
            Self::List(values) if values.is_empty() => "[]".to_owned(),
            Self::List(values) => format!("[\n{}]", lines(values.iter().map(Self::print))),
        }
    }
}

/// One entry to a line, with commas between.
fn lines(entries: impl Iterator<Item = String>) -> String {
    let entries: Vec<_> = entries.collect();
    if entries.is_empty() { String::new() } else { indented(&entries.join(",\n")) }
}

/// Options as statements.
pub(super) fn declarations(options: &[OptionLine]) -> String {
    options.iter().map(|option| format!("option {} = {};\n", option.name, option.value.print())).collect()
}

/// Options in brackets, after a space: one in a line, several below each other.
pub(super) fn list(options: &[OptionLine]) -> String {
    let print = |option: &OptionLine| format!("{} = {}", option.name, option.value.print());
    match options {
        [] => String::new(),
        [one] => format!(" [{}]", print(one)),
        many => format!(" [\n{}]", lines(many.iter().map(print))),
    }
}

/// An option as it is written.
pub(super) fn written(option: &UninterpretedOption) -> OptionLine {
    let part = |part: &prost_types::uninterpreted_option::NamePart| {
        if part.is_extension { format!("({})", part.name_part) } else { part.name_part.clone() }
    };
    let name = option.name.iter().map(part).collect::<Vec<_>>().join(".");
    let value = if let Some(word) = &option.identifier_value {
        OptionValue::Literal(word.clone())
    } else if let Some(number) = option.positive_int_value {
        OptionValue::Literal(number.to_string())
    } else if let Some(number) = option.negative_int_value {
        OptionValue::Literal(number.to_string())
    } else if let Some(number) = option.double_value {
        OptionValue::Literal(literal::float(number))
    } else if let Some(aggregate) = &option.aggregate_value {
        text_format::parse(aggregate)
    } else {
        OptionValue::Literal(literal::text(option.string_value()))
    };
    OptionLine { name, value }
}

/// The options at a path of a file descriptor.
pub(super) fn linked(file: &DynamicMessage, path: &[i32]) -> Vec<OptionLine> {
    let Some(options) = find(file, path) else { return Vec::new() };
    let own = options.fields().filter(|(field, _)| !is_made(field)).flat_map(|(field, value)| {
        let name = field.name().to_owned();
        each(&field.kind(), value).into_iter().map(move |value| OptionLine { name: name.clone(), value })
    });
    let extensions = options.extensions().flat_map(|(extension, value)| {
        let name = format!("({})", extension.full_name());
        each(&extension.kind(), value).into_iter().map(move |value| OptionLine { name: name.clone(), value })
    });
    own.chain(extensions).collect()
}

/// What compilers write themselves: that a message is the entry of a map, and options that are not linked.
fn is_made(field: &FieldDescriptor) -> bool {
    matches!(field.full_name(), "google.protobuf.MessageOptions.map_entry") || field.name() == "uninterpreted_option"
}

fn find<'m>(mut message: &'m DynamicMessage, path: &[i32]) -> Option<&'m DynamicMessage> {
    let mut path = path.iter();
    while let Some(&number) = path.next() {
        let Cow::Borrowed(value) = message.get_field_by_number(u32::try_from(number).ok()?)? else { return None };
        message = match value {
            Value::Message(message) => message,
            Value::List(values) => values.get(usize::try_from(*path.next()?).ok()?)?.as_message()?,
            _ => return None,
        };
    }
    Some(message)
}

/// The values of an option: one, or those of a list.
fn each(kind: &Kind, value: &Value) -> Vec<OptionValue> {
    match value {
        Value::List(values) => values.iter().map(|value| single(kind, value)).collect(),
        Value::Map(entries) => entries
            .iter()
            .collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .map(|(key, value)| map_entry(kind, key, value))
            .collect(),
        value => vec![single(kind, value)],
    }
}

fn single(kind: &Kind, value: &Value) -> OptionValue {
    OptionValue::Literal(match value {
        Value::Bool(value) => value.to_string(),
        Value::I32(value) => value.to_string(),
        Value::I64(value) => value.to_string(),
        Value::U32(value) => value.to_string(),
        Value::U64(value) => value.to_string(),
        Value::F32(value) => literal::single(*value),
        Value::F64(value) => literal::float(*value),
        Value::String(value) => literal::text(value.as_bytes()),
        Value::Bytes(value) => literal::text(value),
        Value::EnumNumber(number) => {
            let named = kind.as_enum().and_then(|one| one.get_value(*number));
            named.map_or_else(|| number.to_string(), |value| value.name().to_owned())
        }
        Value::Message(message) => return OptionValue::Map(members(message)),
        Value::List(_) | Value::Map(_) => return OptionValue::List(each(kind, value)),
    })
}

/// The members of a message, by their numbers; of a list or map all elements under one name.
fn members(message: &DynamicMessage) -> Vec<(String, OptionValue)> {
    let member = |name: String, is_many: bool, mut values: Vec<OptionValue>| {
        if is_many { (name, OptionValue::List(values)) } else { (name, values.remove(0)) }
    };
    let fields = message.fields().map(|(field, value)| {
        // Groups are known by the name of their message.
        let group = field.kind().as_message().filter(|_| field.is_group()).map(|group| group.name().to_owned());
        let name = group.unwrap_or_else(|| field.name().to_owned());
        member(name, field.is_list() || field.is_map(), each(&field.kind(), value))
    });
    let extensions = message.extensions().map(|(extension, value)| {
        let name = format!("[{}]", extension.full_name());
        member(name, extension.is_list(), each(&extension.kind(), value))
    });
    fields.chain(extensions).collect()
}

fn map_entry(kind: &Kind, key: &MapKey, value: &Value) -> OptionValue {
    let Some(entry) = kind.as_message() else { return OptionValue::Map(Vec::new()) };
    let key = Value::from(key.clone());
    OptionValue::Map(vec![
        ("key".to_owned(), single(&entry.map_entry_key_field().kind(), &key)),
        ("value".to_owned(), single(&entry.map_entry_value_field().kind(), value)),
    ])
}

/// The type that file descriptors have in the pool of a file: with the extensions that it knows.
pub(in crate::protobuf) fn descriptor_type(pool: &prost_reflect::DescriptorPool) -> prost_reflect::MessageDescriptor {
    pool.get_message_by_name("google.protobuf.FileDescriptorProto")
        .unwrap_or_else(|| prost_types::FileDescriptorProto::default().descriptor())
}
