//! Options that contradict what they stand on.

use std::collections::BTreeSet;

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, UninterpretedOption};

use super::Check;
use crate::Finding;

impl Check<'_> {
    pub(super) fn field_options(&mut self, path: &[i32], field: &FieldDescriptorProto) {
        let options = field.options.as_ref().map_or(&[][..], |options| &options.uninterpreted_option);
        let has_length = field.type_name.is_none() && matches!(field.r#type(), Type::String | Type::Bytes);
        if value(options, "packed") == Some("true") && (field.label() != Label::Repeated || has_length) {
            self.refuse(path, format!("field `{}` cannot be packed", field.name()), |finding| {
                finding
                    .label("packed here")
                    .note("Only repeated numbers can be written as one block.")
                    .help("remove `packed`")
            });
        }
        let is_long =
            matches!(field.r#type(), Type::Int64 | Type::Uint64 | Type::Sint64 | Type::Fixed64 | Type::Sfixed64);
        if value(options, "jstype").is_some_and(|kind| kind != "JS_NORMAL") && !(field.type_name.is_none() && is_long) {
            self.refuse(path, format!("field `{}` cannot have a `jstype`", field.name()), |finding| {
                finding
                    .label("its type is chosen here")
                    .note("It says what JavaScript makes of numbers of 64 bits; other types are one thing only.")
                    .help("remove `jstype`")
            });
        }
        let name = field.json_name();
        if name.starts_with('[') && name.ends_with(']') {
            self.refuse(path, format!("the JSON name `{name}` is in brackets"), |finding| {
                finding
                    .label("named here")
                    .note("Names in brackets are those of extensions in JSON.")
                    .help("leave the brackets out")
            });
        }
    }

    pub(super) fn map_entry(&mut self, path: &[i32], message: &DescriptorProto) {
        let options = message.options.as_ref().map_or(&[][..], |options| &options.uninterpreted_option);
        if value(options, "map_entry").is_some() {
            self.refuse(path, format!("message `{}` cannot be made the entry of a map", message.name()), |finding| {
                finding
                    .label("declared here")
                    .note("The compiler makes these messages itself.")
                    .help("write `map<KEY, VALUE>` where the map is used, and remove the option")
            });
        }
    }

    pub(super) fn aliases(&mut self, path: &[i32], one: &EnumDescriptorProto) {
        let options = one.options.as_ref().map_or(&[][..], |options| &options.uninterpreted_option);
        let numbers: BTreeSet<_> = one.value.iter().map(prost_types::EnumValueDescriptorProto::number).collect();
        let is_idle = match value(options, "allow_alias") {
            Some("true") => numbers.len() == one.value.len(),
            given => given.is_some(),
        };
        if is_idle {
            self.refuse(path, format!("enum `{}` has no aliases to allow or forbid", one.name()), |finding| {
                finding
                    .label("declared here")
                    .note("Aliases are forbidden anyway; once they are allowed, a number that is given twice by mistake is not found.")
                    .help("remove `allow_alias`")
            });
        }
    }

    fn refuse(&mut self, path: &[i32], message: String, words: impl FnOnce(Finding) -> Finding) {
        let finding = Finding::error("schema::protobuf", self.place(path), message);
        self.findings.push(words(finding));
    }
}

/// The word that an option has as its value.
fn value<'o>(options: &'o [UninterpretedOption], name: &str) -> Option<&'o str> {
    let is_named = |option: &&UninterpretedOption| matches!(option.name.as_slice(), [part] if part.name_part == name && !part.is_extension);
    options.iter().find(is_named).map(UninterpretedOption::identifier_value)
}
