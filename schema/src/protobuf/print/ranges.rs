//! Reserved numbers and names, and extension ranges.

use std::collections::BTreeMap;

use prost_types::{DescriptorProto, EnumDescriptorProto};

use super::{Printer, literal, options, path, under};

/// The number after the last that a field may have.
const END: i32 = 536_870_912;

/// A position in a text: line and column.
type Position = (i32, i32);

impl Printer<'_> {
    pub(super) fn reserved_of_message(&self, at: &[i32], message: &DescriptorProto) -> String {
        let ranges = message.reserved_range.iter().map(|range| (range.start(), range.end().saturating_sub(1)));
        self.reserved([&under(at, 9), &under(at, 10)], ranges.collect(), &message.reserved_name, END - 1)
    }

    pub(super) fn reserved_of_enum(&self, at: &[i32], one: &EnumDescriptorProto) -> String {
        let ranges = one.reserved_range.iter().map(|range| (range.start(), range.end()));
        self.reserved([&under(at, 4), &under(at, 5)], ranges.collect(), &one.reserved_name, i32::MAX)
    }

    /// One statement for each that is written; sorted and one value to a statement if normalised.
    fn reserved(&self, at: [&[i32]; 2], mut ranges: Vec<(i32, i32)>, names: &[String], max: i32) -> String {
        let mut names: Vec<_> = names.iter().map(|name| literal::text(name.as_bytes())).collect();
        if self.normalized {
            ranges.sort_unstable();
            names.sort_unstable();
        }
        let ranges: Vec<_> = ranges.into_iter().map(|range| range_text(range, max)).collect();
        let mut statements = self.statements(at[0], &ranges);
        statements.extend(self.statements(at[1], &names));
        statements.sort_by_key(|(position, _)| *position);
        statements.into_iter().map(|(_, values)| format!("reserved {values};\n")).collect()
    }

    /// Values as statements, with where they are written; of those without a place every value is one.
    fn statements(&self, at: &[i32], values: &[String]) -> Vec<(Position, String)> {
        let places = self.info.filter(|_| !self.normalized).map(|info| Places::new(info, at)).unwrap_or_default();
        let mut statements: Vec<(Position, String)> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let position = places.statement_of(index).unwrap_or_default();
            match statements.last_mut() {
                Some((last, text)) if position != Position::default() && *last == position => {
                    text.push_str(", ");
                    text.push_str(value);
                }
                _ => statements.push((position, value.clone())),
            }
        }
        statements
    }

    pub(super) fn extension_ranges(&self, at: &[i32], message: &DescriptorProto) -> String {
        let mut ranges: Vec<_> = message.extension_range.iter().enumerate().collect();
        if self.normalized {
            ranges.sort_by_key(|(_, range)| (range.start(), range.end()));
        }
        let print = |(index, range): (usize, &prost_types::descriptor_proto::ExtensionRange)| {
            let written = range.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
            let options = self.options(&under(&path(&under(at, 5), index), 3), written);
            let range = range_text((range.start(), range.end().saturating_sub(1)), END - 1);
            format!("extensions {range}{};\n", options::list(&options))
        };
        ranges.into_iter().map(print).collect()
    }
}

fn range_text((first, last): (i32, i32), max: i32) -> String {
    if first == last {
        first.to_string()
    } else if last == max {
        format!("{first} to max")
    } else {
        format!("{first} to {last}")
    }
}

/// Where the statements of one list begin, and its elements.
#[derive(Default)]
struct Places {
    statements: Vec<Position>,
    elements: BTreeMap<usize, Position>,
}

impl Places {
    fn new(info: &prost_types::SourceCodeInfo, at: &[i32]) -> Self {
        let mut places = Self::default();
        // Locations are sorted by path: those of one list are next to each other.
        let first = info.location.partition_point(|location| location.path.as_slice() < at);
        for location in info.location[first..].iter().take_while(|location| location.path.starts_with(at)) {
            let [line, column, ..] = location.span[..] else { continue };
            match location.path[at.len()..] {
                [] => places.statements.push((line, column)),
                [index] => {
                    places.elements.insert(usize::try_from(index).unwrap_or(usize::MAX), (line, column));
                }
                _ => {}
            }
        }
        places.statements.sort_unstable();
        places
    }

    /// Where the statement begins that an element is written in.
    fn statement_of(&self, index: usize) -> Option<Position> {
        let element = self.elements.get(&index)?;
        let after = self.statements.partition_point(|statement| statement <= element);
        Some(self.statements[after.checked_sub(1)?])
    }
}
