//! Numbers and names that were in use or reserved, and that a newer schema leaves free to be used again.
//!
//! That is said of a reader that is the newer schema alone: what an older one lacks is no removal.

use std::ops::Range;

use prost_reflect::{EnumDescriptor, FieldDescriptor, MessageDescriptor};

use super::comparison::{Comparison, Path, Sides, Written};
use super::enums;
use super::messages::shown;
use super::oneofs::Fields;
use super::rules::Kind;
use crate::compatibility::Direction;

impl Comparison<'_> {
    pub(super) fn compare_history(&mut self, path: Path, messages: &Sides<MessageDescriptor>, fields: &Sides<Fields>) {
        if self.direction == Direction::Forward {
            return;
        }
        let reserved = messages.map(Reserved::of_message);
        for (_, removed) in fields.writer.iter().filter(|(number, _)| !fields.reader.contains_key(*number)) {
            self.removed_field(path, removed, messages, &reserved.reader);
        }
        for range in not_covered(&reserved.writer.ranges, &reserved.reader.ranges) {
            let (what, help) = (reused(&range), format!("keep `reserved {};`", written(&range)));
            let places = messages.map(Written::message);
            self.differ(Kind::ReservedNumberUsed, path, what).help(help).at(&places);
        }
        self.compare_reserved_names(path, &reserved, &messages.map(Written::message));
        let extensions = messages.map(|message| sorted(message.extension_ranges().map(|range| widen(&range))));
        for range in not_covered(&extensions.writer, &extensions.reader) {
            let what = format!("numbers {} are not set aside for extensions any more", written(&range));
            let help = format!("keep `extensions {};`", written(&range));
            let places = messages.map(Written::message);
            self.differ(Kind::ExtensionRangeRemoved, path, what).help(help).at(&places);
        }
    }

    fn removed_field(
        &mut self,
        path: Path,
        field: &FieldDescriptor,
        messages: &Sides<MessageDescriptor>,
        reserved: &Reserved,
    ) {
        let name_is_free =
            !reserved.has_name(field.name()) && messages.reader.get_field_by_name(field.name()).is_none();
        let free = Free { number: !reserved.has_number(i64::from(field.number())), name: name_is_free };
        let Some(what) = free.what("field", &shown(field)) else { return };
        let path = self.enter_field(path, field);
        let help = free.help(i64::from(field.number()), field.name());
        let noted = self.differ(Kind::FieldRemovedWithoutReserved, path, what).help(help);
        noted.reader(&Written::message(&messages.reader)).writer(&Written::number(field));
    }

    fn compare_reserved_names(&mut self, path: Path, reserved: &Sides<Reserved>, places: &Sides<Written>) {
        for name in reserved.writer.names.iter().filter(|name| !reserved.reader.has_name(name)) {
            let what = format!("the name `{name}` is not reserved any more");
            let help = format!("keep `reserved \"{name}\";`");
            self.differ(Kind::ReservedNameUsed, path, what).help(help).at(places);
        }
    }

    pub(super) fn compare_enum_history(&mut self, path: Path, enums: &Sides<&EnumDescriptor>) {
        if self.direction == Direction::Forward {
            return;
        }
        let reserved = enums.map(|one| Reserved::of_enum(one));
        let places = || enums.map(|one| Written::enumeration(one));
        for value in enums.writer.values().filter(|value| enums.reader.get_value(value.number()).is_none()) {
            let name_is_free =
                !reserved.reader.has_name(value.name()) && enums.reader.get_value_by_name(value.name()).is_none();
            let number = i64::from(value.number());
            let free = Free { number: !reserved.reader.has_number(number), name: name_is_free };
            let Some(what) = free.what("value", &enums::shown(&value)) else { continue };
            let path = self.enter(path, &value.number());
            let help = free.help(number, value.name());
            let noted = self.differ(Kind::EnumValueRemovedWithoutReserved, path, what).help(help);
            noted.reader(&places().reader).writer(&enums::value_name(&value));
        }
        for range in not_covered(&reserved.writer.ranges, &reserved.reader.ranges) {
            let (what, help) = (reused(&range), format!("keep `reserved {};`", written(&range)));
            self.differ(Kind::ReservedNumberUsed, path, what).help(help).at(&places());
        }
        self.compare_reserved_names(path, &reserved, &places());
    }
}

