//! Gives what is declared in Protobuf files names that stay apart in Rust.
//!
//! `prost` turns `Foo_Bar` and `FooBar` into one type, puts what is nested in a message into a module named after it,
//! and makes methods of fields; where two of these names meet, its code does not compile. Here such a declaration gets
//! a number at its end, in the descriptors that `prost` reads. Who is written as its Rust name keeps it; then the first
//! in the order of the names. What went by another name before is remembered, because the names in a schema are those
//! that records and registries know.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::case::{camel, snake, variant};

/// Modules that would hide what the code beside them means: types of the language, and what the root passes on.
const HIDING: [&str; 16] = [
    "bool",
    "char",
    "f32",
    "f64",
    "i128",
    "i16",
    "i32",
    "i64",
    "i8",
    "isize",
    "prost_types",
    "str",
    "u32",
    "u64",
    "u8",
    "usize",
];

/// The package of the well-known types.
const KNOWN: &str = "google.protobuf";

/// What was renamed, and what became of it.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The full names of messages in the schemas, by those in the descriptors.
    pub(super) messages: BTreeMap<String, String>,
    /// The values of enums that were renamed: new and old names, by the module and the type.
    pub(super) texts: BTreeMap<(Vec<String>, String), Texts>,
    /// The packages of messages in the schemas and in the descriptors, by the full name in the schemas.
    pub(super) packages: BTreeMap<String, (String, String)>,
    /// The fields of each message, by its full name in the schemas.
    pub(super) fields: BTreeMap<String, Vec<NamedField>>,
    /// The new full names of types, by the old ones, both with a dot before.
    types: BTreeMap<String, String>,
    /// The variants' values in the descriptors, by the enum's full name there and the value's name in the schema.
    values: BTreeMap<String, String>,
}

/// New names with the old ones.
type Texts = Vec<(String, String)>;

/// Whether fields without a word before them know whether they are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// They do: proto2.
    Explicit,
    /// They do not: proto3.
    Implicit,
}

/// A field of a message.
#[derive(Clone, Debug)]
pub(super) struct NamedField {
    /// Its name in the schema.
    pub(super) name: String,
    /// The field of the struct; of the `oneof`, if it is in one.
    pub(super) ident: String,
    /// The name of its `oneof` in the schema, if it is in one.
    pub(super) one_of: Option<String>,
    /// The variant in its `oneof`, if it is in one.
    pub(super) variant: Option<String>,
}

/// A module on its way: what is declared in it.
#[derive(Default)]
struct Scope {
    entries: Vec<Entry>,
    /// Names that types and modules have taken.
    taken: BTreeSet<String>,
}

/// A message or an enum of a module.
struct Entry {
    /// The path of the descriptor: the file, then positions of messages; the last is that of an enum if it is one.
    path: Vec<usize>,
    is_enum: bool,
    name: String,
    /// Whether it has a module for what is nested in it.
    has_module: bool,
    /// The full names of what is around it, old and new, each with a dot before, or empty.
    around: (String, String),
}

