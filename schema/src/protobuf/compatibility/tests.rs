//! What of two files is different, for whom, and where: the table by subject, and the reason for every cell.

mod fields;
mod hazards;
mod messages;
mod oneofs;
mod shapes;

use crate::compatibility::{Difference, Direction, Effect, Policy};
use crate::protobuf::Document;
use crate::protobuf::tests::{parse, parse_with};

/// `RULE path` of every difference that breaks, in order.
pub(super) fn breaking(reader: &str, writer: &str) -> Vec<String> {
    of_effect(&compare(reader, writer), Effect::Breaking)
}

/// `RULE path` of every difference that is a hazard, in order.
pub(super) fn risky(reader: &str, writer: &str) -> Vec<String> {
    of_effect(&compare(reader, writer), Effect::Risky)
}

/// `RULE path` of every difference that Confluent lists and lets pass, in order.
pub(super) fn safe(reader: &str, writer: &str) -> Vec<String> {
    of_effect(&compare(reader, writer), Effect::Safe)
}

fn of_effect(differences: &[Difference], effect: Effect) -> Vec<String> {
    let chosen = differences.iter().filter(|difference| difference.effect == effect);
    chosen.map(|difference| format!("{} {}", difference.rule.name, difference.path)).collect()
}

/// Compares two files; what is not a statement of its own is taken to be the body of `message M`.
pub(super) fn compare(reader: &str, writer: &str) -> Vec<Difference> {
    super::compare(&parse(&file(reader)), &parse(&file(writer)), Direction::Backward)
}

pub(super) fn compare_with(reader: &str, writer: &str, references: [&[(&str, &str)]; 2]) -> Vec<Difference> {
    super::compare(
        &parse_with(&file(reader), references[0]),
        &parse_with(&file(writer), references[1]),
        Direction::Backward,
    )
}

fn file(text: &str) -> String {
    if text.contains("syntax") {
        return text.to_owned();
    }
    let statements = ["message ", "enum ", "service ", "package ", "import "];
    if statements.iter().any(|statement| text.starts_with(statement)) {
        format!("syntax = \"proto3\"; {text}")
    } else {
        format!("syntax = \"proto3\"; message M {{ {text} }}")
    }
}

pub(super) fn proto2(body: &str) -> String {
    format!("syntax = \"proto2\"; message M {{ {body} }}")
}

/// A difference as people see it: the two texts with what is meant in brackets.
pub(super) fn shown(reader: &str, writer: &str) -> String {
    let (reader, writer) = (parse(&file(reader)), parse(&file(writer)));
    let mark = |document: &Document, place: Option<crate::Place>| {
        let Some(place) = place else { return "-".to_owned() };
        assert_eq!(place.file, 0);
        let (text, range) = (&document.source().text, place.span.range());
        format!("{}[{}]{}", &text[..range.start], &text[range.clone()], &text[range.end..])
    };
    let show = |difference: &Difference| {
        format!(
            "{} ({:?}) {}\nwhat: {}\nhelp: {}\nreader: {}\nwriter: {}\n",
            difference.rule.name,
            difference.effect,
            difference.path,
            difference.what,
            difference.help.as_deref().unwrap_or("-"),
            mark(&reader, difference.reader),
            mark(&writer, difference.writer),
        )
    };
    super::compare(&reader, &writer, Direction::Backward).iter().map(show).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_message_has_confluents_form() {
    let documents = ["string a = 1;", "int32 a = 1;"].map(|text| crate::Document::Protobuf(parse(&file(text))));
    let differences = crate::compatibility::compare(&documents[0], &documents[1], Policy::Strict).unwrap();
    assert_eq!(
        differences[0].message,
        "{errorType:\"FIELD_SCALAR_KIND_CHANGED\", description:\"At path '#/M/1' of the new schema, compared with the \
         old schema: field `a` (1) is `string` and was written as `int32`.\"}"
    );
}

#[test]
fn every_rule_has_texts_and_a_name_of_its_own() {
    let mut names: Vec<_> = super::RULES.iter().map(|rule| rule.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), super::RULES.len());
    for rule in super::RULES {
        assert!([rule.what, rule.why, rule.fix].iter().all(|text| text.ends_with('.')), "{}", rule.name);
    }
}