/// What of something removed is not reserved.
struct Free {
    number: bool,
    name: bool,
}

impl Free {
    fn what(&self, kind: &str, shown: &str) -> Option<String> {
        let free = match (self.number, self.name) {
            (true, true) => "neither its number nor its name is reserved",
            (true, false) => "its number is not reserved",
            (false, true) => "its name is not reserved",
            (false, false) => return None,
        };
        Some(format!("{kind} {shown} is removed and {free}"))
    }

    fn help(&self, number: i64, name: &str) -> String {
        let mut statements = Vec::new();
        if self.number {
            statements.push(format!("`reserved {number};`"));
        }
        if self.name {
            statements.push(format!("`reserved \"{name}\";`"));
        }
        format!("add {}", statements.join(" and "))
    }
}

struct Reserved {
    /// Sorted, and half open.
    ranges: Vec<Range<i64>>,
    names: Vec<String>,
}

impl Reserved {
    fn of_message(message: &MessageDescriptor) -> Self {
        let ranges = sorted(message.reserved_ranges().map(|range| widen(&range)));
        let mut names: Vec<_> = message.reserved_names().map(str::to_owned).collect();
        names.sort();
        Self { ranges, names }
    }

    fn of_enum(one: &EnumDescriptor) -> Self {
        let ranges = sorted(one.reserved_ranges().map(|range| i64::from(*range.start())..i64::from(*range.end()) + 1));
        let mut names: Vec<_> = one.reserved_names().map(str::to_owned).collect();
        names.sort();
        Self { ranges, names }
    }

    fn has_number(&self, number: i64) -> bool {
        let after = self.ranges.partition_point(|range| range.start <= number);
        after.checked_sub(1).is_some_and(|last| number < self.ranges[last].end)
    }

    fn has_name(&self, name: &str) -> bool {
        self.names.binary_search_by(|known| known.as_str().cmp(name)).is_ok()
    }
}

fn widen(range: &Range<u32>) -> Range<i64> {
    i64::from(range.start)..i64::from(range.end)
}

/// Sorted, with ranges that overlap or touch made one.
fn sorted(ranges: impl Iterator<Item = Range<i64>>) -> Vec<Range<i64>> {
    let mut ranges: Vec<_> = ranges.collect();
    ranges.sort_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<i64>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The parts of `old` that are not in `new`; both are sorted.
fn not_covered(old: &[Range<i64>], new: &[Range<i64>]) -> Vec<Range<i64>> {
    let mut missing = Vec::new();
    let mut next = 0;
    for range in old {
        let mut start = range.start;
        while next < new.len() && new[next].end <= start {
            next += 1;
        }
        let mut at = next;
        while start < range.end {
            match new.get(at) {
                Some(cover) if cover.start < range.end => {
                    if start < cover.start {
                        missing.push(start..cover.start);
                    }
                    start = start.max(cover.end);
                    at += 1;
                }
                _ => {
                    missing.push(start..range.end);
                    break;
                }
            }
        }
    }
    missing
}

fn reused(range: &Range<i64>) -> String {
    match range.end - range.start {
        1 => format!("number {} is not reserved any more", range.start),
        _ => format!("numbers {} are not reserved any more", written(range)),
    }
}

/// A range as it is written, both ends included.
fn written(range: &Range<i64>) -> String {
    match range.end - range.start {
        1 => range.start.to_string(),
        _ => format!("{} to {}", range.start, range.end - 1),
    }
}
