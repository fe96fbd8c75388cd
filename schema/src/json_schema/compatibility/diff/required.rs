//! `required`.

use super::object::Side;
use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Kind, keyword_place};
use crate::json_schema::compatibility::rule::{object, own};

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    let ((from, old), (to, new)) = (writer, reader);
    let in_both = |name: &&&str| old.properties.contains(name) && new.properties.contains(name);
    for name in old.required.keys().filter(|name| !new.required.contains_key(*name)).filter(in_both) {
        let places = Places::new(old.required[name], keyword_place(to, "required"));
        out.add(
            object::REQUIRED_ATTRIBUTE_REMOVED,
            path(name),
            places,
            format!("the reader does not require `{name}`"),
        );
    }
    for (name, place) in new.required.iter().filter(|(name, _)| !old.required.contains_key(*name)) {
        let places = Places::new(keyword_place(from, "required"), *place);
        let Some(declared) = new.properties.get(name) else {
            undeclared(out, name, places);
            continue;
        };
        if !old.properties.contains(name) {
            // Properties that are added have their own rules, but for those that accept everything.
            if old.is_open() && matches!(context.load(declared.part).kind, Kind::Empty) {
                undeclared(out, name, places);
            }
            continue;
        }
        let has_default =
            declared.part.node.get("default").or(context.load(declared.part).node.get("default")).is_some();
        let rule =
            if has_default { object::REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED } else { object::REQUIRED_ATTRIBUTE_ADDED };
        let what = format!("the reader requires `{name}`, which is optional for the writer");
        let help =
            format!("take `{name}` out of `required`, and let the application supply a value where it is absent");
        let forward = format!("keep `{name}` in `required`: readers of the old schema reject data without it");
        out.add_with_help(rule, path(name), places, [what, help, forward]);
    }
}

fn undeclared(out: &mut Findings, name: &str, places: Places) {
    let what = format!("the reader requires `{name}`, which the writer neither declares nor requires");
    out.add(own::REQUIRED_UNDECLARED_PROPERTY_ADDED, path(name), places, what);
}

fn path(name: &str) -> String {
    format!("/required/{name}")
}
