//! Oneofs, and fields that move into and out of them.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{FieldDescriptor, MessageDescriptor, OneofDescriptor};

use super::comparison::{Comparison, Path, Sides, Written};
use super::messages::{real_oneof, shown};
use super::rules::Kind;
use crate::compatibility::Direction;

pub(super) type Fields = BTreeMap<u32, FieldDescriptor>;

/// The oneofs of a message that people wrote: `optional` in proto3 makes one of its own, which does not count.
pub(super) struct Oneofs {
    written: Vec<OneofDescriptor>,
    /// A message may have as many as fields, so none is looked for among all.
    names: BTreeSet<String>,
}

impl Oneofs {
    pub(super) fn of(message: &MessageDescriptor) -> Self {
        let written: Vec<_> = message.oneofs().filter(|oneof| !oneof.is_synthetic()).collect();
        let names = written.iter().map(|oneof| oneof.name().to_owned()).collect();
        Self { written, names }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }
}

impl Comparison<'_> {
    pub(super) fn compare_oneofs(&mut self, path: Path, oneofs: &Sides<Oneofs>, fields: &Sides<Fields>) {
        for removed in oneofs.writer.written.iter().filter(|oneof| !oneofs.reader.has(oneof.name())) {
            let path = self.enter(path, removed.name());
            let what = format!("oneof `{}` {}", removed.name(), self.only_written());
            self.differ(Kind::OneofRemoved, path, what).writer(&written(removed));
        }
        for oneof in &oneofs.reader.written {
            let inner = self.enter(path, oneof.name());
            if oneofs.writer.has(oneof.name()) {
                self.moved_to_existing(path, oneof, &fields.writer);
            } else {
                self.added(inner, oneof, &fields.writer);
            }
        }
        if oneofs.writer.written.is_empty() {
            return;
        }
        for (number, reader) in &fields.reader {
            let Some(writer) = fields.writer.get(number) else { continue };
            if let (None, Some(oneof)) = (real_oneof(reader), real_oneof(writer)) {
                let path = self.enter_field(path, writer);
                let what = match self.direction {
                    Direction::Backward => format!("member {} of oneof `{oneof}` is an ordinary field", shown(writer)),
                    Direction::Forward => format!("field {} is a member of oneof `{oneof}`", shown(writer)),
                };
                let places = Sides { reader, writer }.map(|field| Written::name(field));
                self.differ(Kind::OneofFieldMovedToTopLevel, path, what).at(&places);
            }
        }
    }

    fn added(&mut self, path: Path, oneof: &OneofDescriptor, writer: &Fields) {
        let moved: Vec<_> = oneof.fields().filter_map(|field| writer.get(&field.number()).cloned()).collect();
        // Fields of one oneof excluded each other before: together they are one source.
        let sources: BTreeSet<_> = moved
            .iter()
            .map(|field| real_oneof(field).map_or_else(|| (field.number(), String::new()), |oneof| (0, oneof)))
            .collect();
        if sources.len() > 1 {
            let names: Vec<_> = moved.iter().map(shown).collect();
            let (names, oneof_name) = (names.join(", "), oneof.name());
            let (what, help) = match self.direction {
                Direction::Backward => (
                    format!("fields {names} are members of oneof `{oneof_name}`"),
                    format!("leave all of them but one out of `{oneof_name}`"),
                ),
                Direction::Forward => (
                    format!("fields {names} are not members of oneof `{oneof_name}` any more"),
                    format!("keep them in oneof `{oneof_name}`, or leave at most one of them outside"),
                ),
            };
            let noted = self.differ(Kind::MultipleFieldsMovedToOneof, path, what).help(help);
            noted.reader(&written(oneof)).writer(&Written::name(&moved[0]));
        } else {
            let what = format!("oneof `{}` {}", oneof.name(), self.only_read());
            self.differ(Kind::OneofAdded, path, what).reader(&written(oneof));
            self.moved_between(path, oneof, &moved);
        }
    }

    fn moved_between(&mut self, path: Path, oneof: &OneofDescriptor, moved: &[FieldDescriptor]) {
        for writer in moved {
            let Some(from) = real_oneof(writer) else { continue };
            let path = self.enter(path, &writer.number());
            let [new, old] = self.by_age(Sides { reader: oneof.name(), writer: from.as_str() });
            let what = format!("member {} is in oneof `{new}` and was in `{old}`", shown(writer));
            let help = format!("keep the name `{old}`");
            let noted = self.differ(Kind::OneofFieldMoved, path, what);
            noted.help(help).reader(&written(oneof)).writer(&Written::name(writer));
        }
    }

    fn moved_to_existing(&mut self, path: Path, oneof: &OneofDescriptor, writer: &Fields) {
        for reader in oneof.fields() {
            let Some(writer) = writer.get(&reader.number()) else { continue };
            if real_oneof(writer).as_deref() == Some(oneof.name()) {
                continue;
            }
            let path = self.enter_field(path, &reader);
            let (name, oneof_name, field) = (writer.name(), oneof.name(), shown(writer));
            let (what, help) = match self.direction {
                Direction::Backward => (
                    format!("field {field} is a member of oneof `{oneof_name}`"),
                    format!("keep `{name}` outside of `{oneof_name}`"),
                ),
                Direction::Forward => (
                    format!("field {field} is not a member of oneof `{oneof_name}` any more"),
                    format!("keep `{name}` in `{oneof_name}`"),
                ),
            };
            let places = Sides { reader: &reader, writer }.map(|field| Written::name(field));
            self.differ(Kind::FieldMovedToExistingOneof, path, what).help(help).at(&places);
        }
    }
}

fn written(oneof: &OneofDescriptor) -> Written {
    Written::element(&oneof.parent_file(), oneof.path(), &[1])
}
