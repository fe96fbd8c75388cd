//! `patternProperties`, which Confluent looks at only to find out whether a property is covered.
//!
//! What a reader asks of a name is asked by its declaration and by every pattern that matches it. A writer's data obeys
//! the same of the writer's. So each pattern of the reader has to accept whatever the writer lets such a name hold.

use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Kind, Object, Part, Rest};
use crate::json_schema::compatibility::rule::own;

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: &Object<'a>, reader: &Object<'a>) {
    for (pattern, new) in reader.patterns.iter() {
        let old = writer.patterns.get(pattern);
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
    // The same pattern of the writer speaks of every such name, declared or not.
    let same = writer.patterns.get(pattern);
    if same.is_some_and(|old| context.compare_inside(old.part, new).is_safe()) {
        return true;
    }
    let added = reader.properties.members().iter().filter(|member| !writer.properties.contains(&member.key));
    let mut declared = writer.properties.members().iter().chain(added).map(|member| &*member.key);
    are_others_kept(context, writer, new)
        && declared
            .all(|name| context.matches(pattern, name) == Some(false) || is_name_kept(context, writer, name, new))
}

/// The same for one declared name: one of the schemas that the writer asks for is enough.
fn is_name_kept<'a>(context: &mut Comparison<'a>, writer: &Object<'a>, name: &str, new: Part<'a>) -> bool {
    let declared = writer.properties.get(name);
    if declared.is_some_and(|old| context.compare_inside(old.part, new).is_safe()) {
        return true;
    }
    let mut is_asked = declared.is_some();
    for (pattern, old) in writer.patterns.iter() {
        if context.matches(pattern, name) == Some(true) {
            if context.compare_inside(old.part, new).is_safe() {
                return true;
            }
            is_asked = true;
        }
    }
    !is_asked && is_rest_kept(context, writer.rest(), new)
}

/// The same for all names that nobody declares: all that the writer allows will do.
fn are_others_kept<'a>(context: &mut Comparison<'a>, writer: &Object<'a>, new: Part<'a>) -> bool {
    is_rest_kept(context, writer.rest(), new)
        && writer.patterns.iter().all(|(_, old)| context.compare_inside(old.part, new).is_safe())
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
    for (pattern, old) in writer.patterns.iter() {
        if reader.patterns.contains(pattern) {
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
