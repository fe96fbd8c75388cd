//! Incompatibilities as they are told: Confluent's message, and ours with names, places and a way out.

use super::check::{Found, MAX_PLACES, MAX_STEPS, Problem};
use super::location::Locations;
use super::{Kind, Node, rules};
use crate::avro::model::Type;
use crate::avro::{Field, Notation};
use crate::compatibility::{Difference, Rule};
use crate::span::Place;

/// What is told beside the rule and the location.
struct Words {
    /// Java's message.
    info: String,
    /// Confluent's description, with `%s` for the role of the reader and then of the writer.
    description: String,
    what: String,
    help: Option<String>,
    reader: Place,
    writer: Place,
}

pub(super) fn difference(found: &Found<'_>, locations: &Locations) -> Difference {
    let path = locations.show(found.at);
    let rule = rule(&found.problem);
    let words = words(found, &path.replace('%', "%%"));
    let message = match found.problem {
        Problem::SeveralFields(_) => format!("Unexpected exception during compatibility check: {}", words.description),
        _ => format!(
            "{{errorType:'{}', description:'{}', additionalInfo:'{}'}}",
            rule.name, words.description, words.info
        ),
    };
    let (reader, writer) = (Some(words.reader), Some(words.writer));
    Difference { rule, effect: rule.effect, path, message, what: words.what, help: words.help, reader, writer }
}

