//! Prints a descriptor as Confluent's registry stores it.
//!
//! The layout is that of Square's Wire, whose parser and printer Confluent's registry uses: comments are lost, every
//! part of a message is a section with a blank line between, and custom options are spelled out line by line.
//! Messages come before enums, whatever their order in the text: positions count messages alone.
//!
//! What is printed can be parsed, and printed again it is the same.

mod fields;
mod layout;
mod literal;
pub(super) mod options;
mod ranges;
mod text_format;

use prost_reflect::DynamicMessage;
use prost_types::{DescriptorProto, EnumDescriptorProto, FileDescriptorProto, ServiceDescriptorProto, SourceCodeInfo};

use layout::{block, sections};
use options::OptionLine;

/// What of a file is printed, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Printer<'a> {
    /// Where options are, if they are linked; else they are printed as they are written.
    pub(super) linked: Option<&'a DynamicMessage>,
    /// Where statements that the descriptor merges begin and end.
    pub(super) info: Option<&'a SourceCodeInfo>,
    /// Sorts what has no order of its own.
    pub(super) normalized: bool,
    /// Fields have labels, outside of oneofs.
    pub(super) is_proto2: bool,
    /// Leaves out options that extensions define.
    pub(super) without_extensions: bool,
}

impl Printer<'_> {
    /// The text of a file. `syntax` is its first line, where it has one.
    ///
    /// It recurses into messages, which nest no deeper than [`limits::MAX_MESSAGE_DEPTH`](super::limits).
    pub(super) fn file(&self, file: &FileDescriptorProto, syntax: Option<&str>) -> String {
        let mut text = String::new();
        if let Some(syntax) = syntax {
            text.push_str(&format!("syntax = \"{syntax}\";\n"));
        }
        if let Some(package) = &file.package {
            text.push_str(&format!("package {package};\n"));
        }
        let written = file.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
        let options = self.options(&[8], written);
        for part in [self.imports(file), options::declarations(&options)] {
            if !part.is_empty() {
                text.push('\n');
                text.push_str(&part);
            }
        }
        for part in self.definitions(file) {
            text.push('\n');
            text.push_str(&part);
        }
        text
    }

    fn imports(&self, file: &FileDescriptorProto) -> String {
        let kind = |index: usize| {
            let listed = |positions: &[i32]| positions.iter().any(|&one| usize::try_from(one) == Ok(index));
            if listed(&file.public_dependency) {
                "public "
            } else if listed(&file.weak_dependency) {
                "weak "
            } else {
                ""
            }
        };
        let mut imports: Vec<_> = file
            .dependency
            .iter()
            .enumerate()
            .map(|(index, name)| (kind(index), literal::text(name.as_bytes())))
            .collect();
        if self.normalized {
            imports.sort_by(|a, b| a.1.cmp(&b.1));
        }
        imports.sort_by_key(|(kind, _)| *kind);
        imports.iter().map(|(kind, name)| format!("import {kind}{name};\n")).collect()
    }

    fn definitions(&self, file: &FileDescriptorProto) -> Vec<String> {
        let groups = fields::groups(&[], &file.extension);
        let messages = file.message_type.iter().enumerate().filter(|(_, message)| !groups.contains(message.name()));
        let mut parts: Vec<_> = messages.map(|(index, message)| self.message(&path(&[4], index), message)).collect();
        parts.extend(file.enum_type.iter().enumerate().map(|(index, one)| self.enumeration(&path(&[5], index), one)));
        parts.extend(self.extensions(&[7], &file.extension, &file.message_type, &[4]));
        parts.extend(file.service.iter().enumerate().map(|(index, one)| self.service(&path(&[6], index), one)));
        parts
    }

    fn message(&self, at: &[i32], message: &DescriptorProto) -> String {
        block(&format!("message {}", message.name()), &self.message_body(at, message), "\n")
    }

    /// What is between a message's braces.
    pub(super) fn message_body(&self, at: &[i32], message: &DescriptorProto) -> String {
        let written = message.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
        let options = self.options(&under(at, 7), written);
        let fields = self.fields_of(at, message);
        let hidden = fields::groups(&message.field, &message.extension);
        let is_written = |nested: &DescriptorProto| !is_map_entry(nested) && !hidden.contains(nested.name());
        let nested = message.nested_type.iter().enumerate().filter(|(_, nested)| is_written(nested));
        let mut types: String = nested.map(|(index, one)| self.message(&path(&under(at, 3), index), one)).collect();
        let enums = message.enum_type.iter().enumerate();
        types.extend(enums.map(|(index, one)| self.enumeration(&path(&under(at, 4), index), one)));
        let extends = self.extensions(&under(at, 6), &message.extension, &message.nested_type, &under(at, 3));
        sections(&[
            self.reserved_of_message(at, message),
            options::declarations(&options),
            fields.plain,
            fields.oneofs,
            fields.groups,
            self.extension_ranges(at, message),
            types,
            extends.concat(),
        ])
    }

    fn enumeration(&self, at: &[i32], one: &EnumDescriptorProto) -> String {
        let written = one.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
        let options = options::declarations(&self.options(&under(at, 3), written));
        let mut values: Vec<_> = one.value.iter().enumerate().collect();
        if self.normalized && !values.is_empty() {
            // The first value is the default, which sorting must not change.
            values[1..].sort_by_key(|(_, value)| value.number());
        }
        let constants: String = values
            .into_iter()
            .map(|(index, value)| {
                let written = value.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
                let options = self.options(&under(&path(&under(at, 2), index), 3), written);
                format!("{} = {}{};\n", value.name(), value.number(), options::list(&options))
            })
            .collect();
        // Unlike those of messages, the parts of enums follow each other without a blank line.
        let body = [self.reserved_of_enum(at, one), options, constants].concat();
        block(&format!("enum {}", one.name()), &body, "\n")
    }

    fn service(&self, at: &[i32], service: &ServiceDescriptorProto) -> String {
        let written = service.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
        let options = self.options(&under(at, 3), written);
        let methods = service.method.iter().enumerate().map(|(index, method)| {
            let written = method.options.as_ref().map(|options| options.uninterpreted_option.as_slice());
            let options = self.options(&under(&path(&under(at, 2), index), 4), written);
            let stream = |streams: bool| if streams { "stream " } else { "" };
            let head = format!(
                "rpc {} ({}{}) returns ({}{})",
                method.name(),
                stream(method.client_streaming()),
                method.input_type(),
                stream(method.server_streaming()),
                method.output_type()
            );
            match options::declarations(&options) {
                none if none.is_empty() => format!("{head};\n"),
                options => block(&head, &options, ";\n"),
            }
        });
        let methods: String = methods.collect();
        block(&format!("service {}", service.name()), &sections(&[options::declarations(&options), methods]), "\n")
    }

    /// The options at a path: as they are linked, or as they are written.
    fn options(&self, at: &[i32], written: Option<&[prost_types::UninterpretedOption]>) -> Vec<OptionLine> {
        let mut lines = match self.linked {
            Some(file) => options::linked(file, at),
            None => written.unwrap_or_default().iter().map(options::written).collect(),
        };
        if self.without_extensions {
            lines.retain(|line| !line.name.starts_with('('));
        }
        if self.normalized {
            lines.sort_by(|a, b| a.name.cmp(&b.name));
        }
        lines
    }
}

/// The path of the element at `index` of the list at `list`.
fn path(list: &[i32], index: usize) -> Vec<i32> {
    under(list, i32::try_from(index).unwrap_or(i32::MAX))
}

fn under(path: &[i32], part: i32) -> Vec<i32> {
    [path, &[part]].concat()
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}
