//! Dependencies between properties: `dependencies`, `dependentRequired`, `dependentSchemas`.

use std::collections::BTreeSet;

use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::Object;
use crate::json_schema::compatibility::rule::object;

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: &Object<'a>, reader: &Object<'a>) {
    arrays(out, writer, reader);
    schemas(context, out, writer, reader);
}

fn arrays(out: &mut Findings, writer: &Object<'_>, reader: &Object<'_>) {
    let names: BTreeSet<&str> =
        writer.array_dependencies.keys().chain(reader.array_dependencies.keys()).copied().collect();
    for name in names {
        let (old, new) = (writer.array_dependencies.get(name), reader.array_dependencies.get(name));
        let (rule, what) = match (old, new) {
            (Some((old, _)), Some((new, _))) if old == new => continue,
            (Some((old, _)), Some((new, _))) => {
                let rule = if old.is_subset(new) {
                    object::DEPENDENCY_ARRAY_EXTENDED
                } else if new.is_subset(old) {
                    object::DEPENDENCY_ARRAY_NARROWED
                } else {
                    object::DEPENDENCY_ARRAY_CHANGED
                };
                (rule, format!("the reader requires {} beside `{name}` and the writer {}", listed(new), listed(old)))
            }
            (None, Some((new, _))) => {
                (object::DEPENDENCY_ARRAY_ADDED, format!("the reader requires {} beside `{name}`", listed(new)))
            }
            (Some((old, _)), None) => (
                object::DEPENDENCY_ARRAY_REMOVED,
                format!("the reader does not require {} beside `{name}`", listed(old)),
            ),
            (None, None) => continue,
        };
        let places = Places::new(old.map(|(_, place)| *place), new.map(|(_, place)| *place));
        out.add(rule, format!("/dependencies/{name}"), places, what);
    }
}

fn schemas<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: &Object<'a>, reader: &Object<'a>) {
    let names: BTreeSet<&str> =
        writer.schema_dependencies.keys().chain(reader.schema_dependencies.keys()).copied().collect();
    for name in names {
        let path = format!("/dependencies/{name}");
        match (writer.schema_dependencies.get(name), reader.schema_dependencies.get(name)) {
            (Some(old), Some(new)) => {
                let outcome = context.compare(old.part, new.part);
                out.absorb(&path, &outcome);
            }
            (None, Some(new)) => {
                let what = format!("objects with `{name}` must match a further schema of the reader's");
                out.add(object::DEPENDENCY_SCHEMA_ADDED, path, Places::new(None, new.place), what);
            }
            (Some(old), None) => {
                let what = format!("objects with `{name}` need not match a further schema of the writer's");
                out.add(object::DEPENDENCY_SCHEMA_REMOVED, path, Places::new(old.place, None), what);
            }
            (None, None) => {}
        }
    }
}

fn listed(names: &BTreeSet<&str>) -> String {
    if names.is_empty() {
        return "nothing".into();
    }
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