fn rule(problem: &Problem<'_>) -> &'static Rule {
    match problem {
        Problem::Name => &rules::NAME_MISMATCH,
        Problem::FixedSize { .. } => &rules::FIXED_SIZE_MISMATCH,
        Problem::Symbols(_) => &rules::MISSING_ENUM_SYMBOLS,
        Problem::MissingDefault(_) => &rules::READER_FIELD_MISSING_DEFAULT_VALUE,
        Problem::SeveralFields(_) => &rules::SEVERAL_WRITER_FIELDS,
        Problem::Kinds => &rules::TYPE_MISMATCH,
        Problem::Branch(_) => &rules::MISSING_UNION_BRANCH,
        Problem::TooLarge | Problem::TooDeep => &rules::TOO_LARGE_TO_COMPARE,
    }
}

fn words(found: &Found<'_>, path: &str) -> Words {
    let (reader, writer) = (found.reader, found.writer);
    match &found.problem {
        Problem::Name => name(reader, writer, path),
        Problem::FixedSize { reader: size, writer: written } => Words {
            info: format!("expected: {written}, found: {size}"),
            description: format!(
                "The size of FIXED type field at path '{path}' in the %s schema does not match with the %s schema"
            ),
            what: format!("fixed {} has {size} bytes here and {written} bytes in the data", shown(reader)),
            help: Some(format!("keep {written} bytes, or give the new size to a new type in a new field")),
            reader: reader.attribute("size"),
            writer: writer.attribute("size"),
        },
        Problem::Symbols(missing) => symbols(missing, reader, writer, path),
        Problem::MissingDefault(field) => Words {
            info: escaped(&field.name),
            description: format!(
                "The field '{}' at path '{path}' in the %s schema has no default value and is missing in the %s schema",
                escaped(&field.name)
            ),
            what: format!("field `{}` of record {} is not in the data and has no default", field.name, shown(reader)),
            help: Some(format!(
                "give `{}` a default, such as {}, or, if it is an old field under a new name, list the old name in its \
                 `aliases`",
                field.name,
                with_default(field, reader.document.notation(field.place.file))
            )),
            reader: field.place,
            writer: writer.attribute("name"),
        },
        Problem::SeveralFields(field) => Words {
            info: String::new(),
            description: format!(
                "Reader record field {} matches multiple fields in writer record schema {}",
                escaped(&field.name),
                escaped(&shown(writer))
            ),
            what: format!("field `{}` has the names of several fields of the data", field.name),
            help: Some(format!("leave one of the names and `aliases` of `{}` that the data has", field.name)),
            reader: field.place,
            writer: writer.attribute("fields"),
        },
        Problem::Kinds => kinds(reader, writer, path),
        Problem::Branch(branch) => branch_words(reader, writer, *branch, path),
        Problem::TooLarge => Words {
            info: format!("more than {MAX_STEPS} pairs of types"),
            description: "The %s schema and the %s schema are too large to compare".to_owned(),
            what: format!("the schemas need more than {MAX_STEPS} comparisons of types"),
            help: Some(
                "split the schema: unions of many records that hold each other are compared pair by pair".to_owned(),
            ),
            reader: reader.place(),
            writer: writer.place(),
        },
        Problem::TooDeep => Words {
            info: format!("places of more than {MAX_PLACES} steps"),
            description: "The %s schema and the %s schema differ in more places than can be told".to_owned(),
            what: format!("there are more differences, whose places have more than {MAX_PLACES} steps together"),
            help: Some("mend the differences that are told, or split the schema: types in it nest too deep".to_owned()),
            reader: reader.place(),
            writer: writer.place(),
        },
    }
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

fn name(reader: Node<'_>, writer: Node<'_>, path: &str) -> Words {
    let written = writer.named().map(|named| named.name.to_string()).unwrap_or_default();
    Words {
        info: format!("expected: {}", escaped(&written)),
        description: format!("The name of the schema has changed (path '{path}')"),
        what: format!("{} was written as `{written}`", shown(reader)),
        help: Some(format!("keep the name, or add `\"aliases\": [\"{written}\"]` to the new type")),
        reader: reader.named().map_or_else(|| reader.place(), |named| named.place),
        writer: writer.named().map_or_else(|| writer.place(), |named| named.place),
    }
}

fn symbols(missing: &[&str], reader: Node<'_>, writer: Node<'_>, path: &str) -> Words {
    let list = escaped(&format!("[{}]", missing.join(", ")));
    let names: Vec<String> = missing.iter().take(8).map(|name| format!("`{name}`")).collect();
    let more = if missing.len() > names.len() { ", ..." } else { "" };
    let plural = if missing.len() == 1 { "" } else { "s" };
    Words {
        description: format!("The %s schema is missing enum symbols '{list}' at path '{path}' in the %s schema"),
        info: list,
        what: format!("enum {} lacks the symbol{plural} {}{more}", shown(reader), names.join(", ")),
        help: Some(
            "keep the symbols, or give the reading enum a `default`, which readers take for symbols they do not know"
                .to_owned(),
        ),
        reader: reader.attribute("symbols"),
        writer: writer.attribute("symbols"),
    }
}

fn kinds(reader: Node<'_>, writer: Node<'_>, path: &str) -> Words {
    let (left, right) = (reader.kind(), writer.kind());
    let help = if right.reads(left) {
        format!("numbers only widen: read as {}, or write {}", shown(writer), shown(reader))
    } else {
        "keep the type, or add a new field with the new type and a default and leave the old one".to_owned()
    };
    Words {
        info: format!("reader type: {} not compatible with writer type: {}", left.as_str(), right.as_str()),
        description: format!("The type (path '{path}') of a field in the %s schema does not match with the %s schema"),
        what: format!("{} cannot be read as {}", shown(writer), shown(reader)),
        help: Some(help),
        reader: reader.place(),
        writer: writer.place(),
    }
}

fn branch_words(reader: Node<'_>, writer: Node<'_>, branch: Node<'_>, path: &str) -> Words {
    let is_null = branch.kind() == Kind::Null;
    let help = if is_null {
        "add `\"null\"` to the union that reads, and write `null` no more before you remove it".to_owned()
    } else if writer.kind() == Kind::Union {
        format!("add {} to the union that reads", shown(branch))
    } else {
        format!("add {} as a branch", shown(branch))
    };
    Words {
        info: format!("reader union lacking writer type: {}", branch.kind().as_str()),
        description: format!("The %s schema is missing a type inside a union field at path '{path}' in the %s schema"),
        what: format!("no branch of the union reads {}", shown(branch)),
        help: Some(help),
        reader: reader.place(),
        writer: branch.place(),
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

/// A name from a schema as part of a message in which `%s` has a meaning.
fn escaped(text: &str) -> String {
    text.replace('%', "%%")
}
