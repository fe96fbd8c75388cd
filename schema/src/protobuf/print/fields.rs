//! Fields: plain, in oneofs, groups, maps and extensions.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::layout::{block, sections};
use super::options::{OptionLine, OptionValue};
use super::{Printer, is_map_entry, literal, options, path, under};

/// The fields of a message, by the section that they are printed in.
#[derive(Default)]
pub(super) struct Fields {
    pub(super) plain: String,
    pub(super) oneofs: String,
    pub(super) groups: String,
}

/// Where the messages are that groups and maps stand for.
struct Scope<'a> {
    at: &'a [i32],
    messages: &'a [DescriptorProto],
    /// The position of each by its name: there may be as many as fields.
    positions: BTreeMap<&'a str, usize>,
}

impl<'a> Scope<'a> {
    fn new(at: &'a [i32], messages: &'a [DescriptorProto]) -> Self {
        // Of two with one name, which only an unlinked file has, the first counts.
        let positions =
            messages.iter().enumerate().rev().map(|(position, message)| (message.name(), position)).collect();
        Self { at, messages, positions }
    }
}

impl Printer<'_> {
    pub(super) fn fields_of(&self, at: &[i32], message: &DescriptorProto) -> Fields {
        let nested = under(at, 3);
        let scope = Scope::new(&nested, &message.nested_type);
        let mut fields: Vec<_> = message.field.iter().enumerate().collect();
        if self.normalized {
            fields.sort_by_key(|(_, field)| field.number());
        }
        let mut printed = Fields::default();
        let mut oneofs = vec![(i32::MAX, String::new()); message.oneof_decl.len()];
        for (index, field) in fields {
            let text = self.field(&path(&under(at, 2), index), field, &scope);
            let oneof = field.oneof_index.filter(|_| !field.proto3_optional());
            if let Some((first, members)) = oneof.and_then(|one| oneofs.get_mut(usize::try_from(one).ok()?)) {
                *first = (*first).min(field.number());
                members.push_str(&text);
            } else if field.r#type() == Type::Group {
                printed.groups.push_str(&text);
            } else {
                printed.plain.push_str(&text);
            }
        }
        let mut written: Vec<_> =
            oneofs.into_iter().enumerate().filter(|(_, (_, members))| !members.is_empty()).collect();
        if self.normalized {
            written.sort_by_key(|(_, (first, _))| *first);
        }
        for (index, (_, members)) in written {
            let oneof = &message.oneof_decl[index];
            let options = oneof.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
            let options = self.options(&under(&path(&under(at, 8), index), 2), options);
            let body = sections(&[options::declarations(&options), members]);
            printed.oneofs.push_str(&block(&format!("oneof {}", oneof.name()), &body, "\n"));
        }
        printed
    }

    /// `extend` blocks: fields of one message that follow each other are one.
    pub(super) fn extensions(
        &self,
        at: &[i32],
        extensions: &[FieldDescriptorProto],
        messages: &[DescriptorProto],
        messages_at: &[i32],
    ) -> Vec<String> {
        if extensions.is_empty() {
            return Vec::new();
        }
        let scope = Scope::new(messages_at, messages);
        let mut extensions: Vec<_> = extensions.iter().enumerate().collect();
        if self.normalized {
            extensions.sort_by_key(|(_, field)| (field.extendee(), field.number()));
        }
        let blocks = extensions.chunk_by(|(_, one), (_, next)| one.extendee() == next.extendee());
        blocks
            .map(|fields| {
                let print =
                    |(index, field): &(usize, &FieldDescriptorProto)| self.field(&path(at, *index), field, &scope);
                let body: String = fields.iter().map(print).collect();
                block(&format!("extend {}", fields[0].1.extendee()), &body, "\n")
            })
            .collect()
    }

    fn field(&self, at: &[i32], field: &FieldDescriptorProto, scope: &Scope<'_>) -> String {
        let name = last_segment(field.type_name());
        let held = scope.positions.get(name).copied();
        let label = self.label(field);
        let options = options::list(&self.field_options(at, field));
        match held.map(|held| (held, &scope.messages[held])) {
            Some((held, group)) if field.r#type() == Type::Group => {
                let head = format!("{label}group {name} = {}{options}", field.number());
                block(&head, &self.message_body(&path(scope.at, held), group), "\n")
            }
            Some((_, entry)) if is_map_entry(entry) => {
                let part = |number| entry.field.iter().find(|part| part.number() == number).map(type_name);
                let (key, value) = (part(1).unwrap_or_default(), part(2).unwrap_or_default());
                format!("map<{key}, {value}> {} = {}{options};\n", field.name(), field.number())
            }
            _ => format!("{label}{} {} = {}{options};\n", type_name(field), field.name(), field.number()),
        }
    }

    fn label(&self, field: &FieldDescriptorProto) -> &'static str {
        match field.label() {
            Label::Repeated => "repeated ",
            Label::Required => "required ",
            Label::Optional if field.proto3_optional() => "optional ",
            Label::Optional if self.is_proto2 && field.oneof_index.is_none() => "optional ",
            Label::Optional => "",
        }
    }

    fn field_options(&self, at: &[i32], field: &FieldDescriptorProto) -> Vec<OptionLine> {
        let written = field.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
        let mut lines = self.options(&under(at, 8), written);
        let mut add = |name: &str, value| {
            lines.push(OptionLine { name: name.to_owned(), value: OptionValue::Literal(value) });
        };
        if let Some(default) = &field.default_value {
            add("default", default_literal(field.r#type(), default));
        }
        let implied = self.linked.is_some() && field.json_name() == json_name(field.name());
        if let Some(name) = field.json_name.as_ref().filter(|_| !implied && field.extendee.is_none()) {
            add("json_name", literal::text(name.as_bytes()));
        }
        if self.normalized {
            lines.sort_by(|a, b| a.name.cmp(&b.name));
        }
        lines
    }
}

/// The names of messages that are written as groups.
pub(super) fn groups<'a>(
    fields: &'a [FieldDescriptorProto],
    extensions: &'a [FieldDescriptorProto],
) -> BTreeSet<&'a str> {
    let groups = fields.iter().chain(extensions).filter(|field| field.r#type() == Type::Group);
    groups.map(|field| last_segment(field.type_name())).collect()
}

fn last_segment(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn type_name(field: &FieldDescriptorProto) -> String {
    // Some who build descriptors by hand set the name of a scalar's type to nothing.
    if let Some(name) = field.type_name.as_ref().filter(|name| !name.is_empty()) {
        return name.clone();
    }
    let name = field.r#type().as_str_name();
    name.strip_prefix("TYPE_").unwrap_or(name).to_lowercase()
}

/// Descriptors hold defaults of bytes escaped, and those of strings as they are.
fn default_literal(kind: Type, value: &str) -> String {
    match kind {
        Type::String => literal::text(value.as_bytes()),
        Type::Bytes => format!("\"{value}\""),
        _ => value.to_owned(),
    }
}

/// The name in JSON that a field has if none is written.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for letter in name.chars() {
        if letter == '_' {
            upper = true;
        } else {
            json.push(if upper { letter.to_ascii_uppercase() } else { letter });
            upper = false;
        }
    }
    json
}
