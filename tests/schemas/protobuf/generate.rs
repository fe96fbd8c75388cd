//! Protobuf files from numbers, and files that are close to others.

use super::file::{Enum, Field, File, Message, Oneof, Reserved, Service};
use crate::random::Random;

const SCALARS: [&str; 15] = [
    "int32", "int64", "uint32", "uint64", "sint32", "sint64", "bool", "fixed32", "fixed64", "sfixed32", "sfixed64",
    "float", "double", "string", "bytes",
];
const NAMES: [&str; 8] = ["id", "amount", "created_at", "tags", "note", "status", "lines", "zip_code"];

/// Makes files.
pub(crate) struct Generator {
    random: Random,
    /// For names and numbers that nothing else has.
    unique: i32,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), unique: 100 }
    }

    fn unique(&mut self) -> i32 {
        self.unique += 1;
        self.unique
    }

    pub(crate) fn file(&mut self) -> File {
        let is_proto3 = !self.random.one_in(3);
        let mut file =
            File { is_proto3, package: self.random.pick(&[None, Some("shop"), Some("shop.v1")]), ..File::default() };
        file.enums = vec![self.enumeration("Kind")];
        file.messages = ["Order", "Line", "Note"].map(|name| self.message(name, is_proto3, 1)).to_vec();
        if self.random.one_in(3) {
            let methods = vec![self.method(), self.method()];
            file.services = vec![Service { name: "Orders".to_owned(), methods }];
        }
        file
    }

    fn method(&mut self) -> [String; 3] {
        let name = format!("Do{}", self.unique());
        let types = ["Order", "Line", "stream Note"];
        [name, self.random.pick(&types).to_owned(), self.random.pick(&types).to_owned()]
    }

    fn message(&mut self, name: &str, is_proto3: bool, depth: usize) -> Message {
        let mut message = Message { name: name.to_owned(), ..Message::default() };
        let count = 1 + self.random.below(4);
        for (number, name) in (1..).zip(NAMES).take(count) {
            let field = self.field(name, number, is_proto3);
            message.fields.push(field);
        }
        if self.random.one_in(2) {
            let fields = (0..=self.random.below(3)).map(|_| self.member(is_proto3)).collect();
            message.oneofs.push(Oneof { name: "choice".to_owned(), fields });
        }
        if self.random.one_in(3) {
            message.reserved = Reserved { numbers: vec![60, 61], names: vec!["gone".to_owned(), "lost".to_owned()] };
        }
        if depth > 0 && self.random.one_in(3) {
            message.enums.push(self.enumeration("State"));
        }
        if depth > 0 && self.random.one_in(3) {
            message.messages.push(self.message("Inner", is_proto3, depth - 1));
        }
        message
    }

    fn member(&mut self, is_proto3: bool) -> Field {
        let number = self.unique();
        let mut field = self.field(&format!("m{number}"), number, is_proto3);
        field.label = "";
        field.options.retain(|option| !option.starts_with("packed"));
        if field.kind.starts_with("map") {
            "string".clone_into(&mut field.kind);
        }
        field
    }

    fn field(&mut self, name: &str, number: i32, is_proto3: bool) -> Field {
        let kind = match self.random.below(10) {
            0 => "Kind".to_owned(),
            1 => self.random.pick(&["Line", "Note", "Order"]).to_owned(),
            2 => format!(
                "map<{}, {}>",
                self.random.pick(&["string", "int32"]),
                self.random.pick(&["Note", "bool", "Kind"])
            ),
            3 => "google.protobuf.Timestamp".to_owned(),
            4 if self.random.one_in(2) => "google.type.Money".to_owned(),
            _ => self.random.pick(&SCALARS).to_owned(),
        };
        let labels: &[&str] = if is_proto3 {
            &["", "", "repeated", "optional"]
        } else {
            &["optional", "optional", "repeated", "required"]
        };
        let label = if kind.starts_with("map") { "" } else { self.random.pick(labels) };
        let mut options = Vec::new();
        if self.random.one_in(8) {
            options.push("deprecated = true".to_owned());
        }
        if self.random.one_in(8) {
            options.push(format!("json_name = \"{name}Json\""));
        }
        if !is_proto3 && label == "optional" && kind == "int32" && self.random.one_in(2) {
            options.push(format!("default = {}", self.random.below(3)));
        }
        Field { label, kind, name: name.to_owned(), number, options }
    }

    fn enumeration(&mut self, name: &str) -> Enum {
        let prefix = name.to_uppercase();
        let values = 0..2 + i32::try_from(self.random.below(3)).expect("it is small");
        let values = values.map(|number| (format!("{prefix}_{number}"), number)).collect();
        let mut one = Enum { name: name.to_owned(), values, reserved: Reserved::default() };
        if self.random.one_in(4) {
            one.reserved.numbers = vec![40];
        }
        one
    }

    /// The file with one or two changes of the kinds that the rules are about.
    pub(crate) fn changed(&mut self, file: &File) -> File {
        let mut changed = file.clone();
        for _ in 0..=self.random.below(2) {
            self.change(&mut changed);
        }
        changed
    }

    fn change(&mut self, file: &mut File) {
        let is_proto3 = file.is_proto3;
        match self.random.below(20) {
            0 => file.package = self.random.pick(&[None, Some("shop"), Some("shop.v2")]),
            1 => {
                let name = format!("New{}", self.unique());
                file.messages.push(self.message(&name, is_proto3, 0));
            }
            2 => file.messages.rotate_left(1),
            3 => self.change_enum(&mut file.enums[0]),
            4 => self.change_services(&mut file.services),
            _ => {
                let at = self.random.below(file.messages.len());
                self.change_message(&mut file.messages[at], is_proto3);
            }
        }
    }

    fn change_services(&mut self, services: &mut Vec<Service>) {
        let method = self.method();
        match services.first_mut() {
            None => services.push(Service { name: "Orders".to_owned(), methods: vec![method] }),
            Some(service) => match self.random.below(4) {
                0 => services.clear(),
                1 => drop(service.methods.pop()),
                2 => service.methods[0][1].clone_from(&method[1]),
                _ => service.methods.push(method),
            },
        }
    }

    fn change_enum(&mut self, one: &mut Enum) {
        let number = self.unique();
        match self.random.below(4) {
            0 if one.values.len() > 1 => drop(one.values.pop()),
            1 => one.values.last_mut().expect("an enum has values").0 = format!("{}_RENAMED_{number}", one.name),
            2 if !one.reserved.numbers.is_empty() => one.reserved.numbers.clear(),
            _ => one.values.push((format!("{}_ADDED_{number}", one.name), number)),
        }
    }

    fn change_message(&mut self, message: &mut Message, is_proto3: bool) {
        match self.random.below(12) {
            0 if !message.messages.is_empty() => message.messages.clear(),
            1 if !message.enums.is_empty() => self.change_enum(&mut message.enums[0]),
            2 => {
                let number = self.unique();
                let field = self.field(&format!("added_{number}"), number, is_proto3);
                message.fields.push(field);
            }
            3 if !message.reserved.names.is_empty() => match self.random.below(3) {
                0 => drop(message.reserved.names.pop()),
                1 => drop(message.reserved.numbers.pop()),
                _ => message.reserved = Reserved::default(),
            },
            4 | 5 => self.remove_field(message),
            6..=8 => self.change_oneofs(message, is_proto3),
            _ => self.change_field(message, is_proto3),
        }
    }

    fn remove_field(&mut self, message: &mut Message) {
        if message.fields.is_empty() {
            return;
        }
        let at = self.random.below(message.fields.len());
        let field = message.fields.remove(at);
        if self.random.one_in(2) {
            message.reserved.numbers.push(field.number);
        }
        if self.random.one_in(2) {
            message.reserved.names.push(field.name);
        }
    }

    fn change_field(&mut self, message: &mut Message, is_proto3: bool) {
        let outside = message.fields.len();
        let all = message.fields.iter_mut().chain(message.oneofs.iter_mut().flat_map(|oneof| &mut oneof.fields));
        let mut all: Vec<_> = all.collect();
        if all.is_empty() {
            return;
        }
        let at = self.random.below(all.len());
        let field = &mut *all[at];
        let number = self.unique();
        let other = self.field("other", 1, is_proto3);
        match self.random.below(7) {
            0 => field.name = format!("renamed_{number}"),
            1 => field.number = number,
            2 => field.options = vec![format!("json_name = \"j{number}\"")],
            3 => field.options = other.options.into_iter().filter(|option| !option.starts_with("json_name")).collect(),
            4 if !field.kind.starts_with("map") && !other.label.is_empty() && at < outside => {
                field.label = other.label;
                field.options.clear();
            }
            _ if !field.kind.starts_with("map") && !other.kind.starts_with("map") => {
                field.kind = other.kind;
                field.options.clear();
            }
            _ => {}
        }
    }

    fn change_oneofs(&mut self, message: &mut Message, is_proto3: bool) {
        let Some(oneof) = message.oneofs.first_mut() else { return self.make_oneof(message) };
        match self.random.below(6) {
            0 => message.oneofs.clear(),
            1 if oneof.fields.len() > 1 => drop(oneof.fields.pop()),
            2 if oneof.fields.len() > 1 => {
                let mut field = oneof.fields.remove(0);
                field.label = if is_proto3 { "" } else { "optional" };
                message.fields.push(field);
            }
            3 if oneof.fields.len() > 1 => {
                let fields = vec![oneof.fields.remove(0)];
                message.oneofs.push(Oneof { name: format!("choice{}", self.unique()), fields });
            }
            4 => {
                let is_single = |field: &Field| field.label != "repeated" && !field.kind.starts_with("map");
                let Some(at) = message.fields.iter().position(is_single) else { return };
                let mut field = message.fields.remove(at);
                field.label = "";
                oneof.fields.push(field);
            }
            _ => {
                let member = self.member(is_proto3);
                message.oneofs[0].fields.push(member);
            }
        }
    }

    fn make_oneof(&mut self, message: &mut Message) {
        let is_single = |field: &Field| field.label != "repeated" && !field.kind.starts_with("map");
        let (mut inside, outside): (Vec<_>, Vec<_>) =
            std::mem::take(&mut message.fields).into_iter().partition(is_single);
        message.fields = outside;
        let keep = self.random.below(2);
        while inside.len() > keep + 1 {
            message.fields.push(inside.remove(0));
        }
        for field in &mut inside {
            field.label = "";
        }
        if !inside.is_empty() {
            message.oneofs.push(Oneof { name: "made".to_owned(), fields: inside });
        }
    }
}
