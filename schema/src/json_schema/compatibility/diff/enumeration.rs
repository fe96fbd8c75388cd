//! Lists of values, and constants.

use std::collections::BTreeMap;

use crate::json::Json;
use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::places_of;
use crate::json_schema::compatibility::finding::Findings;
use crate::json_schema::compatibility::model::{Kind, Schema};
use crate::json_schema::compatibility::rule::combination;
use crate::json_schema::compatibility::value;

/// How many values a message names.
const NAMED: usize = 5;

type Side<'s, 'a> = (Node<'a>, &'s Schema<'a>);

pub(super) fn compare(out: &mut Findings, (writer, old): Side<'_, '_>, (reader, new): Side<'_, '_>) {
    let (keyword, old) = values(old);
    let (_, new) = values(new);
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

fn values<'a>(schema: &Schema<'a>) -> (&'static str, BTreeMap<String, &'a Json>) {
    match schema.kind {
        Kind::Enum(values) => ("enum", values.iter().map(|json| (value::key(json), json)).collect()),
        Kind::Const(json) => ("const", BTreeMap::from([(value::key(json), json)])),
        _ => ("enum", BTreeMap::new()),
    }
}

fn missing<'a>(from: &BTreeMap<String, &'a Json>, others: &BTreeMap<String, &'a Json>) -> Vec<&'a Json> {
    from.iter().filter(|(key, _)| !others.contains_key(*key)).map(|(_, json)| *json).collect()
}

fn listed(values: &[&Json]) -> String {
    let mut text = values.iter().take(NAMED).map(|json| value::shown(json)).collect::<Vec<_>>().join(", ");
    if values.len() > NAMED {
        text.push_str(&format!(" and {} more", values.len() - NAMED));
    }
    text
}
