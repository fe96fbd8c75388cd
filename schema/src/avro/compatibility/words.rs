//! Incompatibilities as they are told: Confluent's message, and ours with names, places and a way out.

use super::check::{Found, MAX_PLACES, MAX_STEPS, Problem, missing_symbols};
use super::location::Locations;
use super::{Kind, Node, rules};
use crate::avro::model::Type;
use crate::avro::{Field, Notation};
use crate::compatibility::{Difference, Direction, Rule};
use crate::span::Place;

/// What is told beside the rule and the location.
struct Words {
    /// Java's message.
    info: String,
    /// Confluent's description.
    description: String,
    what: String,
    help: String,
    reader: Place,
    writer: Place,
}

/// An incompatibility, with what its words are made of.
struct Case<'f, 'a> {
    reader: Node<'a>,
    writer: Node<'a>,
    direction: Direction,
    path: &'f str,
}

pub(super) fn difference(found: &Found<'_>, locations: &Locations, direction: Direction) -> Difference {
    let path = locations.show(found.at);
    let rule = rule(&found.problem);
    let case = Case { reader: found.reader, writer: found.writer, direction, path: &path };
    let words = case.words(&found.problem);
    let message = match found.problem {
        Problem::SeveralFields(_) => format!("Unexpected exception during compatibility check: {}", words.description),
        _ => format!(
            "{{errorType:'{}', description:'{}', additionalInfo:'{}'}}",
            rule.name, words.description, words.info
        ),
    };
    let (reader, writer) = (Some(words.reader), Some(words.writer));
    Difference { rule, effect: rule.effect, path, message, what: words.what, help: Some(words.help), reader, writer }
}

