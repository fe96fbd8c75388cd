//! Properties: those that both declare, and those that one of the two does not.
//!
//! What a property that only one declares means depends on what the other does with properties that it does not declare:
//! an open content model takes them, a closed one rejects them, a partially open one checks them.

use super::object::Side;
use crate::compatibility::{Effect, Policy};
use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Outcome, Places};
use crate::json_schema::compatibility::model::Object;
use crate::json_schema::compatibility::model::{Declared, Kind, Part, Rest};
use crate::json_schema::compatibility::rule::{effect, own, property};

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    let (olds, news) = (writer.1.properties, reader.1.properties);
    let mut kept = 0;
    for old in olds.members() {
        let name = &*old.key;
        // Most versions of a schema have their properties in the same order.
        let beside = news.members().get(kept).filter(|member| member.key == old.key);
        let Some(new) = beside.or_else(|| news.member(name)) else {
            removed(context, out, (name, olds.declared(old)), reader);
            continue;
        };
        kept += 1;
        if context.are_copied((writer.0, &old.value), (reader.0, &new.value)) {
            continue;
        }
        let outcome = context.compare_inside(olds.declared(old).part, news.declared(new).part);
        out.absorb(&format!("/properties/{name}"), &outcome);
    }
    if kept == news.members().len() {
        return;
    }
    for new in news.members().iter().filter(|new| !olds.contains(&new.key)) {
        add(context, out, (&new.key, news.declared(new)), writer, reader.1);
    }
}

type Named<'n, 'a> = (&'n str, Declared<'a>);

fn add<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    (name, new): Named<'_, 'a>,
    (node, writer): Side<'_, 'a>,
    reader: &Object<'a>,
) {
    let places = Places::new(Object::rest_place(node), new.place);
    let path = format!("/properties/{name}");
    let kind = Kindness::of(context, new.part, reader.required.contains_key(name));
    if writer.is_open() {
        return added_to_open(out, (name, path), places, &kind);
    }
    match governing(context, writer, name) {
        Rest::Checked(old) => {
            let outcome = context.compare_inside(old, new.part);
            let rules = [
                property::PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                property::PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
            ];
            covered(
                out,
                &path,
                places,
                (
                    &outcome,
                    rules,
                    format!("the reader declares `{name}`, which the writer checks as an undeclared property"),
                ),
            );
        }
        Rest::Allowed if !kind.is_empty => {
            let what = format!(
                "the reader declares `{name}`, which no pattern of the writer matches and which it allows with any value"
            );
            out.add(own::PROPERTY_ADDED_BESIDE_PATTERNS, path.clone(), places, what);
        }
        _ => {}
    }
    let (rule, word) = match (kind.is_required, kind.has_default) {
        (true, true) => (property::REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL, "requires"),
        (true, false) => (property::REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL, "requires"),
        (false, _) => (property::OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL, "declares"),
    };
    let what = format!("the reader {word} the property `{name}`, which the writer does not declare");
    if kind.is_required {
        let help =
            format!("take `{name}` out of `required`, and let the application supply a value where it is absent");
        let forward = format!("keep the property `{name}`, and keep it in `required`");
        out.add_with_help(rule, path, places, [what, help, forward]);
    } else {
        out.add(rule, path, places, what);
    }
}

/// What is said of a property that is added.
struct Kindness {
    is_required: bool,
    has_default: bool,
    is_empty: bool,
    describe: String,
}

impl Kindness {
    fn of<'a>(context: &mut Comparison<'a>, part: Part<'a>, is_required: bool) -> Self {
        let schema = context.load(part);
        Self {
            is_required,
            has_default: part.node.get("default").or(schema.node.get("default")).is_some(),
            is_empty: matches!(schema.kind, Kind::Empty),
            describe: schema.describe(),
        }
    }
}

