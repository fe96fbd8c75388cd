//! Enums, and their values of the same number. Confluent's registry lets every change of them pass.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::{EnumDescriptor, EnumValueDescriptor};

use super::comparison::{Comparison, Path, Sides, Written};
use super::rules::Kind;

impl Comparison<'_> {
    pub(super) fn compare_enums(&mut self, path: Path, enums: &Sides<Vec<EnumDescriptor>>) {
        let by_name = enums.map(|enums| -> BTreeMap<_, _> { enums.iter().map(|one| (one.name(), one)).collect() });
        for writer in &enums.writer {
            let path = self.enter(path, writer.name());
            if let Some(reader) = by_name.reader.get(writer.name()) {
                self.compare_enum(path, &Sides { reader, writer });
            } else {
                let what = format!("enum `{}` {}", writer.full_name(), self.only_written());
                self.differ(Kind::EnumRemoved, path, what).writer(&Written::enumeration(writer));
            }
        }
        for added in enums.reader.iter().filter(|one| !by_name.writer.contains_key(one.name())) {
            let path = self.enter(path, added.name());
            let what = format!("enum `{}` {}", added.full_name(), self.only_read());
            self.differ(Kind::EnumAdded, path, what).reader(&Written::enumeration(added));
        }
    }

    fn compare_enum(&mut self, path: Path, enums: &Sides<&EnumDescriptor>) {
        let values = enums.map(|one| by_number(one));
        let numbers: BTreeSet<i32> = values.writer.keys().chain(values.reader.keys()).copied().collect();
        for number in numbers {
            let path = self.enter(path, &number);
            match (values.reader.get(&number), values.writer.get(&number)) {
                (Some(reader), Some(writer)) => self.compare_value(path, &Sides { reader, writer }),
                (Some(added), None) => {
                    let what = format!("value {} {}", shown(added), self.only_read());
                    self.differ(Kind::EnumConstAdded, path, what).reader(&value_name(added));
                }
                (None, Some(removed)) => {
                    let what = format!("value {} {}", shown(removed), self.only_written());
                    self.differ(Kind::EnumConstRemoved, path, what).writer(&value_name(removed));
                }
                (None, None) => {}
            }
        }
        self.compare_first_values(path, enums);
        self.compare_enum_history(path, enums);
    }

    fn compare_value(&mut self, path: Path, values: &Sides<&EnumValueDescriptor>) {
        if !values.map(|value| value.name().to_owned()).differ() {
            return;
        }
        let places = values.map(|value| value_name(value));
        let [new, old] = self.by_age(*values);
        let what = format!("value {} was written as {}", shown(new), shown(old));
        self.differ(Kind::EnumConstChanged, path, what.clone()).at(&places);
        // With an alias both names are known.
        if values.reader.parent_enum().get_value_by_name(values.writer.name()).is_none() {
            let help = format!("keep the name `{}`, or give the new meaning a new number", old.name());
            self.differ(Kind::EnumValueRenamed, path, what).help(help).at(&places);
        }
    }

    fn compare_first_values(&mut self, path: Path, enums: &Sides<&EnumDescriptor>) {
        // The descriptor lists values in their order in the text, the reflection by number.
        let first = enums.map(|one| one.get_value_by_name(one.enum_descriptor_proto().value.first()?.name()));
        let (Some(reader), Some(writer)) = (&first.reader, &first.writer) else { return };
        if reader.number() != writer.number() {
            let [new, old] = self.by_age(Sides { reader: shown(reader), writer: shown(writer) });
            let what = format!("the first value is {new} and was {old}");
            let help = format!("keep {old} first");
            let places = Sides { reader, writer }.map(|value| value_name(value));
            self.differ(Kind::EnumDefaultChanged, path, what).help(help).at(&places);
        }
    }
}

/// Of aliases the first counts, which is the one that is written as text.
fn by_number(one: &EnumDescriptor) -> BTreeMap<i32, EnumValueDescriptor> {
    let mut values = BTreeMap::new();
    for value in one.enum_descriptor_proto().value.iter().filter_map(|value| one.get_value_by_name(value.name())) {
        values.entry(value.number()).or_insert(value);
    }
    values
}

pub(super) fn shown(value: &EnumValueDescriptor) -> String {
    format!("`{}` ({})", value.name(), value.number())
}

pub(super) fn value_name(value: &EnumValueDescriptor) -> Written {
    Written::element(&value.parent_enum().parent_file(), value.path(), &[1])
}