/// Renames what would meet.
pub(super) fn rename(files: &mut [FileDescriptorProto]) -> Names {
    let mut names = Names::default();
    let packages: BTreeMap<String, String> =
        files.iter().map(|file| (file.package().to_owned(), package(file.package()))).collect();
    let mut originals: BTreeMap<usize, (String, String)> = BTreeMap::new();
    let mut scopes: BTreeMap<(usize, Vec<String>), Scope> = BTreeMap::new();
    let mut modules: BTreeSet<Vec<String>> = BTreeSet::new();
    // The well-known types are in `prost-types`, by their own names.
    for (number, file) in files.iter_mut().enumerate().filter(|(_, file)| file.package() != KNOWN) {
        let old = file.package().to_owned();
        let new = &packages[&old];
        if old != *new {
            file.package = Some(new.clone());
        }
        originals.insert(number, (old.clone(), new.clone()));
        let module: Vec<String> = parts(new).map(snake).collect();
        modules.extend((1..=module.len()).map(|end| module[..end].to_vec()));
        let dotted = |package: &str| if package.is_empty() { String::new() } else { format!(".{package}") };
        let around = (dotted(&old), dotted(new));
        let scope = scopes.entry((module.len(), module)).or_default();
        scope.extend(&[number], &file.message_type, &file.enum_type, &around);
    }
    // What is nested comes after what it is nested in, because that decides the module.
    while let Some(((depth, module), mut scope)) = scopes.pop_first() {
        let below: BTreeSet<String> = modules
            .iter()
            .filter(|path| path.len() == depth + 1 && path.starts_with(&module))
            .filter_map(|path| path.last().cloned())
            .collect();
        scope.entries.sort_by(|a, b| {
            (camel(&a.name) != a.name, &a.name, &a.path).cmp(&(camel(&b.name) != b.name, &b.name, &b.path))
        });
        for entry in std::mem::take(&mut scope.entries) {
            let name = scope.name(&entry, &below);
            let (old, new) = (format!("{}.{}", entry.around.0, entry.name), format!("{}.{name}", entry.around.1));
            names.types.insert(old.clone(), new.clone());
            if entry.is_enum {
                let renamed = enumeration(files, &entry.path);
                renamed.name = Some(name.clone());
                let texts = values(renamed, &new, &mut names.values);
                names.texts.insert((module.clone(), camel(&name)), texts);
                continue;
            }
            let message = message(files, &entry.path);
            message.name = Some(name.clone());
            for inner in message.nested_type.iter().filter(|inner| is_map_entry(inner)) {
                names.types.insert(format!("{old}.{}", inner.name()), format!("{new}.{}", inner.name()));
            }
            names.packages.insert(old[1..].to_owned(), originals[&entry.path[0]].clone());
            names.messages.insert(new[1..].to_owned(), old[1..].to_owned());
            if entry.has_module {
                let inner = module.iter().cloned().chain([snake(&name)]).collect::<Vec<_>>();
                let scope = scopes.entry((depth + 1, inner)).or_default();
                scope.extend(&entry.path, &message.nested_type, &message.enum_type, &(old, new));
            }
        }
    }
    for file in files.iter_mut().filter(|file| file.package() != KNOWN) {
        let around = if file.package().is_empty() { String::new() } else { format!(".{}", file.package()) };
        let presence = if file.syntax() == "proto3" { Presence::Implicit } else { Presence::Explicit };
        for message in &mut file.message_type {
            members(message, &format!("{around}.{}", message.name()), presence, &mut names);
        }
    }
    names
}

impl Scope {
    fn extend(
        &mut self,
        path: &[usize],
        messages: &[DescriptorProto],
        enums: &[EnumDescriptorProto],
        around: &(String, String),
    ) {
        let at = |position: usize| path.iter().copied().chain([position]).collect();
        let messages = messages.iter().enumerate().filter(|(_, message)| !is_map_entry(message));
        self.entries.extend(messages.map(|(position, message)| Entry {
            path: at(position),
            is_enum: false,
            name: message.name().to_owned(),
            has_module: has_module(message),
            around: around.clone(),
        }));
        self.entries.extend(enums.iter().enumerate().map(|(position, declared)| Entry {
            path: at(position),
            is_enum: true,
            name: declared.name().to_owned(),
            has_module: false,
            around: around.clone(),
        }));
    }

    /// The first name whose type and module are free. A message may share its module with a package.
    fn name(&mut self, entry: &Entry, packages: &BTreeSet<String>) -> String {
        let name = candidates(&entry.name)
            .find(|name| {
                let (type_name, module) = (camel(name), snake(name));
                let is_free = !self.taken.contains(&type_name) && !packages.contains(&type_name);
                let is_module_free =
                    !self.taken.contains(&module) && module != type_name && !HIDING.contains(&module.as_str());
                is_free && (!entry.has_module || is_module_free)
            })
            .expect("numbers do not end");
        self.taken.insert(camel(&name));
        if entry.has_module {
            self.taken.insert(snake(&name));
        }
        name
    }
}

/// A name, and the same with a number at its end.
fn candidates(name: &str) -> impl Iterator<Item = String> {
    let is_blank = !name.contains(|c: char| c.is_ascii_alphanumeric());
    let name = if is_blank { "Underscore".to_owned() } else { name.to_owned() };
    std::iter::once(name.clone()).chain((2_u64..).map(move |number| {
        // `V1` and `2` would be another number.
        let gap = if name.ends_with(|c: char| c.is_ascii_digit()) { "_" } else { "" };
        format!("{name}{gap}{number}")
    }))
}

