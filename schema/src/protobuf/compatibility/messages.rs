//! Messages, by their names within the scope around them.

use std::collections::BTreeMap;

use prost_reflect::{EnumDescriptor, FieldDescriptor, MessageDescriptor};

use super::comparison::{Comparison, Path, Sides, Written};
use super::oneofs::Oneofs;
use super::rules::Kind;
use crate::compatibility::Direction;

impl Comparison<'_> {
    /// Compares the messages and enums of one scope: the writer's in their order, then what the reader adds.
    pub(super) fn compare_types(
        &mut self,
        path: Path,
        messages: &Sides<Vec<MessageDescriptor>>,
        enums: &Sides<Vec<EnumDescriptor>>,
    ) {
        let reader = by_name(&messages.reader);
        for (position, writer) in messages.writer.iter().filter(|message| !message.is_map_entry()).enumerate() {
            let path = self.enter(path, writer.name());
            let Some((moved_to, reader)) = reader.get(writer.name()) else {
                self.removed(path, writer);
                continue;
            };
            if *moved_to != position {
                let [new, old] = self.by_age(Sides { reader: *moved_to, writer: position });
                let what = format!("message `{}` is at position {new} and was at {old}", writer.name());
                let places = Sides { reader: *reader, writer }.map(|message| Written::message(message));
                self.differ(Kind::MessageMoved, path, what).at(&places);
            }
            let pair = Sides { reader: (*reader).clone(), writer: writer.clone() };
            self.is_new(&pair);
            self.compare_messages(path, &pair);
        }
        let writer = by_name(&messages.writer);
        for added in
            messages.reader.iter().filter(|message| !message.is_map_entry() && !writer.contains_key(message.name()))
        {
            let path = self.enter(path, added.name());
            let what = format!("message `{}` {}", added.full_name(), self.only_read());
            self.differ(Kind::MessageAdded, path, what).reader(&Written::message(added));
        }
        self.compare_enums(path, enums);
    }

    fn removed(&mut self, path: Path, message: &MessageDescriptor) {
        let (what, name) = (format!("message `{}` {}", message.full_name(), self.only_written()), message.name());
        let help = match self.direction {
            Direction::Backward => format!("keep `message {name}`, if need be with `option deprecated = true;`"),
            Direction::Forward => {
                format!("leave out `message {name}` until every reader has it, or give it a subject of its own")
            }
        };
        self.differ(Kind::MessageRemoved, path, what).help(help).writer(&Written::message(message));
    }

    /// Compares two messages. Nested ones follow: they can nest no deeper than the compiler allows.
    pub(super) fn compare_messages(&mut self, path: Path, messages: &Sides<MessageDescriptor>) {
        let fields = messages.map(by_number);
        let oneofs = messages.map(Oneofs::of);
        self.compare_oneofs(path, &oneofs, &fields);
        let is_one_syntax = !messages.map(|message| message.parent_file().syntax()).differ();
        let is_read = |number: &&u32| fields.reader.contains_key(*number);
        let mut numbers: Vec<u32> = fields.writer.keys().filter(|number| !is_read(number)).copied().collect();
        numbers.extend(fields.reader.keys());
        numbers.sort_unstable();
        for number in numbers {
            match (fields.reader.get(&number), fields.writer.get(&number)) {
                (Some(reader), Some(writer)) if is_one_syntax && say_the_same(reader, writer) => {}
                (Some(reader), Some(writer)) => {
                    let path = self.enter_field(path, reader);
                    self.compare_fields(path, &Sides { reader: reader.clone(), writer: writer.clone() });
                }
                (Some(added), None) => self.field_added(path, added, &oneofs.writer),
                (None, Some(removed)) => self.field_removed(path, removed, &oneofs.reader),
                (None, None) => {}
            }
        }
        self.compare_history(path, messages, &fields);
        let nested = messages.map(|message| message.child_messages().collect());
        let enums = messages.map(|message| message.child_enums().collect());
        self.compare_types(path, &nested, &enums);
    }

    /// A field's path is its number, below its oneof if it has one.
    pub(super) fn enter_field(&mut self, path: Path, field: &FieldDescriptor) -> Path {
        let path = match real_oneof(field) {
            Some(oneof) => self.enter(path, &oneof),
            None => path,
        };
        self.enter(path, &field.number())
    }

    fn field_added(&mut self, path: Path, field: &FieldDescriptor, writer: &Oneofs) {
        let path = self.enter_field(path, field);
        let oneof = real_oneof(field).filter(|oneof| writer.has(oneof));
        let (shown, became) = (shown(field), self.only_read());
        let (kind, what) = match oneof {
            Some(oneof) => (Kind::OneofFieldAdded, format!("member {shown} of oneof `{oneof}` {became}")),
            None if field.is_required() => (Kind::RequiredFieldAdded, format!("required field {shown} {became}")),
            None => (Kind::FieldAdded, format!("field {shown} {became}")),
        };
        let help = match self.direction {
            Direction::Backward => format!("make `{}` `optional`", field.name()),
            Direction::Forward => format!("keep `{}`, which the old schema requires", field.name()),
        };
        let noted = self.differ(kind, path, what).reader(&Written::number(field));
        if kind == Kind::RequiredFieldAdded {
            noted.help(help);
        }
    }

    fn field_removed(&mut self, path: Path, field: &FieldDescriptor, reader: &Oneofs) {
        let path = self.enter_field(path, field);
        let written = Written::number(field);
        let (name, shown, became) = (field.name(), shown(field), self.only_written());
        let oneof = real_oneof(field).filter(|oneof| reader.has(oneof));
        if let Some(oneof) = oneof {
            let what = format!("member {shown} of oneof `{oneof}` {became}");
            let help = match self.direction {
                Direction::Backward => format!("keep `{name}` in `{oneof}`, if need be with `[deprecated = true]`"),
                Direction::Forward => {
                    format!("leave out `{name}` until every reader has it, or add it outside of `{oneof}`")
                }
            };
            self.differ(Kind::OneofFieldRemoved, path, what).help(help).writer(&written);
        } else if field.is_required() {
            let what = format!("required field {shown} {became}");
            let help = match self.direction {
                Direction::Backward => format!("keep `{name}` and make it `optional` first"),
                Direction::Forward => format!("make `{name}` `optional`"),
            };
            self.differ(Kind::RequiredFieldRemoved, path, what).help(help).writer(&written);
        } else {
            self.differ(Kind::FieldRemoved, path, format!("field {shown} {became}")).writer(&written);
        }
    }
}