fn rule(problem: &Problem<'_>) -> &'static Rule {
    match problem {
        Problem::Name => &rules::NAME_MISMATCH,
        Problem::FixedSize { .. } => &rules::FIXED_SIZE_MISMATCH,
        Problem::Symbols => &rules::MISSING_ENUM_SYMBOLS,
        Problem::MissingDefault(_) => &rules::READER_FIELD_MISSING_DEFAULT_VALUE,
        Problem::SeveralFields(_) => &rules::SEVERAL_WRITER_FIELDS,
        Problem::Kinds => &rules::TYPE_MISMATCH,
        Problem::Branch(_) => &rules::MISSING_UNION_BRANCH,
        Problem::TooLarge | Problem::TooDeep => &rules::TOO_LARGE_TO_COMPARE,
    }
}

impl Case<'_, '_> {
    fn words(&self, problem: &Problem<'_>) -> Words {
        match problem {
            Problem::Name => self.name(),
            Problem::FixedSize { reader, writer } => self.fixed_size(*reader, *writer),
            Problem::Symbols => self.symbols(),
            Problem::MissingDefault(field) => self.missing_default(field),
            Problem::SeveralFields(field) => self.several_fields(field),
            Problem::Kinds => self.kinds(),
            Problem::Branch(branch) => self.branch(*branch),
            Problem::TooLarge => self.too_large(),
            Problem::TooDeep => self.too_deep(),
        }
    }

    /// What the new and what the old type is called.
    fn shown(&self) -> [String; 2] {
        self.direction.by_age(shown(self.reader), shown(self.writer))
    }

    fn name(&self) -> Words {
        let place = |node: Node<'_>| node.named().map_or_else(|| node.place(), |named| named.place);
        let [new, old] = self.shown();
        Words {
            info: format!("expected: {}", name_of(self.writer)),
            description: format!("The name of the schema has changed (path '{}')", self.path),
            what: format!("{new} was written as {old}"),
            help: match self.direction {
                Direction::Backward => {
                    format!("keep the name, or add `\"aliases\": [\"{}\"]` to the new type", name_of(self.writer))
                }
                Direction::Forward => format!("keep the name {old}: readers of the old schema look for no other"),
            },
            reader: place(self.reader),
            writer: place(self.writer),
        }
    }

    fn fixed_size(&self, reader: u32, writer: u32) -> Words {
        let ([new, old], [name, _]) = (self.direction.by_age(reader, writer), self.shown());
        let [by, from] = self.direction.roles();
        Words {
            info: format!("expected: {writer}, found: {reader}"),
            description: format!(
                "The size of FIXED type field at path '{}' in the {by} schema does not match with the {from} schema",
                self.path
            ),
            what: format!("fixed {name} has {new} bytes and had {old}"),
            help: format!("keep {old} bytes, or give the new size to a new type in a new field"),
            reader: self.reader.attribute("size"),
            writer: self.writer.attribute("size"),
        }
    }

    fn symbols(&self) -> Words {
        let mut missing = missing_symbols(self.reader.symbols(), self.writer.symbols());
        missing.sort_by(|left, right| left.encode_utf16().cmp(right.encode_utf16()));
        let list = format!("[{}]", missing.join(", "));
        let mut names = missing.iter().take(8).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        if missing.len() > 8 {
            names += ", ...";
        }
        let plural = if missing.len() == 1 { "" } else { "s" };
        let ([by, from], [name, _]) = (self.direction.roles(), self.shown());
        let (what, help) = match self.direction {
            Direction::Backward => (
                format!("enum {name} lacks the symbol{plural} {names}"),
                "keep the symbols, or give the enum a `default`, which readers take for symbols they do not know"
                    .to_owned(),
            ),
            Direction::Forward => (
                format!("enum {name} has the new symbol{plural} {names}, and no default before"),
                format!("leave out {names} until every reader has the new schema, and give the enum a `default`"),
            ),
        };
        Words {
            description: format!(
                "The {by} schema is missing enum symbols '{list}' at path '{}' in the {from} schema",
                self.path
            ),
            info: list,
            what,
            help,
            reader: self.reader.attribute("symbols"),
            writer: self.writer.attribute("symbols"),
        }
    }

    fn missing_default(&self, field: &Field) -> Words {
        let ([by, from], name, record) = (self.direction.roles(), &field.name, shown(self.reader));
        let (what, help) = match self.direction {
            Direction::Backward => (
                format!("field `{name}` of record {record} is not in the data and has no default"),
                format!(
                    "give `{name}` a default, such as {}, or, if it is an old field under a new name, list the old name \
                     in its `aliases`",
                    with_default(field, self.reader.document.notation(field.place.file))
                ),
            ),
            Direction::Forward => (
                format!("field `{name}` of record {record} is gone, and had no default"),
                format!(
                    "keep `{name}`: the old schema cannot be given a default for it any more, nor an alias for a new name"
                ),
            ),
        };
        Words {
            info: name.to_string(),
            description: format!(
                "The field '{name}' at path '{}' in the {by} schema has no default value and is missing in the {from} \
                 schema",
                self.path
            ),
            what,
            help,
            reader: field.place,
            writer: self.writer.attribute("name"),
        }
    }

    fn several_fields(&self, field: &Field) -> Words {
        let (name, record) = (&field.name, shown(self.writer));
        let (what, help) = match self.direction {
            Direction::Backward => (
                format!("field `{name}` has the names of several fields of the data"),
                format!("leave one of the names and `aliases` of `{name}` that the data has"),
            ),
            Direction::Forward => (
                format!("several fields of the data have a name that field `{name}` of the old schema has"),
                format!("leave one field in record {record} whose name is `{name}` or one of its old `aliases`"),
            ),
        };
        Words {
            info: String::new(),
            description: format!("Reader record field {name} matches multiple fields in writer record schema {record}"),
            what,
            help,
            reader: field.place,
            writer: self.writer.attribute("fields"),
        }
    }

    fn kinds(&self) -> Words {
        let (left, right) = (self.reader.kind(), self.writer.kind());
        let ([by, from], [_, old]) = (self.direction.roles(), self.shown());
        let help = match self.direction {
            Direction::Backward if right.reads(left) => format!("keep {old}: numbers only widen"),
            Direction::Forward if right.reads(left) => format!("keep {old} until every reader has the wider type"),
            _ => "keep the type, or add a new field with the new type and a default and leave the old one".to_owned(),
        };
        Words {
            info: format!("reader type: {} not compatible with writer type: {}", left.as_str(), right.as_str()),
            description: format!(
                "The type (path '{}') of a field in the {by} schema does not match with the {from} schema",
                self.path
            ),
            what: format!("{} cannot be read as {}", shown(self.writer), shown(self.reader)),
            help,
            reader: self.reader.place(),
            writer: self.writer.place(),
        }
    }

    fn branch(&self, branch: Node<'_>) -> Words {
        let ([by, from], missing) = (self.direction.roles(), shown(branch));
        let help = match self.direction {
            Direction::Forward => format!("leave out {missing} until every reader has a branch for it"),
            Direction::Backward if branch.kind() == Kind::Null => {
                "keep `\"null\"` in the union, and write `null` no more before you remove it".to_owned()
            }
            Direction::Backward if self.writer.kind() == Kind::Union => format!("keep {missing} in the union"),
            Direction::Backward => format!("add {missing} as a branch"),
        };
        Words {
            info: format!("reader union lacking writer type: {}", branch.kind().as_str()),
            description: format!(
                "The {by} schema is missing a type inside a union field at path '{}' in the {from} schema",
                self.path
            ),
            what: format!("no branch of the union reads {missing}"),
            help,
            reader: self.reader.place(),
            writer: branch.place(),
        }
    }

    fn too_large(&self) -> Words {
        let [by, from] = self.direction.roles();
        Words {
            info: format!("more than {MAX_STEPS} pairs of types"),
            description: format!("The {by} schema and the {from} schema are too large to compare"),
            what: format!("the schemas need more than {MAX_STEPS} comparisons of types"),
            help: "split the schema: unions of many records that hold each other are compared pair by pair".to_owned(),
            reader: self.reader.place(),
            writer: self.writer.place(),
        }
    }

    fn too_deep(&self) -> Words {
        let [by, from] = self.direction.roles();
        Words {
            info: format!("places of more than {MAX_PLACES} steps"),
            description: format!("The {by} schema and the {from} schema differ in more places than can be told"),
            what: format!("there are more differences, whose places have more than {MAX_PLACES} steps together"),
            help: "mend the differences that are told, or split the schema: types in it nest too deep".to_owned(),
            reader: self.reader.place(),
            writer: self.writer.place(),
        }
    }
}

fn name_of(node: Node<'_>) -> String {
    node.named().map(|named| named.name.to_string()).unwrap_or_default()
}

/// A field with a default, to be pasted where its type is a short one.
fn with_default(field: &Field, notation: Notation) -> String {
    let name = &field.name;
    let attribute = |value: &str| match notation {
        Notation::Json | Notation::Protocol => format!("`\"default\": {value}`"),
        Notation::Idl => format!("`{name} = {value}`"),
    };
    let primitive = match &field.schema {
        Type::Array(_) => return attribute("[]"),
        Type::Map(_) => return attribute("{}"),
        Type::Union(branches) if branches.first() == Some(&Type::Null) => return attribute("null"),
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Long => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes => "bytes",
        Type::String => "string",
        _ => return format!("{} and a union that starts with `null` as its type", attribute("null")),
    };
    match notation {
        Notation::Json | Notation::Protocol => {
            format!("`{{\"name\": \"{name}\", \"type\": [\"null\", \"{primitive}\"], \"default\": null}}`")
        }
        Notation::Idl => format!("`union {{ null, {primitive} }} {name} = null;`"),
    }
}

/// A type as one would name it.
pub(super) fn shown(node: Node<'_>) -> String {
    match node.named() {
        Some(named) => format!("`{}`", named.name),
        None if node.kind() == Kind::Union => "a union".to_owned(),
        None => format!("`{}`", node.kind().as_str().to_ascii_lowercase()),
    }
}
