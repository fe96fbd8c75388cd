//! What describes a schema and asks for nothing: `$id`, `title`, `description`, `default`.

use crate::compatibility::Rule;
use crate::json::Json;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::rule::describing;
use crate::json_schema::compatibility::value;

const ANNOTATIONS: [(&str, &Rule); 4] = [
    ("$id", describing::ID_CHANGED),
    ("title", describing::TITLE_CHANGED),
    ("description", describing::DESCRIPTION_CHANGED),
    ("default", describing::DEFAULT_CHANGED),
];

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: Node<'a>, reader: Node<'a>) {
    for (keyword, rule) in ANNOTATIONS {
        let (from, to) = (own(keyword, writer), own(keyword, reader));
        let (old, new) = (writer.get(from), reader.get(to));
        let is_same = match (old, new) {
            (Some(old), Some(new)) => {
                let places = Places::new(writer.place_of(old), reader.place_of(new));
                !context.spend_text(old, new, places) || value::key(old) == value::key(new)
            }
            (old, new) => old.is_none() && new.is_none(),
        };
        if is_same {
            continue;
        }
        let places =
            Places { writer: places_of(from, writer, writer).writer, reader: places_of(to, reader, reader).reader };
        let shown = |json: Option<&Json>| json.map_or("absent".to_owned(), value::shown);
        out.add(rule, "", places, format!("`{to}` is {} for the reader and {} for the writer", shown(new), shown(old)));
    }
}

/// The keyword in this version: before draft 6, `$id` was `id`.
fn own<'k>(keyword: &'k str, node: Node<'_>) -> &'k str {
    if keyword == "$id" { node.draft().id_keyword() } else { keyword }
}