/// Positions count messages that people write: the entries of maps are not among them.
fn by_name(messages: &[MessageDescriptor]) -> BTreeMap<String, (usize, &MessageDescriptor)> {
    let written = messages.iter().filter(|message| !message.is_map_entry());
    written.enumerate().map(|(position, message)| (message.name().to_owned(), (position, message))).collect()
}

/// Whether two fields, of files of one syntax, are written alike and neither names a type nor is in a oneof: such
/// fields cannot differ.
///
/// Most fields of two versions are so, and need no more than this.
fn say_the_same(reader: &FieldDescriptor, writer: &FieldDescriptor) -> bool {
    let (reader, writer) = (reader.field_descriptor_proto(), writer.field_descriptor_proto());
    reader.type_name.is_none() && reader.oneof_index.is_none() && reader == writer
}

fn by_number(message: &MessageDescriptor) -> BTreeMap<u32, FieldDescriptor> {
    message.fields().map(|field| (field.number(), field)).collect()
}

/// The oneof that was written around a field. `optional` in proto3 makes one of its own, which does not count.
pub(super) fn real_oneof(field: &FieldDescriptor) -> Option<String> {
    field.containing_oneof().filter(|oneof| !oneof.is_synthetic()).map(|oneof| oneof.name().to_owned())
}

/// A field as messages name it.
pub(super) fn shown(field: &FieldDescriptor) -> String {
    format!("`{}` ({})", field.name(), field.number())
}