fn parts(package: &str) -> impl Iterator<Item = &str> {
    package.split('.').filter(|part| !part.is_empty())
}

/// A package whose modules hide nothing. `mod.rs` would be the module around it.
fn package(name: &str) -> String {
    let part = |part: &str| {
        let module = snake(part);
        if module.is_empty() {
            "underscore".to_owned()
        } else if HIDING.contains(&module.as_str()) || module == "r#mod" {
            format!("{part}_package")
        } else {
            part.to_owned()
        }
    };
    parts(name).map(part).collect::<Vec<_>>().join(".")
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

fn has_module(message: &DescriptorProto) -> bool {
    let has_one_of = message.field.iter().any(|field| one_of(field).is_some());
    has_one_of || !message.enum_type.is_empty() || message.nested_type.iter().any(|inner| !is_map_entry(inner))
}

/// The position of the `oneof` that a field is in; `optional` is none.
fn one_of(field: &FieldDescriptorProto) -> Option<usize> {
    let position = field.oneof_index.filter(|_| !field.proto3_optional())?;
    usize::try_from(position).ok()
}

fn message<'f>(files: &'f mut [FileDescriptorProto], path: &[usize]) -> &'f mut DescriptorProto {
    let message = &mut files[path[0]].message_type[path[1]];
    path[2..].iter().fold(message, |message, position| &mut message.nested_type[*position])
}

fn enumeration<'f>(files: &'f mut [FileDescriptorProto], path: &[usize]) -> &'f mut EnumDescriptorProto {
    match path {
        [file, position] => &mut files[*file].enum_type[*position],
        [around @ .., position] => &mut message(files, around).enum_type[*position],
        [] => unreachable!("a path begins with a file"),
    }
}

/// Names the values of an enum; of those with one number only the first is a variant. Gives new names with the old.
fn values(declared: &mut EnumDescriptorProto, full_name: &str, renamed: &mut BTreeMap<String, String>) -> Texts {
    let mut texts = Vec::new();
    let enum_type = camel(declared.name());
    let mut taken = BTreeSet::new();
    let mut numbers = BTreeMap::new();
    for value in &mut declared.value {
        let old = value.name().to_owned();
        let number = value.number();
        if let Some(first) = numbers.get(&number) {
            renamed.insert(format!("{full_name}.{old}"), String::clone(first));
            continue;
        }
        let name =
            candidates(&old).find(|name| !taken.contains(&variant(&enum_type, name))).expect("numbers do not end");
        taken.insert(variant(&enum_type, &name));
        renamed.insert(format!("{full_name}.{old}"), name.clone());
        numbers.insert(number, name.clone());
        if name != old {
            texts.push((name.clone(), old));
        }
        value.name = Some(name);
    }
    texts
}

