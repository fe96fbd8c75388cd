//! A Protobuf file as data, which can be changed and written.

use std::fmt::Write as _;

#[derive(Clone, Debug, Default)]
pub(crate) struct File {
    pub(crate) is_proto3: bool,
    pub(crate) package: Option<&'static str>,
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
    pub(crate) services: Vec<Service>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Message {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) oneofs: Vec<Oneof>,
    pub(crate) reserved: Reserved,
    pub(crate) messages: Vec<Message>,
    pub(crate) enums: Vec<Enum>,
}

#[derive(Clone, Debug)]
pub(crate) struct Oneof {
    pub(crate) name: String,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// `repeated`, `optional`, `required` or nothing.
    pub(crate) label: &'static str,
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) number: i32,
    pub(crate) options: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Reserved {
    pub(crate) numbers: Vec<i32>,
    pub(crate) names: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Enum {
    pub(crate) name: String,
    pub(crate) values: Vec<(String, i32)>,
    pub(crate) reserved: Reserved,
}

#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    /// Name, request, response; a type may begin with `stream `.
    pub(crate) methods: Vec<[String; 3]>,
}

impl File {
    pub(crate) fn text(&self) -> String {
        let mut text = format!("syntax = \"{}\";\n", if self.is_proto3 { "proto3" } else { "proto2" });
        if let Some(package) = self.package {
            let _ = writeln!(text, "package {package};");
        }
        let known = ["google/protobuf/timestamp.proto", "google/type/money.proto"];
        for import in known {
            let name = if import.contains("timestamp") { "google.protobuf.Timestamp" } else { "google.type.Money" };
            if self.messages.iter().any(|message| message.uses(name)) {
                let _ = writeln!(text, "import \"{import}\";");
            }
        }
        self.messages.iter().for_each(|message| message.write(&mut text, 0));
        self.enums.iter().for_each(|one| one.write(&mut text, 0));
        for service in &self.services {
            let _ = writeln!(text, "service {} {{", service.name);
            for [name, request, response] in &service.methods {
                let _ = writeln!(text, "  rpc {name}({request}) returns ({response});");
            }
            text.push_str("}\n");
        }
        text
    }
}

impl Message {
    fn uses(&self, kind: &str) -> bool {
        let fields = self.fields.iter().chain(self.oneofs.iter().flat_map(|oneof| &oneof.fields));
        fields.into_iter().any(|field| field.kind == kind) || self.messages.iter().any(|message| message.uses(kind))
    }

    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let _ = writeln!(text, "{indent}message {} {{", self.name);
        self.reserved.write(text, depth + 1);
        self.fields.iter().for_each(|field| field.write(text, depth + 1));
        for oneof in &self.oneofs {
            let _ = writeln!(text, "{indent}  oneof {} {{", oneof.name);
            oneof.fields.iter().for_each(|field| field.write(text, depth + 2));
            let _ = writeln!(text, "{indent}  }}");
        }
        self.enums.iter().for_each(|one| one.write(text, depth + 1));
        self.messages.iter().for_each(|message| message.write(text, depth + 1));
        let _ = writeln!(text, "{indent}}}");
    }
}

impl Field {
    fn write(&self, text: &mut String, depth: usize) {
        let label = if self.label.is_empty() { String::new() } else { format!("{} ", self.label) };
        let options = self.options.join(", ");
        let options = if options.is_empty() { options } else { format!(" [{options}]") };
        let (kind, name, number) = (&self.kind, &self.name, self.number);
        let _ = writeln!(text, "{}{label}{kind} {name} = {number}{options};", "  ".repeat(depth));
    }
}

impl Reserved {
    fn write(&self, text: &mut String, depth: usize) {
        let numbers: Vec<_> = self.numbers.iter().map(i32::to_string).collect();
        let names: Vec<_> = self.names.iter().map(|name| format!("\"{name}\"")).collect();
        for list in [numbers, names].iter().filter(|list| !list.is_empty()) {
            let _ = writeln!(text, "{}reserved {};", "  ".repeat(depth), list.join(", "));
        }
    }
}

impl Enum {
    fn write(&self, text: &mut String, depth: usize) {
        let indent = "  ".repeat(depth);
        let _ = writeln!(text, "{indent}enum {} {{", self.name);
        self.reserved.write(text, depth + 1);
        for (name, number) in &self.values {
            let _ = writeln!(text, "{indent}  {name} = {number};");
        }
        let _ = writeln!(text, "{indent}}}");
    }
}