fn added_to_open(out: &mut Findings, (name, path): (&str, String), places: Places, kind: &Kindness) {
    let describe = &kind.describe;
    if kind.is_empty {
        let what = format!("the reader declares `{name}` and accepts any value of it, as the writer does");
        return out.add(property::PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL, path, places, what);
    }
    let (rule, word) = match (kind.is_required, kind.has_default) {
        (true, true) => (property::REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL, "required"),
        (true, false) => (property::REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL, "required"),
        (false, _) => (property::OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL, "optional"),
    };
    let what = format!(
        "the {word} property `{name}` must be {describe}, but the writer's schema is open: its data may hold \
         `{name}` with a value of any type"
    );
    let required = if kind.is_required { format!("take `{name}` out of `required`, and then ") } else { String::new() };
    let help = format!(
        "{required}close the content model from the next subject on with `\"additionalProperties\": false`, which makes \
         optional properties safe to add; if nobody ever sent an undeclared `{name}`, set the compatibility policy of \
         the subject to `lenient`; or declare `\"{name}\": true` and check the value in the application"
    );
    let required = if kind.is_required { ", and keep it in `required`" } else { "" };
    let forward = format!(
        "keep `{name}` in `properties` as {describe}{required}; if nobody ever sends another value under an undeclared \
         `{name}`, set the compatibility policy of the subject to `lenient`"
    );
    out.add_with_help(rule, path, places, [what, help, forward]);
}

fn removed<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    (name, old): Named<'_, 'a>,
    (node, reader): Side<'_, 'a>,
) {
    let places = Places::new(old.place, Object::rest_place(node));
    let path = format!("/properties/{name}");
    match governing(context, reader, name) {
        Rest::Allowed => {
            let what = format!("the reader does not declare `{name}` and takes it unchecked");
            out.add(property::PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL, path, places, what);
        }
        Rest::Checked(new) => {
            let outcome = context.compare_inside(old.part, new);
            let rules = [
                property::PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
                property::PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL,
            ];
            covered(
                out,
                &path,
                places,
                (
                    &outcome,
                    rules,
                    format!("the reader does not declare `{name}` and checks it as an undeclared property"),
                ),
            );
        }
        Rest::Forbidden if matches!(context.load(old.part).kind, Kind::False) => {
            let what = format!("`{name}` is forbidden on both sides");
            out.add(property::PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL, path, places, what);
        }
        Rest::Forbidden => {
            let what =
                format!("the reader rejects every object with `{name}`, because it does not declare it and is closed");
            let help = format!(
                "keep `{name}` in `properties` without requiring it, and say in its `description` that it is not used; \
                 or set the compatibility policy of the subject to `lenient` if no reader validates"
            );
            let forward = format!(
                "leave `{name}` out until every reader has the new schema, or set the compatibility policy of the \
                 subject to `lenient` if no reader validates"
            );
            out.add_with_help(
                property::PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL,
                path,
                places,
                [what, help, forward],
            );
        }
    }
}

type Covering<'o> = (&'o Outcome, [&'static crate::compatibility::Rule; 2], String);

/// What a partially open content model makes of a property. The policy that forgives that it is not covered forgives
/// the reasons as well.
fn covered(out: &mut Findings, path: &str, places: Places, (outcome, [yes, no], what): Covering<'_>) {
    if outcome.is_compatible() {
        out.absorb(path, outcome);
        return out.add(yes, path, places, what);
    }
    let is_forgiven = out.policy() == Policy::Lenient && effect(no, out.policy()) == Effect::Safe;
    if is_forgiven {
        out.absorb_forgiven(path, outcome);
    } else {
        out.absorb(path, outcome);
    }
    let cause = outcome.cause().map_or(String::new(), |cause| format!(": {cause}"));
    out.add(no, path, places, format!("{what}{cause}"));
}

/// What an object schema asks of a property that it does not declare. Like Confluent, by the first pattern that matches.
fn governing<'a>(context: &mut Comparison<'a>, object: &Object<'a>, name: &str) -> Rest<'a> {
    let first = object.patterns.members().iter().find(|member| context.matches(&member.key, name) == Some(true));
    first.map_or(object.rest(), |member| Rest::Checked(object.patterns.declared(member).part))
}