/// Names the fields of a message and of those in it, and lets them refer to types by their new names.
fn members(message: &mut DescriptorProto, full_name: &str, presence: Presence, names: &mut Names) {
    for inner in &mut message.nested_type {
        members(inner, &format!("{full_name}.{}", inner.name()), presence, names);
    }
    for field in &mut message.field {
        if let Some(new) = field.type_name.as_ref().and_then(|old| names.types.get(old)) {
            field.type_name = Some(new.clone());
        }
        if let (Type::Enum, Some(default)) = (field.r#type(), &field.default_value) {
            let value = names.values.get(&format!("{}.{default}", field.type_name()));
            field.default_value = value.cloned().or_else(|| field.default_value.clone());
        }
    }
    if is_map_entry(message) {
        return;
    }
    let mut struct_names = StructNames::default();
    let mut renamed: BTreeMap<usize, NamedField> = BTreeMap::new();
    let entries: BTreeSet<String> = message
        .nested_type
        .iter()
        .filter(|inner| is_map_entry(inner))
        .map(|inner| format!("{full_name}.{}", inner.name()))
        .collect();
    let enum_entries: BTreeSet<String> = message
        .nested_type
        .iter()
        .filter(|inner| {
            is_map_entry(inner)
                && inner.field.iter().any(|field| field.name() == "value" && field.r#type() == Type::Enum)
        })
        .map(|inner| format!("{full_name}.{}", inner.name()))
        .collect();
    let mut order: Vec<usize> = (0..message.field.len()).filter(|at| one_of(&message.field[*at]).is_none()).collect();
    order.sort_by_key(|at| {
        let name = message.field[*at].name();
        (snake(name) != name, name.to_owned())
    });
    for at in order {
        let field = &mut message.field[at];
        let old = field.name().to_owned();
        let of_map = field.type_name.as_ref().filter(|name| entries.contains(*name));
        let methods = match of_map {
            Some(entry) if enum_entries.contains(entry) => &["get_", "insert_"][..],
            Some(_) => &[],
            None => methods(field, presence),
        };
        let name = struct_names.field(&old, methods);
        renamed.insert(at, NamedField { name: old, ident: snake(&name), one_of: None, variant: None });
        field.name = Some(name);
    }
    let nested: BTreeSet<String> = message
        .nested_type
        .iter()
        .filter(|inner| !is_map_entry(inner))
        .map(|inner| camel(inner.name()))
        .chain(message.enum_type.iter().map(|inner| camel(inner.name())))
        .collect();
    let mut types = nested.clone();
    types.extend(message.nested_type.iter().filter(|inner| has_module(inner)).map(|inner| snake(inner.name())));
    for position in 0..message.oneof_decl.len() {
        let fields: Vec<usize> =
            (0..message.field.len()).filter(|at| one_of(&message.field[*at]) == Some(position)).collect();
        if fields.is_empty() {
            continue;
        }
        let declared = &mut message.oneof_decl[position];
        // `prost` adds this where a nested type has the name.
        let enum_name = |name: &str| {
            let ident = camel(name);
            if nested.contains(&ident) { format!("{ident}OneOf") } else { ident }
        };
        let is_free = |name: &String| struct_names.is_free(name, &[]) && !types.contains(&enum_name(name));
        let name = candidates(declared.name()).find(is_free).expect("numbers do not end");
        types.insert(enum_name(&name));
        let ident = snake(&struct_names.field(&name, &[]));
        let one_of = declared.name().to_owned();
        declared.name = Some(name);
        let mut taken = BTreeSet::new();
        for at in fields {
            let field = &mut message.field[at];
            let old = field.name().to_owned();
            let name = candidates(&old).find(|name| !taken.contains(&camel(name))).expect("numbers do not end");
            taken.insert(camel(&name));
            let (one_of, variant) = (Some(one_of.clone()), Some(camel(&name)));
            renamed.insert(at, NamedField { name: old, ident: ident.clone(), one_of, variant });
            field.name = Some(name);
        }
    }
    let original = names.messages.get(&full_name[1..]).cloned().unwrap_or_else(|| full_name[1..].to_owned());
    names.fields.insert(original, renamed.into_values().collect());
}

/// What the methods begin with that `prost` makes of a field; empty for the one that is named like it.
fn methods(field: &FieldDescriptorProto, presence: Presence) -> &'static [&'static str] {
    match (field.r#type(), field.label()) {
        (Type::Enum, Label::Repeated) => &["", "push_"],
        (Type::Enum, _) => &["", "set_"],
        (Type::Message | Type::Group, _) | (_, Label::Repeated) => &[],
        (_, Label::Optional) if presence == Presence::Explicit || field.proto3_optional() => &[""],
        _ => &[],
    }
}

/// Names that the fields of a struct and their methods have taken.
#[derive(Default)]
struct StructNames {
    fields: BTreeSet<String>,
    methods: BTreeSet<String>,
}

impl StructNames {
    fn is_free(&self, name: &str, prefixes: &[&str]) -> bool {
        let ident = snake(name);
        let methods = method_names(&ident, prefixes);
        !self.fields.contains(&ident) && methods.iter().all(|method| !self.methods.contains(method))
    }

    fn field(&mut self, name: &str, prefixes: &[&str]) -> String {
        let name = candidates(name).find(|name| self.is_free(name, prefixes)).expect("numbers do not end");
        let ident = snake(&name);
        self.methods.extend(method_names(&ident, prefixes));
        self.fields.insert(ident);
        name
    }
}

fn method_names(ident: &str, prefixes: &[&str]) -> Vec<String> {
    let plain = ident.trim_start_matches("r#");
    prefixes.iter().map(|prefix| format!("{prefix}{plain}")).collect()
}
