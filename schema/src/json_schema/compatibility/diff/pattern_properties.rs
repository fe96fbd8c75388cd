//! `patternProperties`, which Confluent looks at only to find out whether a property is covered.
//!
//! What a reader asks of a name is asked by its declaration and by every pattern that matches it. A writer's data obeys
//! the same of the writer's. So each pattern of the reader has to accept whatever the writer lets such a name hold.

use std::collections::BTreeSet;

use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Kind, Object, Part, Rest};
use crate::json_schema::compatibility::rule::own;

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: &Object<'a>, reader: &Object<'a>) {
    for (pattern, new) in &reader.patterns {
        let old = writer.patterns.iter().find(|(other, _)| other == pattern).map(|(_, declared)| declared);
        if matches!(context.load(new.part).kind, Kind::Empty) || is_kept(context, writer, reader, (pattern, new.part)) {
            continue;
        }
        let (rule, what) = match old {
            Some(_) => (own::PATTERN_PROPERTY_CHANGED, "does not accept all that the writer accepts"),
            None => (own::PATTERN_PROPERTY_ADDED, "checks what the writer does not check like this"),
        };
        let places = Places::new(old.map(|declared| declared.place), new.place);
        out.add(rule, path(pattern), places, format!("the schema for names that match `{pattern}` {what}"));
    }
    removed(context, out, writer, reader);
}

/// Whether a pattern of the reader accepts every value that the writer accepts under a name that it matches.
fn is_kept<'a>(
    context: &mut Comparison<'a>,
    writer: &Object<'a>,
    reader: &Object<'a>,
    (pattern, new): (&str, Part<'a>),
) -> bool {
    let declared: BTreeSet<&str> = writer.properties.keys().chain(reader.properties.keys()).copied().collect();
    let matching: Vec<&str> =
        declared.into_iter().filter(|name| context.patterns.matches(pattern, name) != Some(false)).collect();
    matching.into_iter().all(|name| is_name_kept(context, writer, name, new))
        && are_others_kept(context, writer, pattern, new)
}

/// The same for one declared name: one of the schemas that the writer asks for is enough.
fn is_name_kept<'a>(context: &mut Comparison<'a>, writer: &Object<'a>, name: &str, new: Part<'a>) -> bool {
    let mut asked: Vec<Part<'a>> = writer.properties.get(name).map(|declared| declared.part).into_iter().collect();
    for (pattern, declared) in &writer.patterns {
        if context.patterns.matches(pattern, name) == Some(true) {
            asked.push(declared.part);
        }
    }
    if asked.is_empty() {
        return is_rest_kept(context, writer.rest(), new);
    }
    asked.into_iter().any(|old| context.compare_inside(old, new).is_safe())
}

/// The same for all names that nobody declares: either the writer has the same pattern, or all that it allows will do.
fn are_others_kept<'a>(context: &mut Comparison<'a>, writer: &Object<'a>, pattern: &str, new: Part<'a>) -> bool {
    let same = writer.patterns.iter().find(|(other, _)| *other == pattern);
    if same.is_some_and(|(_, old)| context.compare_inside(old.part, new).is_safe()) {
        return true;
    }
    writer.patterns.iter().all(|(_, old)| context.compare_inside(old.part, new).is_safe())
        && is_rest_kept(context, writer.rest(), new)
}

fn is_rest_kept<'a>(context: &mut Comparison<'a>, rest: Rest<'a>, new: Part<'a>) -> bool {
    match rest {
        Rest::Forbidden => true,
        Rest::Allowed => false,
        Rest::Checked(old) => context.compare_inside(old, new).is_safe(),
    }
}

/// Patterns that the reader does not have: what they allowed falls to what it asks of the rest.
fn removed<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: &Object<'a>, reader: &Object<'a>) {
    for (pattern, old) in &writer.patterns {
        if reader.patterns.iter().any(|(other, _)| other == pattern) {
            continue;
        }
        let is_kept = match reader.rest() {
            Rest::Allowed => true,
            Rest::Forbidden => matches!(context.load(old.part).kind, Kind::False),
            Rest::Checked(new) => context.compare_inside(old.part, new).is_safe(),
        };
        if !is_kept {
            let what =
                format!("the reader does not declare names that match `{pattern}`, and does not accept all of them");
            out.add(own::PATTERN_PROPERTY_REMOVED, path(pattern), Places::new(old.place, None), what);
        }
    }
}

fn path(pattern: &str) -> String {
    format!("/patternProperties/{pattern}")
}
