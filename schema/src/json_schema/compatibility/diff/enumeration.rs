//! Lists of values, and constants.

use crate::json::Json;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, Values, places_of};
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Kind, Schema};
use crate::json_schema::compatibility::rule::combination;
use crate::json_schema::compatibility::value;

/// How many values a message names.
const NAMED: usize = 5;

type Side<'s, 'a> = (Node<'a>, &'s Schema<'a>);

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    (writer, old): Side<'_, 'a>,
    (reader, new): Side<'_, 'a>,
) {
    if !context.spend_text(writer.json(), reader.json(), Places::new(writer.place(), reader.place())) {
        return;
    }
    let keyword = if matches!(old.kind, Kind::Const(_)) { "const" } else { "enum" };
    let (old, new) = (context.values(old), context.values(new));
    let gone = missing(&old, &new);
    let added = missing(&new, &old);
    let (rule, what) = match (gone.is_empty(), added.is_empty()) {
        (true, true) => return,
        (true, false) => (combination::ENUM_ARRAY_EXTENDED, format!("the reader also accepts {}", listed(&added))),
        (false, true) => (combination::ENUM_ARRAY_NARROWED, format!("the reader does not accept {}", listed(&gone))),
        (false, false) => {
            let what = format!("the reader does not accept {}, but {}", listed(&gone), listed(&added));
            (combination::ENUM_ARRAY_CHANGED, what)
        }
    };
    let (path, places) = (format!("/{keyword}"), places_of(keyword, writer, reader));
    if gone.is_empty() {
        return out.add(rule, path, places, what);
    }
    let values = listed(&gone);
    let help = format!("keep {values} in `{keyword}` and stop writing it");
    let forward = format!("leave {values} out of `{keyword}` until every reader has the new schema");
    out.add_with_help(rule, path, places, [what, help, forward]);
}

fn missing<'a>(from: &Values<'a>, others: &Values<'a>) -> Vec<&'a Json> {
    from.iter().filter(|(key, _)| !others.contains_key(*key)).map(|(_, json)| *json).collect()
}

fn listed(values: &[&Json]) -> String {
    let mut text = values.iter().take(NAMED).map(|json| value::shown(json)).collect::<Vec<_>>().join(", ");
    if values.len() > NAMED {
        text.push_str(&format!(" and {} more", values.len() - NAMED));
    }
    text
}
