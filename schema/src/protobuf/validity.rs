//! What `protoc` refuses in a new file and the compiler that we use lets pass.
//!
//! Who reads a stored file does not ask: it is in use already.

mod options;

use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::places::Places;
use crate::Finding;
use crate::span::Place;

/// Everything that is wrong with a parsed file, in the order of its messages and enums.
pub(super) fn check(descriptor: &FileDescriptorProto, places: &Places, file: usize) -> Vec<Finding> {
    let mut check = Check { places, file, findings: Vec::new() };
    let is_proto3 = descriptor.syntax() == "proto3";
    for (index, one) in (0..).zip(&descriptor.enum_type) {
        check.enumeration(&[5, index], one);
    }
    let mut pending: Vec<_> = (0..).zip(&descriptor.message_type).map(|(index, one)| (vec![4, index], one)).collect();
    pending.reverse();
    while let Some((path, message)) = pending.pop() {
        check.message(&path, message, is_proto3);
        let nested = (0..).zip(&message.nested_type).map(|(index, one)| ([&path, [3, index].as_slice()].concat(), one));
        pending.extend(nested.collect::<Vec<_>>().into_iter().rev());
    }
    check.findings
}

struct Check<'a> {
    places: &'a Places,
    file: usize,
    findings: Vec<Finding>,
}

/// Numbers, both ends included, and where they are written.
struct Range {
    first: i32,
    last: i32,
    path: Vec<i32>,
}

impl Check<'_> {
    fn place(&self, path: &[i32]) -> Place {
        Place { file: self.file, span: self.places.around(path).unwrap_or_default() }
    }

    fn message(&mut self, path: &[i32], message: &DescriptorProto, is_proto3: bool) {
        let at = |list: i32, index: i32| [path, &[list, index]].concat();
        let names = message.field.iter().map(FieldDescriptorProto::name);
        self.reserved_names(path, [2, 10], names, &message.reserved_name);
        let reserved =
            (0..).zip(&message.reserved_range).map(|(index, range)| (at(9, index), range.start(), range.end()));
        let extensions =
            (0..).zip(&message.extension_range).map(|(index, range)| (at(5, index), range.start(), range.end()));
        let ranges = reserved.chain(extensions);
        self.ranges(ranges.map(|(path, first, end)| Range { first, last: end.saturating_sub(1), path }).collect());
        if is_proto3 && !message.extension_range.is_empty() {
            let place = self.place(&at(5, 0));
            self.findings.push(
                Finding::error("schema::protobuf", place, "extension ranges are not allowed in proto3")
                    .label("the range is set aside here")
                    .note("proto3 has extensions of options alone.")
                    .help("remove the range, or hold what is open in a `google.protobuf.Any`"),
            );
        }
        self.map_entry(path, message);
        for (index, field) in (0..).zip(&message.field) {
            self.field_options(&at(2, index), field);
        }
        for (index, one) in (0..).zip(&message.enum_type) {
            self.enumeration(&at(4, index), one);
        }
    }

    fn enumeration(&mut self, path: &[i32], one: &EnumDescriptorProto) {
        self.aliases(path, one);
        let names = one.value.iter().map(prost_types::EnumValueDescriptorProto::name);
        self.reserved_names(path, [2, 5], names, &one.reserved_name);
        let ranges = (0..).zip(&one.reserved_range).map(|(index, range)| Range {
            first: range.start(),
            last: range.end(),
            path: [path, &[4, index]].concat(),
        });
        self.ranges(ranges.collect());
    }

    /// `lists` are the field numbers of the list of what has names, and of the list of reserved names.
    fn reserved_names<'n>(
        &mut self,
        path: &[i32],
        lists: [i32; 2],
        names: impl Iterator<Item = &'n str>,
        reserved: &[String],
    ) {
        let mut known = std::collections::BTreeMap::new();
        for (position, name) in (0..).zip(reserved) {
            let Some(first) = known.insert(name.as_str(), position) else { continue };
            let place = |position| self.place(&[path, &[lists[1], position]].concat());
            let finding =
                Finding::error("schema::protobuf", place(position), format!("the name `{name}` is reserved twice"));
            let finding = finding.label("reserved again here").also(place(first), "reserved here");
            self.findings.push(finding.help("remove one of the two"));
        }
        for (index, name) in (0..).zip(names) {
            let Some(&position) = known.get(name) else { continue };
            let place = self.place(&[path, &[lists[0], index, 1]].concat());
            let reservation = self.place(&[path, &[lists[1], position]].concat());
            self.findings.push(
                Finding::error("schema::protobuf", place, format!("the name `{name}` is reserved"))
                    .label("used here")
                    .also(reservation, "reserved here")
                    .note("The name was used before: JSON and code may still hold it with another meaning.")
                    .help("choose a name that is not reserved"),
            );
        }
    }

    fn ranges(&mut self, mut ranges: Vec<Range>) {
        for range in ranges.iter().filter(|range| range.last < range.first) {
            let message = format!("the range {} to {} ends before it begins", range.first, range.last);
            let finding = Finding::error("schema::protobuf", self.place(&range.path), message);
            self.findings.push(finding.label("written here").help("write the smaller number first"));
        }
        ranges.retain(|range| range.first <= range.last);
        ranges.sort_by_key(|range| (range.first, range.last));
        for pair in ranges.windows(2).filter(|pair| pair[1].first <= pair[0].last) {
            let message = format!("number {} is set aside twice", pair[1].first);
            self.findings.push(
                Finding::error("schema::protobuf", self.place(&pair[1].path), message)
                    .label("set aside again here")
                    .also(self.place(&pair[0].path), "set aside here")
                    .note("A number is reserved or left to extensions, once.")
                    .help("shorten or remove one of the two ranges"),
            );
        }
    }
}
